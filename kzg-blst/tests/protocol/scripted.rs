//! Scripted settings fail as their script says, and pass all other calls on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kzg_testing::protocol::agree;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, Cell, Error, KzgCommitment, KzgProof, KzgSettings, Operation};

#[test]
fn without_a_script_every_call_is_passed_on_and_counted() {
    let settings = crate::mainnet();
    let scripted = Scripted::new(Arc::clone(&settings)).named("scripted");
    assert_eq!(scripted.backend(), "scripted");
    agree(&*settings, &scripted);
    assert!(scripted.total_calls() > 0);

    let scripted = Scripted::new(settings);
    let blob = Blob::zeroed_on_heap();
    scripted.blob_to_kzg_commitment(&blob).expect("passed on");
    scripted.blob_to_kzg_commitment(&blob).expect("passed on");
    let blobs = [(*blob).clone()];
    scripted
        .blobs_to_kzg_commitments((&blobs).into())
        .expect("passed on");
    assert_eq!(scripted.calls(Operation::BlobToKzgCommitment), 2);
    assert_eq!(scripted.calls(Operation::BlobsToKzgCommitments), 1);
    assert_eq!(scripted.total_calls(), 3);
}

#[test]
fn calls_fail_panic_and_wait_by_operation_and_number() {
    let blob = Blob::zeroed_on_heap();
    let commit = Operation::BlobToKzgCommitment;
    let scripted = Scripted::new(crate::mainnet())
        .on(commit, 1, Action::Fail(Error::Deadline))
        .on(commit, 2, Action::Panic)
        .on(commit, 3, Action::delay(Duration::from_millis(30)))
        .otherwise(|operation, number| match (operation, number) {
            (Operation::ComputeCells, 0) => Action::fault(),
            _ => Action::Pass,
        });
    assert!(scripted.blob_to_kzg_commitment(&blob).is_ok());
    assert_eq!(scripted.blob_to_kzg_commitment(&blob), Err(Error::Deadline));
    let call = AssertUnwindSafe(|| scripted.blob_to_kzg_commitment(&blob));
    assert!(catch_unwind(call).is_err());
    let start = Instant::now();
    assert!(scripted.blob_to_kzg_commitment(&blob).is_ok());
    assert!(start.elapsed() >= Duration::from_millis(30));
    assert!(matches!(
        scripted.compute_cells(&blob),
        Err(Error::Fault { .. })
    ));
    assert!(scripted.compute_cells(&blob).is_ok());
    assert_eq!(scripted.calls(commit), 4);
}

#[test]
fn flipped_results_differ_in_one_bit_and_errors_stay() {
    let settings = crate::mainnet();
    let flipped = Scripted::new(Arc::clone(&settings)).otherwise(|_, _| Action::Flip);
    let blob = Blob::zeroed_on_heap();
    let infinity = settings.blob_to_kzg_commitment(&blob).expect("well formed");
    let mut expected = infinity;
    expected.0[47] ^= 1;
    assert_eq!(flipped.blob_to_kzg_commitment(&blob), Ok(expected));

    let proof = KzgProof(infinity.0);
    let verdict = flipped.verify_blob_kzg_proof(&blob, &infinity, &proof);
    assert_eq!(verdict, Ok(false));
    let (blobs, commitments) = ([(*blob).clone()], [infinity]);
    let each = flipped.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &[proof]);
    assert_eq!(each, Ok(vec![Ok(false)]));
    let malformed = flipped.compute_blob_kzg_proof(&blob, &KzgCommitment([0; 48]));
    assert_eq!(
        malformed,
        settings.compute_blob_kzg_proof(&blob, &KzgCommitment([0; 48]))
    );

    let cells = flipped.compute_cells(&blob).expect("well formed");
    let differing: Vec<usize> = (0..128).filter(|&k| cells[k] != Cell::default()).collect();
    assert_eq!(differing, [0]);
    assert_eq!(cells[0].0[Cell::LENGTH - 1], 1);
}
