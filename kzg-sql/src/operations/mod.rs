//! The functions, a file for each subject.

mod blobs;
mod cells;
mod recovery;
mod verification;
mod write_cells;

pub(crate) use blobs::{BlobProof, Commitment, VersionedHash};
pub(crate) use cells::{CellProofs, Cells};
pub(crate) use recovery::{BlobOfCells, Recover};
pub(crate) use verification::{VerifyBlob, VerifyCells};
pub(crate) use write_cells::WriteCells;

use crate::batch::Row;
use crate::operation::Value;

/// Rows of bytes as rows of values.
fn bytes<T: AsRef<[u8]>>(rows: Vec<Row<T>>) -> Vec<Row<Value>> {
    values(rows, |bytes| Value::Bytes(bytes.as_ref().to_vec()))
}

fn values<T>(rows: Vec<Row<T>>, value: impl Fn(T) -> Value) -> Vec<Row<Value>> {
    rows.into_iter()
        .map(|row| row.map(|row| row.map(&value)))
        .collect()
}
