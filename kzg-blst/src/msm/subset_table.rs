//! Tables of signed subset sums: for a group of `g` points all sums `±P₀ ± .. ± P_(g-1)`, but
//! for the sign of the whole, in `2^(g-1)` points.
//!
//! Scalars that are sums `Σ ±2^t` over all bits `t`, see
//! [`endomorphism`](crate::curve::endomorphism), need one lookup for a group and a bit, where a window
//! table needs one for a point and a window: for the same number of lookups a window table takes
//! `g` times the memory. 64 points take 98 KB in 8 groups of 8, and 492 KB in 6 groups of 10 or
//! 11.
//!
//! Source: Lim and Lee, "More flexible exponentiation with precomputation", CRYPTO 1994, with
//! the points of a sum in place of the parts of an exponent, and with signs.

use kzg_traits::Precompute;

use super::batch_adder::BatchAdder;
use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::endomorphism::HALF_BITS;

/// The most points: their signs at one bit are the bits of one word.
pub(super) const MAX_POINTS: usize = 64;
/// The largest group that is considered.
const MAX_GROUP: usize = 13;

/// Signed subset sums of points, group by group.
#[derive(Clone, Default)]
pub(crate) struct SubsetTable {
    points: usize,
    groups: Vec<Group>,
    sums: Vec<G1Affine>,
}

/// Consecutive points, and where their sums are.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: usize,
    len: usize,
    /// The sum at `offset + b` adds `P_k` where bit `k` of `b` is set and takes it away where it
    /// is not; the last point is always added.
    offset: usize,
}

/// Working memory for building tables.
#[derive(Debug, Default)]
pub(super) struct TableBuilder {
    adder: BatchAdder,
    additions: Vec<Addition>,
    /// The sums, before and after a level, and then the points.
    before: Vec<G1Affine>,
    after: Vec<G1Affine>,
}

impl SubsetTable {
    /// The fewest groups for so many points that fit the budget; `None` if none do.
    pub(super) fn fitting_groups(points: usize, precompute: Precompute) -> Option<usize> {
        if !(1..=MAX_POINTS).contains(&points) {
            return None;
        }
        (points.div_ceil(MAX_GROUP)..=points)
            .find(|&groups| memory(points, groups) <= precompute.bytes())
    }

    /// The additions of one multiplication by a table of so many groups.
    pub(super) fn additions(groups: usize) -> usize {
        // Two halves and their sum at each bit; a doubling and an addition that share no
        // inversion, each at twice the cost, take them together.
        HALF_BITS * (2 * groups - 1) + 4 * HALF_BITS
    }

    /// # Panics
    ///
    /// If there are more than [`MAX_POINTS`], or fewer points than groups.
    pub(super) fn new(points: &[G1Affine], groups: usize, build: &mut TableBuilder) -> Self {
        let mut table = Self::default();
        table.rebuild(points, groups, build);
        table
    }

    /// Makes the table one of other points, in the memory that it has.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    pub(super) fn rebuild(&mut self, points: &[G1Affine], groups: usize, build: &mut TableBuilder) {
        assert!(points.len() <= MAX_POINTS, "at most {MAX_POINTS} points");
        self.points = points.len();
        self.groups.clear();
        self.groups.extend(split(points.len(), groups));
        let groups = self.groups.as_slice();
        let total = groups.last().map_or(0, |last| last.offset + last.entries());
        for buffer in [&mut build.before, &mut build.after] {
            buffer.clear();
            buffer.resize(total, INFINITY);
            buffer.extend_from_slice(points);
        }
        for group in groups {
            build.before[group.offset] = points[group.first + group.len - 1];
        }
        // Each level takes one more point of every group, away and added.
        let largest = groups.iter().map(|group| group.len).max().unwrap_or(0);
        for k in 0..largest.saturating_sub(1) {
            let count = 1 << k;
            build.additions.clear();
            for group in groups {
                if k >= group.len - 1 {
                    let done = group.offset..group.offset + group.entries();
                    build.after[done.clone()].copy_from_slice(&build.before[done]);
                    continue;
                }
                for at in group.offset..group.offset + count {
                    for (negate, out) in [(true, at), (false, at + count)] {
                        build.additions.push(Addition {
                            left: Operand::new(at, false),
                            right: Operand::new(total + group.first + k, negate),
                            out: out as u32,
                        });
                    }
                }
            }
            build
                .adder
                .add(&build.before, &build.additions, &mut build.after);
            core::mem::swap(&mut build.before, &mut build.after);
        }
        self.sums.clear();
        self.sums.extend_from_slice(&build.before[..total]);
    }

    pub(super) fn points(&self) -> usize {
        self.points
    }

    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn sums(&self) -> &[G1Affine] {
        &self.sums
    }

    /// The memory it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        size_of_val(self.sums.as_slice())
    }

    /// The sum over a group of its points with the signs that the bits of `signs` tell: set for
    /// plus.
    pub(super) fn lookup(&self, group: usize, signs: u64) -> Operand {
        let group = &self.groups[group];
        let signs = (signs >> group.first) as usize;
        let entries = group.entries();
        // Where the last point is taken away, the negative sum is in the table.
        let negate = signs & entries == 0;
        let index = if negate { !signs } else { signs } & (entries - 1);
        Operand::new(group.offset + index, negate)
    }
}

impl core::fmt::Debug for SubsetTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SubsetTable")
            .field("points", &self.points)
            .field("groups", &self.groups.len())
            .finish_non_exhaustive()
    }
}

impl Group {
    fn entries(&self) -> usize {
        1 << (self.len - 1)
    }
}

/// Cuts points into groups of nearly the same length, the longer ones first.
fn split(points: usize, groups: usize) -> impl Iterator<Item = Group> {
    let (mut first, mut offset) = (0, 0);
    (0..groups).map(move |index| {
        let len = points / groups + usize::from(index < points % groups);
        let group = Group { first, len, offset };
        first += len;
        offset += group.entries();
        group
    })
}

fn memory(points: usize, groups: usize) -> usize {
    let entries: usize = split(points, groups).map(|group| group.entries()).sum();
    entries * size_of::<G1Affine>()
}
