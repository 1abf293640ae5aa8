//! The advised configuration as a commented configuration file.

use std::fmt::Display;

use kzg_advanced::adaptive::quiet::QUIET;

use crate::benchmark::{Advised, BenchmarkReport};
use crate::config::{About, comment, keys};

/// The configuration file: each setting with the figures that led to it.
pub(super) fn toml(report: &BenchmarkReport) -> String {
    let advice = &report.advice;
    let mut text = format!(
        "# What kzg {} found best by `kzg bench`, in {:.0} s, on:\n{}",
        report.version,
        report.seconds,
        comment(&report.hardware.to_string())
    );
    if let Some(noise) = busy(report) {
        let again = format!("{noise}. Measure again on a quiet machine.");
        text.push_str(&comment(&again));
    }
    let quoted = |text: &String| format!("{text:?}");
    let backend = |value: &kzg_advanced::BackendId| format!("\"{value}\"");
    push(
        &mut text,
        &keys::BACKEND.about,
        advice.backend.as_ref(),
        backend,
    );
    push(
        &mut text,
        &keys::THREADS.about,
        advice.threads.as_ref(),
        ToString::to_string,
    );
    push(
        &mut text,
        &keys::PRECOMPUTE.about,
        advice.precompute.as_ref(),
        quoted,
    );
    push(
        &mut text,
        &keys::CHUNK_BLOBS.about,
        advice.chunk_blobs.as_ref(),
        ToString::to_string,
    );
    text
}

/// The reason why the figures are not those of a quiet machine, if they are not.
pub(super) fn busy(report: &BenchmarkReport) -> Option<String> {
    /// The most time that calls take beside their processor time on a quiet machine, as a share.
    const DISTURBANCE: f64 = 0.1;
    if let Some(share) = report.cpu_share.filter(|share| *share < QUIET) {
        return Some(format!(
            "the machine was busy: computing threads on all cores got {:.0}% of the processors' \
             time, at least {:.0}% are needed",
            share * 100.0,
            QUIET * 100.0
        ));
    }
    let disturbance = report.disturbance.filter(|share| *share > DISTURBANCE)?;
    Some(format!(
        "the machine was busy: calls took {:.0}% longer than their processor time",
        disturbance * 100.0
    ))
}

fn push<T>(
    text: &mut String,
    about: &About,
    advised: Option<&Advised<T>>,
    value: impl Fn(&T) -> String,
) {
    text.push_str(&format!("\n{}", about.comment()));
    let mut line = |line: &dyn Display| text.push_str(&format!("{line}\n"));
    match advised {
        None => {
            line(&"# Not measured: the time limit was too short, see --limit.");
            line(&format_args!("# {} = {:?}", about.name, about.default));
        }
        Some(advised) => {
            for reason in &advised.reasons {
                line(&format_args!("#   {reason}"));
            }
            line(&format_args!("{} = {}", about.name, value(&advised.value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_advanced::adaptive::Hardware;

    /// A report whose hardware has a long name.
    fn report(cpu_share: Option<f64>, disturbance: Option<f64>) -> BenchmarkReport {
        let mut hardware = Hardware::detect();
        hardware.processor = "Intel(R) Xeon(R) Platinum 8480CL, an engineering sample ".repeat(2);
        let mut report = BenchmarkReport::new(hardware);
        (report.cpu_share, report.disturbance) = (cpu_share, disturbance);
        report
    }

    #[test]
    fn a_machine_that_is_busy_on_any_core_is_named() {
        for (cpu_share, disturbance) in [
            (None, None),
            (Some(0.9), Some(0.1)),
            (Some(1.0), None),
            (None, Some(0.0)),
        ] {
            assert_eq!(busy(&report(cpu_share, disturbance)), None);
        }
        for (cpu_share, disturbance, expected) in [
            (
                Some(0.52),
                Some(0.0),
                "all cores got 52% of the processors' time, at least 90%",
            ),
            (Some(1.0), Some(0.25), "calls took 25% longer"),
            (None, Some(0.25), "calls took 25% longer"),
        ] {
            let report = report(cpu_share, disturbance);
            let reason = busy(&report).expect("busy");
            assert!(reason.contains(expected), "{reason}");
            assert!(reason.starts_with("the machine was busy: "), "{reason}");
            let text = toml(&report);
            assert!(text.contains("# the machine was busy: "), "{text}");
            assert!(text.lines().all(|line| line.len() <= 100), "{text}");
        }
    }
}
