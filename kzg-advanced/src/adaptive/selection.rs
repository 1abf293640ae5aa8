//! Who makes the next call: the fastest, and now and then another to see whether it still is.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kzg_traits::Operation;

use super::estimate::{Estimate, Estimates, SIZES, Source, size_class};
use super::profile::BackendProfile;

/// Another candidate must be faster by this factor to be switched to.
const HYSTERESIS: f64 = 0.985;
/// The share of all time that calls of the others may take.
const PROBING: f64 = 0.005;
/// How much slower a candidate may be of which nothing is known.
const UNKNOWN: f64 = 10.0;
/// Calls for which a candidate is passed over after a failure; twice as many after each more.
const PASSED_OVER: u64 = 32;

/// What is known about the candidates, for each operation.
#[derive(Debug)]
pub(super) struct Selection {
    operations: Vec<Mutex<Table>>,
    spent: AtomicU64,
    spent_on_probes: AtomicU64,
}

/// What is known for one operation.
#[derive(Debug, Default)]
struct Table {
    candidates: Vec<Candidate>,
    /// Who makes the calls of each size now.
    current: [Option<usize>; SIZES],
    calls: u64,
}

#[derive(Debug, Default)]
struct Candidate {
    estimates: Estimates,
    stated: Option<f64>,
    failures: u32,
    /// The number of the call up to which it is passed over.
    passed_over_until: u64,
}

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) candidate: usize,
    /// Whether it is measured rather than preferred.
    pub(super) probe: bool,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            operations: Operation::ALL.iter().map(|_| Mutex::default()).collect(),
            spent: AtomicU64::new(0),
            spent_on_probes: AtomicU64::new(0),
        }
    }

    /// Another candidate; they are numbered in the order in which they come.
    pub(super) fn add(&mut self, profile: &BackendProfile) {
        for &operation in Operation::ALL {
            self.table(operation).candidates.push(Candidate {
                stated: profile.stated(operation),
                ..Candidate::default()
            });
        }
    }

    /// Who makes the next call; `None` if there is no candidate.
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
        let probe = table.next_probe(current, size).filter(|&candidate| {
            let cost = table
                .seconds(candidate, items)
                .or_else(|| Some(table.seconds(current, items)? * UNKNOWN));
            cost.is_some_and(|cost| self.affords(cost))
        });
        Some(match probe {
            Some(candidate) => Pick {
                candidate,
                probe: true,
            },
            None => Pick {
                candidate: current,
                probe: false,
            },
        })
    }

    /// A call has been made.
    pub(super) fn record(&self, operation: Operation, items: usize, pick: Pick, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.spent.fetch_add(nanoseconds, Ordering::Relaxed);
        if pick.probe {
            self.spent_on_probes
                .fetch_add(nanoseconds, Ordering::Relaxed);
        }
        let mut table = self.table(operation);
        let candidate = &mut table.candidates[pick.candidate];
        candidate.estimates.record(items, time.as_secs_f64());
        candidate.failures = 0;
    }

    /// A call has failed through no fault of its input.
    pub(super) fn record_failure(&self, operation: Operation, candidate: usize) {
        let mut table = self.table(operation);
        let calls = table.calls;
        let candidate = &mut table.candidates[candidate];
        candidate.passed_over_until = calls + (PASSED_OVER << candidate.failures.min(8));
        candidate.failures += 1;
    }

    /// Takes over a figure of a calibration.
    pub(super) fn assume(
        &self,
        operation: Operation,
        items: usize,
        candidate: usize,
        seconds: f64,
        extrapolated: bool,
    ) {
        self.table(operation).candidates[candidate]
            .estimates
            .assume(items, seconds, extrapolated);
    }

    /// What is known of a candidate.
    pub(super) fn estimate(
        &self,
        operation: Operation,
        items: usize,
        candidate: usize,
    ) -> Option<Estimate> {
        self.table(operation).estimate(candidate, items)
    }

    /// The calls of a candidate that were measured, and their time in seconds by items.
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

    fn affords(&self, seconds: f64) -> bool {
        let spent = self.spent.load(Ordering::Relaxed) as f64;
        let on_probes = self.spent_on_probes.load(Ordering::Relaxed) as f64;
        on_probes + seconds * 1e9 <= PROBING * spent
    }

    fn table(&self, operation: Operation) -> MutexGuard<'_, Table> {
        self.operations[operation as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn estimate(&self, candidate: usize, items: usize) -> Option<Estimate> {
        let candidate = &self.candidates[candidate];
        candidate.estimates.of(items).or_else(|| {
            candidate.stated.map(|per_item| Estimate {
                per_item,
                deviation: 0.0,
                source: Source::Stated,
            })
        })
    }

    /// The time of a call in seconds.
    fn seconds(&self, candidate: usize, items: usize) -> Option<f64> {
        self.estimate(candidate, items)
            .map(|estimate| estimate.per_item * items.max(1) as f64)
    }

    fn is_open(&self, candidate: usize) -> bool {
        self.candidates[candidate].passed_over_until < self.calls
    }

    /// The fastest of those that have not just failed; of those all, if all have.
    fn best(&self, items: usize) -> Option<usize> {
        let fastest = |among: &mut dyn Iterator<Item = usize>| {
            among.min_by(|&one, &other| {
                let time = |candidate| self.seconds(candidate, items).unwrap_or(f64::INFINITY);
                time(one).total_cmp(&time(other))
            })
        };
        let all = 0..self.candidates.len();
        fastest(&mut all.clone().filter(|&candidate| self.is_open(candidate)))
            .or_else(|| fastest(&mut all.clone()))
    }

    fn is_clearly_better(&self, one: usize, other: usize, items: usize) -> bool {
        match (self.seconds(one, items), self.seconds(other, items)) {
            (Some(one), Some(other)) => one < HYSTERESIS * other,
            (one, other) => one.is_some() && other.is_none(),
        }
    }

    /// The candidate of a size that was measured least, if it is not the current one.
    fn next_probe(&self, current: usize, size: usize) -> Option<usize> {
        (0..self.candidates.len())
            .filter(|&candidate| candidate != current && self.is_open(candidate))
            .min_by_key(|&candidate| self.candidates[candidate].estimates.count(size))
    }
}
