//! `kzg verify`.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use kzg_advanced::{Bytes32, KzgCommitment};
use kzg_pipeline::formats;
use kzg_pipeline::manifest::{MANIFEST, kzg_to_versioned_hash};
use kzg_pipeline::{Verification, describe_shards, is_finished};
use serde::Serialize;

use crate::args::Verify;
use crate::backend::load;
use crate::errors::{STANDARD_STREAM, bad, name, usage};
use crate::exit::Exit;
use crate::output;
use crate::values::Values;
use crate::values::seen::Seen;

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
    /// The blobs of a file with commitments and proofs.
    #[serde(skip_serializing_if = "Option::is_none")]
    blobs: Option<Vec<VerifiedBlob>>,
}

/// A blob of a file with commitments and proofs.
#[derive(Serialize)]
struct VerifiedBlob {
    /// The position in the file.
    index: usize,
    /// The name by slot and index of the block, where the file has them.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<KzgCommitment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versioned_hash: Option<Bytes32>,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether something about the blob is malformed, and not only false.
    #[serde(skip)]
    is_malformed: bool,
}

pub(crate) fn run(arguments: &Verify) -> Result<Exit> {
    let proof = arguments
        .commitment
        .as_deref()
        .zip(arguments.proof.as_deref());
    let document = match (arguments.target.as_deref(), proof) {
        (Some(target), None) => {
            let path = Path::new(target);
            if target == STANDARD_STREAM || (path.exists() && !path.is_dir()) {
                verify_file(target, arguments)?
            } else if arguments.given.is_set() {
                return Err(usage(
                    "--input-format and --index are for a file of blobs, and a folder is verified \
                     as a whole",
                ));
            } else {
                verify_dir(path, arguments)?
            }
        }
        (Some(target), Some((commitment, proof))) => {
            let mut values = Values::new(arguments.given);
            let given = values.blob(target)?;
            let commitment = values.commitment(commitment)?;
            let proof = values.proof(proof)?;
            let settings = load(&arguments.computing)?.settings;
            let valid = settings
                .verify_blob_kzg_proof(&given.blob, &commitment, &proof)
                .map_err(|error| given.named(error))?;
            Document {
                file: Some(given.file),
                ..verdict(valid, &commitment)
            }
        }
        (None, proof) => {
            let required = "clap requires it where there is no target";
            let mut values = Values::new(arguments.given);
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
    for blob in document.blobs.iter().flatten() {
        if let Some(reason) = &blob.reason {
            let file = document.file.as_deref().unwrap_or_default();
            output::finding(&format!("{file}: {}: {reason}", blob.name));
        }
    }
    output::print(arguments.json, &document, || text(&document))?;
    let mut blobs = document.blobs.iter().flatten();
    if blobs.any(|blob| blob.is_malformed) {
        return Ok(Exit::BadInput);
    }
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

/// The reason why a blob beside others that were verified is not.
pub(crate) const NOTHING_TO_VERIFY: &str = "nothing to verify: fewer than 64 cells, no commitment";

/// Verifies the blobs of a file against the commitments and proofs that the file holds.
fn verify_file(target: &OsStr, arguments: &Verify) -> Result<Document> {
    let file = name(target);
    let content = Values::new(arguments.given).whole_content(target)?;
    let named = arguments.given.input_format.format();
    let format = named.or_else(|| formats::recognize(&content));
    let sidecars = match format.map(|format| format.read(&content)) {
        Some(Ok(sidecars)) if sidecars.has_claims() && sidecars.count() > 0 => sidecars,
        Some(Ok(sidecars)) if !sidecars.blobs.is_empty() || named.is_none() => {
            return Err(usage(&format!(
                "{file} holds no commitments and proofs; a blob is verified with --commitment and \
                 --proof"
            )));
        }
        Some(Ok(_)) => return Err(bad(file, "there is no blob in it")),
        Some(Err(error)) => return Err(bad(file, error)),
        None => {
            let seen = Seen::of(&content);
            if matches!(seen, Seen::Refused { .. }) {
                return Err(bad(file, seen.to_string()));
            }
            return Err(usage(&format!(
                "{file} is neither a folder nor a bundle with commitments and proofs, but {seen}; a \
                 blob is verified with --commitment and --proof"
            )));
        }
    };
    let chosen = arguments.given.chosen(&file, sidecars.count())?;
    let settings = load(&arguments.computing)?.settings;
    let verdicts = sidecars.verify(&*settings)?;
    let blobs: Vec<VerifiedBlob> = chosen
        .map(|index| {
            let commitment = sidecars.commitments.get(index).copied();
            let reason = match &verdicts[index] {
                Some(Ok(())) => None,
                Some(Err(fault)) => Some(fault.to_string()),
                None => Some(NOTHING_TO_VERIFY.to_owned()),
            };
            VerifiedBlob {
                index,
                name: sidecars.name(index),
                commitment,
                versioned_hash: commitment.as_ref().map(kzg_to_versioned_hash),
                valid: reason.is_none(),
                reason,
                is_malformed: matches!(&verdicts[index], Some(Err(fault)) if fault.is_malformed()),
            }
        })
        .collect();
    Ok(Document {
        valid: blobs.iter().all(|blob| blob.valid),
        file: Some(file),
        blobs: Some(blobs),
        ..Document::default()
    })
}

fn verify_dir(dir: &Path, arguments: &Verify) -> Result<Document> {
    let shown = dir.display().to_string();
    if !dir.join(MANIFEST).exists() {
        if let Some(reason) = describe_shards(dir) {
            return Err(bad(shown, reason));
        }
        let reason = if dir.is_dir() {
            format!("there is no {MANIFEST} in the folder")
        } else {
            "no such file or folder".to_owned()
        };
        let reason = format!(
            "{reason}; a folder that `kzg pipeline` wrote is expected, or a blob with --commitment \
             and --proof, or a file of a bundle"
        );
        return Err(bad(shown, reason));
    }
    let found = load(&arguments.computing)?.pipeline().verify(dir)?;
    if found.is_empty() {
        return Err(bad(shown, "there is no input: nothing to verify"));
    }
    Ok(Document {
        valid: found.passed(),
        file: Some(shown),
        finished: Some(is_finished(dir)?),
        verification: Some(found),
        ..Document::default()
    })
}

fn text(document: &Document) -> String {
    let verdict = if document.valid { "valid" } else { "INVALID" };
    if let Some(blobs) = &document.blobs {
        let wrong = blobs.iter().filter(|blob| !blob.valid).count();
        let count = output::counted(blobs.len() as u64, "blob");
        return match wrong {
            0 => format!("{verdict}: {count}"),
            wrong => format!("{verdict}: {wrong} of {count} are wrong"),
        };
    }
    let Some(found) = &document.verification else {
        return verdict.to_owned();
    };
    let blobs = output::counted(found.blobs, "blob");
    let inputs = output::counted(found.inputs, "input");
    if document.valid && found.blobs == 0 {
        return format!("{verdict}: no blob; {inputs}, with the hash of an empty file");
    }
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
        wrong_items(found)
    )
}

/// The names of the wrong items, at most five of them.
fn wrong_items(found: &Verification) -> String {
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
