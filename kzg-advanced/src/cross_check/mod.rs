//! Two independent backends that must agree, byte for byte.

mod checker;
mod options;
mod stack;
mod verification;

pub use crate::layer::{Evidence, Finding, Judgement};
pub(crate) use checker::CrossChecker;
pub use options::{
    CrossCheck, CrossCheckOptions, InvalidRate, OnMismatch, ProofCheck, SampleRate, Unconfirmed,
};
pub use stack::{CheckedBackends, CrossChecked};
