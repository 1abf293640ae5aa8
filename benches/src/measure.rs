//! Timing of runs by three clocks, in rounds with a rotating order.

use core::time::Duration;
use std::time::Instant;

use nix::time::{ClockId, clock_gettime};
use serde::Serialize;

use crate::libraries::Run;

/// Minimum time for which a run is repeated before the next run's turn.
const TURN: Duration = Duration::from_millis(20);
/// Time after which a quick measurement starts no further round.
const QUICK_LIMIT: Duration = Duration::from_secs(1);
/// Largest ratio of process CPU time to thread CPU time of a single-threaded run.
const SINGLE_THREAD_RATIO: f64 = 1.1;

/// The clock by which two times are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Wall time.
    Wall,
    /// CPU time of the calling thread. Other programs disturb this clock least.
    ThreadCpu,
    /// CPU time of all threads of the process.
    ProcessCpu,
}

/// The duration of one run, by every clock.
#[derive(Clone, Copy, Debug)]
struct Sample {
    wall: Duration,
    thread_cpu: Duration,
    process_cpu: Duration,
}

/// The samples of one library in one operation.
#[derive(Clone, Debug, Default)]
pub struct Timing {
    samples: Vec<Sample>,
}

impl Timing {
    /// The fastest run, in milliseconds.
    #[must_use]
    pub fn min_ms(&self, clock: Clock) -> f64 {
        self.sorted_ms(clock).first().copied().unwrap_or(f64::NAN)
    }

    /// The median run, in milliseconds.
    #[must_use]
    pub fn median_ms(&self, clock: Clock) -> f64 {
        let sorted = self.sorted_ms(clock);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Number of runs.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.samples.len()
    }

    /// Whether other threads of the process took part in the work.
    #[must_use]
    pub fn used_threads(&self) -> bool {
        self.median_ms(Clock::ProcessCpu) > SINGLE_THREAD_RATIO * self.median_ms(Clock::ThreadCpu)
    }

    fn sorted_ms(&self, clock: Clock) -> Vec<f64> {
        let time = |sample: &Sample| match clock {
            Clock::Wall => sample.wall,
            Clock::ThreadCpu => sample.thread_cpu,
            Clock::ProcessCpu => sample.process_cpu,
        };
        let mut sorted: Vec<_> = self.samples.iter().map(time).collect();
        sorted.sort_unstable();
        sorted.iter().map(|time| time.as_secs_f64() * 1e3).collect()
    }
}

/// Times every run in each of `rounds` rounds, and returns one [`Timing`] for each run.
///
/// Each round starts with another run, so that other programs disturb all runs alike. A round
/// repeats a short run for 20 ms. With `quick`, a round times each run once, and no round starts
/// after the first second.
///
/// # Panics
///
/// If the system has no clocks for CPU time.
#[must_use]
pub fn time_in_rounds(runs: &[&Run<'_>], rounds: usize, quick: bool) -> Vec<Timing> {
    let mut timings = vec![Timing::default(); runs.len()];
    let start = Instant::now();
    for round in 0..rounds {
        if quick && start.elapsed() >= QUICK_LIMIT {
            break;
        }
        for turn in 0..runs.len() {
            let k = (round + turn) % runs.len();
            let turn = Instant::now();
            loop {
                timings[k].samples.push(time(runs[k]));
                if quick || turn.elapsed() >= TURN {
                    break;
                }
            }
        }
    }
    timings
}

fn time(run: &Run<'_>) -> Sample {
    let process_cpu = cpu_time(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    let thread_cpu = cpu_time(ClockId::CLOCK_THREAD_CPUTIME_ID);
    let wall = Instant::now();
    let answer = run();
    let sample = Sample {
        wall: wall.elapsed(),
        thread_cpu: cpu_time(ClockId::CLOCK_THREAD_CPUTIME_ID) - thread_cpu,
        process_cpu: cpu_time(ClockId::CLOCK_PROCESS_CPUTIME_ID) - process_cpu,
    };
    drop(answer);
    sample
}

fn cpu_time(clock: ClockId) -> Duration {
    let time = clock_gettime(clock).expect("POSIX has this clock");
    time.into()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn timing(samples: &[[u64; 3]]) -> Timing {
        let samples = samples.iter().map(|&times| {
            let [wall, thread_cpu, process_cpu] = times.map(Duration::from_millis);
            Sample {
                wall,
                thread_cpu,
                process_cpu,
            }
        });
        Timing {
            samples: samples.collect(),
        }
    }

    #[test]
    fn each_clock_has_a_minimum_and_a_median() {
        let timing = timing(&[[9, 3, 30], [5, 8, 20], [7, 4, 10]]);
        assert_eq!(timing.runs(), 3);
        for (clock, min, median) in [
            (Clock::Wall, 5.0, 7.0),
            (Clock::ThreadCpu, 3.0, 4.0),
            (Clock::ProcessCpu, 10.0, 20.0),
        ] {
            assert_eq!(
                (timing.min_ms(clock), timing.median_ms(clock)),
                (min, median)
            );
        }
        assert!(timing.used_threads());
        assert!(!super::tests::timing(&[[9, 100, 109]]).used_threads());
        assert!(Timing::default().min_ms(Clock::Wall).is_nan());
    }

    #[test]
    fn each_round_starts_with_another_library() {
        let order = RefCell::new(Vec::new());
        let runs: Vec<Run<'_>> = (0..3_u8)
            .map(|k| -> Run<'_> {
                let order = &order;
                Box::new(move || {
                    order.borrow_mut().push(k);
                    Box::new(k)
                })
            })
            .collect();
        let timings = time_in_rounds(&runs.iter().collect::<Vec<_>>(), 3, false);
        drop(runs);
        let mut order = order.into_inner();
        for (k, timing) in (0_u8..).zip(&timings) {
            let calls = order.iter().filter(|&&of| of == k).count();
            assert_eq!(timing.runs(), calls, "every call is a sample");
            assert!(calls >= 3);
        }
        // The rounds are 0 1 2, 1 2 0 and 2 0 1. `dedup` removes repeated calls within a turn.
        order.dedup();
        assert_eq!(order, [0, 1, 2, 1, 2, 0, 2, 0, 1]);
    }
}
