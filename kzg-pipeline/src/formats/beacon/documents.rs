//! Blob sidecars in JSON, as the Beacon API and blob-archiver write them.

use kzg_traits::{Bytes32, KzgCommitment, KzgProof};

use super::super::json::{Json, Value, push_hex, push_joined, push_list};
use super::super::sidecars::check_count;
use super::super::{Fault, FormatError, SidecarProofs, Sidecars};
use super::block::same_block;
use super::inclusion::MOST_COMMITMENTS;
use super::{Block, Inclusion};

/// Whether a value is a blob sidecar.
pub(super) fn is_blob_sidecar(json: &Json<'_>) -> bool {
    ["blob", "kzg_commitment", "kzg_proof"]
        .iter()
        .all(|key| json.get(key).is_some())
}

/// Collects the parts of blob sidecars, which must be of one block.
#[derive(Debug, Default)]
pub(super) struct Collected {
    sidecars: Sidecars,
    proofs: Vec<KzgProof>,
    branches: Vec<[Bytes32; super::inclusion::BLOB_DEPTH]>,
    header: Option<super::BlockHeader>,
}

/// One blob sidecar.
pub(super) struct BlobSidecar {
    pub(super) index: u64,
    pub(super) blob: Box<kzg_traits::Blob>,
    pub(super) commitment: KzgCommitment,
    pub(super) proof: KzgProof,
    pub(super) header: super::BlockHeader,
    pub(super) branch: [Bytes32; super::inclusion::BLOB_DEPTH],
}

impl Collected {
    pub(super) fn push(
        &mut self,
        sidecar: BlobSidecar,
        path: impl Fn() -> String,
    ) -> Result<(), FormatError> {
        let index = sidecar.index;
        let most = MOST_COMMITMENTS as u64 - 1;
        if index > most {
            let value = index;
            return Err(FormatError::at(path(), Fault::Range { value, most }));
        }
        if self.sidecars.indices.contains(&index) {
            return Err(FormatError::at(path(), Fault::Repeated { index }));
        }
        same_block(&mut self.header, sidecar.header, path)?;
        self.sidecars.indices.push(index);
        self.sidecars.blobs.push(sidecar.blob);
        self.sidecars.commitments.push(sidecar.commitment);
        self.proofs.push(sidecar.proof);
        self.branches.push(sidecar.branch);
        Ok(())
    }

    pub(super) fn finish(mut self) -> Sidecars {
        if let Some(header) = self.header {
            self.sidecars.block = Some(Box::new(Block {
                header,
                root: None,
                inclusion: Inclusion::Each(self.branches),
            }));
        }
        // The usual order needs no list.
        if (0..).zip(&self.sidecars.indices).all(|(a, b)| a == *b) {
            self.sidecars.indices.clear();
        }
        self.sidecars.proofs = SidecarProofs::Blobs(self.proofs);
        self.sidecars
    }
}

/// Reads a list of blob sidecars.
pub(in crate::formats) fn read_blob_sidecars(
    list: &Value<'_, '_>,
) -> Result<Sidecars, FormatError> {
    let mut collected = Collected::default();
    for value in list.list()? {
        collected.read(&value)?;
    }
    Ok(collected.finish())
}

/// Reads a blob sidecar alone.
pub(super) fn read_one_sidecar(value: &Value<'_, '_>) -> Result<Sidecars, FormatError> {
    let mut collected = Collected::default();
    collected.read(value)?;
    Ok(collected.finish())
}

impl Collected {
    fn read(&mut self, value: &Value<'_, '_>) -> Result<(), FormatError> {
        let branch = value.need("kzg_commitment_inclusion_proof")?;
        let mut siblings = [Bytes32::default(); super::inclusion::BLOB_DEPTH];
        let nodes = branch.of_len(siblings.len(), "hashes")?;
        for (sibling, node) in siblings.iter_mut().zip(nodes) {
            node.decode(&mut sibling.0)?;
        }
        let index = value.need("index")?;
        let sidecar = BlobSidecar {
            index: index.number()?,
            blob: value.need("blob")?.blob()?,
            commitment: KzgCommitment(value.need("kzg_commitment")?.bytes()?),
            proof: KzgProof(value.need("kzg_proof")?.bytes()?),
            header: super::BlockHeader::from_json(&value.need("signed_block_header")?)?,
            branch: siblings,
        };
        self.push(sidecar, || value.path().to_owned())
    }
}

/// The parts of blob sidecars that are written.
pub(super) fn written(sidecars: &Sidecars) -> Result<Vec<BlobSidecarRef<'_>>, FormatError> {
    sidecars.need_blobs()?;
    let proofs = sidecars.blob_proofs()?;
    let block = match &sidecars.block {
        Some(block) => block,
        None if sidecars.blobs.is_empty() => return Ok(Vec::new()),
        None => return Err(FormatError::Lacks("the header of a block")),
    };
    let branches = block.branches(&sidecars.commitments);
    check_count("inclusion proofs", branches.len(), proofs.len())?;
    let each = sidecars.blobs.iter().zip(&sidecars.commitments);
    let each = each.zip(proofs).zip(branches).enumerate();
    Ok(each
        .map(
            |(position, (((blob, commitment), proof), branch))| BlobSidecarRef {
                index: sidecars
                    .indices
                    .get(position)
                    .copied()
                    .unwrap_or(position as u64),
                blob,
                commitment,
                proof,
                header: &block.header,
                branch,
            },
        )
        .collect())
}

/// One blob sidecar that is written.
pub(super) struct BlobSidecarRef<'s> {
    pub(super) index: u64,
    pub(super) blob: &'s kzg_traits::Blob,
    pub(super) commitment: &'s KzgCommitment,
    pub(super) proof: &'s KzgProof,
    pub(super) header: &'s super::BlockHeader,
    pub(super) branch: [Bytes32; super::inclusion::BLOB_DEPTH],
}

/// Appends the items of a list of blob sidecars.
pub(in crate::formats) fn push_blob_sidecars(
    text: &mut String,
    sidecars: &Sidecars,
) -> Result<(), FormatError> {
    push_joined(text, written(sidecars)?, |text, sidecar| {
        text.push_str(&format!("{{\"index\":\"{}\",", sidecar.index));
        push_hex(text, "blob", sidecar.blob.as_slice());
        text.push(',');
        push_hex(text, "kzg_commitment", sidecar.commitment.as_slice());
        text.push(',');
        push_hex(text, "kzg_proof", sidecar.proof.as_slice());
        text.push_str(",\"signed_block_header\":");
        sidecar.header.push_json(text);
        let branch = sidecar.branch.iter().map(|node| &node.0[..]);
        push_list(text, ",\"kzg_commitment_inclusion_proof\":[", branch);
        text.push_str("]}");
    });
    Ok(())
}
