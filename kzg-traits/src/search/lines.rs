//! The search by lines: rows and columns of the grid of items.

use crate::error::Result;

use super::group::Group;
use super::{Claims, Search};

const ROW: usize = 0;
const COLUMN: usize = 1;

/// Groups of at most this size are not worth a search by lines.
const MAX_ITEMS_WITHOUT_LINES: usize = 32;
/// The largest first line that is checked item by item. In most false lines all items are false.
const MAX_FIRST_LINE: usize = 64;
/// The number of verdicts that are deduced from other items in the time of the check of one item in bulk: four for
/// cells in blocks of at least eight, by the times of kzg-blst's engine ifma. In smaller blocks it is fewer, down to
/// about one and a half for blocks of one cell.
const DEDUCED_AT_THE_COST_OF_ONE: usize = 4;

/// The number of items that are compared with each other in the time of the check of one item in bulk.
const COMPARED_AT_THE_COST_OF_ONE: usize = 128;

/// The cost to compare items with the others of their rows. One thread compares a row, while items in bulk are spread
/// over all threads.
pub(super) fn compared_cost(items: usize, threads: usize) -> usize {
    items.div_ceil(COMPARED_AT_THE_COST_OF_ONE).max(threads)
}

impl<C: Claims> Search<'_, C> {
    /// Searches a group that fails. Looks for contradicted items first, then searches by lines if the group has several
    /// rows and columns, otherwise in parts.
    pub(super) fn search(&mut self, group: Group<C::Sums>) -> Result<()> {
        let column = |position: usize| self.claims.place(position)[COLUMN];
        let mut columns = group.positions.iter().map(|&position| column(position));
        let is_column = columns.all(|other| other == column(group.positions[0]));
        if group.positions.len() <= MAX_ITEMS_WITHOUT_LINES || is_column {
            return self.search_parts(group);
        }
        let key = self.longest_line(&group.positions, ROW);
        let is_in_row = |position: &usize| self.claims.place(*position)[ROW] == key;
        let row: Vec<usize> = group.positions.iter().copied().filter(is_in_row).collect();
        let mut rest = group;
        let shows_nothing = self.contradicted(&row).is_empty();
        if !shows_nothing {
            rest = match self.without_contradicted(rest)? {
                Some(others) => others,
                None => return Ok(()),
            };
        }
        for axis in [ROW, COLUMN] {
            let key = self.longest_line(&rest.positions, axis);
            let in_line = |position| self.claims.place(position)[axis] == key;
            let (Some(line), others) = self.split_off(rest, in_line) else {
                unreachable!("the line is one of the group's")
            };
            let Some(others) = others else {
                return self.search_parts(line);
            };
            rest = others;
            if self.finishes(&[&line])? {
                if axis == ROW && shows_nothing {
                    rest = match self.without_contradicted(rest)? {
                        Some(others) => others,
                        None => return Ok(()),
                    };
                }
                continue;
            }
            // Usually one crossing line is false, and one check shows that all other items hold.
            self.begin_phase();
            let known = self.found.len();
            let unknown = self.find_one(line)?;
            let others = self.set_aside_across(rest, known, axis);
            let outside: Vec<_> = unknown.iter().chain(&others).collect();
            if self.finishes(&outside)? {
                return Ok(());
            }
            // Several crossing lines are false. The false items of the first line show which ones.
            rest = match (unknown, others) {
                (None, others) => others.expect("there is a group outside, which fails"),
                (Some(unknown), None) => return self.search_parts(unknown),
                (Some(unknown), Some(others)) => {
                    if self.finishes(&[&unknown])? {
                        others
                    } else {
                        self.begin_phase();
                        let known = self.found.len();
                        self.search_parts(unknown)?;
                        match self.set_aside_across(others, known, axis) {
                            Some(others) if !self.finishes(&[&others])? => others,
                            _ => return Ok(()),
                        }
                    }
                }
            };
        }
        // The remaining false items need not form lines. Sorting by rows makes parts whole rows.
        rest.positions
            .sort_unstable_by_key(|&position| (self.claims.place(position), position));
        self.begin_phase();
        self.search_parts(rest)
    }

    /// The positions of items that the others contradict, in ascending order, if the budget has room for the comparison.
    fn contradicted(&mut self, positions: &[usize]) -> Vec<usize> {
        let cost = compared_cost(positions.len(), self.threads);
        if self.budget < self.unknown + cost {
            return Vec::new();
        }
        self.budget -= cost;
        let mut found = self.claims.contradicted(positions);
        found.sort_unstable();
        found
    }

    /// Checks the items of a failing group that are not contradicted. If they hold, the contradicted items are false, and
    /// the group is finished. Otherwise the contradicted items are set aside, and the others are returned.
    fn without_contradicted(&mut self, group: Group<C::Sums>) -> Result<Option<Group<C::Sums>>> {
        let contradicted = self.contradicted(&group.positions);
        if contradicted.is_empty() || !self.can_check_group() {
            return Ok(Some(group));
        }
        let is_contradicted = |position| contradicted.binary_search(&position).is_ok();
        let (Some(false_items), Some(others)) = self.split_off(group, is_contradicted) else {
            unreachable!("most items of a row are not contradicted")
        };
        // The budget has room for this check, so that the others hold if it succeeds.
        if self.finishes(&[&others])? {
            self.unknown -= false_items.positions.len();
            self.found.extend(false_items.positions);
            return Ok(None);
        }
        self.set_aside.push((false_items, COLUMN));
        Ok(Some(others))
    }

    /// Sets the lines aside that cross a line of `axis` at the false items that were found in it, all but the
    /// first `known`. Returns the other items of the group.
    fn set_aside_across(
        &mut self,
        group: Group<C::Sums>,
        known: usize,
        axis: usize,
    ) -> Option<Group<C::Sums>> {
        let mut across: Vec<u64> = self.found[known..]
            .iter()
            .map(|&position| self.claims.place(position)[1 - axis])
            .collect();
        across.sort_unstable();
        let crosses = |position| {
            across
                .binary_search(&self.claims.place(position)[1 - axis])
                .is_ok()
        };
        let (crossing, others) = self.split_off(group, crosses);
        self.set_aside
            .extend(crossing.map(|lines| (lines, 1 - axis)));
        others
    }

    /// Searches the lines that were set aside. What is known of the other items may determine verdicts on
    /// theirs.
    pub(super) fn search_set_aside(&mut self) -> Result<()> {
        let mut lines = Vec::new();
        for (group, axis) in core::mem::take(&mut self.set_aside) {
            if !self.finishes(&[&group])? {
                lines.push((group, axis));
            }
        }
        let items = lines.iter().flat_map(|(group, _)| &group.positions);
        let items: Vec<usize> = items.copied().collect();
        let mut verdicts = self.claims.deduce(&items, &self.holds).into_iter();
        for (group, axis) in lines {
            let verdicts = verdicts.by_ref().take(group.positions.len());
            let number = group.positions.len();
            let Some(group) = self.without_deduced(group, verdicts) else {
                continue;
            };
            if group.positions.len() < number && self.finishes(&[&group])? {
                continue;
            }
            self.search_crossing(group, axis)?;
        }
        Ok(())
    }

    /// Searches lines of `axis` that cross the false items of another line. The group fails.
    fn search_crossing(&mut self, mut group: Group<C::Sums>, axis: usize) -> Result<()> {
        self.begin_phase();
        group
            .positions
            .sort_by_key(|&position| self.claims.place(position)[axis]);
        let key = self.claims.place(group.positions[0])[axis];
        let first = group
            .positions
            .partition_point(|&position| self.claims.place(position)[axis] == key);
        if first > MAX_FIRST_LINE {
            return self.search_parts(group);
        }
        if first == group.positions.len() {
            return self.one_by_one(&group.positions);
        }
        let in_line = |position| self.claims.place(position)[axis] == key;
        let (Some(line), Some(others)) = self.split_off(group, in_line) else {
            unreachable!("the first line is a part of the group")
        };
        let known = self.found.len();
        self.one_by_one(&line.positions)?;
        if self.found.len() - known == line.positions.len() {
            // Where one whole line is false, the other lines usually are too.
            return self.one_by_one(&others.positions);
        }
        if self.finishes(&[&others])? {
            return Ok(());
        }
        self.search_parts(others)
    }

    /// Records the verdicts on items of a group that are deduced. Returns the other items.
    fn without_deduced(
        &mut self,
        group: Group<C::Sums>,
        verdicts: impl Iterator<Item = Option<bool>>,
    ) -> Option<Group<C::Sums>> {
        let mut others = Vec::new();
        for (&position, verdict) in group.positions.iter().zip(verdicts) {
            match verdict {
                Some(holds) => self.record(position, holds),
                None => others.push(position),
            }
        }
        let deduced = group.positions.len() - others.len();
        if deduced == 0 {
            return Some(group);
        }
        self.unknown -= deduced;
        self.budget -= deduced.div_ceil(DEDUCED_AT_THE_COST_OF_ONE);
        (!others.is_empty()).then(|| Group {
            sums: self.claims.sums(&others),
            positions: others,
        })
    }

    /// The key of the line with the most items; of several such lines the smallest key.
    fn longest_line(&self, positions: &[usize], axis: usize) -> u64 {
        let mut keys: Vec<u64> = positions
            .iter()
            .map(|&position| self.claims.place(position)[axis])
            .collect();
        keys.sort_unstable();
        let lines = keys.chunk_by(|a, b| a == b);
        let longest = lines.rev().max_by_key(|line| line.len());
        longest.expect("the group is not empty")[0]
    }
}
