//! Order, read-ahead and memory.

use super::*;

/// A pool of one thread, and options with that pool.
fn on_one_thread(options: StreamOptions) -> (Arc<rayon::ThreadPool>, StreamOptions) {
    let threads = thread_pool(1, "test").unwrap();
    let Threads::Pool(pool) = &threads else {
        panic!("{threads:?}")
    };
    (Arc::clone(pool), options.with_threads(threads))
}

#[test]
fn every_operation_streams() {
    for stream in processors() {
        let proofs = all(stream.stream_proofs(blobs(7)));
        for (number, one) in (0..).zip(&proofs) {
            let expected = BlobProof {
                commitment: commitment(number),
                proof: proof(number),
            };
            assert_eq!(*one, expected);
        }
        let cells = all(stream.stream_cells_and_proofs(blobs(7)));
        assert!(
            (0..)
                .zip(&cells)
                .all(|(number, one)| one.proofs == cells_and_proofs(number).1)
        );
        let claims = (0..7).map(|number| BlobClaim {
            blob: if number == 5 {
                malformed_blob()
            } else {
                blob(number)
            },
            commitment: commitment(number),
            proof: proof(if number == 2 { 3 } else { number }),
        });
        let verdicts: Vec<_> = stream.stream_verifications(claims).collect();
        for (index, verdict) in verdicts.iter().enumerate() {
            match verdict {
                Ok(holds) => assert_eq!(*holds, index != 2),
                Err(error) => assert!(index == 5 && error.to_string().contains("item 5")),
            }
        }
    }
}

#[test]
fn memory_stays_within_the_bound_for_any_length() {
    for stream in processors() {
        let bound = stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments);
        for count in [1, 5, 40, 200] {
            // Zeros are valid blobs; only the length matters here.
            let zeros = io::repeat(0).take(count * Blob::LENGTH as u64);
            let results = stream.stream_commitments(stream.blobs_from_reader(zeros));
            assert_eq!(results.map(Result::unwrap).count() as u64, count);
            let statistics = stream.pool().statistics();
            assert!(statistics.high_water <= bound, "{statistics:?}, {bound}");
            assert_eq!(statistics.in_use, 0);
        }
        // The same bound holds for the items of the caller's iterator that have no result yet.
        let (given, taken) = (Rc::new(Cell::new(0)), Cell::new(0));
        let counter = Rc::clone(&given);
        let source = std::iter::repeat_with(move || {
            counter.set(counter.get() + 1);
            blob(0)
        });
        for result in stream.stream_commitments(source.take(200)) {
            result.unwrap();
            assert!(given.get() - taken.get() <= bound + 1, "{bound}");
            taken.set(taken.get() + 1);
        }
        assert_eq!(given.get(), 200);
    }
}

#[test]
fn every_operation_stays_within_a_bound_of_its_own() {
    let (zero, zero_proof) = (commitment(0), proof(0));
    let drain = |operation, stream: &StreamProcessor| {
        let bytes = io::repeat(0).take(30 * Blob::LENGTH as u64);
        let blobs = stream.blobs_from_reader(bytes);
        match operation {
            Operation::ComputeBlobKzgProofs => all(stream.stream_proofs(blobs)).len(),
            Operation::ComputeManyCellsAndKzgProofs => {
                all(stream.stream_cells_and_proofs(blobs)).len()
            }
            _ => {
                let claims = blobs.map(|blob| {
                    Ok(BlobClaim {
                        blob: blob?,
                        commitment: zero,
                        proof: zero_proof,
                    })
                });
                let verdicts = all(stream.stream_verifications(claims));
                verdicts.into_iter().filter(|&holds| holds).count()
            }
        }
    };
    for operation in [
        Operation::ComputeBlobKzgProofs,
        Operation::ComputeManyCellsAndKzgProofs,
        Operation::VerifyBlobKzgProofEach,
    ] {
        // Each operation has a different number of items per call.
        for stream in processors_over(|_| Arc::new(careless())) {
            assert_eq!(drain(operation, &stream), 30);
            let bound = stream.max_blobs_in_memory(operation);
            let statistics = stream.pool().statistics();
            assert!(statistics.high_water <= bound, "{statistics:?}, {bound}");
            assert_eq!(statistics.in_use, 0);
        }
    }
}

#[test]
fn a_consumer_that_stops_stops_the_reading() {
    for stream in processors() {
        let bound = stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments);
        let given = Rc::new(Cell::new(0));
        let counter = Rc::clone(&given);
        let source = std::iter::repeat_with(move || {
            counter.set(counter.get() + 1);
            blob(0)
        });
        let mut results = stream.stream_commitments(source); // endless
        assert_eq!(results.next().unwrap().unwrap(), commitment(0));
        drop(results);
        assert!(given.get() <= bound);
    }
}

#[test]
fn a_cancelled_stream_gives_the_results_under_way_then_the_cancellation() {
    for stream in processors() {
        let token = CancellationToken::new();
        let options = stream.options().clone().with_cancellation(token.clone());
        let stream = StreamProcessor::with_options(fake(1), options);
        let given = Rc::new(Cell::new(0));
        let counter = Rc::clone(&given);
        let source = std::iter::repeat_with(move || {
            counter.set(counter.get() + 1);
            blob(0)
        });
        let mut results = stream.stream_commitments(source);
        results.next().unwrap().unwrap();
        token.cancel();
        let rest: Vec<_> = results.by_ref().collect();
        let (last, before) = rest.split_last().unwrap();
        assert!(matches!(last, Err(KzgAdvancedError::Cancelled)));
        assert!(before.iter().all(Result::is_ok));
        assert_eq!(
            before.len() + 1,
            given.get(),
            "each item that was read has its result"
        );
        assert!(results.next().is_none());
    }
}

#[test]
fn a_cancelled_stream_computes_the_items_of_the_chunk_that_it_was_reading() {
    let token = CancellationToken::new();
    let options = StreamOptions::default()
        .with_chunk_size(3)
        .with_read_ahead(9)
        .with_cancellation(token.clone());
    let (pool, options) = on_one_thread(options);
    // Keeps the only thread busy until the fourth item is read.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    pool.spawn(move || {
        // An error opens the gate.
        let _ = gate.recv();
    });
    let mut open = Some(open);
    let stream = StreamProcessor::with_options(fake(3), options);
    let source = (0..).map(move |number| {
        if number == 3 {
            drop(open.take());
            // This job is queued after the first chunk, so the first chunk is done when the job
            // ends, and the stream returns its results before it fills the second chunk.
            pool.install(|| ());
        }
        blob(number)
    });
    let mut results = stream.stream_commitments(source);
    let mut made = vec![results.next().unwrap().unwrap()];
    token.cancel();
    made.extend(results.by_ref().map_while(Result::ok));
    assert_eq!(made, commitments(4));
    assert!(results.next().is_none());
}

#[test]
fn a_cancellation_in_the_middle_of_a_chunk_ends_the_reading() {
    for stream in processors() {
        let token = CancellationToken::new();
        let options = stream.options().clone().with_chunk_size(4);
        let options = options.with_cancellation(token.clone());
        let stream = StreamProcessor::with_options(fake(4), options);
        let source = (0..).map(|number| {
            if number == 5 {
                token.cancel();
            }
            blob(number)
        });
        let mut results: Vec<_> = stream.stream_commitments(source).collect();
        let last = results.pop().unwrap();
        assert!(matches!(last, Err(KzgAdvancedError::Cancelled)));
        assert_eq!(all(results.into_iter()), commitments(6));
    }
}

#[test]
fn slow_items_do_not_change_the_order() {
    let slow = |items_per_call| -> Arc<dyn KzgSettings> {
        Arc::new(Scripted::new(fake(items_per_call)).otherwise(|_, number| {
            Action::delay(std::time::Duration::from_micros(500 * (number as u64 % 3)))
        }))
    };
    for stream in processors_over(slow) {
        assert_eq!(all(stream.stream_commitments(blobs(20))), commitments(20));
    }
}

#[test]
fn a_stream_may_be_consumed_on_its_own_pool() {
    let (pool, options) = on_one_thread(StreamOptions::default());
    let stream = StreamProcessor::with_options(fake(1), options);
    // The only thread of the pool waits for results that no other thread can compute.
    let made = pool.install(|| all(stream.stream_commitments(blobs(20))));
    assert_eq!(made, commitments(20));
}

#[test]
fn a_dropped_stream_begins_no_further_calls() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let (release, gate) = crossbeam_channel::bounded::<()>(1);
    let settings = Scripted::new(fake(1)).otherwise(move |_, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        let _ = gate.recv();
        Action::Pass
    });
    let (pool, options) = on_one_thread(StreamOptions::default().with_read_ahead(4));
    let stream = StreamProcessor::with_options(Arc::new(settings), options);
    let mut results = stream.stream_commitments(blobs(8));
    release.send(()).unwrap();
    // The first item has its result, the thread computes the second call, and the other calls are
    // queued.
    results.next().unwrap().unwrap();
    drop(results);
    drop(release);
    // This job is queued after all work of the stream.
    pool.install(|| ());
    assert!(calls.load(Ordering::SeqCst) <= 2);
}

#[test]
fn the_bound_of_an_operation_is_that_of_the_stream_that_uses_it() {
    let options = on_threads(1).with_read_ahead(5);
    let stream = StreamProcessor::with_options(Arc::new(careless()), options);
    for (operation, items) in [
        (Operation::BlobToKzgCommitment, 2),
        (Operation::BlobsToKzgCommitments, 2),
        (Operation::ComputeBlobKzgProof, 3),
        (Operation::ComputeBlobKzgProofs, 3),
        (Operation::ComputeCellsAndKzgProofs, 4),
        (Operation::ComputeManyCellsAndKzgProofs, 4),
        (Operation::VerifyBlobKzgProof, 64),
        (Operation::VerifyBlobKzgProofBatch, 64),
        (Operation::VerifyBlobKzgProofEach, 64),
    ] {
        assert_eq!(stream.max_blobs_in_memory(operation), 5 * items);
    }
    let options = on_threads(2).with_chunk_size(usize::MAX);
    let all_at_once = StreamProcessor::with_options(fake(1), options);
    let bound = all_at_once.max_blobs_in_memory(Operation::BlobsToKzgCommitments);
    assert_eq!(bound, usize::MAX);
    assert_eq!(
        all(all_at_once.stream_commitments(blobs(3))),
        commitments(3)
    );
}

#[test]
fn a_source_that_leaves_the_threads_idle_does_not_delay_results() {
    let (pool, options) = on_one_thread(StreamOptions::default().with_read_ahead(8));
    // Keeps the only thread busy until the second item is read.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    pool.spawn(move || {
        // An error opens the gate.
        let _ = gate.recv();
    });
    let mut open = Some(open);
    let stream = StreamProcessor::with_options(fake(1), options);
    let given = Rc::new(Cell::new(0));
    let counter = Rc::clone(&given);
    let source = (0..20).map(move |number| {
        if number > 0 {
            drop(open.take());
            // This job is queued after all work of the stream, so the thread is idle when the job
            // ends.
            pool.install(|| ());
        }
        counter.set(counter.get() + 1);
        blob(number)
    });
    for (taken, result) in (0..).zip(stream.stream_commitments(source)) {
        assert_eq!(result.unwrap(), commitment(taken));
        assert!(given.get() <= taken + 2, "{} read", given.get());
    }
    assert_eq!(given.get(), 20);
}
