//! Bodies of gRPC: requests are read within bounds of length, memory and time; answers are counted
//! when they end.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};
use tracing::Span;

use super::status;
use crate::admission::Reservation;
use crate::problem::{Class, Problem};
use crate::telemetry::metrics;

/// The bytes before each message: whether it is compressed, and its length in big-endian order.
const PREFIX: usize = 5;

/// The body of a request. Its bytes are reserved as they arrive: those of a stream until the
/// message is complete, since each message is an item that has a reservation of its own; those of
/// another request until the body is dropped.
pub(super) struct RequestBody {
    body: Incoming,
    reservation: Reservation,
    position: Position,
    /// The most bytes of a message.
    most: usize,
    streamed: bool,
    /// The time within which each message has to arrive, and the end of the body of a request that
    /// is no stream.
    time: Duration,
    late: Option<Pin<Box<Sleep>>>,
    /// The bytes after the last complete message of a stream, where one has been completed since
    /// the last reservation.
    rest: Option<usize>,
}

impl RequestBody {
    pub(super) fn new(
        body: Incoming,
        reservation: Reservation,
        streamed: bool,
        most: usize,
        time: Duration,
    ) -> Self {
        Self {
            body,
            reservation,
            position: Position::default(),
            most,
            streamed,
            time,
            late: None,
            rest: None,
        }
    }

    /// Counts bytes that have arrived.
    fn arrived(&mut self, data: &[u8]) -> Result<(), Problem> {
        if !self.reservation.grow(data.len()) {
            return Err(Problem::memory_is_full());
        }
        let rest = self.position.advance(data, self.most)?;
        if self.streamed && rest.is_some() {
            self.rest = rest;
            self.late = None;
        }
        Ok(())
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        // More is read once the messages that were complete have been taken.
        if let Some(rest) = self.rest.take() {
            self.reservation.shrink_to(rest);
        }
        let frame = match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => frame,
            Poll::Ready(Some(Err(_))) => {
                let problem = Problem::new(Class::Cancelled, "the client has left");
                return Poll::Ready(Some(Err(status::of(&problem))));
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => {
                let time = self.time;
                let late = self.late.get_or_insert_with(|| Box::pin(sleep(time)));
                if late.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                let problem = Problem::new(Class::SlowBody, "a message did not arrive in time");
                return Poll::Ready(Some(Err(status::of(&problem))));
            }
        };
        let arrived = frame.data_ref().map_or(Ok(()), |data| self.arrived(data));
        Poll::Ready(Some(match arrived {
            Ok(()) => Ok(frame),
            Err(problem) => Err(status::of(&problem)),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
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

impl Position {
    /// Advances by some bytes. Returns the number of bytes after the last message that they
    /// complete; `None` if they complete no message.
    ///
    /// # Errors
    ///
    /// Class `TooLarge` for a message of more than `most` bytes, before it has arrived.
    fn advance(&mut self, mut data: &[u8], most: usize) -> Result<Option<usize>, Problem> {
        let mut rest = None;
        while !data.is_empty() {
            if self.filled < PREFIX {
                let taken = data.len().min(PREFIX - self.filled);
                let (prefix, after) = data.split_at(taken);
                self.prefix[self.filled..self.filled + taken].copy_from_slice(prefix);
                self.filled += taken;
                data = after;
                if self.filled < PREFIX {
                    break;
                }
                let [_, length @ ..] = self.prefix;
                self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                if self.left > most {
                    let detail = format!("the message is longer than {most} bytes");
                    return Err(Problem::new(Class::TooLarge, detail));
                }
            } else {
                let taken = data.len().min(self.left);
                self.left -= taken;
                data = &data[taken..];
            }
            if self.left == 0 {
                self.filled = 0;
                rest = Some(data.len());
            }
        }
        Ok(rest)
    }
}

/// The body of an answer, which is counted when it ends. Until then, it keeps a value such as the
/// place of its client.
pub(super) struct AnswerBody<T> {
    body: tonic::body::Body,
    record: Record,
    _held: T,
}

impl<T> AnswerBody<T> {
    /// The answer with these headers, to a request that has begun earlier.
    pub(super) fn new(
        body: tonic::body::Body,
        headers: &HeaderMap,
        record: Record,
        held: T,
    ) -> Self {
        let mut record = record;
        record.read(headers);
        Self {
            body,
            record,
            _held: held,
        }
    }
}

impl<T: Unpin> Body for AnswerBody<T> {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        // The calls of a stream are made while its answer is polled.
        let span = self.record.span.clone();
        let _entered = span.enter();
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            self.record.read(trailers);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A request in metrics and logs, where it is recorded at the end.
#[derive(Debug)]
pub(super) struct Record {
    method: &'static str,
    begun: Instant,
    span: Span,
    /// The HTTP status of the class of the answer; `None` as long as the answer has none.
    status: Option<u16>,
}

impl Record {
    pub(super) fn new(method: &'static str, span: Span) -> Self {
        Self {
            method,
            begun: Instant::now(),
            span,
            status: None,
        }
    }

    /// Reads the status from headers or trailers.
    fn read(&mut self, headers: &HeaderMap) {
        self.status = status::http(headers).or(self.status);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // An answer without a status was not sent to its end: the client has left.
        let status = self.status.unwrap_or(Class::Cancelled.row().status);
        let time = self.begun.elapsed();
        metrics::request("grpc", self.method, status, time);
        self.span.in_scope(|| {
            let milliseconds = time.as_secs_f64() * 1000.0;
            tracing::info!(status, milliseconds, "request");
        });
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
            let mut completed = Vec::new();
            let mut end = 0;
            for piece in messages.chunks(size) {
                end += piece.len();
                if let Some(rest) = position.advance(piece, 256).unwrap() {
                    completed.push(end - rest);
                }
            }
            assert_eq!(completed.last(), Some(&274), "{size}");
            assert!(completed.iter().all(|end| [8, 13, 274].contains(end)));
            assert_eq!((position.filled, position.left), (2, 0));
        }
    }

    #[test]
    fn a_long_message_is_refused_by_its_prefix() {
        let prefix = [0, 0xff, 0xff, 0xff, 0xff];
        let refused = Position::default().advance(&prefix, 64 << 20);
        assert_eq!(refused.unwrap_err().class, Class::TooLarge);
        let mut position = Position::default();
        assert_eq!(position.advance(&prefix[..4], 0), Ok(None));
    }
}
