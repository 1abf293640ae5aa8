//! Groups of items with the sums of their claims, and the division of a group in two.

use core::ops::Add;

use super::{Claims, Search};

/// Two disjoint parts of a group, `None` for a part without items.
pub(super) type Parts<S> = (Option<Group<S>>, Option<Group<S>>);

/// Items that are checked together.
pub(super) struct Group<S> {
    pub(super) positions: Vec<usize>,
    pub(super) sums: S,
}

impl<S: Add<Output = S>> Group<S> {
    /// The items of this group, then those of another.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.positions.extend_from_slice(&other.positions);
        Self {
            positions: self.positions,
            sums: self.sums + other.sums,
        }
    }
}

impl<C: Claims> Search<'_, C> {
    /// The first `n` items of a group, and the others.
    pub(super) fn split_at(
        &self,
        group: Group<C::Sums>,
        n: usize,
    ) -> (Group<C::Sums>, Option<Group<C::Sums>>) {
        if n == group.positions.len() {
            return (group, None);
        }
        let Group {
            mut positions,
            sums,
        } = group;
        let others = positions.split_off(n);
        let of_first = self.claims.sums(&positions);
        let first = Group {
            positions,
            sums: of_first,
        };
        let others = Group {
            positions: others,
            sums: sums - of_first,
        };
        (first, Some(others))
    }

    /// Splits a group into the items whose position satisfies `wanted`, and the others. Sums are
    /// computed for the smaller part.
    pub(super) fn split_off(
        &self,
        group: Group<C::Sums>,
        wanted: impl Fn(usize) -> bool,
    ) -> Parts<C::Sums> {
        let Group { positions, sums } = group;
        let (taken, others): (Vec<usize>, Vec<usize>) = positions
            .into_iter()
            .partition(|&position| wanted(position));
        let group = |positions, sums| Some(Group { positions, sums });
        if others.is_empty() {
            (group(taken, sums), None)
        } else if taken.is_empty() {
            (None, group(others, sums))
        } else if taken.len() <= others.len() {
            let of_taken = self.claims.sums(&taken);
            (group(taken, of_taken), group(others, sums - of_taken))
        } else {
            let of_others = self.claims.sums(&others);
            (group(taken, sums - of_others), group(others, of_others))
        }
    }
}
