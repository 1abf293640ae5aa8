//! Values that are kept as long as the inputs of a call.

use core::any::Any;
use core::fmt;
use std::sync::Arc;

/// A value that is kept as long as the inputs of a call are in memory. A clone shares the value.
///
/// A call with a deadline copies its inputs, and an attempt that is abandoned keeps the copy until
/// the attempt returns, which may be long after the answer. The value is dropped when the inputs
/// and all copies have been dropped. A program that counts the memory of its calls observes the drop
/// of the value.
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::resilience::InputGuard;
///
/// let value = Arc::new(1 << 20);
/// let guard = InputGuard::new(Arc::clone(&value));
/// assert_eq!(Arc::strong_count(&value), 2);
/// drop(guard);
/// assert_eq!(Arc::strong_count(&value), 1);
/// ```
#[derive(Clone)]
pub struct InputGuard(
    #[expect(dead_code, reason = "dropping it is its use")] Arc<dyn Any + Send + Sync>,
);

impl InputGuard {
    /// A guard with a value.
    #[must_use]
    pub fn new(value: impl Any + Send + Sync) -> Self {
        Self(Arc::new(value))
    }
}

impl fmt::Debug for InputGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InputGuard(..)")
    }
}
