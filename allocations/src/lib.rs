//! A counting allocator for the tests of this crate.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The allocator of the system, with counts of the allocations of the current thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes in use. Negative where this thread frees memory of another thread.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The number of allocations and reallocations that `f` makes on this thread.
pub fn allocations_in<R>(f: impl FnOnce() -> R) -> (R, usize) {
    let before = ALLOCATIONS.get();
    let result = f();
    (result, ALLOCATIONS.get() - before)
}

/// The memory of a call, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// The largest amount in use at once, in addition to the amount before the call.
    pub peak: usize,
    /// The amount still in use after the call, such as the result; zero if it is less than before.
    pub kept: usize,
}

/// Measures the memory that `f` allocates and frees on this thread.
pub fn bytes_in<R>(f: impl FnOnce() -> R) -> (R, Bytes) {
    let before = LIVE.get();
    let outer_peak = PEAK.replace(before);
    let result = f();
    let above = |bytes: isize| usize::try_from(bytes - before).unwrap_or(0);
    let bytes = Bytes {
        peak: above(PEAK.get()),
        kept: above(LIVE.get()),
    };
    PEAK.set(PEAK.get().max(outer_peak));
    (result, bytes)
}

fn count() {
    // Allocations of a thread that is ending are not measured.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

fn grow(bytes: usize) {
    let _ = LIVE.try_with(|live| {
        live.set(live.get().wrapping_add_unsigned(bytes));
        PEAK.with(|peak| peak.set(peak.get().max(live.get())));
    });
}

fn shrink(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get().wrapping_sub_unsigned(bytes)));
}

// SAFETY: every call is passed on to the system's allocator with the same arguments, so that the
// guarantees of that allocator hold. Counting neither allocates nor unwinds: the counters are plain
// integers that are initialised at compile time and have no destructors.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, and `System` has the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: `System` allocated the memory of the pointer, through another method of this impl,
        // with the same layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, and `System` has the same contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // The old and the new block may exist at once while the content is copied.
        grow(size);
        shrink(layout.size());
        // SAFETY: `System` allocated the memory of the pointer, and the caller keeps the rest of the
        // contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
