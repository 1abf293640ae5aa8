//! Calls that are answered although a backend fails or hangs.
//!
//! ```text
//! audit → deadline → admission(queue, bytes, rate) → service level
//!       → select/fallback[ breaker( retry( budget( catch_unwind( backend ) ) ) ) ] → cross-check
//! ```
//!
//! Each layer is a [`Layer`]: it passes one job to the layer below. [`Stack`] turns layers back
//! into a [`KzgSettings`](kzg_traits::KzgSettings); [`EnterpriseKzgManager`] is the whole stack.
//! The reaction to an error follows from its kind alone, see [`Reaction`].

mod admission;
mod builder;
mod deadline;
mod degrade;
mod manager;
mod pending;
mod submission;

pub use crate::failover::{
    AttemptBudget, BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker, Clock,
    ManualClock, MonotonicClock, Permit, Reaction, RecoveryPolicy, RecoveryStrategy, Transition,
};
pub use crate::layer::{
    Answer, Base, Boxed, Call, CallInput, InputGuard, Job, Layer, Note, Outcome, Provenance,
    ProvenanceSlot, Recoveries, Request, ServiceLevel, Stack, Trace,
};
pub use admission::AdmissionOptions;
pub use builder::{ManagerBuilder, WorkerOptions};
pub use manager::{EnterpriseKzgManager, ManagedBackends};
pub use pending::Pending;
