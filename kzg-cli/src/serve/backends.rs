//! The backends of a server, in a manager.

use std::sync::Arc;

use anyhow::Result;
use kzg_advanced::audit::AuditOptions;
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::monitor::{PerformanceMonitor, Watched};
use kzg_advanced::{
    AuditLogger, BackendChoice, BackendId, EnterpriseKzgManager, KzgAdvancedError, KzgSettings,
    Threads, TrustedSetup, backends,
};
use kzg_server::Backends;
use kzg_server::telemetry::metrics::BackendObserver;

use crate::backend::{report_passed_over, settings_options, trusted_setup};
use crate::config::{Configuration, keys};
use crate::errors::usage;

/// The configured backend, with the others that can run here as its fallbacks where none was named,
/// or where results are cross-checked.
pub(super) fn load(configuration: &Configuration) -> Result<Backends> {
    let setup = trusted_setup(configuration)?;
    let choice = configuration.value(&keys::BACKEND);
    let primary = choice.resolve()?;
    if let BackendChoice::Auto = choice {
        report_passed_over(|id| id == primary);
    }
    let cross_check = configuration.value(&keys::CROSS_CHECK);
    let checks = !matches!(cross_check, CrossCheck::Off);
    let mut builder = EnterpriseKzgManager::builder(watched(primary, configuration, &setup)?);
    let mut others = 0;
    if checks || matches!(choice, BackendChoice::Auto) {
        for status in backends() {
            if status.id != primary && status.compiled_in && status.available.is_ok() {
                builder = builder.with_fallback(watched(status.id, configuration, &setup)?);
                others += 1;
            }
        }
    }
    if checks && others == 0 {
        return Err(usage(
            "--cross-check needs a second backend; none can run here",
        ));
    }
    builder = builder.with_cross_check(cross_check);
    if let Some(path) = configuration.value(&keys::AUDIT_LOG) {
        let log = AuditLogger::open(&path, AuditOptions::default()).map_err(|error| {
            KzgAdvancedError::configuration(format!("audit log {}: {error}", path.display()))
        })?;
        builder = builder.with_audit(log);
    }
    Ok(Backends {
        manager: builder.build(),
        engine: primary.engine()?,
        setup_sha256: setup.sha256(),
    })
}

/// A backend that runs each call on one thread, since the server's workers are its threads. Its
/// calls are counted.
fn watched(
    id: BackendId,
    configuration: &Configuration,
    setup: &TrustedSetup,
) -> Result<Arc<dyn KzgSettings>> {
    let options = settings_options(configuration)?.with_threads(Threads::One);
    let settings = kzg_advanced::load(id.into(), setup, options)?;
    let observer = Arc::new(BackendObserver(settings.backend().to_owned()));
    let observed: Arc<dyn KzgSettings> = Arc::new(Watched::new(settings, observer));
    let monitor = Arc::new(PerformanceMonitor::new());
    Ok(Arc::new(Watched::new(observed, monitor)))
}
