//! Calls that get an answer though a backend misbehaves.
//!
//! ```text
//! audit → deadline → admission(queue, bytes, rate) → service
//!       → select/fallback[ breaker( retry( catch_unwind( backend ) ) ) ] → cross-check
//! ```
//!
//! Each layer is a [`Dispatch`]: it carries one closure to what is below. [`Stack`] turns layers
//! back into a [`KzgSettings`](kzg_traits::KzgSettings); [`EnterpriseKzgManager`] is the whole
//! of it. What is done about an error follows from its kind alone, see [`Reaction`].

mod admission;
mod breaker;
mod call;
mod chain;
mod clock;
mod degrade;
mod dispatch;
mod entry;
mod isolation;
mod manager;
mod member;
mod outcome;
mod patience;
mod policy;
mod provenance;
mod stack;
mod waiter;
mod workers;

pub use admission::AdmissionOptions;
pub use breaker::{
    BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker, Permit, Transition,
};
pub use call::{Call, Input, Request};
pub use clock::{Clock, ManualClock, MonotonicClock};
pub use degrade::ServiceLevel;
pub use dispatch::{Dispatch, Job, Leaf};
pub use manager::{EnterpriseKzgManager, ManagerBuilder};
pub(crate) use outcome::Boxed;
pub use outcome::Outcome;
pub use policy::{Reaction, RecoveryPolicy, RecoveryStrategy};
pub use provenance::{Answer, Note, Provenance, ProvenanceSlot, Recoveries, Trace};
pub use stack::Stack;
pub use waiter::Pending;
pub use workers::WorkerOptions;

pub(crate) use chain::Chain;
pub(crate) use entry::Entry;
pub use isolation::isolated;
pub(crate) use member::{Attempted, Member};
pub(crate) use stack::{delegate_to_stack, delegated};
