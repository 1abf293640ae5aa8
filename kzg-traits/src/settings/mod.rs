//! The object-safe interface [`KzgSettings`], a trusted setup loaded into a backend
//! ([`Settings`]), and a wrapper trait ([`KzgSettingsWrapper`]).

mod calls;
mod interface;
mod record;
mod shared;
mod table;
mod tables;
mod wrapper;

use std::sync::Arc;

use crate::backend::Backend;
use crate::domain::Domain;
use crate::error::SetupError;
use crate::exec::{Exec, Threads};
use crate::folding::Folding;
use crate::precompute::Precompute;
use crate::setup::TrustedSetup;
use crate::subgroup_check::SubgroupCheck;
use tables::{Core, Tables};

pub use interface::KzgSettings;
pub use record::{Attempts, CallRecord};
pub use shared::SharedSettings;
pub use wrapper::KzgSettingsWrapper;

/// The options of [`Settings`]. No option changes a result, but with [`SubgroupCheck::Batched`] a point
/// outside the subgroup passes with a probability below `2^-127`.
///
/// With the feature `serde`, options are written to documents and read from them. A thread pool is
/// a value of the process, not of a document: options with [`Threads::Pool`] cannot be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct SettingsOptions {
    /// The memory for the prover's tables.
    pub precompute: Precompute,
    /// The threads that an operation may use; by default the calling thread alone.
    pub threads: Threads,
    /// The subgroup check of the points of a verification.
    pub subgroup_check: SubgroupCheck,
}

impl SettingsOptions {
    /// The same options with other tables.
    #[must_use]
    pub fn with_precompute(mut self, precompute: Precompute) -> Self {
        self.precompute = precompute;
        self
    }

    /// The same options with other threads.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }

    /// The same options with another check of points.
    #[must_use]
    pub fn with_subgroup_check(mut self, subgroup_check: SubgroupCheck) -> Self {
        self.subgroup_check = subgroup_check;
        self
    }
}

/// A trusted setup loaded into the backend `B`.
///
/// Loading computes only what verification needs. The prover's tables are built when they are first
/// used, or by [`warm_up`](KzgSettings::warm_up). Clones are cheap and share all data.
#[derive(Clone, Debug)]
pub struct Settings<B: Backend> {
    core: Arc<Core<B>>,
    tables: Arc<Tables<B>>,
    exec: Exec,
    options: SettingsOptions,
}

impl<B: Backend> Settings<B> {
    /// Loads a trusted setup.
    ///
    /// The embedded setup is ready in milliseconds. Any other setup is fully validated: every point
    /// is checked, and that all points belong to one secret.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if the backend cannot run on this machine, the setup is not valid, or the
    /// threads of the options cannot be started.
    pub fn load(setup: &TrustedSetup, options: SettingsOptions) -> Result<Self, SetupError> {
        B::available()?;
        options.threads.start()?;
        let exec = Exec::new(options.threads.clone());
        let domain = Domain::new();
        let points = setup.load::<B>(&domain, &exec)?;
        Ok(Self {
            core: Arc::new(Core::new(points, domain)),
            tables: Arc::new(Tables::new()),
            exec,
            options,
        })
    }

    /// The same setup with other options. Both settings share the verifier's data. They also share
    /// the prover's tables if the memory budget for tables is the same.
    #[must_use]
    pub fn with_options(&self, options: SettingsOptions) -> Self {
        let tables = if options.precompute == self.options.precompute {
            Arc::clone(&self.tables)
        } else {
            Arc::new(Tables::new())
        };
        Self {
            core: Arc::clone(&self.core),
            tables,
            exec: self.exec.with_threads(options.threads.clone()),
            options,
        }
    }

    /// The options of these settings.
    #[must_use]
    pub fn options(&self) -> &SettingsOptions {
        &self.options
    }

    /// The memory that the prover's tables take now, in bytes.
    #[must_use]
    pub fn tables_memory(&self) -> usize {
        self.tables.memory()
    }

    pub(crate) fn exec(&self) -> &Exec {
        &self.exec
    }

    pub(crate) fn domain(&self) -> &Domain<B::Fr> {
        &self.core.domain
    }

    pub(crate) fn folding(&self) -> &Folding<B::Fr> {
        &self.core.folding
    }
}
