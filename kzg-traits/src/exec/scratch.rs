//! Scratch memory that is kept from call to call.

use core::any::{Any, TypeId};
use core::fmt;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::Exec;
use crate::memory_pool::{MemoryPool, Pooled};

/// Number of values of one type that the scratch memory keeps for the next call.
const SCRATCH_VALUES_PER_TYPE: usize = 32;

impl Exec {
    /// Lends a reusable value. The value has the content that its last user left.
    #[must_use]
    pub fn scratch<T: Default + Send + 'static>(&self) -> Pooled<T> {
        self.scratch.pool::<T>().get()
    }

    /// Lends a reusable vector, which is empty.
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
}

/// A [`MemoryPool`] of any type.
type ErasedPool = Box<dyn Any + Send + Sync>;

/// A bounded pool for each type that was requested.
#[derive(Default)]
pub(super) struct Scratch {
    pools: RwLock<HashMap<TypeId, ErasedPool>>,
}

impl Scratch {
    fn pool<T: Default + Send + 'static>(&self) -> MemoryPool<T> {
        let mut found = None;
        self.with_pool(
            TypeId::of::<T>(),
            &|| Box::new(MemoryPool::new(SCRATCH_VALUES_PER_TYPE, T::default)),
            &mut |pool| found = pool.downcast_ref::<MemoryPool<T>>().cloned(),
        );
        found.expect("each pool is stored under its type")
    }

    /// Calls `inspect` with the pool of a type, which `new` makes if there is none. The types are
    /// erased, so that the code is compiled once.
    fn with_pool(
        &self,
        id: TypeId,
        new: &dyn Fn() -> ErasedPool,
        inspect: &mut dyn FnMut(&ErasedPool),
    ) {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&id) {
            return inspect(pool);
        }
        drop(pools);
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        inspect(pools.entry(id).or_insert_with(new));
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
