//! An allocator that counts, for the tests of this crate and nothing else.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, which counts what the current thread asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes in use; negative where another thread's are freed.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// How often `f` asks for memory, on this thread: allocations and those that grow or shrink one.
pub fn allocations_in<R>(f: impl FnOnce() -> R) -> (R, usize) {
    let before = ALLOCATIONS.get();
    let result = f();
    (result, ALLOCATIONS.get() - before)
}

/// What a call takes of the memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// The most that was in use at a time, on top of what was before.
    pub peak: usize,
    /// What is still in use, such as the result; zero if there is less than before.
    pub kept: usize,
}

/// The memory that `f` takes, of what is asked for and freed on this thread.
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
    // A thread that ends asks for nothing that is measured.
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

// SAFETY: every call is passed on to the system's allocator as it came, so its guarantees are
// the system's. Counting neither allocates nor unwinds: the counters are plain numbers that are
// initialised at compile time and have no destructors.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, which is the same there.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: the pointer came from `System`, through one of the other methods.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the same there.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // Both may be there while the content moves.
        grow(size);
        shrink(layout.size());
        // SAFETY: the pointer came from `System`, and the caller keeps the rest of the contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
