//! The calibration: measuring the backends, and the figures that an earlier run kept.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use comfy_table::Table;
use kzg_advanced::adaptive::{
    AdaptiveBackend, BackendProfile, Calibration, Decision, Hardware, WorkloadType,
};
use kzg_advanced::{SettingsOptions, TrustedSetup, backends, load};
use kzg_pipeline::candidate_name;
use serde::Serialize;

use super::hardware;
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
    let mut lines = hardware::lines(&measured.hardware);
    if measured.calibration.is_none() {
        lines.push((
            "calibration",
            "not measured yet: see --calibrate".to_owned(),
        ));
    }
    if let Some(reason) = &measured.refused {
        lines.push(("calibration", format!("not used: {reason}")));
    }
    let mut text = format!("{}\n", table::labelled(lines, table::width()));
    if let Some(calibration) = &measured.calibration {
        text.push_str(&format!("{}\n", table::text(&figures(calibration))));
        text.push_str(&format!("{}\n", table::text(&decisions(measured))));
    }
    text
}

fn figures(calibration: &Calibration) -> Table {
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
    table
}

fn decisions(measured: &Measured) -> Table {
    let mut table = table::table();
    table.set_header(["work", "the best candidate, and the figures"]);
    for Explained { decision, reason } in &measured.decisions {
        table.add_row([format!("{:?}", decision.workload), reason.clone()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use console::measure_text_width;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use kzg_advanced::adaptive::CalibrationRefused;

    fn read<T: DeserializeOwned>(document: Value) -> T {
        serde_json::from_value(document).expect("a document of this type")
    }

    fn hardware() -> Hardware {
        let mut hardware = Hardware::detect();
        hardware.processor =
            "Intel(R) Xeon(R) Platinum 8480CL, an engineering sample @ 2.00GHz".to_owned();
        let features = ["adx", "bmi2", "avx2", "avx512f", "avx512ifma", "sha"];
        hardware.features = features.map(str::to_owned).to_vec();
        assert!(hardware.to_string().len() > 100);
        hardware
    }

    /// Figures of two backends, and decisions that state both.
    fn measured(hardware: Hardware) -> Measured {
        let names = ["blst, 112 threads", "arkworks, 112 threads"];
        let entries = names.map(|name| {
            json!({
                "candidate": name,
                "operation": "compute_many_cells_and_kzg_proofs",
                "items": 64,
                "seconds": 1234.5,
                "samples": 1,
                "extrapolated": false,
            })
        });
        let figures = names.map(|name| {
            json!({
                "name": name,
                "seconds_per_item": 12.345,
                "source": "extrapolated",
                "unknown": ["compute_cells"],
                "memory": 0,
                "gpu": false,
                "score": 1.0,
            })
        });
        let decisions = WORKLOADS.map(|workload| {
            let decision: Decision = read(json!({
                "backend": names[0],
                "workload": serde_json::to_value(workload).expect("numbers and words"),
                "figures": figures,
            }));
            let reason = decision.to_string();
            assert!(reason.len() > 100);
            Explained { decision, reason }
        });
        Measured {
            refused: Some(CalibrationRefused::Busy { share: 0.5 }.to_string()),
            calibration: Some(read(json!({
                "version": env!("CARGO_PKG_VERSION"),
                "machine": hardware.fingerprint(),
                "measured_at": 0,
                "cpu_share": 0.5,
                "entries": entries,
            }))),
            decisions: decisions.into(),
            hardware,
        }
    }

    #[test]
    fn lines_fit_the_width_whatever_the_processor_and_the_candidates_are_called() {
        let hardware = hardware();
        let not_measured = Measured {
            hardware: hardware.clone(),
            calibration: None,
            refused: None,
            decisions: Vec::new(),
        };
        let without = text(&not_measured);
        assert!(without.contains("not measured yet: see --calibrate"));
        let with = text(&measured(hardware));
        for part in ["not used", "12345.000", "RealTime", "(extrapolated)"] {
            assert!(with.contains(part), "{part}: {with}");
        }
        for text in [without, with] {
            let width = usize::from(table::width());
            for line in text.lines() {
                assert!(measure_text_width(line) <= width, "{line}");
            }
        }
    }
}
