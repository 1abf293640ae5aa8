//! Blobs for the tests of the processors, and the results that a [`Fake`] gives for them.

use std::sync::Arc;

use kzg_testing::fake::Fake;
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

/// A fake whose calls have `items_per_call` items.
pub(crate) fn fake(items_per_call: usize) -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new("fake").with_items_per_call(items_per_call))
}

/// A fake that returns empty vectors where the interface asks for full ones, and has other numbers
/// of items per call for each operation. Its calls that write into buffers are right.
pub(crate) fn careless() -> Fake {
    Fake::new("careless")
        .with_short_vectors()
        .with_items_of(Operation::BlobsToKzgCommitments, 2)
        .with_items_of(Operation::ComputeBlobKzgProofs, 3)
        .with_items_of(Operation::ComputeManyCellsAndKzgProofs, 4)
        .with_items_of(Operation::VerifyBlobKzgProofEach, 64)
}

/// Blob `number` of a test.
pub(crate) fn blob(number: u16) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[1..3].copy_from_slice(&number.to_be_bytes());
    blob
}

/// The first `count` blobs.
pub(crate) fn blobs(count: u16) -> Vec<Box<Blob>> {
    (0..count).map(blob).collect()
}

/// A blob with a field element that is not canonical.
pub(crate) fn malformed_blob() -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[0] = 0xff;
    blob
}

/// The commitment to blob `number`.
pub(crate) fn commitment(number: u16) -> KzgCommitment {
    let made = fake(1).blob_to_kzg_commitment(&blob(number));
    made.expect("the blob is well formed")
}

/// The proof of blob `number`.
pub(crate) fn proof(number: u16) -> KzgProof {
    let made = fake(1).compute_blob_kzg_proof(&blob(number), &commitment(number));
    made.expect("the blob is well formed")
}

/// The proof of the value of blob `number` at zero, and the value.
pub(crate) fn opening(number: u16) -> (KzgProof, Bytes32) {
    let made = fake(1).compute_kzg_proof(&blob(number), &Bytes32::default());
    made.expect("the blob is well formed")
}

/// The cells of blob `number` and their proofs.
pub(crate) fn cells_and_proofs(number: u16) -> (Vec<Cell>, Vec<KzgProof>) {
    let made = fake(1).compute_cells_and_kzg_proofs(&blob(number));
    made.expect("the blob is well formed")
}
