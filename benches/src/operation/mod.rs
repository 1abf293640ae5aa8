//! The measured operations, their names, groups and batch sizes.

mod block;
mod group;
mod related;

use core::fmt;
use core::str::FromStr;

pub(crate) use block::MOST_BLOBS;
pub use block::{BlockOperation, BlockWork};
pub use group::Group;
use related::RELATED;
pub use related::{RelatedOperation, Relation};

/// Number of blobs in the batch of blob proofs: the most that a block may carry in the next years.
pub const BATCH_BLOBS: usize = 64;
/// Number of blobs in the operations on many blobs without cells.
pub const MANY_BLOBS: usize = 16;
/// Number of blobs whose cells and proofs are computed, or whose cells are verified, in one call.
pub const CELL_BLOBS: usize = 6;
/// Number of blobs in the largest batch of cells.
pub const BLOCK_BLOBS: usize = 21;
/// Number of blobs whose cell proofs are decoded in one call: 1024 points.
pub const DECODED_BLOBS: usize = 8;

/// The items of a batch that are false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FalseItems {
    /// All cells of one column, or one blob.
    One,
    /// One item of 16: all cells of eight columns, or four blobs of [`BATCH_BLOBS`].
    OneOf16,
    /// All items.
    All,
}

impl FalseItems {
    /// Whether an item is false: a blob of a batch, or a column of 128.
    #[must_use]
    pub fn contains(self, position: usize) -> bool {
        match self {
            Self::One => position == 50,
            Self::OneOf16 => position % 16 == 7,
            Self::All => true,
        }
    }
}

/// A measured operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Commit to a blob.
    BlobToKzgCommitment,
    /// Evaluate a blob at a point outside the domain, and prove the value.
    ComputeKzgProof,
    /// Prove that a blob matches its commitment.
    ComputeBlobKzgProof,
    /// Verify an evaluation.
    VerifyKzgProof,
    /// Verify a blob proof.
    VerifyBlobKzgProof,
    /// Verify the proofs of [`BATCH_BLOBS`] blobs in one call.
    VerifyBlobKzgProofBatch,
    /// Compute the cells of a blob.
    ComputeCells,
    /// Compute the cells and cell proofs of a blob.
    ComputeCellsAndKzgProofs,
    /// Recover all cells and proofs from half of the cells.
    RecoverCellsAndKzgProofs,
    /// Recover all cells without proofs from half of the cells.
    RecoverCells,
    /// Verify all cells of one blob.
    VerifyCellKzgProofBatchOneBlob,
    /// Verify all cells of [`CELL_BLOBS`] blobs.
    VerifyCellKzgProofBatch,
    /// Verify all cells of [`BLOCK_BLOBS`] blobs.
    VerifyCellKzgProofBatchBlock,
    /// Verify all cells of [`BLOCK_BLOBS`] blobs, with proofs that are on the curve and outside the
    /// subgroup.
    VerifyCellKzgProofBatchOutside,
    /// Verify each of [`BATCH_BLOBS`] blobs' proofs, of which some are false.
    VerifyBlobKzgProofEach(FalseItems),
    /// Verify each cell of [`CELL_BLOBS`] blobs, of which some are false.
    VerifyCellKzgProofEach(FalseItems),
    /// Verify each cell of [`BLOCK_BLOBS`] blobs, of which some are false.
    VerifyCellKzgProofEachManyBlobs(FalseItems),
    /// Commit to [`MANY_BLOBS`] blobs, in one call where the library has such a call.
    BlobsToKzgCommitments,
    /// Prove [`MANY_BLOBS`] blobs, in one call where the library has such a call.
    ComputeBlobKzgProofs,
    /// Compute the cells and cell proofs of [`CELL_BLOBS`] blobs, in one call where the library has
    /// such a call.
    ComputeManyCellsAndKzgProofs,
    /// Load the mainnet setup, without tables.
    SetupMainnet,
    /// Load the mainnet setup, and verify a blob proof and a cell.
    SetupFirstVerification,
    /// Load the mainnet setup, and build all tables of the prover.
    SetupProverTables,
    /// Read and validate a setup other than the mainnet setup.
    SetupFile,
    /// Decode the cell proofs of [`DECODED_BLOBS`] blobs and check that the points lie in the
    /// subgroup, in one call of a backend.
    DecodePoints,
    /// The work of a node on the blobs of one block.
    Block(&'static BlockOperation),
    /// Another operation on points with known relations.
    Related(&'static RelatedOperation),
}

impl Operation {
    /// Every operation on random points, in the order of reports.
    const RANDOM: [Self; 30] = [
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
        Self::VerifyCellKzgProofBatchBlock,
        Self::VerifyBlobKzgProofEach(FalseItems::One),
        Self::VerifyBlobKzgProofEach(FalseItems::All),
        Self::VerifyCellKzgProofEach(FalseItems::One),
        Self::VerifyCellKzgProofEach(FalseItems::OneOf16),
        Self::VerifyCellKzgProofEach(FalseItems::All),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::One),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::OneOf16),
        Self::VerifyCellKzgProofEachManyBlobs(FalseItems::All),
        Self::BlobsToKzgCommitments,
        Self::ComputeBlobKzgProofs,
        Self::ComputeManyCellsAndKzgProofs,
        Self::SetupMainnet,
        Self::SetupFirstVerification,
        Self::SetupProverTables,
        Self::SetupFile,
        Self::DecodePoints,
        Self::VerifyCellKzgProofBatchOutside,
    ];

    /// Every operation, in the order of reports.
    pub fn all() -> impl Iterator<Item = Self> {
        let related = RELATED.iter().map(Self::Related);
        let blocks = block::BLOCKS.iter().copied().flatten().map(Self::Block);
        Self::RANDOM.into_iter().chain(blocks).chain(related)
    }

    /// The name in reports: the name in the specification, with the size of the batch.
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
            Self::VerifyCellKzgProofBatchBlock => "verify_cell_kzg_proof_batch(21x128)",
            Self::VerifyCellKzgProofBatchOutside => {
                "verify_cell_kzg_proof_batch(21x128), all outside the subgroup"
            }
            Self::VerifyBlobKzgProofEach(FalseItems::One) => {
                "verify_blob_kzg_proof_each(64, 1 false)"
            }
            Self::VerifyBlobKzgProofEach(FalseItems::OneOf16) => {
                "verify_blob_kzg_proof_each(64, 4 false)"
            }
            Self::VerifyBlobKzgProofEach(FalseItems::All) => {
                "verify_blob_kzg_proof_each(64, all false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::One) => {
                "verify_cell_kzg_proof_each(6x128, 1 column false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::OneOf16) => {
                "verify_cell_kzg_proof_each(6x128, 8 columns false)"
            }
            Self::VerifyCellKzgProofEach(FalseItems::All) => {
                "verify_cell_kzg_proof_each(6x128, all false)"
            }
            Self::VerifyCellKzgProofEachManyBlobs(FalseItems::One) => {
                "verify_cell_kzg_proof_each(21x128, 1 column false)"
            }
            Self::VerifyCellKzgProofEachManyBlobs(FalseItems::OneOf16) => {
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
            Self::DecodePoints => "g1_from_bytes_batched(1024)",
            Self::Block(block) => block.name,
            Self::Related(related) => related.name,
        }
    }

    /// The group of the operation.
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
            | Self::VerifyCellKzgProofBatchBlock => Group::Eip7594,
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
            Self::Block(_) => Group::Block,
            Self::DecodePoints | Self::VerifyCellKzgProofBatchOutside | Self::Related(_) => {
                Group::RelatedPoints
            }
        }
    }

    /// The operations of a group.
    pub fn of(group: Group) -> impl Iterator<Item = Self> {
        Self::all().filter(move |operation| operation.group() == group)
    }

    /// Number by which a time is divided: the number of blobs where the time is per blob, or one.
    #[must_use]
    pub fn divisor(self) -> usize {
        match self {
            Self::BlobsToKzgCommitments | Self::ComputeBlobKzgProofs => MANY_BLOBS,
            Self::ComputeManyCellsAndKzgProofs => CELL_BLOBS,
            Self::Block(block) => block.blobs,
            Self::Related(related) => related.operation.divisor(),
            _ => 1,
        }
    }

    /// Whether the operation uses the prover's tables, so that each table size is measured.
    #[must_use]
    pub fn uses_tables(self) -> bool {
        match self {
            Self::Block(block) => return block.uses_tables(),
            Self::Related(related) => return related.operation.uses_tables(),
            _ => {}
        }
        !self.is_verification()
            && self.group() != Group::FalseItems
            && !matches!(
                self,
                Self::ComputeCells
                    | Self::RecoverCells
                    | Self::SetupMainnet
                    | Self::SetupFile
                    | Self::DecodePoints
                    | Self::VerifyCellKzgProofBatchOutside
            )
    }

    /// Whether the answer is a verdict: `true` or `false`.
    #[must_use]
    pub fn is_verification(self) -> bool {
        match self {
            Self::Block(block) => return block.is_verification(),
            Self::Related(related) => return related.operation.is_verification(),
            _ => {}
        }
        matches!(
            self,
            Self::VerifyKzgProof
                | Self::VerifyBlobKzgProof
                | Self::VerifyBlobKzgProofBatch
                | Self::VerifyCellKzgProofBatchOneBlob
                | Self::VerifyCellKzgProofBatch
                | Self::VerifyCellKzgProofBatchBlock
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
        Self::all()
            .find(|operation| operation.name() == name)
            .ok_or_else(|| format!("no operation is named {name:?}"))
    }
}
