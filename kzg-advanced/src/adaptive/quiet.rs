//! The share of the processors' time that this process gets. A measurement on a busy machine is not
//! reliable.

use core::fmt;
use core::hint::black_box;
use core::time::Duration;
use std::cell::Cell;
use std::thread;
use std::time::Instant;

use crate::monitor::processor_time;

/// The least share of the processors' time that a reliable measurement needs.
pub const QUIET: f64 = 0.9;
/// The time for which each thread computes for one reading.
const READING: Duration = Duration::from_millis(40);
/// The time between two readings.
const BETWEEN_READINGS: Duration = Duration::from_secs(1);

/// Runs `cores` threads that compute at the same time, and returns their CPU time divided by their
/// wall time: 1 on an idle machine. `None` if the operating system does not report the CPU time of a
/// process, or refuses threads.
#[must_use]
pub fn cpu_share(cores: usize) -> Option<f64> {
    let (before, start) = (processor_time()?, Instant::now());
    let until = start + READING;
    let started = thread::scope(|scope| {
        (0..cores.max(1))
            .map(|_| {
                thread::Builder::new()
                    .name("kzg-quiet".to_owned())
                    .spawn_scoped(scope, || compute(until))
            })
            .all(|thread| thread.is_ok())
    });
    let wall = start.elapsed().as_secs_f64() * cores.max(1) as f64;
    let cpu = processor_time()?.saturating_sub(before).as_secs_f64();
    started.then_some((cpu / wall).min(1.0))
}

/// The least of several readings, see [`cpu_share`]: one before a measurement, others during it, and one
/// after it.
pub struct LeastShare<'a> {
    read: &'a dyn Fn() -> Option<f64>,
    least: Cell<Option<f64>>,
    last: Cell<Instant>,
}

impl<'a> LeastShare<'a> {
    /// Takes the first reading.
    #[must_use]
    pub fn new(read: &'a dyn Fn() -> Option<f64>) -> Self {
        let share = Self {
            read,
            least: Cell::new(None),
            last: Cell::new(Instant::now()),
        };
        share.read();
        share
    }

    /// Takes a reading if the last one is a second ago. For a moment between two calls that are
    /// measured.
    pub fn read_if_due(&self) {
        if self.last.get().elapsed() >= BETWEEN_READINGS {
            self.read();
        }
    }

    /// Takes a reading.
    pub fn read(&self) {
        let shares = [self.least.get(), (self.read)()].into_iter().flatten();
        self.least.set(shares.reduce(f64::min));
        self.last.set(Instant::now());
    }

    /// Takes the last reading, and returns the least of all; `None` if there was none.
    #[must_use]
    pub fn finish(self) -> Option<f64> {
        self.read();
        self.least.get()
    }
}

impl fmt::Debug for LeastShare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeastShare")
            .field("least", &self.least)
            .finish_non_exhaustive()
    }
}

/// Computes until a moment.
fn compute(until: Instant) {
    let mut state = 1_u64;
    while Instant::now() < until {
        for _ in 0..10_000 {
            state = black_box(state.wrapping_mul(0x5851_f42d_4c95_7f2d).rotate_left(17));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn more_threads_than_processors_do_not_get_a_processor_each() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        if let Some(share) = cpu_share(cores) {
            assert!(share > 0.0 && share <= 1.0, "{share}");
        }
        // With eight threads for each processor, each thread gets an eighth of its time.
        if let Some(share) = cpu_share(8 * cores) {
            assert!(share < 0.5, "{share}");
        }
    }

    #[test]
    fn the_least_reading_counts() {
        let readings = RefCell::new([Some(0.95), None, Some(0.7)].into_iter());
        let read = || readings.borrow_mut().next().flatten();
        let share = LeastShare::new(&read);
        share.read();
        assert_eq!(share.finish(), Some(0.7));
        assert_eq!(LeastShare::new(&|| None).finish(), None);
    }
}
