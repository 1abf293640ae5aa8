//! The only false item of a group is found by one exponent.

use std::cell::Cell as Counter;

use kzg_blst::{Blst, Fr, G1};
use kzg_testing::Seeded;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
use kzg_traits::error::Result;
use kzg_traits::{
    Backend, Blob, Error, Exec, KzgSettings, Settings, SettingsOptions, TrustedSetup,
};

use crate::delegation::items_of_blst;

thread_local! {
    /// The pairing checks, the searches for an exponent, and the exponents that were found.
    static CALLS: Counter<[usize; 3]> = const { Counter::new([0; 3]) };
    /// Whether the searches give no result.
    static IS_FAULTY: Counter<bool> = const { Counter::new(false) };
}

/// kzg-blst with counted pairing checks and exponents.
#[derive(Clone, Copy, Debug)]
struct Exponents;

impl Backend for Exponents {
    items_of_blst!("exponents");
    const FINDS_PAIRING_EXPONENTS: bool = true;

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        Blst::msm(points, scalars, exec)
    }

    fn pairing_check(pairs: &[(G1, &Self::PreparedG2)], exec: &Exec) -> bool {
        add_calls([1, 0, 0]);
        Blst::pairing_check(pairs, exec)
    }

    fn try_pairing_exponent(
        base: &[(G1, &Self::PreparedG2)],
        power: &[(G1, &Self::PreparedG2)],
        bound: usize,
        exec: &Exec,
    ) -> Result<Option<usize>> {
        if IS_FAULTY.get() {
            return Err(fault());
        }
        let found = Blst::try_pairing_exponent(base, power, bound, exec)?;
        add_calls([0, 1, usize::from(found.is_some())]);
        Ok(found)
    }
}

fn add_calls(more: [usize; 3]) {
    let calls = CALLS.get();
    CALLS.set(core::array::from_fn(|kind| calls[kind] + more[kind]));
}

fn fault() -> Error {
    Error::Fault {
        backend: Exponents::NAME.to_owned(),
        message: "no result".to_owned(),
    }
}

fn settings() -> Settings<Exponents> {
    let options = SettingsOptions::default();
    Settings::load(&TrustedSetup::mainnet(), options).expect("valid")
}

/// Checks that only the item at a position is false, and that one check and one exponent have shown it.
fn assert_found(verdicts: impl FnOnce() -> Result<Vec<Result<bool>>>, wrong: usize) {
    CALLS.set([0; 3]);
    let verdicts = verdicts().expect("a result");
    for (position, verdict) in verdicts.into_iter().enumerate() {
        assert_eq!(
            verdict,
            Ok(position != wrong),
            "{position}, {wrong} is false"
        );
    }
    assert_eq!(CALLS.get(), [1, 1, 1], "{wrong} is false");
}

/// Blobs with their commitments and proofs.
fn blobs(count: usize) -> (Vec<Box<Blob>>, Vec<KzgCommitment>, Vec<KzgProof>) {
    let kzg = crate::mainnet();
    let mut seeded = Seeded::new(17);
    let blobs: Vec<Box<Blob>> = (0..count).map(|_| seeded.blob()).collect();
    let commitments = kzg.blobs_to_kzg_commitments((&blobs).into());
    let commitments = commitments.expect("well formed");
    let proofs = kzg.compute_blob_kzg_proofs((&blobs).into(), &commitments);
    (blobs, commitments, proofs.expect("well formed"))
}

#[test]
fn the_only_false_blob_of_a_batch_is_found() {
    let kzg = settings();
    let (blobs, commitments, right) = blobs(8);
    for wrong in 0..blobs.len() {
        let mut proofs = right.clone();
        proofs[wrong] = KzgProof(commitments[0].0);
        let verdicts = || kzg.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs);
        assert_found(verdicts, wrong);
    }
}

/// The cells of one blob, and cells of one column.
#[test]
fn the_only_false_cell_of_a_line_is_found() {
    let kzg = settings();
    let (blobs, commitments, _) = blobs(8);
    let extended: Vec<(Vec<Cell>, Vec<KzgProof>)> = blobs
        .iter()
        .map(|blob| crate::mainnet().compute_cells_and_kzg_proofs(blob))
        .collect::<Result<_>>()
        .expect("well formed");
    let row = (0..CELLS_PER_EXT_BLOB).map(|column| (0, column));
    let column = (0..blobs.len()).map(|blob| (blob, 77));
    for line in [row.collect::<Vec<_>>(), column.collect()] {
        let of_blobs: Vec<KzgCommitment> =
            line.iter().map(|(blob, _)| commitments[*blob]).collect();
        let indices: Vec<u64> = line.iter().map(|(_, column)| *column as u64).collect();
        let items = line.iter().map(|&(blob, column)| (&extended[blob], column));
        let cells: Vec<Cell> = items
            .clone()
            .map(|((cells, _), k)| cells[k].clone())
            .collect();
        let right: Vec<KzgProof> = items.map(|((_, proofs), k)| proofs[k]).collect();
        for wrong in [0, 1, line.len() / 2, line.len() - 1] {
            let mut proofs = right.clone();
            proofs[wrong] = KzgProof(commitments[0].0);
            let verdicts =
                || kzg.verify_cell_kzg_proof_each(&of_blobs, &indices, (&cells).into(), &proofs);
            assert_found(verdicts, wrong);
        }
    }
}

#[test]
fn a_fault_of_the_search_for_an_exponent_is_the_result() {
    let kzg = settings();
    let (blobs, commitments, mut proofs) = blobs(8);
    proofs[3] = proofs[4];
    IS_FAULTY.set(true);
    let verdicts = kzg.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs);
    IS_FAULTY.set(false);
    assert_eq!(verdicts, Err(fault()));
}
