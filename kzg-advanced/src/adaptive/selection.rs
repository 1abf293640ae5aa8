//! The candidate that makes the next call: the fastest, at intervals another one to measure it
//! again, and one that was not measured yet.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use kzg_traits::Operation;

use super::estimate::{Estimate, EstimateSource, Estimates, SIZES, size_class};
use super::general::ORDER_OF_MAGNITUDE;
use super::profile::BackendProfile;
use super::tasks::typical_time;
use crate::sync::lock;

/// Another candidate must be faster by this factor for the calls to move to it.
const HYSTERESIS: f64 = 0.985;
/// The share of all time that probes of the other candidates may take.
const PROBING: f64 = 0.005;
/// The factor by which a candidate without figures is assumed to be slower, for the budget.
const UNKNOWN: f64 = 10.0;
/// The number of calls for which a candidate is passed over after a failure; it doubles with each
/// further failure.
const PASSED_OVER: u64 = 32;
/// The number of calls at most that explore a candidate without giving a figure, such as calls
/// with malformed input.
const EXPLORATIONS: u8 = 3;

/// The figures of the candidates, for each operation.
#[derive(Debug)]
pub(super) struct Selection {
    operations: Vec<Mutex<Table>>,
    /// For each candidate, its time in general, see `general::relative_time`.
    general: Vec<Option<f64>>,
    spent: AtomicU64,
    spent_on_probes: AtomicU64,
}

/// The figures for one operation.
#[derive(Debug, Default)]
struct Table {
    candidates: Vec<Candidate>,
    /// For each size class, the candidate that makes the calls now.
    current: [Option<usize>; SIZES],
    calls: u64,
}

#[derive(Debug, Default)]
struct Candidate {
    estimates: Estimates,
    stated: Option<f64>,
    general: Option<f64>,
    failures: u32,
    /// The number of the call up to which the candidate is passed over.
    passed_over_until: u64,
    explorations: u8,
}

/// The candidate for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) candidate: usize,
    /// Whether the call serves to measure the candidate, which is not the preferred one.
    pub(super) probe: bool,
    /// The time in nanoseconds that the budget of the probes has already been charged.
    pub(super) charged: u64,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            operations: Operation::ALL.iter().map(|_| Mutex::default()).collect(),
            general: Vec::new(),
            spent: AtomicU64::new(0),
            spent_on_probes: AtomicU64::new(0),
        }
    }

    /// Adds a candidate; candidates are numbered in this order. `general` is its time in general
    /// relative to others, where that is known.
    pub(super) fn add(&mut self, profile: &BackendProfile, general: Option<f64>) {
        self.general.push(general);
        for &operation in Operation::ALL {
            self.table(operation).candidates.push(Candidate {
                stated: profile.stated(operation),
                general,
                ..Candidate::default()
            });
        }
    }

    /// The candidate for the next call; `None` if there is no candidate.
    pub(super) fn pick(&self, operation: Operation, items: usize) -> Option<Pick> {
        let mut table = self.table(operation);
        table.calls += 1;
        let size = size_class(items);
        let best = table.best(items)?;
        let current = match table.current[size].filter(|&current| table.is_open(current)) {
            Some(current) if !table.is_clearly_better(best, current, items) => current,
            _ => best,
        };
        table.current[size] = Some(current);
        if let Some(candidate) = table.next_to_explore(current) {
            table.candidates[candidate].explorations += 1;
            return Some(Pick {
                candidate,
                probe: candidate != current,
                charged: 0,
            });
        }
        let probe = table.next_probe(current, size).and_then(|candidate| {
            let cost = table
                .seconds(candidate, items)
                .or_else(|| Some(table.seconds(current, items)? * UNKNOWN));
            Some((candidate, self.charge(cost?)?))
        });
        Some(match probe {
            Some((candidate, charged)) => Pick {
                candidate,
                probe: true,
                charged,
            },
            None => Pick {
                candidate: current,
                probe: false,
                charged: 0,
            },
        })
    }

    /// Records a call that gave a result.
    pub(super) fn record(&self, operation: Operation, items: usize, pick: Pick, time: Duration) {
        self.spend(pick, time);
        let mut table = self.table(operation);
        let candidate = &mut table.candidates[pick.candidate];
        candidate.estimates.record(items, time.as_secs_f64());
        candidate.failures = 0;
    }

    /// Records a call that failed for another reason than its input.
    pub(super) fn record_failure(&self, operation: Operation, pick: Pick, time: Duration) {
        self.spend(pick, time);
        let mut table = self.table(operation);
        let calls = table.calls;
        let candidate = &mut table.candidates[pick.candidate];
        candidate.passed_over_until = calls + (PASSED_OVER << candidate.failures.min(8));
        candidate.failures = candidate.failures.saturating_add(1);
    }

    /// Counts the time of a call, whatever its result is, towards the budget of the probes.
    pub(super) fn spend(&self, pick: Pick, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let spend = |spent: &AtomicU64, charged: u64| {
            let add = |spent: u64| Some(spent.saturating_add(nanoseconds).saturating_sub(charged));
            let _ = spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        };
        spend(&self.spent, 0);
        if pick.probe {
            spend(&self.spent_on_probes, pick.charged);
        }
    }

    /// Takes over a figure of a calibration.
    pub(super) fn assume(
        &self,
        operation: Operation,
        items: usize,
        candidate: usize,
        seconds: f64,
    ) {
        self.table(operation).candidates[candidate]
            .estimates
            .record(items, seconds);
    }

    /// The time of a candidate in general, relative to other candidates.
    pub(super) fn general(&self, candidate: usize) -> Option<f64> {
        self.general[candidate]
    }

    /// The figure of a candidate for an operation: measured or stated.
    pub(super) fn estimate(
        &self,
        operation: Operation,
        items: usize,
        candidate: usize,
    ) -> Option<Estimate> {
        self.table(operation).estimate(candidate, items)
    }

    /// A guess where there is no figure: from the candidate's figures for other operations, or
    /// from another candidate's and what is known in general.
    pub(super) fn guess(
        &self,
        operation: Operation,
        items: usize,
        candidate: usize,
    ) -> Option<Estimate> {
        let guess = |per_item, source| {
            Some(Estimate {
                per_item,
                deviation: 0.0,
                source,
            })
        };
        if let Some(speed) = self.speed(items, candidate) {
            return guess(
                speed * typical_time(operation),
                EstimateSource::Extrapolated,
            );
        }
        let own = self.general[candidate]?;
        (0..self.general.len()).find_map(|other| {
            let general = self.general[other]?;
            let known = self.estimate(operation, items, other);
            let per_item = known.map(|estimate| estimate.per_item).or_else(|| {
                let speed = self.speed(items, other)?;
                Some(speed * typical_time(operation))
            })?;
            guess(per_item * own / general, EstimateSource::General)
        })
    }

    /// The mean ratio of a candidate's figures to the typical times of their operations.
    fn speed(&self, items: usize, candidate: usize) -> Option<f64> {
        let ratios: Vec<f64> = Operation::ALL
            .iter()
            .filter_map(|&operation| {
                let estimate = self.estimate(operation, items, candidate)?;
                Some(estimate.per_item / typical_time(operation))
            })
            .collect();
        let count = ratios.len() as f64;
        (!ratios.is_empty()).then(|| ratios.into_iter().sum::<f64>() / count)
    }

    /// The number of measured calls of a candidate, and the sum of their times per item in
    /// seconds.
    pub(super) fn total(&self, candidate: usize) -> (u64, f64) {
        Operation::ALL
            .iter()
            .map(|&operation| {
                self.table(operation).candidates[candidate]
                    .estimates
                    .total()
            })
            .fold((0, 0.0), |(calls, time), (more, longer)| {
                (calls + more, time + longer)
            })
    }

    /// Charges the budget of the probes for a probe that is expected to take a time, if the budget
    /// affords it. Returns the charge in nanoseconds. The end of the probe corrects the charge: calls
    /// that begin before the end find the budget used.
    fn charge(&self, seconds: f64) -> Option<u64> {
        let spent = self.spent.load(Ordering::Relaxed) as f64;
        let nanoseconds = (seconds * 1e9) as u64;
        let charge = |on_probes: u64| {
            let charged = on_probes.saturating_add(nanoseconds);
            (charged as f64 <= PROBING * spent).then_some(charged)
        };
        let on_probes = &self.spent_on_probes;
        let charged = on_probes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charge);
        charged.is_ok().then_some(nanoseconds)
    }

    fn table(&self, operation: Operation) -> MutexGuard<'_, Table> {
        lock(&self.operations[operation as usize])
    }
}

impl Table {
    fn estimate(&self, candidate: usize, items: usize) -> Option<Estimate> {
        let candidate = &self.candidates[candidate];
        candidate.estimates.of(items).or_else(|| {
            candidate.stated.map(|per_item| Estimate {
                per_item,
                deviation: 0.0,
                source: EstimateSource::Stated,
            })
        })
    }

    /// The expected time of a call in seconds.
    fn seconds(&self, candidate: usize, items: usize) -> Option<f64> {
        self.estimate(candidate, items)
            .map(|estimate| estimate.per_item * items.max(1) as f64)
    }

    fn is_open(&self, candidate: usize) -> bool {
        self.candidates[candidate].passed_over_until < self.calls
    }

    /// The fastest candidate that is not passed over, or of all candidates where every one is.
    /// Candidates without figures come last, the fastest in general first.
    fn best(&self, items: usize) -> Option<usize> {
        let fastest = |among: &mut dyn Iterator<Item = usize>| {
            among.min_by(|&one, &other| {
                let time = |candidate| self.seconds(candidate, items).unwrap_or(f64::INFINITY);
                time(one)
                    .total_cmp(&time(other))
                    .then_with(|| self.general(one).total_cmp(&self.general(other)))
            })
        };
        let all = 0..self.candidates.len();
        fastest(&mut all.clone().filter(|&candidate| self.is_open(candidate)))
            .or_else(|| fastest(&mut all.clone()))
    }

    /// The time of a candidate in general; settings of others count as the fastest.
    fn general(&self, candidate: usize) -> f64 {
        self.candidates[candidate].general.unwrap_or(0.0)
    }

    fn is_clearly_better(&self, one: usize, other: usize, items: usize) -> bool {
        match (self.seconds(one, items), self.seconds(other, items)) {
            (Some(one), Some(other)) => one < HYSTERESIS * other,
            (one, other) => one.is_some() && other.is_none(),
        }
    }

    /// A candidate without a figure for the operation. One that is slower in general by an order
    /// of magnitude than the current one waits for the budget of the probes.
    fn next_to_explore(&self, current: usize) -> Option<usize> {
        let is_unknown = |candidate: usize| {
            let of = &self.candidates[candidate];
            self.estimate(candidate, 1).is_none() && of.explorations < EXPLORATIONS
        };
        let is_hopeless = |candidate: usize| match (
            self.candidates[candidate].general,
            self.candidates[current].general,
        ) {
            (Some(general), Some(best)) => general >= ORDER_OF_MAGNITUDE * best,
            _ => false,
        };
        // The current one first, so that the first call is made by the best guess.
        core::iter::once(current)
            .chain(0..self.candidates.len())
            .find(|&candidate| {
                is_unknown(candidate) && self.is_open(candidate) && !is_hopeless(candidate)
            })
    }

    /// The candidate of a size that was measured least, apart from the current one.
    fn next_probe(&self, current: usize, size: usize) -> Option<usize> {
        (0..self.candidates.len())
            .filter(|&candidate| candidate != current && self.is_open(candidate))
            .min_by_key(|&candidate| self.candidates[candidate].estimates.count(size))
    }
}
