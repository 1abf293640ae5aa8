//! The search in parts, for groups whose false items need not form lines.

use crate::error::Result;

use super::group::Group;
use super::{Claims, Search, only_false_cost};

/// After a part of at most this size fails, the next part has the same size. After a larger part
/// fails, the next part has an eighth of the size.
const SMALL_PART: usize = 32;
/// The fewest items of a group in which its only false item is looked for. In smaller groups it is found by one or two
/// checks.
const FEWEST_FOR_ONLY_FALSE: usize = 4;
/// The most items of such a group. The error of the weights is multiplied by their number.
const MOST_FOR_ONLY_FALSE: usize = 256;
/// The number of groups in succession with several false items after which the only false item of a group is no longer
/// looked for.
const MOST_MISSES: usize = 3;
/// If a group has several false items, the only false item is looked for in a part that is smaller by this factor.
const PART_WITH_ONLY_FALSE: usize = 4;
/// The least number of decided items from which the density of false items is estimated.
const MIN_DECIDED: usize = 4;
/// The least number of false items among them. A single one may be alone.
const MIN_FALSE: usize = 2;
/// The number of false items from which their density is known well enough for [`DENSE`].
const MANY_FALSE: usize = 9;
/// The density of false items from which items are checked one by one is the inverse of this number for each
/// thread.
const DENSE: usize = 8;
/// The inverse of that density while few false items are found: all of them may be next to each other.
const DENSE_AT_FIRST: usize = 4;
/// The number of items that are checked one by one for each decided item, if the density is high.
const ITEMS_PER_DECIDED: usize = 8;

impl<C: Claims> Search<'_, C> {
    /// Searches a group that fails, or, for lack of budget, a group of which this is not known, whose items
    /// are then checked one by one. Finds one false item, then checks parts of the remaining items,
    /// and finds one false item in each part that fails. Parts grow as long as they hold.
    ///
    /// Source: Hwang, "A method for detecting all defective members in a population by group
    /// testing", Journal of the American Statistical Association 67, 1972; here the number of false
    /// items is not known.
    pub(super) fn search_parts(&mut self, group: Group<C::Sums>) -> Result<()> {
        // Without budget for a check of a group, the group need not fail. No item is found unchecked.
        if !self.can_check_group() {
            return self.one_by_one(&group.positions);
        }
        let mut rest = Some(group);
        let mut rest_fails = true;
        let mut size = usize::MAX;
        while let Some(pool) = rest {
            let n = pool.positions.len();
            if let Some(dense) = self.dense_items() {
                let (part, others) = self.split_at(pool, dense.min(n));
                self.one_by_one(&part.positions)?;
                (rest, rest_fails) = (others, false);
                continue;
            }
            let n = if rest_fails { n } else { size.min(n) };
            let (part, others) = self.split_at(pool, n);
            if !rest_fails {
                if self.finishes(&[&part])? {
                    self.decide(n, 0);
                    rest = others;
                    size = n.saturating_mul(2);
                    continue;
                }
                size = if n > SMALL_PART { n / 8 } else { n };
            }
            rest_fails = false;
            let unknown = self.find_one(part)?;
            rest = match (unknown, others) {
                (Some(unknown), Some(others)) => Some(unknown.and(others)),
                (unknown, others) => unknown.or(others),
            };
        }
        Ok(())
    }

    /// Finds the only false item of a group that fails. Returns the group if several of its items are false. Returns it
    /// without a search if it is small, if the last groups had several false items, for lack of budget, or if the
    /// claims do not find such an item.
    pub(super) fn find_only(
        &mut self,
        mut group: Group<C::Sums>,
    ) -> Result<Option<Group<C::Sums>>> {
        let (n, cost) = (group.positions.len(), only_false_cost(self.threads));
        let has_budget = self.budget >= self.unknown + cost;
        let is_likely = n >= FEWEST_FOR_ONLY_FALSE && self.misses < MOST_MISSES;
        if !(self.claims.finds_only_false() && is_likely && has_budget) {
            return Ok(Some(group));
        }
        self.budget -= cost;
        let Some(index) = self.claims.only_false(&group.positions, &group.sums)? else {
            self.misses += 1;
            return Ok(Some(group));
        };
        self.misses = 0;
        self.found.push(group.positions.swap_remove(index));
        self.unknown -= 1;
        self.hold(&group.positions);
        self.decide(n, 1);
        Ok(None)
    }

    /// Finds one false item of a group that fails, or several for lack of budget. Returns the items
    /// whose verdict is still unknown.
    pub(super) fn find_one(&mut self, group: Group<C::Sums>) -> Result<Option<Group<C::Sums>>> {
        let mut group = group;
        let mut unknown: Option<Group<C::Sums>> = None;
        let mut most = MOST_FOR_ONLY_FALSE;
        while group.positions.len() > 1 {
            if group.positions.len() <= most {
                most = group.positions.len() / PART_WITH_ONLY_FALSE;
                group = match self.find_only(group)? {
                    Some(group) => group,
                    None => return Ok(unknown),
                };
            }
            if !self.can_check_group() {
                self.one_by_one(&group.positions)?;
                return Ok(unknown);
            }
            let half = group.positions.len() / 2;
            let (left, right) = self.split_at(group, half);
            let right = right.expect("a half is not the whole");
            if self.finishes(&[&left])? {
                self.decide(half, 0);
                group = right;
            } else {
                unknown = Some(match unknown {
                    Some(others) => right.and(others),
                    None => right,
                });
                group = left;
            }
        }
        self.found.push(group.positions[0]);
        self.unknown -= 1;
        self.decide(1, 1);
        Ok(unknown)
    }

    /// Checks each item by itself.
    pub(super) fn one_by_one(&mut self, positions: &[usize]) -> Result<()> {
        let verdicts = self.claims.hold_each(positions)?;
        let known = self.found.len();
        for (&position, holds) in positions.iter().zip(verdicts) {
            self.record(position, holds);
        }
        self.unknown -= positions.len();
        self.budget -= positions.len();
        self.decide(positions.len(), self.found.len() - known);
        Ok(())
    }

    /// Records the verdict on an item.
    pub(super) fn record(&mut self, position: usize, holds: bool) {
        if holds {
            self.holds[position] = true;
        } else {
            self.found.push(position);
        }
    }

    /// Resets the estimate of the density of false items before a group of another kind is
    /// searched.
    pub(super) fn begin_phase(&mut self) {
        (self.decided, self.decided_false, self.misses) = (0, 0, 0);
    }

    fn decide(&mut self, items: usize, of_them_false: usize) {
        self.decided += items;
        self.decided_false += of_them_false;
    }

    /// The number of items to check one by one next, if on one thread at least an eighth of the decided items
    /// are false, or a quarter at first. Items that are checked one by one are checked in bulk. If the check of
    /// a group takes as long as two of them, groups of no size save time if more than about a ninth of the
    /// items are false: the binary entropy of that density is one half. The longer the check of a group takes,
    /// the lower is that density: a sixteenth for two threads, about a seventieth for eight.
    fn dense_items(&self) -> Option<usize> {
        let dense = self.threads
            * if self.decided_false < MANY_FALSE {
                DENSE_AT_FIRST
            } else {
                DENSE
            };
        let is_dense = self.decided >= MIN_DECIDED
            && self.decided_false >= MIN_FALSE
            && dense * self.decided_false >= self.decided;
        is_dense.then_some(ITEMS_PER_DECIDED * self.decided)
    }
}
