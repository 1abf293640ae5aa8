//! From files of any size to a folder of verified blobs, and back.
//!
//! The stages, each in a file of its own: `convert` (bytes to blobs), `compute` (commitments and
//! proofs, of blobs and of cells), `store` (artefacts and the manifest, crash-safe), `verify`
//! (reads everything back). The `engine` runs them at the same time, each on a thread of its
//! own; `plan` says how much is in flight between them, so that memory does not grow with the
//! inputs. `folder` and `dataset` are its two ends: results on disk, or handed to the caller.
//! `resume` takes up what a killed run left; `decode` gives the bytes back.
//!
//! The output of a job depends on the inputs and the options alone: not on threads, chunks,
//! time, or on how often it was killed and resumed.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod backends;
mod bundle;
pub mod cells;
mod compute;
mod convert;
mod dataset;
mod decode;
mod disk;
mod engine;
mod folder;
mod html;
mod input;
mod input_check;
pub mod manifest;
mod names;
mod new_file;
mod options;
mod pipeline;
mod plan;
mod progress;
mod prove;
mod report;
mod resume;
mod run;
mod store;
mod stored;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

pub use backends::{BackendOptions, JobBackends, VerifierChoice, candidate_name};
pub use bundle::BLOBS_PER_BUNDLE;
pub use dataset::ProcessedBlob;
pub use decode::{DecodeReport, decode};
pub use input::Input;
pub use options::{Artefact, PipelineOptions, Proofs};
pub use pipeline::DataProcessingPipeline;
pub use plan::MemoryPlan;
pub use progress::{NoProgress, Phase, Progress};
pub use report::{
    BackendDecision, BackendUse, Candidate, Failure, FigureSource, MemoryUse, Outcome,
    ProcessingReport, QueueDepth, Resumed, Role, Stage, StageFailure, StageReport,
    ThroughputSample, Verification,
};
pub use run::Attempt;

/// The programs of the documents, compiled and run, over two backends.
#[cfg(all(doctest, feature = "blst", feature = "arkworks"))]
mod documents {
    #[doc = include_str!("../../docs/tutorial.md")]
    struct Tutorial;

    #[doc = include_str!("../../docs/cookbook.md")]
    struct Cookbook;
}
