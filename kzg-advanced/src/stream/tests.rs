use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Read};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use kzg_traits::testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgSettings, Operation, Threads};

use super::{BlobClaim, BlobProof, StreamOptions, StreamProcessor};
use crate::batch::workers;
use crate::cancellation::CancellationToken;
use crate::codec::{BlobCodec, SimpleCoder};
use crate::error::{KzgAdvancedError, Result};
use crate::fake::{blob, blobs, commitment, fake, malformed_blob, proof};

/// The same stream in many shapes: chunks, settings' wishes, read-ahead, workers.
fn processors_over(settings: impl Fn(usize) -> Arc<dyn KzgSettings>) -> Vec<StreamProcessor> {
    let mut all = Vec::new();
    for wish in [0, 1, 4] {
        for options in [
            StreamOptions::default(),
            StreamOptions::default()
                .with_chunk_size(0)
                .with_read_ahead(0),
            StreamOptions::default()
                .with_chunk_size(3)
                .with_read_ahead(5),
        ] {
            let stream = StreamProcessor::new(settings(wish)).with_options(options.clone());
            all.push(stream.clone());
            all.push(stream.clone().with_workers(1).unwrap());
            all.push(stream.with_workers(3).unwrap());
        }
    }
    let global = StreamOptions::default().with_workers(Threads::Global);
    all.push(StreamProcessor::new(settings(2)).with_options(global));
    all
}

fn processors() -> Vec<StreamProcessor> {
    processors_over(fake)
}

/// Gives its bytes in short, interrupted reads, then an error if there is one.
struct Trickle {
    bytes: Cursor<Vec<u8>>,
    reads: usize,
    error: Option<io::ErrorKind>,
}

impl Trickle {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            reads: 0,
            error: None,
        }
    }
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(1 + self.reads * 7919 % 50_000);
        match (self.bytes.read(&mut buffer[..length])?, self.error.take()) {
            (0, Some(error)) => Err(error.into()),
            (length, error) => {
                self.error = error;
                Ok(length)
            }
        }
    }
}

fn bytes_of(blobs: &[Box<Blob>]) -> Vec<u8> {
    blobs
        .iter()
        .flat_map(|blob| blob.0.iter().copied())
        .collect()
}

fn commitments(count: u16) -> Vec<KzgCommitment> {
    (0..count).map(commitment).collect()
}

fn all<T>(results: impl Iterator<Item = Result<T>>) -> Vec<T> {
    results.map(Result::unwrap).collect()
}

#[test]
fn every_source_gives_the_same_results_in_order() {
    let bytes = bytes_of(&blobs(10));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("blobs");
    std::fs::write(&path, &bytes).unwrap();
    for stream in processors() {
        let expected = commitments(10);
        assert_eq!(all(stream.stream_commitments(blobs(10))), expected);
        let shared = blobs(10).into_iter().map(Arc::<Blob>::from);
        assert_eq!(all(stream.stream_commitments(shared)), expected);
        let reader = stream.blobs_from_reader(Trickle::new(bytes.clone()));
        assert_eq!(all(stream.stream_commitments(reader)), expected);
        let file = stream.blobs_from_file(&path).unwrap();
        assert_eq!(all(stream.stream_commitments(file)), expected);
        let mapping = stream.blobs_from_bytes(Bytes::from(bytes.clone())).unwrap();
        assert_eq!(mapping.len(), 10);
        assert_eq!(all(stream.stream_commitments(mapping)), expected);
        let none: [Box<Blob>; 0] = [];
        assert_eq!(stream.stream_commitments(none).count(), 0);
        assert_eq!(stream.pool().statistics().in_use, 0);
    }
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
                .all(|(number, one)| one.proofs[127] == proof(number))
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
fn bytes_are_encoded_with_full_blobs_and_a_correct_last_one() {
    for length in [0, 1, 126_944, 126_945, 126_946, 300_000] {
        let bytes: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("input");
        std::fs::write(&path, &bytes).unwrap();
        let stream = StreamProcessor::new(fake(1));
        let readers: [Box<dyn Iterator<Item = _>>; 2] = [
            Box::new(stream.encode_reader(Trickle::new(bytes.clone()))),
            Box::new(stream.encode_file(&path).unwrap()),
        ];
        for reader in readers {
            let mut decoded = Vec::new();
            for blob in all(reader) {
                SimpleCoder.decode(&blob, &mut decoded).unwrap();
            }
            assert_eq!(decoded, bytes);
        }
    }
}

#[test]
fn an_error_of_the_reader_comes_after_the_results_before_it() {
    let mut bytes = bytes_of(&blobs(6));
    bytes.truncate(5 * Blob::LENGTH + 100);
    for stream in processors() {
        for broken in [true, false] {
            let mut reader = Trickle::new(bytes.clone());
            reader.error = broken.then_some(io::ErrorKind::ConnectionReset);
            let blobs = stream.blobs_from_reader(reader);
            let results: Vec<_> = stream.stream_commitments(blobs).collect();
            assert_eq!(results.len(), 6, "and nothing after it");
            let error = results[5].as_ref().unwrap_err().to_string();
            assert_eq!(error.contains("connection reset"), broken, "{error}");
            assert_eq!(error.contains("100 bytes, expected 131072"), !broken);
            assert_eq!(all(results.into_iter().take(5)), commitments(5));
        }
    }
}

#[test]
fn an_error_of_one_item_takes_its_place_and_no_others() {
    for stream in processors() {
        let source = (0..10).map(|number| match number {
            3 => Err(KzgAdvancedError::configuration("scripted")),
            7 => Ok(malformed_blob()),
            number => Ok(blob(number)),
        });
        let results: Vec<_> = stream.stream_commitments(source).collect();
        assert_eq!(results.len(), 10);
        for (number, result) in (0..).zip(&results) {
            match result {
                Ok(made) => assert_eq!(*made, commitment(number)),
                Err(error) if number == 3 => assert_eq!(error.to_string(), "scripted"),
                Err(error) => assert!(number == 7 && error.to_string().contains("item 7")),
            }
        }
    }
}

#[test]
fn memory_stays_within_the_bound_for_any_length() {
    for stream in processors() {
        let bound = stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments);
        for count in [1, 5, 40, 200] {
            // Zeros are valid blobs: the length is what matters.
            let zeros = io::repeat(0).take(count * Blob::LENGTH as u64);
            let results = stream.stream_commitments(stream.blobs_from_reader(zeros));
            assert_eq!(results.map(Result::unwrap).count() as u64, count);
            let statistics = stream.pool().statistics();
            assert!(statistics.high_water <= bound, "{statistics:?}, {bound}");
            assert_eq!(statistics.in_use, 0);
        }
        // What the caller's iterator has given and not got results for is bounded alike.
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
fn a_consumer_that_stops_stops_the_reading() {
    for stream in processors() {
        let bound = stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments);
        let given = Rc::new(Cell::new(0));
        let counter = Rc::clone(&given);
        let source = std::iter::repeat_with(move || {
            counter.set(counter.get() + 1);
            blob(0)
        });
        let mut results = stream.stream_commitments(source); // without end
        assert_eq!(results.next().unwrap().unwrap(), commitment(0));
        drop(results);
        assert!(given.get() <= bound);
    }
}

#[test]
fn a_cancelled_stream_gives_what_is_under_way_and_then_says_so() {
    for stream in processors() {
        let token = CancellationToken::new();
        let options = stream.options().clone().with_cancellation(token.clone());
        let stream = stream.with_options(options);
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
            "each that was read has its result"
        );
        assert!(results.next().is_none());
    }
}

#[test]
fn a_panic_of_the_backend_is_an_error_of_its_items() {
    for action in [Action::Panic, Action::fault()] {
        let scripted = |wish| -> Arc<dyn KzgSettings> {
            Arc::new(Scripted::new(fake(wish)).on(
                Operation::BlobsToKzgCommitments,
                0,
                action.clone(),
            ))
        };
        for stream in processors_over(scripted) {
            let results: Vec<_> = stream.stream_commitments(blobs(9)).collect();
            assert_eq!(results.len(), 9);
            for (number, result) in (0..).zip(&results) {
                match result {
                    Ok(made) => assert_eq!(*made, commitment(number)),
                    // Where several go together, each is asked for again alone.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Fault),
                }
            }
            assert!(results.iter().filter(|result| result.is_err()).count() <= 1);
        }
    }
}

#[test]
fn slow_items_do_not_change_the_order() {
    let slow = |wish| -> Arc<dyn KzgSettings> {
        Arc::new(Scripted::new(fake(wish)).otherwise(|_, number| {
            Action::delay(std::time::Duration::from_micros(500 * (number as u64 % 3)))
        }))
    };
    for stream in processors_over(slow) {
        assert_eq!(all(stream.stream_commitments(blobs(20))), commitments(20));
    }
}

#[test]
fn a_panic_of_an_items_own_code_is_an_error_of_its_chunk() {
    struct Broken;
    impl super::OwnedBlob for Broken {
        fn blob(&self) -> &Blob {
            panic!("scripted")
        }
    }
    impl Drop for Broken {
        fn drop(&mut self) {
            panic!("scripted again")
        }
    }
    for workers in [1, 2] {
        let stream = StreamProcessor::new(fake(1)).with_workers(workers).unwrap();
        let results: Vec<_> = stream.stream_commitments([Broken, Broken]).collect();
        assert_eq!(results.len(), 2);
        for result in results {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Fault);
        }
        // The workers are still there.
        assert_eq!(all(stream.stream_commitments(blobs(5))), commitments(5));
    }
}

#[test]
fn a_panic_of_the_source_reaches_the_consumer_and_loses_nothing() {
    for stream in processors() {
        let mut panicked = false;
        let source = (0..10).map(|number| {
            if number == 4 && !std::mem::replace(&mut panicked, true) {
                panic!("scripted");
            }
            blob(number)
        });
        let mut results = stream.stream_commitments(source);
        let (mut made, mut panics) = (Vec::new(), 0);
        loop {
            let next = AssertUnwindSafe(|| results.next());
            match std::panic::catch_unwind(next) {
                Ok(Some(result)) => made.push(result.unwrap()),
                Ok(None) => break,
                Err(_) => panics += 1,
            }
        }
        // The range has given its item away before the panic; all others are there.
        let expected: Vec<_> = (0..10)
            .filter(|&number| number != 4)
            .map(commitment)
            .collect();
        assert_eq!((made, panics), (expected, 1));
    }
}

#[test]
fn a_stream_may_be_consumed_on_its_own_pool() {
    let pool = workers(1, "test").unwrap();
    let stream = StreamProcessor::new(fake(1)).with_pool(Arc::clone(&pool));
    // The only thread waits for results that only it can compute.
    let made = pool.install(|| all(stream.stream_commitments(blobs(20))));
    assert_eq!(made, commitments(20));
}

#[test]
fn process_file_hands_over_full_chunks_and_a_correct_last_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("input");
    for length in [0, 1, 999, 1000, 1001, 4500] {
        let bytes: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let options = StreamOptions::default().with_buffer_size(1000);
        let stream = StreamProcessor::new(fake(1)).with_options(options);
        let expected: Vec<Vec<u8>> = bytes.chunks(1000).map(<[u8]>::to_vec).collect();
        let keep = |chunk: &[u8]| Ok::<_, io::Error>(chunk.to_vec());
        assert_eq!(stream.process_file(&path, keep).unwrap(), expected);
        let reader = Trickle::new(bytes);
        assert_eq!(all(stream.process_reader(reader, keep)), expected);
    }
    let options = StreamOptions::default().with_buffer_size(0);
    let stream = StreamProcessor::new(fake(1)).with_options(options);
    let one_by_one = stream.process_reader(&b"abc"[..], |chunk| Ok::<_, io::Error>(chunk[0]));
    assert_eq!(all(one_by_one), b"abc");
}

#[test]
fn process_reader_reports_errors_where_they_are() {
    let options = StreamOptions::default().with_buffer_size(10);
    let stream = StreamProcessor::new(fake(1)).with_options(options);
    let mut reader = Trickle::new(vec![1; 35]);
    reader.error = Some(io::ErrorKind::TimedOut);
    let calls = RefCell::new(0);
    let results: Vec<_> = stream
        .process_reader(reader, |chunk| {
            *calls.borrow_mut() += 1;
            if *calls.borrow() == 2 {
                Err("scripted")
            } else {
                Ok(chunk.len())
            }
        })
        .collect();
    assert_eq!(results.len(), 4);
    assert_eq!(results[0].as_ref().ok(), Some(&10));
    let own = results[1].as_ref().unwrap_err().to_string();
    assert!(own.contains("chunk 1") && own.contains("scripted"), "{own}");
    assert_eq!(results[2].as_ref().ok(), Some(&10));
    assert!(
        results[3]
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("timed out")
    );
    assert_eq!(*calls.borrow(), 3, "what was cut short is not handed over");

    let missing = stream.process_file("no such file", |_| Ok::<_, io::Error>(()));
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Input);
    let token = CancellationToken::new();
    token.cancel();
    let options = StreamOptions::default().with_cancellation(token);
    let cancelled = StreamProcessor::new(fake(1))
        .with_options(options)
        .process_reader(io::repeat(1), |_| Ok::<_, io::Error>(()))
        .collect::<Vec<_>>();
    assert!(matches!(cancelled[..], [Err(KzgAdvancedError::Cancelled)]));
}

#[test]
fn a_dropped_stream_leaves_what_was_not_begun() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let (release, gate) = crossbeam_channel::bounded::<()>(1);
    let settings = Scripted::new(fake(1)).otherwise(move |_, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        let _ = gate.recv();
        Action::Pass
    });
    let pool = workers(1, "test").unwrap();
    let stream = StreamProcessor::new(Arc::new(settings))
        .with_options(StreamOptions::default().with_read_ahead(4))
        .with_pool(Arc::clone(&pool));
    let mut results = stream.stream_commitments(blobs(8));
    release.send(()).unwrap();
    // The first has its result; the worker waits in the second, and the rest is queued.
    results.next().unwrap().unwrap();
    drop(results);
    drop(release);
    // A job behind all of the stream's own.
    pool.install(|| ());
    assert!(calls.load(Ordering::SeqCst) <= 2);
}
