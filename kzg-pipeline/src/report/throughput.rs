//! The progress of a job over time.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// The maximum number of kept samples.
const SAMPLES: usize = 120;
/// The time between samples of a short job.
const INTERVAL: Duration = Duration::from_millis(50);

/// The finished work at a moment: durably written, if the job writes files.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThroughputSample {
    /// The moment in seconds since the job began.
    pub seconds: f64,
    /// The number of blobs that were finished by then.
    pub blobs: u64,
    /// The number of input bytes that were finished by then.
    pub bytes: u64,
}

/// Keeps samples at intervals that grow with the job.
#[derive(Debug)]
pub(crate) struct Throughput {
    samples: Vec<ThroughputSample>,
    interval: Duration,
    blobs: u64,
    bytes: u64,
}

impl Default for Throughput {
    fn default() -> Self {
        Self {
            samples: Vec::new(),
            interval: INTERVAL,
            blobs: 0,
            bytes: 0,
        }
    }
}

impl Throughput {
    /// Counts work that has just been finished.
    pub(crate) fn advance(&mut self, now: Duration, blobs: u64, bytes: u64) {
        self.blobs += blobs;
        self.bytes += bytes;
        let last = self.samples.last().map_or(0.0, |sample| sample.seconds);
        if now.as_secs_f64() - last < self.interval.as_secs_f64() {
            return;
        }
        if self.samples.len() + 2 > SAMPLES {
            // Drops every other sample and keeps the last.
            let mut number = self.samples.len();
            self.samples.retain(|_| {
                number -= 1;
                number.is_multiple_of(2)
            });
            self.interval *= 2;
        }
        self.samples.push(self.sample(now));
    }

    /// The samples, with a last sample for the present moment.
    pub(crate) fn samples(&self, now: Duration) -> Vec<ThroughputSample> {
        let mut samples = self.samples.clone();
        if samples.last().map_or(0, |last| last.blobs) < self.blobs {
            samples.push(self.sample(now));
        }
        samples
    }

    fn sample(&self, now: Duration) -> ThroughputSample {
        ThroughputSample {
            seconds: now.as_secs_f64(),
            blobs: self.blobs,
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_few_ordered_and_end_with_all() {
        let mut throughput = Throughput::default();
        for step in 1..=20_000_u64 {
            throughput.advance(Duration::from_millis(7 * step), 2, 10);
        }
        let samples = throughput.samples(Duration::from_secs(141));
        assert!(
            (SAMPLES / 3..=SAMPLES).contains(&samples.len()),
            "{}",
            samples.len()
        );
        assert!(
            samples
                .windows(2)
                .all(|pair| { pair[0].seconds < pair[1].seconds && pair[0].blobs < pair[1].blobs })
        );
        let last = samples.last().unwrap();
        assert_eq!((last.blobs, last.bytes), (40_000, 200_000));
        assert!(Throughput::default().samples(Duration::ZERO).is_empty());
    }
}
