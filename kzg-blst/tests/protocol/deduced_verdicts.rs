//! Verdicts on cells that follow from other cells of their blobs: few pairing products are computed.

use std::cell::Cell as Counter;
use std::sync::Arc;

use kzg_blst::{Blst, Fr, G1};
use kzg_testing::Seeded;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
use kzg_traits::domain::Domain;
use kzg_traits::{
    Backend, Blob, Exec, Fr as _, KzgSettings, Settings, SettingsOptions, Threads, TrustedSetup,
};

use crate::delegation::items_of_blst;

thread_local! {
    /// The pairing products that this thread has computed with [`Counted`].
    static PRODUCTS: Counter<usize> = const { Counter::new(0) };
}

/// kzg-blst with its required items and the defaults of all others. Counts pairing products.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted;

impl Backend for Counted {
    items_of_blst!("counted");

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        Blst::msm(points, scalars, exec)
    }

    fn pairing_check(pairs: &[(G1, &Self::PreparedG2)], exec: &Exec) -> bool {
        PRODUCTS.set(PRODUCTS.get() + 1);
        Blst::pairing_check(pairs, exec)
    }
}

/// The cells of blobs, blob after blob.
#[derive(Clone)]
struct Batch {
    commitments: Vec<KzgCommitment>,
    indices: Vec<u64>,
    cells: Vec<Cell>,
    proofs: Vec<KzgProof>,
}

/// Random blobs, one of zeros and one of equal values, whose proofs are infinity.
fn blobs() -> Vec<Box<Blob>> {
    let mut seeded = Seeded::new(16);
    let mut blobs: Vec<Box<Blob>> = (0..6).map(|_| seeded.blob()).collect();
    blobs.push(Blob::zeroed_on_heap());
    let mut constant = Blob::zeroed_on_heap();
    constant.0.as_chunks_mut().0.fill([7_u8; 32]);
    blobs.push(constant);
    blobs
}

impl Batch {
    fn new(columns: &[usize]) -> Self {
        let kzg = crate::mainnet();
        let mut batch = Self {
            commitments: Vec::new(),
            indices: Vec::new(),
            cells: Vec::new(),
            proofs: Vec::new(),
        };
        for blob in blobs() {
            let commitment = kzg.blob_to_kzg_commitment(&blob).expect("well formed");
            let (cells, proofs) = kzg
                .compute_cells_and_kzg_proofs(&blob)
                .expect("well formed");
            for &column in columns {
                batch.commitments.push(commitment);
                batch.indices.push(column as u64);
                batch.cells.push(cells[column].clone());
                batch.proofs.push(proofs[column]);
            }
        }
        batch
    }

    /// The verdicts, `None` for malformed cells.
    fn verdicts(&self, kzg: &dyn KzgSettings) -> Vec<Option<bool>> {
        let each = kzg.verify_cell_kzg_proof_each(
            &self.commitments,
            &self.indices,
            (&self.cells).into(),
            &self.proofs,
        );
        let each = each.expect("lists of one length").into_iter();
        each.map(Result::ok).collect()
    }

    /// The verdicts, and the number of pairing products for them.
    fn counted(&self) -> (Vec<Option<bool>>, usize) {
        let kzg = Settings::<Counted>::load(&TrustedSetup::mainnet(), SettingsOptions::default());
        let before = PRODUCTS.get();
        let verdicts = self.verdicts(&kzg.expect("valid"));
        (verdicts, PRODUCTS.get() - before)
    }

    /// Adds an error to each value of the cell at a position. `error` has the index of the value.
    fn add_to_values(&mut self, position: usize, error: impl Fn(usize) -> Fr) {
        let values = self.cells[position].0.as_chunks_mut().0;
        for (index, value) in values.iter_mut().enumerate() {
            let wrong = Fr::from_bytes(value).expect("canonical") + error(index);
            *value = wrong.to_bytes();
        }
    }

    /// Checks the verdicts and the number of pairing products. The cell at `malformed` is made malformed first, so that
    /// it is not known.
    fn assert_verdicts(
        mut self,
        mut expected: Vec<Option<bool>>,
        malformed: usize,
        most_products: usize,
        case: &str,
    ) {
        self.cells[malformed].0[..32].fill(0xff);
        expected[malformed] = None;
        let (verdicts, products) = self.counted();
        assert_eq!(verdicts, expected, "{case}");
        assert!(
            (1..=most_products).contains(&products),
            "{products} for {case}"
        );
    }

    fn is_in(&self, position: usize, columns: &[usize]) -> bool {
        columns.contains(&(self.indices[position] as usize))
    }
}

/// Changes the cells of the columns: all proofs, all values, or by turns.
fn assert_deduced(given: &[usize], columns: &[usize], most_products: usize) {
    let right = Batch::new(given);
    let wrong = KzgProof(right.commitments[0].0);
    for kind in 0..3 {
        let mut batch = right.clone();
        let mut expected = vec![Some(true); batch.cells.len()];
        for (position, expected) in expected.iter_mut().enumerate() {
            if !right.is_in(position, columns) {
                continue;
            }
            if kind == 0 || (kind == 2 && (position / given.len()).is_multiple_of(2)) {
                batch.proofs[position] = wrong;
            } else {
                batch.cells[position].0[31] ^= 1;
            }
            *expected = Some(false);
        }
        let case = format!("columns {columns:?}, kind {kind}");
        batch.assert_verdicts(expected, 3 * given.len() + 1, most_products, &case);
    }
}

/// Eight blobs have eight cells in each column, of which the first is found by the search.
#[test]
fn false_columns_take_no_pairing_for_each_cell() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    assert_deduced(&all, &[50], 13);
    let spread: Vec<usize> = (7..CELLS_PER_EXT_BLOB).step_by(16).collect();
    assert_deduced(&all, &spread, 64);
}

#[test]
fn columns_that_are_not_given_do_not_matter() {
    let most: Vec<usize> = (0..100).collect();
    assert_deduced(&most, &[50], 13);
    // 65 columns are given, so that 64 are known, and 63 of the blob with the malformed cell.
    let least: Vec<usize> = (30..95).collect();
    assert_deduced(&least, &[94], 13);
}

/// Changes the values of cells. Checks the verdicts and the number of pairing products.
fn assert_contradicted(
    given: &[usize],
    most_products: usize,
    is_false: impl Fn(usize, usize) -> bool,
) {
    let mut batch = Batch::new(given);
    let mut expected = vec![Some(true); batch.cells.len()];
    for (position, expected) in expected.iter_mut().enumerate() {
        let (blob, column) = (position / given.len(), given[position % given.len()]);
        if is_false(blob, column) {
            batch.cells[position].0[31] ^= 1 + blob as u8;
            *expected = Some(false);
        }
    }
    batch.assert_verdicts(expected, 3 * given.len() + 1, most_products, "false values");
}

/// The check of all cells, and that of all cells that others do not contradict.
#[test]
fn false_values_are_located_by_two_products() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    assert_contradicted(&all, 2, |_, column| column == 50);
    assert_contradicted(&all, 2, |_, column| column % 16 == 7);
    assert_contradicted(&all, 2, |blob, column| (3 * blob + column) % 11 == 4);
    // As many as can be located, beside blobs without false values.
    assert_contradicted(&all, 2, |blob, column| {
        [0, 5].contains(&blob) && column % 4 == 2
    });
    // The first blob shows nothing, and holds.
    assert_contradicted(&all, 3, |blob, column| blob == 6 && column == 127);
    // 33 columns are missing, so that 15 false values can be located, also where a cell is malformed.
    let most: Vec<usize> = (20..115).collect();
    assert_contradicted(&most, 2, |_, column| (30..45).contains(&column));
}

/// The first cells have the roots of unity of order 2, 4 or 8, and opposite or equal errors. So the first sum of the
/// errors is zero, or all but every fourth or eighth sum.
#[test]
fn false_values_whose_errors_cancel_out_are_located() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    let right = Batch::new(&all);
    let errors = [vec![Fr::ONE, -Fr::ONE], vec![Fr::ONE; 4], vec![Fr::ONE; 8]];
    for errors in errors {
        let mut batch = right.clone();
        let mut expected = vec![Some(true); batch.cells.len()];
        for (column, error) in errors.into_iter().enumerate() {
            batch.add_to_values(column, |_| error);
            expected[column] = Some(false);
        }
        assert_eq!(batch.counted(), (expected, 2));
    }
}

/// More false values than can be located.
#[test]
fn many_false_values_are_found() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    assert_contradicted(&all, 200, |blob, column| blob == 0 && column < 33);
    assert_contradicted(&all, 200, |blob, column| {
        blob < 2 && !(33..=110).contains(&column)
    });
    let half: Vec<usize> = (64..CELLS_PER_EXT_BLOB).collect();
    assert_contradicted(&half, 20, |_, column| column == 100);
}

/// Of one blob, four fifths of the cells are those of another one, which the other fifth contradicts.
#[test]
fn cells_that_contradict_false_ones_hold() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    let mut batch = Batch::new(&all);
    let mut expected = vec![Some(true); batch.cells.len()];
    for column in (0..CELLS_PER_EXT_BLOB).filter(|column| column % 5 != 0) {
        batch.cells[column] = batch.cells[CELLS_PER_EXT_BLOB + column].clone();
        batch.proofs[column] = batch.proofs[CELLS_PER_EXT_BLOB + column];
        expected[column] = Some(false);
    }
    assert_eq!(batch.counted().0, expected);
}

/// The errors of the values are polynomials that vanish at zero, one or minus one. An evaluation at one of these points
/// would miss one of them.
#[test]
fn values_that_are_right_at_a_fixed_point_are_false() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    let column = 50;
    let right = Batch::new(&all);
    let domain = Domain::<Fr>::new();
    let points = &domain.roots(128 * 64)[64 * column..][..64];
    let errors: [fn(Fr) -> Fr; 5] = [
        |x| x,
        |x| x - Fr::ONE,
        |x| x + Fr::ONE,
        |x| x * x - x,
        // Only the highest coefficients differ.
        |x| x.pow(63) - x.pow(62),
    ];
    for (kind, error) in errors.into_iter().enumerate() {
        let mut batch = right.clone();
        let mut expected = vec![Some(true); batch.cells.len()];
        for position in (column..batch.cells.len()).step_by(all.len()) {
            batch.add_to_values(position, |index| error(points[index]));
            expected[position] = Some(false);
        }
        let (verdicts, products) = batch.counted();
        assert_eq!(verdicts, expected, "error {kind}");
        assert!(products <= 13, "{products} for error {kind}");
    }
}

/// More unknown cells than one pass has, in several sets of columns, on several threads.
#[test]
fn many_cells_are_deduced_on_any_number_of_threads() {
    let all: Vec<usize> = (0..CELLS_PER_EXT_BLOB).collect();
    let mut batch = Batch::new(&all);
    let mut expected = vec![Some(true); batch.cells.len()];
    for (position, expected) in expected.iter_mut().enumerate() {
        let (blob, column) = (position / all.len(), position % all.len());
        // Column 77 is false for every second blob only, column 0 for the first one only.
        let is_false = match column {
            0 => blob == 0,
            77 => blob % 2 == 0,
            _ => column % 8 == 3,
        };
        if is_false {
            batch.proofs[position] = KzgProof(batch.commitments[0].0);
            *expected = Some(false);
        }
    }
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = Arc::new(pool.build().expect("threads"));
        let options = SettingsOptions::default().with_threads(Threads::Pool(pool));
        let kzg = kzg_blst::load(&TrustedSetup::mainnet(), options).expect("valid");
        assert!(batch.verdicts(&*kzg) == expected, "{threads} threads");
    }
}
