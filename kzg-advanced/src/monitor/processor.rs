//! The processor time of this process.

use core::time::Duration;

/// The processor time that all threads of this process have used so far, in user mode and in the
/// system, where the system reports it.
#[cfg(unix)]
#[must_use]
pub fn processor_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};

    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    [usage.user_time(), usage.system_time()]
        .into_iter()
        .map(|time| {
            let seconds = u64::try_from(time.tv_sec()).ok()?;
            let micros = u64::try_from(time.tv_usec()).ok()?;
            Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
        })
        .sum()
}

/// The processor time that all threads of this process have used so far. This system does not
/// report it.
#[cfg(not(unix))]
#[must_use]
pub fn processor_time() -> Option<Duration> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use core::hint::black_box;

    #[test]
    fn the_time_grows_while_the_process_computes() {
        let before = processor_time().expect("every Unix system reports it");
        let mut state = 1_u64;
        // All rounds together take many times as long as the longest tick of a clock.
        for _ in 0..100_000 {
            for _ in 0..1000 {
                state = black_box(state.wrapping_mul(0x5851_f42d_4c95_7f2d));
            }
            if processor_time() > Some(before) {
                break;
            }
        }
        assert!(processor_time().is_some_and(|after| after > before));
    }
}
