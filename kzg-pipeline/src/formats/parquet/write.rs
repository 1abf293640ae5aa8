//! Writes a Parquet file: one page for each column in each row group.

use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof, kzg_to_versioned_hash};

use super::super::sidecars::check_count;
use super::super::{FormatError, SidecarProofs, Sidecars};
use super::thrift::{BINARY, I32, STRUCT, Writer};
use super::{CELL_PROOFS, MAGIC};

/// The rows of a row group: 4 MiB of blobs, as in the files of kzg-sql.
const ROW_GROUP: usize = 32;

/// The width of an unsigned integer of 64 bits.
const U64: usize = 8;

/// A column in the file.
struct Column {
    name: &'static str,
    /// The length of each value in bytes.
    width: usize,
    /// The values one after the other.
    values: Vec<u8>,
}

impl Column {
    fn new<'v>(name: &'static str, width: usize, values: impl Iterator<Item = &'v [u8]>) -> Self {
        let values = values.collect::<Vec<_>>().concat();
        Self {
            name,
            width,
            values,
        }
    }

    fn of_numbers(name: &'static str, numbers: impl Iterator<Item = u64>) -> Self {
        Self {
            name,
            width: U64,
            values: numbers.flat_map(u64::to_le_bytes).collect(),
        }
    }

    /// The number of the type: `INT64` or `FIXED_LEN_BYTE_ARRAY`.
    fn physical(&self) -> i32 {
        if self.width == U64 { 2 } else { 7 }
    }
}

/// The file of sidecars.
pub(super) fn file(sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
    sidecars.need_blobs()?;
    let columns = columns(sidecars)?;
    let rows = sidecars.blobs.len();
    let mut out = MAGIC.to_vec();
    let mut footer = Writer::default();
    footer.i32(1, 2);
    footer.list(2, STRUCT, 1 + columns.len());
    footer.item_struct();
    footer.text(4, "schema");
    footer.i32(5, columns.len() as i32);
    footer.end();
    for column in &columns {
        footer.item_struct();
        footer.i32(1, column.physical());
        if column.width != U64 {
            footer.i32(2, column.width as i32);
        }
        // Required.
        footer.i32(3, 0);
        footer.text(4, column.name);
        if column.width == U64 {
            // An unsigned integer.
            footer.i32(6, 14);
        }
        footer.end();
    }
    footer.i64(3, rows);
    footer.list(4, STRUCT, rows.div_ceil(ROW_GROUP));
    for first in (0..rows).step_by(ROW_GROUP) {
        let count = ROW_GROUP.min(rows - first);
        let start = out.len();
        footer.item_struct();
        footer.list(1, STRUCT, columns.len());
        for column in &columns {
            let values = &column.values[first * column.width..][..count * column.width];
            chunk(column, values, count, &mut out, &mut footer);
        }
        footer.i64(2, out.len() - start);
        footer.i64(3, count);
        footer.end();
    }
    footer.text(
        6,
        concat!("kzg-pipeline version ", env!("CARGO_PKG_VERSION")),
    );
    let footer = footer.finish();
    out.extend(&footer);
    out.extend((footer.len() as u32).to_le_bytes());
    out.extend(MAGIC);
    Ok(out)
}

/// Writes the page of a column in a row group, and its entry in the footer.
fn chunk(column: &Column, values: &[u8], count: usize, out: &mut Vec<u8>, footer: &mut Writer) {
    let start = out.len();
    // At most 4 MiB.
    let length = values.len() as i32;
    let mut header = Writer::default();
    header.i32(1, 0);
    header.i32(2, length);
    header.i32(3, length);
    header.i32(4, crc32fast::hash(values).cast_signed());
    header.begin(5);
    header.i32(1, count as i32);
    header.i32(2, PLAIN);
    // There are no levels; the field must be there.
    header.i32(3, RLE);
    header.i32(4, RLE);
    header.end();
    out.extend(header.finish());
    out.extend(values);
    footer.item_struct();
    footer.i64(2, start);
    footer.begin(3);
    footer.i32(1, column.physical());
    footer.list(2, I32, 1);
    footer.item_i32(PLAIN);
    footer.list(3, BINARY, 1);
    footer.item_text(column.name);
    footer.i32(4, UNCOMPRESSED);
    footer.i64(5, count);
    footer.i64(6, out.len() - start);
    footer.i64(7, out.len() - start);
    footer.i64(9, start);
    footer.end();
    footer.end();
}

const UNCOMPRESSED: i32 = 0;
const PLAIN: i32 = 0;
const RLE: i32 = 3;

/// The columns that sidecars fill, in the order of kzg-sql's tables.
fn columns(sidecars: &Sidecars) -> Result<Vec<Column>, FormatError> {
    let count = sidecars.blobs.len();
    let mut columns = Vec::new();
    if sidecars.block.is_none() && !sidecars.slots.is_empty() {
        check_count("slots", sidecars.slots.len(), count)?;
    }
    let slots: Vec<u64> = (0..count)
        .filter_map(|place| sidecars.slot(place))
        .collect();
    if !slots.is_empty() {
        columns.push(Column::of_numbers("slot", slots.into_iter()));
    }
    let index = |place| sidecars.indices.get(place).copied().unwrap_or(place as u64);
    columns.push(Column::of_numbers("index", (0..count).map(index)));
    let blobs = sidecars.blobs.iter().map(|blob| blob.as_slice());
    columns.push(Column::new("blob", Blob::LENGTH, blobs));
    let commitments = &sidecars.commitments;
    if !commitments.is_empty() {
        check_count("commitments", commitments.len(), count)?;
        let points = commitments.iter().map(|point| &point.0[..]);
        columns.push(Column::new("commitment", KzgCommitment::LENGTH, points));
    }
    match &sidecars.proofs {
        SidecarProofs::None => {}
        SidecarProofs::Blobs(proofs) => {
            check_count("proofs", proofs.len(), count)?;
            let points = proofs.iter().map(|point| &point.0[..]);
            columns.push(Column::new("proof", KzgProof::LENGTH, points));
        }
        SidecarProofs::Cells(proofs) => {
            check_count(
                "proofs",
                KzgProof::LENGTH * proofs.len(),
                CELL_PROOFS * count,
            )?;
            let points = proofs.iter().map(|point| &point.0[..]);
            columns.push(Column::new("cell_proofs", CELL_PROOFS, points));
        }
    }
    let hashes = if sidecars.versioned_hashes.is_empty() {
        commitments.iter().map(kzg_to_versioned_hash).collect()
    } else {
        check_count("versioned hashes", sidecars.versioned_hashes.len(), count)?;
        sidecars.versioned_hashes.clone()
    };
    if !hashes.is_empty() {
        let hashes = hashes.iter().map(|hash| &hash.0[..]);
        columns.push(Column::new("versioned_hash", Bytes32::LENGTH, hashes));
    }
    Ok(columns)
}
