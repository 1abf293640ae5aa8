//! The two ways of a batch to handle bad items.

use core::fmt::Debug;

use super::chunk::{BatchOperation, ComputeRange};
use super::options::BatchOptions;
use super::progress::ProgressCounter;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// The first bad item fails the batch: a method returns `Result<Vec<T>, _>`. The error names the
/// item, and it is the same item for any number of threads.
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob, FailFast, KzgCommitment};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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

/// Bad items are reported beside the good ones: a method returns `Result<Vec<Result<T, _>>, _>`,
/// and each error names its item. After a cancellation, the error of each item that was not
/// computed is [`Cancelled`](KzgAdvancedError::Cancelled).
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob, Collect};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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

/// The way of a batch to handle bad items: [`FailFast`] or [`Collect`].
///
/// The choice is a type and not a value, because the two ways have different result types. A
/// program that lets its users choose at run time uses [`Collect`], and takes the first error where
/// the user wants to fail.
///
/// ```
/// use kzg_advanced::batch::OnError;
/// use kzg_advanced::{BatchProcessor, Blob, Collect, KzgAdvancedResult, KzgCommitment};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// /// Commits to blobs; the caller chooses how bad blobs are handled.
/// fn commit<E: OnError>(
///     batch: &BatchProcessor<E>,
///     blobs: &[Box<Blob>],
/// ) -> KzgAdvancedResult<E::Output<KzgCommitment>> {
///     batch.batch_commitments(blobs)
/// }
/// let batch = BatchProcessor::new(settings);
/// let blobs = [Blob::zeroed_on_heap()];
/// let all: Vec<KzgCommitment> = commit(&batch, &blobs)?;
/// let each: Vec<KzgAdvancedResult<KzgCommitment>> = commit(&batch.on_error(Collect), &blobs)?;
/// assert_eq!(all[0], *each[0].as_ref().expect("a good blob"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait OnError: sealed::Sealed + Copy + Debug + Send + Sync {
    /// The results of a batch, in the order of the items.
    type Output<T>;

    /// Computes the results of `count` items.
    #[doc(hidden)]
    fn run<T: Send>(
        work: &BatchOperation<'_, T>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Self::Output<T>>;

    /// As [`run`](Self::run), where a successful call may report malformed items.
    #[doc(hidden)]
    fn run_verdicts(
        work: &BatchOperation<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Self::Output<bool>>;
}

impl OnError for FailFast {
    type Output<T> = Vec<T>;

    fn run<T: Send>(
        work: &BatchOperation<'_, T>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Vec<T>> {
        let mut results: Vec<T> = (0..count).map(|_| (work.blank)()).collect();
        compute_all(work, &mut results, options)?;
        Ok(results)
    }

    fn run_verdicts(
        work: &BatchOperation<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Vec<bool>> {
        // A malformed item fails its call, and so the batch, before further calls are made.
        let strict: &ComputeRange<'_, _> = &|settings, range, verdicts| {
            (work.compute)(settings, range, verdicts)?;
            let mut malformed = verdicts.iter().enumerate();
            match malformed.find_map(|(index, verdict)| Some((index, verdict.as_ref().err()?))) {
                Some((index, error)) => Err(error.clone().with_index(index)),
                None => Ok(()),
            }
        };
        let verdicts = Self::run(&work.with_compute(strict), count, options)?;
        let verdicts = verdicts.into_iter().enumerate();
        verdicts
            .map(|(index, verdict)| verdict.map_err(|error| work.malformed(index, error)))
            .collect()
    }
}

impl OnError for Collect {
    type Output<T> = Vec<KzgAdvancedResult<T>>;

    fn run<T: Send>(
        work: &BatchOperation<'_, T>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Vec<KzgAdvancedResult<T>>> {
        let progress = ProgressCounter::new(options.progress.as_ref(), count);
        let chunk_size = options.chunk_size_for(work);
        let mut results: Vec<KzgAdvancedResult<T>> = Vec::new();
        results.resize_with(count, || Err(KzgAdvancedError::Cancelled));
        let exec = &options.exec;
        exec.for_each_chunk_mut(&mut results, chunk_size, |chunk, results| {
            if options.cancel.is_cancelled() {
                return;
            }
            let start = chunk * chunk_size;
            work.compute_each(start..start + results.len(), results);
            progress.advance(results.len());
        });
        Ok(results)
    }

    fn run_verdicts(
        work: &BatchOperation<'_, kzg_traits::error::Result<bool>>,
        count: usize,
        options: &BatchOptions,
    ) -> KzgAdvancedResult<Vec<KzgAdvancedResult<bool>>> {
        let verdicts = Self::run(work, count, options)?.into_iter().enumerate();
        Ok(verdicts
            .map(|(index, verdict)| verdict?.map_err(|error| work.malformed(index, error)))
            .collect())
    }
}

/// Computes all results, or gives the error of the first chunk that has one. Allocates nothing on
/// one thread.
pub(super) fn compute_all<T: Send>(
    work: &BatchOperation<'_, T>,
    results: &mut [T],
    options: &BatchOptions,
) -> KzgAdvancedResult<()> {
    let progress = ProgressCounter::new(options.progress.as_ref(), results.len());
    let chunk_size = options.chunk_size_for(work);
    let each = |chunk: usize, results: &mut [T]| {
        options.cancel.check()?;
        let start = chunk * chunk_size;
        work.compute_all(start..start + results.len(), results)?;
        progress.advance(results.len());
        Ok(())
    };
    options
        .exec
        .try_for_each_chunk_mut(results, chunk_size, each)
}
