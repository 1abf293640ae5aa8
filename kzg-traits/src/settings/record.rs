//! The record of a call: the backend whose result the call returns, and the number of attempts.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The backend of a call's result, and the number of times that the call has called a backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// The backend whose result the call returns, otherwise the backend that was called last; `None`
    /// if no backend was called.
    pub backend: Option<String>,
    /// The number of times that a backend was called.
    pub attempts: u32,
}

/// Receives the [`Attempts`] of the calls that are made with it, see
/// [`KzgSettings::recording`](crate::KzgSettings::recording). A clone is another handle to the same
/// record. A record without another handle allocates nothing.
#[derive(Debug, Default)]
pub struct CallRecord {
    last: OnceLock<Arc<Mutex<Option<Attempts>>>>,
}

impl Clone for CallRecord {
    fn clone(&self) -> Self {
        let last = self.last.get_or_init(Arc::default);
        Self {
            last: OnceLock::from(Arc::clone(last)),
        }
    }
}

impl CallRecord {
    /// Keeps the attempts of a call that has ended; those of an earlier call are replaced.
    pub fn put(&self, attempts: Attempts) {
        *lock(self.last.get_or_init(Arc::default)) = Some(attempts);
    }

    /// Takes the attempts of the call that ended last, if one has ended since.
    #[must_use]
    pub fn take(&self) -> Option<Attempts> {
        lock(self.last.get()?).take()
    }
}

fn lock(last: &Mutex<Option<Attempts>>) -> MutexGuard<'_, Option<Attempts>> {
    last.lock().unwrap_or_else(PoisonError::into_inner)
}
