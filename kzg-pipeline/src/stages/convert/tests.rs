//! Chunks of inputs of every length and number.

use super::*;
use crate::Input;
use crate::input::Opener;
use kzg_advanced::codec::SimpleCoder;

fn converter<'a>(
    inputs: impl IntoIterator<Item = Input, IntoIter: Send + 'static>,
    chunk_len: usize,
    pool: &MemoryPool<Box<Blob>>,
    meter: &'a Meter,
) -> Converter<'a> {
    let inputs = Input::sequence("all", inputs).open(&Opener::default());
    Converter::new(
        &SimpleCoder,
        inputs,
        chunk_len,
        pool.clone(),
        true,
        false,
        meter,
    )
}

fn totals(inputs: u64, blobs: u64, bytes: u64) -> Totals {
    Totals {
        inputs,
        blobs,
        bytes,
    }
}

/// A reader that returns few bytes at a time.
struct Trickle(io::Cursor<Vec<u8>>);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(4096);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn chunks_do_not_depend_on_how_bytes_arrive() {
    let capacity = SimpleCoder.capacity();
    let contents = [
        vec![7; 2 * capacity],
        vec![],
        vec![9; 1],
        vec![8; capacity + 1],
    ];
    for chunk_len in [1, 2, 6] {
        let inputs = contents
            .clone()
            .map(|bytes| Input::reader("r", Trickle(io::Cursor::new(bytes))));
        let pool = MemoryPool::new(8, Blob::zeroed_on_heap);
        let meter = Meter::start();
        let mut converter = converter(inputs, chunk_len, &pool, &meter);
        let mut lengths = Vec::new();
        let mut decoded = Vec::new();
        while let Some(chunk) = converter.next_chunk().unwrap() {
            assert!(chunk.blobs.len() <= chunk_len);
            for blob in chunk.blob_refs() {
                SimpleCoder.decode(blob, &mut decoded).unwrap();
            }
            lengths.extend(chunk.entries.iter().filter_map(|entry| match entry {
                ChunkEntry::InputEnd(end) => Some(end.bytes as usize),
                _ => None,
            }));
        }
        assert_eq!(lengths, [2 * capacity, 0, 1, capacity + 1]);
        assert_eq!(decoded, contents.concat());
        assert_eq!(converter.totals(), totals(4, 5, decoded.len() as u64));
        assert!(pool.statistics().high_water <= chunk_len);
    }
}

#[test]
fn very_many_empty_inputs_are_not_held_at_once() {
    let empty = || (0..3 * MANY_ENTRIES).map(|_| Input::reader("e", io::empty()));
    let one = Input::reader("one", io::Cursor::new([1]));
    let pool = MemoryPool::new(6, Blob::zeroed_on_heap);
    let meter = Meter::start();
    let mut converter = converter(empty().chain([one]), 6, &pool, &meter);
    let mut entries = Vec::new();
    while let Some(chunk) = converter.next_chunk().unwrap() {
        assert!(
            chunk.entries.len() <= MANY_ENTRIES,
            "{}",
            chunk.entries.len()
        );
        entries.push(chunk.entries.len());
    }
    assert_eq!(entries.iter().sum::<usize>(), 6 * MANY_ENTRIES + 3);
    assert_eq!(
        converter.totals(),
        totals(3 * MANY_ENTRIES as u64 + 1, 1, 1)
    );
}

#[test]
fn an_input_that_cannot_be_read_is_named() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let pool = MemoryPool::new(1, Blob::zeroed_on_heap);
    let meter = Meter::start();
    let mut converter = converter([Input::reader("the tape", Broken)], 6, &pool, &meter);
    let error = converter.next_chunk().err().unwrap();
    assert_eq!(error.to_string(), "cannot read the tape: unplugged");
}

/// A bundle holds six blobs, however many inputs without a blob are between them.
#[test]
fn very_many_empty_inputs_within_a_bundle_are_not_held_at_once() {
    let reader = |content: &'static [u8]| Input::reader("r", content);
    let empty = || (0..3 * MANY_ENTRIES).map(move |_| reader(b""));
    let inputs = [reader(b"1")].into_iter().chain(empty());
    let inputs = inputs.chain((0..14).map(move |_| reader(b"2")));
    let pool = MemoryPool::new(12, Blob::zeroed_on_heap);
    let meter = Meter::start();
    let mut converter = converter(inputs, 12, &pool, &meter);
    let (mut lengths, mut ends) = (Vec::new(), Vec::new());
    while let Some(chunk) = converter.next_chunk().unwrap() {
        let entries = chunk.entries.len();
        assert!(entries <= 2 * MANY_ENTRIES, "{entries}");
        lengths.push(entries);
        ends.push(chunk.first_blob + chunk.blobs.len() as u64);
    }
    assert!(lengths.len() >= 4, "{lengths:?}");
    // After a chunk that ends within a bundle, the next blobs complete the bundle.
    ends.dedup();
    assert_eq!(ends, [1, 12, 15]);
    assert_eq!(
        converter.totals(),
        totals(3 * MANY_ENTRIES as u64 + 15, 15, 15)
    );
}
