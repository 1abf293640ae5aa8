//! The state of the known backends in this program on this machine.

use core::fmt;

use kzg_traits::SetupError;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::id::BackendId;

/// The state of a backend in this program on this machine.
///
/// Serialised, it has the fields `name`, `compiled_in`, `available`, `engine` and `reason`, the
/// last two only where they are known.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BackendStatus {
    /// The backend.
    pub id: BackendId,
    /// Whether this build contains the backend.
    pub compiled_in: bool,
    /// Whether the backend can be loaded, with the reason if not.
    pub available: Result<(), SetupError>,
    /// The part of the backend that differs between machines, see [`BackendId::engine`].
    pub engine: Option<String>,
}

impl BackendStatus {
    /// The state of one backend.
    #[must_use]
    pub fn of(id: BackendId) -> Self {
        Self {
            id,
            compiled_in: id.is_compiled_in(),
            available: id.available(),
            engine: id.engine().unwrap_or_default(),
        }
    }

    /// The reason why the backend is not available; `None` if it is.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.available.as_ref().err().map(ToString::to_string)
    }
}

impl fmt::Display for BackendStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.available, &self.engine) {
            (Err(reason), _) => write!(f, "{}: not available: {reason}", self.id),
            (Ok(()), Some(engine)) => write!(f, "{}: available, {engine}", self.id),
            (Ok(()), None) => write!(f, "{}: available", self.id),
        }
    }
}

impl Serialize for BackendStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reason = self.reason();
        let optional = [self.engine.is_some(), reason.is_some()];
        let fields = 3 + optional.into_iter().filter(|&present| present).count();
        let mut status = serializer.serialize_struct("BackendStatus", fields)?;
        status.serialize_field("name", &self.id)?;
        status.serialize_field("compiled_in", &self.compiled_in)?;
        status.serialize_field("available", &self.available.is_ok())?;
        if let Some(engine) = &self.engine {
            status.serialize_field("engine", engine)?;
        }
        if let Some(reason) = &reason {
            status.serialize_field("reason", reason)?;
        }
        status.end()
    }
}

/// The state of every known backend, the fastest first.
#[must_use]
pub fn backends() -> Vec<BackendStatus> {
    BackendId::ALL
        .iter()
        .map(|&id| BackendStatus::of(id))
        .collect()
}
