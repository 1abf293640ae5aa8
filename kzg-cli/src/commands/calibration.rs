//! The calibration: measuring the backends, and the figures that an earlier run kept.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use kzg_advanced::adaptive::{
    AdaptiveBackend, BackendProfile, Calibration, Decision, Hardware, WorkloadType,
};
use kzg_advanced::{SettingsOptions, TrustedSetup, backends, load};
use kzg_pipeline::candidate_name;
use serde::Serialize;

use crate::backend::pool;
use crate::{output, table};

const WORKLOADS: [WorkloadType; 5] = [
    WorkloadType::SmallBatch { count: 6 },
    WorkloadType::LargeBatch { count: 64 },
    WorkloadType::Streaming,
    WorkloadType::RealTime,
    WorkloadType::Interactive,
];

/// The hardware, the figures, and the decisions that follow.
#[derive(Serialize)]
pub(crate) struct Measured {
    hardware: Hardware,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<Calibration>,
    /// The reason why the calibration is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<Explained>,
}

#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    decision: Decision,
    reason: String,
}

/// Measures within a time limit, and stores a calibration that may be used.
pub(crate) fn measure(limit: Duration, setup: &TrustedSetup) -> Result<Measured> {
    let adaptive = candidates(setup)?;
    let calibration = adaptive.calibrate(limit);
    if let Err(reason) = calibration.check(adaptive.hardware()) {
        output::note(&format!("the calibration is not stored: {reason}"));
    } else if let Some(path) = path()
        && let Err(error) = calibration.save(&path)
    {
        output::note(&format!("{}: cannot be written: {error}", path.display()));
    }
    explain(&adaptive, Some(calibration))
}

/// The figures of an earlier run, if this version took them on this machine.
pub(crate) fn recall(setup: &TrustedSetup) -> Result<Measured> {
    let adaptive = AdaptiveBackend::new();
    let kept = kept().filter(|calibration| calibration.holds_for(adaptive.hardware()));
    if kept.is_none() {
        return explain(&adaptive, None);
    }
    let adaptive = candidates(setup)?;
    explain(&adaptive, kept)
}

fn explain(adaptive: &AdaptiveBackend, calibration: Option<Calibration>) -> Result<Measured> {
    let mut decisions = Vec::new();
    let mut refused = None;
    if let Some(calibration) = &calibration {
        refused = adaptive.adopt(calibration).err();
        for workload in WORKLOADS {
            let decision = adaptive.select_optimal_backend(workload)?;
            decisions.push(Explained {
                reason: decision.to_string(),
                decision,
            });
        }
    }
    Ok(Measured {
        hardware: adaptive.hardware().clone(),
        calibration,
        refused: refused.map(|reason| reason.to_string()),
        decisions,
    })
}

/// Every backend that can run here, on one thread and on all cores.
fn candidates(setup: &TrustedSetup) -> Result<AdaptiveBackend> {
    let mut adaptive = AdaptiveBackend::new();
    let cores = adaptive.hardware().cores;
    for status in backends() {
        if status.available.is_err() {
            continue;
        }
        let mut counts = vec![1, cores];
        counts.dedup();
        for threads in counts {
            let options = SettingsOptions::default().with_threads(pool(threads)?);
            let profile = BackendProfile {
                cpu_cores: threads,
                ..BackendProfile::named(candidate_name(status.id, threads))
            };
            adaptive.register_backend(profile, load(status.id.into(), setup, options)?);
        }
    }
    Ok(adaptive)
}

/// The figures of an earlier run on any machine.
pub(crate) fn kept() -> Option<Calibration> {
    let path = path()?;
    Calibration::load(&path).unwrap_or_else(|error| {
        output::note(&format!("{} is left out: {error}", path.display()));
        None
    })
}

/// The file in the user's cache, if there is a cache.
fn path() -> Option<PathBuf> {
    // An empty variable counts as not set.
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    let cache = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(cache.join("kzg").join("calibration.json"))
}

/// The figures and decisions as text.
pub(crate) fn text(measured: &Measured) -> String {
    let mut text = format!("{}\n", measured.hardware);
    for gpu in &measured.hardware.gpus {
        text.push_str(&format!("GPU: {gpu}\n"));
    }
    if measured.hardware.gpus.is_empty() {
        text.push_str(if cfg!(feature = "gpu-detection") {
            "GPU: none detected\n"
        } else {
            "GPU: not looked for in this build (feature gpu-detection)\n"
        });
    }
    let Some(calibration) = &measured.calibration else {
        text.push_str("not measured yet: see --calibrate\n");
        return text;
    };
    let mut table = table::table();
    table.set_header(["operation", "items", "candidate", "ms a call", ""]);
    for entry in &calibration.entries {
        table.add_row([
            entry.operation.clone(),
            entry.items.to_string(),
            entry.candidate.clone(),
            format!("{:.3}", entry.seconds * 1e3),
            match (entry.extrapolated, entry.is_reliable()) {
                (true, _) => "extrapolated, not used",
                (false, false) => "too few samples, not used",
                (false, true) => "",
            }
            .to_owned(),
        ]);
    }
    text.push_str(&format!("{}\n", table::text(&table)));
    if let Some(reason) = &measured.refused {
        text.push_str(&format!("the calibration is not used: {reason}\n"));
    }
    for Explained { decision, reason } in &measured.decisions {
        text.push_str(&format!("{:?}: {reason}\n", decision.workload));
    }
    text
}
