//! `kzg prove`.

use anyhow::Result;
use kzg_advanced::{Bytes32, KzgProof};
use serde::Serialize;

use crate::args::Prove;
use crate::backend::load;
use crate::exit::Exit;
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document {
    proof: KzgProof,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<Bytes32>,
}

pub(crate) fn run(arguments: &Prove) -> Result<Exit> {
    let mut values = Values::default();
    let blob = values.blob(&arguments.blob)?;
    let commitment = arguments.commitment.as_deref();
    let commitment = commitment
        .map(|value| values.commitment(value))
        .transpose()?;
    let z = arguments.z.as_deref();
    let z = z
        .map(|value| values.field_element(value, "point"))
        .transpose()?;
    let settings = load(&arguments.computing)?.settings;
    let document = match (commitment, z) {
        (Some(commitment), _) => Document {
            proof: settings.compute_blob_kzg_proof(&blob, &commitment)?,
            y: None,
        },
        (None, z) => {
            let z = z.expect("one of the two is required");
            let (proof, y) = settings.compute_kzg_proof(&blob, &z)?;
            Document { proof, y: Some(y) }
        }
    };
    output::print(arguments.json, &document, || match document.y {
        None => document.proof.to_string(),
        Some(y) => format!("proof {}\ny     {y}", document.proof),
    });
    Ok(Exit::Done)
}
