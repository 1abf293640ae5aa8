//! Where work runs, and the memory it works in.
//!
//! This is the only place that knows about threads. Results never depend on it: the same call
//! gives the same bytes, and the same error, on any number of threads.

use core::any::{Any, TypeId};
use core::fmt;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rayon::prelude::*;

use crate::memory_pool::{MemoryPool, Pooled};

/// Values of one type that the scratch memory keeps for the next call.
const SCRATCH_VALUES_PER_TYPE: usize = 32;

/// The threads that an operation may use.
///
/// ```
/// use std::sync::Arc;
/// use kzg_traits::{Exec, Threads};
///
/// let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
/// assert_eq!(Exec::new(Threads::Pool(Arc::new(pool))).threads(), 2);
/// assert_eq!(Exec::new(Threads::One).threads(), 1);
/// # Ok::<(), rayon::ThreadPoolBuildError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub enum Threads {
    /// The calling thread alone.
    #[default]
    One,
    /// rayon's global pool, which starts on first use.
    Global,
    /// A pool that the caller made.
    Pool(Arc<rayon::ThreadPool>),
}

/// Where work runs, and scratch memory for it. Cheap to clone; clones share the memory.
///
/// ```
/// use kzg_traits::{Exec, Threads};
///
/// let mut squares = vec![0_usize; 1000];
/// for exec in [Exec::serial(), Exec::new(Threads::Global)] {
///     exec.for_each_mut(&mut squares, |index, square| *square = index * index);
///     assert_eq!(squares[999], 998_001); // whatever the threads
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exec {
    threads: Threads,
    /// Whether a whole operation is on the threads.
    has_operation: Arc<AtomicBool>,
    scratch: Arc<Scratch>,
}

impl Exec {
    /// Runs work on the given threads, with scratch memory of its own.
    #[must_use]
    pub fn new(threads: Threads) -> Self {
        Self {
            threads,
            has_operation: Arc::default(),
            scratch: Arc::default(),
        }
    }

    /// Runs work on the calling thread.
    #[must_use]
    pub fn serial() -> Self {
        Self::new(Threads::One)
    }

    /// The same scratch memory, but work runs on the given threads.
    #[must_use]
    pub fn with_threads(&self, threads: Threads) -> Self {
        // Nothing is ever handed over on one thread, so there is nothing to tell apart either.
        let has_operation = match threads {
            Threads::One => Arc::clone(&self.has_operation),
            Threads::Global | Threads::Pool(_) => Arc::default(),
        };
        Self {
            threads,
            has_operation,
            scratch: Arc::clone(&self.scratch),
        }
    }

    /// The same scratch memory, but work runs on the calling thread.
    #[must_use]
    pub fn on_this_thread(&self) -> Self {
        self.with_threads(Threads::One)
    }

    /// The number of threads that work is spread over, at least one.
    #[must_use]
    pub fn threads(&self) -> usize {
        match &self.threads {
            Threads::One => 1,
            Threads::Global => rayon::current_num_threads().max(1),
            Threads::Pool(pool) => pool.current_num_threads(),
        }
    }

    /// Whether work is spread over more than one thread.
    #[must_use]
    pub fn is_parallel(&self) -> bool {
        self.threads() > 1
    }

    /// Runs a whole operation on the threads, so that the parts of it that they share are handed
    /// over from one of them to the others and not, each anew, from the calling thread.
    ///
    /// One operation at a time: a thread that waits for the others may take up what was handed
    /// in meanwhile, and whole operations would pile up on its stack. Where there is one already,
    /// this one stays on the calling thread, and hands in its parts one by one.
    pub fn run<R: Send>(&self, operation: impl FnOnce() -> R + Send) -> R {
        if !self.is_parallel() {
            return operation();
        }
        match Entered::enter(&self.has_operation) {
            Some(_entered) => self.enter(operation),
            None => operation(),
        }
    }

    /// Runs both, side by side where there are threads for it.
    pub fn join<A: Send, B: Send>(
        &self,
        a: impl FnOnce() -> A + Send,
        b: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        if self.is_parallel() {
            self.enter(|| rayon::join(a, b))
        } else {
            (a(), b())
        }
    }

    /// Calls `f` with each item and its position.
    pub fn for_each_mut<T: Send>(&self, items: &mut [T], f: impl Fn(usize, &mut T) + Send + Sync) {
        self.for_each_chunk_mut(items, 1, |index, chunk| f(index, &mut chunk[0]));
    }

    /// Calls `f` with each chunk of at most `chunk_len` consecutive items and the chunk's
    /// position.
    ///
    /// # Panics
    ///
    /// If `chunk_len` is zero.
    pub fn for_each_chunk_mut<T: Send>(
        &self,
        items: &mut [T],
        chunk_len: usize,
        f: impl Fn(usize, &mut [T]) + Send + Sync,
    ) {
        if self.is_parallel() && items.len() > chunk_len {
            self.enter(|| {
                items
                    .par_chunks_mut(chunk_len)
                    .enumerate()
                    .for_each(|(index, chunk)| f(index, chunk));
            });
        } else {
            for (index, chunk) in items.chunks_mut(chunk_len).enumerate() {
                f(index, chunk);
            }
        }
    }

    /// As [`for_each_chunk_mut`](Self::for_each_chunk_mut), until one fails.
    ///
    /// # Errors
    ///
    /// The error of the failing chunk with the lowest position, on any number of threads.
    ///
    /// # Panics
    ///
    /// If `chunk_len` is zero.
    pub fn try_for_each_chunk_mut<T: Send, E: Send>(
        &self,
        items: &mut [T],
        chunk_len: usize,
        f: impl Fn(usize, &mut [T]) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        let failure = if self.is_parallel() && items.len() > chunk_len {
            self.enter(|| {
                items
                    .par_chunks_mut(chunk_len)
                    .enumerate()
                    .find_map_first(|(index, chunk)| f(index, chunk).err())
            })
        } else {
            items
                .chunks_mut(chunk_len)
                .enumerate()
                .find_map(|(index, chunk)| f(index, chunk).err())
        };
        failure.map_or(Ok(()), Err)
    }

    /// Calls `f` with each item and its position, until one fails.
    ///
    /// # Errors
    ///
    /// The error of the failing item with the lowest position, on any number of threads.
    pub fn try_for_each_mut<T: Send, E: Send>(
        &self,
        items: &mut [T],
        f: impl Fn(usize, &mut T) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        self.try_for_each_chunk_mut(items, 1, |index, chunk| f(index, &mut chunk[0]))
    }

    /// Calls `f` with each pair of rows of two tables, `a` with rows of `a_len` items and `b`
    /// with as many rows of `b_len`, and the row's position, until one fails.
    ///
    /// # Errors
    ///
    /// The error of the failing row with the lowest position, on any number of threads.
    ///
    /// # Panics
    ///
    /// If a row's length is zero.
    pub fn try_for_each_row_mut<A: Send, B: Send, E: Send>(
        &self,
        (a, a_len): (&mut [A], usize),
        (b, b_len): (&mut [B], usize),
        f: impl Fn(usize, &mut [A], &mut [B]) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        let failure = if self.is_parallel() && a.len() > a_len {
            self.enter(|| {
                a.par_chunks_exact_mut(a_len)
                    .zip(b.par_chunks_exact_mut(b_len))
                    .enumerate()
                    .find_map_first(|(index, (a, b))| f(index, a, b).err())
            })
        } else {
            a.chunks_exact_mut(a_len)
                .zip(b.chunks_exact_mut(b_len))
                .enumerate()
                .find_map(|(index, (a, b))| f(index, a, b).err())
        };
        failure.map_or(Ok(()), Err)
    }

    /// Calls `f` with each pair of rows of two tables, as
    /// [`try_for_each_row_mut`](Self::try_for_each_row_mut).
    ///
    /// # Panics
    ///
    /// If a row's length is zero.
    pub fn for_each_row_mut<A: Send, B: Send>(
        &self,
        a: (&mut [A], usize),
        b: (&mut [B], usize),
        f: impl Fn(usize, &mut [A], &mut [B]) + Send + Sync,
    ) {
        let done = self.try_for_each_row_mut(a, b, |index, a, b| {
            f(index, a, b);
            Ok::<(), core::convert::Infallible>(())
        });
        match done {
            Ok(()) => {}
        }
    }

    /// Runs a job some time later on one of the threads; at once, on the calling thread, where
    /// there is no other. The job must not panic.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        match &self.threads {
            Threads::One => job(),
            Threads::Global => rayon::spawn(job),
            Threads::Pool(pool) => pool.spawn(job),
        }
    }

    /// The length of chunks that give each thread about `per_thread` pieces of `len` items.
    #[must_use]
    pub fn chunk_len(&self, len: usize, per_thread: usize) -> usize {
        len.div_ceil(self.threads() * per_thread.max(1)).max(1)
    }

    /// Lends a reusable value; its content is whatever the last user left.
    #[must_use]
    pub fn scratch<T: Default + Send + 'static>(&self) -> Pooled<T> {
        self.scratch.pool::<T>().get()
    }

    /// Lends a reusable vector, emptied.
    #[must_use]
    pub fn scratch_vec<T: Send + 'static>(&self) -> Pooled<Vec<T>> {
        let mut vector = self.scratch::<Vec<T>>();
        vector.clear();
        vector
    }

    /// Frees the scratch memory that is not lent out.
    pub fn release_scratch(&self) {
        self.scratch
            .pools
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn enter<R: Send>(&self, job: impl FnOnce() -> R + Send) -> R {
        match &self.threads {
            Threads::One => job(),
            Threads::Global => rayon::scope(|_| job()),
            Threads::Pool(pool) => pool.install(job),
        }
    }
}

/// A whole operation on the threads, until it is dropped.
struct Entered<'a>(&'a AtomicBool);

impl<'a> Entered<'a> {
    /// `None` if there is one already.
    fn enter(has_operation: &'a AtomicBool) -> Option<Self> {
        let had_operation = has_operation.swap(true, Ordering::Acquire);
        (!had_operation).then_some(Self(has_operation))
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A bounded pool for each type that was ever asked for.
#[derive(Default)]
struct Scratch {
    pools: RwLock<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
}

impl Scratch {
    fn pool<T: Default + Send + 'static>(&self) -> MemoryPool<T> {
        let known =
            |pool: &Box<dyn Any + Send + Sync>| pool.downcast_ref::<MemoryPool<T>>().cloned();
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&TypeId::of::<T>()).and_then(known) {
            return pool;
        }
        drop(pools);
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let pool = pools
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::new(MemoryPool::new(SCRATCH_VALUES_PER_TYPE, T::default)));
        known(pool).expect("filed under its own type")
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Scratch")
            .field("types", &pools.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn execs() -> [Exec; 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(3)
            .build()
            .unwrap();
        [
            Exec::serial(),
            Exec::new(Threads::Global),
            Exec::new(Threads::Pool(Arc::new(pool))),
        ]
    }

    #[test]
    fn one_whole_operation_at_a_time_is_on_the_threads() {
        let exec = &execs()[2];
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    exec.run(|| {
                        let entered = usize::from(rayon::current_thread_index().is_some());
                        let now = inside.fetch_add(entered, Ordering::SeqCst) + entered;
                        most.fetch_max(now, Ordering::SeqCst);
                        let mut parts = [0; 64];
                        exec.for_each_mut(&mut parts, |index, part| *part = index);
                        assert_eq!(parts[63], 63);
                        let (left, right) = exec.join(|| 1, || 2);
                        assert_eq!(left + right, 3);
                        inside.fetch_sub(entered, Ordering::SeqCst);
                    });
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            exec.run(|| panic!("an operation"));
        }));
        assert!(panicked.is_err());
        assert!(exec.run(|| rayon::current_thread_index().is_some()));
    }

    #[test]
    fn every_item_is_visited_once_with_its_position() {
        for exec in execs() {
            let mut items = vec![0_usize; 1000];
            exec.for_each_mut(&mut items, |index, item| *item += index);
            assert!(items.iter().enumerate().all(|(index, &item)| index == item));
            exec.for_each_chunk_mut(&mut items, 64, |index, chunk| chunk.fill(index));
            assert_eq!((items[63], items[64], items[999]), (0, 1, 15));
            let mut rows = vec![0_usize; 40];
            exec.for_each_row_mut((&mut items, 25), (&mut rows, 1), |index, items, row| {
                row[0] = index;
                items.fill(index);
            });
            assert_eq!(rows, (0..40).collect::<Vec<_>>());
            assert_eq!((items[24], items[25], items[999]), (0, 1, 39));
            assert_eq!(exec.join(|| 1, || "b"), (1, "b"));
        }
    }

    #[test]
    fn a_spawned_job_runs_once() {
        for exec in execs() {
            let (sender, receiver) = std::sync::mpsc::channel();
            exec.spawn(move || sender.send(7).expect("awaited"));
            assert_eq!(receiver.recv(), Ok(7));
            assert!(receiver.recv().is_err(), "the job is gone");
        }
    }

    #[test]
    fn the_first_failing_item_is_reported_on_any_number_of_threads() {
        for exec in execs() {
            for _ in 0..50 {
                let mut items: Vec<usize> = (0..500).collect();
                let failure = exec.try_for_each_mut(&mut items, |index, _| {
                    if index % 100 == 37 {
                        Err(index)
                    } else {
                        Ok(())
                    }
                });
                assert_eq!(failure, Err(37));
                let failure = exec.try_for_each_chunk_mut(&mut items, 30, |index, chunk| {
                    chunk.fill(index);
                    if chunk.len() < 30 { Err(index) } else { Ok(()) }
                });
                assert_eq!(failure, Err(16));
                assert_eq!((items[29], items[30], items[499]), (0, 1, 16));
            }
        }
    }

    #[test]
    fn scratch_is_reused_by_type() {
        let exec = Exec::serial();
        let mut first = exec.scratch_vec::<u64>();
        first.resize(100, 7);
        let kept = first.as_ptr();
        drop(first);
        let again = exec.on_this_thread().scratch_vec::<u64>();
        assert_eq!((again.as_ptr(), again.len()), (kept, 0));
        assert_ne!(exec.scratch_vec::<u32>().capacity(), 100);
        drop(again);
        exec.release_scratch();
        assert_eq!(exec.scratch_vec::<u64>().capacity(), 0);
    }
}
