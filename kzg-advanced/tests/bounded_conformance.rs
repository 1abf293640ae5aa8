//! Runs the conformance suite and the official vectors through a manager whose calls have a
//! deadline: every call runs on a worker thread, on a copy of its inputs.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use kzg_advanced::resilience::{EnterpriseKzgManager, Request};
use kzg_advanced::{BackendId, SettingsOptions, TrustedSetup, load};
use kzg_testing::harness;

fn main() -> ExitCode {
    let setup = TrustedSetup::mainnet();
    let loaded = load(BackendId::Blst.into(), &setup, SettingsOptions::default());
    let bounded = loaded.map(|backend| {
        let request = Request::default().with_timeout(Duration::from_secs(3600));
        Arc::new(EnterpriseKzgManager::new(backend).with_request(request)) as _
    });
    harness::loaded_settings("blst", bounded)
}
