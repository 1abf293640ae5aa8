//! The figures of a monitor, as it reports them.

use core::fmt;
use std::collections::BTreeMap;

use kzg_traits::ErrorKind;
use serde::{Deserialize, Serialize};

/// Every kind of error, in the order of the counts of failed calls.
pub(super) const KINDS: [ErrorKind; 8] = [
    ErrorKind::Input,
    ErrorKind::Setup,
    ErrorKind::Busy,
    ErrorKind::Fault,
    ErrorKind::Io,
    ErrorKind::Integrity,
    ErrorKind::Deadline,
    ErrorKind::Cancelled,
];

/// The figures of a monitor since its last reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PerformanceMetrics {
    /// The time since the last reset.
    pub elapsed_seconds: f64,
    /// The memory of the process now; zero where the operating system does not report it.
    pub resident_bytes: u64,
    /// The highest of the samples since the last reset.
    pub highest_sampled_bytes: u64,
    /// The highest memory of the process since its start.
    pub peak_resident_bytes: u64,
    /// The figures of each operation that was called.
    pub operations: BTreeMap<String, OperationMetrics>,
}

/// The figures of one operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OperationMetrics {
    /// The number of calls, failed ones included.
    pub count: u64,
    /// The number of failed calls by the kind of their error.
    pub errors: BTreeMap<String, u64>,
    /// The shortest time of a call.
    pub min_seconds: f64,
    /// The mean time.
    pub mean_seconds: f64,
    /// The longest time.
    pub max_seconds: f64,
    /// Half of the calls took no longer.
    pub p50_seconds: f64,
    /// 90% of the calls took no longer.
    pub p90_seconds: f64,
    /// 99% of the calls took no longer.
    pub p99_seconds: f64,
    /// 99.9% of the calls took no longer.
    pub p99_9_seconds: f64,
    /// The number of calls per second since the last reset.
    pub calls_per_second: f64,
    /// The number of bytes of the inputs.
    pub bytes: u64,
    /// The number of bytes of inputs per second since the last reset.
    pub bytes_per_second: f64,
}

impl fmt::Display for PerformanceMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:.3} s, {} MiB resident, at most {} MiB",
            self.elapsed_seconds,
            self.resident_bytes >> 20,
            self.peak_resident_bytes >> 20
        )?;
        for (name, metrics) in &self.operations {
            let errors: u64 = metrics.errors.values().sum();
            writeln!(
                f,
                "{name}: {} calls, {errors} errors, {:.3} ms mean, {:.3} ms p50, {:.3} ms p99",
                metrics.count,
                metrics.mean_seconds * 1e3,
                metrics.p50_seconds * 1e3,
                metrics.p99_seconds * 1e3
            )?;
        }
        Ok(())
    }
}
