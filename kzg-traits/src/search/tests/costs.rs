//! The number of checks that a search takes.

use super::super::{group_cost, only_false_cost};
use super::grid::{Grid, numbers};

/// The number of checks of groups, the number of items checked one by one, the number of items in all sums but the
/// first, how often the only false item of a group is looked for, and the cost of comparisons, on one thread.
fn cost(rows: usize, columns: usize, is_false: impl Fn(usize, usize) -> bool) -> [usize; 5] {
    cost_on(1, rows, columns, is_false)
}

/// [`cost`] on several threads: the highest of those with and without deduced verdicts, with and without the only
/// false items of groups, and with and without contradictions. Deduced verdicts count as the items that can be checked
/// one by one in the time.
fn cost_on(
    threads: usize,
    rows: usize,
    columns: usize,
    is_false: impl Fn(usize, usize) -> bool,
) -> [usize; 5] {
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
    let is_false: Vec<bool> = places.map(|(row, column)| is_false(row, column)).collect();
    let costs = (0..8).map(|choice| {
        let mut grid = Grid::new(rows as u64, is_false.clone());
        grid.threads = threads;
        [grid.deduces, grid.finds_only_false, grid.contradicts] =
            [1, 2, 4].map(|bit| choice & bit != 0);
        assert_eq!(grid.search(), grid.expected());
        let beyond = grid.sums.get() - rows * columns;
        let one_by_one = grid.one_by_one.get() + grid.deduced.get().div_ceil(4);
        [
            grid.checks.get(),
            one_by_one,
            beyond,
            grid.looked.get(),
            grid.comparing.get(),
        ]
    });
    costs
        .max_by_key(|cost| time(threads, cost))
        .expect("eight costs")
}

/// The time of a search in the unit of costs.
fn time(threads: usize, [checks, one_by_one, _, looked, comparing]: &[usize; 5]) -> usize {
    let in_bulk = one_by_one + comparing;
    group_cost(threads) * checks + only_false_cost(threads) * looked + in_bulk
}

/// The highest cost of each kind over several positions of a fault.
fn worst(costs: impl Iterator<Item = [usize; 5]>) -> [usize; 5] {
    costs.fold([0; 5], |worst, cost| {
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
    let row_and_column = worst(
        (0..128).map(|wrong| cost(21, 128, |row, column| row == wrong % 21 || column == wrong)),
    );
    assert!(
        row_and_column[0] <= 170 && row_and_column[1] <= 150,
        "{row_and_column:?}"
    );
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
fn the_other_columns_determine_false_columns() {
    for false_columns in [vec![50], (7..128).step_by(16).collect(), (0..8).collect()] {
        let number = false_columns.len();
        let is_false = (0..21 * 128).map(|position| false_columns.contains(&(position / 21)));
        let mut grid = Grid::new(21, is_false.collect());
        grid.deduces = true;
        assert_eq!(grid.search(), grid.expected());
        // The false cells of the first row are found in the search for the columns.
        assert_eq!(grid.deduced.get(), 20 * number);
        assert!(grid.one_by_one.get() <= 40, "{false_columns:?}");
        assert!(grid.checks.get() <= 12 + 7 * number);
    }
}

/// The number of checks and how often the only false item of a group is looked for, where it is found.
fn checks_and_looks(rows: usize, is_false: Vec<bool>) -> [usize; 2] {
    let mut grid = Grid::new(rows as u64, is_false);
    (grid.finds_only_false, grid.deduces) = (true, true);
    assert_eq!(grid.search(), grid.expected());
    [grid.checks.get(), grid.looked.get()]
}

/// The whole batch and all items that are not contradicted are checked, and the first row if it shows nothing.
#[test]
fn contradicted_items_are_found_by_two_checks() {
    let assert_found = |name: &str, most_checks: usize, is_false: &dyn Fn(usize, usize) -> bool| {
        let is_false = (0..21 * 128).map(|position| is_false(position % 21, position / 21));
        let mut grid = Grid::new(21, is_false.collect());
        (grid.contradicts, grid.finds_only_false, grid.deduces) = (true, true, true);
        assert_eq!(grid.search(), grid.expected(), "{name}");
        assert!(
            grid.checks.get() <= most_checks,
            "{name}: {}",
            grid.checks.get()
        );
        assert_eq!(
            (grid.looked.get(), grid.one_by_one.get(), grid.deduced.get()),
            (0, 0, 0)
        );
        assert!(grid.compared.get() <= 22 * 128, "{name}");
    };
    assert_found("one column", 2, &|_, column| column == 77);
    assert_found("eight columns", 2, &|_, column| column % 16 == 5);
    assert_found("32 columns", 2, &|_, column| column % 4 == 1);
    assert_found("one item", 3, &|row, column| row == 7 && column == 77);
    assert_found("an item in the first row", 2, &|row, column| {
        row == 0 && column == 77
    });
    assert_found("many items", 2, &|row, column| {
        (row * row + column) % 9 == 0
    });
}

/// Where others than the contradicted items are false, these are found too.
#[test]
fn items_beside_the_contradicted_ones_are_found() {
    for false_row in [0, 3, 20] {
        let is_false = (0..21 * 128).map(|position| {
            let (row, column) = (position % 21, position / 21);
            row == false_row || column == 50
        });
        let mut grid = Grid::new(21, is_false.collect());
        (grid.contradicts, grid.finds_only_false) = (true, true);
        assert_eq!(grid.search(), grid.expected());
        assert!(grid.compared.get() > 0);
    }
}

#[test]
fn the_only_false_item_of_a_group_is_found_at_once() {
    for n in [64, 128, 256] {
        for wrong in 0..n {
            let is_false = (0..n).map(|position| position == wrong).collect();
            assert_eq!(checks_and_looks(n, is_false), [1, 1]);
        }
    }
    // The whole batch, the first row, all items outside of the column, and the rest of the column.
    for wrong in 0..128 {
        let is_false = (0..6 * 128).map(|position| position / 6 == wrong);
        assert_eq!(checks_and_looks(6, is_false.collect()), [4, 1]);
    }
    // A batch that has room in its budget.
    for n in 6..=8 {
        for wrong in 0..n {
            let is_false = (0..n).map(|position| position == wrong).collect();
            assert_eq!(checks_and_looks(n, is_false), [1, 1]);
        }
    }
}

#[test]
fn the_only_false_item_of_a_group_is_looked_for_while_that_is_likely() {
    let flat =
        |n: usize, wrong: &[usize]| (0..n).map(|position| wrong.contains(&position)).collect();
    assert_eq!(checks_and_looks(64, flat(64, &[7, 40])), [4, 3]);
    // Three halves hold or fail before a group is small enough.
    assert_eq!(checks_and_looks(2048, flat(2048, &[700])), [5, 1]);
    let spread = (0..21 * 128).map(|position| position / 21 % 16 == 5);
    let [checks, looks] = checks_and_looks(21, spread.collect());
    assert!(
        checks <= 27 && looks <= 14,
        "{checks} checks, {looks} looks"
    );
    // Where each group has several false items, three groups are enough to see that.
    assert_eq!(checks_and_looks(64, vec![true; 64])[1], 3);
}

#[test]
fn if_all_items_are_false_each_is_checked_once() {
    for (rows, columns) in [(21, 128), (6, 128), (1, 128), (64, 1)] {
        let [checks, one_by_one, beyond, looked, _] = cost(rows, columns, |_, _| true);
        assert!(checks <= 40 && looked <= 6, "{checks}, {looked}");
        assert!(one_by_one <= rows * columns);
        // A group in which the only false item is looked for has second sums, and so have parts of the group.
        let most = if looked == 0 { 3 } else { 5 };
        assert!(beyond <= most * rows * columns, "{beyond}");
    }
}

#[test]
fn random_patterns_cost_at_most_three_checks_for_two_items() {
    let mut random = numbers(7);
    for percent in [1, 2, 5, 10, 20, 30, 50, 70, 90] {
        let is_false: Vec<bool> = (0..2688).map(|_| random() % 100 < percent).collect();
        let [checks, one_by_one, _, looked, _] =
            cost(21, 128, |row, column| is_false[column * 21 + row]);
        assert!(
            checks + looked + one_by_one <= 2688 * 3 / 2,
            "{percent} percent: {checks} checks, {looked} looks and {one_by_one} one by one"
        );
    }
}

/// On every number of threads, checks of groups have their [`group_cost`].
#[test]
fn no_pattern_of_a_small_batch_costs_more_than_twice_all_items_in_bulk() {
    for threads in [1, 2, 8] {
        for n in 1..=14 {
            for mask in 1..1_u32 << n {
                let cost = cost_on(threads, n, 1, |row, _| mask >> row & 1 == 1);
                let most = (2 * n).max(n + group_cost(threads));
                assert!(
                    time(threads, &cost) <= most,
                    "{mask:#b} of {n}, {threads} threads: {cost:?}"
                );
            }
        }
    }
}

/// On every number of threads, checks of groups have their [`group_cost`]. On one thread the densities about
/// an eighth are the worst: there groups do not save time any more.
#[test]
fn no_pattern_costs_much_more_than_all_items_in_bulk() {
    let mut random = numbers(11);
    for (rows, columns) in [(64, 1), (1, 128), (256, 1), (1344, 1), (21, 128)] {
        let n = rows * columns;
        let mut patterns: Vec<Vec<bool>> = Vec::new();
        for period in 1..=24_usize {
            for first in (0..period).step_by(period.div_ceil(4)) {
                patterns.push((0..n).map(|i| i % period == first).collect());
            }
        }
        for percent in (2..60).step_by(3) {
            patterns.push((0..n).map(|_| random() % 100 < percent).collect());
        }
        // Items that are all true, and then items of which many are false, by turns.
        for parts in [2, 4, 16] {
            for period in [1, 3, 8] {
                let pattern = (0..n).map(|i| i * parts / n % 2 == 0 && i % period == 0);
                patterns.push(pattern.collect());
            }
        }
        if n == 64 {
            let mask = 0x5a2_6dea_aaa0_0005_u64;
            patterns.push((0..n).map(|i| mask >> i & 1 == 1).collect());
        }
        for pattern in patterns {
            let number = pattern.iter().filter(|is_false| **is_false).count();
            for threads in [1, 2, 8, 32] {
                let cost = cost_on(threads, rows, columns, |row, column| {
                    pattern[column * rows + row]
                });
                let most = (19 * n / 10).max(n + group_cost(threads));
                assert!(
                    time(threads, &cost) <= most,
                    "{number} of {rows} x {columns}, {threads} threads: {cost:?}"
                );
            }
        }
    }
}
