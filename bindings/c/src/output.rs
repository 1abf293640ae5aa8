//! The caller's output buffers for many items.
//!
//! The protocol writes straight into a buffer of the caller where that is sound. A buffer that
//! overlaps an input or another output gets its items from scratch memory after the call, so that
//! every input is read before any output is written, as in c-kzg.

use core::ops::Range;
use core::slice;

use zerocopy::{FromBytes, Immutable, IntoBytes, Unaligned};

use crate::failure::Failure;
use crate::input;

/// The addresses of a buffer.
pub(crate) type Region = Range<usize>;

/// The addresses of a list of items.
pub(crate) fn region_of<T>(items: &[T]) -> Region {
    let addresses = items.as_ptr_range();
    addresses.start.addr()..addresses.end.addr()
}

/// An output of the caller, checked but not opened yet.
#[derive(Debug)]
pub(crate) struct Output<T> {
    pointer: *mut T,
    length: usize,
}

impl<T: FromBytes + IntoBytes + Immutable + Unaligned + Clone> Output<T> {
    /// An output of `length` items; `None` if the pointer is null.
    pub(crate) fn new(
        pointer: *mut T,
        length: usize,
        argument: &'static str,
    ) -> Result<Option<Self>, Failure> {
        if pointer.is_null() {
            return Ok(None);
        }
        let length = input::length::<T>(pointer.addr(), length as u64, argument)?;
        Ok(Some(Self { pointer, length }))
    }

    /// The addresses of the buffer.
    pub(crate) fn region(&self) -> Region {
        // `new` checked that the end is an address.
        let start = self.pointer.addr();
        start..start + self.length * size_of::<T>()
    }

    /// Makes the buffer writable. `others` are the inputs and the other outputs of the call.
    ///
    /// # Safety
    ///
    /// The buffer is valid for writing all of its items. While the result is used, nothing else
    /// accesses the buffer, except for what lies in `others`.
    pub(crate) unsafe fn open<'call>(self, others: &[Region]) -> Result<Opened<'call, T>, Failure> {
        let region = self.region();
        let overlaps = |other: &Region| other.start < region.end && region.start < other.end;
        if others.iter().any(overlaps) {
            let mut scratch = Vec::new();
            scratch.try_reserve_exact(self.length)?;
            scratch.resize(self.length, T::new_zeroed());
            return Ok(Opened::Scratch(scratch, self));
        }
        // SAFETY: the buffer may be written, and no input lies in it. `T` is `FromBytes`, so zeros
        // are items of that type, and `Unaligned`, so every address is aligned. The memory of a
        // caller may be uninitialised; after this line it is not. `new` checked that the buffer has
        // at most `isize::MAX` bytes. Nothing else accesses it: no other argument lies in it, and
        // the caller of this function promises the rest.
        Ok(Opened::Direct(unsafe {
            self.pointer.write_bytes(0, self.length);
            slice::from_raw_parts_mut(self.pointer, self.length)
        }))
    }
}

/// An output that the protocol can write into.
#[derive(Debug)]
pub(crate) enum Opened<'call, T> {
    /// The caller's buffer.
    Direct(&'call mut [T]),
    /// Scratch memory for a buffer that overlaps another argument.
    Scratch(Vec<T>, Output<T>),
}

impl<T> Opened<'_, T> {
    /// The items, for writing.
    pub(crate) fn items(&mut self) -> &mut [T] {
        match self {
            Self::Direct(items) => items,
            Self::Scratch(items, _) => items,
        }
    }

    /// Hands the items to the caller.
    ///
    /// # Safety
    ///
    /// The buffer that was opened is still valid for writing, and no reference to the inputs or
    /// other outputs that overlap it is used from now on.
    pub(crate) unsafe fn finish(self) {
        if let Self::Scratch(items, output) = self {
            // SAFETY: both have `items.len()` items. Scratch memory is new memory, so it does not
            // overlap the caller's. No reference to the buffer is used any more.
            unsafe {
                output
                    .pointer
                    .copy_from_nonoverlapping(items.as_ptr(), items.len());
            }
        }
    }
}

/// Writes one small result to the caller. The result was computed before, so its place may lie inside
/// of an input.
///
/// # Safety
///
/// `pointer` is valid for writing a `T`, and no reference to that memory is used from now on.
pub(crate) unsafe fn write<T: Unaligned>(pointer: *mut T, value: T) {
    // SAFETY: `T` is `Unaligned`, so every address is aligned for it; the caller promises the rest.
    unsafe { pointer.write(value) }
}

/// Checks that there is a place for a small result.
pub(crate) fn check_place<T>(pointer: *mut T, argument: &'static str) -> Result<(), Failure> {
    if pointer.is_null() {
        Err(Failure::Null { argument })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kzg_backends::kzg_traits::Bytes48;

    use super::*;

    #[test]
    fn a_buffer_is_written_directly_unless_it_overlaps_another() {
        let mut items = [Bytes48([9; 48]); 4];
        let region = region_of(&items);
        let output = Output::new(items.as_mut_ptr(), 2, "items")
            .unwrap()
            .unwrap();
        assert_eq!(output.region(), region.start..region.start + 96);
        for (other, direct) in [
            (region.start + 96..region.end, true),
            (region.start - 1..region.start, true),
            (region.start + 95..region.end, false),
            (region.start - 1..region.start + 1, false),
            (region.start + 10..region.start + 11, false),
            (region.start - 1..region.end, false),
        ] {
            items.fill(Bytes48([9; 48]));
            let output = Output::new(items.as_mut_ptr(), 2, "items")
                .unwrap()
                .unwrap();
            // SAFETY: the buffer is a local variable, which is not used while it is open.
            unsafe {
                let mut opened = output.open(&[other]).unwrap();
                assert_eq!(matches!(opened, Opened::Direct(_)), direct);
                assert!(opened.items().iter().all(|item| item.0 == [0; 48]));
                opened.items()[1] = Bytes48([5; 48]);
                opened.finish();
            }
            assert_eq!(items.map(|item| item.0[0]), [0, 5, 9, 9]);
        }
    }

    #[test]
    fn null_is_no_output() {
        let null = core::ptr::null_mut::<Bytes48>();
        assert!(Output::new(null, 2, "items").unwrap().is_none());
        assert!(check_place(null, "item").is_err());
        let last = core::ptr::without_provenance_mut::<Bytes48>(usize::MAX - 50);
        assert!(Output::new(last, 2, "items").is_err());
    }
}
