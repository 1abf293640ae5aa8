//! Faults that fail a query.

use std::error::Error as StdError;

use datafusion::error::DataFusionError;
use kzg_traits::{Error, ErrorKind};

/// An error that is not about malformed input, so that the query fails instead of a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The backend or the machine failed.
    #[error("{function}: {error}")]
    Kzg {
        /// The name of the SQL function.
        function: &'static str,
        /// The error of the backend.
        error: Error,
    },
    /// An object could not be written.
    #[error("{function}: {error}")]
    Store {
        /// The name of the SQL function.
        function: &'static str,
        /// The error of the object store.
        error: object_store::Error,
    },
    /// The thread that writes objects has ended.
    #[error("{function}: the thread that writes objects has ended")]
    Writer {
        /// The name of the SQL function.
        function: &'static str,
    },
}

impl Fault {
    /// Whether the same query may succeed later on the same machine or on another one.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Kzg { error, .. } => {
                matches!(
                    error.kind(),
                    ErrorKind::Busy | ErrorKind::Fault | ErrorKind::Io
                )
            }
            Self::Store { .. } | Self::Writer { .. } => true,
        }
    }
}

impl From<Fault> for DataFusionError {
    fn from(fault: Fault) -> Self {
        Self::External(Box::new(fault))
    }
}

/// The fault among the sources of an error of the engine.
#[must_use]
pub fn fault_in(error: &DataFusionError) -> Option<&Fault> {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return Some(fault);
        }
        source = error.source();
    }
    None
}
