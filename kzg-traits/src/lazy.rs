//! Tables that are built on first use and can be freed again.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A value that is built when it is first asked for.
///
/// Only work that stays on the calling thread may run while the build lock is held: a thread
/// pool's worker that waits for the lock can be the very one that the builder's own parallel
/// work needs, or be the builder itself, having stolen another first call. So
/// [`get_or_build`](Self::get_or_build) takes serial builders, and parallel ones go through
/// [`publish`](Self::publish), which holds no lock while they run.
#[derive(Debug)]
pub(crate) struct Lazy<T> {
    value: RwLock<Option<Arc<T>>>,
    building: Mutex<()>,
}

impl<T> Lazy<T> {
    pub(crate) fn new() -> Self {
        Self {
            value: RwLock::new(None),
            building: Mutex::new(()),
        }
    }

    /// The value, if it is there.
    pub(crate) fn peek(&self) -> Option<Arc<T>> {
        self.value
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The value, built on this thread by `build_serially` if it is not there; other callers
    /// wait for it meanwhile.
    pub(crate) fn get_or_build(&self, build_serially: impl FnOnce() -> T) -> Arc<T> {
        if let Some(value) = self.peek() {
            return value;
        }
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        match self.peek() {
            Some(value) => value,
            None => self.publish(build_serially()),
        }
    }

    /// Makes `value` the value, unless there is one by now; returns the one that stands.
    pub(crate) fn publish(&self, value: T) -> Arc<T> {
        let mut slot = self.value.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slot.get_or_insert_with(|| Arc::new(value)))
    }

    /// Frees the value once the calls under way are done with it.
    pub(crate) fn release(&self) {
        *self.value.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn a_builder_that_panics_leaves_it_unbuilt() {
        let lazy = Lazy::new();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lazy.get_or_build(|| panic!("scripted"))
        }));
        assert!(outcome.is_err());
        assert_eq!(*lazy.get_or_build(|| 7), 7);
    }
}
