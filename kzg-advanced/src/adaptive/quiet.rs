//! The share of the processors' time that this process gets. A measurement on a busy machine is not
//! reliable.

use core::hint::black_box;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use crate::monitor::processor_time;

/// The time for which each thread computes for one reading.
const READING: Duration = Duration::from_millis(40);

/// Runs `cores` threads that compute at the same time, and returns their CPU time divided by their
/// wall time: 1 on an idle machine. `None` if the operating system does not report the CPU time of a
/// process, or refuses threads.
pub(super) fn cpu_share(cores: usize) -> Option<f64> {
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
}
