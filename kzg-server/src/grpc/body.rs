//! Bodies of requests, read within bounds of length, memory and time.

use core::mem;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use tokio::time::timeout_at;
use tonic::Request;

use super::status;
use crate::admission::{ByteBudget, Reservation};
use crate::http;
use crate::owed::Owed;
use crate::problem::{Class, Problem};
use crate::service::Service;

/// The bytes before each message: whether it is compressed, and its length in big-endian order.
const PREFIX: usize = 5;

/// The memory of the complete messages of a request. The body of the request reserves this memory as
/// the bytes arrive, and each call takes the reservation of its message, so that a message counts
/// once, until its call ends.
#[derive(Clone, Debug, Default)]
pub(super) struct MessageMemory(Arc<Mutex<VecDeque<Reservation>>>);

impl MessageMemory {
    /// The memory of the messages of a request, which is an extension of the request.
    pub(super) fn of<T>(request: &Request<T>) -> Self {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_default()
    }

    /// Hands over the memory of a message that is complete.
    fn put(&self, reservation: Reservation) {
        self.lock().push_back(reservation);
    }

    /// Takes the memory of the next message.
    ///
    /// # Errors
    ///
    /// Class `Fault` if no message is complete.
    pub(super) fn take(&self) -> Result<Reservation, Problem> {
        let reservation = self.lock().pop_front();
        reservation.ok_or_else(|| Problem::new(Class::Fault, "a message has no reserved memory"))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Reservation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The deadline of a request from its head on, which is an extension of the request. Only a stream can
/// have none.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestDeadline(pub(super) Option<Instant>);

/// The time for which the bytes of a request count as memory.
#[derive(Debug)]
pub(super) enum Counted {
    /// The bytes count until the call drops its inputs. The request is refused if there is no room for its
    /// message, or if a second message follows.
    Call(MessageMemory),
    /// Each message counts until the call of its item drops its inputs. The stream waits for memory.
    Item(MessageMemory),
    /// The bytes count while the body is read, in a budget that is not that of other requests. All messages
    /// together have the time of one and this number of bytes at most.
    Body(usize, Arc<ByteBudget>),
}

/// The body of a request. Its bytes are reserved as they arrive.
pub(super) struct RequestBody {
    service: Arc<Service>,
    body: Incoming,
    counted: Counted,
    deadline: Option<Instant>,
    /// The memory of the incomplete message.
    reservation: Reservation,
    position: Position,
    /// The most bytes of a message.
    most: usize,
    /// The number of bytes that a stream may have beyond those that have arrived.
    left: u64,
    /// The rest of the last frame. It is in no reservation yet.
    rest: Bytes,
    /// Whether the stream has begun: there was room for its first message.
    begun: bool,
    /// Whether the request is no stream and its message is not complete.
    is_awaited: bool,
    /// The moment by which the message has to be there, or the end of the body of a request that is
    /// no stream; `None` until more bytes are waited for.
    until: Option<Instant>,
    owed: Arc<Owed>,
}

impl RequestBody {
    pub(super) fn new(
        service: &Arc<Service>,
        body: Incoming,
        counted: Counted,
        RequestDeadline(deadline): RequestDeadline,
        most: usize,
        is_stream: bool,
    ) -> Self {
        let (left, budget) = match &counted {
            Counted::Item(_) => (service.options().stream_bytes, service.budget()),
            Counted::Call(_) => (u64::MAX, service.budget()),
            Counted::Body(_, budget) => (u64::MAX, budget),
        };
        let reservation = budget.reservation();
        Self {
            service: Arc::clone(service),
            body,
            left,
            counted,
            is_awaited: !is_stream,
            deadline,
            reservation,
            position: Position::default(),
            most,
            rest: Bytes::new(),
            begun: false,
            until: None,
            owed: Owed::new(),
        }
    }

    /// The results of the stream, which is an extension of the request.
    pub(super) fn owed(&self) -> Arc<Owed> {
        Arc::clone(&self.owed)
    }

    /// The frames of the body, in pieces of one message at most: a message is taken before bytes of
    /// the next one are reserved. No frame follows an error.
    pub(super) fn into_frames(self) -> impl Body<Data = Bytes, Error = tonic::Status> + Send {
        let frames = stream::unfold(Some(self), |body| async {
            let mut body = body?;
            match body.next().await {
                Ok(Some(frame)) => Some((Ok(frame), Some(body))),
                Ok(None) => None,
                Err(problem) => Some((Err(status::of(&problem)), None)),
            }
        });
        StreamBody::new(frames.fuse())
    }

    /// The next frame or piece of a frame; `None` at the end.
    async fn next(&mut self) -> Result<Option<Frame<Bytes>>, Problem> {
        while self.rest.is_empty() {
            let Some(frame) = self.receive().await? else {
                return self.check_end().map(|()| None);
            };
            match frame.into_data() {
                Ok(data) => {
                    let left = self.left.checked_sub(data.len() as u64);
                    let most = self.service.options().stream_bytes;
                    self.left = left.ok_or_else(|| http::too_large(most))?;
                    self.rest = data;
                }
                Err(trailers) => return self.check_end().map(|()| Some(trailers)),
            }
        }
        self.check_single()?;
        let piece = self.position.advance(&self.rest, self.most)?;
        self.reserve(piece.message).await?;
        if piece.is_last {
            self.complete();
        }
        Ok(Some(Frame::data(self.rest.split_to(piece.length))))
    }

    /// Checks that no bytes follow the message of a call.
    fn check_single(&self) -> Result<(), Problem> {
        if matches!(self.counted, Counted::Call(_)) && !self.is_awaited {
            let detail = "the request has more than one message";
            return Err(Problem::new(Class::Input, detail));
        }
        Ok(())
    }

    /// Checks that the body may end here.
    fn check_end(&self) -> Result<(), Problem> {
        let detail = match () {
            () if !self.position.is_between_messages() => "the body ends within a message",
            () if self.is_awaited => "the request has no message",
            () => return Ok(()),
        };
        Err(Problem::new(Class::Input, detail))
    }

    /// Receives a frame; `None` at the end of the body.
    async fn receive(&mut self) -> Result<Option<Frame<Bytes>>, Problem> {
        let time = self.service.options().body_timeout;
        loop {
            let until = *self.until.get_or_insert_with(|| Instant::now() + time);
            let end = self.deadline.map_or(until, |deadline| deadline.min(until));
            return match timeout_at(end.into(), self.body.frame()).await {
                Err(_) if end < until => {
                    let detail = "the deadline has passed before the message was there";
                    Err(Problem::new(Class::Deadline, detail))
                }
                Err(_) => {
                    self.until = self.owed.extended(time);
                    if self.until.is_some() {
                        continue;
                    }
                    let detail = "a message did not arrive in time";
                    Err(Problem::new(Class::SlowBody, detail))
                }
                Ok(Some(Err(_))) => Err(Problem::new(Class::Left, "the client has left")),
                Ok(Some(Ok(frame))) => Ok(Some(frame)),
                Ok(None) => Ok(None),
            };
        }
    }

    /// Reserves the memory of bytes that have arrived. Part of a message is taken where there is room
    /// for all that is left of the message, so that incomplete messages do not wait for each other.
    async fn reserve(&mut self, bytes: usize) -> Result<(), Problem> {
        if bytes == 0 {
            return Ok(());
        }
        if let Counted::Body(most, _) = self.counted
            && self.reservation.bytes() + bytes > most
        {
            return Err(http::too_large(most as u64));
        }
        if !matches!(self.counted, Counted::Item(_)) {
            return self.reservation.reserve(bytes, self.position.left);
        }
        let whole = bytes + self.position.left;
        if !mem::replace(&mut self.begun, true) && !self.service.budget().has_room(whole) {
            return Err(self.service.budget().refusal(whole));
        }
        let begun = Instant::now();
        self.service
            .grow(&mut self.reservation, bytes, whole)
            .await?;
        // The sender is not late by the time that the server waited for memory.
        if let Some(until) = &mut self.until {
            *until += begun.elapsed();
        }
        Ok(())
    }

    /// Ends a message. The next message of a stream has its own time and memory.
    fn complete(&mut self) {
        self.is_awaited = false;
        let memory = match &self.counted {
            // The body has to end in the same time.
            Counted::Call(memory) => memory,
            Counted::Item(memory) => {
                self.until = None;
                memory
            }
            Counted::Body(..) => return,
        };
        memory.put(self.reservation.split(self.reservation.bytes()));
    }
}

fn too_large(most: usize) -> Problem {
    let detail = format!("the message is longer than {most} bytes");
    Problem::new(Class::TooLarge, detail)
}

/// The position in a sequence of messages, each after its prefix.
#[derive(Debug, Default)]
struct Position {
    prefix: [u8; PREFIX],
    /// The number of bytes of the prefix that have arrived.
    filled: usize,
    /// The number of bytes of the message that have not arrived.
    left: usize,
}

/// A piece of a message, after a piece of its prefix.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    /// The number of bytes with those of the prefix.
    length: usize,
    /// The number of bytes without those of the prefix.
    message: usize,
    /// Whether the message is complete.
    is_last: bool,
}

impl Position {
    fn is_between_messages(&self) -> bool {
        self.filled == 0
    }

    /// Advances to the end of a message, or of the data if that comes first.
    ///
    /// # Errors
    ///
    /// Before the message has arrived: class `TooLarge` for one of more than `most` bytes, class
    /// `MediaType` for a compressed one.
    fn advance(&mut self, data: &[u8], most: usize) -> Result<Piece, Problem> {
        let (prefix, after) = data.split_at(data.len().min(PREFIX - self.filled));
        self.prefix[self.filled..][..prefix.len()].copy_from_slice(prefix);
        self.filled += prefix.len();
        if !prefix.is_empty() && self.filled == PREFIX {
            let [compressed, length @ ..] = self.prefix;
            if compressed != 0 {
                return Err(Problem::new(
                    Class::MediaType,
                    "compressed messages are not read",
                ));
            }
            self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            if self.left > most {
                return Err(too_large(most));
            }
        }
        let message = after.len().min(self.left);
        self.left -= message;
        let is_last = self.filled == PREFIX && self.left == 0;
        if is_last {
            self.filled = 0;
        }
        Ok(Piece {
            length: prefix.len() + message,
            message,
            is_last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_followed_through_any_cuts() {
        let messages = [
            &[0, 0, 0, 0, 3, 1, 2, 3][..],
            &[0, 0, 0, 0, 0],
            &[0, 0, 0, 1, 0],
            &[7; 256],
            &[0, 0],
        ]
        .concat();
        for size in 1..=messages.len() {
            let mut position = Position::default();
            let (mut ends, mut end, mut bytes) = (Vec::new(), 0, 0);
            for mut data in messages.chunks(size) {
                while !data.is_empty() {
                    let piece = position.advance(data, 256).unwrap();
                    data = &data[piece.length..];
                    end += piece.length;
                    bytes += piece.message;
                    if piece.is_last {
                        ends.push((end, bytes));
                    }
                }
            }
            assert_eq!(ends, [(8, 3), (13, 3), (274, 259)], "{size}");
            assert_eq!((position.filled, position.left), (2, 0));
        }
    }

    #[test]
    fn a_long_message_is_refused_by_its_prefix() {
        let prefix = [0, 0xff, 0xff, 0xff, 0xff];
        let refused = Position::default().advance(&prefix, 64 << 20);
        assert_eq!(refused.unwrap_err().class, Class::TooLarge);
        let refused = Position::default().advance(&[1, 0, 0, 0, 0], 64 << 20);
        assert_eq!(refused.unwrap_err().class, Class::MediaType);
        let mut position = Position::default();
        let piece = Piece {
            length: 4,
            message: 0,
            is_last: false,
        };
        assert_eq!(position.advance(&prefix[..4], 0), Ok(piece));
    }
}
