//! A table of all calls of [`KzgSettings`](crate::KzgSettings), for layers that treat every call in
//! the same way.

/// Passes the table of calls to another macro, which turns each row into a method.
///
/// The callback receives three sections. `returning`: methods that return their result. `writing`:
/// methods that write their result into the last arguments. `allocating`: the forms of the latter
/// that return vectors, which have defaults in terms of them. Every row names its
/// [`Operation`](crate::Operation).
///
/// These methods have no rows:
///
/// - `backend`, `items_per_call`, `tables_memory` and `release_tables` compute nothing and cannot fail. A
///   layer forwards them, or gives the values of all its backends together.
/// - `recording` returns a view of the settings.
/// - `point_evaluation` is a provided method over `verify_kzg_proof`, which a layer sees, and has an error
///   type of its own.
///
/// ```
/// macro_rules! count {
///     (
///         returning { $($a:ident: $method:ident($($n:ident: $t:ty),*) -> $r:ty;)* }
///         writing { $($b:ident: $into:ident($($m:ident: $u:ty),*) => $out:ident: $i:ty $(, $more:ident: $j:ty)?;)* }
///         allocating { $($c:ident: $vec:ident($($k:ident: $v:ty),*) -> $s:ty;)* }
///     ) => {
///         const METHODS: &[&str] = &[$(stringify!($method),)* $(stringify!($into),)* $(stringify!($vec),)*];
///     };
/// }
/// kzg_traits::kzg_settings_calls!(count);
/// assert!(METHODS.contains(&"blob_to_kzg_commitment"));
/// ```
#[macro_export]
macro_rules! kzg_settings_calls {
    ($callback:ident) => {
        $callback! {
            returning {
                BlobToKzgCommitment: blob_to_kzg_commitment(blob: &$crate::Blob)
                    -> $crate::KzgCommitment;
                ComputeKzgProof: compute_kzg_proof(blob: &$crate::Blob, z: &$crate::Bytes32)
                    -> ($crate::KzgProof, $crate::Bytes32);
                ComputeBlobKzgProof: compute_blob_kzg_proof(
                    blob: &$crate::Blob,
                    commitment: &$crate::KzgCommitment
                ) -> $crate::KzgProof;
                VerifyKzgProof: verify_kzg_proof(
                    commitment: &$crate::KzgCommitment,
                    z: &$crate::Bytes32,
                    y: &$crate::Bytes32,
                    proof: &$crate::KzgProof
                ) -> bool;
                VerifyBlobKzgProof: verify_blob_kzg_proof(
                    blob: &$crate::Blob,
                    commitment: &$crate::KzgCommitment,
                    proof: &$crate::KzgProof
                ) -> bool;
                VerifyBlobKzgProofBatch: verify_blob_kzg_proof_batch(
                    blobs: $crate::Blobs<'_>,
                    commitments: &[$crate::KzgCommitment],
                    proofs: &[$crate::KzgProof]
                ) -> bool;
                ComputeChallenge: compute_challenge(
                    blob: &$crate::Blob,
                    commitment: &$crate::KzgCommitment
                ) -> $crate::Bytes32;
                VerifyCellKzgProofBatch: verify_cell_kzg_proof_batch(
                    commitments: &[$crate::KzgCommitment],
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>,
                    proofs: &[$crate::KzgProof]
                ) -> bool;
                ComputeVerifyCellKzgProofBatchChallenge: compute_verify_cell_kzg_proof_batch_challenge(
                    commitments: &[$crate::KzgCommitment],
                    commitment_indices: &[u64],
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>,
                    proofs: &[$crate::KzgProof]
                ) -> $crate::Bytes32;
                WarmUp: warm_up() -> ();
            }
            writing {
                BlobsToKzgCommitments: blobs_to_kzg_commitments_into(blobs: $crate::Blobs<'_>)
                    => out: $crate::KzgCommitment;
                ComputeBlobKzgProofs: compute_blob_kzg_proofs_into(
                    blobs: $crate::Blobs<'_>,
                    commitments: &[$crate::KzgCommitment]
                ) => out: $crate::KzgProof;
                VerifyBlobKzgProofEach: verify_blob_kzg_proof_each_into(
                    blobs: $crate::Blobs<'_>,
                    commitments: &[$crate::KzgCommitment],
                    proofs: &[$crate::KzgProof]
                ) => out: $crate::error::Result<bool>;
                ComputeCells: compute_cells_into(blob: &$crate::Blob) => cells: $crate::Cell;
                ComputeCellsAndKzgProofs: compute_cells_and_kzg_proofs_into(blob: &$crate::Blob)
                    => cells: $crate::Cell, proofs: $crate::KzgProof;
                ComputeCellKzgProofs: compute_cell_kzg_proofs_into(blob: &$crate::Blob)
                    => proofs: $crate::KzgProof;
                ComputeCellsAt: compute_cells_at_into(blob: &$crate::Blob, cell_indices: &[u64])
                    => cells: $crate::Cell;
                ComputeManyCellsAndKzgProofs: compute_many_cells_and_kzg_proofs_into(
                    blobs: $crate::Blobs<'_>
                ) => cells: $crate::Cell, proofs: $crate::KzgProof;
                RecoverCellsAndKzgProofs: recover_cells_and_kzg_proofs_into(
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>
                ) => recovered_cells: $crate::Cell, recovered_proofs: $crate::KzgProof;
                RecoverCells: recover_cells_into(cell_indices: &[u64], cells: $crate::Cells<'_>)
                    => recovered_cells: $crate::Cell;
                VerifyCellKzgProofEach: verify_cell_kzg_proof_each_into(
                    commitments: &[$crate::KzgCommitment],
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>,
                    proofs: &[$crate::KzgProof]
                ) => out: $crate::error::Result<bool>;
            }
            allocating {
                BlobsToKzgCommitments: blobs_to_kzg_commitments(blobs: $crate::Blobs<'_>)
                    -> Vec<$crate::KzgCommitment>;
                ComputeBlobKzgProofs: compute_blob_kzg_proofs(
                    blobs: $crate::Blobs<'_>,
                    commitments: &[$crate::KzgCommitment]
                ) -> Vec<$crate::KzgProof>;
                VerifyBlobKzgProofEach: verify_blob_kzg_proof_each(
                    blobs: $crate::Blobs<'_>,
                    commitments: &[$crate::KzgCommitment],
                    proofs: &[$crate::KzgProof]
                ) -> Vec<$crate::error::Result<bool>>;
                ComputeCells: compute_cells(blob: &$crate::Blob) -> Vec<$crate::Cell>;
                ComputeCellsAndKzgProofs: compute_cells_and_kzg_proofs(blob: &$crate::Blob)
                    -> (Vec<$crate::Cell>, Vec<$crate::KzgProof>);
                ComputeCellKzgProofs: compute_cell_kzg_proofs(blob: &$crate::Blob)
                    -> Vec<$crate::KzgProof>;
                ComputeCellsAt: compute_cells_at(blob: &$crate::Blob, cell_indices: &[u64])
                    -> Vec<$crate::Cell>;
                ComputeManyCellsAndKzgProofs: compute_many_cells_and_kzg_proofs(
                    blobs: $crate::Blobs<'_>
                ) -> (Vec<$crate::Cell>, Vec<$crate::KzgProof>);
                RecoverCellsAndKzgProofs: recover_cells_and_kzg_proofs(
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>
                ) -> (Vec<$crate::Cell>, Vec<$crate::KzgProof>);
                RecoverCells: recover_cells(cell_indices: &[u64], cells: $crate::Cells<'_>)
                    -> Vec<$crate::Cell>;
                VerifyCellKzgProofEach: verify_cell_kzg_proof_each(
                    commitments: &[$crate::KzgCommitment],
                    cell_indices: &[u64],
                    cells: $crate::Cells<'_>,
                    proofs: &[$crate::KzgProof]
                ) -> Vec<$crate::error::Result<bool>>;
            }
        }
    };
}
