//! What to configure, as a configuration file that explains itself.

use std::fmt::Display;

use crate::benchmark::{Advised, BenchmarkReport};

use crate::config::{About, keys};

/// The file: each setting with the figures that led to it.
pub(super) fn toml(report: &BenchmarkReport) -> String {
    let advice = &report.advice;
    let mut text = format!(
        "# What kzg {} found best by `kzg bench`, in {:.0} s, on:\n# {}\n",
        report.version, report.seconds, report.hardware
    );
    if let Some(noise) = busy(report) {
        text.push_str(&format!("# {noise}\n"));
    }
    let quoted = |text: &String| format!("{text:?}");
    let precompute = |value: &String| match value.parse::<u64>() {
        Ok(bytes) => bytes.to_string(),
        Err(_) => quoted(value),
    };
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
        precompute,
    );
    push(
        &mut text,
        &keys::CHUNK_BLOBS.about,
        advice.chunk_blobs.as_ref(),
        ToString::to_string,
    );
    text
}

/// A warning where the machine did other work meanwhile.
fn busy(report: &BenchmarkReport) -> Option<String> {
    const QUIET: f64 = 0.1;
    let disturbance = report.disturbance.filter(|share| *share > QUIET)?;
    Some(format!(
        "The machine was busy: calls took {:.0}% longer than a processor worked on them.\n\
         # Measure again when it is quiet.",
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
            line(&"# There was no time to measure it: a longer --limit would.");
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
