//! `kzg schema`.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::exit::Exit;

#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// The document: report, for a pipeline's report.json.
    pub(crate) document: SchemaOf,
}

/// A document that has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A pipeline's report.json.
    Report,
}

#[cfg(feature = "schema")]
pub(crate) fn run(arguments: &Schema) -> Result<Exit> {
    use kzg_pipeline::ProcessingReport;

    let text = match arguments.document {
        SchemaOf::Report => ProcessingReport::json_schema(),
    };
    crate::output::print_text(&text)?;
    Ok(Exit::Done)
}

#[cfg(not(feature = "schema"))]
pub(crate) fn run(arguments: &Schema) -> Result<Exit> {
    match arguments.document {
        SchemaOf::Report => crate::feature::missing("schemas", "schema"),
    }
}
