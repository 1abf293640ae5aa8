//! The work of a node on all blobs of one block.

/// An operation on the blobs of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockWork {
    /// Verify one data column: a cell of each blob.
    VerifyColumn,
    /// Verify all 128 data columns in one call.
    VerifyColumns,
    /// Verify each cell of all columns, where one column is false.
    FindFalseColumn,
    /// Recover all cells and proofs of each blob from 64 columns.
    Recover,
    /// Compute all columns with their proofs, in one call where the library has such a call.
    ComputeColumns,
}

/// An operation on the blobs of a block, timed per blob.
#[derive(Debug, PartialEq, Eq)]
pub struct BlockOperation {
    pub(super) name: &'static str,
    /// The work.
    pub work: BlockWork,
    /// Number of blobs of the block.
    pub blobs: usize,
}

macro_rules! blocks {
    ($($blobs:literal),*; $($work:ident = $name:literal),*) => {
        blocks!(@ [$($blobs),*] $($work = $name),*)
    };
    (@ $blobs:tt $($work:ident = $name:literal),*) => {
        &[$(&blocks!(# $blobs $work $name)),*]
    };
    (# [$($blobs:literal),*] $work:ident $name:literal) => {
        [$(BlockOperation {
            name: concat!("block(", $blobs, "), ", $name, "/blob"),
            work: BlockWork::$work,
            blobs: $blobs,
        }),*]
    };
}

/// Every work on a block of 6, 21 and [`MOST_BLOBS`] blobs.
pub(super) static BLOCKS: &[&[BlockOperation; 3]] = blocks!(
    6, 21, 72;
    VerifyColumn = "verify one column",
    VerifyColumns = "verify all columns",
    FindFalseColumn = "find one false column",
    Recover = "recover from 64 columns",
    ComputeColumns = "compute all columns"
);

/// The most blobs of a block.
pub(crate) const MOST_BLOBS: usize = 72;

impl BlockOperation {
    pub(super) fn uses_tables(&self) -> bool {
        matches!(self.work, BlockWork::Recover | BlockWork::ComputeColumns)
    }

    pub(super) fn is_verification(&self) -> bool {
        matches!(
            self.work,
            BlockWork::VerifyColumn | BlockWork::VerifyColumns
        )
    }
}
