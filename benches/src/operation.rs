//! What is measured.

use core::fmt;
use core::str::FromStr;

/// Blobs in the batch of blob proofs: the most that a block of the next years may carry.
pub const BATCH_BLOBS: usize = 64;
/// Blobs in the operations on many blobs that need no cells.
pub const MANY_BLOBS: usize = 16;
/// Blobs whose cells and proofs are computed, or whose columns are verified, together.
pub const CELL_BLOBS: usize = 6;

/// Blobs whose columns are verified together where a block has as many as it may have soon.
pub const MANY_CELL_BLOBS: usize = 21;

/// The items of a batch that are false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FalseItems {
    /// All cells of one column, or one blob.
    One,
    /// All cells of eight columns.
    Eight,
    /// All of them.
    All,
}

impl FalseItems {
    /// Whether an item is one of them: a blob of a batch, or a column of 128.
    #[must_use]
    pub fn contains(self, position: usize) -> bool {
        match self {
            Self::One => position == 50,
            Self::Eight => position % 16 == 7,
            Self::All => true,
        }
    }
}

/// One operation that libraries are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Commit to a blob.
    BlobToKzgCommitment,
    /// Evaluate a blob at a point outside the domain, and prove it.
    ComputeKzgProof,
    /// Prove that a blob matches its commitment.
    ComputeBlobKzgProof,
    /// Verify an evaluation.
    VerifyKzgProof,
    /// Verify a blob's proof.
    VerifyBlobKzgProof,
    /// Verify [`BATCH_BLOBS`] blobs' proofs at once.
    VerifyBlobKzgProofBatch,
    /// Extend a blob to its cells.
    ComputeCells,
    /// Extend a blob to its cells and prove each.
    ComputeCellsAndKzgProofs,
    /// Recover all cells and proofs from half of the cells.
    RecoverCellsAndKzgProofs,
    /// Recover all cells, without proofs, from half of the cells.
    RecoverCells,
    /// Verify all cells of one blob.
    VerifyCellKzgProofBatchOneBlob,
    /// Verify all cells of [`CELL_BLOBS`] blobs.
    VerifyCellKzgProofBatch,
    /// Verify all cells of [`MANY_CELL_BLOBS`] blobs.
    VerifyCellKzgProofBatchManyBlobs,
    /// Verify each of [`BATCH_BLOBS`] blobs' proofs, of which some are false.
    VerifyBlobKzgProofEach(FalseItems),
    /// Verify each cell of [`CELL_BLOBS`] blobs, of which some are false.
    VerifyCellKzgProofEach(FalseItems),
    /// Verify each cell of [`MANY_CELL_BLOBS`] blobs, of which some are false.
    VerifyCellKzgProofEachManyBlobs(FalseItems),
    /// Commit to [`MANY_BLOBS`] blobs with one call, where there is such a call.
    BlobsToKzgCommitments,
    /// Prove [`MANY_BLOBS`] blobs with one call, where there is such a call.
    ComputeBlobKzgProofs,
    /// Cells and proofs of [`CELL_BLOBS`] blobs with one call, where there is such a call.
    ComputeManyCellsAndKzgProofs,
    /// Load the mainnet setup until it can verify.
    SetupMainnet,
    /// Load the mainnet setup, and verify a blob's proof and a cell with it.
    SetupFirstVerification,
    /// Load the mainnet setup until it can prove at full speed.
    SetupProverTables,
    /// Read and validate a setup that is not the mainnet one.
    SetupFile,
}

/// Where an operation belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Blobs.
    Eip4844,
    /// Cells.
    Eip7594,
    /// Batches in which items are false, and must be named.
    FalseItems,
    /// Many blobs, per blob.
    ManyBlobs,
    /// Trusted setups.
    Setup,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 5] = [
        Self::Eip4844,
        Self::Eip7594,
        Self::FalseItems,
        Self::ManyBlobs,
        Self::Setup,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eip4844 => "eip4844",
            Self::Eip7594 => "eip7594",
            Self::FalseItems => "false",
            Self::ManyBlobs => "many",
            Self::Setup => "setup",
        }
    }
}

impl Operation {
    /// Every operation, in the order of reports.
    pub const ALL: [Self; 28] = [
        Self::BlobToKzgCommitment,
        Self::ComputeKzgProof,
        Self::ComputeBlobKzgProof,
        Self::VerifyKzgProof,
        Self::VerifyBlobKzgProof,
        Self::VerifyBlobKzgProofBatch,
        Self::ComputeCells,
        Self::ComputeCellsAndKzgProofs,
        Self::RecoverCellsAndKzgProofs,
        Self::RecoverCells,
        Self::VerifyCellKzgProofBatchOneBlob,
        Self::VerifyCellKzgProofBatch,
        Self::VerifyCellKzgProofBatchManyBlobs,
        Self::VerifyBlobKzgProofEach(FalseItems::One),
        Self::VerifyBlobKzgProofEach(FalseItems::All),
        Self::VerifyCellKzgProofEach(FalseItems::One),
        Self::VerifyCellKzgProofEach(FalseItems::Eight),
        Self::VerifyCellKzgProofEach(FalseItems::All),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::One),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::Eight),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::All),
        Self::BlobsToKzgCommitments,
        Self::ComputeBlobKzgProofs,
        Self::ComputeManyCellsAndKzgProofs,
        Self::SetupMainnet,
        Self::SetupFirstVerification,
        Self::SetupProverTables,
        Self::SetupFile,
    ];

    /// The name in reports: the specification's, with the size of a batch.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BlobToKzgCommitment => "blob_to_kzg_commitment",
            Self::ComputeKzgProof => "compute_kzg_proof",
            Self::ComputeBlobKzgProof => "compute_blob_kzg_proof",
            Self::VerifyKzgProof => "verify_kzg_proof",
            Self::VerifyBlobKzgProof => "verify_blob_kzg_proof",
            Self::VerifyBlobKzgProofBatch => "verify_blob_kzg_proof_batch(64)",
            Self::ComputeCells => "compute_cells",
            Self::ComputeCellsAndKzgProofs => "compute_cells_and_kzg_proofs",
            Self::RecoverCellsAndKzgProofs => "recover_cells_and_kzg_proofs(64)",
            Self::RecoverCells => "recover_cells(64)",
            Self::VerifyCellKzgProofBatchOneBlob => "verify_cell_kzg_proof_batch(1x128)",
            Self::VerifyCellKzgProofBatch => "verify_cell_kzg_proof_batch(6x128)",
            Self::VerifyCellKzgProofBatchManyBlobs => "verify_cell_kzg_proof_batch(21x128)",
            Self::VerifyBlobKzgProofEach(FalseItems::One) => {
                "verify_blob_kzg_proof_each(64, 1 false)"
            }
            Self::VerifyBlobKzgProofEach(FalseItems::Eight) => {
                "verify_blob_kzg_proof_each(64, 4 false)"
            }
            Self::VerifyBlobKzgProofEach(FalseItems::All) => {
                "verify_blob_kzg_proof_each(64, all false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::One) => {
                "verify_cell_kzg_proof_each(6x128, 1 column false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::Eight) => {
                "verify_cell_kzg_proof_each(6x128, 8 columns false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::All) => {
                "verify_cell_kzg_proof_each(6x128, all false)"
            }
            Self::VerifyCellKzgProofEachManyBlobs(FalseItems::One) => {
                "verify_cell_kzg_proof_each(21x128, 1 column false)"
            }
            Self::VerifyCellKzgProofEachManyBlobs(FalseItems::Eight) => {
                "verify_cell_kzg_proof_each(21x128, 8 columns false)"
            }
            Self::VerifyCellKzgProofEachManyBlobs(FalseItems::All) => {
                "verify_cell_kzg_proof_each(21x128, all false)"
            }
            Self::BlobsToKzgCommitments => "blobs_to_kzg_commitments(16)/blob",
            Self::ComputeBlobKzgProofs => "compute_blob_kzg_proofs(16)/blob",
            Self::ComputeManyCellsAndKzgProofs => "compute_many_cells_and_kzg_proofs(6)/blob",
            Self::SetupMainnet => "setup_mainnet",
            Self::SetupFirstVerification => "setup_first_verification",
            Self::SetupProverTables => "setup_prover_tables",
            Self::SetupFile => "setup_file",
        }
    }

    /// Where the operation belongs.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            Self::BlobToKzgCommitment
            | Self::ComputeKzgProof
            | Self::ComputeBlobKzgProof
            | Self::VerifyKzgProof
            | Self::VerifyBlobKzgProof
            | Self::VerifyBlobKzgProofBatch => Group::Eip4844,
            Self::ComputeCells
            | Self::ComputeCellsAndKzgProofs
            | Self::RecoverCellsAndKzgProofs
            | Self::RecoverCells
            | Self::VerifyCellKzgProofBatchOneBlob
            | Self::VerifyCellKzgProofBatch
            | Self::VerifyCellKzgProofBatchManyBlobs => Group::Eip7594,
            Self::VerifyBlobKzgProofEach(_)
            | Self::VerifyCellKzgProofEach(_)
            | Self::VerifyCellKzgProofEachManyBlobs(_) => Group::FalseItems,
            Self::BlobsToKzgCommitments
            | Self::ComputeBlobKzgProofs
            | Self::ComputeManyCellsAndKzgProofs => Group::ManyBlobs,
            Self::SetupMainnet
            | Self::SetupFirstVerification
            | Self::SetupProverTables
            | Self::SetupFile => Group::Setup,
        }
    }

    /// The operations of a group.
    pub fn of(group: Group) -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(move |operation| operation.group() == group)
    }

    /// The blobs that a time is divided by.
    #[must_use]
    pub fn divisor(self) -> usize {
        match self {
            Self::BlobsToKzgCommitments | Self::ComputeBlobKzgProofs => MANY_BLOBS,
            Self::ComputeManyCellsAndKzgProofs => CELL_BLOBS,
            _ => 1,
        }
    }

    /// Whether the prover's tables matter, so that each size of them is measured.
    #[must_use]
    pub fn uses_tables(self) -> bool {
        !self.is_verification()
            && self.group() != Group::FalseItems
            && !matches!(
                self,
                Self::ComputeCells | Self::RecoverCells | Self::SetupMainnet | Self::SetupFile
            )
    }

    /// Whether the answer is a verdict.
    #[must_use]
    pub fn is_verification(self) -> bool {
        matches!(
            self,
            Self::VerifyKzgProof
                | Self::VerifyBlobKzgProof
                | Self::VerifyBlobKzgProofBatch
                | Self::VerifyCellKzgProofBatchOneBlob
                | Self::VerifyCellKzgProofBatch
                | Self::VerifyCellKzgProofBatchManyBlobs
                | Self::SetupFirstVerification
        )
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|operation| operation.name() == name)
            .ok_or_else(|| format!("no operation is named {name:?}"))
    }
}
