//! Runs the conformance suite and the official vectors through every layer of the manager.

use std::process::ExitCode;
use std::sync::Arc;

use kzg_advanced::resilience::{AdmissionOptions, EnterpriseKzgManager};
use kzg_advanced::{SettingsOptions, TrustedSetup, backends, load};
use kzg_testing::harness;

fn main() -> ExitCode {
    let setup = TrustedSetup::mainnet();
    let mut backends = backends()
        .into_iter()
        .filter_map(|status| load(status.id.into(), &setup, SettingsOptions::default()).ok());
    let Some(primary) = backends.next() else {
        kzg_testing::skipped("no backend is compiled in");
        return ExitCode::SUCCESS;
    };
    let limits = AdmissionOptions::default()
        .with_concurrency(64, 64)
        .with_bytes(1 << 30);
    let manager = EnterpriseKzgManager::builder(primary).with_admission(limits);
    let manager = backends.fold(manager, |manager, fallback| manager.with_fallback(fallback));
    harness::settings(&(Arc::new(manager.build()) as _))
}
