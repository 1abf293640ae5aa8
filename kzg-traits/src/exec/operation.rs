//! Whole operations on the threads of a pool, one at a time.

use core::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Exec, SerialSection};

thread_local! {
    /// Whether a whole operation is on the stack of this thread.
    static IN_OPERATION: Cell<bool> = const { Cell::new(false) };
}

impl Exec {
    /// Runs a whole operation on a worker of the pool. The parallel parts of the operation then
    /// move between workers, and the calling thread does not enter the pool for each part.
    ///
    /// Only one operation at a time runs in this way. A worker that waits for other workers may
    /// steal other work from the pool, so several whole operations could accumulate on its stack.
    /// While an operation occupies the threads, another operation stays on its calling thread and
    /// enters the pool for each parallel part. If the calling thread is itself a worker of a pool, its
    /// operation has no parallel parts then, because it would steal other whole operations while it
    /// waits for those parts. Executors on the same pool do not know of each other's operations, so a
    /// worker may steal an operation of another executor: that operation has no parallel parts either.
    /// The stack of a worker never has more than two operations of executors on its own pool.
    pub fn run<R: Send>(&self, operation: impl FnOnce() -> R + Send) -> R {
        if !self.is_parallel() {
            return operation();
        }
        match Entered::enter(&self.has_operation) {
            Some(_entered) => {
                let (mut operation, mut result) = (Some(operation), None);
                self.enter(&mut || {
                    let _on_stack = OnStack::enter();
                    result = operation.take().map(|operation| operation());
                });
                result.expect("the operation has run")
            }
            None => {
                let _serial = rayon::current_thread_index().map(|_| SerialSection::enter());
                operation()
            }
        }
    }
}

/// Marks that a whole operation is on the stack of this thread, until the value is dropped. If another
/// one is below it, all work of the upper one stays on this thread.
struct OnStack {
    had_operation: bool,
    _serial: Option<SerialSection>,
}

impl OnStack {
    fn enter() -> Self {
        let had_operation = IN_OPERATION.replace(true);
        Self {
            had_operation,
            _serial: had_operation.then(SerialSection::enter),
        }
    }
}

impl Drop for OnStack {
    fn drop(&mut self) {
        IN_OPERATION.set(self.had_operation);
    }
}

/// Marks that a whole operation occupies the threads, until the value is dropped.
struct Entered<'a>(&'a AtomicBool);

impl<'a> Entered<'a> {
    /// `None` if another operation occupies the threads.
    fn enter(has_operation: &'a AtomicBool) -> Option<Self> {
        let had_operation = has_operation.swap(true, Ordering::Acquire);
        // Built only on success, because dropping the value clears the flag.
        (!had_operation).then(|| Self(has_operation))
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::Entered;
    use crate::exec::tests::execs;
    use crate::exec::{Exec, Threads};

    #[test]
    fn a_refused_operation_leaves_the_threads_occupied() {
        let has_operation = AtomicBool::new(false);
        let entered = Entered::enter(&has_operation);
        assert!(entered.is_some());
        for _ in 0..2 {
            assert!(Entered::enter(&has_operation).is_none());
        }
        drop(entered);
        assert!(Entered::enter(&has_operation).is_some());
    }

    thread_local! {
        /// The number of operations of a test on the stack of a thread.
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }

    /// An operation with parallel parts, which notes how many operations are on its stack.
    fn nested(most: &AtomicUsize, exec: &Exec) {
        DEPTH.set(DEPTH.get() + 1);
        most.fetch_max(DEPTH.get(), Ordering::SeqCst);
        let mut parts = [0_u64; 64];
        exec.for_each_mut(&mut parts, |index, part| {
            std::thread::yield_now();
            *part = index as u64;
        });
        assert_eq!(parts[63], 63);
        DEPTH.set(DEPTH.get() - 1);
    }

    #[test]
    fn operations_of_many_executors_on_one_pool_are_not_nested_deeper_than_two() {
        let Threads::Pool(pool) = &execs()[2].threads else {
            unreachable!("the third executor has a pool")
        };
        let most = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let exec = Exec::new(Threads::Pool(Arc::clone(pool)));
                    for _ in 0..50 {
                        exec.run(|| nested(&most, &exec));
                    }
                });
            }
        });
        assert!(most.into_inner() <= 2);
    }

    #[test]
    fn whole_operations_of_workers_are_not_nested() {
        let exec = &execs()[2];
        let Threads::Pool(pool) = &exec.threads else {
            unreachable!("the third executor has a pool")
        };
        let most = AtomicUsize::new(0);
        pool.scope(|scope| {
            for _ in 0..300 {
                scope.spawn(|_| {
                    exec.run(|| nested(&most, exec));
                });
            }
        });
        // One operation occupies the threads, and may steal one other while it waits.
        assert!(most.into_inner() <= 2);
    }

    #[test]
    fn at_most_one_whole_operation_runs_in_the_pool() {
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
}
