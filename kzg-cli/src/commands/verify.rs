//! `kzg verify`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use kzg_pipeline::DataProcessingPipeline;
use kzg_pipeline::Verification;
use serde::Serialize;

use crate::args::Verify;
use crate::backend::{Loaded, load};
use crate::exit::Exit;
use crate::progress::Bars;
use crate::values::{Values, usage};
use crate::{interrupt, output};

#[derive(Serialize)]
struct Document {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<Verification>,
}

pub(crate) fn run(arguments: &Verify) -> Result<Exit> {
    let proof = arguments
        .commitment
        .as_deref()
        .zip(arguments.proof.as_deref());
    let document = match (arguments.target.as_deref(), proof) {
        (Some(target), None) => {
            let dir = Path::new(target);
            if !dir.is_dir() && dir.exists() {
                return Err(usage("a blob is verified with --commitment and --proof"));
            }
            verify_dir(dir, load(&arguments.computing)?)?
        }
        (Some(target), Some((commitment, proof))) => {
            let mut values = Values::default();
            let blob = values.blob(target)?;
            let commitment = values.commitment(commitment)?;
            let proof = values.proof(proof)?;
            let settings = load(&arguments.computing)?.settings;
            verdict(settings.verify_blob_kzg_proof(&blob, &commitment, &proof)?)
        }
        (None, proof) => {
            let required = "clap requires it where there is no target";
            let mut values = Values::default();
            let (commitment, proof) = proof.expect(required);
            let commitment = values.commitment(commitment)?;
            let z = values.field_element(arguments.z.as_deref().expect(required), "point")?;
            let y = values.field_element(arguments.y.as_deref().expect(required), "value")?;
            let proof = values.proof(proof)?;
            let settings = load(&arguments.computing)?.settings;
            verdict(settings.verify_kzg_proof(&commitment, &z, &y, &proof)?)
        }
    };
    let verification = document.verification.as_ref();
    for failure in verification.iter().flat_map(|found| &found.failures) {
        output::note(&format!("{}: {}", failure.item, failure.reason));
    }
    output::print(arguments.json, &document, || {
        let verdict = if document.valid { "valid" } else { "INVALID" };
        match verification {
            None => verdict.to_owned(),
            Some(found) => format!(
                "{verdict}: {} blobs of {} inputs",
                found.blobs, found.inputs
            ),
        }
    });
    Ok(Exit::verdict(document.valid))
}

fn verdict(valid: bool) -> Document {
    Document {
        valid,
        verification: None,
    }
}

fn verify_dir(dir: &Path, loaded: Loaded) -> Result<Document> {
    let options = loaded.pipeline_options();
    let found = DataProcessingPipeline::new(loaded.settings, options)
        .with_progress(Arc::new(Bars::default()))
        .with_cancellation(interrupt::token())
        .verify(dir)?;
    Ok(Document {
        valid: found.passed(),
        verification: Some(found),
    })
}
