//! The thresholds from which calls go to the device, and their measurement.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, Blob, CELLS_PER_EXT_BLOB};
use kzg_traits::{Error, KzgCommitment, KzgProof, KzgSettings};

use super::{BlstGpu, LARGEST_BATCH, Result};
use crate::NAME;
use crate::options::GpuOptions;

/// Each time is the least of this many runs.
const RUNS: usize = 3;

/// The numbers of blobs from which calls go to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thresholds {
    /// The smallest number of blobs whose commitments or proofs are computed on the device; `None` if
    /// the processor computes all.
    pub batch: Option<usize>,
    /// The smallest number of blobs whose cells' proofs are computed on the device; `None` if the
    /// processor computes all.
    pub cell_batch: Option<usize>,
}

/// The thresholds in use; `usize::MAX` if all calls go to the processor.
#[derive(Debug)]
pub(super) struct InUse {
    batch: AtomicUsize,
    cell_batch: AtomicUsize,
}

impl InUse {
    pub(super) const fn new(options: &GpuOptions) -> Self {
        Self {
            batch: AtomicUsize::new(options.smallest_batch),
            cell_batch: AtomicUsize::new(options.smallest_cell_batch),
        }
    }

    pub(super) fn batch(&self) -> usize {
        self.batch.load(Ordering::Relaxed)
    }

    pub(super) fn cell_batch(&self) -> usize {
        self.cell_batch.load(Ordering::Relaxed)
    }
}

impl BlstGpu {
    /// The numbers of blobs from which calls go to the device: those of the options, until
    /// [`calibrate`](Self::calibrate) has measured them.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        let threshold = |number: usize| (number < usize::MAX).then_some(number);
        Thresholds {
            batch: threshold(self.thresholds.batch()),
            cell_batch: threshold(self.thresholds.cell_batch()),
        }
    }

    /// Measures from which number of blobs on the device takes less time than the processor, with the check
    /// of the results, and uses these numbers from now on. The processor has the threads of the settings.
    ///
    /// Measures the numbers of [`GpuOptions`], and twice, four times, .. as many blobs up to
    /// `most_blobs`, but not more than 256, which are checked together. Kinds of calls for which the options have
    /// a larger number are not measured. If the device takes longer with the largest measured number, the processor computes all.
    /// A batch that fails on the device counts as slower. The blobs are random.
    ///
    /// Builds the tables and computes for some seconds. Other programs on the machine disturb the result.
    ///
    /// # Errors
    ///
    /// Those of the processor's backend; [`Error::Fault`] if the operating system gives no random
    /// numbers. The thresholds are then what they were.
    pub fn calibrate(&self, most_blobs: usize) -> Result<Thresholds> {
        let most_blobs = most_blobs.min(LARGEST_BATCH);
        let blobs = random_blobs(most_blobs)?;
        let mut commitments = vec![KzgCommitment::default(); most_blobs];
        let batch = smallest_faster(self.options.smallest_batch, most_blobs, |n| {
            let blobs = (&blobs[..n]).into();
            let out = &mut commitments[..n];
            let processor = least(|| {
                self.processor.blobs_to_kzg_commitments_into(blobs, out)?;
                Ok(true)
            })?;
            let device = least(|| {
                let values = self.decode(blobs, 0)?;
                Ok(self.on_device(|it| it.commitments(&values)).is_some())
            })?;
            Ok(is_less(device, processor))
        })?;
        let mut proofs = vec![KzgProof::default(); most_blobs * CELLS_PER_EXT_BLOB];
        let cell_batch = smallest_faster(self.options.smallest_cell_batch, most_blobs, |n| {
            let blobs = (&blobs[..n]).into();
            let out = &mut proofs[..n * CELLS_PER_EXT_BLOB];
            let processor = least(|| {
                self.cell_proofs_on_processor(blobs, 0, out)?;
                Ok(true)
            })?;
            let device = least(|| {
                let rows = self.rows(blobs, 0)?;
                Ok(self.on_device(|it| it.cell_proofs(&rows)).is_some())
            })?;
            Ok(is_less(device, processor))
        })?;
        if let Some(batch) = batch {
            self.thresholds.batch.store(batch, Ordering::Relaxed);
        }
        if let Some(cells) = cell_batch {
            self.thresholds.cell_batch.store(cells, Ordering::Relaxed);
        }
        Ok(self.thresholds())
    }
}

/// The smallest of the numbers `least`, `2·least`, .. up to `most` from which on `is_faster` is true of all;
/// `usize::MAX` if there is none. `None` if there are no numbers.
fn smallest_faster(
    least: usize,
    most: usize,
    mut is_faster: impl FnMut(usize) -> Result<bool>,
) -> Result<Option<usize>> {
    let twice = |number: &usize| number.checked_mul(2);
    let numbers = core::iter::successors(Some(least.max(1)), twice);
    let numbers: Vec<usize> = numbers.take_while(|number| *number <= most).collect();
    let mut smallest = None;
    for &number in numbers.iter().rev() {
        if !is_faster(number)? {
            return Ok(smallest.or(Some(usize::MAX)));
        }
        smallest = Some(number);
    }
    Ok(smallest)
}

/// The least time of several runs; `None` if a run does not succeed.
fn least(mut run: impl FnMut() -> Result<bool>) -> Result<Option<Duration>> {
    let mut least = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        if !run()? {
            return Ok(None);
        }
        least = least.min(start.elapsed());
    }
    Ok(Some(least))
}

/// Whether the device succeeded, and took less time than the processor.
fn is_less(device: Option<Duration>, processor: Option<Duration>) -> bool {
    device.is_some() && device < processor
}

fn random_blobs(n: usize) -> Result<Vec<Blob>> {
    let mut blobs = vec![Blob::default(); n];
    for blob in &mut blobs {
        getrandom::fill(&mut blob.0).map_err(|error| Error::Fault {
            backend: NAME.to_owned(),
            message: format!("no random numbers: {error}"),
        })?;
        // Below 2^254, and so below the modulus.
        for element in blob.0.chunks_exact_mut(BYTES_PER_FIELD_ELEMENT) {
            element[0] &= 0x3f;
        }
    }
    Ok(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The threshold where the device is faster for the numbers that satisfy `faster`, and the numbers that
    /// were measured.
    fn threshold(
        least: usize,
        most: usize,
        faster: impl Fn(usize) -> bool,
    ) -> (Option<usize>, Vec<usize>) {
        let mut measured = Vec::new();
        let smallest = smallest_faster(least, most, |number| {
            measured.push(number);
            Ok(faster(number))
        });
        (smallest.unwrap(), measured)
    }

    #[test]
    fn the_smallest_number_from_which_the_device_is_faster() {
        assert_eq!(threshold(8, 64, |n| n >= 20), (Some(32), vec![64, 32, 16]));
        assert_eq!(threshold(8, 100, |_| true), (Some(8), vec![64, 32, 16, 8]));
        assert_eq!(threshold(8, 64, |_| false), (Some(usize::MAX), vec![64]));
        // A number for which the device is faster by accident does not count.
        assert_eq!(
            threshold(8, 64, |n| n == 8 || n == 64),
            (Some(64), vec![64, 32])
        );
        assert_eq!(threshold(65, 64, |_| true), (None, vec![]));
        assert_eq!(threshold(0, 2, |_| true), (Some(1), vec![2, 1]));
        assert_eq!(
            threshold(usize::MAX, usize::MAX, |_| true).0,
            Some(usize::MAX)
        );
    }

    #[test]
    fn an_error_ends_the_measurement() {
        let error = || Error::Fault {
            backend: NAME.to_owned(),
            message: "no result".to_owned(),
        };
        assert_eq!(smallest_faster(1, 4, |_| Err(error())), Err(error()));
        assert_eq!(least(|| Err(error())), Err(error()));
    }

    #[test]
    fn a_batch_that_fails_counts_as_slower() {
        let time = Some(Duration::from_millis(1));
        assert_eq!(least(|| Ok(false)), Ok(None));
        assert!(!is_less(None, time) && !is_less(time, time));
        assert!(is_less(Some(Duration::ZERO), time));
    }

    #[test]
    fn random_blobs_are_well_formed_and_differ() {
        let blobs = random_blobs(2).unwrap();
        assert_ne!(blobs[0].0, blobs[1].0);
        for blob in &blobs {
            kzg_traits::checks::check_canonical(0, blob).unwrap();
        }
    }
}
