//! The calibration: measuring the backends, and the figures that an earlier run kept.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use anyhow::Result;
use kzg_advanced::adaptive::{
    AdaptiveBackend, BackendProfile, Calibration, Decision, Hardware, WorkloadType,
};
use kzg_advanced::{SettingsOptions, TrustedSetup, backends, load};
use kzg_pipeline::candidate_name;
use serde::Serialize;

use crate::backend::pool;
use crate::{output, table};

/// Bound on the length of a file with a calibration, in bytes.
const FILE_LIMIT: u64 = 4 << 20;

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<Explained>,
}

#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    decision: Decision,
    reason: String,
}

/// Measures within a time limit, and keeps the figures.
pub(crate) fn measure(limit: Duration, setup: &TrustedSetup) -> Result<Measured> {
    let adaptive = candidates(setup)?;
    let calibration = adaptive.calibrate(limit);
    if let Some(path) = path()
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
    if let Some(calibration) = &calibration {
        adaptive.adopt(calibration);
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
    path()
        .filter(|path| is_readable(path))
        .and_then(Calibration::load)
}

/// Whether a file can be a calibration: a regular file within the bound.
fn is_readable(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else {
        return false;
    };
    let readable = metadata.is_file() && metadata.len() <= FILE_LIMIT;
    if !readable {
        output::note(&format!(
            "{} is left out: not a regular file of at most {FILE_LIMIT} bytes",
            path.display()
        ));
    }
    readable
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
            if entry.extrapolated {
                "extrapolated"
            } else {
                ""
            }
            .to_owned(),
        ]);
    }
    text.push_str(&format!("{table}\n"));
    for Explained { decision, reason } in &measured.decisions {
        text.push_str(&format!("{:?}: {reason}\n", decision.workload));
    }
    text
}
