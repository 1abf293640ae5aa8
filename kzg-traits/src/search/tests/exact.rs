//! Exactly the false items are found, wherever they are.

use super::grid::{Grid, numbers};

#[test]
fn exactly_the_false_items_are_found() {
    for n in [0, 1, 2, 3, 8, 13] {
        for mask in 0..1_u32 << n {
            for finds_only_false in [false, true] {
                let is_false = (0..n).map(|i| mask >> i & 1 == 1).collect();
                let mut grid = Grid::new(u64::MAX, is_false);
                grid.finds_only_false = finds_only_false;
                assert_eq!(grid.search(), grid.expected());
                assert!(mask != 0 || grid.checks.get() <= 1);
            }
        }
    }
}

#[test]
fn exactly_the_false_items_of_a_grid_are_found() {
    let mut random = numbers(1);
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
            let mut grid = Grid::new(rows as u64, is_false);
            grid.deduces = round % 2 == 1;
            grid.finds_only_false = round % 4 >= 2;
            grid.contradicts = round % 8 >= 4;
            assert_eq!(grid.search(), grid.expected());
        }
    }
}

/// Items that are not in the lines of the others are found only if they are false, also when the budget
/// ends while lines are searched.
#[test]
fn exactly_the_false_items_are_found_where_items_are_outside_of_all_lines() {
    let rectangle = |rows: u64, columns: u64| {
        (0..columns).flat_map(move |column| (0..rows).map(move |row| [row, column]))
    };
    let places: Vec<_> = rectangle(8, 4).chain([[8, 127]]).collect();
    for wrong in [
        [0, 1, 3, 5, 14, 16, 24, 25, 31],
        [1, 8, 9, 15, 16, 20, 24, 26, 28],
    ] {
        let is_false = (0..places.len()).map(|position| wrong.contains(&position));
        let grid = Grid::at(places.clone(), is_false.collect());
        assert_eq!(grid.search(), wrong);
    }
    let mut random = numbers(5);
    for round in 0..20_000 {
        let (rows, columns) = (3 + random() % 8, 3 + random() % 8);
        let mut places: Vec<_> = rectangle(rows as u64, columns as u64).collect();
        places.push([50, 127]);
        if round % 2 == 0 {
            places.push([51, random() as u64 % columns as u64]);
        }
        for i in (1..places.len()).rev() {
            places.swap(i, random() % (i + 1));
        }
        let percent = 10 + random() % 30;
        let is_false = places.iter().map(|_| random() % 100 < percent).collect();
        let mut grid = Grid::at(places, is_false);
        grid.threads = [1, 2, 8][random() % 3];
        grid.deduces = random() % 2 == 1;
        grid.finds_only_false = random() % 2 == 1;
        grid.contradicts = random() % 2 == 1;
        assert_eq!(grid.search(), grid.expected());
    }
}

/// Where most items of a row are false, they contradict those that hold. On many threads, the budget has no room for
/// the check of the others.
#[test]
fn items_that_false_ones_contradict_hold() {
    for (rows, columns) in [(1, 128), (1, 200), (2, 64), (3, 100), (21, 128)] {
        for period in 4..9 {
            for threads in [1, 2, 8, 16, 32] {
                let is_false = (0..rows * columns).map(|position| position / rows % period != 1);
                let mut grid = Grid::new(rows as u64, is_false.collect());
                (grid.threads, grid.contradicts) = (threads, true);
                assert_eq!(grid.search(), grid.expected());
            }
        }
    }
}
