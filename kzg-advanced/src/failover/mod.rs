//! Backends in order, each behind breakers of its own: retries, attempt budgets and fallbacks.

mod breaker;
mod chain;
mod clock;
mod costs;
mod late;
mod member;
mod policy;

pub(crate) use breaker::time_of;
pub use breaker::{
    BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker, Permit, Transition,
};
pub(crate) use chain::{Chain, Confirm};
pub use clock::{Clock, ManualClock, MonotonicClock};
pub(crate) use member::{ChainOptions, Member, Plan, Reply, TransitionListener};
pub use policy::{AttemptBudget, Reaction, RecoveryPolicy, RecoveryStrategy};
