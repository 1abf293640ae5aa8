//! What a bad item does to its batch.

use core::fmt::Debug;

use super::chunk::{Call, Job};
use super::options::{BatchOptions, ProgressCounter};
use crate::error::{KzgAdvancedError, Result};

/// The first bad item fails the batch at once: a method returns `Result<Vec<T>>`, and an error
/// names the item, the same one whatever the workers.
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob, FailFast, KzgCommitment};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch: BatchProcessor<FailFast> = BatchProcessor::new(settings);
/// let mut blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// let all: Vec<KzgCommitment> = batch.batch_commitments(&blobs)?;
/// assert_eq!(all.len(), 3);
///
/// blobs[2].0[0] = 0xff; // no canonical field element
/// let error = batch.batch_commitments(&blobs).unwrap_err();
/// assert!(error.to_string().contains("item 2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FailFast;

/// Bad items are reported beside the good ones: a method returns `Result<Vec<Result<T>>>`, where
/// each item's error names it. After a cancellation the items that were not reached say so.
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob, Collect};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings).on_error(Collect);
/// let mut blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// blobs[1].0[0] = 0xff; // no canonical field element
/// let each = batch.batch_commitments(&blobs)?;
/// let bad: Vec<usize> = (0..3).filter(|&index| each[index].is_err()).collect();
/// assert_eq!(bad, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Collect;

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for FailFast {}
impl sealed::Sealed for Collect {}

/// What a bad item does to its batch: [`FailFast`] or [`Collect`].
///
/// A type and not a value, since results have another form. A program that lets its users choose
/// collects, and takes the first error where they want that.
///
/// ```
/// use kzg_advanced::batch::OnError;
/// use kzg_advanced::{BatchProcessor, Blob, Collect, KzgCommitment, Result};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// /// Commits, whatever the caller wants to happen to bad blobs.
/// fn commit<E: OnError>(
///     batch: &BatchProcessor<E>,
///     blobs: &[Box<Blob>],
/// ) -> Result<E::Output<KzgCommitment>> {
///     batch.batch_commitments(blobs)
/// }
/// let batch = BatchProcessor::new(settings);
/// let blobs = [Blob::zeroed_on_heap()];
/// let all: Vec<KzgCommitment> = commit(&batch, &blobs)?;
/// let each: Vec<Result<KzgCommitment>> = commit(&batch.on_error(Collect), &blobs)?;
/// assert_eq!(all[0], *each[0].as_ref().expect("a good blob"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait OnError: sealed::Sealed + Copy + Debug + Send + Sync {
    /// The results of a batch, in the order of the items.
    type Output<T>;

    /// Computes the results of `count` items.
    #[doc(hidden)]
    fn run<T: Send>(
        job: &Job<'_, T>,
        count: usize,
        options: &BatchOptions,
    ) -> Result<Self::Output<T>>;

    /// As [`run`](Self::run), where a call that goes well may have found items malformed.
    #[doc(hidden)]
    fn run_verdicts(
        job: &Job<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> Result<Self::Output<bool>>;
}

impl OnError for FailFast {
    type Output<T> = Vec<T>;

    fn run<T: Send>(job: &Job<'_, T>, count: usize, options: &BatchOptions) -> Result<Vec<T>> {
        let mut results: Vec<T> = (0..count).map(|_| (job.blank)()).collect();
        compute_all(job, &mut results, options)?;
        Ok(results)
    }

    fn run_verdicts(
        job: &Job<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> Result<Vec<bool>> {
        // A malformed item fails its call, and so the batch, before more calls are made.
        let strict: &Call<'_, _> = &|settings, range, verdicts| {
            (job.call)(settings, range, verdicts)?;
            let mut malformed = verdicts.iter().enumerate();
            match malformed.find_map(|(index, verdict)| Some((index, verdict.as_ref().err()?))) {
                Some((index, error)) => Err(error.clone().with_index(index)),
                None => Ok(()),
            }
        };
        let verdicts = Self::run(&job.with_call(strict), count, options)?;
        let verdicts = verdicts.into_iter().enumerate();
        verdicts
            .map(|(index, verdict)| verdict.map_err(|error| job.malformed(index, error)))
            .collect()
    }
}

impl OnError for Collect {
    type Output<T> = Vec<Result<T>>;

    fn run<T: Send>(
        job: &Job<'_, T>,
        count: usize,
        options: &BatchOptions,
    ) -> Result<Vec<Result<T>>> {
        let progress = ProgressCounter::new(options, count);
        let chunk_size = options.chunk_size_for(job);
        let mut results: Vec<Result<T>> = Vec::new();
        results.resize_with(count, || Err(KzgAdvancedError::Cancelled));
        let workers = &options.workers;
        workers.for_each_chunk_mut(&mut results, chunk_size, |chunk, results| {
            if options.cancel.is_cancelled() {
                return;
            }
            let start = chunk * chunk_size;
            job.compute_each(start..start + results.len(), results);
            progress.advance(results.len());
        });
        Ok(results)
    }

    fn run_verdicts(
        job: &Job<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> Result<Vec<Result<bool>>> {
        let verdicts = Self::run(job, count, options)?.into_iter().enumerate();
        Ok(verdicts
            .map(|(index, verdict)| verdict?.map_err(|error| job.malformed(index, error)))
            .collect())
    }
}

/// All results, or the error of the first chunk that has one. Allocates nothing on one thread.
pub(super) fn compute_all<T: Send>(
    job: &Job<'_, T>,
    results: &mut [T],
    options: &BatchOptions,
) -> Result<()> {
    let progress = ProgressCounter::new(options, results.len());
    let chunk_size = options.chunk_size_for(job);
    let each = |chunk: usize, results: &mut [T]| {
        options.cancel.check()?;
        let start = chunk * chunk_size;
        job.compute(start..start + results.len(), results)?;
        progress.advance(results.len());
        Ok(())
    };
    options
        .workers
        .try_for_each_chunk_mut(results, chunk_size, each)
}
