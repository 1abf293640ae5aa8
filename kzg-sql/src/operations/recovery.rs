//! `kzg_recover` and `kzg_blob`.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks::check_count;
use kzg_traits::{Blob, Cell, Error, Item};

use super::bytes;
use super::cells::CELLS;
use crate::Kzg;
use crate::arguments::Arguments;
use crate::batch::{self, EXTENSIONS_PER_CALL, Row};
use crate::operation::{Operation, Parameter, Value};

/// `kzg_recover(cells)` for 262144 bytes in which a lost cell is 2048 bytes of 0xff, and
/// `kzg_recover(cell_indices, cells)` for some cells: all 128 cells, 262144 bytes.
///
/// At least 64 cells are needed. More than 64 cells may contradict each other, which is not detected:
/// `kzg_verify_cells` comes first.
#[derive(Debug)]
pub(crate) struct Recover;

impl Operation for Recover {
    fn name(&self) -> &'static str {
        "kzg_recover"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[
            &[Parameter::CELLS],
            &[Parameter::CELL_INDICES, Parameter::CELLS],
        ]
    }

    fn returns(&self) -> DataType {
        CELLS
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let parsed = if arguments.len() == 1 {
            let rows = arguments.bytes(0)?.into_iter();
            rows.map(|row| row.map(without_lost_cells)).collect()
        } else {
            let indices = arguments.cell_indices(0)?.into_iter();
            let rows = indices.zip(arguments.bytes(1)?);
            rows.map(|(indices, cells)| Some(cells_at_indices(indices?, cells?)))
                .collect()
        };
        let rows = batch::in_calls(self.name(), EXTENSIONS_PER_CALL, parsed, |rows| {
            batch::many_or_one_by_one(rows, |rows| {
                let recovered = rows.iter().map(|(indices, cells)| {
                    let all = kzg.recover_cells(indices, cells.into())?;
                    Ok(Cell::bytes_of_many(&all).to_vec())
                });
                recovered.collect()
            })
        })?;
        Ok(bytes(rows))
    }
}

/// Cells of a blob with their indices.
type SomeCells<'a> = (Vec<u64>, Vec<&'a Cell>);

/// The cells that are not lost.
fn without_lost_cells(bytes: &[u8]) -> Result<SomeCells<'_>, Error> {
    let cells = Cell::many_from_slice(bytes)?;
    check_count(Item::Cell, CELLS_PER_EXT_BLOB, cells.len())?;
    let is_lost = |cell: &Cell| cell.0.iter().all(|&byte| byte == 0xff);
    Ok((0..).zip(cells).filter(|(_, cell)| !is_lost(cell)).unzip())
}

/// The cells with the given indices.
fn cells_at_indices(indices: Vec<u64>, bytes: &[u8]) -> Result<SomeCells<'_>, Error> {
    let cells = Cell::many_from_slice(bytes)?;
    check_count(Item::CellIndex, cells.len(), indices.len())?;
    Ok((indices, cells.iter().collect()))
}

/// `kzg_blob(cells)`: the blob of all 128 cells, which is the bytes of the first 64, 131072 bytes. The
/// content is not checked.
#[derive(Debug)]
pub(crate) struct BlobOfCells;

impl Operation for BlobOfCells {
    fn name(&self) -> &'static str {
        "kzg_blob"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::CELLS]]
    }

    fn returns(&self) -> DataType {
        DataType::FixedSizeBinary(Blob::LENGTH as i32)
    }

    fn evaluate(&self, _: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let blob = |bytes| {
            let cells = Cell::many_from_slice(bytes)?;
            check_count(Item::Cell, CELLS_PER_EXT_BLOB, cells.len())?;
            Ok(&bytes[..Blob::LENGTH])
        };
        let rows = arguments.bytes(0)?.into_iter();
        let parsed = rows.map(|row| row.map(blob)).collect();
        let rows = batch::in_calls(self.name(), EXTENSIONS_PER_CALL, parsed, |blobs| {
            Ok(blobs.iter().map(|blob| Ok(*blob)).collect())
        })?;
        Ok(bytes(rows))
    }
}
