//! The answers to `engine_getBlobs`, alone or with the parameters of the call beside them.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Bytes32, Cell, KzgCommitment, KzgProof};

use super::super::json::{Json, Value, push_hex, push_joined, push_list};
use super::super::sidecars::{BlobCells, Contents, ProofKind, check_count};
use super::super::{Fault, FormatError, JsonFormat, SidecarProofs, Sidecars};

/// The answer to `engine_getBlobsV1`: a list of `BlobAndProofV1` or null. A `commitment` beside each
/// blob is read too, as programs in JavaScript write their sidecars; so it is in the newer answers.
///
/// Source: src/engine/cancun.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct GetBlobsV1;

/// The answer to `engine_getBlobsV2` and `engine_getBlobsV3`: a list of `BlobAndProofV2` or null.
///
/// Source: src/engine/osaka.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct GetBlobsV2;

/// The answer to `engine_getBlobsV4`: a list of `BlobCellsAndProofsV1` or null.
///
/// The answer does not say which cells it holds. The parameters of the call do, if they are beside
/// the answer as `params`; without them, 128 entries for each blob are expected.
///
/// Source: src/engine/amsterdam.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct GetBlobsV4;

/// The list of an answer.
fn answer<'j, 'a>(json: &'j Json<'a>) -> Value<'j, 'a> {
    json.unwrapped("result")
}

/// Whether the first item of an answer has these keys and not another one.
fn has(json: &Json<'_>, keys: &[&str], not: &str) -> bool {
    let list = json.get("result").unwrap_or(json);
    list.first().is_some_and(|item| {
        keys.iter().all(|key| item.get(key).is_some()) && item.get(not).is_none()
    })
}

/// The versioned hashes of the call; an empty list without the parameters.
fn hashes(json: &Json<'_>, answers: usize) -> Result<Vec<Bytes32>, FormatError> {
    let document = Value::named(json, "");
    let Some(params) = document.find("params") else {
        return Ok(Vec::new());
    };
    let Some(hashes) = params.list()?.next() else {
        return Ok(Vec::new());
    };
    let hashes = hashes.of_len(answers, "versioned hashes")?;
    hashes.map(|hash| Ok(Bytes32(hash.bytes()?))).collect()
}

/// The commitment beside each blob, which the Engine API does not have and programs in JavaScript
/// write; an empty list if no blob has one.
fn commitments(items: &[Value<'_, '_>]) -> Result<Vec<KzgCommitment>, FormatError> {
    if !items.iter().any(|item| item.find("commitment").is_some()) {
        return Ok(Vec::new());
    }
    let each = items.iter();
    each.map(|item| Ok(KzgCommitment(item.need("commitment")?.bytes()?)))
        .collect()
}

/// The items of an answer that are not null, and the sidecars with their positions, hashes and
/// commitments.
fn present<'j, 'a>(json: &'j Json<'a>) -> Result<(Vec<Value<'j, 'a>>, Sidecars), FormatError> {
    let answer = answer(json);
    let hashes = hashes(json, answer.len())?;
    let mut sidecars = Sidecars::default();
    let mut items = Vec::new();
    let mut missing = false;
    for (position, item) in answer.list()?.enumerate() {
        if item.is_null() {
            missing = true;
            continue;
        }
        sidecars.indices.push(position as u64);
        sidecars.versioned_hashes.extend(hashes.get(position));
        items.push(item);
    }
    if !missing {
        sidecars.indices.clear();
    }
    sidecars.commitments = commitments(&items)?;
    Ok((items, sidecars))
}

/// Appends the items of an answer, with null at the positions that are missing.
fn push_answer<T>(
    sidecars: &Sidecars,
    items: impl IntoIterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) -> String {
    let mut text = String::from("[");
    let mut position = 0;
    push_joined(
        &mut text,
        items.into_iter().enumerate(),
        |text, (place, item)| {
            let index = sidecars.indices.get(place).copied().unwrap_or(position);
            // Indices that do not ascend, such as those of a block in another order, add no null.
            while position < index.min(MOST_ANSWERS) {
                text.push_str("null,");
                position += 1;
            }
            push(text, item);
            position += 1;
        },
    );
    text.push_str("]\n");
    text
}

/// The largest position in an answer that is written.
const MOST_ANSWERS: u64 = 4096;

impl JsonFormat for GetBlobsV1 {
    fn identity(&self) -> (&'static str, Contents) {
        (
            "get-blobs-v1",
            Contents {
                proofs: ProofKind::Blobs,
                ..Contents::BLOBS
            },
        )
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        has(json, &["blob", "proof"], "proofs")
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        let (items, mut sidecars) = present(json)?;
        let mut proofs = Vec::with_capacity(items.len());
        for item in &items {
            sidecars.blobs.push(item.need("blob")?.blob()?);
            proofs.push(KzgProof(item.need("proof")?.bytes()?));
        }
        sidecars.proofs = SidecarProofs::Blobs(proofs);
        Ok(sidecars)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let SidecarProofs::Blobs(proofs) = &sidecars.proofs else {
            return Err(FormatError::OtherProofs);
        };
        check_count("proofs", proofs.len(), sidecars.blobs.len())?;
        let pairs = sidecars.blobs.iter().zip(proofs);
        Ok(push_answer(sidecars, pairs, |text, (blob, proof)| {
            text.push('{');
            push_hex(text, "blob", blob.as_slice());
            text.push(',');
            push_hex(text, "proof", proof.as_slice());
            text.push('}');
        }))
    }
}

impl JsonFormat for GetBlobsV2 {
    fn identity(&self) -> (&'static str, Contents) {
        (
            "get-blobs-v2",
            Contents {
                proofs: ProofKind::Cells,
                ..Contents::BLOBS
            },
        )
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        has(json, &["blob", "proofs"], "proof")
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        let (items, mut sidecars) = present(json)?;
        let mut proofs = Vec::with_capacity(items.len() * CELLS_PER_EXT_BLOB);
        for item in &items {
            sidecars.blobs.push(item.need("blob")?.blob()?);
            for proof in item.need("proofs")?.of_len(CELLS_PER_EXT_BLOB, "proofs")? {
                proofs.push(KzgProof(proof.bytes()?));
            }
        }
        sidecars.proofs = SidecarProofs::Cells(proofs);
        Ok(sidecars)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let SidecarProofs::Cells(proofs) = &sidecars.proofs else {
            return Err(FormatError::OtherProofs);
        };
        let expected = CELLS_PER_EXT_BLOB * sidecars.blobs.len();
        check_count("proofs", proofs.len(), expected)?;
        let pairs = sidecars.blobs.iter().zip(proofs.chunks(CELLS_PER_EXT_BLOB));
        Ok(push_answer(sidecars, pairs, |text, (blob, proofs)| {
            text.push('{');
            push_hex(text, "blob", blob.as_slice());
            push_list(text, ",\"proofs\":[", proofs.iter().map(KzgProof::as_slice));
            text.push_str("]}");
        }))
    }
}

/// The indices of the cells that a call asked for, in ascending order: bit `i` of the big-endian
/// number stands for cell `i`. Without the parameters, all.
fn asked_for(json: &Json<'_>) -> Result<Vec<u64>, FormatError> {
    let document = Value::named(json, "");
    let bits = match document.find("params") {
        Some(params) => params.list()?.nth(1),
        None => None,
    };
    let bits = match bits {
        Some(bits) => u128::from_be_bytes(bits.bytes()?),
        None => u128::MAX,
    };
    Ok((0..128).filter(|index| bits >> index & 1 == 1).collect())
}

impl JsonFormat for GetBlobsV4 {
    fn identity(&self) -> (&'static str, Contents) {
        ("get-blobs-v4", Contents::cells(false))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        has(json, &["blob_cells", "proofs"], "blob")
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        let indices = asked_for(json)?;
        let (items, mut sidecars) = present(json)?;
        for item in &items {
            let mut blob = BlobCells::default();
            let cells = item.need("blob_cells")?.of_len(indices.len(), "cells")?;
            let proofs = item.need("proofs")?.of_len(indices.len(), "proofs")?;
            for ((cell, proof), &index) in cells.zip(proofs).zip(&indices) {
                match (cell.is_null(), proof.is_null()) {
                    (true, true) => continue,
                    (false, true) => return Err(proof.fault(Fault::Missing)),
                    (true, false) => return Err(cell.fault(Fault::Missing)),
                    (false, false) => {}
                }
                blob.indices.push(index);
                blob.cells.push(Cell(cell.bytes()?));
                blob.proofs.push(KzgProof(proof.bytes()?));
            }
            sidecars.cells.push(blob);
        }
        Ok(sidecars)
    }

    /// Writes 128 entries for each blob, null for cells that are not there.
    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        if sidecars.cells.len() != sidecars.count() {
            return Err(FormatError::Lacks("the cells of blobs"));
        }
        let blobs = sidecars.whole_cells()?;
        Ok(push_answer(sidecars, blobs, |text, blob| {
            for (opening, of_proofs) in [("{\"blob_cells\":[", false), ("],\"proofs\":[", true)] {
                text.push_str(opening);
                push_joined(text, 0..CELLS_PER_EXT_BLOB as u64, |text, index| {
                    let Ok(place) = blob.indices.binary_search(&index) else {
                        return text.push_str("null");
                    };
                    let bytes = match of_proofs {
                        true => blob.proofs[place].as_slice(),
                        false => blob.cells[place].as_slice(),
                    };
                    text.push('"');
                    text.push_str(&hex::encode_prefixed(bytes));
                    text.push('"');
                });
            }
            text.push_str("]}");
        }))
    }
}
