//! No operation allocates more memory than `docs/tuning.md` states: on kzg-blst with one thread and
//! the default tables, on any engine.

mod inputs;

use allocations::{Counting, bytes_in};
use inputs::{blob, load};
use kzg_advanced::bytes::CELLS_PER_EXT_BLOB;
use kzg_advanced::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const TABLES: &str = include_str!("../../docs/tuning.md");
const HEADING: &str = "### The memory of an operation";

/// The number of calls after which every scratch buffer has its full size.
const CALLS: usize = 5;
/// The tolerance between a documented figure and a smaller measured one, since engines differ.
const STALE: usize = 2;
const STALE_KB: usize = 50;

/// The memory of an operation, in kilobytes, rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    /// The peak of the first call after loading.
    first: usize,
    /// The peak of the calls after `warm_up`.
    warm: usize,
    /// The memory that these calls keep for later calls.
    kept: usize,
}

impl Row {
    fn measure(call: impl Fn(&dyn KzgSettings)) -> Self {
        let settings = load();
        let ((), first) = bytes_in(|| call(&*settings));
        let settings = load();
        settings.warm_up().expect("warms up");
        let ((), calls) = bytes_in(|| (0..CALLS).for_each(|_| call(&*settings)));
        Self {
            first: first.peak.div_ceil(1000),
            warm: calls.peak.div_ceil(1000),
            kept: calls.kept.div_ceil(1000),
        }
    }

    /// The row of an operation in the documentation.
    fn documented(operation: &str) -> Option<Self> {
        let (_, section) = TABLES.split_once(HEADING)?;
        let row = section
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| {operation} |")))?;
        let mut figures = row.split('|').map(|cell| cell.trim().replace(',', ""));
        let mut figure = || figures.next()?.parse().ok();
        Some(Self {
            first: figure()?,
            warm: figure()?,
            kept: figure()?,
        })
    }

    fn figures(&self) -> [usize; 3] {
        [self.first, self.warm, self.kept]
    }

    fn is_as(&self, documented: &Self) -> bool {
        let mut pairs = self.figures().into_iter().zip(documented.figures());
        pairs.all(|(measured, documented)| {
            measured <= documented && documented <= STALE * measured + STALE_KB
        })
    }
}

#[derive(Default)]
struct Table {
    rows: Vec<(String, Row)>,
}

impl Table {
    fn measure(&mut self, operation: &str, call: impl Fn(&dyn KzgSettings)) {
        self.rows.push((operation.to_owned(), Row::measure(call)));
    }

    fn assert_is_documented(&self) {
        let print = |(operation, row): &(String, Row)| {
            let [first, warm, kept] = row.figures();
            format!("| {operation} | {first} | {warm} | {kept} |\n")
        };
        let printed: String = self.rows.iter().map(print).collect();
        for (operation, row) in &self.rows {
            let documented = Row::documented(operation);
            assert!(
                documented.is_some_and(|documented| row.is_as(&documented)),
                "{operation}: {documented:?} in docs/tuning.md; measured:\n{printed}"
            );
        }
    }
}

#[test]
fn blob_operations_stay_within_documented_memory() {
    let settings = load();
    let blobs: Vec<Box<Blob>> = (1..=64).map(blob).collect();
    let blob = &blobs[0];
    let z = Bytes32([7; 32]);
    let commitment = settings.blob_to_kzg_commitment(blob).expect("canonical");
    let proof = settings.compute_blob_kzg_proof(blob, &commitment);
    let proof = proof.expect("canonical");
    let (point_proof, y) = settings.compute_kzg_proof(blob, &z).expect("canonical");
    // Arbitrary points, since wrong proofs take the same memory: 128 different points at once.
    let points = settings.compute_cell_kzg_proofs(blob).expect("canonical");
    let (proofs, others) = points.split_at(64);
    let commitments: Vec<_> = others.iter().map(|point| KzgCommitment(point.0)).collect();

    let mut table = Table::default();
    table.measure("`blob_to_kzg_commitment`", |settings| {
        assert_eq!(settings.blob_to_kzg_commitment(blob), Ok(commitment));
    });
    table.measure("`compute_kzg_proof`", |settings| {
        assert_eq!(settings.compute_kzg_proof(blob, &z), Ok((point_proof, y)));
    });
    table.measure("`compute_blob_kzg_proof`", |settings| {
        let made = settings.compute_blob_kzg_proof(blob, &commitment);
        assert_eq!(made, Ok(proof));
    });
    table.measure("`verify_kzg_proof`", |settings| {
        let verdict = settings.verify_kzg_proof(&commitment, &z, &y, &point_proof);
        assert_eq!(verdict, Ok(true));
    });
    table.measure("`verify_blob_kzg_proof`", |settings| {
        let verdict = settings.verify_blob_kzg_proof(blob, &commitment, &proof);
        assert_eq!(verdict, Ok(true));
    });
    table.measure("`verify_blob_kzg_proof_batch`, 64", |settings| {
        let verdict = settings.verify_blob_kzg_proof_batch((&blobs).into(), &commitments, proofs);
        assert_eq!(verdict, Ok(false));
    });
    table.measure("`verify_blob_kzg_proof_each`, 64", |settings| {
        let each = settings.verify_blob_kzg_proof_each((&blobs).into(), &commitments, proofs);
        assert_eq!(each, Ok(vec![Ok(false); 64]));
    });
    table.measure("`blobs_to_kzg_commitments`, 6", |settings| {
        let made = settings.blobs_to_kzg_commitments(blobs[..6].into());
        assert_eq!(made.map(|made| made[0]), Ok(commitment));
    });
    table.measure("`compute_blob_kzg_proofs`, 6", |settings| {
        let made = settings.compute_blob_kzg_proofs(blobs[..6].into(), &commitments[..6]);
        assert_eq!(made.map(|made| made.len()), Ok(6));
    });
    table.assert_is_documented();
}

#[test]
fn cell_operations_stay_within_documented_memory() {
    const COLUMNS: usize = 6;
    let settings = load();
    let blobs: Vec<Box<Blob>> = (1..=COLUMNS as u8).map(blob).collect();
    let commitments = settings.blobs_to_kzg_commitments((&blobs).into());
    let commitments = commitments.expect("canonical");
    let (mut cells, mut proofs) = (Vec::<Cell>::new(), Vec::<KzgProof>::new());
    for blob in &blobs {
        let made = settings.compute_cells_and_kzg_proofs(blob);
        let (made_cells, made_proofs) = made.expect("canonical");
        cells.extend(made_cells);
        proofs.extend(made_proofs);
    }
    let indices: Vec<u64> = (0..cells.len())
        .map(|k| (k % CELLS_PER_EXT_BLOB) as u64)
        .collect();
    let of_each: Vec<KzgCommitment> = (0..cells.len())
        .map(|k| commitments[k / CELLS_PER_EXT_BLOB])
        .collect();
    let (blob, all, half) = (&blobs[0], CELLS_PER_EXT_BLOB, CELLS_PER_EXT_BLOB / 2);

    let mut table = Table::default();
    table.measure("`compute_cells`", |settings| {
        let made = settings.compute_cells(blob);
        assert!(made.is_ok_and(|made| made == cells[..all]));
    });
    table.measure("`compute_cells_at`, 1", |settings| {
        let made = settings.compute_cells_at(blob, &[77]);
        assert!(made.is_ok_and(|made| made[0] == cells[77]));
    });
    table.measure("`compute_cell_kzg_proofs`", |settings| {
        let made = settings.compute_cell_kzg_proofs(blob);
        assert!(made.is_ok_and(|made| made == proofs[..all]));
    });
    table.measure("`compute_cells_and_kzg_proofs`", |settings| {
        let made = settings.compute_cells_and_kzg_proofs(blob);
        assert!(made.is_ok_and(|made| made.1 == proofs[..all]));
    });
    table.measure("`compute_many_cells_and_kzg_proofs`, 2", |settings| {
        let made = settings.compute_many_cells_and_kzg_proofs(blobs[..2].into());
        assert!(made.is_ok_and(|(made, _)| made == cells[..2 * all]));
    });
    table.measure("`recover_cells`, 64", |settings| {
        let made = settings.recover_cells(&indices[..half], cells[..half].into());
        assert!(made.is_ok_and(|made| made == cells[..all]));
    });
    table.measure("`recover_cells_and_kzg_proofs`, 64", |settings| {
        let made = settings.recover_cells_and_kzg_proofs(&indices[..half], cells[..half].into());
        assert!(made.is_ok_and(|made| made.1 == proofs[..all]));
    });
    for count in [1, all, COLUMNS * all] {
        let (of_each, indices) = (&of_each[..count], &indices[..count]);
        let (cells, proofs) = (&cells[..count], &proofs[..count]);
        table.measure(
            &format!("`verify_cell_kzg_proof_batch`, {count}"),
            |settings| {
                let verdict =
                    settings.verify_cell_kzg_proof_batch(of_each, indices, cells.into(), proofs);
                assert_eq!(verdict, Ok(true));
            },
        );
    }
    table.measure("`verify_cell_kzg_proof_each`, 768", |settings| {
        let each =
            settings.verify_cell_kzg_proof_each(&of_each, &indices, (&cells).into(), &proofs);
        assert!(each.is_ok_and(|each| each == vec![Ok(true); cells.len()]));
    });
    let mut rotated = proofs.clone();
    rotated.rotate_left(1);
    table.measure("`verify_cell_kzg_proof_each`, 768, all false", |settings| {
        let each =
            settings.verify_cell_kzg_proof_each(&of_each, &indices, (&cells).into(), &rotated);
        assert!(each.is_ok_and(|each| each == vec![Ok(false); cells.len()]));
    });
    table.assert_is_documented();
}
