//! `kzg pipeline`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use comfy_table::{Table, presets};
use indicatif::{BinaryBytes, HumanCount};
use kzg_advanced::pipeline::{BackendOptions, Input, JobBackends, Outcome, PipelineOptions};
use kzg_advanced::{
    CancellationToken, DataProcessingPipeline, KzgAdvancedError, ProcessingReport, TrustedSetup,
};

use super::calibration;
use crate::args::Pipeline;
use crate::backend::{pipeline_options, settings_options};
use crate::config::{Configuration, keys};
use crate::exit::Exit;
use crate::progress::Bars;
use crate::stdin::Stdin;
use crate::values::{STDIN, unreadable, usage};
use crate::{interrupt, metrics, output};

pub(crate) fn run(arguments: &Pipeline) -> Result<Exit> {
    let cancel = interrupt::token();
    let inputs = inputs(&arguments.files, &cancel)?;
    let configuration = arguments.computing.settings.configuration()?;
    let options = pipeline_options(&configuration)
        .with_proofs(configuration.value(&keys::PROOFS))
        .with_emit(configuration.value(&keys::EMIT))
        .with_precompute(configuration.value(&keys::PRECOMPUTE))
        .with_memory_limit(configuration.value(&keys::MEMORY_LIMIT))
        .with_resume(arguments.resume)
        .with_keep_going(arguments.keep_going);
    let mut backends = backends(&configuration, &options)?;
    if let Some(path) = &arguments.computing.metrics {
        backends = backends.wrapped(|settings| metrics::watch(settings, path));
    }
    let attempt = DataProcessingPipeline::with_backends(backends, options)
        .with_progress(Arc::new(Bars::default()))
        .with_cancel(cancel)
        .attempt(inputs, &arguments.out);
    let (report, error) = match (attempt.report, attempt.error) {
        (Some(report), Some(KzgAdvancedError::Configuration { reason })) => {
            drop(report);
            return Err(usage(&reason));
        }
        (Some(report), error) => (report, error),
        (None, error) => {
            let error = error.expect("what was not refused has a report");
            return Err(error.into());
        }
    };
    notes(&report);
    output::print(arguments.json, &report, || summary(&report));
    Ok(match error {
        Some(error) => {
            let error = error.into();
            output::note(&format!("{error}"));
            Exit::of(&error)
        }
        None if !report.verification.passed() => Exit::SaidNo,
        None if report.failed > 0 => Exit::BadInput,
        None => Exit::Done,
    })
}

/// The backends that are configured, and for `auto` what was measured.
fn backends(configuration: &Configuration, options: &PipelineOptions) -> Result<JobBackends> {
    let settings = settings_options(configuration)?.with_precompute(options.plan()?.precompute);
    let options = BackendOptions::default()
        .with_backend(configuration.value(&keys::BACKEND))
        .with_verifier(configuration.value(&keys::VERIFY_BACKEND))
        .with_cross_check(configuration.value(&keys::CROSS_CHECK))
        .with_settings(settings)
        .with_calibration(calibration::kept());
    Ok(JobBackends::choose(&TrustedSetup::mainnet(), &options)?)
}

/// What people should know, beside the report.
fn notes(report: &ProcessingReport) {
    if let Some(resumed) = &report.resumed {
        output::note(&format!(
            "{} blobs were done already, {} damaged items were made again",
            resumed.kept_blobs, resumed.mended
        ));
        for item in &resumed.mended_items {
            output::note(&format!("made again: {item}"));
        }
    }
    for skipped in &report.skipped_items {
        output::note(&format!("left out: {}: {}", skipped.item, skipped.reason));
    }
    // What ended the job is said last.
    for failure in report
        .failures
        .iter()
        .filter(|failure| report.error.as_ref() != Some(&failure.reason))
    {
        output::note(&format!("{}: {}", failure.item, failure.reason));
    }
}

fn inputs(files: &[PathBuf], cancel: &CancellationToken) -> Result<Vec<Input>> {
    let is_stdin = |file: &&PathBuf| file.as_os_str() == STDIN;
    if files.iter().filter(is_stdin).count() > 1 {
        return Err(usage("standard input can be read once only"));
    }
    let inputs = files.iter().map(|file| {
        if is_stdin(&file) {
            let stdin = Stdin::open(cancel.clone()).map_err(unreadable(STDIN))?;
            Ok(Input::reader(STDIN, stdin))
        } else {
            Ok(input_at(file))
        }
    });
    inputs.collect()
}

fn input_at(path: &PathBuf) -> Input {
    if path.is_dir() {
        Input::folder(path)
    } else {
        Input::file(path)
    }
}

fn summary(report: &ProcessingReport) -> String {
    format!("{}\n{}", totals(report), stages(report))
}

fn totals(report: &ProcessingReport) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let mut row = |name: &str, value: String| {
        table.add_row([name.to_owned(), value]);
    };
    row("outcome", report.outcome.to_string());
    for decision in &report.backends {
        row(
            &format!("{} on", decision.role),
            decision.backend.to_string(),
        );
    }
    row("inputs", HumanCount(report.inputs).to_string());
    row("bytes", HumanCount(report.bytes).to_string());
    row("blobs", HumanCount(report.blobs).to_string());
    row("proofs", report.proofs.to_string());
    row("time", format!("{:.3} s", report.seconds));
    row(
        "throughput",
        format!("{}/s", BinaryBytes(report.bytes_per_second)),
    );
    row(
        "memory, at most",
        BinaryBytes(report.memory.peak_resident_bytes).to_string(),
    );
    if report.retries + report.fallbacks > 0 {
        row(
            "recoveries",
            format!("{} retries, {} fallbacks", report.retries, report.fallbacks),
        );
    }
    if report.skipped > 0 {
        row("left out", HumanCount(report.skipped).to_string());
    }
    row(
        "verification",
        match (report.verification.failed, report.outcome) {
            (0, Outcome::Complete) => format!("passed, {} blobs", HumanCount(report.succeeded)),
            (0, _) => format!("not finished, {} blobs right", HumanCount(report.succeeded)),
            (failed, _) => format!("FAILED, {failed} times"),
        },
    );
    table
}

fn stages(report: &ProcessingReport) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_header(["stage", "blobs", "at work", "from", "to", "blobs/s"]);
    for stage in &report.stages {
        let rate = stage.items as f64 / stage.seconds.max(f64::EPSILON);
        table.add_row([
            stage.stage.name().to_owned(),
            HumanCount(stage.items).to_string(),
            format!("{:.3} s", stage.seconds),
            format!("{:.3} s", stage.start_seconds),
            format!("{:.3} s", stage.end_seconds),
            format!("{rate:.1}"),
        ]);
    }
    table
}
