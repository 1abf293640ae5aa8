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
    /// The parts of all groups before and after a level, and their sums.
    parts: Vec<Group>,
    merged: Vec<Group>,
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
        build.parts.clear();
        build.parts.extend((0..points.len()).map(|first| Group {
            first,
            len: 1,
            offset: first,
        }));
        build.before.clear();
        build.before.extend_from_slice(points);
        while build.parts.len() > self.groups.len() {
            build.merge(&self.groups);
        }
        self.sums.clear();
        self.sums.extend_from_slice(&build.before);
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
        group.lookup((signs >> group.first) as usize)
    }
}

impl TableBuilder {
    /// Merges the parts of every group in pairs, from single points up to whole groups. The sums of two
    /// parts together are all sums of the second part plus or minus all sums of the first.
    fn merge(&mut self, groups: &[Group]) {
        self.merged.clear();
        self.additions.clear();
        let mut offset = 0;
        let mut parts = self.parts.iter().peekable();
        for group in groups {
            let end = group.first + group.len;
            while let Some(first) = parts.next_if(|part| part.first < end) {
                let second = parts.next_if(|part| part.first < end);
                let merged = Group {
                    first: first.first,
                    len: first.len + second.map_or(0, |second| second.len),
                    offset,
                };
                if let Some(second) = second {
                    let sums = 0..merged.entries();
                    self.additions.extend(sums.map(|signs| Addition {
                        left: Operand::new(second.offset + (signs >> first.len), false),
                        right: first.lookup(signs),
                        out: (offset + signs) as u32,
                    }));
                }
                offset += merged.entries();
                self.merged.push(merged);
            }
        }
        self.after.resize(offset, INFINITY);
        self.adder
            .add(&self.before, &self.additions, &mut self.after);
        // A part without a partner stays as it is.
        let mut parts = self.parts.iter().peekable();
        for merged in &self.merged {
            let end = merged.first + merged.len;
            while let Some(part) = parts.next_if(|part| part.first < end) {
                if part.len == merged.len {
                    let sums = &self.before[part.offset..][..part.entries()];
                    self.after[merged.offset..][..sums.len()].copy_from_slice(sums);
                }
            }
        }
        core::mem::swap(&mut self.parts, &mut self.merged);
        core::mem::swap(&mut self.before, &mut self.after);
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

    /// Returns the sum over the points of the group with the signs in the lowest bits of `signs`: set for
    /// plus.
    fn lookup(&self, signs: usize) -> Operand {
        let (index, negate) = index_of_signs(self.entries(), signs);
        Operand::new(self.offset + index, negate)
    }
}

/// Returns the index of the sum with the given signs among the `entries` sums of a group, a power of two, and
/// whether the negative of that sum is meant.
pub(super) fn index_of_signs(entries: usize, signs: usize) -> (usize, bool) {
    // If the last point is subtracted, the negative of the sum is in the table.
    let negate = signs & entries == 0;
    (if negate { !signs } else { signs } & (entries - 1), negate)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The two tables of the fixed points of cell verification, within the budgets of kzg-traits
    /// (`CELL_BASES` and `LARGE_CELL_BASES`), and the sizes that the comments there name.
    #[test]
    fn the_budgets_of_cell_verification_fit_seven_and_five_groups() {
        let groups = |bytes| SubsetTable::fitting_groups(MAX_POINTS, Precompute::within(bytes));
        assert_eq!(groups(400_000), Some(7));
        assert_eq!(memory(MAX_POINTS, 7), 196_608);
        assert_eq!(memory(MAX_POINTS, 6), 491_520);
        assert_eq!(groups(1_800_000), Some(5));
        assert_eq!(groups(usize::MAX), Some(5));
    }
}
