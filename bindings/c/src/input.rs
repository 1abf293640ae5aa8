//! The caller's input buffers as slices, without copies.

use core::slice;
use std::borrow::Cow;

use zerocopy::{FromBytes, Immutable, Unaligned};

use crate::failure::Failure;

/// Borrows one item.
///
/// # Safety
///
/// `pointer` is null or valid for reading a `T`, which nobody changes while the result is used.
pub(crate) unsafe fn item<'call, T: FromBytes + Immutable + Unaligned>(
    pointer: *const T,
    argument: &'static str,
) -> Result<&'call T, Failure> {
    // SAFETY: `T` is `Unaligned`, so every address is aligned for it, and `FromBytes`, so any bytes
    // are a `T`. If the pointer is not null, the caller promises that the bytes may be read and do
    // not change.
    unsafe { pointer.as_ref() }.ok_or(Failure::Null { argument })
}

/// Borrows `count` consecutive items. Null is an empty list if `count` is zero.
///
/// # Safety
///
/// `pointer` is null or valid for reading `count` items, which nobody changes while the result is
/// used.
pub(crate) unsafe fn items<'call, T: FromBytes + Immutable + Unaligned>(
    pointer: *const T,
    count: u64,
    argument: &'static str,
) -> Result<&'call [T], Failure> {
    let length = length::<T>(pointer.addr(), count, argument)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: the pointer is not null. `T` is `Unaligned` and `FromBytes`, so every address and any
    // bytes do. `length` checked that the items take at most `isize::MAX` bytes and do not reach
    // past the end of the address space; the caller promises the rest.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// Reads `count` numbers; borrowed where they are aligned, as those of a C program are. A call reads
/// its numbers after it has checked its other lists, so that a count which fits none of them is
/// refused before numbers are copied.
///
/// # Safety
///
/// As for [`items`].
pub(crate) unsafe fn numbers<'call>(
    pointer: *const u64,
    count: u64,
    argument: &'static str,
) -> Result<Cow<'call, [u64]>, Failure> {
    let length = length::<u64>(pointer.addr(), count, argument)?;
    if length == 0 {
        return Ok(Cow::Borrowed(&[]));
    }
    if pointer.is_aligned() {
        // SAFETY: the pointer is neither null nor misaligned, and the numbers take at most
        // `isize::MAX` bytes, which the caller promises to be readable and unchanged.
        return Ok(Cow::Borrowed(unsafe {
            slice::from_raw_parts(pointer, length)
        }));
    }
    let read = |index| {
        // SAFETY: `index` is below `count`, so the caller promises that the number may be read.
        unsafe { pointer.add(index).read_unaligned() }
    };
    let mut copies = Vec::new();
    copies.try_reserve_exact(length)?;
    copies.extend((0..length).map(read));
    Ok(Cow::Owned(copies))
}

/// The number of items at an address as a length of a slice. Zero items may be anywhere, more need
/// an address at which they fit into the address space.
pub(crate) fn length<T>(
    address: usize,
    count: u64,
    argument: &'static str,
) -> Result<usize, Failure> {
    if count == 0 {
        return Ok(0);
    }
    if address == 0 {
        return Err(Failure::Null { argument });
    }
    let length = usize::try_from(count).ok();
    let bytes = length.and_then(|length| length.checked_mul(size_of::<T>()));
    bytes
        .filter(|&bytes| isize::try_from(bytes).is_ok())
        .filter(|&bytes| address.checked_add(bytes).is_some())
        .and(length)
        .ok_or(Failure::TooMany { argument, count })
}

#[cfg(test)]
mod tests {
    use core::ptr::null;

    use kzg_backends::kzg_traits::{Blob, Bytes48};

    use super::*;

    #[test]
    fn no_items_need_no_address() {
        for pointer in [null(), 3 as *const Bytes48] {
            // SAFETY: no item is read.
            assert!(unsafe { items(pointer, 0, "items") }.unwrap().is_empty());
        }
        // SAFETY: no number is read.
        assert!(unsafe { numbers(null(), 0, "numbers") }.unwrap().is_empty());
        // SAFETY: null is refused before anything is read.
        unsafe {
            assert!(items::<Bytes48>(null(), 1, "items").is_err());
            assert!(numbers(null(), 1, "numbers").is_err());
            assert!(item::<Blob>(null(), "blob").is_err());
        }
    }

    #[test]
    fn lengths_that_no_memory_holds_are_refused() {
        let blob = Blob::zeroed_on_heap();
        let largest = isize::MAX as u64 / Blob::LENGTH as u64;
        for count in [
            u64::MAX,
            1 << 47,
            largest + 1,
            u64::MAX / Blob::LENGTH as u64 + 2,
        ] {
            // SAFETY: the lengths are refused before anything is read.
            let refused = unsafe { items::<Blob>(&raw const *blob, count, "blobs") };
            assert!(matches!(refused, Err(Failure::TooMany { .. })), "{count}");
        }
        let last = usize::MAX - 47;
        assert!(length::<Bytes48>(last, 1, "items").is_err());
        assert!(length::<Bytes48>(last - 1, 1, "items").is_ok());
    }

    #[test]
    fn misaligned_numbers_are_copied() {
        let mut bytes = [0_u8; 40];
        let start = bytes.as_ptr().align_offset(8);
        bytes[start + 1] = 7;
        bytes[start + 9] = 8;
        let aligned = bytes[start..].as_ptr();
        // SAFETY: 24 bytes can be read after `start`, which is below 8.
        unsafe {
            let copied = numbers(aligned.add(1).cast(), 2, "numbers").unwrap();
            assert!(matches!(&copied, Cow::Owned(numbers) if numbers == &[7, 8]));
            let borrowed = numbers(aligned.cast(), 2, "numbers").unwrap();
            assert!(matches!(&borrowed, Cow::Borrowed([1792, 2048])));
        }
    }
}
