//! Errors and panics in a stream.

use super::*;

#[test]
fn an_error_takes_the_place_of_its_item_alone() {
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
fn a_panic_of_the_backend_is_an_error_of_its_items() {
    for action in [Action::Panic, Action::fault()] {
        let scripted = |items_per_call| -> Arc<dyn KzgSettings> {
            Arc::new(Scripted::new(fake(items_per_call)).on(
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
                    // After a failed call for several items, each has a call of its own.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Fault),
                }
            }
            assert!(results.iter().filter(|result| result.is_err()).count() <= 1);
        }
    }
}

#[test]
fn a_panic_of_an_items_own_code_is_an_error_of_its_chunk() {
    struct Broken;
    impl crate::stream::BlobRef for Broken {
        fn blob(&self) -> &Blob {
            panic!("scripted")
        }
    }
    impl Drop for Broken {
        fn drop(&mut self) {
            panic!("scripted again")
        }
    }
    for threads in [1, 2] {
        let stream = StreamProcessor::with_options(fake(1), on_threads(threads));
        let results: Vec<_> = stream.stream_commitments([Broken, Broken]).collect();
        assert_eq!(results.len(), 2);
        for result in results {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Fault);
        }
        // Panics in the destructors of items that are no longer computed have no effect.
        let mut results = stream.stream_commitments((0..4).map(|_| Broken));
        assert!(results.next().unwrap().is_err());
        drop(results);
        // The threads of the pool can still be used.
        assert_eq!(all(stream.stream_commitments(blobs(5))), commitments(5));
    }
}

#[test]
fn a_panic_of_the_source_is_an_error_and_loses_nothing() {
    for stream in processors() {
        let source = (0..10).map(|number| {
            assert_ne!(number, 4, "scripted");
            blob(number)
        });
        let results: Vec<_> = stream.stream_commitments(source).collect();
        assert_eq!(results.len(), 10);
        for (number, result) in (0..).zip(results) {
            match result {
                Ok(made) => assert_eq!(made, commitment(number)),
                Err(error) => {
                    assert_eq!((number, error.kind()), (4, ErrorKind::Fault));
                    assert!(error.to_string().contains("scripted"), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_source_that_panics_again_and_again_ends_the_stream() {
    for stream in processors() {
        let source = std::iter::from_fn(|| -> Option<Box<Blob>> { panic!("scripted") });
        let results: Vec<_> = stream
            .stream_commitments(blobs(3).into_iter().chain(source))
            .collect();
        assert_eq!(results.len(), 5);
        for (number, result) in (0..).zip(results) {
            match result {
                Ok(made) => assert_eq!(made, commitment(number)),
                Err(error) => {
                    assert!(number >= 3);
                    assert_eq!(error.kind(), ErrorKind::Fault);
                }
            }
        }
    }
}

#[test]
fn a_reader_that_panics_in_the_middle_of_a_blob_is_not_read_on() {
    struct Panicking(io::Repeat, u32);
    impl Read for Panicking {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            assert_ne!(self.1, 3, "scripted");
            let length = buffer.len().min(Blob::LENGTH / 2);
            self.0.read(&mut buffer[..length])
        }
    }
    let stream = StreamProcessor::new(fake(1));
    let reader = || Panicking(io::repeat(0), 0);
    let mut blobs = stream.blobs_from_reader(reader());
    assert!(blobs.next().unwrap().is_ok());
    let error = blobs.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault);
    assert!(blobs.next().is_none(), "half a blob is lost");

    let mut chunks = stream.process_reader(reader(), |chunk| Ok::<_, io::Error>(chunk.len()));
    assert_eq!(chunks.next().unwrap().unwrap(), Blob::LENGTH);
    let error = chunks.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault);
    assert!(chunks.next().is_none());
}

#[test]
fn a_function_that_panics_costs_its_chunk_alone() {
    let options = StreamOptions::default().with_buffer_size(10);
    let stream = StreamProcessor::with_options(fake(1), options);
    let mut calls = 0;
    let results: Vec<_> = stream
        .process_reader(&[7; 25][..], |chunk| {
            calls += 1;
            assert_ne!(calls, 2, "scripted");
            Ok::<_, io::Error>(chunk.len())
        })
        .collect();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0].as_ref().unwrap(), &10);
    let error = results[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault);
    assert!(error.to_string().contains("chunk 1"), "{error}");
    assert_eq!(results[2].as_ref().unwrap(), &5);
}

#[test]
fn vectors_that_are_too_short_do_not_become_zeros() {
    let stream = StreamProcessor::new(Arc::new(careless()));
    for (number, one) in (0..).zip(all(stream.stream_proofs(blobs(7)))) {
        assert_eq!(
            (one.commitment, one.proof),
            (commitment(number), proof(number))
        );
    }
    for (number, one) in (0..).zip(all(stream.stream_cells_and_proofs(blobs(7)))) {
        assert_eq!(one.proofs, cells_and_proofs(number).1);
    }
}
