//! The conformance suite over the stand-in driver.
//!
//! The interpreter takes up to seconds for a blob. So of each bulk operation, only a few calls of the
//! whole suite go to the device, and calls with at most two blobs; kzg-blst answers the others. The
//! numbers of both are printed at the end, and an operation without a call for random blobs on the
//! device is a failure.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use kzg_testing::protocol::PROPERTIES;
use kzg_traits::error::Result;
use kzg_traits::settings::KzgSettingsWrapper;
use kzg_traits::{Blob, Blobs, Cell, Cells, KzgCommitment, KzgProof, KzgSettings, Operation};
use libtest_mimic::Trial;

use crate::bulk::{PROCESSOR, SHARED};

/// Largest number of blobs of a call on the device.
const BLOBS: usize = 2;
/// Largest numbers of calls of an operation on the device: for random blobs, and for others.
const RANDOM_CALLS: usize = 2;
const OTHER_CALLS: usize = 1;

/// The operations that the device takes part in.
const OPERATIONS: [Operation; 7] = [
    Operation::BlobToKzgCommitment,
    Operation::ComputeBlobKzgProof,
    Operation::BlobsToKzgCommitments,
    Operation::ComputeBlobKzgProofs,
    Operation::ComputeCellsAndKzgProofs,
    Operation::ComputeManyCellsAndKzgProofs,
    Operation::RecoverCellsAndKzgProofs,
];

/// The calls of an operation.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    random: usize,
    other: usize,
    left_out: usize,
}

static CALLS: Mutex<Option<HashMap<Operation, Calls>>> = Mutex::new(None);

/// Changes the calls of an operation.
fn count<T>(operation: Operation, change: impl FnOnce(&mut Calls) -> T) -> T {
    let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    change(calls.get_or_insert_default().entry(operation).or_default())
}

/// The settings of the suite.
#[derive(Debug)]
struct Limited;

/// Makes a call on the device or on the processor. `content` has the bytes of the blobs, or of
/// the cells of one blob.
fn limited<'a, T>(
    operation: Operation,
    blobs: usize,
    content: impl Iterator<Item = &'a [u8]>,
    call: impl FnOnce(&dyn KzgSettings) -> Result<T>,
) -> Result<T> {
    if blobs == 0 {
        return call(&*SHARED);
    }
    let is_random = is_random(content);
    let on_device = count(operation, |calls| {
        let (used, limit) = if is_random {
            (&mut calls.random, RANDOM_CALLS)
        } else {
            (&mut calls.other, OTHER_CALLS)
        };
        let on_device = blobs <= BLOBS && *used < limit;
        *(if on_device { used } else { &mut calls.left_out }) += 1;
        on_device
    });
    if !on_device {
        return call(&*PROCESSOR);
    }
    let outcome = call(&*SHARED);
    if outcome.is_err() {
        // Malformed input is refused before the device is asked.
        count(operation, |calls| {
            *(if is_random {
                &mut calls.random
            } else {
                &mut calls.other
            }) -= 1;
        });
    }
    outcome
}

/// Whether most field elements differ from each other.
fn is_random<'a>(content: impl Iterator<Item = &'a [u8]>) -> bool {
    let elements: Vec<&[u8]> = content.flat_map(|bytes| bytes.chunks(32)).collect();
    let distinct: HashSet<&[u8]> = elements.iter().copied().collect();
    2 * distinct.len() > elements.len()
}

impl KzgSettingsWrapper for Limited {
    fn inner(&self) -> &dyn KzgSettings {
        &*SHARED
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        limited(
            Operation::BlobToKzgCommitment,
            1,
            [&blob.0[..]].into_iter(),
            |settings| settings.blob_to_kzg_commitment(blob),
        )
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        limited(
            Operation::ComputeBlobKzgProof,
            1,
            [&blob.0[..]].into_iter(),
            |settings| settings.compute_blob_kzg_proof(blob, commitment),
        )
    }

    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        limited(
            Operation::BlobsToKzgCommitments,
            blobs.len(),
            (0..blobs.len()).map(|index| &blobs.at(index).0[..]),
            |settings| settings.blobs_to_kzg_commitments_into(blobs, out),
        )
    }

    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        limited(
            Operation::ComputeBlobKzgProofs,
            blobs.len(),
            (0..blobs.len()).map(|index| &blobs.at(index).0[..]),
            |settings| settings.compute_blob_kzg_proofs_into(blobs, commitments, out),
        )
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        limited(
            Operation::ComputeCellsAndKzgProofs,
            1,
            [&blob.0[..]].into_iter(),
            |settings| settings.compute_cells_and_kzg_proofs_into(blob, cells, proofs),
        )
    }

    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        limited(
            Operation::ComputeManyCellsAndKzgProofs,
            blobs.len(),
            (0..blobs.len()).map(|index| &blobs.at(index).0[..]),
            |settings| settings.compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs),
        )
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        limited(
            Operation::RecoverCellsAndKzgProofs,
            1,
            (0..cells.len()).map(|index| &cells.at(index).0[..]),
            |settings| {
                settings.recover_cells_and_kzg_proofs_into(
                    cell_indices,
                    cells,
                    recovered_cells,
                    recovered_proofs,
                )
            },
        )
    }
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |&(name, property): &(&'static str, kzg_testing::protocol::Property)| {
        Trial::test(format!("conformance::{name}"), move || {
            property(&Limited);
            let status = SHARED.device_status();
            assert_eq!(
                (status.faults, status.mismatches),
                (0, 0),
                "{:?}",
                status.last_failure
            );
            Ok(())
        })
    };
    PROPERTIES.iter().map(trial).collect()
}

/// Prints which calls were on the device and how many were left out. False if the whole suite ran and
/// some operation had no call for random blobs on the device.
pub(crate) fn report(is_whole: bool) -> bool {
    let calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(calls) = &*calls else {
        return !is_whole;
    };
    let mut is_covered = true;
    for operation in OPERATIONS {
        let Calls {
            random,
            other,
            left_out,
        } = calls.get(&operation).copied().unwrap_or_default();
        println!(
            "conformance: {operation:?}: on the device {random} calls for random blobs and {other} \
             others; left out for time: {left_out}"
        );
        is_covered &= random > 0;
    }
    is_covered || !is_whole
}
