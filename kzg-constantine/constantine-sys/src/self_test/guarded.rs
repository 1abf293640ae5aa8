//! Results that are written between guards.

use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Bytes on either side of a result that must stay as they are.
const GUARD: usize = 288;
/// What they are filled with.
const GUARD_BYTE: u8 = 0xa5;

/// A place for a result, between guards.
#[repr(C)]
struct Guarded<T> {
    before: [u8; GUARD],
    value: T,
    after: [u8; GUARD],
}

/// What `write` writes: `None` unless it overwrites the whole place, whatever was there, and
/// nothing around it.
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
