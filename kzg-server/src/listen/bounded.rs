//! Connections with bounds on the times that hyper does not bound.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::socket::Stream;

/// The preface of an HTTP/2 connection.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

/// A connection whose first bytes have been read, which decide about the version of HTTP. A write
/// that waits has to go on in time.
pub(super) struct Bounded {
    stream: Box<dyn Stream>,
    /// The first bytes, until they are read again.
    first: Bytes,
    stall: Duration,
    /// The end of the time in which a write that waits has to go on.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Bounded {
    /// Reads the first bytes of a connection. Its writes wait for `stall` at most.
    ///
    /// # Errors
    ///
    /// An error of the connection, or its end before the first byte.
    pub(super) async fn begin(
        mut stream: Box<dyn Stream>,
        stall: Duration,
    ) -> io::Result<(Self, Version)> {
        let mut first = [0; PREFACE.len()];
        let mut filled = 0;
        let version = loop {
            let read = stream.read(&mut first[filled..]).await?;
            filled += read;
            if filled == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if read == 0 || first[..filled] != PREFACE[..filled] {
                break Version::Http1;
            }
            if filled == PREFACE.len() {
                break Version::Http2;
            }
        };
        let first = Bytes::copy_from_slice(&first[..filled]);
        let stalled = None;
        let bounded = Self {
            stream,
            first,
            stall,
            stalled,
        };
        Ok((bounded, version))
    }

    /// The result of a write, or an error if writes wait for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall = self.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        let ended = stalled.as_mut().poll(context);
        ended.map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let length = self.first.len().min(buffer.remaining());
        buffer.put_slice(&self.first.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut_down = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(context, shut_down)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn the_first_bytes_decide_about_the_version_and_are_read_again() {
        let request = b"POST /livez HTTP/1.1\r\nhost: x\r\n\r\n";
        let preface = [&PREFACE[..], b"more"].concat();
        for (sent, expected) in [
            (&request[..], Version::Http1),
            (&preface, Version::Http2),
            (&preface[..20], Version::Http1),
            (b"P", Version::Http1),
        ] {
            for size in [1, 7, 100] {
                let (mut client, server) = tokio::io::duplex(size);
                let begun = Bounded::begin(Box::new(server), Duration::from_secs(60));
                let send = async move {
                    client.write_all(sent).await.unwrap();
                };
                let receive = async {
                    let (mut bounded, version) = begun.await.unwrap();
                    assert_eq!(version, expected);
                    let mut received = Vec::new();
                    bounded.read_to_end(&mut received).await.unwrap();
                    assert_eq!(received, sent);
                };
                tokio::join!(send, receive);
            }
        }
        let (client, server) = tokio::io::duplex(1);
        drop(client);
        let begun = Bounded::begin(Box::new(server), Duration::from_secs(60)).await;
        assert!(begun.is_err());
    }
}
