//! The global memory of a device: allocations at addresses, with gaps between them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::MemoryError;

/// The first address.
const FIRST: u64 = 0x7_0000_0000;
/// The alignment of allocations, and the smallest gap between them.
const ALIGNMENT: u64 = 256;
/// The content of new memory, and of registers at the beginning of a block.
pub(crate) const FILL: u32 = 0xcdcd_cdcd;

/// The bytes of one allocation. Words are atomic, because the blocks of a launch run on several
/// threads.
#[derive(Debug)]
pub(crate) struct Allocation {
    words: Box<[AtomicU32]>,
    length: usize,
}

/// The global memory of a device.
#[derive(Debug)]
pub struct Memory {
    capacity: usize,
    next: AtomicU64,
    allocations: RwLock<BTreeMap<u64, Arc<Allocation>>>,
}

impl Memory {
    /// Memory for allocations of `capacity` bytes together.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            next: AtomicU64::new(FIRST),
            allocations: RwLock::default(),
        }
    }

    /// The number of bytes that can be allocated together.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The number of bytes that are allocated.
    #[must_use]
    pub fn used(&self) -> usize {
        let allocations = self.allocations.read();
        used(&allocations.unwrap_or_else(PoisonError::into_inner))
    }

    /// Allocates `length` bytes and gives their address, a multiple of 256. Addresses are not used
    /// again.
    ///
    /// # Errors
    ///
    /// [`MemoryError::OutOfMemory`].
    pub fn allocate(&self, length: usize) -> Result<u64, MemoryError> {
        // The lock is held until the allocation is in the map, so that two threads cannot both take
        // the same room.
        let mut allocations = self
            .allocations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let used = used(&allocations);
        if length > self.capacity - used.min(self.capacity) {
            return Err(MemoryError::OutOfMemory {
                wanted: length,
                used,
                capacity: self.capacity,
            });
        }
        let reserved = (length as u64).next_multiple_of(ALIGNMENT) + ALIGNMENT;
        let address = self.next.fetch_add(reserved, Ordering::Relaxed);
        let words = (0..length.div_ceil(4)).map(|_| AtomicU32::new(FILL));
        let allocation = Arc::new(Allocation {
            words: words.collect(),
            length,
        });
        allocations.insert(address, allocation);
        Ok(address)
    }

    /// Frees the allocation that begins at the address.
    ///
    /// # Errors
    ///
    /// [`MemoryError::NotAllocated`].
    pub fn free(&self, address: u64) -> Result<(), MemoryError> {
        let mut allocations = self
            .allocations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match allocations.remove(&address) {
            Some(_) => Ok(()),
            None => Err(MemoryError::NotAllocated { address }),
        }
    }

    /// Copies bytes from the memory. The address is a multiple of 4.
    ///
    /// # Errors
    ///
    /// [`MemoryError::OutOfBounds`] or [`MemoryError::Misaligned`].
    pub fn read(&self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryError> {
        let view = self.view();
        let words = view.range(address, bytes.len())?;
        for (chunk, word) in bytes.chunks_mut(4).zip(words) {
            let word = word.load(Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }

    /// Copies bytes to the memory. The address and the length are multiples of 4.
    ///
    /// # Errors
    ///
    /// [`MemoryError::OutOfBounds`] or [`MemoryError::Misaligned`].
    pub fn write(&self, address: u64, bytes: &[u8]) -> Result<(), MemoryError> {
        let view = self.view();
        let words = view.range(address, bytes.len())?;
        let (chunks, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            let length = bytes.len();
            return Err(MemoryError::Misaligned { address, length });
        }
        for (chunk, word) in chunks.iter().zip(words) {
            word.store(u32::from_le_bytes(*chunk), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Writes the same word `count` times.
    ///
    /// # Errors
    ///
    /// [`MemoryError::OutOfBounds`] or [`MemoryError::Misaligned`].
    pub fn fill(&self, address: u64, word: u32, count: usize) -> Result<(), MemoryError> {
        for slot in self.view().range(address, 4 * count)? {
            slot.store(word, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The allocations of this moment.
    pub(crate) fn view(&self) -> View {
        let allocations = self.allocations.read();
        let allocations = allocations.unwrap_or_else(PoisonError::into_inner);
        View {
            allocations: allocations
                .iter()
                .map(|(&address, allocation)| (address, Arc::clone(allocation)))
                .collect(),
        }
    }
}

/// The bytes of allocations together.
fn used(allocations: &BTreeMap<u64, Arc<Allocation>>) -> usize {
    allocations.values().map(|buffer| buffer.length).sum()
}

/// The allocations of a [`Memory`] at one moment, in the order of their addresses.
#[derive(Clone, Debug)]
pub(crate) struct View {
    allocations: Vec<(u64, Arc<Allocation>)>,
}

impl View {
    /// The words of `length` bytes at the address, all of one allocation.
    pub(crate) fn range(&self, address: u64, length: usize) -> Result<&[AtomicU32], MemoryError> {
        let after = self
            .allocations
            .partition_point(|(begin, _)| *begin <= address);
        let found = after.checked_sub(1).and_then(|index| {
            let (begin, allocation) = &self.allocations[index];
            let offset = usize::try_from(address - begin).ok()?;
            let end = offset.checked_add(length)?;
            (end <= allocation.length).then_some((allocation, offset))
        });
        let Some((allocation, offset)) = found else {
            return Err(MemoryError::OutOfBounds { address, length });
        };
        if !offset.is_multiple_of(4) {
            return Err(MemoryError::Misaligned { address, length });
        }
        Ok(&allocation.words[offset / 4..][..length.div_ceil(4)])
    }

    /// The words of an access of 4, 8 or 16 bytes, which must be aligned.
    pub(crate) fn access(&self, address: u64, length: usize) -> Result<&[AtomicU32], MemoryError> {
        if !address.is_multiple_of(length as u64) {
            return Err(MemoryError::Misaligned { address, length });
        }
        self.range(address, length)
    }
}
