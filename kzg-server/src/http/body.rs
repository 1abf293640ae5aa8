//! Bodies of requests, read within bounds of length, memory and time; bodies of answers.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyDataStream, BodyExt, Full};
use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use tokio::time::timeout_at;

use crate::admission::{REQUEST, Reservation};
use crate::owed::Owed;
use crate::problem::{BoxError, Class, Problem};
use crate::service::Service;

/// The body of an answer.
pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is sent as a whole.
pub(crate) fn full(bytes: impl Into<Bytes>) -> AnswerBody {
    let body = Full::new(bytes.into());
    body.map_err(|never| match never {}).boxed_unsync()
}

/// The length that a request announces.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    value.parse().ok()
}

/// The bounds of reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The moment by which a body that is read whole, or an item of a stream, has to be there.
    pub(crate) arrival: Instant,
    /// The deadline of the request.
    pub(crate) deadline: Option<Instant>,
}

impl Bounds {
    /// The moment at which reading ends.
    fn end(&self) -> tokio::time::Instant {
        let end = self
            .deadline
            .map_or(self.arrival, |end| end.min(self.arrival));
        end.into()
    }

    /// The problem of a body that is not there in time. A sender that is slow is told so by `slow`.
    fn late(&self, slow: &'static str) -> Problem {
        match self.deadline {
            Some(deadline) if deadline <= self.arrival => {
                let detail = "the deadline has passed before the body was there";
                Problem::new(Class::Deadline, detail)
            }
            _ => Problem::new(Class::SlowBody, slow),
        }
    }
}

/// Reads a body of at most `most` bytes. Its bytes are reserved as they arrive.
///
/// # Errors
///
/// Classes `TooLarge`, `Busy` if memory is full, `SlowBody` and `Deadline`; `Left` if the client
/// leaves.
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
    loop {
        let frame = match timeout_at(bounds.end(), body.frame()).await {
            Err(_) => return Err(bounds.late("the body did not arrive in time")),
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(Err(_))) => {
                return Err(Problem::new(Class::Left, "the client has left"));
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
        reservation.reserve(data.len(), 0)?;
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
    /// An item, with the memory that is reserved for it.
    Whole(Bytes, Reservation),
    /// The problem of the last bytes, which are too few for an item.
    Short(Problem),
}

/// The items of a streamed body: pieces of equal length. Their bytes are reserved as they arrive.
pub(crate) struct Items {
    service: Arc<Service>,
    body: Incoming,
    length: usize,
    /// The deadline of the stream.
    deadline: Option<Instant>,
    /// The bytes of an incomplete item, and their memory.
    item: BytesMut,
    reservation: Reservation,
    /// The rest of the last frame. It belongs to later items and is in no reservation yet.
    rest: Bytes,
    /// The number of bytes that the body may have beyond those that have arrived.
    left: u64,
    owed: Arc<Owed>,
}

impl Items {
    /// The items of a body, each of `length` bytes.
    pub(crate) fn new(
        service: &Arc<Service>,
        body: Incoming,
        length: usize,
        deadline: Option<Instant>,
        owed: &Arc<Owed>,
    ) -> Self {
        Self {
            service: Arc::clone(service),
            body,
            length,
            deadline,
            item: BytesMut::new(),
            reservation: service.budget().reservation().beside(REQUEST),
            rest: Bytes::new(),
            left: service.options().stream_bytes,
            owed: Arc::clone(owed),
        }
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`read`]. No item follows an error.
    pub(crate) async fn next(&mut self) -> Result<Option<Item>, Problem> {
        let mut until = Instant::now() + self.service.options().body_timeout;
        while self.item.len() < self.length {
            if self.rest.is_empty() && !self.receive(&mut until).await? {
                return Ok(self.short().map(Item::Short));
            }
            let begun = Instant::now();
            let left = self.length - self.item.len();
            let part = left.min(self.rest.len());
            // A part is taken where there is room for all that is left of the item, so that
            // incomplete items do not wait for each other.
            let reservation = &mut self.reservation;
            self.service.grow(reservation, part, left).await?;
            self.item.extend_from_slice(&self.rest.split_to(part));
            // The sender is not late by the time that the server waited for memory.
            until += begun.elapsed();
        }
        let item = self.item.split().freeze();
        let reservation = self.reservation.split(self.length);
        Ok(Some(Item::Whole(item, reservation)))
    }

    /// Receives a frame. Returns whether there is one.
    async fn receive(&mut self, until: &mut Instant) -> Result<bool, Problem> {
        let time = self.service.options().body_timeout;
        let frame = loop {
            let bounds = Bounds {
                arrival: *until,
                deadline: self.deadline,
            };
            match timeout_at(bounds.end(), self.body.frame()).await {
                Err(_) => {
                    let problem = bounds.late("an item of the body did not arrive in time");
                    match self.owed.extended(time) {
                        Some(later) if problem.class == Class::SlowBody => *until = later,
                        _ => return Err(problem),
                    }
                }
                Ok(None) => return Ok(false),
                Ok(Some(Err(_))) => {
                    return Err(Problem::new(Class::Left, "the client has left"));
                }
                Ok(Some(Ok(frame))) => break frame,
            }
        };
        // Trailers carry nothing for this service.
        self.rest = frame.into_data().unwrap_or_default();
        let left = self.left.checked_sub(self.rest.len() as u64);
        self.left = left.ok_or_else(|| too_large(self.service.options().stream_bytes))?;
        Ok(true)
    }

    /// The problem of the last bytes of the body, if they are too few for an item.
    fn short(&mut self) -> Option<Problem> {
        let length = self.item.split().len();
        let detail = format!(
            "the body ends with {length} bytes, expected a multiple of {}",
            self.length
        );
        (length > 0).then(|| Problem::new(Class::Input, detail))
    }
}
