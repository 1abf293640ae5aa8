//! The message about a command or a backend that this build lacks.

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
    Err(usage(&lacks(what, feature)))
}

/// The message that this build lacks something, with the command that builds the program with it.
pub(crate) fn lacks(what: &str, feature: &str) -> String {
    format!(
        "built without the feature {feature}: this build has no {what}; build the program with: \
         cargo install --path kzg-cli --locked --features {feature}"
    )
}
