//! Blobs for tests of what stands above a backend, and what [`Fake`] settings make of them.

use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::testing::fake::Fake;
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

/// Settings that want so many items in a call.
pub(crate) fn fake(items_per_call: usize) -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new("fake").with_items_per_call(items_per_call))
}

/// Blob `number` of a test.
pub(crate) fn blob(number: u16) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[1..3].copy_from_slice(&number.to_be_bytes());
    blob
}

/// The first so many blobs.
pub(crate) fn blobs(count: u16) -> Vec<Box<Blob>> {
    (0..count).map(blob).collect()
}

/// A blob that no operation takes.
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

/// Settings by somebody who did not read the interface: of any of its liberties they take the
/// worst. What writes into buffers is right.
#[derive(Debug)]
pub(crate) struct Odd {
    /// Whether asking for their name panics.
    pub(crate) nameless: bool,
    inner: Arc<dyn KzgSettings>,
}

impl Odd {
    pub(crate) fn over(inner: Arc<dyn KzgSettings>) -> Self {
        Self {
            nameless: false,
            inner,
        }
    }
}

macro_rules! odd {
    (
        returning { $($a:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;)* }
        writing { $(
            $b:ident: $into:ident($($input:ident: $of:ty),*)
                => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
        )* }
        allocating { $($c:ident: $vec:ident($($ignored:ident: $ignored_type:ty),*) -> $vectors:ty;)* }
    ) => {
        $(fn $method(&self, $($name: $type),*) -> Result<$result> {
            self.inner.$method($($name),*)
        })*
        $(fn $into(
            &self,
            $($input: $of,)*
            $out: &mut [$item],
            $($more: &mut [$more_item],)?
        ) -> Result<()> {
            self.inner.$into($($input,)* $out $(, $more)?)
        })*
        // Vectors shorter than they are said to be.
        $(fn $vec(&self, $(_: $ignored_type),*) -> Result<$vectors> {
            Ok(Default::default())
        })*
    };
}

impl KzgSettings for Odd {
    fn backend(&self) -> &str {
        assert!(!self.nameless, "scripted");
        "odd"
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        match operation {
            Operation::BlobsToKzgCommitments => 2,
            Operation::ComputeBlobKzgProofs => 3,
            Operation::ComputeManyCellsAndKzgProofs => 4,
            Operation::VerifyBlobKzgProofEach => 64,
            _ => 1,
        }
    }

    kzg_traits::kzg_settings_calls!(odd);
}
