//! The inputs of all operations, equal for every library and in every run.

use std::cell::OnceCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use kzg_blst::{Blst, G1};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{
    Blob, Bytes32, Cell, Exec, Group as _, KzgCommitment, KzgProof, KzgSettings, TrustedSetup,
};

mod cells;
mod generated;

pub use cells::CellBatch;
use generated::{Generated, polynomial, random_field_elements};

use crate::operation::{BATCH_BLOBS, CELL_BLOBS, DECODED_BLOBS, FalseItems, MOST_BLOBS, Relation};

/// Secret of the development setup for [`Operation::SetupFile`](crate::Operation::SetupFile).
const SECRET: u64 = 0x1234_5678_9abc_def1;

/// Inputs for every operation. Commitments, proofs and cells are computed at their first use.
#[derive(Debug)]
pub struct Inputs {
    generated: Rc<Generated>,
    /// Distance between an item and the item whose proof it has: zero for right proofs.
    shift: usize,
    /// Inputs whose points have known relations, indexed by [`Relation`].
    related: [OnceCell<Box<Inputs>>; Relation::COUNT],
}

impl Inputs {
    /// Generates random canonical blobs from a fixed seed, enough for every operation.
    #[must_use]
    pub fn new() -> Self {
        Self::random(MOST_BLOBS)
    }

    /// Generates the first `count` of the blobs that [`new`](Self::new) generates.
    #[must_use]
    pub fn random(count: usize) -> Self {
        let mut random = random_field_elements();
        let z = Bytes32(random());
        let blobs = (0..count).map(|_| {
            let mut blob = Blob::zeroed_on_heap();
            blob.0.as_chunks_mut().0.fill_with(&mut random);
            blob
        });
        Self::of(blobs.collect(), z)
    }

    /// One blob of zeros. Its commitment, proofs and cells are known without a computation.
    #[must_use]
    pub fn zeros() -> Self {
        let mut infinity = [0; 48];
        infinity[0] = 0xc0;
        let cells = vec![Cell::default(); CELLS_PER_EXT_BLOB];
        let cell_proofs = vec![KzgProof(infinity); CELLS_PER_EXT_BLOB];
        let mut inputs = Self::of(vec![Blob::zeroed_on_heap()], Bytes32::default());
        let generated = Rc::get_mut(&mut inputs.generated).expect("not shared yet");
        generated.commitments[0] = KzgCommitment(infinity).into();
        generated.proofs[0] = KzgProof(infinity).into();
        generated.extensions[0] = (cells, cell_proofs).into();
        inputs
    }

    /// Writes the commitments, proofs and cells that [`read_proofs`](Self::read_proofs) reads, for
    /// a process without a prover.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn write_proofs(&self, to: &mut dyn Write) -> io::Result<()> {
        for index in 0..BATCH_BLOBS {
            to.write_all(&self.generated.commitment(index).0)?;
            to.write_all(&self.generated.proof(index).0)?;
        }
        for row in 0..CELL_BLOBS {
            let (cells, proofs) = self.generated.extension(row);
            for (cell, proof) in cells.iter().zip(proofs) {
                to.write_all(&cell.0)?;
                to.write_all(&proof.0)?;
            }
        }
        Ok(())
    }

    /// Generates the random blobs, and reads the commitments, proofs and cells that another process
    /// has written with [`write_proofs`](Self::write_proofs).
    ///
    /// The result has the commitments and proofs of [`BATCH_BLOBS`] blobs and the cells of
    /// [`CELL_BLOBS`] blobs.
    ///
    /// # Errors
    ///
    /// If the reader fails or ends too early.
    pub fn read_proofs(from: &mut dyn Read) -> io::Result<Self> {
        fn read<const N: usize>(from: &mut dyn Read) -> io::Result<[u8; N]> {
            let mut bytes = [0; N];
            from.read_exact(&mut bytes)?;
            Ok(bytes)
        }
        let mut inputs = Self::random(BATCH_BLOBS);
        let generated = Rc::get_mut(&mut inputs.generated).expect("not shared yet");
        for index in 0..BATCH_BLOBS {
            generated.commitments[index] = KzgCommitment(read(from)?).into();
            generated.proofs[index] = KzgProof(read(from)?).into();
        }
        for extension in &mut generated.extensions[..CELL_BLOBS] {
            let (mut cells, mut proofs) = (Vec::new(), Vec::new());
            cells.reserve_exact(CELLS_PER_EXT_BLOB);
            for _ in 0..CELLS_PER_EXT_BLOB {
                cells.push(Cell(read(from)?));
                proofs.push(KzgProof(read(from)?));
            }
            *extension = (cells, proofs).into();
        }
        Ok(inputs)
    }

    fn of(blobs: Vec<Box<Blob>>, z: Bytes32) -> Self {
        let count = blobs.len();
        let generated = Generated {
            settings: OnceCell::new(),
            blobs,
            z,
            commitments: vec![OnceCell::new(); count],
            proofs: vec![OnceCell::new(); count],
            extensions: vec![OnceCell::new(); count],
            setup_file: OnceCell::new(),
        };
        Self {
            generated: Rc::new(generated),
            shift: 0,
            related: Default::default(),
        }
    }

    /// The same inputs, but every proof belongs to the next blob or cell.
    #[must_use]
    pub fn with_wrong_proofs(&self) -> Self {
        Self {
            generated: Rc::clone(&self.generated),
            shift: 1,
            related: Default::default(),
        }
    }

    /// Inputs with the same number of blobs, chosen so that the points have the given relation.
    #[must_use]
    pub fn related(&self, relation: Relation) -> &Self {
        self.related[relation as usize].get_or_init(|| {
            // Coefficients of 1, X and X^64 for the blobs at even and at odd positions.
            let [even, odd] = match relation {
                Relation::EqualCellProofs => [[0, 0, 1]; 2],
                Relation::OppositeCellProofs => [[0, 0, 1], [0, 0, -1]],
                Relation::EqualBlobProofs => [[7, 1, 0]; 2],
                Relation::OppositeBlobProofs => [[7, 1, 0], [-7, -1, 0]],
                Relation::Infinity => [[0; 3]; 2],
            }
            .map(polynomial);
            let blobs = (0..self.generated.blobs.len()).map(|i| [&even, &odd][i % 2].clone());
            let mut related = Self::of(blobs.collect(), self.generated.z);
            related.shift = self.shift;
            Box::new(related)
        })
    }

    /// Returns `proof` where the inputs have right proofs, and a different proof otherwise:
    /// `neighbour`, or a fixed point where `neighbour` equals `proof`.
    fn right_or_wrong(&self, proof: KzgProof, neighbour: KzgProof) -> KzgProof {
        let infinity = KzgProof(G1::identity().to_bytes());
        if self.shift == 0 {
            proof
        } else if neighbour != proof {
            neighbour
        } else if proof != infinity {
            infinity
        } else {
            KzgProof(G1::generator().to_bytes())
        }
    }

    /// The first blob.
    #[must_use]
    pub fn blob(&self) -> &Blob {
        &self.generated.blobs[0]
    }

    /// The first `count` blobs.
    #[must_use]
    pub fn blobs(&self, count: usize) -> &[Box<Blob>] {
        &self.generated.blobs[..count]
    }

    /// The commitment to the first blob.
    #[must_use]
    pub fn commitment(&self) -> KzgCommitment {
        self.generated.commitment(0)
    }

    /// The commitments to the first `count` blobs.
    #[must_use]
    pub fn commitments(&self, count: usize) -> Vec<KzgCommitment> {
        (0..count)
            .map(|index| self.generated.commitment(index))
            .collect()
    }

    /// The proof of the first blob.
    #[must_use]
    pub fn proof(&self) -> KzgProof {
        self.right_or_wrong(self.generated.proof(0), self.generated.proof(self.shift))
    }

    /// The proofs of the first `count` blobs.
    #[must_use]
    pub fn proofs(&self, count: usize) -> Vec<KzgProof> {
        (0..count)
            .map(|index| {
                let neighbour = self.generated.proof((index + self.shift) % count);
                self.right_or_wrong(self.generated.proof(index), neighbour)
            })
            .collect()
    }

    /// An evaluation point outside the domain.
    #[must_use]
    pub fn z(&self) -> Bytes32 {
        self.generated.z
    }

    /// The proof of the first blob's value at `z`, and the value.
    #[must_use]
    pub fn opening(&self) -> (KzgProof, Bytes32) {
        let open = |blob| {
            let opening = self
                .generated
                .settings()
                .compute_kzg_proof(blob, &self.generated.z);
            opening.expect("the blob is canonical")
        };
        let (_, y) = open(self.blob());
        let (proof, _) = open(&self.generated.blobs[self.shift]);
        (proof, y)
    }

    /// The compressed cell proofs of the first [`DECODED_BLOBS`] blobs.
    #[must_use]
    pub fn encodings(&self) -> Vec<[u8; 48]> {
        let rows = (0..DECODED_BLOBS).map(|row| &self.generated.extension(row).1);
        rows.flatten().map(|proof| proof.0).collect()
    }

    /// The proofs of the first blobs, where some blobs have the proofs of those beside.
    #[must_use]
    pub fn proofs_with_false(&self, count: usize, blobs: FalseItems) -> Vec<KzgProof> {
        let right = self.proofs(count);
        let places = (0..count).map(|index| index + usize::from(blobs.contains(index)));
        places.map(|index| right[index % count]).collect()
    }

    /// A setup other than the mainnet setup, so that no library knows its points in advance.
    ///
    /// # Panics
    ///
    /// If the setup cannot be generated.
    #[must_use]
    pub fn setup_file(&self) -> &TrustedSetup {
        self.generated.setup_file.get_or_init(|| {
            TrustedSetup::insecure_development_setup::<Blst>(SECRET, &Exec::serial())
                .expect("the secret is no root of unity")
        })
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_canonical_and_the_same_in_every_run() {
        let (first, second) = (Inputs::random(2), Inputs::random(2));
        assert_eq!(first.blobs(2), second.blobs(2));
        assert_ne!(first.blobs(2)[0], first.blobs(2)[1]);
        assert!(first.z().0[0] < 0x73);
        let elements = first.blob().0.chunks_exact(32);
        assert!(elements.clone().all(|element| element[0] < 0x73));
        assert_eq!(elements.len(), 4096);
    }

    #[test]
    fn the_blob_of_zeros_needs_no_settings() {
        let zeros = Inputs::zeros();
        let (indices, half) = zeros.half_of_the_cells();
        assert_eq!((indices.len(), half.len()), (64, 64));
        assert!(indices.is_sorted() && indices.iter().all(|&index| index < 128));
        let batch = zeros.cell_batch(1);
        assert_eq!(batch.cell_indices, (0..128).collect::<Vec<_>>());
        assert_eq!((batch.cells.len(), batch.proofs.len()), (128, 128));
        assert_eq!(zeros.one_cell().proofs[0].0, zeros.commitment().0);
        assert!(
            zeros.generated.settings.get().is_none(),
            "nothing was loaded"
        );
    }

    #[test]
    fn proofs_are_read_without_a_prover() {
        let given = Inputs::new();
        let generated = &given.generated;
        for index in 0..BATCH_BLOBS {
            generated.commitments[index]
                .set(KzgCommitment([1; 48]))
                .unwrap();
            generated.proofs[index]
                .set(KzgProof([index as u8; 48]))
                .unwrap();
        }
        for (index, extension) in generated.extensions[..CELL_BLOBS].iter().enumerate() {
            let cells = vec![Cell([index as u8; 2048]); CELLS_PER_EXT_BLOB];
            let proofs = vec![KzgProof([7 + index as u8; 48]); CELLS_PER_EXT_BLOB];
            extension.set((cells, proofs)).unwrap();
        }
        let mut file = Vec::new();
        given
            .write_proofs(&mut file)
            .expect("writing to memory succeeds");
        let taken = Inputs::read_proofs(&mut file.as_slice()).expect("the file is complete");
        assert_eq!(taken.blobs(BATCH_BLOBS), given.blobs(BATCH_BLOBS));
        assert_eq!(taken.proofs(BATCH_BLOBS), given.proofs(BATCH_BLOBS));
        let (taken, given) = (taken.cell_batch(CELL_BLOBS), given.cell_batch(CELL_BLOBS));
        assert!(taken.cells == given.cells && taken.proofs == given.proofs);
        assert!(Inputs::read_proofs(&mut &file[1..]).is_err());
    }

    #[test]
    fn wrong_proofs_belong_to_the_next_blob() {
        let right = Inputs::random(3);
        for (index, proof) in right.generated.proofs.iter().enumerate() {
            let proof_of = KzgProof([index as u8; 48]);
            assert_eq!(proof.set(proof_of), Ok(()));
        }
        let numbers = |inputs: &Inputs| inputs.proofs(3).iter().map(|p| p.0[0]).collect::<Vec<_>>();
        assert_eq!(numbers(&right), [0, 1, 2]);
        assert_eq!(numbers(&right.with_wrong_proofs()), [1, 2, 0]);
        assert_eq!(right.with_wrong_proofs().proof(), KzgProof([1; 48]));
        assert_eq!(right.proof(), KzgProof([0; 48]));
    }

    #[test]
    fn related_inputs_have_the_relation_and_wrong_proofs_differ() {
        let inputs = Inputs::random(2);
        let generator = G1::generator();
        let expected = |points: [G1; 2]| points.map(|point| KzgProof(point.to_bytes()));
        for (relation, points) in [
            (Relation::EqualBlobProofs, [generator; 2]),
            (Relation::OppositeBlobProofs, [generator, -generator]),
            (Relation::Infinity, [G1::identity(); 2]),
        ] {
            assert_eq!(inputs.related(relation).proofs(2), expected(points));
        }
        for (relation, points) in [
            (Relation::EqualCellProofs, [generator; 2]),
            (Relation::OppositeCellProofs, [generator, -generator]),
        ] {
            let right = inputs.related(relation).cell_batch(2).proofs;
            assert_eq!([right[0], right[255]], expected(points));
            let wrong = inputs.with_wrong_proofs();
            let wrong = wrong.related(relation).cell_batch(2).proofs;
            assert!(
                right
                    .iter()
                    .zip(&wrong)
                    .all(|(right, wrong)| right != wrong)
            );
        }
    }
}
