//! `kzg verify`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use kzg_advanced::{Bytes32, KzgAdvancedError, KzgCommitment};
use kzg_pipeline::manifest::{MANIFEST, ManifestReader, kzg_to_versioned_hash};
use kzg_pipeline::{DataProcessingPipeline, Verification};
use serde::Serialize;

use crate::args::Verify;
use crate::backend::{Loaded, load};
use crate::exit::Exit;
use crate::progress::Bars;
use crate::values::{Values, bad, usage};
use crate::{interrupt, output};

#[derive(Default, Serialize)]
struct Document {
    valid: bool,
    /// The folder or the file of the blob.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<KzgCommitment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versioned_hash: Option<Bytes32>,
    /// Whether the job of the folder was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<bool>,
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
                return Err(usage(&format!(
                    "{} is not a folder, and a blob is verified with --commitment and --proof",
                    dir.display()
                )));
            }
            verify_dir(dir, arguments)?
        }
        (Some(target), Some((commitment, proof))) => {
            let mut values = Values::default();
            let given = values.blob(target)?;
            let commitment = values.commitment(commitment)?;
            let proof = values.proof(proof)?;
            let settings = load(&arguments.computing)?.settings;
            let valid = settings
                .verify_blob_kzg_proof(&given.blob, &commitment, &proof)
                .map_err(|error| given.named(error))?;
            Document {
                file: Some(given.name),
                ..verdict(valid, &commitment)
            }
        }
        (None, proof) => {
            let required = "clap requires it where there is no target";
            let mut values = Values::default();
            let (commitment, proof) = proof.expect(required);
            let commitment = values.commitment(commitment)?;
            let z = values.point(arguments.z.as_deref().expect(required))?;
            let y = values.evaluation(arguments.y.as_deref().expect(required))?;
            let proof = values.proof(proof)?;
            let settings = load(&arguments.computing)?.settings;
            verdict(
                settings.verify_kzg_proof(&commitment, &z, &y, &proof)?,
                &commitment,
            )
        }
    };
    let verification = document.verification.as_ref();
    for failure in verification.iter().flat_map(|found| &found.failures) {
        output::finding(&format!("{}: {}", failure.item, failure.reason));
    }
    output::print(arguments.json, &document, || text(&document))?;
    Ok(Exit::verdict(document.valid))
}

fn verdict(valid: bool, commitment: &KzgCommitment) -> Document {
    Document {
        valid,
        commitment: Some(*commitment),
        versioned_hash: Some(kzg_to_versioned_hash(commitment)),
        ..Document::default()
    }
}

fn verify_dir(dir: &Path, arguments: &Verify) -> Result<Document> {
    let shown = dir.display().to_string();
    if !dir.join(MANIFEST).exists() {
        let reason = if dir.is_dir() {
            format!("there is no {MANIFEST} in the folder")
        } else {
            "no such file or folder".to_owned()
        };
        let reason = format!(
            "{reason}; a folder that `kzg pipeline` wrote is expected, or a blob with --commitment \
             and --proof"
        );
        return Err(bad(shown, reason));
    }
    let Loaded {
        settings,
        configuration,
    } = load(&arguments.computing)?;
    let options = crate::backend::pipeline_options(&configuration);
    let found = DataProcessingPipeline::new(settings, options)
        .with_progress(Arc::new(Bars::default()))
        .with_cancellation(interrupt::token())
        .verify(dir)?;
    if found.inputs == 0 && found.failed == 0 {
        return Err(bad(shown, "there is no input: nothing to verify"));
    }
    Ok(Document {
        valid: found.passed(),
        file: Some(shown),
        finished: Some(is_finished(dir).map_err(KzgAdvancedError::reading(dir))?),
        verification: Some(found),
        ..Document::default()
    })
}

/// Whether the manifest of a folder is whole up to a last line. A damaged manifest counts as
/// finished: what is wrong with it is among the failures.
fn is_finished(dir: &Path) -> io::Result<bool> {
    let mut manifest = ManifestReader::open(dir)?;
    loop {
        match manifest.next_line() {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(manifest.is_complete()),
            Err(_) => return Ok(true),
        }
    }
}

fn text(document: &Document) -> String {
    let verdict = if document.valid { "valid" } else { "INVALID" };
    let Some(found) = &document.verification else {
        return verdict.to_owned();
    };
    let blobs = output::counted(found.blobs, "blob");
    let inputs = output::counted(found.inputs, "input");
    if document.valid {
        return format!("{verdict}: {blobs} of {inputs}");
    }
    if document.finished == Some(false) {
        return format!(
            "UNFINISHED: {} of {blobs} so far are right; complete the job by the command that \
             began it, with --resume",
            found.right_blobs
        );
    }
    format!(
        "{verdict}: {} of {blobs} are wrong, of {inputs}: {}",
        found.blobs - found.right_blobs,
        named(found)
    )
}

/// The names of the wrong items, at most five of them.
fn named(found: &Verification) -> String {
    const NAMED: usize = 5;

    let mut items: Vec<&str> = found.failures.iter().map(|one| &*one.item).collect();
    items.dedup();
    let more = found.failed.saturating_sub(NAMED as u64);
    items.truncate(NAMED);
    let mut text = items.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
