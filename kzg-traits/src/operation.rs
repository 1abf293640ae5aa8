//! The operations of [`KzgSettings`](crate::KzgSettings), as values.

use core::fmt;

macro_rules! operations {
    ($($operation:ident = $name:literal,)*) => {
        /// An operation of [`KzgSettings`](crate::KzgSettings). The forms that write into a
        /// buffer and those that return a vector are the same operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum Operation {
            $(
                #[doc = concat!("`", $name, "`.")]
                $operation,
            )*
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &[Self] = &[$(Self::$operation),*];

            /// The name of the method. For an operation of the specification, the name is that of
            /// the specification.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$operation => $name,)*
                }
            }
        }
    };
}

operations! {
    BlobToKzgCommitment = "blob_to_kzg_commitment",
    ComputeKzgProof = "compute_kzg_proof",
    ComputeBlobKzgProof = "compute_blob_kzg_proof",
    VerifyKzgProof = "verify_kzg_proof",
    VerifyBlobKzgProof = "verify_blob_kzg_proof",
    VerifyBlobKzgProofBatch = "verify_blob_kzg_proof_batch",
    ComputeChallenge = "compute_challenge",
    BlobsToKzgCommitments = "blobs_to_kzg_commitments",
    ComputeBlobKzgProofs = "compute_blob_kzg_proofs",
    VerifyBlobKzgProofEach = "verify_blob_kzg_proof_each",
    ComputeCells = "compute_cells",
    ComputeCellsAndKzgProofs = "compute_cells_and_kzg_proofs",
    ComputeCellKzgProofs = "compute_cell_kzg_proofs",
    ComputeCellsAt = "compute_cells_at",
    ComputeManyCellsAndKzgProofs = "compute_many_cells_and_kzg_proofs",
    RecoverCellsAndKzgProofs = "recover_cells_and_kzg_proofs",
    RecoverCells = "recover_cells",
    VerifyCellKzgProofBatch = "verify_cell_kzg_proof_batch",
    VerifyCellKzgProofEach = "verify_cell_kzg_proof_each",
    ComputeVerifyCellKzgProofBatchChallenge = "compute_verify_cell_kzg_proof_batch_challenge",
    WarmUp = "warm_up",
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn serde_names_are_those_of_the_methods() {
        for &operation in Operation::ALL {
            let json = format!("\"{operation}\"");
            assert_eq!(serde_json::to_string(&operation).unwrap(), json);
            assert_eq!(serde_json::from_str::<Operation>(&json).unwrap(), operation);
        }
    }
}
