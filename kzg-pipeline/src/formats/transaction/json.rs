//! Sidecars in JSON, as wallets and libraries exchange them.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Bytes32, KzgCommitment, KzgProof};

use super::super::engine_api::{read_lists, to_json};
use super::super::json::{Json, Value, push_list};
use super::super::sidecars::{Contents, ProofKind, check_count};
use super::super::{FormatError, JsonFormat, Sidecars};

/// A sidecar of version 0, or a transaction with it: `blobs`, `commitments`, `proofs`, and
/// `blobVersionedHashes` where the transaction is there.
///
/// Without versioned hashes the document is a [`BundleV1`](crate::formats::BundleV1).
#[derive(Clone, Copy, Debug, Default)]
pub struct SidecarV0Json;

/// A sidecar of version 1, or a transaction with it: `blobs`, `commitments`, and 128 proofs for each
/// blob under `cellProofs`, or under `proofs` as in the arguments of Geth.
#[derive(Clone, Copy, Debug, Default)]
pub struct SidecarV1Json;

/// The object with the lists: the document, the response to a call, the transaction of either as
/// Geth returns it beside its bytes, or the sidecar of these.
fn sidecar<'j, 'a>(json: &'j Json<'a>) -> &'j Json<'a> {
    let inner = json.get("result").unwrap_or(json);
    let transaction = inner.get("tx").filter(|tx| tx.get("blobs").is_some());
    let inner = transaction.unwrap_or(inner);
    inner.get("sidecar").unwrap_or(inner)
}

/// The versioned hashes of the transaction, one for each blob; an empty list without a transaction.
fn hashes(json: &Json<'_>, blobs: usize) -> Result<Vec<Bytes32>, FormatError> {
    let inner = json.get("result").unwrap_or(json);
    let inner = Value::named(inner, "");
    let of_transaction = inner.find("tx").and_then(|tx| tx.find(HASHES));
    let Some(hashes) = of_transaction.or_else(|| inner.find(HASHES)) else {
        return Ok(Vec::new());
    };
    let hashes = hashes.each(Bytes32)?;
    check_count("versioned hashes", hashes.len(), blobs)?;
    Ok(hashes)
}

/// The key of the versioned hashes.
const HASHES: &str = "blobVersionedHashes";

/// The number of blobs, and the key and the number of the proofs.
fn shape(json: &Json<'_>) -> Option<(usize, &'static str, usize)> {
    let sidecar = sidecar(json);
    let len = |key| sidecar.get(key).and_then(Json::items).map(<[_]>::len);
    len("commitments")?;
    let blobs = len("blobs")?;
    match len("cellProofs") {
        Some(proofs) => Some((blobs, "cellProofs", proofs)),
        None => Some((blobs, "proofs", len("proofs")?)),
    }
}

fn read(json: &Json<'_>, proofs_each: usize) -> Result<Sidecars, FormatError> {
    let (_, key, _) = shape(json).ok_or(FormatError::NoPart(
        "lists blobs, commitments and proofs, which a sidecar has",
    ))?;
    let mut sidecars = read_lists(sidecar(json), key, proofs_each)?;
    sidecars.versioned_hashes = hashes(json, sidecars.blobs.len())?;
    Ok(sidecars)
}

impl JsonFormat for SidecarV0Json {
    fn identity(&self) -> (&'static str, Contents) {
        ("sidecar-v0-json", Contents::proved(ProofKind::Blobs))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        shape(json).is_some_and(|(blobs, key, proofs)| key == "proofs" && proofs == blobs)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        read(json, 1)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let proofs = sidecars.blob_proofs()?.iter();
        let blobs = sidecars.blobs.iter().map(|blob| &**blob);
        Ok(to_json(sidecars.commitments.iter(), proofs, blobs))
    }
}

impl JsonFormat for SidecarV1Json {
    fn identity(&self) -> (&'static str, Contents) {
        ("sidecar-v1-json", Contents::proved(ProofKind::Cells))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        shape(json).is_some_and(|(blobs, _, proofs)| proofs == blobs * CELLS_PER_EXT_BLOB)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        read(json, CELLS_PER_EXT_BLOB)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let proofs = sidecars.cell_proofs()?.iter().map(KzgProof::as_slice);
        let mut text = String::new();
        let blobs = sidecars.blobs.iter().map(|blob| blob.as_slice());
        push_list(&mut text, "{\"blobs\":[", blobs);
        let commitments = sidecars.commitments.iter().map(KzgCommitment::as_slice);
        push_list(&mut text, "],\"commitments\":[", commitments);
        push_list(&mut text, "],\"cellProofs\":[", proofs);
        text.push_str("]}\n");
        Ok(text)
    }
}
