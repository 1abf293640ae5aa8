//! The trusted setup that a manifest names.

use core::fmt;

use kzg_traits::{Bytes32, TrustedSetup};
use serde::{Deserialize, Serialize};

/// The trusted setup of a job: its SHA-256, as [`TrustedSetup::sha256`] computes it, or by default the
/// setup of mainnet, which a manifest does not name.
///
/// ```
/// use kzg_pipeline::manifest::SetupId;
/// use kzg_traits::TrustedSetup;
///
/// let mainnet = SetupId::from(&TrustedSetup::mainnet());
/// assert_eq!(mainnet, SetupId::default());
/// assert_eq!(mainnet.to_string(), "mainnet");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SetupId(Option<Bytes32>);

impl SetupId {
    /// Whether this is the setup of mainnet.
    #[must_use]
    pub fn is_mainnet(&self) -> bool {
        self.0.is_none()
    }

    /// The text that says so if a job was made with this setup and `present` is another one.
    #[must_use]
    pub fn difference(&self, present: &Self) -> Option<String> {
        (self != present).then(|| {
            format!(
                "the trusted setup of the job is {self}, and the one that is given is {present}"
            )
        })
    }
}

impl From<&TrustedSetup> for SetupId {
    fn from(setup: &TrustedSetup) -> Self {
        Self((!setup.is_mainnet()).then(|| Bytes32(setup.sha256())))
    }
}

impl fmt::Display for SetupId {
    /// Writes `mainnet`, or the hash in hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.pad("mainnet"),
            Some(hash) => hash.fmt(f),
        }
    }
}
