//! `kzg prove`.

use anyhow::Result;
use kzg_advanced::{Bytes32, KzgCommitment, KzgProof};
use kzg_pipeline::manifest::kzg_to_versioned_hash;
use serde::Serialize;

use crate::args::Prove;
use crate::backend::load;
use crate::exit::{Exit, Refuted};
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    commitment: KzgCommitment,
    versioned_hash: Bytes32,
    proof: KzgProof,
    #[serde(flatten)]
    evaluation: Option<Evaluation>,
}

#[derive(Serialize)]
struct Evaluation {
    z: Bytes32,
    y: Bytes32,
}

pub(crate) fn run(arguments: &Prove) -> Result<Exit> {
    let mut values = Values::new(arguments.given);
    let given = values.blob(&arguments.blob)?;
    let claimed = arguments.commitment.as_deref();
    let claimed = claimed.map(|value| values.commitment(value)).transpose()?;
    let z = arguments.z.as_deref();
    let z = z.map(|value| values.point(value)).transpose()?;
    let settings = load(&arguments.computing)?.settings;
    let blob = &*given.blob;
    let named = |error| given.named(error);
    let commitment = settings.blob_to_kzg_commitment(blob).map_err(named)?;
    if let Some(claimed) = claimed.filter(|claimed| *claimed != commitment) {
        // A malformed commitment is bad input, which the call reports.
        settings
            .compute_blob_kzg_proof(blob, &claimed)
            .map_err(named)?;
        return Err(Refuted(format!(
            "{}: the commitment is not that of the blob, and a proof for it would not verify; the \
             blob's commitment is {commitment}",
            given.name()
        ))
        .into());
    }
    let (proof, evaluation) = match z {
        Some(z) => {
            let (proof, y) = settings.compute_kzg_proof(blob, &z).map_err(named)?;
            (proof, Some(Evaluation { z, y }))
        }
        None => {
            let proof = settings.compute_blob_kzg_proof(blob, &commitment);
            (proof.map_err(named)?, None)
        }
    };
    let document = Document {
        file: &given.file,
        commitment,
        versioned_hash: kzg_to_versioned_hash(&commitment),
        proof,
        evaluation,
    };
    output::print(arguments.json, &document, || match &document.evaluation {
        None => document.proof.to_string(),
        Some(Evaluation { y, .. }) => format!("proof {}\ny     {y}", document.proof),
    })?;
    Ok(Exit::Done)
}
