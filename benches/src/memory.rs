//! The memory that a process takes, by what it does with a library.
//!
//! Each library gets a process of its own, for what one has freed the next would use again.

use std::error::Error;
use std::process::Command;

use memory_stats::memory_stats;
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use crate::inputs::Inputs;
use crate::libraries::{Candidate, Library};
use crate::operation::Operation;

/// Resident memory of a process, in bytes. Each role comes on top of those before it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Resident {
    /// Before anything is loaded.
    pub start: usize,
    /// After loading the mainnet setup, and verifying a blob's proof and 128 cells.
    pub verifier: usize,
    /// After committing to a blob and proving it.
    pub committer: usize,
    /// After computing a blob's cells and proofs.
    pub prover: usize,
    /// The most that there ever was.
    pub peak: usize,
}

/// Takes the roles one after the other, in this process.
///
/// # Panics
///
/// If the system does not tell how much memory a process takes.
#[must_use]
pub fn take_roles(candidate: &Candidate) -> Resident {
    // Zeros need no prover to be verified.
    let zeros = Inputs::zeros();
    let random = Inputs::random(1);
    let start = resident();
    let library = candidate.load();
    perform(&*library, Operation::VerifyBlobKzgProof, &zeros);
    perform(&*library, Operation::VerifyCellKzgProofBatchOneBlob, &zeros);
    let verifier = resident();
    perform(&*library, Operation::BlobToKzgCommitment, &random);
    perform(&*library, Operation::ComputeBlobKzgProof, &zeros);
    let committer = resident();
    perform(&*library, Operation::ComputeCellsAndKzgProofs, &random);
    let prover = resident();
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("POSIX has this call");
    // Linux counts kibibytes.
    let peak = usize::try_from(usage.max_rss()).unwrap_or(0) << 10;
    Resident {
        start,
        verifier,
        committer,
        prover,
        peak,
    }
}

/// Has [`take_roles`] done in a process of its own, by this program started with the given
/// arguments.
///
/// # Errors
///
/// If the process fails or says something else.
pub fn in_a_process_of_its_own(arguments: &[String]) -> Result<Resident, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn perform(library: &dyn Library, operation: Operation, inputs: &Inputs) {
    if let Some(run) = library.prepare(operation, inputs) {
        drop(run());
    }
}

fn resident() -> usize {
    let stats = memory_stats().expect("the system tells");
    stats.physical_mem
}
