//! The gRPC front: the service `kzg.v1.Kzg`, health and reflection.

mod convert;
mod kzg;
mod status;
mod stream;

use std::sync::Arc;

use bytes::Bytes;
use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Poll};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Request, Response};
use tonic::codegen::Service as _;
use tonic::service::interceptor::InterceptedService;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use self::kzg::KzgFront;
use self::proto::kzg_server::KzgServer;
use crate::admission::Reservation;
use crate::http::Front;
use crate::problem::{Class, Problem};
use crate::telemetry::metrics::UnderWay;

/// The messages and the service, generated from `proto/kzg/v1/kzg.proto`.
#[expect(unreachable_pub, reason = "generated code")]
mod proto {
    tonic::include_proto!("kzg.v1");
}

/// The descriptors of the interface, for reflection.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kzg.bin"));

/// The name of the service.
const NAME: &str = "kzg.v1.Kzg";

/// The most bytes of a message; gRPC's default is 4 MiB, less than a batch of blobs.
const MESSAGE_BYTES: usize = 64 << 20;

/// The methods that take streams.
const STREAMS: [&str; 5] = [
    "Commitments",
    "BlobProofs",
    "CellProofs",
    "VerifyBlobs",
    "VerifyCells",
];

/// The bytes of a stream that may be in memory: some more than its items under way.
const STREAM_BYTES: usize = 8 << 20;

/// The gRPC services of a server.
#[derive(Clone)]
pub(crate) struct Grpc {
    routes: tonic::service::Routes,
    front: Arc<Front>,
    reporter: HealthReporter,
}

impl Grpc {
    pub(crate) async fn new(front: &Arc<Front>) -> Self {
        let kzg = KzgServer::new(KzgFront::new(Arc::clone(&front.service)))
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let credentials = Arc::clone(&front.credentials);
        let checked = move |request: tonic::Request<()>| {
            let header = request.metadata().get("authorization");
            if credentials.accept(header.and_then(|value| value.to_str().ok())) {
                return Ok(request);
            }
            let problem = Problem::new(Class::Unauthorized, "a bearer token is needed");
            Err(status::of(&problem))
        };
        let (reporter, health) = tonic_health::server::health_reporter();
        let reflection = |registered: tonic_reflection::server::Builder<'static>| {
            registered.register_encoded_file_descriptor_set(DESCRIPTORS)
        };
        let configure = tonic_reflection::server::Builder::configure;
        let mut routes =
            tonic::service::Routes::new(InterceptedService::new(kzg, checked)).add_service(health);
        // A test reflects the interface, so that the descriptors are known to be right.
        if let Ok(service) = reflection(configure()).build_v1() {
            routes = routes.add_service(service);
        }
        if let Ok(service) = reflection(configure()).build_v1alpha() {
            routes = routes.add_service(service);
        }
        let grpc = Self {
            routes: routes.prepare(),
            front: Arc::clone(front),
            reporter,
        };
        grpc.report(false).await;
        grpc
    }

    /// Tells health checks whether requests are wanted.
    pub(crate) async fn report(&self, ready: bool) {
        let status = match ready {
            true => ServingStatus::Serving,
            false => ServingStatus::NotServing,
        };
        for name in ["", NAME] {
            self.reporter.set_service_status(name, status).await;
        }
    }

    /// Answers a request.
    pub(crate) async fn respond(
        mut self,
        request: Request<Incoming>,
        peer: Arc<str>,
    ) -> Result<Response<tonic::body::Body>, Infallible> {
        let under_way = UnderWay::count("kzg_requests_in_flight");
        let mut place = None;
        if let Some(clients) = &self.front.clients
            && request.uri().path().starts_with("/kzg.v1.Kzg/")
        {
            place = clients.admit(peer.to_string());
            if place.is_none() {
                let detail = "too many requests of this client under way";
                let problem = Problem::new(Class::TooMany, detail);
                return Ok(status::of(&problem).into_http());
            }
        }
        let reservation = self.front.service.budget().reservation();
        let method = request.uri().path().rsplit('/').next().unwrap_or_default();
        let most = match STREAMS.contains(&method) {
            true => STREAM_BYTES,
            false => MESSAGE_BYTES,
        };
        let request = request.map(|body| Budgeted {
            body,
            reservation,
            read: 0,
            most,
        });
        let response = self.routes.call(request).await?;
        // Both end with the answer, which may be a stream.
        let held = (under_way, place);
        Ok(response.map(|body| tonic::body::Body::new(crate::http::Held::new(body, held))))
    }
}

/// A body whose bytes are reserved until a message of them may be complete.
struct Budgeted {
    body: Incoming,
    reservation: Reservation,
    read: usize,
    /// The most bytes that are in memory at the same time.
    most: usize,
}

impl Body for Budgeted {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let Poll::Ready(Some(frame)) = polled else {
            return polled.map(|_| None);
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                return Poll::Ready(Some(Err(tonic::Status::cancelled(error.to_string()))));
            }
        };
        let length = frame.data_ref().map_or(0, Bytes::len);
        // What was read earlier belongs to messages that are answered.
        self.read += length;
        if self.read > self.most {
            self.read = length;
            self.reservation.shrink_to(0);
        }
        if !self.reservation.grow(length) {
            let problem = Problem::new(Class::Busy, "busy: the memory for requests is full");
            return Poll::Ready(Some(Err(status::of(&problem))));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
