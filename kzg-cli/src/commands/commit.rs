//! `kzg commit`.

use anyhow::Result;
use kzg_advanced::KzgCommitment;
use serde::Serialize;

use crate::args::Commit;
use crate::backend::load;
use crate::exit::Exit;
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document {
    commitments: Vec<KzgCommitment>,
}

pub(crate) fn run(arguments: &Commit) -> Result<Exit> {
    let mut values = Values::default();
    let blobs = arguments
        .blobs
        .iter()
        .map(|blob| values.blob(blob))
        .collect::<Result<Vec<_>>>()?;
    let settings = load(&arguments.computing)?.settings;
    let document = Document {
        commitments: settings.blobs_to_kzg_commitments((&blobs).into())?,
    };
    output::print(arguments.json, &document, || {
        let lines: Vec<String> = document
            .commitments
            .iter()
            .map(ToString::to_string)
            .collect();
        lines.join("\n")
    });
    Ok(Exit::Done)
}
