//! Blobs and tables for the tests.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Array, RecordBatch,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use kzg_backends::{Blst, TrustedSetup};
use kzg_datafusion::Kzg;
use kzg_traits::{Blob, Exec, KzgCommitment, KzgProof};

/// The setup of mainnet.
pub(crate) fn kzg() -> Kzg {
    Kzg::mainnet().expect("blst runs everywhere")
}

/// A blob of pseudorandom field elements.
pub(crate) fn blob(seed: u64) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for word in blob.0.chunks_exact_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word.copy_from_slice(&state.to_be_bytes());
    }
    for element in blob.0.chunks_exact_mut(32) {
        element[0] &= 0x3f;
    }
    blob
}

/// A blob whose field element `element` is not canonical.
pub(crate) fn malformed_blob(element: usize) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[32 * element..32 * (element + 1)].fill(0xff);
    blob
}

/// A blob with its commitment and proof.
#[derive(Clone)]
pub(crate) struct Proved {
    pub(crate) blob: Box<Blob>,
    pub(crate) commitment: KzgCommitment,
    pub(crate) proof: KzgProof,
}

pub(crate) fn proved(kzg: &Kzg, seed: u64) -> Proved {
    let blob = blob(seed);
    let commitment = kzg.blob_to_kzg_commitment(&blob).expect("a canonical blob");
    let proof = kzg
        .compute_blob_kzg_proof(&blob, &commitment)
        .expect("a valid commitment");
    Proved {
        blob,
        commitment,
        proof,
    }
}

/// A column of values with one length.
pub(crate) fn fixed<'a>(width: usize, values: impl Iterator<Item = Option<&'a [u8]>>) -> ArrayRef {
    let mut builder = FixedSizeBinaryBuilder::new(width as i32);
    for value in values {
        match value {
            Some(value) => builder.append_value(value).expect("a value of the width"),
            None => builder.append_null(),
        }
    }
    let array: FixedSizeBinaryArray = builder.finish();
    Arc::new(array)
}

/// Writes the columns `id`, `blob`, `commitment` and `proof`.
pub(crate) fn write_proved(path: &Path, first_id: i64, rows: &[Proved]) {
    let ids = Int64Array::from_iter_values((first_id..).take(rows.len()));
    let blobs = rows.iter().map(|row| Some(row.blob.as_slice()));
    let commitments = rows.iter().map(|row| Some(row.commitment.as_slice()));
    let proofs = rows.iter().map(|row| Some(row.proof.as_slice()));
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(ids)),
        ("blob", fixed(Blob::LENGTH, blobs)),
        ("commitment", fixed(48, commitments)),
        ("proof", fixed(48, proofs)),
    ];
    write(
        path,
        RecordBatch::try_from_iter(columns).expect("columns of one length"),
    );
}

/// Writes the columns `id` and `blob`.
pub(crate) fn write_blobs(path: &Path, first_id: i64, blobs: &[Box<Blob>]) {
    let ids = Int64Array::from_iter_values((first_id..).take(blobs.len()));
    let values = blobs.iter().map(|blob| Some(blob.as_slice()));
    let columns: [(&str, ArrayRef); 2] =
        [("id", Arc::new(ids)), ("blob", fixed(Blob::LENGTH, values))];
    write(
        path,
        RecordBatch::try_from_iter(columns).expect("columns of one length"),
    );
}

fn write(path: &Path, batch: RecordBatch) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(32))
        .set_dictionary_enabled(false)
        .build();
    let file = File::create(path).expect("a new file");
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a schema");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

/// Writes an insecure trusted setup to a file of a folder.
pub(crate) fn development_setup(folder: &Path) -> PathBuf {
    let setup = TrustedSetup::insecure_development_setup::<Blst>(1337, &Exec::serial());
    let path = folder.join("development-setup.txt");
    std::fs::write(&path, setup.expect("a setup").to_text()).expect("a new file");
    path
}
