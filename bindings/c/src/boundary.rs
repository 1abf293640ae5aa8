//! The foreign boundary: no panic crosses it, and every failure becomes a code and a message.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kzg_backends::isolation::{discard_panic, panic_message};

use crate::failure::{C_KZG_RET, Failure};
use crate::last_error;

/// Runs the work of a function and reports its failure, if it fails or panics.
pub(crate) fn run(work: impl FnOnce() -> Result<(), Failure>) -> C_KZG_RET {
    match caught(work) {
        Ok(()) => {
            last_error::clear();
            C_KZG_RET::C_KZG_OK
        }
        Err(failure) => {
            last_error::set(&failure);
            failure.code()
        }
    }
}

/// Runs the work of a verification and writes the verdict to `ok`: false for every failure.
///
/// The verdict is written after all inputs have been read, so `ok` may lie inside of an input.
///
/// # Safety
///
/// `ok` is null or valid for writing one byte. No reference to that byte exists after the work.
pub(crate) unsafe fn verdict(
    ok: *mut bool,
    work: impl FnOnce() -> Result<bool, Failure>,
) -> C_KZG_RET {
    let mut verdict = false;
    let code = run(|| {
        if ok.is_null() {
            return Err(Failure::Null { argument: "ok" });
        }
        verdict = work()?;
        Ok(())
    });
    if !ok.is_null() {
        // SAFETY: `ok` is not null here, so the caller of this function promises that the byte may
        // be written, and that no reference to the byte exists.
        unsafe { ok.write(verdict) };
    }
    code
}

/// Runs the work; a panic is a failure.
///
/// `AssertUnwindSafe` holds: the work changes nothing that outlives the call but the caller's output
/// buffers, whose content is unspecified after a failure; the table of settings, each of whose
/// changes is one insertion or removal; and what the settings compute lazily, which a panic leaves
/// as it was before.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let message = panic_message(&*payload).to_owned();
        discard_panic(payload);
        Err(Failure::Panic { message })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_a_false_verdict() {
        let panicking = || -> Result<(), Failure> { panic!("number {}", 7) };
        assert_eq!(run(panicking), C_KZG_RET::C_KZG_ERROR);
        let mut ok = true;
        // SAFETY: `ok` is a local variable.
        let code = unsafe { verdict(&raw mut ok, || panic!("literal")) };
        assert_eq!((code, ok), (C_KZG_RET::C_KZG_ERROR, false));
        let text = caught::<()>(|| panic!("number {}", 7)).unwrap_err();
        assert_eq!(text.to_string(), "internal error: number 7");
        let payload = caught::<()>(|| std::panic::panic_any(5_u8)).unwrap_err();
        assert_eq!(payload.to_string(), "internal error: no message");
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_crosses_no_boundary() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        let failure = caught::<()>(|| std::panic::panic_any(Bomb)).unwrap_err();
        assert_eq!(failure.to_string(), "internal error: no message");
    }

    #[test]
    fn a_verdict_needs_a_place() {
        // SAFETY: null is allowed.
        let code = unsafe { verdict(core::ptr::null_mut(), || Ok(true)) };
        assert_eq!(code, C_KZG_RET::C_KZG_BADARGS);
        let mut ok = false;
        // SAFETY: `ok` is a local variable.
        let code = unsafe { verdict(&raw mut ok, || Ok(true)) };
        assert_eq!((code, ok), (C_KZG_RET::C_KZG_OK, true));
    }
}
