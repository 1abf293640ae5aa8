//! The table of the handlers: their fields, in the order of the official vectors. The reading of
//! bodies, the OpenAPI document and the limits of lengths follow from it.

use kzg_advanced::{Blob, Bytes32, Bytes48, Cell, Operation};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

/// A handler of the official vectors, which is an operation of the specifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handler {
    /// The operation, whose name is that of the handler.
    pub operation: Operation,
    /// The fields of the input.
    pub fields: &'static [Field],
    /// The form of the output.
    pub output: Output,
}

/// A field of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The type of an item.
    pub kind: FieldKind,
    /// Whether the field is a list of items.
    pub list: bool,
}

/// The type of a field's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldKind {
    /// 131072 bytes.
    Blob,
    /// 2048 bytes.
    Cell,
    /// 48 bytes: a commitment or a proof.
    Point,
    /// 32 bytes.
    Scalar,
    /// A number; eight big-endian bytes in raw bodies.
    Index,
    /// The 64 field elements of a cell, each a string of its own in JSON.
    Evaluations,
}

/// The form of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Output {
    /// 48 bytes.
    Point,
    /// 32 bytes.
    Scalar,
    /// A verdict.
    Verdict,
    /// A proof and a value.
    ProofAndValue,
    /// 128 cells.
    Cells,
    /// 128 cells and their proofs.
    CellsAndProofs,
}

impl FieldKind {
    /// The number of bytes of an item in a raw body.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Blob => Blob::LENGTH,
            Self::Cell | Self::Evaluations => Cell::LENGTH,
            Self::Point => Bytes48::LENGTH,
            Self::Scalar => Bytes32::LENGTH,
            Self::Index => size_of::<u64>(),
        }
    }
}

const fn one(name: &'static str, kind: FieldKind) -> Field {
    let list = false;
    Field { name, kind, list }
}

const fn list(name: &'static str, kind: FieldKind) -> Field {
    let list = true;
    Field { name, kind, list }
}

const BLOB: Field = one("blob", FieldKind::Blob);
const COMMITMENT: Field = one("commitment", FieldKind::Point);
const PROOF: Field = one("proof", FieldKind::Point);
const Z: Field = one("z", FieldKind::Scalar);
const COMMITMENTS: Field = list("commitments", FieldKind::Point);
const PROOFS: Field = list("proofs", FieldKind::Point);
const CELL_INDICES: Field = list("cell_indices", FieldKind::Index);
const CELLS: Field = list("cells", FieldKind::Cell);

/// All handlers.
pub const HANDLERS: [Handler; 12] = [
    Handler {
        operation: Operation::BlobToKzgCommitment,
        fields: &[BLOB],
        output: Output::Point,
    },
    Handler {
        operation: Operation::ComputeKzgProof,
        fields: &[BLOB, Z],
        output: Output::ProofAndValue,
    },
    Handler {
        operation: Operation::ComputeBlobKzgProof,
        fields: &[BLOB, COMMITMENT],
        output: Output::Point,
    },
    Handler {
        operation: Operation::VerifyKzgProof,
        fields: &[COMMITMENT, Z, one("y", FieldKind::Scalar), PROOF],
        output: Output::Verdict,
    },
    Handler {
        operation: Operation::VerifyBlobKzgProof,
        fields: &[BLOB, COMMITMENT, PROOF],
        output: Output::Verdict,
    },
    Handler {
        operation: Operation::VerifyBlobKzgProofBatch,
        fields: &[list("blobs", FieldKind::Blob), COMMITMENTS, PROOFS],
        output: Output::Verdict,
    },
    Handler {
        operation: Operation::ComputeCells,
        fields: &[BLOB],
        output: Output::Cells,
    },
    Handler {
        operation: Operation::ComputeCellsAndKzgProofs,
        fields: &[BLOB],
        output: Output::CellsAndProofs,
    },
    Handler {
        operation: Operation::RecoverCellsAndKzgProofs,
        fields: &[CELL_INDICES, CELLS],
        output: Output::CellsAndProofs,
    },
    Handler {
        operation: Operation::VerifyCellKzgProofBatch,
        fields: &[COMMITMENTS, CELL_INDICES, CELLS, PROOFS],
        output: Output::Verdict,
    },
    Handler {
        operation: Operation::ComputeChallenge,
        fields: &[BLOB, COMMITMENT],
        output: Output::Scalar,
    },
    Handler {
        operation: Operation::ComputeVerifyCellKzgProofBatchChallenge,
        fields: &[
            COMMITMENTS,
            list("commitment_indices", FieldKind::Index),
            CELL_INDICES,
            list("cosets_evals", FieldKind::Evaluations),
            PROOFS,
        ],
        output: Output::Scalar,
    },
];

impl Handler {
    /// The handler with a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        HANDLERS.iter().find(|handler| handler.name() == name)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.operation.name()
    }

    /// The number of bytes of a raw body, or of one row of a raw body that is several lists of equal
    /// lengths; `None` where raw bodies are not defined.
    #[must_use]
    pub fn raw_length(&self) -> Option<RawLength> {
        // The lists of this handler have different lengths.
        if self.operation == Operation::ComputeVerifyCellKzgProofBatchChallenge {
            return None;
        }
        let length = self.fields.iter().map(|field| field.kind.length()).sum();
        Some(match self.fields.iter().any(|field| field.list) {
            true => RawLength::MultipleOf(length),
            false => RawLength::Exactly(length),
        })
    }

    /// The most bytes that a JSON body may need, white space included; `None` for lists.
    #[must_use]
    pub fn json_length(&self) -> Option<usize> {
        let is_fixed = matches!(self.raw_length(), Some(RawLength::Exactly(_)));
        is_fixed.then(|| self.least_json_length())
    }

    /// The most bytes that a JSON body with the fewest items may need, white space included.
    pub(crate) fn least_json_length(&self) -> usize {
        /// Room for names, punctuation and white space.
        const REST: usize = 4096;
        let rows = match self.operation {
            // The fewest cells from which the others are recovered.
            Operation::RecoverCellsAndKzgProofs => CELLS_PER_EXT_BLOB / 2,
            _ => 1,
        };
        let row = self.fields.iter().map(|field| field.kind.length());
        2 * rows * row.sum::<usize>() + REST
    }
}

/// The length of a raw body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawLength {
    /// A fixed number of bytes.
    Exactly(usize),
    /// A number of bytes for each item.
    MultipleOf(usize),
}
