//! Faults of a backend while the sums of a small batch, its pairing check and its subgroup check run on two threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{Cell, KzgCommitment, KzgProof};
use kzg_traits::{
    Backend, Blob, Error, Exec, Item, KzgSettings, PointError, Settings, SettingsOptions, Threads,
    TrustedSetup,
};

use crate::delegation::items_of_blst;

/// Whether pairing checks give no result.
static PAIRINGS_FAIL: AtomicBool = AtomicBool::new(false);
/// Whether sums over new points panic.
static SUMS_PANIC: AtomicBool = AtomicBool::new(false);

/// kzg-blst with a postponed subgroup check, whose pairing checks and sums fail on demand.
#[derive(Clone, Copy, Debug)]
struct Faulty;

impl Backend for Faulty {
    items_of_blst!("faulty");

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        assert!(!SUMS_PANIC.load(Ordering::SeqCst), "a sum panics");
        Blst::msm(points, scalars, exec)
    }

    fn pairing_check(pairs: &[(G1, &Self::PreparedG2)], exec: &Exec) -> bool {
        Blst::pairing_check(pairs, exec)
    }

    fn try_pairing_check(pairs: &[(G1, &Self::PreparedG2)], exec: &Exec) -> Result<bool, Error> {
        if PAIRINGS_FAIL.load(Ordering::SeqCst) {
            return Err(fault());
        }
        Blst::try_pairing_check(pairs, exec)
    }

    fn g1_on_curve_from_bytes_many(
        encodings: &[[u8; 48]],
        out: &mut [Result<G1, PointError>],
        exec: &Exec,
    ) {
        Blst::g1_on_curve_from_bytes_many(encodings, out, exec);
    }

    fn g1_check_subgroup(points: &[G1], verdicts: &mut [Result<(), PointError>], exec: &Exec) {
        Blst::g1_check_subgroup(points, verdicts, exec);
    }
}

fn fault() -> Error {
    Error::Fault {
        backend: Faulty::NAME.to_owned(),
        message: "no result".to_owned(),
    }
}

/// A point of order three, which lies outside the subgroup.
fn outside() -> [u8; 48] {
    let mut encoding = [0; 48];
    encoding[0] = 0x80;
    encoding
}

type Verify<'a> = &'a dyn Fn(&[KzgCommitment], &[KzgProof]) -> Result<bool, Error>;

#[test]
fn a_fault_is_returned_and_a_malformed_point_comes_before_it() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    let threads = Threads::Pool(Arc::new(pool.expect("two threads")));
    let options = SettingsOptions::default().with_threads(threads);
    let kzg = Settings::<Faulty>::load(&TrustedSetup::mainnet(), options).expect("valid");

    // Blobs of zeros: all commitments and proofs are infinity.
    let infinity: [u8; 48] = core::array::from_fn(|i| if i == 0 { 0xc0 } else { 0 });
    let blobs = vec![Blob::zeroed_on_heap(); 5];
    let cells = vec![Cell::default(); 5];
    let (commitments, proofs) = ([KzgCommitment(infinity); 5], [KzgProof(infinity); 5]);
    let of_blobs: Verify<'_> = &|commitments, proofs| {
        kzg.verify_blob_kzg_proof_batch((&blobs).into(), commitments, proofs)
    };
    let of_cells: Verify<'_> = &|commitments, proofs| {
        kzg.verify_cell_kzg_proof_batch(commitments, &[0, 1, 2, 3, 4], (&cells).into(), proofs)
    };
    let mut malformed = proofs;
    malformed[3] = KzgProof(outside());
    let error = Error::Point {
        item: Item::Proof,
        index: 3,
        reason: PointError::Subgroup,
    };
    for verify in [of_blobs, of_cells] {
        assert_eq!(verify(&commitments, &proofs), Ok(true));
        assert_eq!(verify(&commitments, &malformed), Err(error.clone()));

        PAIRINGS_FAIL.store(true, Ordering::SeqCst);
        assert_eq!(verify(&commitments, &proofs), Err(fault()));
        assert_eq!(verify(&commitments, &malformed), Err(error.clone()));
        PAIRINGS_FAIL.store(false, Ordering::SeqCst);

        SUMS_PANIC.store(true, Ordering::SeqCst);
        let panicked = catch_unwind(AssertUnwindSafe(|| verify(&commitments, &proofs)));
        assert!(panicked.is_err(), "the panic reaches the caller");
        SUMS_PANIC.store(false, Ordering::SeqCst);
        assert_eq!(
            verify(&commitments, &proofs),
            Ok(true),
            "the next call works"
        );
    }
}
