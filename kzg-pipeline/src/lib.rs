//! From files of any size to a folder of verified blobs, and back.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
//! use kzg_pipeline::{DataProcessingPipeline, Input, PipelineOptions};
//!
//! let kzg = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
//! let pipeline = DataProcessingPipeline::new(kzg, PipelineOptions::default());
//! let report = pipeline.run(vec![Input::file("data.bin")], Path::new("out"))?;
//! println!("{}", report.to_json());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules, from the bottom up:
//!
//! | module | holds |
//! |---|---|
//! | `shard` | one of the parts of a job, and the inputs that it has |
//! | `options`, `progress` | the choices of a job; its progress reports |
//! | `formats` | blobs, cells and proofs in the file formats of other programs |
//! | `manifest` | the records of `manifest.jsonl`, and reading them |
//! | `folder` | the files of an output folder: their names, crash-safe writing, reading back |
//! | `input` | files, folders and readers that become blobs |
//! | `chart` | charts in SVG |
//! | `report`, `html` | the report of a run, and the report as a page |
//! | `backends` | the backends of a job, and the choice of them |
//! | `stages` | `convert` (bytes to blobs), `compute` (commitments and proofs), `store` (artefacts and the manifest), `verify` (everything read back); `resume` has the lines of an earlier run |
//! | `run` | `stage_threads` runs the stages at the same time, `plan` bounds their memory, `to_folder` and `in_memory` are the two targets |
//! | `restore` | an output folder back to the bytes of its inputs |
//! | `merge` | joining the shards of a job |
//! | `pipeline` | [`DataProcessingPipeline`], the public interface of a job |
//!
//! The output of a job depends on the inputs and the options only. It does not depend on threads,
//! chunks or time, or on how often the job was killed and resumed.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `blst` (default) | the fast backend; needs a C compiler |
//! | `arkworks` | the backend in pure Rust |
//! | `constantine` | the backend over Constantine's library, which is loaded at run time |
//! | `constantine-link` | the same, with the static archive that `CONSTANTINE_ARCHIVE` names linked into the program |
//! | `schema` | the JSON schema of a job's report |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod backends;
pub mod chart;
mod folder;
pub mod formats;
mod html;
mod input;
pub mod manifest;
mod merge;
mod options;
mod pipeline;
mod progress;
mod report;
mod restore;
mod run;
mod shard;
mod stages;
#[cfg(test)]
mod tests;

pub use backends::{BackendOptions, JobBackends, VerifierChoice, candidate_name};
pub use folder::bundle::BLOBS_PER_BUNDLE;
pub use folder::shards::{describe_shards, shards_in};
pub use folder::survey::{input_count, is_finished};
pub use formats::cells;
pub use input::Input;
pub use input::blobs::is_false_claim;
pub use manifest::kzg_to_versioned_hash;
pub use merge::{MergeReport, merge};
pub use options::{Artefact, EmitError, Encoding, PipelineOptions, Proofs, UnknownName};
pub use pipeline::DataProcessingPipeline;
pub use progress::{NoProgress, Phase, Progress};
pub use report::{
    BackendCandidate, BackendDecision, BackendUse, BlobRange, Failure, FigureSource, JobOutcome,
    MemoryUse, ProcessingReport, QueueDepth, Resumed, Role, RunInfo, Stage, StageFailure,
    StageReport, ThroughputSample, Verification, shell_word,
};
pub use restore::{DecodeReport, Renamed, decode};
pub use run::in_memory::ProcessedBlob;
pub use run::plan::MemoryPlan;
pub use run::{FailedJob, FinishedRun};
pub use shard::{MOST_SHARDS, Shard, ShardError};

/// Compiles and runs the programs of the documents over two backends.
#[cfg(all(doctest, feature = "blst", feature = "arkworks"))]
mod documents {
    #[doc = include_str!("../../docs/tutorial.md")]
    struct Tutorial;

    #[doc = include_str!("../../docs/cookbook.md")]
    struct Cookbook;
}
