mod faults;
mod flow;
mod sources;

use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Read};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgSettings, Operation, Threads};

use super::{BlobClaim, BlobProof, StreamOptions, StreamProcessor};
use crate::batch::workers;
use crate::cancellation::CancellationToken;
use crate::codec::{BlobCodec, SimpleCoder};
use crate::error::{KzgAdvancedError, Result};
use crate::fake::{Odd, blob, blobs, cells_and_proofs, commitment, fake, malformed_blob, proof};

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
