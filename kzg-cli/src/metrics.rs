//! Metrics in the text form of Prometheus, for commands with `--metrics`.

#[cfg(feature = "metrics")]
mod export {
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, OnceLock};

    use anyhow::Result;
    use kzg_advanced::KzgSettings;
    use kzg_advanced::monitor::{PerformanceMonitor, Watched};
    use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

    use crate::files::Overwriting;

    /// A process runs one command, which writes one file.
    static EXPORT: OnceLock<Export> = OnceLock::new();

    struct Export {
        path: PathBuf,
        overwriting: Overwriting,
        recorder: PrometheusHandle,
        monitor: Arc<PerformanceMonitor>,
    }

    /// Checks that this build can write metrics.
    pub(crate) fn check() -> Result<()> {
        Ok(())
    }

    /// Counts the calls of settings, for a file that `write` writes.
    pub(crate) fn watch(
        settings: Arc<dyn KzgSettings>,
        path: &Path,
        overwriting: Overwriting,
    ) -> Arc<dyn KzgSettings> {
        let export = EXPORT.get_or_init(|| Export {
            path: path.to_owned(),
            overwriting,
            recorder: PrometheusBuilder::new()
                .install_recorder()
                .expect("the program installs no other recorder"),
            monitor: Arc::default(),
        });
        Arc::new(Watched::new(settings, Arc::clone(&export.monitor)))
    }

    /// Writes the file, if the command was asked for one.
    ///
    /// # Errors
    ///
    /// As [`Overwriting::write`].
    pub(crate) fn write() -> Result<()> {
        let Some(export) = EXPORT.get() else {
            return Ok(());
        };
        // A report takes a last sample of the memory.
        let _ = export.monitor.get_report();
        let text = export.recorder.render();
        export.overwriting.write(&export.path, text.as_bytes())
    }
}

#[cfg(not(feature = "metrics"))]
mod export {
    use std::path::Path;
    use std::sync::Arc;

    use anyhow::Result;
    use kzg_advanced::KzgSettings;

    use crate::feature;
    use crate::files::Overwriting;

    /// Refuses, because this build cannot write metrics.
    pub(crate) fn check() -> Result<()> {
        feature::missing("exporter of metrics", "metrics")
    }

    /// Counts nothing: [`check`] refuses before.
    pub(crate) fn watch(
        settings: Arc<dyn KzgSettings>,
        _: &Path,
        _: Overwriting,
    ) -> Arc<dyn KzgSettings> {
        settings
    }

    /// Writes nothing.
    pub(crate) fn write() -> Result<()> {
        Ok(())
    }
}

pub(crate) use export::{check, watch, write};
