//! Items of which some are false, as claims without points.

use core::cell::Cell;
use core::ops::{Add, Sub};
use std::collections::{HashMap, HashSet};

use crate::error::Result;

use super::super::lines::compared_cost;
use super::super::{Claims, find_false};

/// A prime modulus of errors.
const PRIME: u64 = (1 << 61) - 1;

/// A residue modulo [`PRIME`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Residue(u64);

impl Add for Residue {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0) % PRIME)
    }
}

impl Sub for Residue {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self((self.0 + PRIME - other.0) % PRIME)
    }
}

impl Residue {
    fn times(self, factor: usize) -> Self {
        let product = u128::from(self.0) * factor as u128;
        Self((product % u128::from(PRIME)) as u64)
    }
}

/// Items of which some are false, each with an error of its own: the sum of a group is the sum of its errors.
pub(super) struct Grid {
    pub(super) places: Vec<[u64; 2]>,
    pub(super) is_false: Vec<bool>,
    pub(super) threads: usize,
    /// Whether the only false item of a group is known.
    pub(super) finds_only_false: bool,
    /// Whether verdicts follow from other items.
    pub(super) deduces: bool,
    /// Whether most items of a row contradict the others, if at most a quarter is false or at most a quarter holds.
    pub(super) contradicts: bool,
    pub(super) sums: Cell<usize>,
    pub(super) checks: Cell<usize>,
    /// Number of searches for the only false item of a group.
    pub(super) looked: Cell<usize>,
    pub(super) one_by_one: Cell<usize>,
    pub(super) deduced: Cell<usize>,
    /// The number of items that were compared with others of their row.
    pub(super) compared: Cell<usize>,
    /// The cost of the comparisons.
    pub(super) comparing: Cell<usize>,
}

impl Grid {
    pub(super) fn new(rows: u64, is_false: Vec<bool>) -> Self {
        let places = (0..is_false.len() as u64).map(|position| [position % rows, position / rows]);
        Self::at(places.collect(), is_false)
    }

    pub(super) fn at(places: Vec<[u64; 2]>, is_false: Vec<bool>) -> Self {
        assert_eq!(places.len(), is_false.len());
        let zero = || Cell::new(0);
        Self {
            places,
            is_false,
            threads: 1,
            finds_only_false: false,
            deduces: false,
            contradicts: false,
            sums: zero(),
            checks: zero(),
            looked: zero(),
            one_by_one: zero(),
            deduced: zero(),
            compared: zero(),
            comparing: zero(),
        }
    }

    /// Zero for an item that holds, otherwise a number without a pattern.
    fn error(&self, position: usize) -> Residue {
        let square = |x: u64| (u128::from(x) * u128::from(x) % u128::from(PRIME)) as u64;
        let error = (0..8).fold(position as u64 + 3, |x, _| square(x) + 1);
        Residue(u64::from(self.is_false[position]) * (error % PRIME))
    }

    pub(super) fn search(&self) -> Vec<usize> {
        let all: Vec<usize> = (0..self.is_false.len()).collect();
        let mut found = find_false(self, &all).unwrap();
        found.sort_unstable();
        found
    }

    pub(super) fn expected(&self) -> Vec<usize> {
        let all = 0..self.is_false.len();
        all.filter(|&position| self.is_false[position]).collect()
    }
}

impl Claims for Grid {
    type Sums = Residue;

    fn place(&self, position: usize) -> [u64; 2] {
        self.places[position]
    }

    fn sums(&self, positions: &[usize]) -> Residue {
        assert!(!positions.is_empty());
        self.sums.set(self.sums.get() + positions.len());
        let errors = positions.iter().map(|&position| self.error(position));
        errors.fold(Residue(0), Add::add)
    }

    fn hold(&self, sums: &Residue) -> Result<bool> {
        self.checks.set(self.checks.get() + 1);
        Ok(sums.0 == 0)
    }

    fn finds_only_false(&self) -> bool {
        self.finds_only_false
    }

    fn only_false(&self, positions: &[usize], sums: &Residue) -> Result<Option<usize>> {
        assert!(self.finds_only_false && sums.0 != 0, "a group that fails");
        self.looked.set(self.looked.get() + 1);
        self.sums.set(self.sums.get() + positions.len());
        let errors = positions.iter().enumerate();
        let by_index = errors
            .map(|(index, &position)| self.error(position).times(index))
            .fold(Residue(0), Add::add);
        let mut indices = 0..positions.len();
        let only = indices.find(|&index| sums.times(index) == by_index);
        Ok(only)
    }

    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>> {
        self.one_by_one.set(self.one_by_one.get() + positions.len());
        let each = positions.iter();
        Ok(each.map(|&position| !self.is_false[position]).collect())
    }

    /// Half of the items of a row determine the others.
    fn deduce(&self, positions: &[usize], holds: &[bool]) -> Vec<Option<bool>> {
        let known = holds.iter().zip(&self.is_false);
        assert!(known.clone().all(|(holds, is_false)| !(holds & is_false)));
        let mut rows: HashMap<u64, [usize; 2]> = HashMap::new();
        for (position, holds) in holds.iter().enumerate() {
            let [all, held] = rows.entry(self.places[position][0]).or_default();
            *all += 1;
            *held += usize::from(*holds);
        }
        let deduce = |&position: &usize| {
            let [all, held] = rows[&self.places[position][0]];
            (self.deduces && 2 * held >= all).then(|| !self.is_false[position])
        };
        let verdicts: Vec<_> = positions.iter().map(deduce).collect();
        let deduced = verdicts.iter().flatten().count();
        self.deduced.set(self.deduced.get() + deduced);
        verdicts
    }

    fn contradicted(&self, positions: &[usize]) -> Vec<usize> {
        if !self.contradicts {
            return Vec::new();
        }
        self.compared.set(self.compared.get() + positions.len());
        let cost = compared_cost(positions.len(), self.threads);
        self.comparing.set(self.comparing.get() + cost);
        let columns: HashSet<u64> = self.places.iter().map(|place| place[1]).collect();
        let mut rows: HashMap<u64, Vec<usize>> = HashMap::new();
        for &position in positions {
            let row = rows.entry(self.places[position][0]).or_default();
            row.push(position);
        }
        let is_complete = |row: &&Vec<usize>| {
            let of_row: HashSet<u64> = row.iter().map(|k| self.places[*k][1]).collect();
            of_row.len() == row.len() && of_row == columns
        };
        // Where most items are false, they may contradict those that hold.
        let parts = rows.values().filter(is_complete).flat_map(|row| {
            [true, false].map(|wanted| {
                let is_wanted = |position: &usize| self.is_false[*position] == wanted;
                row.iter().copied().filter(is_wanted).collect::<Vec<_>>()
            })
        });
        let few = |items: &Vec<usize>| 4 * items.len() <= columns.len();
        parts.filter(few).flatten().collect()
    }

    fn threads(&self) -> usize {
        self.threads
    }
}

/// Numbers below `2^31` without a pattern, the same for each seed.
pub(super) fn numbers(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize
    }
}
