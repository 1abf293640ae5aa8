//! Each operation, passed on through the script.

use crate::bytes::{Blob, Bytes32, Cell, KzgCommitment, KzgProof};
use crate::error::Result;
use crate::items::{Blobs, Cells};
use crate::operation::Operation;
use crate::settings::KzgSettings;

use super::Scripted;

/// Methods that return their result.
macro_rules! returning {
    ($(
        $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
    )*) => { $(
        fn $method(&self, $($name: $type),*) -> Result<$result> {
            self.call(Operation::$operation, |inner| inner.$method($($name),*))
        }
    )* };
}

/// Methods that write their result into the last arguments; the first of these counts.
macro_rules! writing {
    ($(
        $operation:ident: $method:ident($($name:ident: $type:ty),*)
            => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
    )*) => { $(
        fn $method(
            &self,
            $($name: $type,)*
            $out: &mut [$item],
            $($more: &mut [$more_item],)?
        ) -> Result<()> {
            let outcome = self.call(Operation::$operation, |inner| {
                inner.$method($($name,)* &mut *$out $(, $more)?)?;
                Ok($out)
            });
            outcome.map(drop)
        }
    )* };
}

impl KzgSettings for Scripted {
    fn backend(&self) -> &str {
        &self.name
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    returning! {
        BlobToKzgCommitment: blob_to_kzg_commitment(blob: &Blob) -> KzgCommitment;
        ComputeKzgProof: compute_kzg_proof(blob: &Blob, z: &Bytes32) -> (KzgProof, Bytes32);
        ComputeBlobKzgProof: compute_blob_kzg_proof(
            blob: &Blob,
            commitment: &KzgCommitment
        ) -> KzgProof;
        VerifyKzgProof: verify_kzg_proof(
            commitment: &KzgCommitment,
            z: &Bytes32,
            y: &Bytes32,
            proof: &KzgProof
        ) -> bool;
        VerifyBlobKzgProof: verify_blob_kzg_proof(
            blob: &Blob,
            commitment: &KzgCommitment,
            proof: &KzgProof
        ) -> bool;
        VerifyBlobKzgProofBatch: verify_blob_kzg_proof_batch(
            blobs: Blobs<'_>,
            commitments: &[KzgCommitment],
            proofs: &[KzgProof]
        ) -> bool;
        ComputeChallenge: compute_challenge(blob: &Blob, commitment: &KzgCommitment) -> Bytes32;
        VerifyCellKzgProofBatch: verify_cell_kzg_proof_batch(
            commitments: &[KzgCommitment],
            cell_indices: &[u64],
            cells: Cells<'_>,
            proofs: &[KzgProof]
        ) -> bool;
        ComputeVerifyCellKzgProofBatchChallenge: compute_verify_cell_kzg_proof_batch_challenge(
            commitments: &[KzgCommitment],
            commitment_indices: &[u64],
            cell_indices: &[u64],
            cells: Cells<'_>,
            proofs: &[KzgProof]
        ) -> Bytes32;
        WarmUp: warm_up() -> ();
    }

    writing! {
        BlobsToKzgCommitments: blobs_to_kzg_commitments_into(blobs: Blobs<'_>)
            => out: KzgCommitment;
        ComputeBlobKzgProofs: compute_blob_kzg_proofs_into(
            blobs: Blobs<'_>,
            commitments: &[KzgCommitment]
        ) => out: KzgProof;
        VerifyBlobKzgProofEach: verify_blob_kzg_proof_each_into(
            blobs: Blobs<'_>,
            commitments: &[KzgCommitment],
            proofs: &[KzgProof]
        ) => out: Result<bool>;
        ComputeCells: compute_cells_into(blob: &Blob) => cells: Cell;
        ComputeCellsAndKzgProofs: compute_cells_and_kzg_proofs_into(blob: &Blob)
            => cells: Cell, proofs: KzgProof;
        ComputeCellKzgProofs: compute_cell_kzg_proofs_into(blob: &Blob) => proofs: KzgProof;
        ComputeCellsAt: compute_cells_at_into(blob: &Blob, cell_indices: &[u64]) => cells: Cell;
        ComputeManyCellsAndKzgProofs: compute_many_cells_and_kzg_proofs_into(blobs: Blobs<'_>)
            => cells: Cell, proofs: KzgProof;
        RecoverCellsAndKzgProofs: recover_cells_and_kzg_proofs_into(
            cell_indices: &[u64],
            cells: Cells<'_>
        ) => recovered_cells: Cell, recovered_proofs: KzgProof;
        RecoverCells: recover_cells_into(cell_indices: &[u64], cells: Cells<'_>)
            => recovered_cells: Cell;
        VerifyCellKzgProofEach: verify_cell_kzg_proof_each_into(
            commitments: &[KzgCommitment],
            cell_indices: &[u64],
            cells: Cells<'_>,
            proofs: &[KzgProof]
        ) => out: Result<bool>;
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}
