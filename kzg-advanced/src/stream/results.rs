//! The iterator over the results of a stream, in the order of its items.

use core::fmt;
use core::iter::Fuse;
use core::mem;
use std::collections::VecDeque;
use std::sync::Arc;
use std::{thread, vec};

use crossbeam_channel::{Receiver, bounded};
use kzg_traits::{Error, Exec, KzgSettings, Operation};

use super::options::StreamOptions;
use super::source::StreamItem;
use crate::backend_call::{backend_name, item_error, panic_as_fault};
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// Computes the results of consecutive items, of which the first has the given number, and returns
/// their buffers to the pool.
pub(super) type Process<T, R> =
    Arc<dyn Fn(&dyn KzgSettings, Vec<T>, u64) -> Vec<KzgAdvancedResult<R>> + Send + Sync>;

/// The results of a stream, one for each item of the source and in their order. An error of the
/// source stands in the place of its item, and so does a panic of the source, as an error of kind
/// [`Fault`](kzg_traits::ErrorKind::Fault). After two panics in a row, the source is not read again.
///
/// `next` reads ahead as far as the [options](StreamOptions) allow before it waits. While the
/// source is so slow that all threads are idle, `next` returns the first result as soon as it is
/// there; a read that has begun is waited for. Where each result is needed before the next item is
/// read, use a [read-ahead](StreamOptions::with_read_ahead) of one chunk and a chunk size of one.
/// After a cancellation nothing more is read: the results of the items that were read follow, then
/// one [`Cancelled`](KzgAdvancedError::Cancelled).
///
/// ```
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let endless = std::iter::repeat_with(Blob::zeroed_on_heap);
/// let mut results = stream.stream_commitments(endless);
/// let first = results.next().expect("the source is endless")?;
/// assert_eq!(results.next().expect("the source is endless")?, first);
/// drop(results); // ends the reading
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Results<I: Iterator<Item: StreamItem>, R> {
    source: Fuse<I>,
    workers: Workers<<I::Item as StreamItem>::Item, R>,
    cancel: CancellationToken,
    chunk_size: usize,
    chunks_in_flight: usize,
    /// The items of the chunk that is being read.
    reading: Vec<<I::Item as StreamItem>::Item>,
    /// The number of the first item that is in no chunk yet.
    next_item: u64,
    under_way: VecDeque<Chunk<R>>,
    ready: vec::IntoIter<KzgAdvancedResult<R>>,
    state: State,
    /// Whether the last read of the source panicked.
    source_panicked: bool,
    /// Whether all threads were idle when the last item had been read.
    source_is_slow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    /// The source has ended or the stream is cancelled. Results under way follow.
    Ending {
        cancelled: bool,
    },
}

/// Starts the work on chunks, and waits for it.
struct Workers<T, R> {
    settings: Arc<dyn KzgSettings>,
    operation: Operation,
    process: Process<T, R>,
    exec: Exec,
    /// Cancelled when the iterator is dropped.
    abandoned: CancellationToken,
}

/// Consecutive items whose results are being computed.
struct Chunk<R> {
    first: u64,
    len: usize,
    results: Receiver<ChunkResult<R>>,
}

/// The results of a chunk, or the fault that stands for all of them.
type ChunkResult<R> = kzg_traits::error::Result<Vec<KzgAdvancedResult<R>>>;

impl<I: Iterator<Item: StreamItem>, R: Send + 'static> Results<I, R> {
    pub(super) fn new(
        source: I,
        settings: Arc<dyn KzgSettings>,
        options: &StreamOptions,
        operation: Operation,
        process: Process<<I::Item as StreamItem>::Item, R>,
    ) -> Self {
        let chunk_size = options.chunk_size_for(&*settings, operation);
        Self {
            source: source.fuse(),
            workers: Workers {
                settings,
                operation,
                process,
                exec: Exec::new(options.threads.clone()),
                abandoned: CancellationToken::new(),
            },
            chunk_size,
            chunks_in_flight: options.chunks_in_flight(),
            cancel: options.cancel.clone(),
            reading: Vec::new(),
            next_item: 0,
            under_way: VecDeque::new(),
            ready: Vec::new().into_iter(),
            state: State::Reading,
            source_panicked: false,
            source_is_slow: false,
        }
    }

    /// Reads chunks and starts their work, as far as the read-ahead allows.
    fn read_ahead(&mut self) {
        // An error of the source becomes a chunk of its own, which takes no memory.
        while self.state == State::Reading && self.under_way.len() < self.chunks_in_flight {
            let mut error = None;
            while self.reading.len() < self.chunk_size && error.is_none() {
                if self.cancel.is_cancelled() {
                    self.state = State::Ending { cancelled: true };
                    break;
                }
                if self.source_is_slow && self.under_way.front().is_some_and(Chunk::is_done) {
                    return;
                }
                match self.read() {
                    Some(Ok(item)) => self.reading.push(item),
                    Some(Err(failed)) => error = Some(failed),
                    None => {
                        self.state = State::Ending { cancelled: false };
                        break;
                    }
                }
            }
            let items = mem::take(&mut self.reading);
            if !items.is_empty() {
                let first = self.next_item;
                self.next_item += items.len() as u64;
                let chunk = self.workers.begin(items, first);
                self.under_way.push_back(chunk);
            }
            if let Some(error) = error {
                let first = self.next_item;
                self.next_item += 1;
                self.under_way.push_back(Chunk::failed(first, error));
            }
        }
    }
}

impl<I: Iterator<Item: StreamItem>, R> Results<I, R> {
    /// The next item of the source.
    fn read(&mut self) -> Option<KzgAdvancedResult<<I::Item as StreamItem>::Item>> {
        let is_idle = |under_way: &VecDeque<Chunk<R>>| under_way.iter().all(Chunk::is_done);
        let was_idle = is_idle(&self.under_way);
        let name = || "the source of the stream".to_owned();
        let read = || Ok(self.source.next().map(StreamItem::into_item));
        let (item, panicked) = match panic_as_fault(name, read) {
            Ok(item) => (item, false),
            Err(fault) => (Some(Err(fault.into())), true),
        };
        if panicked && core::mem::replace(&mut self.source_panicked, panicked) {
            self.state = State::Ending { cancelled: false };
        }
        self.source_panicked = panicked;
        // Threads that were idle before the read show that the consumer is slow.
        if !was_idle {
            self.source_is_slow = is_idle(&self.under_way);
        }
        item
    }
}

impl<I: Iterator<Item: StreamItem>, R: Send + 'static> Iterator for Results<I, R> {
    type Item = KzgAdvancedResult<R>;

    fn next(&mut self) -> Option<KzgAdvancedResult<R>> {
        loop {
            if let Some(result) = self.ready.next() {
                return Some(result);
            }
            self.read_ahead();
            match self.under_way.pop_front() {
                Some(chunk) => self.ready = self.workers.wait(chunk).into_iter(),
                None if self.state == (State::Ending { cancelled: true }) => {
                    self.state = State::Ending { cancelled: false };
                    return Some(Err(KzgAdvancedError::Cancelled));
                }
                None => return None,
            }
        }
    }
}

impl<T: Send + 'static, R: Send + 'static> Workers<T, R> {
    fn begin(&self, items: Vec<T>, first: u64) -> Chunk<R> {
        let (sender, results) = bounded(1);
        let len = items.len();
        let (settings, process) = (Arc::clone(&self.settings), Arc::clone(&self.process));
        let abandoned = self.abandoned.clone();
        self.exec.spawn(move || {
            // Panics of the backend are caught closer to it. This catches panics of the items'
            // own code, their destructors included.
            let named = Arc::clone(&settings);
            let outcome = panic_as_fault(
                || backend_name(&*named),
                move || {
                    let wanted = !abandoned.is_cancelled();
                    let (settings, process, items) = (settings, process, items);
                    Ok(wanted.then(|| process(&*settings, items, first)))
                },
            );
            if let Some(outcome) = outcome.transpose() {
                // The iterator may have been dropped.
                let _ = sender.send(outcome);
            }
        });
        Chunk {
            first,
            len,
            results,
        }
    }

    fn wait(&self, chunk: Chunk<R>) -> Vec<KzgAdvancedResult<R>> {
        let error = match receive(&chunk.results) {
            Some(Ok(results)) => return results,
            Some(Err(fault)) => fault,
            None => Error::Fault {
                backend: backend_name(&*self.settings),
                message: "the thread ended".to_owned(),
            },
        };
        (chunk.first..chunk.first + chunk.len as u64)
            .map(|index| {
                Err(item_error(&*self.settings, self.operation, index)(
                    error.clone(),
                ))
            })
            .collect()
    }
}

impl<R> Chunk<R> {
    fn is_done(&self) -> bool {
        !self.results.is_empty()
    }

    fn failed(first: u64, error: KzgAdvancedError) -> Self {
        let (sender, results) = bounded(1);
        // The channel has room for one message.
        let _ = sender.send(Ok(vec![Err(error)]));
        Self {
            first,
            len: 1,
            results,
        }
    }
}

/// Waits for a message; `None` if the sender is dropped. A thread of a rayon pool runs other work
/// of the pool meanwhile, since the message may depend on that work.
fn receive<T>(receiver: &Receiver<T>) -> Option<T> {
    if rayon::current_thread_index().is_none() {
        return receiver.recv().ok();
    }
    loop {
        match receiver.try_recv() {
            Ok(message) => return Some(message),
            Err(error) if error.is_disconnected() => return None,
            Err(_) => {}
        }
        if rayon::yield_now() != Some(rayon::Yield::Executed) {
            thread::sleep(IDLE);
        }
    }
}

/// The pause between two checks for a message.
const IDLE: core::time::Duration = core::time::Duration::from_micros(50);

impl<I: Iterator<Item: StreamItem>, R> Drop for Results<I, R> {
    fn drop(&mut self) {
        self.workers.abandoned.cancel();
    }
}

impl<I: Iterator<Item: StreamItem>, R> fmt::Debug for Results<I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results")
            .field("operation", &self.workers.operation)
            .field("read", &self.next_item)
            .field("under_way", &self.under_way.len())
            .finish_non_exhaustive()
    }
}
