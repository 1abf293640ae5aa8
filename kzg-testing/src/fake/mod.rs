//! A configurable fake: settings without mathematics, for tests of the code above settings.

mod hashes;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use kzg_traits::error::Result;
use kzg_traits::operation::Operation;
use kzg_traits::settings::KzgSettings;

use hashes::Hashes;

/// Settings whose commitments and proofs are hashes: fast, deterministic and consistent. A proof
/// verifies, and a changed proof does not.
///
/// Nothing about the fake is secure. A field element or a point whose first byte is 0xff is
/// malformed. Each cell of the second half is the complement of a cell of the first half.
///
/// ```
/// use kzg_testing::fake::Fake;
/// use kzg_traits::{Blob, KzgSettings};
///
/// let fake = Fake::new("fake").with_wrong_proofs();
/// let blob = Blob::zeroed_on_heap();
/// let commitment = fake.blob_to_kzg_commitment(&blob)?;
/// let proof = fake.compute_blob_kzg_proof(&blob, &commitment)?;
/// assert_eq!(fake.verify_blob_kzg_proof(&blob, &commitment, &proof), Ok(false));
/// # Ok::<(), kzg_traits::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fake {
    name: Option<String>,
    items_per_call: usize,
    items_of: Vec<(Operation, usize)>,
    short_vectors: bool,
    hashes: Arc<Hashes>,
}

impl Fake {
    /// A fake with a backend's name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            items_per_call: 1,
            items_of: Vec::new(),
            short_vectors: false,
            hashes: Arc::default(),
        }
    }

    /// A fake that computes nothing: results are zero bytes, and every verification is true. For
    /// measurements of the code above settings.
    #[must_use]
    pub fn instant(name: impl Into<String>) -> Self {
        let hashes = Hashes {
            instant: true,
            ..Hashes::default()
        };
        Self {
            hashes: Arc::new(hashes),
            ..Self::new(name)
        }
    }

    /// Sets [`items_per_call`](KzgSettings::items_per_call) of every operation.
    #[must_use]
    pub fn with_items_per_call(mut self, items: usize) -> Self {
        self.items_per_call = items;
        self
    }

    /// Sets [`items_per_call`](KzgSettings::items_per_call) of one operation.
    #[must_use]
    pub fn with_items_of(mut self, operation: Operation, items: usize) -> Self {
        self.items_of.push((operation, items));
        self
    }

    /// Makes the calls that return vectors return empty ones, which the interface forbids. Calls
    /// that write into buffers are unchanged.
    #[must_use]
    pub fn with_short_vectors(mut self) -> Self {
        self.short_vectors = true;
        self
    }

    /// Makes [`backend`](KzgSettings::backend) panic.
    #[must_use]
    pub fn without_name(mut self) -> Self {
        self.name = None;
        self
    }

    /// Makes every proof of a blob wrong by one bit. The count of
    /// [`committed`](Self::committed) starts at 0.
    #[must_use]
    pub fn with_wrong_proofs(self) -> Self {
        self.with_hashes(|hashes| hashes.wrong_proofs = true)
    }

    /// Makes the commitment to one blob fail with a fault; the first blob has number 0. The count
    /// of [`committed`](Self::committed) starts at 0.
    #[must_use]
    pub fn with_fault_at(self, number: usize) -> Self {
        self.with_hashes(|hashes| hashes.fault_at = Some(number))
    }

    /// The number of blobs that were committed to, by this fake and its clones.
    #[must_use]
    pub fn committed(&self) -> usize {
        self.hashes.committed.load(Ordering::Relaxed)
    }

    fn with_hashes(mut self, change: impl FnOnce(&mut Hashes)) -> Self {
        let mut hashes = Hashes {
            instant: self.hashes.instant,
            wrong_proofs: self.hashes.wrong_proofs,
            fault_at: self.hashes.fault_at,
            ..Hashes::default()
        };
        change(&mut hashes);
        self.hashes = Arc::new(hashes);
        self
    }
}

/// Passes every call on to the hashes.
macro_rules! answered_by_hashes {
    (
        returning { $($a:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;)* }
        writing { $(
            $b:ident: $into:ident($($input:ident: $of:ty),*)
                => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
        )* }
        allocating { $($c:ident: $vec:ident($($of_vec:ident: $vec_type:ty),*) -> $vectors:ty;)* }
    ) => {
        $(fn $method(&self, $($name: $type),*) -> Result<$result> {
            self.hashes.$method($($name),*)
        })*
        $(fn $into(
            &self,
            $($input: $of,)*
            $out: &mut [$item],
            $($more: &mut [$more_item],)?
        ) -> Result<()> {
            self.hashes.$into($($input,)* $out $(, $more)?)
        })*
        $(fn $vec(&self, $($of_vec: $vec_type),*) -> Result<$vectors> {
            if self.short_vectors {
                return Ok(Default::default());
            }
            self.hashes.$vec($($of_vec),*)
        })*
    };
}

impl KzgSettings for Fake {
    fn backend(&self) -> &str {
        self.name.as_deref().expect("scripted: the name is refused")
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        let mut known = self.items_of.iter().rev();
        known
            .find(|(of, _)| *of == operation)
            .map_or(self.items_per_call, |&(_, items)| items)
    }

    kzg_traits::kzg_settings_calls!(answered_by_hashes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::bytes::{Blob, KzgProof};
    use kzg_traits::error::ErrorKind;

    #[test]
    fn a_proof_verifies_and_a_changed_proof_does_not() {
        let fake = Fake::new("fake");
        let mut blob = Blob::zeroed_on_heap();
        blob.0[40] = 7;
        let commitment = fake.blob_to_kzg_commitment(&blob).unwrap();
        let proof = fake.compute_blob_kzg_proof(&blob, &commitment).unwrap();
        let verify = |proof: &KzgProof| fake.verify_blob_kzg_proof(&blob, &commitment, proof);
        assert_eq!(verify(&proof), Ok(true));
        let mut changed = proof;
        changed.0[47] ^= 1;
        assert_eq!(verify(&changed), Ok(false));

        let (cells, proofs) = fake.compute_cells_and_kzg_proofs(&blob).unwrap();
        let indices: Vec<u64> = (64..128).collect();
        let recovered = fake.recover_cells_and_kzg_proofs(&indices, (&cells[64..]).into());
        assert_eq!(recovered, Ok((cells.clone(), proofs.clone())));
        let verdict = fake.verify_cell_kzg_proof_batch(
            &[commitment; 64],
            &indices,
            (&cells[64..]).into(),
            &proofs[64..],
        );
        assert_eq!(verdict, Ok(true));
    }

    #[test]
    fn each_setting_changes_what_it_names() {
        let blob = Blob::zeroed_on_heap();
        let blobs = core::slice::from_ref(&*blob);
        let fake = Fake::instant("null");
        let commitment = fake.blob_to_kzg_commitment(&blob).unwrap();
        let verdict = fake.verify_blob_kzg_proof(&blob, &commitment, &KzgProof([0xff; 48]));
        assert_eq!((commitment.0, verdict), ([0; 48], Ok(true)));

        let fake = Fake::new("fake").with_fault_at(1);
        assert!(fake.blob_to_kzg_commitment(&blob).is_ok());
        let error = fake.clone().blobs_to_kzg_commitments(blobs.into());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Fault);
        assert_eq!(fake.committed(), 2);

        let fake = Fake::new("fake")
            .with_short_vectors()
            .with_items_per_call(2)
            .with_items_of(Operation::ComputeCells, 3);
        assert_eq!(fake.blobs_to_kzg_commitments(blobs.into()), Ok(vec![]));
        assert_eq!(fake.items_per_call(Operation::ComputeCells), 3);
        assert_eq!(fake.items_per_call(Operation::RecoverCells), 2);
    }

    #[test]
    #[should_panic = "the name is refused"]
    fn without_a_name_asking_for_it_panics() {
        let _ = Fake::new("fake").without_name().backend();
    }
}
