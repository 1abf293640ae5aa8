//! The thresholds from which calls go to the device, and their measurement.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, Blob, CELLS_PER_EXT_BLOB};
use kzg_traits::{Cell, KzgCommitment, KzgProof, KzgSettings};

use super::{BlstGpu, LARGEST_BATCH, Result};
use crate::check::fill_random;
use crate::options::GpuOptions;

/// Each time is the least of this many runs.
const RUNS: usize = 3;

/// The numbers of blobs from which calls go to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thresholds {
    /// As [`GpuOptions::smallest_batch`]; `None` if the processor computes all.
    pub batch: Option<usize>,
    /// As [`GpuOptions::smallest_cell_batch`]; `None` if the processor computes all.
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
    /// `most_blobs`, but not more than 256, which are checked together. Kinds of calls for which the options
    /// have a larger number are not measured. If the device takes longer with the largest measured number,
    /// the processor computes all. If a batch fails on the device, the threshold of its kind stays as it was;
    /// [`device_status`](Self::device_status) has the failure. Proofs of blobs have the threshold of
    /// commitments: on the device they are the same sums. The blobs are random.
    ///
    /// Builds the tables and computes for some seconds. Other programs on the machine disturb the result.
    ///
    /// # Errors
    ///
    /// Those of the processor's backend; [`Error::Fault`](kzg_traits::Error::Fault) if the operating system
    /// gives no random numbers. The thresholds are then what they were.
    pub fn calibrate(&self, most_blobs: usize) -> Result<Thresholds> {
        let most_blobs = most_blobs.min(LARGEST_BATCH);
        let blobs = random_blobs(most_blobs)?;
        let mut commitments = vec![KzgCommitment::default(); most_blobs];
        let batch = smallest_faster(self.options.smallest_batch, most_blobs, |n| {
            let (blobs, out) = ((&blobs[..n]).into(), &mut commitments[..n]);
            let processor = least_time(|| {
                self.processor.blobs_to_kzg_commitments_into(blobs, out)?;
                Ok(true)
            })?;
            let device = least_time(|| {
                let values = self.decode(blobs, 0)?;
                Ok(self.on_device(|it| it.commitments(&values)).is_some())
            })?;
            Ok(device.map(|device| Some(device) < processor))
        })?;
        let mut cells = vec![Cell::default(); most_blobs * CELLS_PER_EXT_BLOB];
        let mut proofs = vec![KzgProof::default(); most_blobs * CELLS_PER_EXT_BLOB];
        let cell_batch = smallest_faster(self.options.smallest_cell_batch, most_blobs, |n| {
            let (blobs, length) = ((&blobs[..n]).into(), n * CELLS_PER_EXT_BLOB);
            let (cells, proofs) = (&mut cells[..length], &mut proofs[..length]);
            let processor = least_time(|| {
                let kzg = &self.processor;
                kzg.compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs)?;
                Ok(true)
            })?;
            let device = least_time(|| {
                self.cells(blobs, cells)?;
                let rows = self.rows(blobs, 0)?;
                Ok(self.on_device(|it| it.cell_proofs(&rows)).is_some())
            })?;
            Ok(device.map(|device| Some(device) < processor))
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

/// The smallest of the numbers `first`, `2·first`, .. up to `most` from which on `is_faster` is true of all;
/// `usize::MAX` if there is none. `None` if there are no numbers, or if `is_faster` has no answer for one.
fn smallest_faster(
    first: usize,
    most: usize,
    mut is_faster: impl FnMut(usize) -> Result<Option<bool>>,
) -> Result<Option<usize>> {
    let twice = |number: &usize| number.checked_mul(2);
    let numbers = core::iter::successors(Some(first.max(1)), twice);
    let numbers: Vec<usize> = numbers.take_while(|number| *number <= most).collect();
    let mut smallest = None;
    for &number in numbers.iter().rev() {
        match is_faster(number)? {
            Some(true) => smallest = Some(number),
            Some(false) => return Ok(smallest.or(Some(usize::MAX))),
            None => return Ok(None),
        }
    }
    Ok(smallest)
}

/// The least time of several runs; `None` if a run does not succeed.
fn least_time(mut run: impl FnMut() -> Result<bool>) -> Result<Option<Duration>> {
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

fn random_blobs(n: usize) -> Result<Vec<Blob>> {
    let mut blobs = vec![Blob::default(); n];
    for blob in &mut blobs {
        fill_random(&mut blob.0)?;
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
    use kzg_traits::{Error, checks};

    /// The threshold where the device is faster for the numbers that satisfy `faster`, and the numbers that
    /// were measured.
    fn threshold(
        first: usize,
        most: usize,
        faster: impl Fn(usize) -> Option<bool>,
    ) -> (Option<usize>, Vec<usize>) {
        let mut measured = Vec::new();
        let smallest = smallest_faster(first, most, |number| {
            measured.push(number);
            Ok(faster(number))
        });
        (smallest.unwrap(), measured)
    }

    #[test]
    fn the_smallest_number_from_which_the_device_is_faster() {
        let from = |first: usize| move |n: usize| Some(n >= first);
        assert_eq!(threshold(8, 64, from(20)), (Some(32), vec![64, 32, 16]));
        assert_eq!(threshold(8, 100, from(0)), (Some(8), vec![64, 32, 16, 8]));
        assert_eq!(threshold(8, 64, from(65)), (Some(usize::MAX), vec![64]));
        assert_eq!(threshold(65, 64, from(0)), (None, vec![]));
        assert_eq!(threshold(0, 2, from(0)), (Some(1), vec![2, 1]));
        assert_eq!(
            threshold(usize::MAX, usize::MAX, from(0)).0,
            Some(usize::MAX)
        );
        // A number for which the device is faster by accident does not count.
        let by_accident = |n| Some(n == 8 || n == 64);
        assert_eq!(threshold(8, 64, by_accident), (Some(64), vec![64, 32]));
        // After a failure nothing is known.
        let fails = |n| (n > 16).then_some(true);
        assert_eq!(threshold(8, 64, fails), (None, vec![64, 32, 16]));
    }

    #[test]
    fn an_error_ends_the_measurement() {
        let error = || Error::Fault {
            backend: crate::NAME.to_owned(),
            message: "no result".to_owned(),
        };
        assert_eq!(smallest_faster(1, 4, |_| Err(error())), Err(error()));
        assert_eq!(least_time(|| Err(error())), Err(error()));
        assert_eq!(least_time(|| Ok(false)), Ok(None));
    }

    #[test]
    fn random_blobs_are_well_formed_and_differ() {
        let blobs = random_blobs(2).unwrap();
        assert_ne!(blobs[0].0, blobs[1].0);
        for blob in &blobs {
            checks::check_canonical(0, blob).unwrap();
        }
    }
}
