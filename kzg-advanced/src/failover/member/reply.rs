//! The reply of a member to a call.

use kzg_traits::Error;
use kzg_traits::error::Result;

use crate::failover::breaker::Permit;
use crate::layer::Boxed;

/// The reply of a member. Unless it is an error, the permit has yet to be settled.
pub(crate) struct Reply<'m> {
    pub(super) result: Result<Boxed>,
    pub(super) permit: Option<Permit<'m>>,
    pub(super) probe: bool,
    /// Whether the call lost its admission, so that no other backend may be called.
    pub(super) ends_the_call: bool,
}

impl<'m> Reply<'m> {
    /// The reply of a member that has no value. The permit is settled.
    pub(super) fn failed(error: Error) -> Self {
        Self {
            result: Err(error),
            permit: None,
            probe: false,
            ends_the_call: false,
        }
    }

    /// The error, where there is no value.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.result.as_ref().err()
    }

    /// Whether no other backend may be called.
    pub(in crate::failover) fn ends_the_call(&self) -> bool {
        self.ends_the_call
    }

    /// Whether the call was a probe of a half-open breaker.
    pub(crate) fn is_probe(&self) -> bool {
        self.probe
    }

    /// The result, and the permit that has yet to be settled.
    pub(crate) fn into_parts(self) -> (Result<Boxed>, Option<Permit<'m>>) {
        (self.result, self.permit)
    }
}
