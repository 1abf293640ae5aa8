//! `kzg pipeline`.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use comfy_table::{Table, presets};
use indicatif::{BinaryBytes, HumanCount};
use kzg_advanced::pipeline::Input;
use kzg_advanced::{DataProcessingPipeline, ProcessingReport};

use crate::args::Pipeline;
use crate::backend::load;
use crate::config::keys;
use crate::exit::Exit;
use crate::progress::Bars;
use crate::values::{STDIN, usage};
use crate::{interrupt, output};

pub(crate) fn run(arguments: &Pipeline) -> Result<Exit> {
    let inputs = inputs(&arguments.files)?;
    let loaded = load(&arguments.computing)?;
    let options = loaded
        .pipeline_options()
        .with_proofs(loaded.configuration.value(&keys::PROOFS))
        .with_emit(loaded.configuration.value(&keys::EMIT))
        .with_resume(arguments.resume);
    let report = DataProcessingPipeline::new(loaded.settings, options)
        .with_progress(Arc::new(Bars::default()))
        .with_cancel(interrupt::token())
        .run(inputs, &arguments.out)?;
    if let Some(resumed) = &report.resumed {
        output::note(&format!(
            "{} blobs were done already, {} damaged items were made again",
            resumed.kept_blobs, resumed.mended
        ));
        for item in &resumed.mended_items {
            output::note(&format!("made again: {item}"));
        }
    }
    for failure in &report.verification.failures {
        output::note(&format!("{}: {}", failure.item, failure.reason));
    }
    output::print(arguments.json, &report, || table(&report).to_string());
    Ok(Exit::verdict(report.verification.passed()))
}

fn inputs(files: &[PathBuf]) -> Result<Vec<Input>> {
    let is_stdin = |file: &&PathBuf| file.as_os_str() == STDIN;
    if files.iter().filter(is_stdin).count() > 1 {
        return Err(usage("standard input can be read once only"));
    }
    Ok(files
        .iter()
        .map(|file| {
            if is_stdin(&file) {
                Input::reader(STDIN, io::stdin())
            } else {
                Input::file(file)
            }
        })
        .collect())
}

fn table(report: &ProcessingReport) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let mut row = |name: &str, value: String| {
        table.add_row([name.to_owned(), value]);
    };
    row("backend", report.backend.clone());
    row("inputs", HumanCount(report.inputs).to_string());
    row("bytes", HumanCount(report.bytes).to_string());
    row("blobs", HumanCount(report.blobs).to_string());
    row("proofs", report.proofs.to_string());
    for stage in &report.stages {
        row(
            &format!("time to {}", stage.stage.name()),
            format!("{:.3} s", stage.seconds),
        );
    }
    row("time in all", format!("{:.3} s", report.seconds));
    row(
        "throughput",
        format!("{}/s", BinaryBytes(report.bytes_per_second)),
    );
    row(
        "verification",
        match report.verification.failed {
            0 => format!("passed, {} blobs", HumanCount(report.verification.blobs)),
            failed => format!("FAILED, {failed} times"),
        },
    );
    table
}
