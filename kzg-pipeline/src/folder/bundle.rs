//! The bundles of an output folder, in the form of the Engine API.

use std::io;
use std::path::Path;

use kzg_advanced::files;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, KzgCommitment, KzgProof, MemoryPool};
use serde::Deserialize;

use crate::formats::engine_api;
use crate::manifest::BlobRecord;
use crate::options::Proofs;

/// The maximum number of blobs in a bundle.
pub const BLOBS_PER_BUNDLE: usize = 6;

/// The JSON text of a bundle, with a line feed at the end: `BlobsBundleV2` if the records have cell
/// proofs, 128 for each blob in the order of the blobs, and `BlobsBundleV1` otherwise.
///
/// Source: `BlobsBundleV1` and `BlobsBundleV2` of the Engine API, src/engine/cancun.md and
/// src/engine/osaka.md.
pub(crate) fn to_json<'a>(
    records: &[BlobRecord],
    blobs: impl IntoIterator<Item = &'a Blob>,
) -> String {
    let commitments = records.iter().map(|record| &record.commitment);
    let proofs = records.iter().flat_map(proofs);
    engine_api::to_json(commitments, proofs, blobs.into_iter())
}

/// The proofs of a blob that a bundle holds.
pub(crate) fn proofs(record: &BlobRecord) -> &[KzgProof] {
    record
        .cell_proofs
        .as_deref()
        .unwrap_or(record.proof.as_slice())
}

/// The length in bytes of the text of a bundle with this number of blobs and of proofs for each
/// blob.
pub(crate) fn json_len(blobs: usize, proofs_each: usize) -> usize {
    let hex = |bytes: usize| "\"0x\"".len() + 2 * bytes;
    let items =
        hex(KzgCommitment::LENGTH) + proofs_each * hex(KzgProof::LENGTH) + hex(Blob::LENGTH);
    let commas = |items: usize| items.saturating_sub(1);
    let commas = 2 * commas(blobs) + commas(blobs * proofs_each);
    "{\"commitments\":[],\"proofs\":[],\"blobs\":[]}\n".len() + blobs * items + commas
}

/// The reason why the blobs of a stored bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BundleFault {
    #[error("{0} bytes, which is the length of no bundle")]
    Length(u64),
    #[error("{actual} blobs, expected {expected}")]
    Count { actual: usize, expected: usize },
    #[error("blob {index} of the bundle: {reason}")]
    Hex {
        index: usize,
        reason: hex::FromHexError,
    },
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads the blobs of a bundle that was stored with `proofs` into buffers of the pool. A file whose
/// length no bundle has is refused without being read.
pub(crate) fn read_blobs(
    path: &Path,
    proofs: Proofs,
    pool: &MemoryPool<Box<Blob>>,
) -> Result<Vec<Pooled<Box<Blob>>>, BundleFault> {
    #[derive(Deserialize)]
    struct Bundle<'a> {
        #[serde(borrow)]
        blobs: Vec<&'a str>,
    }

    let proofs_each = if proofs.of_cells() {
        CELLS_PER_EXT_BLOB
    } else {
        1
    };
    let length = files::open_regular(path)?.metadata()?.len();
    let expected = (1..=BLOBS_PER_BUNDLE)
        .find(|&count| json_len(count, proofs_each) as u64 == length)
        .ok_or(BundleFault::Length(length))?;
    let text = files::read_bounded(path, length)?;
    let bundle: Bundle<'_> = serde_json::from_slice(&text)?;
    let actual = bundle.blobs.len();
    if actual != expected {
        return Err(BundleFault::Count { actual, expected });
    }
    let decoded = bundle.blobs.into_iter().enumerate().map(|(index, text)| {
        let mut blob = pool.get();
        let digits = text.strip_prefix("0x").unwrap_or(text);
        hex::decode_to_slice(digits, &mut blob.0)
            .map_err(|reason| BundleFault::Hex { index, reason })?;
        Ok(blob)
    });
    decoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::Bytes32;
    use std::fs;

    #[test]
    fn the_form_is_that_of_the_engine_api() {
        let record = |blob: u64| BlobRecord {
            input: 0,
            blob,
            commitment: KzgCommitment([blob as u8; 48]),
            versioned_hash: Bytes32::default(),
            proof: Some(KzgProof([0xc0; 48])),
            cell_proofs: None,
        };
        let mut blobs = [Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[5] = 0xef;
        let pool = MemoryPool::new(2, Blob::zeroed_on_heap);
        for count in 1..=2 {
            let records: Vec<_> = (0..count as u64).map(record).collect();
            let text = to_json(&records, blobs[..count].iter().map(|blob| &**blob));
            assert_eq!(text.len(), json_len(count, 1));
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            for key in ["commitments", "proofs", "blobs"] {
                assert_eq!(json[key].as_array().unwrap().len(), count);
            }
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("bundle.json");
            fs::write(&path, &text).unwrap();
            for _ in 0..2 {
                let read = read_blobs(&path, Proofs::Blob, &pool).unwrap();
                assert!(read.iter().map(|blob| &**blob).eq(&blobs[..count]));
            }
            assert!(read_blobs(&path, Proofs::Cells, &pool).is_err());
            fs::write(&path, &text[..text.len() - 1]).unwrap();
            assert!(read_blobs(&path, Proofs::Blob, &pool).is_err());
            fs::write(&path, text.replacen("00", "0g", 1)).unwrap();
            assert!(read_blobs(&path, Proofs::Blob, &pool).is_ok(), "no blob's");
            fs::write(&path, text.replace("00\"]", "0g\"]")).unwrap();
            assert!(read_blobs(&path, Proofs::Blob, &pool).is_err());
        }
        assert_eq!(pool.statistics().misses, 2, "buffers are used again");
        let with_cells = BlobRecord {
            cell_proofs: Some((0..128).map(|k| KzgProof([k; 48])).collect()),
            ..record(0)
        };
        let text = to_json(
            &[with_cells.clone(), with_cells],
            blobs.iter().map(|blob| &**blob),
        );
        assert_eq!(text.len(), json_len(2, 128));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["blobs"].as_array().unwrap().len(), 2);
        assert_eq!(json["proofs"].as_array().unwrap().len(), 256);
        assert_eq!(json["proofs"][129], KzgProof([1; 48]).to_string());
        assert_eq!(
            to_json(&[], []),
            "{\"commitments\":[],\"proofs\":[],\"blobs\":[]}\n"
        );
    }
}
