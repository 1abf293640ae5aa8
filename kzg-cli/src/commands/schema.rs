//! `kzg schema`.

use anyhow::Result;
use kzg_pipeline::ProcessingReport;

use crate::args::{Schema, SchemaOf};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(arguments: &Schema) -> Result<Exit> {
    let text = match arguments.document {
        SchemaOf::Report => ProcessingReport::json_schema(),
    };
    output::print_text(&text);
    Ok(Exit::Done)
}
