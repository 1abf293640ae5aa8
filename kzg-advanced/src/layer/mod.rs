//! The vocabulary that all layers share: a layer, a call, its result, and the stack that turns
//! layers back into a [`KzgSettings`](kzg_traits::KzgSettings).
//!
//! This module imports no layer. Failover, cross-checks, the audit log and the monitor import it.

mod base;
mod call;
mod evidence;
mod guard;
mod outcome;
mod owned;
mod provenance;
mod request;
mod service;
mod stack;

pub(crate) use base::{Attempted, attempt};
pub use base::{Base, Job, Layer};
pub(crate) use call::Admitted;
pub use call::{Call, CallInput};
pub use evidence::{Evidence, Finding, Judgement};
pub use guard::InputGuard;
pub use outcome::{Boxed, Outcome};
pub(crate) use owned::{OwnedWork, Ownership};
pub use provenance::{Answer, Note, Provenance, ProvenanceSlot, Recoveries, Trace};
pub use request::Request;
pub use service::ServiceLevel;
pub use stack::Stack;
pub(crate) use stack::{call, run_job};
