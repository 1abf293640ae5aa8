//! The isolation of panics: a panic of settings becomes an error of kind
//! [`Fault`](kzg_traits::ErrorKind::Fault), for callers that no panic may reach.
//!
//! In a program that is built with `panic = "abort"`, a panic ends the program.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kzg_traits::error::Result;
use kzg_traits::{Error, KzgSettings};

/// The number of characters of a panic's message that an error keeps.
const MESSAGE: usize = 200;

/// Calls settings. A panic becomes a fault of their backend.
///
/// ```
/// use kzg_backends::isolation::isolated;
/// use kzg_backends::kzg_traits::ErrorKind;
/// use kzg_backends::{BackendChoice, SettingsOptions, mainnet};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is available
///
/// let kzg = mainnet(BackendChoice::Auto, SettingsOptions::default())?;
/// let error = isolated::<()>(&*kzg, |_| panic!("a fault")).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Fault);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The error of the call, or the fault.
pub fn isolated<T>(
    settings: &dyn KzgSettings,
    call: impl FnOnce(&dyn KzgSettings) -> Result<T>,
) -> Result<T> {
    let name = || {
        catch_unwind(AssertUnwindSafe(|| settings.backend().to_owned())).unwrap_or_else(|panic| {
            discard_panic(panic);
            "without a name".to_owned()
        })
    };
    panic_as_fault(name, || call(settings))
}

/// Runs a call of the backend or of the function that goes by `name`. A panic becomes a fault of that
/// name.
///
/// # Errors
///
/// The error of the call, or the fault.
pub fn panic_as_fault<T>(
    name: impl FnOnce() -> String,
    call: impl FnOnce() -> Result<T>,
) -> Result<T> {
    // A half-written buffer of a call that panicked counts as unwritten, and settings hold no
    // state that a call may leave broken.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let message: String = panic_message(&*panic).chars().take(MESSAGE).collect();
        discard_panic(panic);
        Err(Error::Fault {
            backend: name(),
            message: format!("panicked: {message}"),
        })
    })
}

/// Drops what a panic left, which may panic once more.
pub fn discard_panic(panic: Box<dyn Any + Send>) {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(panic)));
    dropped.unwrap_or_else(core::mem::forget);
}

/// The message of a panic.
#[must_use]
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A panic that leaves a value which panics when it is dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    fn fault(call: impl FnOnce() -> Result<()>) -> String {
        match panic_as_fault(|| "name".to_owned(), call) {
            Err(Error::Fault { backend, message }) => format!("{backend}: {message}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_panic_is_a_fault_with_its_message() {
        assert_eq!(fault(|| panic!("literal")), "name: panicked: literal");
        assert_eq!(fault(|| panic!("number {}", 7)), "name: panicked: number 7");
        assert_eq!(
            fault(|| std::panic::panic_any(7)),
            "name: panicked: no message"
        );
        assert_eq!(
            fault(|| std::panic::panic_any(Bomb)),
            "name: panicked: no message"
        );
        let long = fault(|| panic!("{}", "x".repeat(10_000)));
        assert_eq!(long.len(), "name: panicked: ".len() + MESSAGE);
    }

    #[test]
    fn other_results_pass() {
        assert_eq!(panic_as_fault(String::new, || Ok(7)), Ok(7));
        assert_eq!(
            panic_as_fault::<()>(String::new, || Err(Error::Cancelled)),
            Err(Error::Cancelled)
        );
    }
}
