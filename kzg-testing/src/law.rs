//! Named properties and their failures.

use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A named property.
pub struct Law {
    name: String,
    check: Box<dyn FnOnce() + Send>,
}

impl Law {
    /// A property. `check` panics if the property does not hold.
    pub fn new(name: impl Into<String>, check: impl FnOnce() + Send + 'static) -> Self {
        Self {
            name: name.into(),
            check: Box::new(check),
        }
    }

    /// The name, with its parts separated by `::`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks the property.
    ///
    /// # Panics
    ///
    /// If it does not hold.
    pub fn check(self) {
        (self.check)();
    }

    /// Whether the property holds.
    ///
    /// # Errors
    ///
    /// The message of the failed check.
    pub fn holds(self) -> Result<(), CheckFailure> {
        caught(|| {
            self.check();
            Ok(())
        })
    }
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law({})", self.name)
    }
}

/// The failure of a check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CheckFailure {
    message: String,
}

impl CheckFailure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Runs a check. A panic is a failure.
pub(super) fn caught(check: impl FnOnce() -> Result<(), CheckFailure>) -> Result<(), CheckFailure> {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(CheckFailure::new(format!("panicked: {message}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_that_panics_does_not_hold() {
        assert!(Law::new("holds", || ()).holds().is_ok());
        let broken = Law::new("broken", || assert_eq!(1, 2, "by {}", 1));
        assert_eq!(broken.name(), "broken");
        let failure = broken.holds().unwrap_err();
        assert!(failure.to_string().contains("by 1"), "{failure}");
    }
}
