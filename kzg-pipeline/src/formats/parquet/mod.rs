//! Blobs in Parquet files, the tables of archives and of SQL engines.
//!
//! The crate parquet (59.3) is not used: it allocates by the counts that a header claims, panics where
//! a dictionary is missing, decompresses gzip without a limit, and brings twelve crates into the
//! default build of the program. Blobs need a small part of the format: the footer, the pages, and the
//! encodings of bytes and integers. The tests of kzg-sql compare with that crate, and the tables in
//! `tests/data/parquet` are those of Arrow's library in C++, of Polars and of DuckDB.

mod footer;
mod pages;
mod thrift;
mod values;
mod write;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use super::sidecars::Contents;
use super::{Fault, Format, FormatError, LONGEST_FILE, ProofKind, SidecarProofs, Sidecars};
use footer::{Column, Footer, Physical};
use pages::Reader;

/// The first and the last bytes of a file.
const MAGIC: &[u8] = b"PAR1";

/// The most rows that are read: [`LONGEST_FILE`] bytes of blobs.
const MOST_ROWS: usize = LONGEST_FILE as usize / Blob::LENGTH;

/// The proofs of the cells of a blob in bytes.
const CELL_PROOFS: usize = CELLS_PER_EXT_BLOB * KzgProof::LENGTH;

/// A Parquet file with a blob in each row, as `kzg-sql import` writes it.
///
/// | column | type | read |
/// |---|---|---|
/// | `blob` | `FixedSizeBinary(131072)` | must be there, without a null; without the name, the only column of this type or the only one of `Binary` |
/// | `commitment`, `proof`, `versioned_hash` | `FixedSizeBinary` of 48, 48 and 32 bytes | null in every row or in none |
/// | `cell_proofs` | `FixedSizeBinary(6144)`, or a list of `FixedSizeBinary(48)` | the same; where there are proofs of both kinds, these are read |
/// | `slot`, `index` | integers | name the blobs in messages, if no row is null |
///
/// `Binary` columns whose values have these lengths are read too, `kzg_` may precede a name, and
/// other columns are ignored. Pages are plain or compressed by snappy, gzip or zstd. At most 512 rows
/// are read.
///
/// Writing produces columns without nulls in row groups of 32 rows, without compression and without
/// dictionaries, since blobs have little to compress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn holds(&self) -> Contents {
        Contents::proved(ProofKind::Any)
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        // Raw blobs may begin with these bytes, but rarely end with them as well.
        content.starts_with(MAGIC)
            && (content.ends_with(MAGIC) || !content.len().is_multiple_of(Blob::LENGTH))
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        if !content.starts_with(MAGIC) {
            return Err(FormatError::NoPart("PAR1 at the beginning"));
        }
        let file = File {
            footer: Footer::read(content).map_err(|error| error.within("footer"))?,
            content,
        };
        let blobs = file.blobs()?;
        let mut sidecars = Sidecars::of_blobs(blobs.iter().map(Vec::as_slice));
        drop(blobs);
        let points = file.claims("commitment", KzgCommitment::LENGTH)?;
        sidecars.commitments = points
            .iter()
            .map(|point| KzgCommitment(array(point)))
            .collect();
        let hashes = file.claims("versioned_hash", Bytes32::LENGTH)?;
        sidecars.versioned_hashes = hashes.iter().map(|hash| Bytes32(array(hash))).collect();
        let of_blobs = file.claims("proof", KzgProof::LENGTH)?;
        let of_cells = file.claims("cell_proofs", CELL_PROOFS)?;
        let proof = |bytes: &[u8]| KzgProof(array(bytes));
        sidecars.proofs = if !of_cells.is_empty() {
            let each = of_cells
                .iter()
                .flat_map(|proofs| proofs.chunks_exact(KzgProof::LENGTH));
            SidecarProofs::Cells(each.map(proof).collect())
        } else if !of_blobs.is_empty() {
            SidecarProofs::Blobs(of_blobs.iter().map(|bytes| proof(bytes)).collect())
        } else {
            SidecarProofs::None
        };
        sidecars.slots = file.numbers("slot")?;
        sidecars.indices = file.numbers("index")?;
        if (0..)
            .zip(&sidecars.indices)
            .all(|(place, index)| place == *index)
        {
            sidecars.indices.clear();
        }
        Ok(sidecars)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        write::file(sidecars)
    }
}

/// An array of bytes whose number was checked.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes
        .first_chunk()
        .expect("the length of the column's values")
}

/// A file whose footer was read.
struct File<'c> {
    content: &'c [u8],
    footer: Footer,
}

impl File<'_> {
    /// The column with a name.
    fn column(&self, name: &str) -> Option<&Column> {
        let is_named = |column: &&Column| {
            let found = column.name.to_ascii_lowercase();
            found == name || found.strip_prefix("kzg_") == Some(name)
        };
        self.footer.columns.iter().find(is_named)
    }

    /// The blob of each row.
    fn blobs(&self) -> Result<Vec<Vec<u8>>, FormatError> {
        let only = |physical: Physical| {
            let is_of_type =
                |column: &&Column| column.physical == physical && column.repetition == 0;
            let mut columns = self.footer.columns.iter().filter(is_of_type);
            columns.next().filter(|_| columns.next().is_none())
        };
        let column = self
            .column("blob")
            .or_else(|| only(Physical::Fixed(Blob::LENGTH)));
        let column = column.or_else(|| only(Physical::Bytes));
        let column = column.ok_or(FormatError::NoPart("column of blobs"))?;
        let values = self.values(column, Blob::LENGTH)?;
        without_nulls(values, &column.name)
    }

    /// The value of each row in the column of claims with this name; no values if there is no such
    /// column, or if it is null in every row.
    fn claims(&self, name: &str, width: usize) -> Result<Vec<Vec<u8>>, FormatError> {
        let column = self.column(name);
        let Some(column) = column.filter(|column| column.physical != Physical::Null) else {
            return Ok(Vec::new());
        };
        let values = self.values(column, width)?;
        if values.iter().all(Option::is_none) {
            return Ok(Vec::new());
        }
        without_nulls(values, &column.name)
    }

    /// The numbers in the column with this name; none if there is no such column of integers, or if
    /// a row is null.
    fn numbers(&self, name: &str) -> Result<Vec<u64>, FormatError> {
        let column = self.column(name);
        let width = match column.map(|column| column.physical) {
            Some(Physical::Int32) => 4,
            Some(Physical::Int64) => 8,
            _ => return Ok(Vec::new()),
        };
        let Some(column) = column.filter(|column| column.repetition == 0) else {
            return Ok(Vec::new());
        };
        let values = self.values(column, width)?;
        let number = |bytes: Vec<u8>| {
            let mut number = [0; 8];
            number[..width].copy_from_slice(&bytes);
            u64::from_le_bytes(number)
        };
        let numbers: Option<Vec<u64>> = values.into_iter().map(|row| row.map(number)).collect();
        Ok(numbers.unwrap_or_default())
    }

    /// The value of each row in a column, of `width` bytes.
    fn values(&self, column: &Column, width: usize) -> Result<Vec<Option<Vec<u8>>>, FormatError> {
        let place = |row: usize| format!("row {row}, column {}", column.name);
        // Only the proofs of cells are a list.
        let width_each = match column.repetition {
            0 => width,
            _ => KzgProof::LENGTH,
        };
        let is_list = column.repetition > 0;
        if !column.physical.holds(width_each) || is_list && width != CELL_PROOFS {
            let path = format!("column {}", column.name);
            return Err(FormatError::at(path, Fault::ColumnType { width }));
        }
        let mut reader = Reader::new(self.content, column, width_each);
        let groups = self.footer.groups.iter().enumerate();
        // A row group without rows has no values.
        for (number, group) in groups.filter(|(_, group)| group.rows > 0) {
            let chunk = column.chunk(group);
            let read = chunk.and_then(|chunk| reader.chunk(chunk, group.rows));
            let path = || format!("row group {number}, column {}", column.name);
            read.map_err(|error| error.within(&path()))?;
        }
        let rows = reader.finish();
        let lengths = rows
            .iter()
            .map(|row| row.as_ref().map(Vec::len))
            .enumerate();
        for (row, length) in lengths {
            if let Some(actual) = length.filter(|length| *length != width) {
                let (expected, unit) = (width, "bytes");
                let reason = Fault::Length {
                    actual,
                    expected,
                    unit,
                };
                return Err(FormatError::at(place(row), reason));
            }
        }
        Ok(rows)
    }
}

/// The values of rows without a null.
fn without_nulls(rows: Vec<Option<Vec<u8>>>, name: &str) -> Result<Vec<Vec<u8>>, FormatError> {
    let each = rows.into_iter().enumerate().map(|(row, value)| {
        value.ok_or_else(|| FormatError::at(format!("row {row}, column {name}"), Fault::Null))
    });
    each.collect()
}
