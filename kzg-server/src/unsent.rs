//! Answers on their way to a client. Each frame counts as memory until the connection has sent it, and
//! the time for which the client takes nothing is known.

use core::any::Any;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::{Buf, Bytes};
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::sleep_until;

use crate::admission::{ByteBudget, Reservation};

/// A value that is kept until the connection has taken the body of an answer, such as the place of its
/// client. It is an extension of the response.
///
/// The place of a client is not kept until the answer is sent: a client that has received its answer
/// may send the next request before the connection notices.
#[derive(Clone)]
pub(crate) struct KeptWithBody(
    #[expect(dead_code, reason = "it is dropped")] Arc<dyn Any + Send + Sync>,
);

impl KeptWithBody {
    pub(crate) fn new(value: impl Any + Send + Sync) -> Self {
        Self(Arc::new(value))
    }

    /// Keeps a value with those that are kept already.
    pub(crate) fn add<B>(response: &mut Response<B>, value: impl Any + Send + Sync) {
        let extensions = response.extensions_mut();
        let kept: Option<Self> = extensions.remove();
        extensions.insert(Self::new((kept, value)));
    }
}

/// Marks an answer whose bytes exist once for all clients, so that they do not count as memory. It is an
/// extension of the response.
#[derive(Clone, Copy)]
pub(crate) struct SharedByAll;

/// The memory of an answer that counts in a budget of its own, and not in that of requests. It is an extension
/// of the response, whose body is whole.
#[derive(Clone)]
pub(crate) struct OwnMemory(Arc<Reservation>);

impl OwnMemory {
    pub(crate) fn new(memory: Reservation) -> Self {
        Self(Arc::new(memory))
    }
}

/// The number of requests whose answers are not handed over to their connections, and of frames of answers
/// that are not sent.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(AtomicUsize);

impl Unanswered {
    pub(crate) fn begin(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn end(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

/// The bytes of a frame that a client has to take in time, if the frame has as many.
const TAKEN_IN_TIME: usize = 16 << 10;
/// The most waiting frames for which the time grows. A connection sends frames in turns.
const MOST_TURNS: usize = 8;

/// The progress of the answers on one connection.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Mutex<State>,
    /// Notified when a frame waits and none has waited before.
    waiting: Notify,
    unanswered: Arc<Unanswered>,
}

#[derive(Debug)]
struct State {
    /// For each frame that is not sent, the moment at which the client has taken a part of it, or at
    /// which it came.
    frames: BTreeMap<u64, Instant>,
    /// The number of the next frame.
    next: u64,
}

impl Progress {
    pub(crate) fn new(unanswered: &Arc<Unanswered>) -> Arc<Self> {
        Arc::new(Self {
            unanswered: Arc::clone(unanswered),
            state: Mutex::new(State {
                frames: BTreeMap::new(),
                next: 0,
            }),
            waiting: Notify::new(),
        })
    }

    /// Waits until the client has not taken 16 KiB, or the rest, of a frame in a time. Where several frames
    /// wait, they have several times as long, up to eight times. Each frame counts by itself: a client that
    /// takes one answer does not keep the memory of another one.
    ///
    /// A write that does not end is no sign of this: a client of HTTP/2 that opens no window lets
    /// the connection write nothing at all.
    pub(crate) async fn stalled(&self, time: Duration) {
        loop {
            let end = {
                let state = self.lock();
                let turns = state.frames.len().min(MOST_TURNS) as u32;
                let oldest = state.frames.values().min();
                oldest.map(|oldest| *oldest + time.saturating_mul(turns))
            };
            match end {
                None => self.waiting.notified().await,
                Some(end) if end <= Instant::now() => return,
                Some(end) => sleep_until(end.into()).await,
            }
        }
    }

    /// Adds a frame, and returns its number.
    fn begin(&self) -> u64 {
        let mut state = self.lock();
        if state.frames.is_empty() {
            self.waiting.notify_one();
        }
        self.unanswered.begin();
        let number = state.next;
        state.next += 1;
        state.frames.insert(number, Instant::now());
        number
    }

    fn advance(&self, number: u64) {
        self.lock().frames.insert(number, Instant::now());
    }

    fn end(&self, number: u64) {
        if self.lock().frames.remove(&number).is_some() {
            self.unanswered.end();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The data of a frame. Its memory is reserved until all of it is sent: parts of its buffer are not
/// free before.
#[derive(Debug)]
pub(crate) struct Unsent {
    bytes: Bytes,
    memory: Reservation,
    progress: Arc<Progress>,
    /// The number of this frame in the progress; `None` once it is sent.
    number: Option<u64>,
    /// The bytes that the client has taken since the progress was told.
    taken: usize,
}

impl Unsent {
    fn new(bytes: Bytes, memory: Reservation, progress: &Arc<Progress>) -> Self {
        let number = (!bytes.is_empty()).then(|| progress.begin());
        Self {
            bytes,
            memory,
            progress: Arc::clone(progress),
            number,
            taken: 0,
        }
    }

    fn end(&mut self) {
        self.bytes = Bytes::new();
        self.memory.shrink_to(0);
        if let Some(number) = self.number.take() {
            self.progress.end(number);
        }
    }
}

impl Buf for Unsent {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        self.taken += count;
        if self.bytes.is_empty() {
            self.end();
        } else if self.taken >= TAKEN_IN_TIME
            && let Some(number) = self.number
        {
            self.taken = 0;
            self.progress.advance(number);
        }
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.end();
    }
}

/// The body of an answer, whose frames count until they are sent.
pub(crate) struct UnsentBody<B> {
    body: B,
    /// The memory of bytes that exist already. A body that is not a whole has none.
    ahead: Reservation,
    is_shared: bool,
    progress: Arc<Progress>,
    _kept: Option<KeptWithBody>,
}

/// The response with a body whose frames count until they are sent. A body whose length is known
/// counts from now on.
pub(crate) fn counted<B: Body>(
    mut response: Response<B>,
    budget: &Arc<ByteBudget>,
    progress: &Arc<Progress>,
) -> Response<UnsentBody<B>> {
    let kept = response.extensions_mut().remove();
    let is_shared = response.extensions_mut().remove::<SharedByAll>().is_some();
    let own = response.extensions_mut().remove::<OwnMemory>();
    let own = own.and_then(|OwnMemory(memory)| Arc::into_inner(memory));
    response.map(|body| {
        let ahead = own.unwrap_or_else(|| {
            let mut ahead = budget.reservation();
            let length = match is_shared {
                true => 0,
                false => body.size_hint().exact().unwrap_or(0),
            };
            ahead.grow_beyond(usize::try_from(length).unwrap_or(usize::MAX));
            ahead
        });
        UnsentBody {
            body,
            ahead,
            is_shared,
            progress: Arc::clone(progress),
            _kept: kept,
        }
    })
}

impl<B: Body<Data = Bytes> + Unpin> Body for UnsentBody<B> {
    type Data = Unsent;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Unsent>, B::Error>>> {
        let this = &mut *self;
        let polled = Pin::new(&mut this.body).poll_frame(context);
        let unsent = |bytes: Bytes| {
            let mut memory = this.ahead.split(bytes.len());
            if !this.is_shared {
                memory.grow_beyond(bytes.len() - memory.bytes());
            }
            Unsent::new(bytes, memory, &this.progress)
        };
        polled.map_ok(|frame| frame.map_data(unsent))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use core::task::Waker;

    use http_body_util::Full;

    use super::*;

    #[test]
    fn a_frame_counts_until_it_is_sent_or_dropped() {
        let (budget, progress) = (ByteBudget::new(10), Progress::new(&Arc::default()));
        let frame = || {
            let mut response = Response::new(Full::new(Bytes::from_static(&[7; 100])));
            let place = Arc::new(());
            let kept = KeptWithBody::new(Arc::clone(&place));
            response.extensions_mut().insert(kept);
            let response = counted(response, &budget, &progress);
            assert_eq!((budget.used(), progress.lock().frames.len()), (100, 0));
            let mut body = response.into_body();
            assert_eq!(body.size_hint().exact(), Some(100));
            let mut context = Context::from_waker(Waker::noop());
            let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) else {
                panic!("a frame");
            };
            assert!(body.is_end_stream());
            assert_eq!(Arc::strong_count(&place), 2);
            drop(body);
            assert_eq!(Arc::strong_count(&place), 1);
            frame.into_data().expect("data")
        };
        let mut data = frame();
        data.advance(99);
        assert_eq!((data.remaining(), data.chunk()), (1, &[7][..]));
        assert_eq!((budget.used(), progress.lock().frames.len()), (100, 1));
        data.advance(1);
        assert_eq!((data.remaining(), data.chunk()), (0, &[][..]));
        assert_eq!((budget.used(), progress.lock().frames.len()), (0, 0));
        let other = frame();
        drop(data);
        assert_eq!((budget.used(), progress.lock().frames.len()), (100, 1));
        drop(other);
        assert_eq!((budget.used(), progress.lock().frames.len()), (0, 0));
    }

    #[test]
    fn a_connection_stalls_while_a_frame_waits_and_nothing_is_taken() {
        let progress = Progress::new(&Arc::default());
        let mut context = Context::from_waker(Waker::noop());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let _entered = runtime.enter();
        let mut is_stalled = |time| {
            let stalled = core::pin::pin!(progress.stalled(time));
            stalled.poll(&mut context).is_ready()
        };
        let minute = Duration::from_secs(60);
        let older = |number: u64, time| {
            let mut state = progress.lock();
            let since = state.frames.get_mut(&number).expect("a frame that waits");
            *since -= time;
        };
        assert!(!is_stalled(Duration::ZERO));
        let first = progress.begin();
        assert!(is_stalled(Duration::ZERO));
        assert!(!is_stalled(minute));
        older(first, 2 * minute);
        assert!(is_stalled(minute));
        progress.advance(first);
        assert!(!is_stalled(minute));
        // Two frames have twice the time, and progress of one of them is none of the other.
        let second = progress.begin();
        older(first, 3 * minute);
        assert!(is_stalled(minute));
        progress.advance(second);
        assert!(is_stalled(minute));
        assert!(!is_stalled(2 * minute));
        progress.end(first);
        assert!(!is_stalled(minute));
        assert!(is_stalled(Duration::ZERO));
        progress.end(second);
        assert!(!is_stalled(Duration::ZERO));
    }

    /// A byte now and then is no progress.
    #[test]
    fn a_client_takes_16_kib_or_the_rest() {
        let (budget, progress) = (ByteBudget::new(1 << 20), Progress::new(&Arc::default()));
        let bytes = Bytes::from(vec![7; TAKEN_IN_TIME + 2]);
        let mut data = Unsent::new(bytes, budget.reservation(), &progress);
        let since = || progress.lock().frames.get(&0).copied();
        let begun = since().unwrap();
        std::thread::sleep(Duration::from_millis(2));
        data.advance(1);
        assert_eq!(since(), Some(begun));
        data.advance(TAKEN_IN_TIME - 1);
        assert!(since() > Some(begun));
        data.advance(2);
        assert_eq!(since(), None);
    }
}
