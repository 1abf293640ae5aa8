//! The choices of a job: proofs, artefacts, memory.

use core::fmt;
use core::str::FromStr;

use kzg_traits::Precompute;
use serde::{Deserialize, Serialize};

use crate::Shard;
use kzg_advanced::codec::{BlobCodec, EigenDa, OpStack, RawBlobs, SimpleCoder};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// The default minimum of blobs in a chunk, 1.5 MiB: enough to benefit from batch verification, and
/// so few that the stages overlap in small jobs too.
const DEFAULT_CHUNK_BLOBS: usize = 12;

/// The proofs that a job makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Proofs {
    /// A proof for each blob (EIP-4844).
    #[default]
    Blob,
    /// A proof for each of the 128 cells of a blob's extension (EIP-7594).
    Cells,
    /// A proof for each blob and for each of its cells.
    Both,
    /// Commitments without proofs.
    None,
}

impl Proofs {
    /// Whether each blob has a proof.
    #[must_use]
    pub fn of_blobs(self) -> bool {
        matches!(self, Self::Blob | Self::Both)
    }

    /// Whether each cell has a proof.
    #[must_use]
    pub fn of_cells(self) -> bool {
        matches!(self, Self::Cells | Self::Both)
    }
}

/// The encoding of inputs into blobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Encoding {
    /// Bytes of any length are encoded, see [`SimpleCoder`].
    #[default]
    Simple,
    /// The content is blobs already, see [`Input::holding_blobs`](crate::Input::holding_blobs).
    Raw,
    /// Bytes of any length are encoded as the OP stack does, see [`OpStack`].
    #[serde(rename = "op-stack")]
    OpStack,
    /// Bytes of any length are encoded as the payloads of EigenDA, see [`EigenDa`].
    EigenDa,
}

impl Encoding {
    pub(crate) const ALL: [Self; 4] = [Self::Simple, Self::Raw, Self::OpStack, Self::EigenDa];

    /// The codec, whose name the manifest records.
    #[must_use]
    pub fn codec(self) -> &'static dyn BlobCodec {
        match self {
            Self::Simple => &SimpleCoder,
            Self::Raw => &RawBlobs,
            Self::OpStack => &OpStack,
            Self::EigenDa => &EigenDa,
        }
    }
}

/// A kind of file that is written beside the manifest.
///
/// The order is that of a manifest's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Artefact {
    /// Each blob as a file of its 131072 bytes.
    Blobs,
    /// The 128 cells of each blob's extension as a file of 2048 bytes each.
    Cells,
    /// Files of at most six blobs in the Engine API's form: `BlobsBundleV2` where there are cell
    /// proofs, `BlobsBundleV1` otherwise.
    Bundles,
}

impl Artefact {
    /// Every kind of artefact.
    pub(crate) const ALL: [Self; 3] = [Self::Blobs, Self::Cells, Self::Bundles];
}

/// A name that is not the name of a choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {name:?}; known: {}", known.join(", "))]
#[non_exhaustive]
pub struct UnknownName {
    /// The kind of choice, such as `artefact`.
    pub what: &'static str,
    /// The name that was given.
    pub name: String,
    /// The names that are known.
    pub known: &'static [&'static str],
}

/// An invalid list of artefacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// No artefact is listed.
    #[error("nothing to emit: at least one of blobs, cells, bundles")]
    Nothing,
    /// The artefacts are not in the order of [`Artefact`], or one is listed twice.
    #[error("the artefacts are not listed in order, each once")]
    Order,
    /// Bundles hold proofs, but the job makes none.
    #[error("bundles need proofs, and none are made")]
    BundlesWithoutProofs,
}

macro_rules! names {
    ($type:ident, $what:literal, $($variant:ident => $name:literal),+) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $name),+ })
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(UnknownName {
                        what: $what,
                        name: text.to_owned(),
                        known: &[$($name),+],
                    }),
                }
            }
        }
    };
}
names!(Proofs, "kind of proofs", Blob => "blob", Cells => "cells", Both => "both", None => "none");
names!(Artefact, "artefact", Blobs => "blobs", Cells => "cells", Bundles => "bundles");

/// The choices of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PipelineOptions {
    /// The proofs to make.
    pub proofs: Proofs,
    /// The encoding of inputs into blobs.
    pub encoding: Encoding,
    /// The artefacts to write, at least one.
    pub emit: Vec<Artefact>,
    /// The number of blobs that each stage works on at once. The plan rounds this number up to full
    /// bundles and lowers it to keep a memory limit, and to a million. Results do not depend on this
    /// number.
    pub chunk_blobs: usize,
    /// The number of threads of the backends, for the memory plan.
    pub threads: usize,
    /// The preferred tables of the backend that proves, for the memory plan.
    #[serde(with = "precompute_text")]
    pub precompute: Precompute,
    /// The maximum memory, in bytes, of a process that runs only this job.
    pub memory_limit: Option<u64>,
    /// Whether to complete the work of an earlier run.
    pub resume: bool,
    /// The part of the job to do; `None` for the whole job. A shard is written to a folder of its own
    /// in the output folder, and completes what an earlier run has begun there.
    pub shard: Option<Shard>,
    /// Whether to leave out and report an input that cannot be opened, instead of stopping.
    pub keep_going: bool,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            proofs: Proofs::default(),
            encoding: Encoding::default(),
            emit: vec![Artefact::Blobs],
            chunk_blobs: DEFAULT_CHUNK_BLOBS,
            threads: 1,
            precompute: Precompute::default(),
            memory_limit: None,
            resume: false,
            shard: None,
            keep_going: false,
        }
    }
}

impl PipelineOptions {
    /// The same options with other proofs.
    #[must_use]
    pub fn with_proofs(mut self, proofs: Proofs) -> Self {
        self.proofs = proofs;
        self
    }

    /// The same options with another encoding.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The same options with other artefacts, in any order.
    #[must_use]
    pub fn with_emit(mut self, emit: impl IntoIterator<Item = Artefact>) -> Self {
        self.emit = emit.into_iter().collect();
        self.emit.sort_unstable();
        self.emit.dedup();
        self
    }

    /// The same options for this number of threads, with enough blobs in a chunk for all threads.
    #[must_use]
    pub fn for_threads(mut self, threads: usize) -> Self {
        self.chunk_blobs = DEFAULT_CHUNK_BLOBS.max(threads.saturating_mul(4));
        self.threads = threads;
        self
    }

    /// The same options for a backend with other tables.
    #[must_use]
    pub fn with_precompute(mut self, precompute: Precompute) -> Self {
        self.precompute = precompute;
        self
    }

    /// The same options with a memory limit in bytes, or without a limit. To keep the limit,
    /// chunks, queues and the [planned](Self::plan) tables become smaller.
    #[must_use]
    pub fn with_memory_limit(mut self, limit: Option<u64>) -> Self {
        self.memory_limit = limit;
        self
    }

    /// The same options with `keep_going`: whether to leave out inputs that cannot be opened.
    #[must_use]
    pub fn with_keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// The same options with `resume`: whether to complete the work of an earlier run.
    #[must_use]
    pub fn with_resume(mut self, resume: bool) -> Self {
        self.resume = resume;
        self
    }

    /// The same options with a part of the job to do.
    #[must_use]
    pub fn with_shard(mut self, shard: Option<Shard>) -> Self {
        self.shard = shard;
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        check_emit(self.proofs, &self.emit)
            .map_err(|error| KzgAdvancedError::configuration(error.to_string()))?;
        if self.shard.is_some() && self.emit.contains(&Artefact::Bundles) {
            return Err(KzgAdvancedError::configuration(
                "a shard has no bundles, because a bundle may hold blobs of several shards",
            ));
        }
        if self.shard.is_some() && self.keep_going {
            return Err(KzgAdvancedError::configuration(
                "a shard leaves no input out, because the others count its blobs by its length",
            ));
        }
        Ok(())
    }
}

/// [`Precompute`] as its name or its number of bytes.
mod precompute_text {
    use kzg_traits::Precompute;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(
        precompute: &Precompute,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(precompute)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Precompute, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Checks that the artefacts are listed in order and can be made with these proofs.
pub(crate) fn check_emit(proofs: Proofs, emit: &[Artefact]) -> Result<(), EmitError> {
    if emit.is_empty() {
        return Err(EmitError::Nothing);
    }
    if !emit.is_sorted_by(|a, b| a < b) {
        return Err(EmitError::Order);
    }
    if emit.contains(&Artefact::Bundles) && proofs == Proofs::None {
        return Err(EmitError::BundlesWithoutProofs);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for proofs in [Proofs::Blob, Proofs::Cells, Proofs::Both, Proofs::None] {
            assert_eq!(proofs.to_string().parse(), Ok(proofs));
            assert_eq!(
                serde_json::to_string(&proofs).unwrap(),
                format!("\"{proofs}\"")
            );
        }
        for artefact in Artefact::ALL {
            assert_eq!(artefact.to_string().parse(), Ok(artefact));
        }
        assert!(
            "cell"
                .parse::<Proofs>()
                .unwrap_err()
                .to_string()
                .ends_with("known: blob, cells, both, none")
        );
    }

    #[test]
    fn options_round_trip_through_serde() {
        let options = PipelineOptions::default()
            .with_proofs(Proofs::Both)
            .with_precompute(Precompute::within(5_000_000))
            .with_memory_limit(Some(1 << 30));
        let text = serde_json::to_string(&options).unwrap();
        assert!(text.contains("\"proofs\":\"both\""), "{text}");
        assert_eq!(
            serde_json::from_str::<PipelineOptions>(&text).unwrap(),
            options
        );
        let partial: PipelineOptions = serde_json::from_str("{\"resume\":true}").unwrap();
        assert_eq!(partial, PipelineOptions::default().with_resume(true));
        assert!(serde_json::from_str::<PipelineOptions>("{\"resum\":true}").is_err());
    }

    #[test]
    fn contradictions_are_refused() {
        let options = PipelineOptions::default().with_emit([
            Artefact::Bundles,
            Artefact::Blobs,
            Artefact::Bundles,
        ]);
        assert_eq!(options.emit, [Artefact::Blobs, Artefact::Bundles]);
        assert!(options.check().is_ok());
        assert!(options.clone().with_proofs(Proofs::None).check().is_err());
        assert!(options.with_emit([]).check().is_err());
    }
}
