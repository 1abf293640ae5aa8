//! `kzg commit`.

use anyhow::Result;
use kzg_advanced::{Blob, Bytes32, KzgCommitment};
use kzg_pipeline::manifest::kzg_to_versioned_hash;
use serde::Serialize;

use crate::args::Commit;
use crate::backend::load;
use crate::exit::{Exit, Refuted};
use crate::output;
use crate::values::{NamedBlob, Values, named};

#[derive(Serialize)]
struct Document<'a> {
    commitments: &'a [KzgCommitment],
    blobs: Vec<Committed<'a>>,
}

#[derive(Serialize)]
struct Committed<'a> {
    file: &'a str,
    /// The position of the blob in a file with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    commitment: KzgCommitment,
    versioned_hash: Bytes32,
}

pub(crate) fn run(arguments: &Commit) -> Result<Exit> {
    let mut values = Values::new(arguments.given);
    let given = arguments.blobs.iter().map(|blobs| values.blobs(blobs));
    let given: Vec<NamedBlob> = given
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    let names: Vec<String> = given.iter().map(NamedBlob::name).collect();
    let blobs: Vec<&Blob> = given.iter().map(|given| &*given.blob).collect();
    let settings = load(&arguments.computing)?.settings;
    let commitments = settings
        .blobs_to_kzg_commitments((&blobs).into())
        .map_err(|error| named(&names, error))?;
    for (given, computed) in given.iter().zip(&commitments) {
        if let Some(claimed) = given.claimed.filter(|claimed| claimed != computed) {
            let name = given.name();
            let reason = format!("{name}: the file says commitment {claimed}, it is {computed}");
            return Err(Refuted(reason).into());
        }
        let hash = kzg_to_versioned_hash(computed);
        if let Some(claimed) = given.claimed_hash.filter(|claimed| *claimed != hash) {
            let name = given.name();
            let reason = format!("{name}: the file says versioned hash {claimed}, it is {hash}");
            return Err(Refuted(reason).into());
        }
    }
    let committed = given.iter().zip(&commitments);
    let document = Document {
        commitments: &commitments,
        blobs: committed
            .map(|(given, commitment)| Committed {
                file: &given.file,
                index: given.index,
                commitment: *commitment,
                versioned_hash: kzg_to_versioned_hash(commitment),
            })
            .collect(),
    };
    output::print(arguments.json, &document, || {
        let lines: Vec<String> = commitments.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}
