//! The manager over scripted backends: each row of the error table, cross-checks, degraded service,
//! calls that must not block, and all of these together.

use std::sync::Arc;
use std::time::Duration;

use kzg_advanced::resilience::{BreakerState, EnterpriseKzgManager, ManagerBuilder};
use kzg_advanced::{Blob, Error, KzgSettings, Operation, SetupError};
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};

type Result<T> = kzg_advanced::KzgAdvancedResult<T, Error>;

mod audit_trail;
mod budgets;
mod callbacks;
mod chaos;
mod confirmation;
mod cross_check;
mod degrade;
mod error_table;
mod independence;
mod late;
mod limits;
mod metadata;
mod not_blocking;
mod options;
mod refusals;
mod strategies;

const COMMIT: Operation = Operation::BlobToKzgCommitment;

/// A backend without mathematics whose calls follow a script.
fn scripted(
    name: &str,
    script: impl Fn(Operation, usize) -> Action + Send + Sync + 'static,
) -> Arc<Scripted> {
    Arc::new(Scripted::new(Arc::new(Fake::new(name))).otherwise(script))
}

/// A backend without faults.
fn sound(name: &str) -> Arc<Scripted> {
    scripted(name, |_, _| Action::Pass)
}

/// A backend that always fails with an error.
fn failing(name: &str, error: Error) -> Arc<Scripted> {
    scripted(name, move |_, _| Action::Fail(error.clone()))
}

fn builder(backends: &[&Arc<Scripted>]) -> ManagerBuilder {
    let mut backends = backends
        .iter()
        .map(|&backend| Arc::clone(backend) as Arc<dyn KzgSettings>);
    let primary = backends.next().expect("a primary");
    backends.fold(
        EnterpriseKzgManager::builder(primary),
        ManagerBuilder::with_fallback,
    )
}

fn manager(backends: &[&Arc<Scripted>]) -> EnterpriseKzgManager {
    builder(backends).build()
}

/// A blob that is different for each number.
fn blob(number: u8) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[31] = number;
    blob
}

fn commit(settings: &dyn KzgSettings) -> Result<kzg_advanced::KzgCommitment> {
    settings.blob_to_kzg_commitment(&blob(1))
}

/// The result of a backend without faults.
fn right() -> Result<kzg_advanced::KzgCommitment> {
    commit(&Fake::new("oracle"))
}

fn state(manager: &EnterpriseKzgManager, backend: &str) -> BreakerState {
    manager.breaker(backend, COMMIT).expect("a backend").state()
}

fn fault() -> Error {
    Error::Fault {
        backend: "scripted".to_owned(),
        message: "scripted".to_owned(),
    }
}

fn busy() -> Error {
    Error::Busy {
        reason: "scripted".to_owned(),
    }
}

fn integrity() -> Error {
    Error::Integrity {
        message: "scripted".to_owned(),
    }
}

fn setup() -> Error {
    SetupError::BackendUnavailable {
        backend: "scripted".to_owned(),
        reason: "scripted".to_owned(),
    }
    .into()
}

const MILLISECOND: Duration = Duration::from_millis(1);
