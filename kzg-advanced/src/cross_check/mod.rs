//! Two independent backends that must agree, byte for byte.

mod checker;
mod evidence;
mod options;
mod settings;
mod verification;

pub(crate) use checker::CrossChecker;
pub use evidence::{Evidence, Finding, Judgement};
pub use options::{CrossCheck, CrossCheckOptions, OnMismatch, ProofCheck, Unconfirmed};
pub use settings::CrossChecked;
