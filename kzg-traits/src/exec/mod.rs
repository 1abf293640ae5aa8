//! The threads that work runs on, and scratch memory for the work.
//!
//! All parallel work of the crate goes through this module. Results never depend on the threads:
//! the same call gives the same bytes, and the same error, on any number of threads.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

mod global;
mod items;
mod operation;
mod scratch;
mod serial_section;
#[cfg(feature = "serde")]
mod threads_serde;

use crate::error::SetupError;
use scratch::Scratch;
pub(crate) use serial_section::SerialSection;

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
#[non_exhaustive]
pub enum Threads {
    /// The calling thread alone.
    #[default]
    One,
    /// rayon's global pool, which starts on first use. Settings are not loaded where the pool cannot
    /// be started; elsewhere the calling thread does the work then. A call from a thread of another pool
    /// uses that pool instead.
    Global,
    /// A pool that the caller made.
    Pool(Arc<rayon::ThreadPool>),
}

/// Two pools are equal if they are the same pool.
impl PartialEq for Threads {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One, Self::One) | (Self::Global, Self::Global) => true,
            (Self::Pool(pool), Self::Pool(other)) => Arc::ptr_eq(pool, other),
            _ => false,
        }
    }
}

impl Eq for Threads {}

impl Threads {
    /// Starts rayon's global pool where these are its threads.
    ///
    /// # Errors
    ///
    /// [`SetupError::Threads`], of kind [`Io`](crate::ErrorKind::Io), if the pool cannot be started.
    /// rayon makes no second attempt in the same process.
    pub fn start(&self) -> Result<(), SetupError> {
        if !matches!(self, Self::Global) {
            return Ok(());
        }
        global::start().map_err(SetupError::clone)
    }

    /// Whether work may enter rayon's global pool.
    fn are_global(&self) -> bool {
        matches!(self, Self::Global) && global::start().is_ok()
    }
}

/// An executor: the threads that work runs on, and scratch memory for the work. Clones are cheap
/// and share the scratch memory.
///
/// ```
/// use kzg_traits::{Exec, Threads};
///
/// let mut squares = vec![0_usize; 1000];
/// for exec in [Exec::serial(), Exec::new(Threads::Global)] {
///     exec.for_each_mut(&mut squares, |index, square| *square = index * index);
///     assert_eq!(squares[999], 998_001); // on any number of threads
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exec {
    threads: Threads,
    /// Whether a whole operation occupies the threads.
    has_operation: Arc<AtomicBool>,
    scratch: Arc<Scratch>,
}

impl Exec {
    /// An executor on the given threads, with new scratch memory.
    #[must_use]
    pub fn new(threads: Threads) -> Self {
        Self {
            threads,
            has_operation: Arc::default(),
            scratch: Arc::default(),
        }
    }

    /// An executor on the calling thread, with new scratch memory.
    #[must_use]
    pub fn serial() -> Self {
        Self::new(Threads::One)
    }

    /// An executor on the given threads that shares the scratch memory.
    #[must_use]
    pub fn with_threads(&self, threads: Threads) -> Self {
        // With one thread no operation enters a pool, so the flag is never read and can be shared.
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

    /// An executor on the calling thread that shares the scratch memory.
    #[must_use]
    pub fn on_this_thread(&self) -> Self {
        self.with_threads(Threads::One)
    }

    /// The number of threads that work is spread over, at least one. The number is one while the
    /// calling thread builds a value of [`Lazy`](crate::lazy::Lazy), because other threads may wait
    /// for that value.
    #[must_use]
    pub fn threads(&self) -> usize {
        if SerialSection::is_entered() {
            return 1;
        }
        match &self.threads {
            Threads::One => 1,
            Threads::Global if self.threads.are_global() => rayon::current_num_threads().max(1),
            Threads::Global => 1,
            Threads::Pool(pool) => pool.current_num_threads(),
        }
    }

    /// Whether work is spread over more than one thread.
    #[must_use]
    pub fn is_parallel(&self) -> bool {
        self.threads() > 1
    }

    /// Runs both closures, in parallel if there is more than one thread.
    pub fn join<A: Send, B: Send>(
        &self,
        a: impl FnOnce() -> A + Send,
        b: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        if !self.is_parallel() {
            return (a(), b());
        }
        let (mut a, mut of_a) = (Some(a), None);
        let (mut b, mut of_b) = (Some(b), None);
        self.join_once(&mut || of_a = a.take().map(|a| a()), &mut || {
            of_b = b.take().map(|b| b())
        });
        of_a.zip(of_b).expect("both closures have run")
    }

    /// Runs a job later on one of the threads. If there is only the calling thread, the job runs at
    /// once on that thread. The job must not panic.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        if SerialSection::is_entered() {
            return job();
        }
        match &self.threads {
            Threads::Global if self.threads.are_global() => rayon::spawn(job),
            Threads::One | Threads::Global => job(),
            Threads::Pool(pool) => pool.spawn(job),
        }
    }

    /// The chunk length for which `len` items give about `per_thread` chunks per thread.
    #[must_use]
    pub fn chunk_len(&self, len: usize, per_thread: usize) -> usize {
        len.div_ceil(self.threads() * per_thread.max(1)).max(1)
    }

    /// Calls both jobs once, in parallel. Their types are erased for the same reason as in
    /// [`enter`](Self::enter).
    fn join_once(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
        self.enter(&mut || {
            rayon::join(&mut *a, &mut *b);
        });
    }

    /// Calls `work` once for each thread, as far as possible on different threads at once. Some calls may begin
    /// after the work is done, so `work` must return at once then.
    pub(crate) fn on_each_thread(&self, work: &(dyn Fn() + Sync)) {
        match self.threads() {
            1 => work(),
            threads => self.on_threads(threads, work),
        }
    }

    /// Calls `work` `count` times, as far as possible on different threads at once. Some calls
    /// may begin after the work is done, so `work` must return at once then.
    fn on_threads(&self, count: usize, work: &(dyn Fn() + Sync)) {
        fn halve(count: usize, work: &(dyn Fn() + Sync)) {
            if count <= 1 {
                return work();
            }
            let half = count / 2;
            rayon::join(|| halve(half, work), || halve(count - half, work));
        }
        self.enter(&mut || halve(count, work));
    }

    /// Calls a job once on a worker of the pool, or here if there is only the calling thread. The
    /// type of the job is erased, because rayon's code for entering a pool is long, and would be
    /// compiled for every job of every backend.
    fn enter(&self, job: &mut (dyn FnMut() + Send)) {
        match &self.threads {
            Threads::Global if self.threads.are_global() => rayon::scope(|_| job()),
            Threads::One | Threads::Global => job(),
            Threads::Pool(pool) => pool.install(job),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn execs() -> [Exec; 3] {
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
    fn both_sides_of_a_join_run() {
        for exec in execs() {
            assert_eq!(exec.join(|| 1, || "b"), (1, "b"));
        }
    }

    #[test]
    fn a_spawned_job_runs_once() {
        for exec in execs() {
            let (sender, receiver) = std::sync::mpsc::channel();
            exec.spawn(move || sender.send(7).expect("awaited"));
            assert_eq!(receiver.recv(), Ok(7));
            assert!(receiver.recv().is_err(), "the job runs only once");
        }
    }
}
