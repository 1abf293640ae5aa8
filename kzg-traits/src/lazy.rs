//! Tables that are built on first use and can be freed again.

use core::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::exec::SerialSection;

/// A value that is built on first use.
///
/// While the build lock is held, all work of the builder stays on the calling thread, for every
/// [`Exec`](crate::Exec). Parallel work could cause a deadlock: a worker of the pool that waits for
/// the lock may be the worker that the builder's parallel work needs, or the builder itself may
/// steal another first call and wait for its own lock. A parallel builder runs without the lock and
/// passes its value to [`publish`](Self::publish).
#[derive(Debug)]
pub struct Lazy<T> {
    value: RwLock<Option<Arc<T>>>,
    building: Mutex<()>,
}

impl<T> Lazy<T> {
    /// A value that is not built yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: RwLock::new(None),
            building: Mutex::new(()),
        }
    }

    /// The value, if it is built.
    #[must_use]
    pub fn peek(&self) -> Option<Arc<T>> {
        self.value
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The value. If there is none yet, `build` builds the value on this thread while other callers
    /// wait.
    pub fn get_or_build(&self, build: impl FnOnce() -> T) -> Arc<T> {
        let built = self.get_or_try_build(|| Ok::<T, Infallible>(build()));
        match built {
            Ok(value) => value,
        }
    }

    /// As [`get_or_build`](Self::get_or_build), with a builder that may fail.
    ///
    /// # Errors
    ///
    /// The builder's error; the next call builds again.
    pub fn get_or_try_build<E>(&self, build: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(value) = self.peek() {
            return Ok(value);
        }
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let _serial = SerialSection::enter();
        match self.peek() {
            Some(value) => Ok(value),
            None => build().map(|value| self.publish(value)),
        }
    }

    /// Stores the value, unless a value is stored already. Returns the stored value.
    pub fn publish(&self, value: T) -> Arc<T> {
        let mut slot = self.value.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slot.get_or_insert_with(|| Arc::new(value)))
    }

    /// Frees the value as soon as no call uses it.
    pub fn release(&self) {
        *self.value.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Exec, Threads};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn concurrent_first_calls_build_once() {
        let lazy = Lazy::new();
        let built = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let value = lazy.get_or_build(|| built.fetch_add(1, Ordering::SeqCst) + 41);
                    assert_eq!(*value, 41);
                });
            }
        });
        assert_eq!(built.load(Ordering::SeqCst), 1);
    }

    /// Without the serial section, the workers that wait for the lock would be those that the
    /// builder's parallel work needs.
    #[test]
    fn first_calls_from_the_workers_of_a_pool_do_not_deadlock() {
        for threads in [2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = Arc::new(pool.unwrap());
            let exec = Exec::new(Threads::Pool(Arc::clone(&pool)));
            for _ in 0..50 {
                let lazy = Lazy::new();
                let call = || {
                    let value = lazy.get_or_build(|| {
                        let mut parts = [0_u64; 64];
                        exec.for_each_mut(&mut parts, |index, part| *part = index as u64);
                        let (left, right) = exec.join(|| 1, || 2);
                        parts.iter().sum::<u64>() + left + right
                    });
                    assert_eq!(*value, 2019);
                };
                pool.scope(|scope| {
                    for _ in 0..8 {
                        scope.spawn(|_| call());
                    }
                });
            }
        }
    }

    #[test]
    fn a_value_can_be_freed_and_built_again() {
        let lazy = Lazy::new();
        let first = lazy.get_or_build(|| 1);
        assert_eq!(*lazy.publish(2), 1);
        lazy.release();
        assert!(lazy.peek().is_none());
        assert_eq!((*lazy.get_or_build(|| 3), *first), (3, 1));
    }

    #[test]
    fn a_builder_that_fails_leaves_the_value_unbuilt() {
        let lazy = Lazy::new();
        assert_eq!(lazy.get_or_try_build(|| Err("no")), Err("no"));
        assert!(lazy.peek().is_none());
        let built = lazy.get_or_try_build(|| Ok::<_, &str>(7));
        assert_eq!(built.as_deref(), Ok(&7));
        assert_eq!(lazy.get_or_try_build(|| Err("not called")), built);
    }

    #[test]
    fn a_builder_that_panics_leaves_the_value_unbuilt() {
        let lazy = Lazy::new();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lazy.get_or_build(|| panic!("scripted"))
        }));
        assert!(outcome.is_err());
        assert_eq!(*lazy.get_or_build(|| 7), 7);
    }
}
