//! Result buffers between guard bytes, which show writes outside the buffer.

use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Number of guard bytes on each side of a result.
const GUARD: usize = 288;
/// The value of the guard bytes.
const GUARD_BYTE: u8 = 0xa5;

/// A result buffer between guard bytes.
#[repr(C)]
struct Guarded<T> {
    before: [u8; GUARD],
    value: T,
    after: [u8; GUARD],
}

/// The value that `write` writes; `None` unless `write` overwrites the whole buffer and no guard
/// byte.
pub(super) fn written<T: Copy + PartialEq + FromBytes + IntoBytes + Immutable>(
    write: impl Fn(*mut T),
) -> Option<T> {
    let once = |fill: u8| {
        let mut value = T::new_zeroed();
        value.as_mut_bytes().fill(fill);
        let mut place = Guarded {
            before: [GUARD_BYTE; GUARD],
            value,
            after: [GUARD_BYTE; GUARD],
        };
        write(&mut place.value);
        let intact = [place.before, place.after] == [[GUARD_BYTE; GUARD]; 2];
        intact.then_some(place.value)
    };
    let (first, second) = (once(0)?, once(0xff)?);
    (first == second).then_some(first)
}
