//! The block of blobs: its signed header, and the proofs that it includes the commitments.

use kzg_traits::Bytes32;

use super::super::json::{Value, push_hex};
use super::super::{Fault, FormatError};
use super::inclusion::{BLOB_DEPTH, LIST_DEPTH, merkleize, uint_leaf};
use super::ssz::Reader;

/// The signed header of a beacon block.
///
/// Source: `SignedBeaconBlockHeader` of the consensus specifications, phase0/beacon-chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// The slot of the block.
    pub slot: u64,
    /// The index of the validator that proposed the block.
    pub proposer_index: u64,
    /// The root of the parent block.
    pub parent_root: Bytes32,
    /// The root of the state after the block.
    pub state_root: Bytes32,
    /// The root of the block's body, below which the commitments are.
    pub body_root: Bytes32,
    /// The proposer's signature, which is not verified here: that needs the state.
    pub signature: [u8; 96],
}

/// The block of blobs or of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The signed header.
    pub header: BlockHeader,
    /// The root that the document names for the block.
    pub root: Option<Bytes32>,
    /// The proofs that the body includes the commitments.
    pub inclusion: Inclusion,
}

/// Merkle branches from commitments to the root of a block's body, siblings from the leaf upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inclusion {
    /// A branch for each commitment, as blob sidecars have it.
    Each(Vec<[Bytes32; BLOB_DEPTH]>),
    /// One branch for the list of all commitments, as data column sidecars have it.
    List([Bytes32; LIST_DEPTH]),
}

impl BlockHeader {
    /// The length of the SSZ encoding.
    pub(super) const SSZ_LENGTH: usize = 208;

    /// The root of the block.
    ///
    /// Source: `hash_tree_root` of `BeaconBlockHeader`.
    #[must_use]
    pub fn root(&self) -> Bytes32 {
        let leaves = [
            uint_leaf(self.slot),
            uint_leaf(self.proposer_index),
            self.parent_root,
            self.state_root,
            self.body_root,
        ];
        merkleize(&leaves, 3)
    }

    /// Reads a `SignedBeaconBlockHeader`.
    pub(super) fn from_json(value: &Value<'_, '_>) -> Result<Self, FormatError> {
        let message = value.need("message")?;
        let root = |key: &str| Ok::<_, FormatError>(Bytes32(message.need(key)?.bytes()?));
        Ok(Self {
            slot: message.need("slot")?.number()?,
            proposer_index: message.need("proposer_index")?.number()?,
            parent_root: root("parent_root")?,
            state_root: root("state_root")?,
            body_root: root("body_root")?,
            signature: value.need("signature")?.bytes()?,
        })
    }

    pub(super) fn push_json(&self, text: &mut String) {
        text.push_str(&format!(
            "{{\"message\":{{\"slot\":\"{}\",\"proposer_index\":\"{}\",",
            self.slot, self.proposer_index
        ));
        push_hex(text, "parent_root", &self.parent_root.0);
        text.push(',');
        push_hex(text, "state_root", &self.state_root.0);
        text.push(',');
        push_hex(text, "body_root", &self.body_root.0);
        text.push_str("},");
        push_hex(text, "signature", &self.signature);
        text.push('}');
    }

    pub(super) fn from_ssz(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            slot: reader.u64()?,
            proposer_index: reader.u64()?,
            parent_root: Bytes32(reader.array()?),
            state_root: Bytes32(reader.array()?),
            body_root: Bytes32(reader.array()?),
            signature: reader.array()?,
        })
    }

    pub(super) fn push_ssz(&self, out: &mut Vec<u8>) {
        out.extend(self.slot.to_le_bytes());
        out.extend(self.proposer_index.to_le_bytes());
        for root in [&self.parent_root, &self.state_root, &self.body_root] {
            out.extend(root.0);
        }
        out.extend(self.signature);
    }
}

/// Checks that a header is that of the first sidecar.
pub(super) fn same_block(
    first: &mut Option<BlockHeader>,
    header: BlockHeader,
    path: impl FnOnce() -> String,
) -> Result<(), FormatError> {
    match first {
        None => *first = Some(header),
        Some(first) if *first == header => {}
        Some(_) => return Err(FormatError::at(path(), Fault::OtherBlock)),
    }
    Ok(())
}
