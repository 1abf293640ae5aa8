//! `kzg pipeline`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use kzg_advanced::{BackendChoice, CancellationToken, KzgAdvancedError, TrustedSetup};
use kzg_pipeline::manifest::{Header, SetupId};
use kzg_pipeline::{
    BackendOptions, DataProcessingPipeline, Encoding, Input, JobBackends, JobOutcome,
    PipelineOptions, ProcessingReport, VerifierChoice,
};

use super::calibration;
use crate::args::Pipeline;
use crate::backend::{
    check_threads, pipeline_options, report_passed_over, settings_options, trusted_setup,
};
use crate::config::{Configuration, keys};
use crate::errors::{STANDARD_STREAM, unreadable, usage};
use crate::exit::Exit;
use crate::files::{Overwriting, check_folder};
use crate::interruptible::Interruptible;
use crate::progress::Bars;
use crate::standard_streams::take_stdin;
use crate::values::given::PipelineInput;
use crate::{interrupt, metrics, output};

mod next_steps;
mod summary;

/// The threads of a job beside those of its backends.
const JOB_THREADS: usize = 6;

pub(crate) fn run(arguments: &Pipeline) -> Result<Exit> {
    check_folder(&arguments.out)?;
    // A resumed run replaces the metrics of the run that it completes.
    let overwriting = Overwriting {
        force: arguments.computing.overwriting.force || arguments.resume,
    };
    if let Some(path) = &arguments.computing.metrics {
        overwriting.check(path)?;
    }
    let configuration = arguments.computing.settings.configuration()?;
    // Inputs take standard input before the setup does, so that nothing is read if both name it.
    for _ in arguments.files.iter().filter(|file| is_stdin(file)) {
        take_stdin()?;
    }
    let setup = trusted_setup(&configuration)?;
    // From here on, an interrupt ends the job in order.
    let cancel = interrupt::token();
    let inputs = inputs(
        &arguments.files,
        arguments.input_format,
        arguments.keep_going,
        &cancel,
    )?;
    let options = pipeline_options(&configuration)
        .with_proofs(configuration.value(&keys::PROOFS))
        .with_encoding(match arguments.input_format {
            PipelineInput::Bytes(encoding) => encoding,
            PipelineInput::Blobs(_) => Encoding::Raw,
        })
        .with_emit(configuration.value(&keys::EMIT))
        .with_precompute(configuration.value(&keys::PRECOMPUTE))
        .with_memory_limit(configuration.value(&keys::MEMORY_LIMIT))
        .with_resume(arguments.resume)
        .with_keep_going(arguments.keep_going)
        .with_shard(arguments.shard);
    let mut backends = backends(&configuration, &setup, &options)?;
    let folder = match arguments.shard {
        Some(shard) => arguments.out.join(shard.folder()),
        None => arguments.out.clone(),
    };
    if arguments.resume || arguments.shard.is_some() {
        check_options(&folder, &options, backends.prover().backend(), &setup)?;
    }
    check_threads(JOB_THREADS)?;
    if let Some(path) = &arguments.computing.metrics {
        metrics::check()?;
        backends = backends.wrapped(|settings| metrics::watch(settings, path, overwriting));
    }
    let attempt = DataProcessingPipeline::with_backends(backends, options)
        .with_progress(Arc::new(Bars::default()))
        .with_cancellation(cancel)
        .with_command_line(std::env::args_os())
        .attempt(inputs, &arguments.out);
    let (report, error) = match (attempt.report, attempt.error) {
        (Some(report), Some(KzgAdvancedError::Configuration { reason })) => {
            drop(report);
            return Err(usage(&reason));
        }
        (Some(report), error) => (report, error),
        (None, error) => {
            let error = error.expect("a job that was refused has an error");
            return Err(error.into());
        }
    };
    notes(&report);
    // A shard may be without inputs.
    let is_empty_shard = arguments.shard.is_some() && report.is_empty();
    let is_success = report.is_success() || is_empty_shard;
    output::print(arguments.json, &report, || {
        let summary = summary::text(&report);
        if is_success && arguments.shard.is_some() {
            let next = next_steps::of_shard(&arguments.out, &folder);
            format!("{summary}\n{next}")
        } else if is_success {
            format!("{summary}\n{}", next_steps::of_success(&arguments.out))
        } else {
            summary
        }
    })?;
    let verification = &report.verification;
    let nothing_verified = verification.inputs + verification.blobs == 0;
    let exit = match error {
        Some(error) => {
            let error = error.into();
            output::finding(&format!("{error}"));
            Exit::of(&error)
        }
        None if is_empty_shard => Exit::Done,
        None if report.failed > 0 && report.failed == report.false_claims => Exit::NegativeVerdict,
        // A verification without any verified blob does not count as passed.
        None if nothing_verified || verification.passed() && report.failed > 0 => Exit::BadInput,
        None if !verification.passed() => Exit::NegativeVerdict,
        None => Exit::Done,
    };
    let is_passed = verification.passed() || is_empty_shard;
    if report.outcome != JobOutcome::Complete || !is_passed {
        output::note(&next_steps::resume(&report, std::env::args_os()));
    }
    Ok(exit)
}

/// The backends that are configured, and the measured ones for `auto`.
fn backends(
    configuration: &Configuration,
    setup: &TrustedSetup,
    options: &PipelineOptions,
) -> Result<JobBackends> {
    let settings = settings_options(configuration)?.with_precompute(options.plan()?.precompute);
    let backend = configuration.value(&keys::BACKEND);
    let verifier = configuration.value(&keys::VERIFY_BACKEND);
    if backend == BackendChoice::Auto || verifier == VerifierChoice::Auto {
        report_passed_over(|_| false);
    }
    let options = BackendOptions::default()
        .with_backend(backend)
        .with_verifier(verifier)
        .with_cross_check(configuration.value(&keys::CROSS_CHECK))
        .with_settings(settings)
        .with_calibration(calibration::kept());
    Ok(JobBackends::choose(setup, &options)?)
}

/// Refuses to resume a run that had other options, and names them. The job itself reports a
/// manifest that cannot be read.
fn check_options(
    dir: &Path,
    options: &PipelineOptions,
    backend: &str,
    setup: &TrustedSetup,
) -> Result<()> {
    let Some(earlier) = Header::of(dir) else {
        return Ok(());
    };
    let differing = differing(&earlier, options, backend, setup);
    if differing.is_empty() {
        return Ok(());
    }
    Err(usage(&format!(
        "cannot resume with other options: the run in {} has {}",
        dir.display(),
        differing.join(", ")
    )))
}

/// The content of inputs that belongs to an encoding.
fn input_format(encoding: &str) -> String {
    let names = [(Encoding::Simple, "bytes"), (Encoding::Raw, "auto")];
    let mut names = names.into_iter();
    let name = names.find(|(known, _)| known.codec().name() == encoding);
    name.map_or(encoding, |(_, name)| name).to_owned()
}

fn differing(
    earlier: &Header,
    options: &PipelineOptions,
    backend: &str,
    setup: &TrustedSetup,
) -> Vec<String> {
    let list = |emit: &[kzg_pipeline::Artefact]| {
        let names: Vec<String> = emit.iter().map(ToString::to_string).collect();
        names.join(",")
    };
    let pairs = [
        ("backend", earlier.backend.clone(), backend.to_owned()),
        (
            "proofs",
            earlier.proofs.to_string(),
            options.proofs.to_string(),
        ),
        ("emit", list(&earlier.emit), list(&options.emit)),
        (
            "input-format",
            input_format(&earlier.encoding),
            input_format(options.encoding.codec().name()),
        ),
        // A manifest has the hash of a setup, and not the name of its file.
        (
            "trusted-setup",
            earlier.trusted_setup.to_string(),
            SetupId::from(setup).to_string(),
        ),
    ];
    let differing = pairs
        .into_iter()
        .filter(|(_, earlier, now)| earlier != now)
        .map(|(flag, earlier, now)| format!("--{flag} {earlier}, this one --{flag} {now}"));
    differing.collect()
}

/// Prints what people should know beside the report.
fn notes(report: &ProcessingReport) {
    if let Some(resumed) = &report.resumed {
        let kept = output::counted(resumed.kept_blobs, "blob");
        output::note(&match resumed.mended {
            0 => format!("done already: {kept}"),
            mended => format!(
                "done already: {kept}; damaged and made again: {}",
                output::counted(mended, "item")
            ),
        });
        for item in &resumed.mended_items {
            output::note(&format!("made again: {item}"));
        }
    }
    for skipped in &report.skipped_items {
        output::note(&format!("left out: {}: {}", skipped.item, skipped.reason));
    }
    // The error that ended the job comes last.
    for failure in report
        .failures
        .iter()
        .filter(|failure| report.error.as_ref() != Some(&failure.reason))
    {
        output::finding(&format!("{}: {}", failure.item, failure.reason));
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == OsStr::new(STANDARD_STREAM)
}

/// The inputs of the job. With `keep_going`, one that cannot be opened is left to the job, which leaves
/// it out.
fn inputs(
    files: &[PathBuf],
    content: PipelineInput,
    keep_going: bool,
    cancel: &CancellationToken,
) -> Result<Vec<Input>> {
    let inputs = files.iter().map(|file| {
        if is_stdin(file) {
            let reader = Interruptible::stdin(cancel.clone());
            let reader = reader.map_err(unreadable("standard input"))?;
            return Ok(Input::reader(STANDARD_STREAM, reader));
        }
        match fs::metadata(file) {
            Ok(metadata) if metadata.is_dir() => Ok(Input::folder(file)),
            // Opening a named pipe would wait for its writer.
            Ok(metadata) if !metadata.is_file() => {
                let name = file.to_string_lossy().into_owned();
                match Interruptible::open(file, cancel.clone()) {
                    Ok(reader) => Ok(Input::reader(&*name, reader)),
                    Err(_) if keep_going => Ok(Input::file(file)),
                    Err(error) => Err(unreadable(&name)(error)),
                }
            }
            _ => Ok(Input::file(file)),
        }
    });
    inputs
        .map(|input: Result<Input>| {
            input.map(|input| match content {
                PipelineInput::Bytes(_) => input,
                PipelineInput::Blobs(format) => input.holding_blobs(format.format()),
            })
        })
        .collect()
}
