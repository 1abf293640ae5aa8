//! Metrics in the text form of Prometheus, where a command is asked for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kzg_advanced::KzgSettings;
use kzg_advanced::monitor::{PerformanceMonitor, Watched};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::output;

/// One command, one file.
static EXPORT: OnceLock<Export> = OnceLock::new();

struct Export {
    path: PathBuf,
    recorder: PrometheusHandle,
    monitor: Arc<PerformanceMonitor>,
}

/// Has the calls of settings counted, and written to a file at the end.
pub(crate) fn watch(settings: Arc<dyn KzgSettings>, path: &Path) -> Arc<dyn KzgSettings> {
    let export = EXPORT.get_or_init(|| Export {
        path: path.to_owned(),
        recorder: PrometheusBuilder::new()
            .install_recorder()
            .expect("the program installs no other recorder"),
        monitor: Arc::default(),
    });
    Arc::new(Watched::new(settings, Arc::clone(&export.monitor)))
}

/// Writes the file, if one was asked for. That it cannot be written does not change how the
/// command ended.
pub(crate) fn write() {
    let Some(export) = EXPORT.get() else {
        return;
    };
    // A report takes a last sample of the memory.
    let _ = export.monitor.get_report();
    if let Err(error) = fs::write(&export.path, export.recorder.render()) {
        output::note(&format!(
            "{}: cannot be written: {error}",
            export.path.display()
        ));
    }
}
