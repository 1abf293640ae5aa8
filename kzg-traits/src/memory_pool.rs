//! A bounded pool of reusable values.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use crossbeam_queue::ArrayQueue;

/// A bounded, lock-free pool of values that are costly to make.
///
/// [`get`](Self::get) takes an idle value from the pool, or makes a new one if no value is idle.
/// The value returns to the pool when its guard is dropped. The pool keeps at most `capacity` idle
/// values and drops further values that return; the number of values in use is not bounded. A clone
/// is another handle to the same pool.
///
/// ```
/// use kzg_traits::{Blob, MemoryPool};
///
/// let pool = MemoryPool::new(8, Blob::zeroed_on_heap);
/// let mut blob = pool.get();
/// blob.0[31] = 1;
/// drop(blob); // returns to the pool
/// assert_eq!(pool.size(), 1);
/// assert_eq!(pool.get().0[31], 1, "the content is that of the last user");
/// assert_eq!((pool.statistics().hits, pool.statistics().misses), (1, 1));
/// ```
pub struct MemoryPool<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    idle: ArrayQueue<T>,
    make: Box<dyn Fn() -> T + Send + Sync>,
    hits: AtomicUsize,
    misses: AtomicUsize,
    in_use: AtomicUsize,
    high_water: AtomicUsize,
}

/// Counts of the use of a [`MemoryPool`].
///
/// ```
/// use kzg_traits::{Blob, MemoryPool};
///
/// let pool = MemoryPool::new(8, Blob::zeroed_on_heap);
/// let (first, second) = (pool.get(), pool.get());
/// drop(first);
/// let third = pool.get();
/// let statistics = pool.statistics();
/// assert_eq!((statistics.misses, statistics.hits), (2, 1));
/// assert_eq!((statistics.in_use, statistics.high_water), (2, 2));
/// # drop((second, third));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryPoolStatistics {
    /// Requests that an idle value answered.
    pub hits: usize,
    /// Requests for which a value was made.
    pub misses: usize,
    /// Number of values that are lent out now.
    pub in_use: usize,
    /// The largest number of values that were lent out at once.
    pub high_water: usize,
}

impl<T> MemoryPool<T> {
    /// A pool that keeps at most `capacity` idle values (at least one), each made by `make`.
    ///
    /// # Panics
    ///
    /// If there is no memory for a queue of that length.
    pub fn new(capacity: usize, make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self {
            shared: Arc::new(Shared {
                idle: ArrayQueue::new(capacity.max(1)),
                make: Box::new(make),
                hits: AtomicUsize::new(0),
                misses: AtomicUsize::new(0),
                in_use: AtomicUsize::new(0),
                high_water: AtomicUsize::new(0),
            }),
        }
    }

    /// Lends a value, which returns to the pool when the guard is dropped. The value has the
    /// content that its last user left.
    #[must_use]
    pub fn get(&self) -> Pooled<T> {
        let shared = &self.shared;
        let value = match shared.idle.pop() {
            Some(value) => {
                shared.hits.fetch_add(1, Ordering::Relaxed);
                value
            }
            None => {
                shared.misses.fetch_add(1, Ordering::Relaxed);
                (shared.make)()
            }
        };
        let in_use = shared.in_use.fetch_add(1, Ordering::Relaxed) + 1;
        shared.high_water.fetch_max(in_use, Ordering::Relaxed);
        Pooled {
            value: Some(value),
            pool: self.clone(),
        }
    }

    /// Adds a value of the caller to the idle values. If the pool is full, the value is dropped.
    pub fn put(&self, value: T) {
        // A full queue returns the value, which is dropped here.
        let _ = self.shared.idle.push(value);
    }

    /// The number of idle values.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shared.idle.len()
    }

    /// The largest number of idle values that the pool keeps.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.shared.idle.capacity()
    }

    /// Drops the idle values. Values that are lent out still return to the pool.
    pub fn clear(&self) {
        while self.shared.idle.pop().is_some() {}
    }

    /// Counts of the use of the pool.
    #[must_use]
    pub fn statistics(&self) -> MemoryPoolStatistics {
        let shared = &self.shared;
        MemoryPoolStatistics {
            hits: shared.hits.load(Ordering::Relaxed),
            misses: shared.misses.load(Ordering::Relaxed),
            in_use: shared.in_use.load(Ordering::Relaxed),
            high_water: shared.high_water.load(Ordering::Relaxed),
        }
    }
}

impl<T> Clone for MemoryPool<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> fmt::Debug for MemoryPool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryPool")
            .field("size", &self.size())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

/// A value lent by a [`MemoryPool`].
///
/// ```
/// use kzg_traits::memory_pool::Pooled;
/// use kzg_traits::{Blob, MemoryPool};
///
/// let pool = MemoryPool::new(1, Blob::zeroed_on_heap);
/// let mut lent: Pooled<Box<Blob>> = pool.get();
/// lent.0[31] = 1; // the guard dereferences to the blob
/// drop(lent);
/// assert_eq!(pool.size(), 1, "the blob returned to the pool");
/// let kept: Box<Blob> = pool.get().into_inner();
/// assert_eq!((kept.0[31], pool.size()), (1, 0));
/// ```
pub struct Pooled<T> {
    // `None` only after the value has been taken out, by `drop` or `into_inner`.
    value: Option<T>,
    pool: MemoryPool<T>,
}

impl<T> Pooled<T> {
    /// Takes the value out of the pool for good.
    #[must_use]
    pub fn into_inner(mut self) -> T {
        self.value.take().expect("present until dropped")
    }
}

impl<T> Deref for Pooled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("present until dropped")
    }
}

impl<T> DerefMut for Pooled<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("present until dropped")
    }
}

impl<T> Drop for Pooled<T> {
    fn drop(&mut self) {
        self.pool.shared.in_use.fetch_sub(1, Ordering::Relaxed);
        if let Some(value) = self.value.take() {
            self.pool.put(value);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Pooled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returned_values_are_reused_and_counted() {
        let pool = MemoryPool::new(1, || vec![0_u8; 16]);
        let first = pool.get();
        let second = pool.get();
        let kept = first.as_ptr();
        drop(first);
        drop(second); // the pool is full
        assert_eq!(pool.size(), 1);
        assert_eq!(pool.get().as_ptr(), kept);
        assert_eq!(
            pool.statistics(),
            MemoryPoolStatistics {
                hits: 1,
                misses: 2,
                in_use: 0,
                high_water: 2
            }
        );
        let taken = pool.get().into_inner();
        assert_eq!(
            (taken.len(), pool.size(), pool.statistics().in_use),
            (16, 0, 0)
        );
        pool.put(taken);
        pool.clear();
        assert_eq!(pool.size(), 0);
    }

    #[test]
    fn no_value_is_lent_twice_at_once() {
        const THREADS: usize = 4;
        const ROUNDS: usize = 2000;
        let pool = MemoryPool::new(3, || AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for round in 0..ROUNDS {
                        let first = pool.get();
                        let second = (round % 3 == 0).then(|| pool.get());
                        for value in [Some(&first), second.as_ref()].into_iter().flatten() {
                            assert_eq!(value.fetch_add(1, Ordering::Relaxed), 0);
                            std::hint::spin_loop();
                            assert_eq!(value.fetch_sub(1, Ordering::Relaxed), 1);
                        }
                    }
                });
            }
        });
        let statistics = pool.statistics();
        let requests = THREADS * (ROUNDS + ROUNDS.div_ceil(3));
        assert_eq!(statistics.hits + statistics.misses, requests);
        assert_eq!(statistics.in_use, 0);
        assert!(statistics.high_water <= 2 * THREADS);
        assert!((1..=3).contains(&pool.size()), "{}", pool.size());
    }

    #[test]
    fn a_panic_while_a_value_is_lent_returns_it() {
        let pool = MemoryPool::new(4, || 0_u32);
        let shared = pool.clone();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _lent = shared.get();
            panic!("scripted");
        }));
        assert!(outcome.is_err());
        assert_eq!((pool.size(), pool.statistics().in_use), (1, 0));
    }
}
