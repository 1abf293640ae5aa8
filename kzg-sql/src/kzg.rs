//! The trusted setup and the object stores that the functions use.

use core::fmt;
use core::ops::Deref;
use std::sync::Arc;

use kzg_backends::{BackendChoice, KzgSettings, SettingsOptions, SetupError, TrustedSetup};

use crate::Stores;

/// A loaded trusted setup with its identity, and the object stores that `kzg_write_cells` writes to.
///
/// Clones share all of it.
#[derive(Clone, Debug)]
pub struct Kzg {
    settings: Arc<dyn KzgSettings>,
    identity: Identity,
    stores: Arc<Stores>,
}

/// The version of this crate and the trusted setup, on which the answers of a process depend.
///
/// The executors and the clients of a cluster must have the identity of their scheduler.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    version: String,
    setup: String,
}

impl Kzg {
    /// The embedded setup of mainnet, shared by the whole process.
    ///
    /// # Errors
    ///
    /// As [`kzg_backends::mainnet`].
    pub fn mainnet() -> Result<Self, SetupError> {
        Self::load(&TrustedSetup::mainnet())
    }

    /// Loads a setup; that of mainnet is shared by the whole process. The functions compute on the
    /// calling thread.
    ///
    /// # Errors
    ///
    /// As [`kzg_backends::load_shared`].
    pub fn load(setup: &TrustedSetup) -> Result<Self, SetupError> {
        let options = SettingsOptions::default();
        let settings = kzg_backends::load_shared(BackendChoice::Auto, setup, options)?;
        Ok(Self::new(settings, setup))
    }

    /// Loaded settings, and the setup that they were loaded from.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>, setup: &TrustedSetup) -> Self {
        Self {
            settings,
            identity: Identity {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                setup: hex::encode(setup.sha256()),
            },
            stores: Arc::new(Stores::default()),
        }
    }

    /// The version and the setup.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The object stores by URL.
    #[must_use]
    pub fn stores(&self) -> &Arc<Stores> {
        &self.stores
    }
}

impl Deref for Kzg {
    type Target = dyn KzgSettings;

    fn deref(&self) -> &Self::Target {
        &*self.settings
    }
}

impl Identity {
    /// The identity of a version with a setup, whose SHA-256 is given as 64 hexadecimal digits.
    #[must_use]
    pub fn new(version: impl Into<String>, setup: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            setup: setup.into(),
        }
    }

    /// The version of this crate.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The SHA-256 of the trusted setup, see [`TrustedSetup::sha256`], in hexadecimal digits.
    #[must_use]
    pub fn setup(&self) -> &str {
        &self.setup
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}, trusted setup {}", self.version, self.setup)
    }
}
