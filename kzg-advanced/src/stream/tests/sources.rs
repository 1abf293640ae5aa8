//! Where blobs and bytes come from.

use super::*;

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
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Io);
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
fn a_buffer_that_does_not_fit_into_memory_is_an_error() {
    let options = StreamOptions::default().with_buffer_size(usize::MAX);
    let stream = StreamProcessor::new(fake(1)).with_options(options);
    let mut chunks = stream.process_reader(&b"abc"[..], |_| Ok::<_, io::Error>(()));
    assert_eq!(chunks.next().unwrap().unwrap_err().kind(), ErrorKind::Busy);
    assert!(chunks.next().is_none());
}
