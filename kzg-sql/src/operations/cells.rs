//! `kzg_cells` and `kzg_cell_proofs`.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, KzgProof};

use super::blobs::{blobs, reasons_of_blobs};
use super::bytes;
use crate::arguments::Arguments;
use crate::batch::{self, EXTENSIONS_PER_CALL, Row};
use crate::operation::{Operation, Parameter, Value};
use crate::{Kzg, Reason};

/// `kzg_cells(blob)`: the 128 cells of a blob's extension one after the other, 262144 bytes. The
/// first 64 cells are the blob.
#[derive(Debug)]
pub(crate) struct Cells;

impl Operation for Cells {
    fn name(&self) -> &'static str {
        "kzg_cells"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB]]
    }

    fn returns(&self) -> DataType {
        CELLS
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let rows = batch::in_calls(
            self.name(),
            EXTENSIONS_PER_CALL,
            blobs(arguments)?,
            |blobs| {
                batch::many_or_one_by_one(blobs, |blobs| {
                    blobs.iter().map(|blob| extension(kzg, blob)).collect()
                })
            },
        )?;
        Ok(bytes(rows))
    }

    /// A blob whose field elements are canonical has cells, so nothing is computed.
    fn reasons(&self, _: &Kzg, arguments: &Arguments) -> Result<Vec<Option<Reason>>> {
        reasons_of_blobs(self.name(), arguments)
    }
}

/// `kzg_cell_proofs(blob)`: the proofs of the 128 cells one after the other, 6144 bytes.
#[derive(Debug)]
pub(crate) struct CellProofs;

impl Operation for CellProofs {
    fn name(&self) -> &'static str {
        "kzg_cell_proofs"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB]]
    }

    fn returns(&self) -> DataType {
        DataType::FixedSizeBinary((CELLS_PER_EXT_BLOB * KzgProof::LENGTH) as i32)
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let rows = batch::in_calls(
            self.name(),
            EXTENSIONS_PER_CALL,
            blobs(arguments)?,
            |blobs| {
                batch::many_or_one_by_one(blobs, |blobs: &[&Blob]| {
                    let (_, proofs) = kzg.compute_many_cells_and_kzg_proofs(blobs.into())?;
                    let each = proofs.chunks_exact(CELLS_PER_EXT_BLOB);
                    Ok(each
                        .map(|proofs| KzgProof::bytes_of_many(proofs).to_vec())
                        .collect())
                })
            },
        )?;
        Ok(bytes(rows))
    }

    /// A blob whose field elements are canonical has proofs, so nothing is computed.
    fn reasons(&self, _: &Kzg, arguments: &Arguments) -> Result<Vec<Option<Reason>>> {
        reasons_of_blobs(self.name(), arguments)
    }
}

/// The type of all cells of a blob.
pub(super) const CELLS: DataType =
    DataType::FixedSizeBinary((CELLS_PER_EXT_BLOB * Cell::LENGTH) as i32);

/// The bytes of all cells of a blob.
pub(super) fn extension(kzg: &Kzg, blob: &Blob) -> kzg_traits::error::Result<Vec<u8>> {
    Ok(Cell::bytes_of_many(&kzg.compute_cells(blob)?).to_vec())
}
