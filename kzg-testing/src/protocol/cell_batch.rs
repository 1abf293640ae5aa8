//! `verify_cell_kzg_proof_batch` and `verify_cell_kzg_proof_each`.

use crate::malformed;
use crate::reference::{ORDER_BYTES, Reference};
use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
use kzg_traits::error::{Error, Item, Result};
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, MINUS_GENERATOR, constant};

/// Indices at the ends and in the middle, some of them twice.
const SOME_CELLS: [u64; 7] = [127, 0, 64, 64, 1, 63, 0];

/// A commitment, the cells of its blob, and their proofs.
type Extension = (KzgCommitment, Vec<Cell>, Vec<KzgProof>);

fn two_blobs(settings: &dyn KzgSettings) -> [Extension; 2] {
    let mut seeded = Seeded::new(28);
    [seeded.blob(), seeded.blob()].map(|blob| {
        let commitment = settings.blob_to_kzg_commitment(&blob).expect("well formed");
        let extension = settings.compute_cells_and_kzg_proofs(&blob);
        let (cells, proofs) = extension.expect("well formed");
        (commitment, cells, proofs)
    })
}

/// Cells with their commitments, indices and proofs.
#[derive(Clone, Debug, Default)]
pub(super) struct CellItems {
    pub(super) commitments: Vec<KzgCommitment>,
    pub(super) indices: Vec<u64>,
    pub(super) cells: Vec<Cell>,
    pub(super) proofs: Vec<KzgProof>,
}

impl CellItems {
    /// Cells of the constant polynomial one, which need no computation.
    pub(super) fn of_ones(indices: &[u64]) -> Self {
        let mut cell = Cell::default();
        cell.0.as_chunks_mut().0.fill(Reference::ONE.to_bytes());
        Self {
            commitments: vec![KzgCommitment(GENERATOR); indices.len()],
            indices: indices.to_vec(),
            cells: vec![cell; indices.len()],
            proofs: vec![KzgProof(INFINITY); indices.len()],
        }
    }

    /// All cells of a blob, twice: enough points for a check of all of them together.
    pub(super) fn of_a_blob_twice(settings: &dyn KzgSettings) -> Self {
        let blob = Seeded::new(29).blob();
        let commitment = settings.blob_to_kzg_commitment(&blob).expect("well formed");
        let extension = settings.compute_cells_and_kzg_proofs(&blob);
        let (cells, proofs) = extension.expect("well formed");
        let indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
        Self {
            commitments: vec![commitment; 2 * CELLS_PER_EXT_BLOB],
            indices: [indices.clone(), indices].concat(),
            cells: [cells.clone(), cells].concat(),
            proofs: [proofs.clone(), proofs].concat(),
        }
    }

    /// Keeps the first cells.
    pub(super) fn truncate(&mut self, count: usize) {
        self.commitments.truncate(count);
        self.indices.truncate(count);
        self.cells.truncate(count);
        self.proofs.truncate(count);
    }

    /// Some cells of two blobs, of both in turn.
    fn of_two_blobs(blobs: &[Extension; 2], indices: impl IntoIterator<Item = u64>) -> Self {
        let mut items = Self::default();
        for (place, index) in indices.into_iter().enumerate() {
            let (commitment, cells, proofs) = &blobs[place % 2];
            items.commitments.push(*commitment);
            items.indices.push(index);
            items.cells.push(cells[index as usize].clone());
            items.proofs.push(proofs[index as usize]);
        }
        items
    }

    pub(super) fn batch(&self, settings: &dyn KzgSettings) -> Result<bool> {
        let cells = (&self.cells).into();
        settings.verify_cell_kzg_proof_batch(&self.commitments, &self.indices, cells, &self.proofs)
    }

    pub(super) fn each(&self, settings: &dyn KzgSettings) -> Result<Vec<Result<bool>>> {
        let cells = (&self.cells).into();
        settings.verify_cell_kzg_proof_each(&self.commitments, &self.indices, cells, &self.proofs)
    }

    /// Both forms of verification; everything must be well formed.
    fn verdicts(&self, settings: &dyn KzgSettings) -> (bool, Vec<bool>) {
        let each = self.each(settings).expect("lists of one length");
        (
            self.batch(settings).expect("well formed"),
            each.into_iter()
                .map(|verdict| verdict.expect("well formed"))
                .collect(),
        )
    }
}

/// A batch verifies if and only if every cell is right, for one or several blobs, with and without
/// repeated cells.
pub(super) fn verdicts(settings: &dyn KzgSettings) {
    let none = CellItems::default();
    assert_eq!(none.verdicts(settings), (true, vec![]));
    let all: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
    let ones = CellItems::of_ones(&all);
    assert_eq!(ones.verdicts(settings), (true, vec![true; 128]));
    let repeated = CellItems::of_ones(&[5, 5, 0, 127, 5]);
    assert_eq!(repeated.verdicts(settings), (true, vec![true; 5]));

    let right = CellItems::of_two_blobs(&two_blobs(settings), SOME_CELLS);
    let n = right.cells.len();
    assert_eq!(right.verdicts(settings), (true, vec![true; n]));
    for wrong in 0..n {
        let mut expected = (false, vec![true; n]);
        expected.1[wrong] = false;
        let mut items = right.clone();
        items.proofs[wrong] = KzgProof(GENERATOR);
        assert_eq!(items.verdicts(settings), expected, "proof {wrong}");
        let mut items = right.clone();
        items.indices[wrong] ^= 2;
        assert_eq!(items.verdicts(settings), expected, "index {wrong}");
        let mut items = right.clone();
        items.cells[wrong].0[Cell::LENGTH - 1] ^= 1;
        assert_eq!(items.verdicts(settings), expected, "cell {wrong}");
        let mut items = right.clone();
        items.commitments[wrong] = KzgCommitment(INFINITY);
        assert_eq!(items.verdicts(settings), expected, "commitment {wrong}");
    }
}

/// Batches of one column, with and without a cell of another column: a false cell is found at the first place, in the
/// middle and at the last one. All proofs may be infinity.
pub(super) fn one_column(settings: &dyn KzgSettings) {
    let mut ones = CellItems::of_ones(&[7; 24]);
    assert_eq!(ones.verdicts(settings), (true, vec![true; 24]));
    ones.proofs[9] = KzgProof(GENERATOR);
    let mut expected = (false, vec![true; 24]);
    expected.1[9] = false;
    assert_eq!(ones.verdicts(settings), expected);
    let blobs = two_blobs(settings);
    for (count, column) in [(2, 0), (23, 5), (24, 0), (70, 127)] {
        let one = vec![column; count];
        let another = [vec![column; count], vec![column ^ 1]].concat();
        for right in [one, another].map(|indices| CellItems::of_two_blobs(&blobs, indices)) {
            let n = right.cells.len();
            assert_eq!(right.verdicts(settings), (true, vec![true; n]), "{n} cells");
            for place in [0, n / 2, n - 1] {
                let mut expected = (false, vec![true; n]);
                expected.1[place] = false;
                let mut items = right.clone();
                items.cells[place].0[Cell::LENGTH - 1] ^= 1;
                assert_eq!(items.verdicts(settings), expected, "cell {place} of {n}");
                let mut items = right.clone();
                items.proofs[place] = KzgProof(GENERATOR);
                assert_eq!(items.verdicts(settings), expected, "proof {place} of {n}");
                let mut items = right.clone();
                items.commitments[place] = KzgCommitment(MINUS_GENERATOR);
                assert_eq!(
                    items.verdicts(settings),
                    expected,
                    "commitment {place} of {n}"
                );
            }
        }
    }
}

/// Many cells of three columns: on several threads, a share of the interpolation ends inside a column.
pub(super) fn few_columns(settings: &dyn KzgSettings) {
    let blobs = two_blobs(settings);
    let indices = [vec![3; 30], vec![64; 31], vec![127; 29]].concat();
    let right = CellItems::of_two_blobs(&blobs, indices);
    assert_eq!(right.verdicts(settings), (true, vec![true; 90]));
    for place in [0, 45, 89] {
        let mut expected = (false, vec![true; 90]);
        expected.1[place] = false;
        let mut items = right.clone();
        items.cells[place].0[Cell::LENGTH - 1] ^= 1;
        assert_eq!(items.verdicts(settings), expected, "cell {place}");
    }
}

/// Errors that would cancel out with equal weights are found.
pub(super) fn cancelling_errors(settings: &dyn KzgSettings) {
    for (i, j) in [(0, 1), (1, 0), (0, 2), (1, 3), (0, 3), (0, 4)] {
        let mut opposite = CellItems::of_ones(&[3; 5]);
        opposite.proofs[i] = KzgProof(GENERATOR);
        opposite.proofs[j] = KzgProof(MINUS_GENERATOR);
        let expected = (0..5).map(|item| item != i && item != j).collect();
        assert_eq!(opposite.verdicts(settings), (false, expected));
    }
    // With weights in arithmetic progression, these three errors would cancel out.
    let mut progression = CellItems::of_ones(&[3; 5]);
    let minus_two = -(Reference::ONE + Reference::ONE);
    let minus_two = settings.blob_to_kzg_commitment(&constant(minus_two));
    progression.proofs[1] = KzgProof(GENERATOR);
    progression.proofs[2] = KzgProof(minus_two.expect("well formed").0);
    progression.proofs[3] = KzgProof(GENERATOR);
    let expected = vec![true, false, false, false, true];
    assert_eq!(progression.verdicts(settings), (false, expected));
    let mut swapped = CellItems::of_two_blobs(&two_blobs(settings), SOME_CELLS);
    let mut expected = vec![true; swapped.cells.len()];
    swapped.proofs.swap(1, 4);
    (expected[1], expected[4]) = (false, false);
    assert_eq!(swapped.verdicts(settings), (false, expected));
}

/// No commitment can be chosen after the weights of a batch.
///
/// The second cell is false by the generator. The last commitment is chosen after a hash of the first
/// two instead of the different ones, so that with the powers of that hash as weights its error would
/// cancel the error of the second cell.
pub(super) fn weights_bind_every_commitment(settings: &dyn KzgSettings) {
    let mut forged = CellItems::of_ones(&[5, 6, 7]);
    let two = Reference::ONE + Reference::ONE;
    let values = forged.cells[1].0.as_chunks_mut().0;
    values.fill(two.to_bytes());
    let r = settings
        .compute_verify_cell_kzg_proof_batch_challenge(
            &forged.commitments[..2],
            &[0, 0, 1],
            &forged.indices,
            (&forged.cells).into(),
            &forged.proofs,
        )
        .expect("a hash checks nothing");
    let r = Reference::from_bytes(&r.0).expect("canonical");
    let cancelling = Reference::ONE + r.inverse().expect("a hash is not zero");
    forged.commitments[2] = settings
        .blob_to_kzg_commitment(&constant(cancelling))
        .expect("well formed");
    assert_eq!(forged.verdicts(settings), (false, vec![true, false, false]));
}

/// Malformed cells are named, each by its own verdict, and the first by the batch.
pub(super) fn malformed(settings: &dyn KzgSettings) {
    let right = CellItems::of_ones(&[0, 64, 127]);
    let refused = |items: &CellItems, index: usize, error: Error| {
        assert_eq!(items.batch(settings), Err(error.clone()));
        let mut expected = vec![Ok(true); 3];
        expected[index] = Err(error);
        assert_eq!(items.each(settings), Ok(expected));
    };
    for index in 0..3 {
        for (bad, reason) in malformed::g1_points() {
            let mut items = right.clone();
            items.commitments[index] = KzgCommitment(bad);
            let item = Item::Commitment;
            refused(
                &items,
                index,
                Error::Point {
                    item,
                    index,
                    reason,
                },
            );
            let mut items = right.clone();
            items.proofs[index] = KzgProof(bad);
            let item = Item::Proof;
            refused(
                &items,
                index,
                Error::Point {
                    item,
                    index,
                    reason,
                },
            );
        }
        for (bad, element) in malformed::field_elements().into_iter().zip([0, 1, 62, 63]) {
            let mut items = right.clone();
            items.cells[index].0[32 * element..][..32].copy_from_slice(&bad);
            let item = Item::Cell;
            refused(
                &items,
                index,
                Error::FieldElement {
                    item,
                    index,
                    element,
                },
            );
        }
        for cell_index in [128, 129, u64::MAX] {
            let mut items = right.clone();
            items.indices[index] = cell_index;
            refused(&items, index, Error::CellIndex { index, cell_index });
        }
    }
    let mut several = right.clone();
    several.cells[1].0[..32].fill(0xff);
    several.commitments[2].0 = [0; 48];
    let first = several.batch(settings).map_err(|error| error.index());
    assert_eq!(
        first,
        Err(Some(1)),
        "not the first list, but the first item"
    );
}

/// Lists and buffers of different lengths.
pub(super) fn counts(settings: &dyn KzgSettings) {
    let right = CellItems::of_ones(&[1, 2]);
    for longer in [false, true] {
        let actual = if longer { 3 } else { 1 };
        let refused = |items: &CellItems, item| {
            let expected = 2;
            let count = Error::Count {
                item,
                expected,
                actual,
            };
            assert_eq!(items.batch(settings), Err(count.clone()));
            assert_eq!(items.each(settings), Err(count));
        };
        let mut items = right.clone();
        items.commitments.resize(actual, KzgCommitment(GENERATOR));
        refused(&items, Item::Commitment);
        let mut items = right.clone();
        items.indices.resize(actual, 0);
        refused(&items, Item::CellIndex);
        let mut items = right.clone();
        items.proofs.resize(actual, KzgProof(INFINITY));
        refused(&items, Item::Proof);

        let CellItems {
            commitments,
            indices,
            cells,
            proofs,
        } = &right;
        let mut out = vec![Ok(true); actual];
        let few_proofs = vec![KzgProof(INFINITY); actual];
        // Of several wrong lengths, that of the first list is reported.
        for (proofs, item) in [(proofs, Item::Output), (&few_proofs, Item::Proof)] {
            let outcome = settings.verify_cell_kzg_proof_each_into(
                commitments,
                indices,
                cells.into(),
                proofs,
                &mut out,
            );
            let expected = 2;
            assert_eq!(
                outcome,
                Err(Error::Count {
                    item,
                    expected,
                    actual
                })
            );
        }
    }
}

/// The challenge of a batch is a hash of all its bytes, reduced to a field element.
pub(super) fn challenge(settings: &dyn KzgSettings) {
    let mut seen = Vec::new();
    let mut changes: Vec<CellItems> = vec![CellItems::of_ones(&[9, 8]); 6];
    changes[1].commitments[1] = KzgCommitment([0xff; 48]);
    changes[2].indices[0] = u64::MAX;
    changes[3].cells[1].0[Cell::LENGTH - 1] ^= 0xff;
    changes[4].proofs[0] = KzgProof([0; 48]);
    changes[5] = CellItems::default();
    for commitment_indices in [[0, 0], [0, 1]] {
        for items in &changes {
            let n = items.cells.len();
            let z = settings
                .compute_verify_cell_kzg_proof_batch_challenge(
                    &items.commitments,
                    &commitment_indices[..n],
                    &items.indices,
                    (&items.cells).into(),
                    &items.proofs,
                )
                .expect("a hash checks nothing");
            assert!(z.0 < ORDER_BYTES, "{z} is not canonical");
            // The empty batch has one challenge.
            assert!(n == 0 || !seen.contains(&z), "the same for another input");
            seen.push(z);
        }
    }
}
