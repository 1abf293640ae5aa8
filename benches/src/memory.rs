//! Resident memory of a process in each role: verifier, committer, prover.
//!
//! Each library is measured in a separate process, because a library would reuse the memory that
//! an earlier library has freed.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::Command;

use kzg_advanced::monitor::peak_memory;
use memory_stats::memory_stats;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::inputs::Inputs;
use crate::libraries::{Candidate, Library};
use crate::operation::Operation;

/// Number of verifications of each batch. After this number the scratch memory no longer grows.
const TIMES: usize = 5;

/// Resident memory of processes with one library.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// The process that takes all roles, with one blob.
    pub roles: Resident,
    /// The process that only verifies batches.
    pub batches: Batches,
}

/// Resident memory of a process that verifies batches, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Batches {
    /// Before the library is loaded, with the inputs in the types of the library: 64 blobs, and
    /// all cells of six blobs.
    pub inputs: usize,
    /// After loading the mainnet setup and verifying the proofs of the 64 blobs and the cells of
    /// the six blobs, five times.
    pub verifier: usize,
}

/// Resident memory of a process, in bytes. Each role includes the memory of the roles before it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Resident {
    /// Before the library is loaded.
    pub start: usize,
    /// After loading the mainnet setup and verifying a blob proof and 128 cells.
    pub verifier: usize,
    /// After committing to a blob and computing a blob proof.
    pub committer: usize,
    /// After computing the cells and cell proofs of a blob.
    pub prover: usize,
    /// The peak since the start of the process.
    pub peak: usize,
}

/// Measures the memory of this process after each role, in order.
///
/// # Panics
///
/// If the system does not report the memory of a process.
#[must_use]
pub fn measure_roles(candidate: &Candidate) -> Resident {
    // The proofs of a blob of zeros are known, so the verifier needs no prover.
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

/// Measures the memory of this process after it verifies batches.
///
/// The proofs come from the file `proofs`, so that this process needs no prover.
///
/// # Errors
///
/// If the file cannot be read.
///
/// # Panics
///
/// If the system does not report the memory of a process.
pub fn verify_batches(candidate: &Candidate, proofs: &Path) -> io::Result<Batches> {
    let inputs = Inputs::read_proofs(&mut BufReader::new(File::open(proofs)?))?;
    let before = resident();
    let library = candidate.load();
    let loaded = resident();
    // `prepare` converts the inputs into the types of the library.
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

/// Starts this program in a new process with the given arguments, and parses the JSON that the
/// process prints.
///
/// # Errors
///
/// If the process fails, or prints anything but the expected JSON.
pub fn in_subprocess<T: DeserializeOwned>(arguments: &[String]) -> Result<T, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The arguments of `compare` for a process with one library, whose backends, where they are ours, have the
/// options of the process that starts it.
#[must_use]
pub fn arguments(candidate: &Candidate, batched_subgroup_check: bool, pin: bool) -> Vec<String> {
    let mut arguments = vec![
        format!("--library={candidate}"),
        format!("--threads={}", candidate.threads),
    ];
    let precompute = candidate.precompute;
    arguments.extend(precompute.map(|size| format!("--precompute={size}")));
    if batched_subgroup_check {
        arguments.push("--batched-subgroup-check".to_owned());
    }
    if pin {
        arguments.push("--pin".to_owned());
    }
    arguments
}

/// The resident memory in bytes and the number of threads of a process at one moment.
pub type Sample = (usize, usize);

/// Checks that neither memory nor the number of threads has grown between the first and the last of several
/// moments. Memory may grow by `allowed` bytes.
///
/// # Errors
///
/// What grew, or that there are fewer than two samples.
pub fn check_growth(samples: &[Sample], allowed: usize) -> Result<(), String> {
    let [first, .., last] = samples else {
        return Err("the run was too short for two samples: raise --minutes".to_owned());
    };
    if last.0 > first.0 + allowed || last.1 > first.1 {
        return Err(format!(
            "memory in bytes and threads grew from {first:?} to {last:?}"
        ));
    }
    Ok(())
}

fn perform(library: &dyn Library, operation: Operation, inputs: &Inputs) {
    if let Some(run) = library.prepare(operation, inputs) {
        drop(run());
    }
}

/// The peak resident memory of this process, in bytes.
fn peak() -> usize {
    let peak = peak_memory().expect("the system reports the peak memory");
    usize::try_from(peak).unwrap_or(usize::MAX)
}

/// The resident memory of this process, in bytes.
fn resident() -> usize {
    let stats = memory_stats().expect("the system reports resident memory");
    stats.physical_mem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::candidates;
    use kzg_traits::{Precompute, SettingsOptions};

    #[test]
    fn a_process_with_one_library_has_the_options_of_its_parent() {
        let all = candidates(
            &SettingsOptions::default(),
            &[Precompute::SMALL],
            &[2],
            false,
        );
        let ours = all.iter().find(|one| one.precompute.is_some()).unwrap();
        let common = [
            format!("--library={ours}"),
            "--threads=2".to_owned(),
            format!("--precompute={}", Precompute::SMALL),
        ];
        let with = |more: &[&str]| -> Vec<String> {
            let more = more.iter().map(|text| (*text).to_owned());
            common.iter().cloned().chain(more).collect()
        };
        assert_eq!(arguments(ours, false, false), with(&[]));
        assert_eq!(
            arguments(ours, true, true),
            with(&["--batched-subgroup-check", "--pin"])
        );
        assert_eq!(arguments(ours, false, true), with(&["--pin"]));
    }

    #[test]
    fn growth_needs_two_samples() {
        let sample = (1000, 3);
        for few in [&[][..], &[sample]] {
            assert!(check_growth(few, 10).unwrap_err().contains("two samples"));
        }
        assert_eq!(check_growth(&[sample, sample], 10), Ok(()));
        assert_eq!(check_growth(&[sample, (9999, 9), (1010, 2)], 10), Ok(()));
        for grown in [(1011, 3), (1000, 4)] {
            let error = check_growth(&[sample, sample, grown], 10).unwrap_err();
            assert!(error.contains("grew"), "{error}");
        }
    }
}
