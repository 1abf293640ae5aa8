//! Tables of signed subset sums. A group of `g` points has all sums `±P₀ ± .. ± P_(g-1)` up to the sign
//! of the whole sum, which are `2^(g-1)` points.
//!
//! Scalars that are sums `Σ ±2^t` over all bits `t`, see
//! [`endomorphism`](crate::curve::endomorphism), need one lookup for each group and bit. A window table
//! needs one lookup for each point and window, and for the same number of lookups it takes `g` times
//! the memory. 64 points take 98 KB in 8 groups of 8, and 492 KB in 6 groups of 10 or 11.
//!
//! Source: Lim and Lee, "More flexible exponentiation with precomputation", CRYPTO 1994. Here the
//! points of a sum take the place of the parts of an exponent, and they have signs.

use kzg_traits::Precompute;

use super::batch_adder::BatchAdder;
use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::endomorphism::HALF_BITS;

/// The most points of a table: their signs at one bit are the bits of one word.
pub(super) const MAX_POINTS: usize = 64;
/// The most points of a group.
const MAX_GROUP: usize = 13;

/// Signed subset sums of points, group by group.
#[derive(Clone, Default)]
pub(crate) struct SubsetTable {
    points: usize,
    groups: Vec<Group>,
    sums: Vec<G1Affine>,
}

/// Consecutive points, and the position of their sums.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: usize,
    len: usize,
    /// The sum at `offset + b` adds `P_k` if bit `k` of `b` is set, and subtracts it otherwise. The last
    /// point is always added.
    offset: usize,
}

/// Working memory for the construction of tables.
#[derive(Debug, Default)]
pub(super) struct TableBuilder {
    adder: BatchAdder,
    additions: Vec<Addition>,
    /// The sums before and after a level, followed by the points.
    before: Vec<G1Affine>,
    after: Vec<G1Affine>,
}

impl SubsetTable {
    /// Returns the fewest groups whose table fits the budget; `None` if no table fits.
    pub(super) fn fitting_groups(points: usize, precompute: Precompute) -> Option<usize> {
        if !(1..=MAX_POINTS).contains(&points) {
            return None;
        }
        (points.div_ceil(MAX_GROUP)..=points)
            .find(|&groups| memory(points, groups) <= precompute.bytes())
    }

    /// Returns the number of additions of one multiplication by a table of `groups` groups.
    pub(super) fn additions(groups: usize) -> usize {
        // Each bit takes the sums of two halves and their sum. Then a doubling and an addition without
        // a shared inversion follow, each at twice the cost.
        HALF_BITS * (2 * groups - 1) + 4 * HALF_BITS
    }

    /// Computes the table of points in `groups` groups.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_POINTS`], or fewer points than groups.
    pub(super) fn new(points: &[G1Affine], groups: usize, build: &mut TableBuilder) -> Self {
        let mut table = Self::default();
        table.rebuild(points, groups, build);
        table
    }

    /// Replaces the table by that of other points, in the same memory.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_POINTS`], or fewer points than groups.
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
        // Each level subtracts and adds one more point of every group.
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

    /// Returns the memory of the table in bytes.
    pub(super) fn memory(&self) -> usize {
        size_of_val(self.sums.as_slice())
    }

    /// Returns the sum over the points of a group with the signs in the bits of `signs`: set for plus.
    pub(super) fn lookup(&self, group: usize, signs: u64) -> Operand {
        let group = &self.groups[group];
        let signs = (signs >> group.first) as usize;
        let entries = group.entries();
        // If the last point is subtracted, the negative of the sum is in the table.
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

/// Splits points into groups of nearly the same length, the longer groups first.
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

/// Memory of a table in bytes.
fn memory(points: usize, groups: usize) -> usize {
    let entries: usize = split(points, groups).map(|group| group.entries()).sum();
    entries * size_of::<G1Affine>()
}
