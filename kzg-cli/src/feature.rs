//! The message of a command that this build lacks.

use anyhow::Result;

use crate::errors::usage;

/// The error of a command whose Cargo feature is not enabled.
#[cfg_attr(
    all(
        feature = "metrics",
        feature = "schema",
        feature = "selftest",
        feature = "serve",
        feature = "vectors"
    ),
    expect(dead_code, reason = "this build has every feature")
)]
pub(crate) fn missing<T>(what: &str, feature: &str) -> Result<T> {
    Err(usage(&format!(
        "this build has no {what}; build it with: cargo install --path kzg-cli --locked --features \
         {feature}"
    )))
}
