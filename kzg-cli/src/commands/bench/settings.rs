//! The advised configuration as a commented configuration file.

use std::fmt::Display;

use crate::benchmark::{Advised, BenchmarkReport};
use crate::config::{About, keys};

/// The configuration file: each setting with the figures that led to it.
pub(super) fn toml(report: &BenchmarkReport) -> String {
    let advice = &report.advice;
    let mut text = format!(
        "# What kzg {} found best by `kzg bench`, in {:.0} s, on:\n# {}\n",
        report.version, report.seconds, report.hardware
    );
    if let Some(noise) = busy(report) {
        text.push_str(&format!(
            "# {noise}.\n# Measure again on a quiet machine.\n"
        ));
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
    const QUIET: f64 = 0.1;
    let disturbance = report.disturbance.filter(|share| *share > QUIET)?;
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
