//! The errors behind c-kzg's errors, which have no room for the item that is malformed.

use std::cell::Cell;

use kzg_backends::kzg_traits;

thread_local! {
    static LAST: Cell<Option<kzg_traits::Error>> = const { Cell::new(None) };
}

/// The error behind the last error that a method of [`KzgSettings`](crate::KzgSettings) returned on
/// this thread. The error names the malformed item and its position. `None` if no method has
/// failed, or if the last error has none behind it: a `precompute` above 15, a path that the system cannot
/// name, or no memory for the cells and proofs. Also `None` while the values of an ending thread are dropped. A call
/// that succeeds does not change the value.
#[must_use]
pub fn last_error() -> Option<kzg_traits::Error> {
    let last = LAST.try_with(|last| {
        let error = last.take();
        last.set(error.clone());
        error
    });
    // A thread that is ending has no value any more.
    last.ok().flatten()
}

/// Keeps the error for [`last_error`]; `None` for an error of this crate alone.
pub(crate) fn keep(error: Option<kzg_traits::Error>) {
    // As in `last_error`.
    let _ = LAST.try_with(|last| last.set(error));
}
