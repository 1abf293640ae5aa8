//! What is measured.

use core::fmt;
use core::str::FromStr;

/// Blobs in the batch of blob proofs: the most that a block of the next years may carry.
pub const BATCH_BLOBS: usize = 64;
/// Blobs in the operations on many blobs that need no cells.
pub const MANY_BLOBS: usize = 16;
/// Blobs whose cells and proofs are computed, or whose columns are verified, together.
pub const CELL_BLOBS: usize = 6;
/// Blobs of the largest batch of cells.
pub const BLOCK_BLOBS: usize = 21;
/// Blobs whose cell proofs are decoded together: 1024 points.
pub const DECODED_BLOBS: usize = 8;

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
    /// Verify all cells of [`BLOCK_BLOBS`] blobs.
    VerifyCellKzgProofBatchBlock,
    /// Verify each of [`BATCH_BLOBS`] blobs' proofs, of which some are false.
    VerifyBlobKzgProofEach(FalseItems),
    /// Verify each cell of [`CELL_BLOBS`] blobs, of which some are false.
    VerifyCellKzgProofEach(FalseItems),
    /// Verify each cell of [`BLOCK_BLOBS`] blobs, of which some are false.
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
    /// Decode the cell proofs of [`DECODED_BLOBS`] blobs and check their subgroup with one call of
    /// a backend.
    DecodePoints,
    /// Another operation on points with known relations.
    Related(&'static RelatedOperation),
}

/// Points with known relations, which whoever sends blobs and proofs can choose. Their operations
/// should not take longer than those on random points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The polynomial `X^64` in every blob: all cell proofs are the generator.
    EqualCellProofs,
    /// The polynomials `X^64` and `-X^64` in turn: the cell proofs of neighbours are opposite.
    OppositeCellProofs,
    /// The polynomial `X + 7` in every blob: all blob proofs are the generator.
    EqualBlobProofs,
    /// The polynomials `X + 7` and `-X - 7` in turn: the blob proofs of neighbours are opposite.
    OppositeBlobProofs,
    /// Blobs of zeros: all commitments and proofs are infinity.
    Infinity,
}

impl Relation {
    /// Number of relations.
    pub const COUNT: usize = Self::Infinity as usize + 1;
}

/// An operation on points with known relations.
#[derive(Debug, PartialEq, Eq)]
pub struct RelatedOperation {
    name: &'static str,
    /// The same operation on random points.
    pub operation: Operation,
    /// The relation between the points.
    pub relation: Relation,
}

const fn related(name: &'static str, operation: Operation, relation: Relation) -> RelatedOperation {
    RelatedOperation {
        name,
        operation,
        relation,
    }
}

static RELATED: [RelatedOperation; 14] = [
    related(
        "verify_blob_kzg_proof_batch(64), all points equal",
        Operation::VerifyBlobKzgProofBatch,
        Relation::EqualBlobProofs,
    ),
    related(
        "verify_blob_kzg_proof_batch(64), all opposite",
        Operation::VerifyBlobKzgProofBatch,
        Relation::OppositeBlobProofs,
    ),
    related(
        "verify_blob_kzg_proof_batch(64), all infinity",
        Operation::VerifyBlobKzgProofBatch,
        Relation::Infinity,
    ),
    related(
        "compute_cells_and_kzg_proofs, sparse blob",
        Operation::ComputeCellsAndKzgProofs,
        Relation::EqualCellProofs,
    ),
    related(
        "compute_cells_and_kzg_proofs, zero blob",
        Operation::ComputeCellsAndKzgProofs,
        Relation::Infinity,
    ),
    related(
        "recover_cells_and_kzg_proofs(64), sparse blob",
        Operation::RecoverCellsAndKzgProofs,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(1x128), sparse blob",
        Operation::VerifyCellKzgProofBatchOneBlob,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(1x128), all infinity",
        Operation::VerifyCellKzgProofBatchOneBlob,
        Relation::Infinity,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), sparse blob",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), all opposite",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::OppositeCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), all infinity",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::Infinity,
    ),
    related(
        "g1_from_bytes_batched(1024), all points equal",
        Operation::DecodePoints,
        Relation::EqualCellProofs,
    ),
    related(
        "g1_from_bytes_batched(1024), all opposite",
        Operation::DecodePoints,
        Relation::OppositeCellProofs,
    ),
    related(
        "g1_from_bytes_batched(1024), all infinity",
        Operation::DecodePoints,
        Relation::Infinity,
    ),
];

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
    /// Points with known relations, and what they are compared with.
    RelatedPoints,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 6] = [
        Self::Eip4844,
        Self::Eip7594,
        Self::FalseItems,
        Self::ManyBlobs,
        Self::Setup,
        Self::RelatedPoints,
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
            Self::RelatedPoints => "related",
        }
    }
}

impl Operation {
    /// Every operation on random points, in the order of reports.
    const RANDOM: [Self; 29] = [
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
        Self::DecodePoints,
    ];

    /// Every operation, in the order of reports.
    pub fn all() -> impl Iterator<Item = Self> {
        let related = RELATED.iter().map(Self::Related);
        Self::RANDOM.into_iter().chain(related)
    }

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
            Self::VerifyCellKzgProofBatchBlock => "verify_cell_kzg_proof_batch(21x128)",
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
            Self::DecodePoints => "g1_from_bytes_batched(1024)",
            Self::Related(related) => related.name,
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
            Self::DecodePoints | Self::Related(_) => Group::RelatedPoints,
        }
    }

    /// The operations of a group.
    pub fn of(group: Group) -> impl Iterator<Item = Self> {
        Self::all().filter(move |operation| operation.group() == group)
    }

    /// The blobs that a time is divided by.
    #[must_use]
    pub fn divisor(self) -> usize {
        match self {
            Self::BlobsToKzgCommitments | Self::ComputeBlobKzgProofs => MANY_BLOBS,
            Self::ComputeManyCellsAndKzgProofs => CELL_BLOBS,
            Self::Related(related) => related.operation.divisor(),
            _ => 1,
        }
    }

    /// Whether the prover's tables matter, so that each size of them is measured.
    #[must_use]
    pub fn uses_tables(self) -> bool {
        if let Self::Related(related) = self {
            return related.operation.uses_tables();
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
            )
    }

    /// Whether the answer is a verdict.
    #[must_use]
    pub fn is_verification(self) -> bool {
        if let Self::Related(related) = self {
            return related.operation.is_verification();
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
