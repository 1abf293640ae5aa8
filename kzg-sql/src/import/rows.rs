//! The rows of an imported table.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryBuilder, RecordBatch, StringBuilder, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::parquet::errors::ParquetError;
use kzg_pipeline::formats::{BlobCells, SidecarProofs, Sidecars};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof, kzg_to_versioned_hash};

const CELL_PROOFS: usize = CELLS_PER_EXT_BLOB * KzgProof::LENGTH;

/// The columns of an imported table.
pub(super) fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let fixed = |width| DataType::FixedSizeBinary(width as i32);
        Arc::new(Schema::new(vec![
            Field::new("source", DataType::Utf8, false),
            Field::new("slot", DataType::UInt64, true),
            Field::new("index", DataType::UInt64, false),
            Field::new("blob", fixed(Blob::LENGTH), false),
            Field::new("commitment", fixed(KzgCommitment::LENGTH), true),
            Field::new("proof", fixed(KzgProof::LENGTH), true),
            Field::new("cell_proofs", fixed(CELL_PROOFS), true),
            Field::new("versioned_hash", fixed(Bytes32::LENGTH), true),
            Field::new("error", DataType::Utf8, true),
        ]))
    });
    SCHEMA.clone()
}

/// Rows that are not written yet.
#[derive(Default)]
pub(super) struct Rows(Vec<Row>);

struct Row {
    source: String,
    slot: Option<u64>,
    index: u64,
    blob: Box<Blob>,
    commitment: Option<KzgCommitment>,
    proof: Option<KzgProof>,
    cell_proofs: Option<Vec<u8>>,
    versioned_hash: Option<Bytes32>,
    error: Option<String>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a blob with what its file claims.
    pub(super) fn push(
        &mut self,
        source: &str,
        sidecars: &Sidecars,
        position: usize,
        error: Option<String>,
    ) {
        let commitment = sidecars.commitments.get(position).copied();
        let hash = sidecars.versioned_hashes.get(position).copied();
        let (proof, cell_proofs) = match &sidecars.proofs {
            SidecarProofs::Blobs(proofs) => (proofs.get(position).copied(), None),
            SidecarProofs::Cells(proofs) => {
                let mut blobs = proofs.chunks_exact(CELLS_PER_EXT_BLOB);
                let proofs = blobs.nth(position).map(KzgProof::bytes_of_many);
                (None, proofs.map(<[u8]>::to_vec))
            }
            _ => {
                let cells = sidecars.cells.get(position);
                (None, cells.and_then(proofs_of_all).map(<[u8]>::to_vec))
            }
        };
        self.0.push(Row {
            source: source.to_owned(),
            slot: sidecars.slot(position),
            index: sidecars
                .indices
                .get(position)
                .copied()
                .unwrap_or(position as u64),
            blob: sidecars.blobs[position].clone(),
            commitment,
            proof,
            cell_proofs,
            versioned_hash: hash.or_else(|| commitment.as_ref().map(kzg_to_versioned_hash)),
            error,
        });
    }

    /// Takes the rows as a record batch.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ParquetError> {
        let rows = core::mem::take(&mut self.0);
        let mut source = StringBuilder::new();
        let mut error = StringBuilder::new();
        let (mut slot, mut index) = (UInt64Builder::new(), UInt64Builder::new());
        for row in &rows {
            source.append_value(&row.source);
            error.append_option(row.error.as_ref());
            slot.append_option(row.slot);
            index.append_value(row.index);
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(source.finish()),
            Arc::new(slot.finish()),
            Arc::new(index.finish()),
            fixed(&rows, Blob::LENGTH, |row| Some(row.blob.as_slice()))?,
            fixed(&rows, KzgCommitment::LENGTH, |row| {
                row.commitment.as_ref().map(AsRef::as_ref)
            })?,
            fixed(&rows, KzgProof::LENGTH, |row| {
                row.proof.as_ref().map(AsRef::as_ref)
            })?,
            fixed(&rows, CELL_PROOFS, |row| row.cell_proofs.as_deref())?,
            fixed(&rows, Bytes32::LENGTH, |row| {
                row.versioned_hash.as_ref().map(AsRef::as_ref)
            })?,
            Arc::new(error.finish()),
        ];
        Ok(RecordBatch::try_new(schema(), columns)?)
    }
}

/// The proofs of cells, if all 128 cells of the blob are there.
fn proofs_of_all(cells: &BlobCells) -> Option<&[u8]> {
    let indices = cells.indices.iter().copied();
    let are_all = indices.eq(0..CELLS_PER_EXT_BLOB as u64);
    let proofs = KzgProof::bytes_of_many(&cells.proofs);
    (are_all && proofs.len() == CELL_PROOFS).then_some(proofs)
}

fn fixed<'a>(
    rows: &'a [Row],
    width: usize,
    value: impl Fn(&'a Row) -> Option<&'a [u8]>,
) -> Result<ArrayRef, ParquetError> {
    let mut builder = FixedSizeBinaryBuilder::with_capacity(rows.len(), width as i32);
    for row in rows {
        match value(row) {
            Some(value) => builder.append_value(value)?,
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}
