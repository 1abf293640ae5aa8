//! The stream processor over fakes and scripted faults.

mod faults;
mod flow;
mod sources;

use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgSettings, Operation, Threads};

use super::{BlobClaim, BlobProof, StreamOptions, StreamProcessor};
use crate::batch::thread_pool;
use crate::cancellation::CancellationToken;
use crate::codec::{BlobCodec, SimpleCoder};
use crate::error::{KzgAdvancedError, KzgAdvancedResult};
use crate::fake::{
    blob, blobs, careless, cells_and_proofs, commitment, fake, malformed_blob, proof,
};

/// Options of `count` threads.
fn on_threads(count: usize) -> StreamOptions {
    StreamOptions::default().with_threads(thread_pool(count, "test").unwrap())
}

/// Stream processors of many shapes: items per call, chunk sizes, read-ahead, threads.
fn processors_over(settings: impl Fn(usize) -> Arc<dyn KzgSettings>) -> Vec<StreamProcessor> {
    let mut all = Vec::new();
    for items_per_call in [0, 1, 4] {
        for options in [
            StreamOptions::default(),
            StreamOptions::default()
                .with_chunk_size(0)
                .with_read_ahead(0),
            StreamOptions::default()
                .with_chunk_size(3)
                .with_read_ahead(5),
        ] {
            let settings = settings(items_per_call);
            for threads in [1, 3] {
                let threads = thread_pool(threads, "test").unwrap();
                let options = options.clone().with_threads(threads);
                all.push(StreamProcessor::with_options(
                    Arc::clone(&settings),
                    options,
                ));
            }
            all.push(StreamProcessor::with_options(settings, options));
        }
    }
    let global = StreamOptions::default().with_threads(Threads::Global);
    all.push(StreamProcessor::with_options(settings(2), global));
    all
}

fn processors() -> Vec<StreamProcessor> {
    processors_over(fake)
}

/// A reader with short, interrupted reads, and an optional error at the end.
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

fn all<T>(results: impl Iterator<Item = KzgAdvancedResult<T>>) -> Vec<T> {
    results.map(Result::unwrap).collect()
}
