//! The memory of the process, as the operating system reports it.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The time between two samples: each costs a system call and the reading of a file.
const INTERVAL: Duration = Duration::from_millis(100);

/// Samples the memory of the process.
#[derive(Debug)]
pub struct MemoryWatch {
    start: Instant,
    /// The moment of the next sample, in nanoseconds since the start.
    due: AtomicU64,
    highest: AtomicU64,
}

/// A sample. Figures that the operating system does not report are zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// The resident bytes.
    pub resident: u64,
    /// The most resident bytes of any sample since the last reset.
    pub highest_sampled: u64,
    /// The most resident bytes since the start of the process.
    pub peak: u64,
}

impl Default for MemoryWatch {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryWatch {
    /// A watch without samples.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            due: AtomicU64::new(0),
            highest: AtomicU64::new(0),
        }
    }

    /// Takes a sample if one is due.
    pub fn sample_if_due(&self) {
        let now = self.now();
        let due = self.due.load(Ordering::Relaxed);
        if now < due {
            return;
        }
        let next = now + INTERVAL.as_nanos() as u64;
        // One thread takes the sample, the others go on.
        let won = self
            .due
            .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if won.is_ok() {
            self.sample();
        }
    }

    /// Takes a sample, and exports the figures as gauges.
    pub fn sample(&self) -> Sample {
        let resident = memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem as u64);
        let highest = self
            .highest
            .fetch_max(resident, Ordering::Relaxed)
            .max(resident);
        // Memory may be mapped and unmapped between two samples, so the system's peak is taken too.
        let peak = peak_memory().unwrap_or(0).max(highest);
        #[cfg(feature = "metrics")]
        crate::backend_call::users_code("a metrics recorder", || {
            metrics::gauge!("kzg_resident_bytes").set(resident as f64);
            metrics::gauge!("kzg_peak_resident_bytes").set(peak as f64);
        });
        Sample {
            resident,
            highest_sampled: highest,
            peak,
        }
    }

    /// Discards the samples.
    pub fn reset(&self) {
        self.highest.store(0, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The highest resident memory of this process so far, in bytes, where the system reports it.
///
/// On Linux the figure is `VmHWM`, which begins with the program that runs. `ru_maxrss` of
/// getrusage would include the memory of the process before exec, such as that of cargo; other
/// Unix systems report nothing else.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    if cfg!(target_os = "linux") {
        high_water_mark(&std::fs::read_to_string("/proc/self/status").ok()?)
    } else {
        maximum_of_usage()
    }
}

/// The value of `VmHWM` in the text of `/proc/self/status`, in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(unix)]
fn maximum_of_usage() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};

    // Apple's systems report bytes, the others kibibytes.
    let unit = if cfg!(target_vendor = "apple") {
        1
    } else {
        1024
    };
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    Some(usage.max_rss().unsigned_abs() * unit)
}

#[cfg(not(unix))]
fn maximum_of_usage() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_os = "linux")]
    use crate::monitor::tests::MEMORY;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        let status = "Name:\tkzg\nVmPeak:\t 9 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 8 kB\n";
        assert_eq!(high_water_mark(status), Some(1234 * 1024));
        assert_eq!(high_water_mark("Name:\tkzg\n"), None);
        assert_eq!(high_water_mark("VmHWM:\t12 pages\n"), None);
    }

    /// The memory of the process that executed this one does not count.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_peak_is_at_least_the_resident_memory() {
        let _alone = MEMORY.lock().unwrap();
        let held = std::hint::black_box(vec![1_u8; 32 << 20]);
        let peak = peak_memory().expect("Linux reports it");
        assert!(peak >= held.len() as u64, "{peak}");
    }
}
