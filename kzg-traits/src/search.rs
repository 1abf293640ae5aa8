//! The search for the false items of a batch, by checks of groups of them.
//!
//! Each item is a claim `e(Lᵢ, [1]₂) = e(Rᵢ, Q)`. With weights `wᵢ` that are fixed before the
//! search, the claims of a group hold, up to the error of the weights, if
//! `e(ΣwᵢLᵢ, [1]₂) = e(ΣwᵢRᵢ, Q)`. When a group is split, the sums of one half are computed, and
//! the sums of the other half are the difference. If a group fails and one half holds, the other
//! half fails without a check.
//!
//! Real faults usually affect whole lines: a column of cells, or the cells of a blob. So one row is
//! searched first, then the columns through the false cells of that row, then one column and the
//! rows through its false cells. If these lines contain all false items, one check of all other
//! items confirms it. If most items are false, groups save no checks, and the remaining items are
//! checked one by one.

use core::ops::{Add, Sub};

use crate::error::Result;

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

    /// Whether each claim holds by itself, in the order of the positions.
    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>>;
}

const ROW: usize = 0;
const COLUMN: usize = 1;

/// Groups of at most this size are not worth a search by lines.
const MAX_ITEMS_WITHOUT_LINES: usize = 32;
/// The largest first line that is checked item by item. In most false lines all items are false.
const MAX_FIRST_LINE: usize = 64;
/// After a part of at most this size fails, the next part has the same size. After a larger part
/// fails, the next part has an eighth of the size.
const SMALL_PART: usize = 32;
/// The least number of decided items from which the density of false items is estimated.
const MIN_DECIDED: usize = 4;
/// The number of items that are checked one by one for each decided item, if the density is high.
const ITEMS_PER_DECIDED: usize = 8;

/// The positions of the false items, in no particular order.
///
/// If all claims hold, the search takes one check. In the worst case nearly all claims are false;
/// the search then takes one check for each item by itself and a few checks of groups.
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
    let all = Group {
        positions: positions.to_vec(),
        sums,
    };
    let mut search = Search {
        claims,
        decided: 0,
        decided_false: 0,
        found: Vec::new(),
    };
    search.search(all)?;
    Ok(search.found)
}

/// Two disjoint parts of a group, `None` for a part without items.
type Parts<S> = (Option<Group<S>>, Option<Group<S>>);

/// Items that are checked together.
struct Group<S> {
    positions: Vec<usize>,
    sums: S,
}

impl<S: Add<Output = S>> Group<S> {
    /// The items of this group, then those of another.
    fn and(mut self, other: Self) -> Self {
        self.positions.extend_from_slice(&other.positions);
        Self {
            positions: self.positions,
            sums: self.sums + other.sums,
        }
    }
}

struct Search<'a, C> {
    claims: &'a C,
    /// Number of items of the present phase whose verdict is known.
    decided: usize,
    /// Number of these items that are false.
    decided_false: usize,
    /// The positions of the false items that are found so far.
    found: Vec<usize>,
}

impl<C: Claims> Search<'_, C> {
    /// Searches a group that fails: by lines if the group has several rows and columns, otherwise
    /// in parts.
    fn search(&mut self, group: Group<C::Sums>) -> Result<()> {
        let is_line = |axis: usize| {
            let key = self.claims.place(group.positions[0])[axis];
            let mut positions = group.positions.iter();
            positions.all(|&position| self.claims.place(position)[axis] == key)
        };
        if group.positions.len() <= MAX_ITEMS_WITHOUT_LINES || is_line(ROW) || is_line(COLUMN) {
            return self.search_parts(group);
        }
        let mut rest = group;
        for axis in [ROW, COLUMN] {
            let key = self.longest_line(&rest.positions, axis);
            let (Some(line), others) = self.split_off(rest, |place| place[axis] == key) else {
                unreachable!("the line is one of the group's")
            };
            let Some(others) = others else {
                return self.search_parts(line);
            };
            rest = others;
            if self.claims.hold(&line.sums)? {
                continue;
            }
            // Usually one crossing line is false, and one check shows that all other items hold.
            self.begin_phase();
            let known = self.found.len();
            let unknown = self.find_one(line)?;
            let across = self.claims.place(self.found[known])[1 - axis];
            let (crossing, others) = self.split_off(rest, |place| place[1 - axis] == across);
            if let Some(crossing) = crossing {
                self.search_crossing(crossing, 1 - axis)?;
            }
            let outside = match (&unknown, &others) {
                (None, None) => return Ok(()),
                (Some(group), None) | (None, Some(group)) => group.sums,
                (Some(unknown), Some(others)) => unknown.sums + others.sums,
            };
            if self.claims.hold(&outside)? {
                return Ok(());
            }
            // Several crossing lines are false. The false items of the first line show which ones.
            rest = match (unknown, others) {
                (None, others) => others.expect("there is a group outside, which fails"),
                (Some(unknown), None) => return self.search_parts(unknown),
                (Some(unknown), Some(others)) => {
                    if self.claims.hold(&unknown.sums)? {
                        others
                    } else {
                        self.begin_phase();
                        let known = self.found.len();
                        self.search_parts(unknown)?;
                        let mut across: Vec<u64> = self.found[known..]
                            .iter()
                            .map(|&position| self.claims.place(position)[1 - axis])
                            .collect();
                        across.sort_unstable();
                        let crosses =
                            |place: [u64; 2]| across.binary_search(&place[1 - axis]).is_ok();
                        let (crossing, others) = self.split_off(others, crosses);
                        if let Some(crossing) = crossing {
                            self.search_crossing(crossing, 1 - axis)?;
                        }
                        match others {
                            Some(others) if !self.claims.hold(&others.sums)? => others,
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

    /// Searches the lines of `axis` that cross the false items of another line. The group need not
    /// fail.
    fn search_crossing(&mut self, group: Group<C::Sums>, axis: usize) -> Result<()> {
        if self.claims.hold(&group.sums)? {
            return Ok(());
        }
        self.begin_phase();
        let mut group = group;
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
        let (Some(line), Some(others)) = self.split_off(group, |place| place[axis] == key) else {
            unreachable!("the first line is a part of the group")
        };
        self.one_by_one(&line.positions)?;
        if self.claims.hold(&others.sums)? {
            return Ok(());
        }
        self.search_parts(others)
    }

    /// Searches a group that fails: finds one false item, then checks parts of the remaining items,
    /// and finds one false item in each part that fails. Parts grow as long as they hold.
    ///
    /// Source: Hwang, "A method for detecting all defective members in a population by group
    /// testing", Journal of the American Statistical Association 67, 1972; here the number of false
    /// items is not known.
    fn search_parts(&mut self, group: Group<C::Sums>) -> Result<()> {
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
                if self.claims.hold(&part.sums)? {
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

    /// Finds one false item of a group that fails. Returns the items whose verdict is still
    /// unknown.
    fn find_one(&mut self, group: Group<C::Sums>) -> Result<Option<Group<C::Sums>>> {
        let mut group = group;
        let mut unknown: Option<Group<C::Sums>> = None;
        while group.positions.len() > 1 {
            let half = group.positions.len() / 2;
            let (left, right) = self.split_at(group, half);
            let right = right.expect("a half is not the whole");
            if self.claims.hold(&left.sums)? {
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
        self.decide(1, 1);
        Ok(unknown)
    }

    /// The first `n` items of a group, and the others.
    fn split_at(
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

    /// Checks each item by itself.
    fn one_by_one(&mut self, positions: &[usize]) -> Result<()> {
        let verdicts = self.claims.hold_each(positions)?;
        let known = self.found.len();
        let verdicts = positions.iter().zip(verdicts);
        let found = verdicts.filter_map(|(&position, holds)| (!holds).then_some(position));
        self.found.extend(found);
        self.decide(positions.len(), self.found.len() - known);
        Ok(())
    }

    /// Resets the estimate of the density of false items before a group of another kind is
    /// searched.
    fn begin_phase(&mut self) {
        (self.decided, self.decided_false) = (0, 0);
    }

    fn decide(&mut self, items: usize, of_them_false: usize) {
        self.decided += items;
        self.decided_false += of_them_false;
    }

    /// The number of items to check one by one next, if at least half of the decided items are
    /// false.
    fn dense_items(&self) -> Option<usize> {
        let is_dense = self.decided >= MIN_DECIDED && 2 * self.decided_false >= self.decided;
        is_dense.then_some(ITEMS_PER_DECIDED * self.decided)
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

    /// Splits a group into the items whose place satisfies `wanted`, and the others. Sums are
    /// computed for the smaller part.
    fn split_off(
        &self,
        group: Group<C::Sums>,
        wanted: impl Fn([u64; 2]) -> bool,
    ) -> Parts<C::Sums> {
        let Group { positions, sums } = group;
        let (taken, others): (Vec<usize>, Vec<usize>) = positions
            .into_iter()
            .partition(|&position| wanted(self.claims.place(position)));
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

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    /// Items of which some are false: the sum of a group is the number of its false items.
    struct Grid {
        rows: u64,
        is_false: Vec<bool>,
        sums: Cell<usize>,
        checks: Cell<usize>,
        one_by_one: Cell<usize>,
    }

    impl Grid {
        fn new(rows: u64, is_false: Vec<bool>) -> Self {
            let zero = || Cell::new(0);
            Self {
                rows,
                is_false,
                sums: zero(),
                checks: zero(),
                one_by_one: zero(),
            }
        }

        fn search(&self) -> Vec<usize> {
            let all: Vec<usize> = (0..self.is_false.len()).collect();
            let mut found = find_false(self, &all).unwrap();
            found.sort_unstable();
            found
        }

        fn expected(&self) -> Vec<usize> {
            let all = 0..self.is_false.len();
            all.filter(|&position| self.is_false[position]).collect()
        }
    }

    impl Claims for Grid {
        type Sums = i64;

        fn place(&self, position: usize) -> [u64; 2] {
            let position = position as u64;
            [position % self.rows, position / self.rows]
        }

        fn sums(&self, positions: &[usize]) -> i64 {
            assert!(!positions.is_empty());
            self.sums.set(self.sums.get() + positions.len());
            let is_false = |&&position: &&usize| self.is_false[position];
            positions.iter().filter(is_false).count() as i64
        }

        fn hold(&self, &sums: &i64) -> Result<bool> {
            assert!(sums >= 0);
            self.checks.set(self.checks.get() + 1);
            Ok(sums == 0)
        }

        fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>> {
            self.one_by_one.set(self.one_by_one.get() + positions.len());
            let each = positions.iter();
            Ok(each.map(|&position| !self.is_false[position]).collect())
        }
    }

    #[test]
    fn exactly_the_false_items_are_found() {
        for n in [0, 1, 2, 3, 8, 13] {
            for mask in 0..1_u32 << n {
                let is_false = (0..n).map(|i| mask >> i & 1 == 1).collect();
                let grid = Grid::new(u64::MAX, is_false);
                assert_eq!(grid.search(), grid.expected());
                assert!(mask != 0 || grid.checks.get() <= 1);
            }
        }
    }

    #[test]
    fn exactly_the_false_items_of_a_grid_are_found() {
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize
        };
        for (rows, columns) in [(1, 128), (2, 20), (6, 16), (7, 40), (40, 7)] {
            for round in 0..300 {
                let mut is_false = vec![false; rows * columns];
                for _ in 0..round % 5 {
                    let column = random() % columns;
                    is_false[column * rows..][..rows].fill(true);
                }
                for _ in 0..round / 5 % 3 {
                    let row = random() % rows;
                    is_false
                        .iter_mut()
                        .skip(row)
                        .step_by(rows)
                        .for_each(|it| *it = true);
                }
                for _ in 0..round / 15 {
                    let position = random() % is_false.len();
                    is_false[position] ^= true;
                }
                let grid = Grid::new(rows as u64, is_false);
                assert_eq!(grid.search(), grid.expected());
            }
        }
    }

    /// The number of checks of groups, the number of items checked one by one, and the number of
    /// items in all sums but the first.
    fn cost(rows: usize, columns: usize, is_false: impl Fn(usize, usize) -> bool) -> [usize; 3] {
        let places = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
        let is_false = places.map(|(row, column)| is_false(row, column)).collect();
        let grid = Grid::new(rows as u64, is_false);
        assert_eq!(grid.search(), grid.expected());
        let beyond = grid.sums.get() - rows * columns;
        [grid.checks.get(), grid.one_by_one.get(), beyond]
    }

    /// The highest cost of each kind over several positions of a fault.
    fn worst(costs: impl Iterator<Item = [usize; 3]>) -> [usize; 3] {
        costs.fold([0; 3], |worst, cost| {
            core::array::from_fn(|kind| worst[kind].max(cost[kind]))
        })
    }

    #[test]
    fn a_false_line_costs_its_items_and_a_few_checks() {
        let one_column = worst((0..128).map(|wrong| cost(21, 128, |_, column| column == wrong)));
        assert!(one_column[0] <= 11, "{one_column:?}");
        assert!(one_column[1] <= 20, "{one_column:?}");
        assert!(one_column[2] <= 300, "{one_column:?}");
        let one_cell =
            worst((0..2688).map(|wrong| cost(21, 128, |row, column| column * 21 + row == wrong)));
        assert!(one_cell[0] <= 30 && one_cell[1] <= 8, "{one_cell:?}");
        let one_row = worst((0..21).map(|wrong| cost(21, 128, |row, _| row == wrong)));
        assert!(one_row[0] <= 40 && one_row[1] <= 128, "{one_row:?}");
    }

    #[test]
    fn eight_false_columns_cost_their_items_and_some_checks() {
        let spread = worst((0..16).map(|first| cost(21, 128, |_, column| column % 16 == first)));
        assert!(spread[0] <= 70 && spread[1] <= 200, "{spread:?}");
        let adjacent = worst(
            (0..120).map(|first| cost(21, 128, |_, column| (first..first + 8).contains(&column))),
        );
        assert!(adjacent[0] <= 60, "{adjacent:?}");
        assert!(adjacent[1] <= 200, "{adjacent:?}");
    }

    #[test]
    fn if_all_items_are_false_each_is_checked_once() {
        for (rows, columns) in [(21, 128), (6, 128), (1, 128), (64, 1)] {
            let [checks, one_by_one, beyond] = cost(rows, columns, |_, _| true);
            assert!(checks <= 40, "{checks}");
            assert!(one_by_one <= rows * columns);
            assert!(beyond <= 3 * rows * columns, "{beyond}");
        }
    }

    #[test]
    fn random_patterns_cost_at_most_three_checks_for_two_items() {
        let mut state = 7_u64;
        for percent in [1, 2, 5, 10, 20, 30, 50, 70, 90] {
            let mut random = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                state >> 33
            };
            let is_false: Vec<bool> = (0..2688).map(|_| random() % 100 < percent).collect();
            let [checks, one_by_one, _] = cost(21, 128, |row, column| is_false[column * 21 + row]);
            assert!(
                checks + one_by_one <= 2688 * 3 / 2,
                "{percent} percent: {checks} checks and {one_by_one} one by one"
            );
        }
    }
}
