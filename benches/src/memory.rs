//! The memory that a process takes, by what it does with a library.
//!
//! Each library gets a process of its own, for what one has freed the next would use again.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::Command;

use memory_stats::memory_stats;
use nix::sys::resource::{UsageWho, getrusage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::inputs::Inputs;
use crate::libraries::{Candidate, Library};
use crate::operation::Operation;

/// Verifications of each batch: until working memory has stopped growing.
const TIMES: usize = 5;

/// Resident memory of processes with one library.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// That which takes all roles, with one blob.
    pub roles: Resident,
    /// That which verifies many at once, and nothing else.
    pub batches: Batches,
}

/// Resident memory of a process that verifies many at once, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Batches {
    /// With the inputs, in the form that the library wants, before it is loaded: 64 blobs, and all
    /// cells of six.
    pub inputs: usize,
    /// After loading the mainnet setup, and verifying the 64 blobs' proofs and the six blobs'
    /// cells, several times.
    pub verifier: usize,
}

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
    Resident {
        start,
        verifier,
        committer,
        prover,
        peak: peak(),
    }
}

/// Verifies many at once, in this process, which has no prover: the proofs are in a file.
///
/// # Errors
///
/// If the file cannot be read.
///
/// # Panics
///
/// If the system does not tell how much memory a process takes.
pub fn verify_batches(candidate: &Candidate, proofs: &Path) -> io::Result<Batches> {
    let inputs = Inputs::read_proofs(&mut BufReader::new(File::open(proofs)?))?;
    let before = resident();
    let library = candidate.load();
    let loaded = resident();
    // Each converts its inputs first.
    let batches = [
        Operation::VerifyBlobKzgProofBatch,
        Operation::VerifyCellKzgProofBatch,
    ];
    let runs: Vec<_> = batches
        .into_iter()
        .filter_map(|operation| library.prepare(operation, &inputs))
        .collect();
    let converted = resident() - loaded;
    for _ in 0..TIMES {
        for run in &runs {
            drop(run());
        }
    }
    Ok(Batches {
        inputs: before + converted,
        verifier: resident(),
    })
}

/// Has something measured by a process of its own: this program, started with the given
/// arguments.
///
/// # Errors
///
/// If the process fails or says something else.
pub fn in_a_process_of_its_own<T: DeserializeOwned>(
    arguments: &[String],
) -> Result<T, Box<dyn Error>> {
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

/// The most memory that this process ever had.
fn peak() -> usize {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("POSIX has this call");
    // Kibibytes, but for Apple's systems.
    let unit = if cfg!(target_vendor = "apple") {
        1
    } else {
        1024
    };
    usize::try_from(usage.max_rss()).unwrap_or(0) * unit
}

fn resident() -> usize {
    let stats = memory_stats().expect("the system tells");
    stats.physical_mem
}
