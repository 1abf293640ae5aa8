//! The batch processor over fakes and scripted faults.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{
    Blob, Cell, Error, ErrorKind, KzgCommitment, KzgProof, KzgSettings, Operation, Threads,
};

use super::{
    BatchOptions, BatchProcessor, BatchProgress, CellsAndProofs, Collect, PartialCells, thread_pool,
};
use crate::cancellation::CancellationToken;
use crate::error::KzgAdvancedError;
use crate::fake::{blobs, careless, cells_and_proofs, commitment, fake, malformed_blob, proof};

fn commitments(count: u16) -> Vec<KzgCommitment> {
    (0..count).map(commitment).collect()
}

fn proofs(count: u16) -> Vec<KzgProof> {
    (0..count).map(proof).collect()
}

/// Settings and options of many shapes: items per call, chunk sizes, threads.
fn shapes() -> Vec<(Arc<dyn KzgSettings>, BatchOptions)> {
    let mut all = Vec::new();
    for items_per_call in [0, 1, 4] {
        for chunk_size in [None, Some(0), Some(1), Some(3), Some(1000)] {
            let options = match chunk_size {
                Some(items) => BatchOptions::default().with_chunk_size(items),
                None => BatchOptions::default(),
            };
            all.push((fake(items_per_call), options.clone()));
            let threads = thread_pool(3, "test").unwrap();
            all.push((fake(items_per_call), options.with_threads(threads)));
        }
    }
    let global = BatchOptions::default().with_threads(Threads::Global);
    all.push((fake(2), global));
    all
}

fn processors() -> Vec<BatchProcessor> {
    let shapes = shapes().into_iter();
    shapes
        .map(|(settings, options)| BatchProcessor::with_options(settings, options))
        .collect()
}

/// The first cells of each blob, one cell for each index.
fn first_halves<'a>(extended: &'a [CellsAndProofs], indices: &'a [u64]) -> Vec<PartialCells<'a>> {
    let parts = extended.iter().map(|one| PartialCells {
        cell_indices: indices,
        cells: one.cells[..indices.len()].into(),
    });
    parts.collect()
}

/// The index of the item that a message names.
fn named_index(error: &KzgAdvancedError) -> String {
    let message = error.to_string();
    let (_, rest) = message.split_once("item ").unwrap();
    rest.split(',').next().unwrap().to_owned()
}

#[test]
fn results_are_in_input_order_for_every_shape() {
    let blobs = blobs(10);
    let by_value: Vec<Blob> = blobs.iter().map(|blob| (**blob).clone()).collect();
    let references: Vec<&Blob> = by_value.iter().collect();
    for batch in processors() {
        assert_eq!(batch.batch_commitments(&blobs).unwrap(), commitments(10));
        assert_eq!(batch.batch_commitments(&by_value).unwrap(), commitments(10));
        assert_eq!(
            batch.batch_commitments(&references).unwrap(),
            commitments(10)
        );
        let odd = blobs.iter().skip(1).step_by(2);
        assert_eq!(
            batch.batch_commitments(odd).unwrap(),
            [1, 3, 5, 7, 9].map(commitment)
        );
        assert_eq!(
            batch.batch_proofs(&blobs, &commitments(10)).unwrap(),
            proofs(10)
        );
        let extended = batch.batch_cells_and_proofs(&blobs).unwrap();
        for (number, one) in (0..).zip(&extended) {
            let (cells, proofs) = cells_and_proofs(number);
            assert_eq!((one.cells.len(), one.proofs.len()), (128, 128));
            assert!(one.cells == cells && one.proofs == proofs);
        }
        let indices: Vec<u64> = (0..64).collect();
        let parts = first_halves(&extended, &indices);
        assert_eq!(batch.batch_recover(&parts).unwrap(), extended);
        let none: [&Blob; 0] = [];
        assert!(batch.batch_commitments(none).unwrap().is_empty());
        assert!(batch.batch_verify(none, &[], &[]).unwrap());
    }
}

#[test]
fn one_verdict_for_all_or_one_for_each() {
    let mut blobs = blobs(9);
    for batch in processors() {
        let (commitments, mut proofs) = (commitments(9), proofs(9));
        assert!(batch.batch_verify(&blobs, &commitments, &proofs).unwrap());
        proofs[4] = proof(5);
        assert!(!batch.batch_verify(&blobs, &commitments, &proofs).unwrap());
        let each = batch.batch_verify_each(&blobs, &commitments, &proofs);
        let expected: Vec<bool> = (0..9).map(|index| index != 4).collect();
        assert_eq!(each.unwrap(), expected);
    }
    // A malformed item is an error, even after an item with a wrong proof.
    blobs[7] = malformed_blob();
    for batch in processors() {
        let (commitments, mut proofs) = (commitments(9), proofs(9));
        proofs[4] = proof(5);
        let all = batch.batch_verify(&blobs, &commitments, &proofs);
        assert_eq!(named_index(&all.unwrap_err()), "7");
        let each = batch.batch_verify_each(&blobs, &commitments, &proofs);
        assert_eq!(named_index(&each.unwrap_err()), "7");
        let collecting = batch.on_error(Collect);
        let each = collecting.batch_verify_each(&blobs, &commitments, &proofs);
        for (index, verdict) in each.unwrap().iter().enumerate() {
            match verdict {
                Ok(holds) => assert_eq!(*holds, index != 4),
                Err(error) => assert_eq!((index, named_index(error)), (7, "7".to_owned())),
            }
        }
    }
}

#[test]
fn a_bad_item_fails_the_batch_or_is_reported_beside_the_good_ones() {
    let mut blobs = blobs(11);
    blobs[2] = malformed_blob();
    blobs[8] = malformed_blob();
    for batch in processors() {
        for error in [
            batch.batch_commitments(&blobs).unwrap_err(),
            batch.batch_proofs(&blobs, &commitments(11)).unwrap_err(),
            batch.batch_cells_and_proofs(&blobs).unwrap_err(),
        ] {
            assert_eq!(
                (error.kind(), named_index(&error)),
                (ErrorKind::Input, "2".to_owned())
            );
        }
        let batch = batch.on_error(Collect);
        let collected = batch.batch_commitments(&blobs).unwrap();
        for (index, result) in collected.iter().enumerate() {
            match result {
                Ok(result) => assert_eq!(*result, commitment(index as u16)),
                Err(error) => {
                    assert!(index == 2 || index == 8);
                    assert_eq!(named_index(error), index.to_string());
                }
            }
        }
        let extended = batch.batch_cells_and_proofs(&blobs).unwrap();
        assert_eq!(extended.iter().filter(|one| one.is_err()).count(), 2);
    }
}

#[test]
fn a_bad_recovery_is_named_by_its_place_in_the_batch() {
    let indices: Vec<u64> = (0..64).collect();
    let good = vec![Cell::default(); 64];
    let mut bad = good.clone();
    bad[40].0[0] = 0xff;
    let lists = [&good, &good, &bad, &good];
    let parts = lists.map(|cells| PartialCells {
        cell_indices: &indices,
        cells: cells.into(),
    });
    for batch in processors() {
        let error = batch.batch_recover(&parts).unwrap_err();
        assert_eq!(named_index(&error), "2");
        assert!(error.to_string().contains("cell 40"), "{error}");
        let each = batch.on_error(Collect).batch_recover(&parts).unwrap();
        let failed: Vec<bool> = each.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, false, true, false]);
    }
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let batch = BatchProcessor::new(fake(4));
    let blobs = blobs(3);
    let list = || (&blobs).into();
    let (c, p) = (commitments(3), proofs(3));
    for error in [
        batch.batch_proofs(&blobs, &c[..2]).unwrap_err(),
        batch.batch_verify(&blobs, &c, &p[..2]).unwrap_err(),
        batch.batch_verify_each(&blobs, &c[..1], &p).unwrap_err(),
        batch.batch_commitments_into(list(), &mut []).unwrap_err(),
        batch.batch_proofs_into(list(), &c, &mut []).unwrap_err(),
        batch
            .batch_cells_and_proofs_into(list(), &mut [])
            .unwrap_err(),
        batch
            .batch_recover_into(&[], &mut [CellsAndProofs::default()])
            .unwrap_err(),
        batch
            .batch_verify_each_into(list(), &c, &p, &mut [])
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Input);
    }
}

#[test]
fn callers_buffers_get_the_same_results() {
    let mut blobs = blobs(7);
    for batch in processors() {
        let mut made = vec![KzgCommitment::default(); 7];
        batch
            .batch_commitments_into((&blobs).into(), &mut made)
            .unwrap();
        assert_eq!(made, commitments(7));
        let mut proved = vec![KzgProof::default(); 7];
        batch
            .batch_proofs_into((&blobs).into(), &made, &mut proved)
            .unwrap();
        assert_eq!(proved, proofs(7));
        // The call overwrites earlier content of any length.
        let mut extended = vec![CellsAndProofs::default(); 7];
        extended[2].cells = vec![Cell([7; 2048]); 200];
        for _ in 0..2 {
            batch
                .batch_cells_and_proofs_into((&blobs).into(), &mut extended)
                .unwrap();
            for (number, one) in (0..).zip(&extended) {
                let (cells, proofs) = cells_and_proofs(number);
                assert!(one.cells == cells && one.proofs == proofs);
            }
        }
        let indices: Vec<u64> = (0..64).collect();
        let parts = first_halves(&extended, &indices);
        let mut recovered = vec![CellsAndProofs::default(); 7];
        recovered[6].proofs = vec![KzgProof([7; 48]); 3];
        batch.batch_recover_into(&parts, &mut recovered).unwrap();
        assert_eq!(recovered, extended);
    }
    blobs[5] = malformed_blob();
    let mut wrong = proofs(7);
    wrong[1] = proof(3);
    for batch in processors() {
        let mut verdicts = vec![Ok(false); 7];
        batch
            .batch_verify_each_into((&blobs).into(), &commitments(7), &wrong, &mut verdicts)
            .unwrap();
        assert_eq!((&verdicts[0], &verdicts[1]), (&Ok(true), &Ok(false)));
        assert_eq!(verdicts[5].as_ref().unwrap_err().index(), Some(5));
    }
}

#[test]
fn progress_ascends_to_the_end() {
    for (settings, options) in shapes() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let options = options.with_progress(move |progress| log.lock().unwrap().push(progress));
        let batch = BatchProcessor::with_options(settings, options);
        batch.batch_commitments(blobs(10)).unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.is_sorted_by(|a, b| a.done < b.done));
        let end = BatchProgress {
            done: 10,
            total: 10,
        };
        assert_eq!(seen.last(), Some(&end));
    }
}

#[test]
fn a_cancelled_batch_stops_between_items() {
    let token = CancellationToken::new();
    let stop = token.clone();
    let settings = Arc::new(Scripted::new(fake(1)));
    let options = BatchOptions::default()
        .with_cancellation(token)
        .with_progress(move |progress| {
            if progress.done == 3 {
                stop.cancel();
            }
        });
    let shared = Arc::clone(&settings) as Arc<dyn KzgSettings>;
    let batch = BatchProcessor::with_options(shared, options);
    let collecting = batch.clone().on_error(Collect);
    let results = collecting.batch_commitments(blobs(10)).unwrap();
    assert!(results[..3].iter().all(Result::is_ok));
    let rest = &results[3..];
    assert!(
        rest.iter()
            .all(|result| matches!(result, Err(KzgAdvancedError::Cancelled)))
    );
    assert_eq!(settings.calls(Operation::BlobsToKzgCommitments), 3);
    let error = batch.batch_commitments(blobs(10)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(settings.total_calls(), 3);
}

#[test]
fn a_panic_or_a_fault_is_an_error_of_its_item() {
    for action in [Action::Panic, Action::fault()] {
        let settings =
            Scripted::new(fake(1)).on(Operation::BlobsToKzgCommitments, 4, action.clone());
        let batch = BatchProcessor::new(Arc::new(settings));
        let error = batch.batch_commitments(blobs(8)).unwrap_err();
        assert_eq!(
            (error.kind(), named_index(&error)),
            (ErrorKind::Fault, "4".to_owned())
        );

        // The other items of a failed call are computed.
        let settings = Scripted::new(fake(4))
            .on(Operation::BlobsToKzgCommitments, 0, action.clone())
            .on(Operation::BlobsToKzgCommitments, 3, action);
        let batch = BatchProcessor::new(Arc::new(settings)).on_error(Collect);
        let results = batch.batch_commitments(blobs(8)).unwrap();
        let failed: Vec<usize> = (0..8).filter(|&index| results[index].is_err()).collect();
        assert_eq!(failed, [2]);
    }
}

#[test]
fn an_error_that_holds_for_all_items_is_not_tried_item_by_item() {
    let busy = Action::Fail(Error::Busy {
        reason: "scripted".to_owned(),
    });
    let settings = Arc::new(Scripted::new(fake(4)).on(Operation::ComputeBlobKzgProofs, 1, busy));
    let batch = BatchProcessor::new(Arc::clone(&settings) as Arc<dyn KzgSettings>);
    let results = batch
        .on_error(Collect)
        .batch_proofs(blobs(10), &commitments(10))
        .unwrap();
    let kinds: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().err().map(KzgAdvancedError::kind))
        .collect();
    assert_eq!(kinds[4..8], [Some(ErrorKind::Busy); 4]);
    assert!(kinds[..4].iter().chain(&kinds[8..]).all(Option::is_none));
    assert_eq!(settings.total_calls(), 3);
}

#[test]
fn a_progress_function_that_panics_does_not_end_the_batch() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let options = BatchOptions::default().with_progress(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        panic!("scripted");
    });
    let batch = BatchProcessor::with_options(fake(1), options);
    let made = batch.batch_commitments(blobs(5)).unwrap();
    assert_eq!(made, commitments(5));
    assert_eq!(calls.load(Ordering::Relaxed), 5);
}

#[test]
fn a_malformed_item_stops_a_batch_that_fails_fast_at_once() {
    let mut blobs = blobs(10);
    blobs[0] = malformed_blob();
    for (items_per_call, first_chunk) in [(1, "0"), (4, "0")] {
        let settings = Arc::new(Scripted::new(fake(items_per_call)));
        let batch = BatchProcessor::new(Arc::clone(&settings) as Arc<dyn KzgSettings>);
        let verdicts = batch.batch_verify_each(&blobs, &commitments(10), &proofs(10));
        assert_eq!(named_index(&verdicts.unwrap_err()), first_chunk);
        assert_eq!(settings.total_calls(), 1);
    }
}

#[test]
fn vectors_that_are_too_short_do_not_become_zeros() {
    let batch = BatchProcessor::new(Arc::new(careless()));
    let extended = batch.batch_cells_and_proofs(blobs(9)).unwrap();
    for (number, one) in (0..).zip(&extended) {
        assert_eq!(one.proofs, cells_and_proofs(number).1);
    }
}

#[test]
fn a_progress_function_may_work_on_the_threads_of_the_batch() {
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let wrong = Arc::new(AtomicUsize::new(0));
    let backwards = Arc::clone(&wrong);
    let options = BatchOptions::default()
        .with_threads(thread_pool(2, "test").unwrap())
        .with_progress(move |progress| {
            // The thread starts another chunk, which ends during this report.
            rayon::yield_now();
            if seen.fetch_max(progress.done, Ordering::SeqCst) >= progress.done {
                backwards.fetch_add(1, Ordering::SeqCst);
            }
        });
    let batch = BatchProcessor::with_options(fake(1), options);
    let made = batch.batch_commitments(blobs(64)).unwrap();
    assert_eq!(made, commitments(64));
    assert_eq!(most.load(Ordering::SeqCst), 64);
    assert_eq!(wrong.load(Ordering::SeqCst), 0);
}

#[test]
fn options_are_serialised_without_the_values_of_the_process() {
    let options: BatchOptions = serde_json::from_str(r#"{"chunk_size": 7}"#).unwrap();
    assert_eq!(options.chunk_size, Some(7));
    let options = options.with_threads(Threads::Global).with_progress(|_| ());
    assert_eq!(
        serde_json::to_string(&options).unwrap(),
        r#"{"chunk_size":7}"#
    );
    assert!(serde_json::from_str::<BatchOptions>(r#"{"chunk": 7}"#).is_err());
}
