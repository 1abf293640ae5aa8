//! Blob sidecars of Deneb and Electra: a blob with its commitment, its proof and its block.

use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use super::super::json::{Json, Value};
use super::super::{Contents, Format, FormatError, ProofKind, Sidecars};
use super::BlockHeader;
use super::documents::{
    BlobSidecar, Collected, is_blob_sidecar, push_blob_sidecars, read_blob_sidecars,
    read_one_sidecar, written,
};
use super::inclusion::BLOB_DEPTH;
use super::ssz::Reader;
use crate::formats::JsonFormat;

/// The answer of `/eth/v1/beacon/blob_sidecars`: `BlobSidecar` in JSON, which the Beacon API had
/// until Fulu. A list or one sidecar without the answer around it is accepted too.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlobSidecars;

/// The same in SSZ: 131928 bytes for each sidecar.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlobSidecarsSsz;

/// The length of a blob sidecar in SSZ.
const LENGTH: usize = 8
    + Blob::LENGTH
    + KzgCommitment::LENGTH
    + KzgProof::LENGTH
    + BlockHeader::SSZ_LENGTH
    + BLOB_DEPTH * Bytes32::LENGTH;

impl JsonFormat for BlobSidecars {
    fn identity(&self) -> (&'static str, Contents) {
        ("blob-sidecars", Contents::proved(ProofKind::Blobs))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        let list = json.get("data").unwrap_or(json);
        is_blob_sidecar(list) || list.first().is_some_and(is_blob_sidecar)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        if is_blob_sidecar(json) {
            return read_one_sidecar(&Value::named(json, ""));
        }
        read_blob_sidecars(&json.unwrapped("data"))
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let mut text = String::from("{\"data\":[");
        push_blob_sidecars(&mut text, sidecars)?;
        text.push_str("]}\n");
        Ok(text)
    }
}

impl Format for BlobSidecarsSsz {
    fn name(&self) -> &'static str {
        "blob-sidecars-ssz"
    }

    fn holds(&self) -> Contents {
        Contents::proved(ProofKind::Blobs)
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        let Some(first) = content.first_chunk::<LENGTH>() else {
            return false;
        };
        // Every sidecar begins with a small index.
        let has_small_index = |sidecar: &[u8]| sidecar[2..8] == [0; 6];
        if content.len().is_multiple_of(LENGTH) {
            return content.chunks(LENGTH).all(has_small_index);
        }
        // A file that is cut, or that has bytes after its end: compressed points have a flag.
        let points = &first[8 + Blob::LENGTH..];
        !content.len().is_multiple_of(Blob::LENGTH)
            && has_small_index(first)
            && [points[0], points[KzgCommitment::LENGTH]]
                .iter()
                .all(|byte| byte & 0x80 != 0)
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        let mut collected = Collected::default();
        for (position, part) in content.chunks(LENGTH).enumerate() {
            let mut reader = Reader::new(part, position * LENGTH);
            let index = reader.u64()?;
            let mut blob = Blob::zeroed_on_heap();
            blob.0.copy_from_slice(reader.take(Blob::LENGTH)?);
            let commitment = KzgCommitment(reader.array()?);
            let proof = KzgProof(reader.array()?);
            let header = BlockHeader::from_ssz(&mut reader)?;
            let mut branch = [Bytes32::default(); BLOB_DEPTH];
            for node in &mut branch {
                node.0 = reader.array()?;
            }
            let sidecar = BlobSidecar {
                index,
                blob,
                commitment,
                proof,
                header,
                branch,
            };
            collected.push(sidecar, || format!("sidecar {position}"))?;
        }
        Ok(collected.finish())
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        let mut out = Vec::with_capacity(LENGTH * sidecars.blobs.len());
        for sidecar in written(sidecars)? {
            out.extend(sidecar.index.to_le_bytes());
            out.extend(sidecar.blob.as_slice());
            out.extend(sidecar.commitment.0);
            out.extend(sidecar.proof.0);
            sidecar.header.push_ssz(&mut out);
            sidecar.branch.iter().for_each(|node| out.extend(node.0));
        }
        Ok(out)
    }
}
