//! `kzg merge`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use kzg_pipeline::MergeReport;
use serde::Serialize;

use crate::exit::Exit;
use crate::output;

/// Joins the shards of a job that several processes have done.
///
/// The folder becomes that of a job without shards, byte for byte: the artefacts are moved, and one
/// manifest is written. Nothing is changed unless all shards are finished and belong together.
#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// The folder that was given as --out of all shards.
    dir: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Merge) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document {
        dir: String,
        #[serde(flatten)]
        report: MergeReport,
    }
    let document = Document {
        dir: arguments.dir.display().to_string(),
        report: kzg_pipeline::merge(&arguments.dir)?,
    };
    output::print(arguments.json, &document, || {
        let report = &document.report;
        format!(
            "{}: {} of {}, from {}",
            document.dir,
            output::counted(report.blobs, "blob"),
            output::counted(report.inputs, "input"),
            output::counted(u64::from(report.shards), "shard"),
        )
    })?;
    Ok(Exit::Done)
}
