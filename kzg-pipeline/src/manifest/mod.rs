//! The manifest: one JSON object per line, in the order of the inputs.
//!
//! A manifest has a `header` line, then for each input an `input` line, a `blob` line for each blob
//! and an `input_end` line, and at last one `end` line. Each line ends with a `crc` member, the
//! checksum of the rest of the line. Damage to a line is therefore detected at that line and
//! affects only the items that the line describes. A line has one form only, the form that
//! [`Record::to_line`] writes.

use std::path::Path;

pub use kzg_traits::execution::{VERSIONED_HASH_VERSION_KZG, kzg_to_versioned_hash};
use kzg_traits::{Bytes32, KzgCommitment, KzgProof};
use serde::{Deserialize, Serialize};

use crate::Shard;
use crate::options::{Artefact, Proofs};

mod fault;
mod line;
mod order;
mod reader;
mod setup;
#[cfg(test)]
mod tests;

pub use fault::ManifestFault;
pub use order::OrderFault;
pub(crate) use reader::is_cut_short;
pub use reader::{Line, ManifestError, ManifestReader, Subject};
pub use setup::SetupId;

/// The manifest's name in an output folder.
pub const MANIFEST: &str = "manifest.jsonl";
/// The version of the manifest's format.
pub const FORMAT: u32 = 2;

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// The first line.
    Header(Header),
    /// The beginning of an input.
    Input(InputRecord),
    /// A blob of the current input.
    Blob(BlobRecord),
    /// The end of the current input.
    InputEnd(InputEndRecord),
    /// The last line. A manifest without this line belongs to an unfinished job.
    End(EndRecord),
}

/// The options of the job that made the artefacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the manifest's format, [`FORMAT`].
    pub format: u32,
    /// The name of the backend that committed and proved.
    pub backend: String,
    /// The name of the codec.
    pub encoding: String,
    /// The proofs that were made.
    pub proofs: Proofs,
    /// The artefacts beside the manifest, in order and without repetition.
    pub emit: Vec<Artefact>,
    /// The trusted setup; a line without it is of a job with the setup of mainnet, or of one that ran on
    /// settings whose setup was not named.
    #[serde(default, skip_serializing_if = "SetupId::is_mainnet")]
    pub trusted_setup: SetupId,
    /// The part of the job that the manifest is about; `None` for a whole job. A shard's manifest
    /// leaves out the numbers of the inputs and blobs of other shards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

impl Header {
    /// The header of the manifest in an output folder; `None` if no header can be read.
    #[must_use]
    pub fn of(dir: &Path) -> Option<Self> {
        let first = ManifestReader::open(dir).ok()?.next_line().ok()??;
        match first.record {
            Record::Header(header) => Some(header),
            _ => None,
        }
    }

    /// The names of the members in which two headers differ.
    pub(crate) fn differences(&self, other: &Self) -> String {
        let members = [
            ("format", self.format == other.format),
            ("backend", self.backend == other.backend),
            ("encoding", self.encoding == other.encoding),
            ("proofs", self.proofs == other.proofs),
            ("emit", self.emit == other.emit),
            ("trusted_setup", self.trusted_setup == other.trusted_setup),
            ("shard", self.shard == other.shard),
        ];
        let differing = members.into_iter().filter(|(_, are_equal)| !are_equal);
        let names: Vec<&str> = differing.map(|(name, _)| name).collect();
        names.join(", ")
    }
}

/// The beginning of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// The number of the input, from 0.
    pub input: u64,
    /// The given path, with U+FFFD in place of bytes that are not Unicode.
    pub path: String,
    /// The bytes of the path as lower-case hexadecimal digits; `None` if the path is Unicode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
    /// The way in which the input was given.
    #[serde(default)]
    pub given: Given,
    /// The permission bits of the file as four octal digits; `None` on systems without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// The way in which an input was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Given {
    /// As a single file.
    #[default]
    File,
    /// As a file in a folder that was given.
    InFolder,
    /// As a stream of bytes, such as standard input.
    Stream,
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRecord {
    /// The number of the input that the blob belongs to.
    pub input: u64,
    /// The number of the blob among the blobs of all inputs, from 0.
    pub blob: u64,
    /// The commitment to the blob.
    pub commitment: KzgCommitment,
    /// The versioned hash of the commitment, as in a blob transaction.
    pub versioned_hash: Bytes32,
    /// The blob's proof; `None` if no blob proofs were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<KzgProof>,
    /// The proofs of the blob's 128 cells; `None` if no cell proofs were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_proofs: Option<Vec<KzgProof>>,
}

/// The end of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEndRecord {
    /// The number of the input.
    pub input: u64,
    /// The length of the input in bytes.
    pub bytes: u64,
    /// The SHA-256 of the input's bytes.
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
    /// The number of entries of folders that were not kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_kept: u64,
    /// The first hundred entries of folders that were not kept, such as empty folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_kept_items: Vec<NotKept>,
    /// The SHA-256 of all lines before this one.
    pub manifest_sha256: Bytes32,
}

/// An entry of a folder that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotKept {
    /// The path of the entry.
    pub path: String,
    /// The reason, such as `a symbolic link`.
    pub reason: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Record {
    /// The line with the `crc` member and the line feed.
    #[must_use]
    pub fn to_line(&self) -> String {
        line::seal(serde_json::to_string(self).expect("strings and numbers only"))
    }
}
