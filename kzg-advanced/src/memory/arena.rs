//! An allocator for values with one lifetime.

use core::cell::Cell;
use core::fmt;

use bumpalo::Bump;

use super::ByteItem;

/// Allocates values one by one and frees all of them at once.
///
/// For the values of one request or one block: an allocation takes a few instructions, and
/// [`reset`](Self::reset) frees all values. One thread at a time uses an arena.
///
/// ```
/// use kzg_advanced::{Arena, Cell, KzgProof};
///
/// let mut arena = Arena::with_capacity(1 << 20);
/// let cells = arena.alloc::<Cell>(128);
/// let proofs = arena.alloc::<KzgProof>(128);
/// cells[127].0[0] = 1;
/// proofs[0] = KzgProof([0xc0; 48]);
/// assert_eq!(arena.used_memory(), 128 * (Cell::LENGTH + KzgProof::LENGTH));
/// assert!(arena.total_memory() >= arena.used_memory());
///
/// arena.reset();
/// assert_eq!(arena.used_memory(), 0);
/// ```
#[derive(Default)]
pub struct Arena {
    bump: Bump,
    used: Cell<usize>,
}

impl Arena {
    /// An arena that allocates memory on first use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An arena with room for `bytes`. Further memory is allocated when the room is used up.
    ///
    /// # Panics
    ///
    /// If the memory cannot be allocated.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            bump: Bump::with_capacity(bytes),
            used: Cell::new(0),
        }
    }

    /// Allocates `count` zeroed items. They live until the next [`reset`](Self::reset), which the
    /// borrow checker forbids while they are in use.
    ///
    /// # Panics
    ///
    /// If the memory cannot be allocated.
    pub fn alloc<T: ByteItem>(&self, count: usize) -> &mut [T] {
        let length = count
            .checked_mul(T::LENGTH)
            .expect("the size exceeds the address space");
        let bytes = self.bump.alloc_slice_fill_copy(length, 0);
        self.count(length);
        T::many_from_mut_slice(bytes)
    }

    /// Copies values into the arena.
    ///
    /// # Panics
    ///
    /// If the memory cannot be allocated.
    pub fn alloc_copy<T: Copy>(&self, values: &[T]) -> &mut [T] {
        let copy = self.bump.alloc_slice_copy(values);
        self.count(size_of_val(values));
        copy
    }

    /// Frees all values. The largest block of memory is kept for the next values.
    pub fn reset(&mut self) {
        self.bump.reset();
        self.used.set(0);
    }

    /// The number of bytes allocated for values since the last [`reset`](Self::reset).
    #[must_use]
    pub fn used_memory(&self) -> usize {
        self.used.get()
    }

    /// The number of bytes that the arena has allocated from the system.
    #[must_use]
    pub fn total_memory(&self) -> usize {
        self.bump.allocated_bytes()
    }

    fn count(&self, bytes: usize) {
        self.used.set(self.used.get() + bytes);
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("used_memory", &self.used_memory())
            .field("total_memory", &self.total_memory())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Blob, Cell as KzgCell};

    #[test]
    fn figures_count_the_memory() {
        let mut arena = Arena::new();
        assert_eq!((arena.used_memory(), arena.total_memory()), (0, 0));
        let blobs = arena.alloc::<Blob>(3);
        let words = arena.alloc_copy(&[7_u64, 8, 9]);
        blobs[2].0.fill(1);
        assert_eq!(
            (blobs[0].0[0], blobs[2].0[0], words[2], words.len()),
            (0, 1, 9, 3)
        );
        assert_eq!(words.as_ptr() as usize % align_of::<u64>(), 0);
        let used = 3 * Blob::LENGTH + 24;
        assert_eq!(arena.used_memory(), used);
        assert!(arena.total_memory() >= used);

        arena.reset();
        let kept = arena.total_memory();
        assert_eq!(arena.used_memory(), 0);
        assert!(kept > 0);
        assert!(arena.alloc::<KzgCell>(4).iter().all(|c| c.0 == [0; 2048]));
        assert_eq!(arena.total_memory(), kept, "the kept memory is used");
        assert!(arena.alloc::<Blob>(0).is_empty());
    }
}
