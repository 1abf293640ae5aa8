//! The manifest: one JSON object a line, in the order of the inputs, whatever their size.
//!
//! A `header`, then for each input an `input` line, a `blob` line for each of its blobs and an
//! `input_end` line, and one `end` line. A line has one form only, the one that
//! [`Record::to_line`] writes, so a changed bit that leaves it readable is still noticed.

use kzg_traits::{Bytes32, KzgCommitment, KzgProof};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::options::{Artefact, Proofs};

mod reader;

pub use reader::{Line, ManifestError, ManifestFault, ManifestReader};

/// The manifest's name in an output folder.
pub const MANIFEST: &str = "manifest.jsonl";
/// The version of the manifest's form.
pub const FORMAT: u32 = 1;
/// The first byte of a versioned hash.
///
/// Source: `VERSIONED_HASH_VERSION_KZG` of EIP-4844.
pub const VERSIONED_HASH_VERSION_KZG: u8 = 0x01;

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// The first line.
    Header(Header),
    /// An input begins.
    Input(InputRecord),
    /// A blob of the input that has begun last.
    Blob(BlobRecord),
    /// The input ends.
    InputEnd(InputEndRecord),
    /// The last line; without it the job is not finished.
    End(EndRecord),
}

/// How the artefacts were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the manifest's form, [`FORMAT`].
    pub format: u32,
    /// The name of the backend that committed and proved.
    pub backend: String,
    /// The name of the codec.
    pub encoding: String,
    /// The proofs that were made.
    pub proofs: Proofs,
    /// The artefacts beside the manifest, in order, each once.
    pub emit: Vec<Artefact>,
}

/// The begin of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Its number, from 0.
    pub input: u64,
    /// Its path as it was given.
    pub path: String,
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRecord {
    /// The number of the input that it belongs to.
    pub input: u64,
    /// Its number among the blobs of all inputs, from 0.
    pub blob: u64,
    /// Its commitment.
    pub commitment: KzgCommitment,
    /// The commitment's hash that a blob transaction carries.
    pub versioned_hash: Bytes32,
    /// Its proof, where blob proofs were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<KzgProof>,
    /// The proofs of its 128 cells, where cell proofs were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_proofs: Option<Vec<KzgProof>>,
}

/// The end of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEndRecord {
    /// Its number.
    pub input: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Bytes32,
}

/// The totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndRecord {
    /// The number of inputs.
    pub inputs: u64,
    /// The number of blobs.
    pub blobs: u64,
    /// The length of all inputs in bytes.
    pub bytes: u64,
    /// The SHA-256 of all lines before this one.
    pub manifest_sha256: Bytes32,
}

impl Record {
    /// The line, with its line feed.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("strings and numbers only");
        line.push('\n');
        line
    }
}

/// The hash of a commitment that a blob transaction carries.
///
/// Source: `kzg_to_versioned_hash` of EIP-4844.
#[must_use]
pub fn kzg_to_versioned_hash(commitment: &KzgCommitment) -> Bytes32 {
    let mut hash: [u8; 32] = Sha256::digest(commitment.0).into();
    hash[0] = VERSIONED_HASH_VERSION_KZG;
    Bytes32(hash)
}
