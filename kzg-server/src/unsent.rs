//! Answers on their way to a client. Each frame counts as memory until the connection has sent it, and
//! the time for which the client takes nothing is known.

use core::any::Any;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
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
}

/// The progress of the answers on one connection.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Mutex<State>,
    /// Notified when a frame waits and none has waited before.
    waiting: Notify,
}

#[derive(Debug)]
struct State {
    /// The number of frames that are not sent.
    frames: usize,
    /// The moment at which the client has taken something, or at which the first of the frames came.
    since: Instant,
}

impl Progress {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                frames: 0,
                since: Instant::now(),
            }),
            waiting: Notify::new(),
        })
    }

    /// Waits until the client has taken nothing for a time although frames wait for it.
    ///
    /// A write that does not end is no sign of this: a client of HTTP/2 that opens no window lets
    /// the connection write nothing at all.
    pub(crate) async fn stalled(&self, time: Duration) {
        loop {
            let since = {
                let state = self.lock();
                (state.frames > 0).then_some(state.since)
            };
            match since.map(|since| since + time) {
                None => self.waiting.notified().await,
                Some(end) if end <= Instant::now() => return,
                Some(end) => sleep_until(end.into()).await,
            }
        }
    }

    fn begin(&self) {
        let mut state = self.lock();
        if state.frames == 0 {
            state.since = Instant::now();
            self.waiting.notify_one();
        }
        state.frames += 1;
    }

    fn advance(&self) {
        self.lock().since = Instant::now();
    }

    fn end(&self) {
        let mut state = self.lock();
        state.frames -= 1;
        state.since = Instant::now();
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
    /// Whether the progress counts this frame.
    waits: bool,
}

impl Unsent {
    fn new(bytes: Bytes, memory: Reservation, progress: &Arc<Progress>) -> Self {
        let waits = !bytes.is_empty();
        if waits {
            progress.begin();
        }
        Self {
            bytes,
            memory,
            progress: Arc::clone(progress),
            waits,
        }
    }

    fn end(&mut self) {
        self.bytes = Bytes::new();
        self.memory.shrink_to(0);
        if core::mem::take(&mut self.waits) {
            self.progress.end();
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
        if self.bytes.is_empty() {
            self.end();
        } else {
            self.progress.advance();
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
    response.map(|body| {
        let mut ahead = budget.reservation();
        let length = body.size_hint().exact().unwrap_or(0);
        ahead.grow_beyond(usize::try_from(length).unwrap_or(usize::MAX));
        UnsentBody {
            body,
            ahead,
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
            memory.grow_beyond(bytes.len() - memory.bytes());
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
        let (budget, progress) = (ByteBudget::new(10), Progress::new());
        let frame = || {
            let mut response = Response::new(Full::new(Bytes::from_static(&[7; 100])));
            let place = Arc::new(());
            let kept = KeptWithBody::new(Arc::clone(&place));
            response.extensions_mut().insert(kept);
            let response = counted(response, &budget, &progress);
            assert_eq!((budget.used(), progress.lock().frames), (100, 0));
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
        assert_eq!((budget.used(), progress.lock().frames), (100, 1));
        data.advance(1);
        assert_eq!((data.remaining(), data.chunk()), (0, &[][..]));
        assert_eq!((budget.used(), progress.lock().frames), (0, 0));
        let other = frame();
        drop(data);
        assert_eq!((budget.used(), progress.lock().frames), (100, 1));
        drop(other);
        assert_eq!((budget.used(), progress.lock().frames), (0, 0));
    }

    #[test]
    fn a_connection_stalls_while_a_frame_waits_and_nothing_is_taken() {
        let progress = Progress::new();
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
        assert!(!is_stalled(Duration::ZERO));
        progress.begin();
        assert!(is_stalled(Duration::ZERO));
        assert!(!is_stalled(Duration::from_secs(3600)));
        progress.begin();
        progress.end();
        assert!(is_stalled(Duration::ZERO));
        progress.end();
        assert!(!is_stalled(Duration::ZERO));
    }
}
