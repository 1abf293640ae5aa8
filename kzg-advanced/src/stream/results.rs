//! The results of a stream, in the order of its items.

use core::fmt;
use core::iter::Fuse;
use core::mem;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::{thread, vec};

use crossbeam_channel::{Receiver, bounded};
use kzg_traits::{Error, Exec, KzgSettings, Operation};

use super::options::StreamOptions;
use super::source::StreamItem;
use crate::backend_call::{backend_name, item_error, panic_message};
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, Result};

/// Computes the results of consecutive items, the first of which has the given number, and gives
/// their buffers back.
pub(super) type Process<T, R> =
    Arc<dyn Fn(&dyn KzgSettings, Vec<T>, u64) -> Vec<Result<R>> + Send + Sync>;

/// The results of a stream, one for each item of the source and in their order; an error of the
/// source stands in the place of its item.
///
/// `next` reads ahead as far as the [options](StreamOptions) allow before it waits. While the
/// source leaves all workers without work, it reads no further than to the first result; a read
/// that has begun has to end all the same. Where every result is wanted before the next item is read,
/// because the source waits for something, a
/// [read-ahead](StreamOptions::with_read_ahead) of one chunk of one item does that. After a
/// cancellation it reads no further: the results under way come, then one
/// [`Cancelled`](KzgAdvancedError::Cancelled).
///
/// ```
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let endless = std::iter::repeat_with(Blob::zeroed_on_heap);
/// let mut results = stream.stream_commitments(endless);
/// let first = results.next().expect("without end")?;
/// assert_eq!(results.next().expect("without end")?, first);
/// drop(results); // nothing more is read
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Results<I: Iterator<Item: StreamItem>, R> {
    source: Fuse<I>,
    work: Work<<I::Item as StreamItem>::Item, R>,
    cancel: CancellationToken,
    chunk_size: usize,
    chunks_in_flight: usize,
    /// The items of the chunk that is being read. They outlive a panic of the source.
    reading: Vec<<I::Item as StreamItem>::Item>,
    /// The number of the first item that belongs to no chunk yet.
    next_item: u64,
    under_way: VecDeque<Chunk<R>>,
    ready: vec::IntoIter<Result<R>>,
    state: State,
    /// Whether the workers ran out of work while the last item was read.
    source_is_slow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    /// Read to the end, or cancelled: what is under way is still to come.
    Ending {
        cancelled: bool,
    },
}

/// What a worker needs.
struct Work<T, R> {
    settings: Arc<dyn KzgSettings>,
    operation: Operation,
    process: Process<T, R>,
    workers: Exec,
    /// Set when nobody wants results any more.
    abandoned: CancellationToken,
}

/// Consecutive items with their results to come.
struct Chunk<R> {
    first: u64,
    len: usize,
    results: Receiver<Outcome<R>>,
}

/// The results of a chunk, or what the panic said.
type Outcome<R> = Result<Vec<Result<R>>, String>;

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
            work: Work {
                settings,
                operation,
                process,
                workers: Exec::new(options.workers.clone()),
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
            source_is_slow: false,
        }
    }

    /// Has workers busy as far as the read-ahead allows.
    fn read_ahead(&mut self) {
        // A chunk that ended with an error of the source adds that error as a chunk of its own,
        // which takes no memory.
        while self.state == State::Reading && self.under_way.len() < self.chunks_in_flight {
            if self.cancel.is_cancelled() {
                self.state = State::Ending { cancelled: true };
                return;
            }
            let mut error = None;
            while self.reading.len() < self.chunk_size && error.is_none() {
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
                let chunk = self.work.begin(items, first);
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
    /// The source's next item.
    fn read(&mut self) -> Option<Result<<I::Item as StreamItem>::Item>> {
        let is_idle = |under_way: &VecDeque<Chunk<R>>| under_way.iter().all(Chunk::is_done);
        let was_idle = is_idle(&self.under_way);
        let item = self.source.next().map(StreamItem::into_item);
        // Where they had nothing to do before, it is the consumer who is slow.
        if !was_idle {
            self.source_is_slow = is_idle(&self.under_way);
        }
        item
    }
}

impl<I: Iterator<Item: StreamItem>, R: Send + 'static> Iterator for Results<I, R> {
    type Item = Result<R>;

    fn next(&mut self) -> Option<Result<R>> {
        loop {
            if let Some(result) = self.ready.next() {
                return Some(result);
            }
            self.read_ahead();
            match self.under_way.pop_front() {
                Some(chunk) => self.ready = self.work.wait(chunk).into_iter(),
                None if self.state == (State::Ending { cancelled: true }) => {
                    self.state = State::Ending { cancelled: false };
                    return Some(Err(KzgAdvancedError::Cancelled));
                }
                None => return None,
            }
        }
    }
}

impl<T: Send + 'static, R: Send + 'static> Work<T, R> {
    fn begin(&self, items: Vec<T>, first: u64) -> Chunk<R> {
        let (sender, results) = bounded(1);
        let len = items.len();
        let (settings, process) = (Arc::clone(&self.settings), Arc::clone(&self.process));
        let abandoned = self.abandoned.clone();
        self.workers.spawn(move || {
            // Beside the backend's, whose panics are caught closer to it, this is the code of
            // the items' own type: also where they are only dropped.
            let outcome = catch_unwind(AssertUnwindSafe(move || {
                let wanted = !abandoned.is_cancelled();
                let (settings, process, items) = (settings, process, items);
                wanted.then(|| process(&*settings, items, first))
            }));
            let outcome = match outcome {
                Ok(None) => return,
                Ok(Some(results)) => Ok(results),
                Err(panic) => Err(panic_message(&*panic).to_owned()),
            };
            // The stream may be gone by now.
            let _ = sender.send(outcome);
        });
        Chunk {
            first,
            len,
            results,
        }
    }

    fn wait(&self, chunk: Chunk<R>) -> Vec<Result<R>> {
        let outcome = receive(&chunk.results);
        let message = match outcome {
            Some(Ok(results)) => return results,
            Some(Err(message)) => message,
            None => "the worker is gone".to_owned(),
        };
        (chunk.first..chunk.first + chunk.len as u64)
            .map(|index| {
                let error = Error::Fault {
                    backend: backend_name(&*self.settings),
                    message: format!("panicked: {message}"),
                };
                Err(item_error(&*self.settings, self.operation, index)(error))
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
        // There is room for one.
        let _ = sender.send(Ok(vec![Err(error)]));
        Self {
            first,
            len: 1,
            results,
        }
    }
}

/// Waits for a message; `None` if there will be none. A thread of a rayon pool does the pool's
/// work meanwhile: the message may depend on it.
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

/// Between two looks at a chunk that others work on: little beside the time it takes.
const IDLE: core::time::Duration = core::time::Duration::from_micros(50);

impl<I: Iterator<Item: StreamItem>, R> Drop for Results<I, R> {
    fn drop(&mut self) {
        self.work.abandoned.cancel();
    }
}

impl<I: Iterator<Item: StreamItem>, R> fmt::Debug for Results<I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results")
            .field("operation", &self.work.operation)
            .field("read", &self.next_item)
            .field("under_way", &self.under_way.len())
            .finish_non_exhaustive()
    }
}
