//! The conformance suite over the stand-in driver.
//!
//! The interpreter takes seconds for a blob, so in each property only the first call of each bulk
//! operation goes to the device, and at most two of its blobs; kzg-blst answers the others. The
//! number of calls that are left out is printed at the end.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kzg_testing::protocol::PROPERTIES;
use kzg_traits::error::Result;
use kzg_traits::settings::KzgSettingsWrapper;
use kzg_traits::{Blob, Blobs, Cell, Cells, KzgCommitment, KzgProof, KzgSettings, Operation};
use libtest_mimic::Trial;

use crate::bulk::{PROCESSOR, SHARED};

/// Largest number of blobs of a call on the device.
const BLOBS: usize = 2;

/// Bulk calls on the device, and left out.
static ON_DEVICE: AtomicUsize = AtomicUsize::new(0);
static LEFT_OUT: AtomicUsize = AtomicUsize::new(0);

/// The settings of one property.
#[derive(Debug, Default)]
struct Limited {
    seen: Mutex<HashSet<Operation>>,
}

impl Limited {
    /// The settings for a call of a bulk operation.
    fn of(&self, operation: Operation, blobs: usize) -> &'static dyn KzgSettings {
        if blobs == 0 {
            return &*SHARED;
        }
        let mut seen = self.seen.lock().expect("no property panics here");
        if blobs <= BLOBS && seen.insert(operation) {
            ON_DEVICE.fetch_add(1, Ordering::Relaxed);
            return &*SHARED;
        }
        LEFT_OUT.fetch_add(1, Ordering::Relaxed);
        &*PROCESSOR
    }
}

impl KzgSettingsWrapper for Limited {
    fn inner(&self) -> &dyn KzgSettings {
        &*SHARED
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        self.of(Operation::BlobToKzgCommitment, 1)
            .blob_to_kzg_commitment(blob)
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        let settings = self.of(Operation::ComputeBlobKzgProof, 1);
        settings.compute_blob_kzg_proof(blob, commitment)
    }

    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        let settings = self.of(Operation::BlobsToKzgCommitments, blobs.len());
        settings.blobs_to_kzg_commitments_into(blobs, out)
    }

    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        let settings = self.of(Operation::ComputeBlobKzgProofs, blobs.len());
        settings.compute_blob_kzg_proofs_into(blobs, commitments, out)
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        let settings = self.of(Operation::ComputeCellsAndKzgProofs, 1);
        settings.compute_cells_and_kzg_proofs_into(blob, cells, proofs)
    }

    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        let settings = self.of(Operation::ComputeManyCellsAndKzgProofs, blobs.len());
        settings.compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs)
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        let settings = self.of(Operation::RecoverCellsAndKzgProofs, 1);
        settings.recover_cells_and_kzg_proofs_into(
            cell_indices,
            cells,
            recovered_cells,
            recovered_proofs,
        )
    }
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |&(name, property): &(&'static str, kzg_testing::protocol::Property)| {
        Trial::test(format!("conformance::{name}"), move || {
            property(&Limited::default());
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

/// Prints what was left out.
pub(crate) fn report() {
    let (on_device, left_out) = (
        ON_DEVICE.load(Ordering::Relaxed),
        LEFT_OUT.load(Ordering::Relaxed),
    );
    if on_device + left_out > 0 {
        println!(
            "conformance: {on_device} bulk calls on the device; left out for time: {left_out}"
        );
    }
}
