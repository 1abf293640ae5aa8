//! `kzg schema`.

use anyhow::Result;

use crate::args::{Schema, SchemaOf};
use crate::exit::Exit;

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
