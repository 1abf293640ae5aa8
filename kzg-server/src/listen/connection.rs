//! Connections: accepted up to a number, bounded in the time and length of heads, drained at the
//! end.

use core::convert::Infallible;
use core::pin::pin;
use core::time::Duration;
use std::sync::Arc;

use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::task::coop::unconstrained;
use tokio::time::{sleep, timeout};

use super::bounded::{Bounded, Version};
use super::idle::Requests;
use super::socket::{Socket, Stream};
use super::tls::Tls;
use crate::admission::ByteBudget;
use crate::http::{AnswerBody, Front};
use crate::telemetry::metrics::UnderWay;
use crate::unsent::{KeptWithBody, Progress, Unanswered, counted};

/// The time within which a TLS handshake, and the head of a request, has to arrive.
const HEAD: Duration = Duration::from_secs(10);
/// The interval of pings on HTTP/2 connections, and the time for their answer.
const PING: Duration = Duration::from_secs(20);
/// The most bytes of the headers of a request.
const HEADER_BYTES: usize = 32 << 10;
/// The most headers of a request.
const HEADERS: usize = 64;

/// The most bytes that a client may send on a stream of HTTP/2 before the server takes them.
const STREAM_WINDOW: u32 = 128 << 10;
/// The most bytes that a client may send on a connection of HTTP/2 before the server takes them. They are in
/// memory and count nowhere. Seven streams that wait for the server leave other streams a window.
const CONNECTION_WINDOW: u32 = 8 * STREAM_WINDOW;

/// The protocol of a connection.
#[derive(Clone)]
pub(crate) enum Protocol {
    /// HTTP/1.1 and HTTP/2.
    Http(Arc<Front>),
    /// gRPC over HTTP/2.
    #[cfg(feature = "grpc")]
    Grpc(crate::grpc::Grpc),
}

impl Protocol {
    /// Answers a request.
    async fn respond(
        self,
        request: Request<Incoming>,
        peer: Arc<str>,
    ) -> Result<Response<AnswerBody>, Infallible> {
        match self {
            Self::Http(front) => front.respond(request, peer).await,
            #[cfg(feature = "grpc")]
            Self::Grpc(grpc) => grpc.respond(request, peer).await,
        }
    }

    /// The bytes under way.
    fn budget(&self) -> Arc<ByteBudget> {
        let service = match self {
            Self::Http(front) => &front.service,
            #[cfg(feature = "grpc")]
            Self::Grpc(grpc) => grpc.service(),
        };
        Arc::clone(service.budget())
    }
}

/// The connections of a server.
pub(crate) struct Connections {
    http1: auto::Builder<TokioExecutor>,
    http2: auto::Builder<TokioExecutor>,
    tls: Option<Arc<Tls>>,
    most: usize,
    /// The time within which a client has to take something of its answers.
    stall: Duration,
    /// The time after which a connection without requests ends. That of HTTP/1.1 ends after `HEAD` too.
    idle: Duration,
    /// Whether connections are accepted.
    closed: watch::Sender<bool>,
    /// Whether the drain has begun. Each connection has a receiver, for which the drain waits.
    draining: watch::Sender<bool>,
    /// The requests of all connections that are not answered.
    unanswered: Arc<Unanswered>,
}

/// The connections of a server, and the tasks that accept them. When this is dropped, nothing more is
/// accepted, and connections end after the requests under way.
pub(crate) struct Accepting {
    connections: Arc<Connections>,
    tasks: JoinSet<()>,
}

impl Accepting {
    pub(crate) fn new(connections: Arc<Connections>) -> Self {
        Self {
            connections,
            tasks: JoinSet::new(),
        }
    }

    /// Accepts the connections of a socket.
    pub(crate) fn begin(&mut self, socket: Socket, protocol: Protocol) {
        let connections = Arc::clone(&self.connections);
        self.tasks.spawn(connections.accept(socket, protocol));
    }

    /// Accepts nothing more, and waits until the requests under way are answered. Returns whether no
    /// request is left.
    pub(crate) async fn drain(&mut self, time: Duration) -> bool {
        self.connections.close();
        while self.tasks.join_next().await.is_some() {}
        self.connections.drain(time).await
    }
}

impl Drop for Accepting {
    fn drop(&mut self) {
        self.connections.close();
        self.tasks.abort_all();
        self.connections.begin_drain();
    }
}

impl core::fmt::Debug for Accepting {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Accepting").finish_non_exhaustive()
    }
}

impl Connections {
    pub(crate) fn new(
        tls: Option<Arc<Tls>>,
        most: usize,
        stall: Duration,
        idle: Duration,
    ) -> Arc<Self> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_headers(HEADERS)
            .max_buf_size(2 * HEADER_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(HEADER_BYTES as u32)
            .max_concurrent_streams(128)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        Arc::new(Self {
            http1: builder.clone().http1_only(),
            http2: builder.http2_only(),
            tls,
            most: most.max(1),
            stall,
            idle,
            closed: watch::Sender::new(false),
            draining: watch::Sender::new(false),
            unanswered: Arc::default(),
        })
    }

    /// Accepts connections until [`close`](Self::close). At the limit, further connections wait in
    /// the queue of the system.
    async fn accept(self: Arc<Self>, socket: Socket, protocol: Protocol) {
        let mut closed = self.closed.subscribe();
        let places = Arc::new(Semaphore::new(self.most));
        loop {
            let place = Arc::clone(&places).acquire_owned();
            let accepted = async { (place.await, socket.accept().await) };
            let (place, accepted) = tokio::select! {
                accepted = accepted => accepted,
                _ = closed.wait_for(|closed| *closed) => break,
            };
            let Ok(place) = place else { break };
            match accepted {
                Ok(accepted) => self.begin(accepted, place, socket.is_tcp(), &protocol),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // At the limit of open files, connections that end make room for others.
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
        // Clients that the system has connected already are served. Tokio's budget of a task would end
        // the loop after some of them.
        while let (Ok(place), Some(Ok(accepted))) = (
            Arc::clone(&places).try_acquire_owned(),
            unconstrained(socket.accept()).now_or_never(),
        ) {
            self.begin(accepted, place, socket.is_tcp(), &protocol);
        }
    }

    fn begin(
        self: &Arc<Self>,
        (stream, peer): (Box<dyn Stream>, Arc<str>),
        place: OwnedSemaphorePermit,
        is_tcp: bool,
        protocol: &Protocol,
    ) {
        let connections = Arc::clone(self);
        let protocol = protocol.clone();
        // Registered before the task runs, so that a drain waits for it.
        let mut draining = self.draining.subscribe();
        tokio::spawn(async move {
            let _place = place;
            let _counted = UnderWay::count("kzg_connections");
            let Some((stream, version)) = connections.first_bytes(stream, is_tcp).await else {
                return;
            };
            let (progress, requests) = (
                Progress::new(&connections.unanswered),
                Requests::new(&connections.unanswered),
            );
            let service = {
                let (budget, progress) = (protocol.budget(), Arc::clone(&progress));
                let requests = Arc::clone(&requests);
                service_fn(move |request| {
                    let open = requests.begin();
                    let answer = protocol.clone().respond(request, Arc::clone(&peer));
                    let (budget, progress) = (Arc::clone(&budget), Arc::clone(&progress));
                    async move {
                        let mut answer = answer.await?;
                        KeptWithBody::add(&mut answer, open);
                        Ok::<_, Infallible>(counted(answer, &budget, &progress))
                    }
                })
            };
            let builder = match version {
                Version::Http1 => &connections.http1,
                Version::Http2 => &connections.http2,
            };
            let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
            let mut is_shut_down = false;
            loop {
                tokio::select! {
                    // A connection that hears of the drain before it has read anything serves nothing.
                    biased;
                    served = connection.as_mut() => {
                        if let Err(error) = served {
                            tracing::debug!(%error, "a connection ended early");
                        }
                        break;
                    }
                    () = progress.stalled(connections.stall) => {
                        tracing::debug!("a client took nothing of its answers");
                        break;
                    }
                    () = requests.idle(connections.idle), if !is_shut_down => {
                        connection.as_mut().graceful_shutdown();
                        is_shut_down = true;
                    }
                    _ = draining.wait_for(|draining| *draining), if !is_shut_down => {
                        connection.as_mut().graceful_shutdown();
                        is_shut_down = true;
                    }
                }
            }
        });
    }

    /// The connection after its TLS handshake and its first bytes; `None` if they did not come. The
    /// drain waits for them as long as other connections do.
    async fn first_bytes(
        &self,
        stream: Box<dyn Stream>,
        is_tcp: bool,
    ) -> Option<(Bounded, Version)> {
        let stream: Box<dyn Stream> = match &self.tls {
            Some(tls) if is_tcp => match timeout(HEAD, tls.acceptor().accept(stream)).await.ok()? {
                Ok(stream) => Box::new(stream),
                Err(error) => {
                    tracing::debug!(%error, "a TLS handshake failed");
                    return None;
                }
            },
            _ => stream,
        };
        let begun = timeout(HEAD, Bounded::begin(stream, self.stall));
        begun.await.ok()?.ok()
    }

    /// Accepts no more connections.
    fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Ends each connection after the requests under way.
    fn begin_drain(&self) {
        self.draining.send_replace(true);
    }

    /// Waits until the requests under way are answered and all connections are closed. Returns
    /// whether no request is left. A client that has not sent the whole head of a request has none.
    async fn drain(&self, time: Duration) -> bool {
        self.begin_drain();
        let closed = timeout(time, self.draining.closed()).await.is_ok();
        closed || self.unanswered.is_none()
    }
}
