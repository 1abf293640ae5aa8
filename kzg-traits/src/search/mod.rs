//! The search for the false items of a batch, by checks of groups of them.
//!
//! Each item is a claim `e(Lᵢ, [1]₂) = e(Rᵢ, Q)`. With weights `wᵢ` that are fixed before the
//! search, the claims of a group hold, up to the error of the weights, if
//! `e(ΣwᵢLᵢ, [1]₂) = e(ΣwᵢRᵢ, Q)`. When a group is split, the sums of one half are computed, and
//! the sums of the other half are the difference. If a group fails and one half holds, the other
//! half fails without a check.
//!
//! If one item of a group is false, its index `k` in the group follows from a second pair of sums, with the weights
//! `i·wᵢ`: the quotient `e(Σi·wᵢLᵢ, [1]₂)/e(Σi·wᵢRᵢ, Q)` is the `k`-th power of the quotient without the factors `i`.
//! If several are false, the second quotient is such a power only if the weights make errors cancel out.
//!
//! The values of cells alone show which cells the others of their blob contradict, unless they are many. If one row
//! shows such items, or if it holds, all rows are compared, and one check of all other items confirms the contradicted
//! ones.
//!
//! Real faults usually affect whole lines: a column of cells, or the cells of a blob. So one row is
//! searched first, then the columns through the false cells of that row, then one column and the
//! rows through its false cells. If these lines contain all false items, one check of all other
//! items confirms it. The lines themselves are searched last: the items that are known to hold may determine
//! verdicts on theirs without a check. If many items are false, groups save no time, and the remaining
//! items are checked one by one.
//!
//! Source of the second pair of sums: Law and Matt, "Finding invalid signatures in pairing-based batches",
//! Cryptography and Coding 2007, the exponentiation method.

mod group;
mod lines;
mod parts;
#[cfg(test)]
mod tests;

use core::ops::{Add, Sub};

use crate::error::Result;

use group::Group;

/// If a batch of at most this size fails and its only false item is not found, each item is checked by itself: they
/// fill one lane group.
const MAX_ITEMS_WITHOUT_GROUPS: usize = 8;

/// A list of claims, which are identified by their positions.
pub(crate) trait Claims {
    /// The weighted sums of a group, on both sides of the equation.
    type Sums: Copy + Add<Output = Self::Sums> + Sub<Output = Self::Sums>;

    /// The row and the column of an item. Items that form no grid are all in one column.
    fn place(&self, position: usize) -> [u64; 2];

    /// The weighted sums of a group that is not empty.
    fn sums(&self, positions: &[usize]) -> Self::Sums;

    /// Whether the claims of a group with these sums hold.
    fn hold(&self, sums: &Self::Sums) -> Result<bool>;

    /// Whether [`only_false`](Self::only_false) finds the claim.
    fn finds_only_false(&self) -> bool;

    /// The index in a group of its only false claim, for a group of at least two claims with these sums that fails.
    /// `None` if several are false.
    fn only_false(&self, positions: &[usize], sums: &Self::Sums) -> Result<Option<usize>>;

    /// Whether each claim holds by itself, in the order of the positions.
    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>>;

    /// Whether each claim holds, in the order of the positions, as far as this follows from the claims that are
    /// known to hold: `holds[position]` is whether the claim at that position is one of these. By default,
    /// claims do not depend on each other.
    fn deduce(&self, positions: &[usize], _holds: &[bool]) -> Vec<Option<bool>> {
        vec![None; positions.len()]
    }

    /// The positions, among the given ones, of claims that the others contradict: if all other given claims hold, these
    /// are false. Never all of them. By default, claims do not contradict each other.
    fn contradicted(&self, _positions: &[usize]) -> Vec<usize> {
        Vec::new()
    }

    /// The number of threads over which items in bulk are spread.
    fn threads(&self) -> usize;
}

/// The positions of the false items, in no particular order.
///
/// If all claims hold, the search takes one check. If nearly all are false, it takes one check for each
/// item by itself and a few checks of groups. The worst case lies between: with the [`group_cost`] of a
/// check of a group and the [`only_false_cost`], the search takes at most twice as long as the checks of all
/// items in bulk, or as these and the first check of the group. The search counts its checks, and checks all
/// remaining items in bulk before it exceeds that.
///
/// A verdict is wrong only in two cases: the weights make the errors of a group cancel out, or [`Claims::deduce`] or
/// [`Claims::contradicted`] is wrong. A group fails only if one of its items is false. An item counts as false only by
/// one of four proofs: its own check, the search for the only false item of a group, a deduced verdict, or a
/// contradiction with items that hold.
///
/// # Errors
///
/// The error of a check that gives no result.
pub(crate) fn find_false<C: Claims>(claims: &C, positions: &[usize]) -> Result<Vec<usize>> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let sums = claims.sums(positions);
    if claims.hold(&sums)? {
        return Ok(Vec::new());
    }
    if let [only] = positions {
        return Ok(vec![*only]);
    }
    let threads = claims.threads();
    let group_cost = group_cost(threads);
    let mut search = Search {
        claims,
        threads,
        budget: most_cost(positions.len(), group_cost) - group_cost,
        unknown: positions.len(),
        decided: 0,
        decided_false: 0,
        misses: 0,
        found: Vec::new(),
        holds: vec![false; positions.iter().max().map_or(0, |last| last + 1)],
        set_aside: Vec::new(),
    };
    let group = Group {
        positions: positions.to_vec(),
        sums,
    };
    if positions.len() > MAX_ITEMS_WITHOUT_GROUPS {
        search.search(group)?;
        search.search_set_aside()?;
    } else if let Some(group) = search.find_only(group)? {
        search.one_by_one(&group.positions)?;
    }
    debug_assert_eq!(search.unknown, 0, "each item has a verdict");
    Ok(search.found)
}

/// The cost of a check of a group, where the check of an item in bulk costs one: two on one thread, by the times
/// of kzg-blst's engine ifma, and one more for each further thread. Nearly all of the check is one chain of
/// products, which further threads do not make shorter, while items in bulk are spread over the threads.
fn group_cost(threads: usize) -> usize {
    1 + threads
}

/// The cost to look for the only false item of a group. On one thread, two pairings and the search for the exponent
/// take as long as one and a half items in bulk, and the second sums about as long. On several threads, the pairings
/// are computed at the same time, so that the cost is that of a check.
fn only_false_cost(threads: usize) -> usize {
    group_cost(threads.max(2))
}

/// The most that the search of `n` items may cost: at most twice the checks of all items in bulk, and at least
/// these and the first check of the group. Larger batches are given a little less, so that the sums of groups
/// have a share.
fn most_cost(n: usize, group_cost: usize) -> usize {
    (n * 15 / 8).max(n + group_cost)
}

struct Search<'a, C: Claims> {
    claims: &'a C,
    /// The number of threads, which decides the cost of a check of a group.
    threads: usize,
    /// The cost that the remaining checks may have, never below [`unknown`](Self::unknown).
    budget: usize,
    /// Number of items whose verdict is not known.
    unknown: usize,
    /// Number of items of the present phase whose verdict is known.
    decided: usize,
    /// Number of these items that are false.
    decided_false: usize,
    /// Number of searches in succession, in the present phase, for the only false item of a group that has several.
    misses: usize,
    /// The positions of the false items that are found so far.
    found: Vec<usize>,
    /// For each position, whether the item is known to hold.
    holds: Vec<bool>,
    /// Lines that probably are false, each with its axis. They are searched when the other items are known.
    set_aside: Vec<(Group<C::Sums>, usize)>,
}

impl<C: Claims> Search<'_, C> {
    /// Whether the budget has room for the check of a group that tells nothing.
    fn can_check_group(&self) -> bool {
        self.budget >= self.unknown + group_cost(self.threads)
    }

    /// Checks groups together, and returns whether the search of their items is finished: because
    /// the groups hold, or because each item was checked by itself, for lack of budget.
    fn finishes(&mut self, groups: &[&Group<C::Sums>]) -> Result<bool> {
        let Some((first, others)) = groups.split_first() else {
            return Ok(true);
        };
        if !self.can_check_group() {
            for group in groups {
                self.one_by_one(&group.positions)?;
            }
            return Ok(true);
        }
        let sums = others.iter().map(|group| group.sums);
        self.budget -= group_cost(self.threads);
        let holds = self
            .claims
            .hold(&sums.fold(first.sums, |all, sums| all + sums))?;
        if holds {
            groups.iter().for_each(|group| self.hold(&group.positions));
        }
        Ok(holds)
    }

    /// Records that items hold.
    fn hold(&mut self, positions: &[usize]) {
        self.unknown -= positions.len();
        positions.iter().for_each(|&k| self.holds[k] = true);
    }
}
