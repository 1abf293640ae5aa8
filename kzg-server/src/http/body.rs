//! Bodies of requests, read within bounds of length, memory and time; bodies of answers.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyDataStream, BodyExt, Full};
use hyper::HeaderMap;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::CONTENT_LENGTH;
use tokio::time::timeout_at;

use crate::admission::Reservation;
use crate::problem::{Class, Problem};

/// An error that ends an answer after its beginning was sent.
pub(crate) type BoxError = Box<dyn core::error::Error + Send + Sync>;

/// The body of an answer.
pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is sent as a whole.
pub(crate) fn full(bytes: impl Into<Bytes>) -> AnswerBody {
    let body = Full::new(bytes.into());
    body.map_err(|never| match never {}).boxed_unsync()
}

/// A body that keeps a value, such as a reservation, until the body is sent or dropped.
pub(crate) struct Held<B, T> {
    body: B,
    _held: T,
}

impl<B, T> Held<B, T> {
    pub(crate) fn new(body: B, held: T) -> Self {
        Self { body, _held: held }
    }
}

impl<B: Body + Unpin, T: Unpin> Body for Held<B, T> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The length that a request announces.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    value.parse().ok()
}

/// The bounds of reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The moment by which a body that is read whole has to be there.
    pub(crate) arrival: Instant,
    /// The deadline of the request.
    pub(crate) deadline: Instant,
}

impl Bounds {
    /// The problem of a body that is not there in time.
    fn late(&self) -> Problem {
        if self.deadline <= self.arrival {
            let detail = "the deadline has passed before the body was there";
            Problem::new(Class::Deadline, detail)
        } else {
            Problem::new(Class::SlowBody, "the body did not arrive in time")
        }
    }
}

/// Reads a body of at most `most` bytes. Its bytes are reserved as they arrive.
///
/// # Errors
///
/// Classes `TooLarge`, `Busy` if memory is full, `SlowBody` and `Deadline`; `Cancelled` if the
/// client leaves.
pub(crate) async fn read(
    body: &mut Incoming,
    announced: Option<u64>,
    most: usize,
    reservation: &mut Reservation,
    bounds: Bounds,
) -> Result<Bytes, Problem> {
    let capacity = announced.map_or(0, |length| {
        usize::try_from(length).unwrap_or(most).min(most)
    });
    let mut whole = BytesMut::new();
    let until = bounds.arrival.min(bounds.deadline).into();
    loop {
        let frame = match timeout_at(until, body.frame()).await {
            Err(_) => return Err(bounds.late()),
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(Err(_))) => {
                return Err(Problem::new(Class::Cancelled, "the client has left"));
            }
            Ok(Some(Ok(frame))) => frame,
        };
        // Trailers carry nothing for this service.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len() + data.len() > most {
            return Err(too_large(most as u64));
        }
        if !reservation.grow(data.len()) {
            return Err(Problem::memory_is_full());
        }
        if whole.is_empty() {
            // An announced length costs memory only as its pages are written.
            whole.reserve(capacity.max(data.len()));
        }
        whole.extend_from_slice(&data);
    }
}

/// The problem of a body that is longer than its endpoint takes.
pub(crate) fn too_large(most: u64) -> Problem {
    Problem::new(
        Class::TooLarge,
        format!("the body is longer than {most} bytes"),
    )
}

/// Reads and drops what is left of a refused request's body, so that a client that sends before it
/// reads gets the answer: for a moment, and a few bytes, at most.
pub(crate) async fn discard(body: Incoming) {
    const MOST: usize = 1 << 20;
    const TIME: Duration = Duration::from_secs(2);
    let mut frames = BodyDataStream::new(body);
    let read = async {
        let mut left = MOST;
        while let Some(Ok(data)) = frames.next().await {
            match left.checked_sub(data.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(TIME, read).await;
}

/// A piece of a streamed body.
pub(crate) enum Item {
    /// An item.
    Whole(Bytes),
    /// The problem of the last bytes, which are too few for an item.
    Short(Problem),
}

/// The items of a streamed body: pieces of equal length.
pub(crate) struct Items {
    body: Incoming,
    /// The bytes of an incomplete item.
    rest: BytesMut,
    length: usize,
    /// The most bytes of the body, and how many of them have not arrived.
    most: u64,
    left: u64,
    ended: bool,
    /// The time within which each item has to arrive.
    time: Duration,
}

impl Items {
    /// The items of a body of at most `most` bytes.
    pub(crate) fn new(body: Incoming, length: usize, most: u64, time: Duration) -> Self {
        Self {
            body,
            rest: BytesMut::new(),
            length,
            most,
            left: most,
            ended: false,
            time,
        }
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`read`], but for the deadline. No item follows an error.
    pub(crate) async fn next(&mut self) -> Result<Option<Item>, Problem> {
        let until = tokio::time::Instant::now() + self.time;
        while self.rest.len() < self.length && !self.ended {
            let frame = match timeout_at(until, self.body.frame()).await {
                Err(_) => {
                    let detail = "an item of the body did not arrive in time";
                    return Err(Problem::new(Class::SlowBody, detail));
                }
                Ok(Some(Err(_))) => {
                    return Err(Problem::new(Class::Cancelled, "the client has left"));
                }
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Ok(Some(Ok(frame))) => frame,
            };
            if let Ok(data) = frame.into_data() {
                let left = self.left.checked_sub(data.len() as u64);
                self.left = left.ok_or_else(|| too_large(self.most))?;
                self.rest.extend_from_slice(&data);
            }
        }
        match self.rest.len() {
            0 => Ok(None),
            length if length < self.length => {
                self.rest.clear();
                let detail = format!(
                    "the body ends with {length} bytes, expected a multiple of {}",
                    self.length
                );
                let problem = Problem::new(Class::Input, detail);
                Ok(Some(Item::Short(problem)))
            }
            _ => {
                let item = self.rest.split_to(self.length).freeze();
                Ok(Some(Item::Whole(item)))
            }
        }
    }
}
