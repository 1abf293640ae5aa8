//! The gRPC front: the service `kzg.v1.Kzg`, health and reflection.

mod body;
mod codec;
mod convert;
mod kzg;
mod status;
mod stream;

use std::sync::Arc;

use core::convert::Infallible;
use std::time::Instant;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response};
use tokio::sync::Mutex;
use tonic::codegen::Service as _;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tracing::Instrument;

use self::body::{Counted, MessageMemory, RequestBody, RequestDeadline};
use self::kzg::KzgFront;
use self::proto::kzg_server::KzgServer;
use crate::admission::{ByteBudget, ClientPlace, REQUEST};
use crate::bulk::Bulk;
use crate::http::{self, Front};
use crate::problem::Problem;
use crate::service::{Service, State};
use crate::telemetry::record::{Record, RecordedBody};
use crate::telemetry::trace::TraceContext;
use crate::unsent::KeptWithBody;
use crate::wire::handler::{Handler, RawLength};

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

/// The most bytes of a message for health or reflection, which needs no token. An answer of reflection repeats
/// the message, and the host in it once more.
const OPEN_MESSAGE_BYTES: usize = 1 << 10;

/// The most bytes of all messages of such a request.
const OPEN_BYTES: usize = 64 << 10;

/// The most bytes of all health checks under way, and of all requests for reflection. They take none of the
/// memory for requests: health is answered while that memory is full, and clients without a token cannot fill it.
const OPEN_MEMORY: usize = 1 << 20;

/// The bytes of a message beside its items.
const FIELDS: usize = 64;

/// A method of the service, its name in metrics and logs, and its items, where it takes a stream.
type Method = (&'static str, &'static str, Option<Bulk>);

/// The methods of the service.
const METHODS: [Method; 17] = [
    ("BlobToKzgCommitment", "blob_to_kzg_commitment", None),
    ("ComputeKzgProof", "compute_kzg_proof", None),
    ("ComputeBlobKzgProof", "compute_blob_kzg_proof", None),
    ("VerifyKzgProof", "verify_kzg_proof", None),
    ("VerifyBlobKzgProof", "verify_blob_kzg_proof", None),
    (
        "VerifyBlobKzgProofBatch",
        "verify_blob_kzg_proof_batch",
        None,
    ),
    ("ComputeCells", "compute_cells", None),
    (
        "ComputeCellsAndKzgProofs",
        "compute_cells_and_kzg_proofs",
        None,
    ),
    (
        "RecoverCellsAndKzgProofs",
        "recover_cells_and_kzg_proofs",
        None,
    ),
    (
        "VerifyCellKzgProofBatch",
        "verify_cell_kzg_proof_batch",
        None,
    ),
    ("ComputeChallenge", "compute_challenge", None),
    (
        "ComputeVerifyCellKzgProofBatchChallenge",
        "compute_verify_cell_kzg_proof_batch_challenge",
        None,
    ),
    ("Commitments", "commitments", Some(Bulk::Commitments)),
    ("BlobProofs", "blob_proofs", Some(Bulk::BlobProofs)),
    ("CellProofs", "cell_proofs", Some(Bulk::CellProofs)),
    ("VerifyBlobs", "verify_blobs", Some(Bulk::VerifyBlobs)),
    ("VerifyCells", "verify_cells", Some(Bulk::VerifyCells)),
];

/// The gRPC services of a server.
#[derive(Clone)]
pub(crate) struct Grpc {
    routes: tonic::service::Routes,
    front: Arc<Front>,
    reporter: HealthReporter,
    health_memory: Arc<ByteBudget>,
    reflection_memory: Arc<ByteBudget>,
    /// Whether the streams of clients that watch the health have ended. The lock keeps changes of the
    /// reported state apart.
    ended: Arc<Mutex<bool>>,
}

impl Grpc {
    pub(crate) async fn new(front: &Arc<Front>) -> Self {
        let kzg = KzgServer::new(KzgFront::new(Arc::clone(&front.service)))
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let (reporter, health) = tonic_health::server::health_reporter();
        let reflection = |registered: tonic_reflection::server::Builder<'static>| {
            registered.register_encoded_file_descriptor_set(DESCRIPTORS)
        };
        let configure = tonic_reflection::server::Builder::configure;
        let mut routes = tonic::service::Routes::new(kzg).add_service(health);
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
            health_memory: ByteBudget::new(OPEN_MEMORY),
            reflection_memory: ByteBudget::new(OPEN_MEMORY),
            ended: Arc::default(),
        };
        grpc.report(false).await;
        grpc
    }

    /// Sets whether health checks report that the server is ready for requests. Once a drain has begun, they
    /// report that it is not.
    pub(crate) async fn report(&self, ready: bool) {
        let ended = self.ended.lock().await;
        if *ended {
            return;
        }
        let draining = self.front.service.state() == State::Draining;
        let status = match ready && !draining {
            true => ServingStatus::Serving,
            false => ServingStatus::NotServing,
        };
        for name in ["", NAME] {
            self.reporter.set_service_status(name, status).await;
        }
    }

    /// Ends the streams of clients that watch the health, for which a drain would wait.
    pub(crate) async fn end_watches(&mut self) {
        let mut ended = self.ended.lock().await;
        *ended = true;
        for name in ["", NAME] {
            self.reporter.clear_service_status(name).await;
        }
    }

    /// The service behind the front.
    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.front.service
    }

    /// The most bytes of the message of a call: as over HTTP, the limit of bodies does not concern calls
    /// whose inputs have a fixed length.
    fn most_bytes(&self, name: &str) -> usize {
        let length = match Handler::by_name(name).and_then(Handler::raw_length) {
            Some(RawLength::Exactly(length)) => length,
            _ => self.front.service.options().body_bytes,
        };
        length.saturating_add(REQUEST).min(MESSAGE_BYTES)
    }

    /// The memory for the messages of a request that needs no token.
    fn open_memory(&self, name: &str) -> Arc<ByteBudget> {
        Arc::clone(match name {
            "health" => &self.health_memory,
            _ => &self.reflection_memory,
        })
    }

    /// Answers a request.
    pub(crate) async fn respond(
        mut self,
        request: Request<Incoming>,
        peer: Arc<str>,
    ) -> Result<Response<http::AnswerBody>, Infallible> {
        let path = request.uri().path();
        let method = path.strip_prefix("/kzg.v1.Kzg/");
        let method = method.and_then(|name| METHODS.iter().find(|method| method.0 == name));
        let name = match method {
            Some((_, name, _)) => name,
            None if path.starts_with("/grpc.health.v1.Health/") => "health",
            None if path.starts_with("/grpc.reflection.v1") => "reflection",
            None => "none",
        };
        let header = request.headers().get("traceparent");
        let context = TraceContext::of(header.and_then(|value| value.to_str().ok()));
        let span = context.span(name);
        let record = Record::new("grpc", name, span.clone(), self.service().is_ended());
        // Health and reflection need no token.
        let admitted = match path.starts_with("/kzg.v1.Kzg/") {
            true => self.admit(request.headers(), &peer),
            false => Ok(None),
        };
        let (response, place) = match admitted {
            Ok(place) => {
                let answer = self.call(method, name, request);
                (answer.instrument(span).await?, place)
            }
            Err(problem) => (status::of(&problem).into_http(), None),
        };
        // All of this ends with the answer, which may be a stream.
        let (mut parts, body) = response.into_parts();
        parts.extensions.insert(KeptWithBody::new(place));
        let body = RecordedBody::with_trailers(body, record, &parts.headers, status::http);
        Ok(Response::from_parts(parts, body.boxed_unsync()))
    }

    /// The checks that need nothing but the head of a request. Returns the place of the client.
    fn admit(
        &self,
        headers: &HeaderMap,
        peer: &str,
    ) -> Result<Option<ClientPlace<String>>, Problem> {
        self.front.check_credentials(headers)?;
        self.front.place(peer)
    }

    /// Makes the call of a request.
    async fn call(
        &mut self,
        method: Option<&Method>,
        name: &str,
        request: Request<Incoming>,
    ) -> Result<Response<tonic::body::Body>, Infallible> {
        let (mut parts, body) = request.into_parts();
        let asked = status::timeout(&parts.headers);
        let deadline = RequestDeadline(match method {
            Some((_, _, None)) => Some(self.front.service.deadline(asked)),
            _ => asked.and_then(|asked| Instant::now().checked_add(asked)),
        });
        parts.extensions.insert(deadline);
        let memory = MessageMemory::default();
        parts.extensions.insert(memory.clone());
        let (counted, most) = match method {
            None => (
                Counted::Body(OPEN_BYTES, self.open_memory(name)),
                OPEN_MESSAGE_BYTES,
            ),
            Some((_, _, None)) => (Counted::Call(memory), self.most_bytes(name)),
            Some((_, _, Some(bulk))) => (Counted::Item(memory), bulk.item_length() + FIELDS),
        };
        let is_stream = method.map_or(name == "reflection", |(_, _, bulk)| bulk.is_some());
        let service = &self.front.service;
        let body = RequestBody::new(service, body, counted, deadline, most, is_stream);
        parts.extensions.insert(body.owed());
        let request = Request::from_parts(parts, body.into_frames());
        self.routes.call(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_methods_are_those_of_the_interface() {
        let interface = include_str!("../../proto/kzg/v1/kzg.proto");
        let methods = interface.lines().filter_map(|line| {
            let (name, rest) = line.trim().strip_prefix("rpc ")?.split_once('(')?;
            Some((name, rest.starts_with("stream ")))
        });
        let methods: Vec<_> = methods.collect();
        let known = METHODS.map(|(name, _, bulk)| (name, bulk.is_some()));
        assert_eq!(methods, known);
        for (method, name, bulk) in METHODS {
            assert!(bulk.is_none_or(|bulk| bulk.name() == name), "{name}");
            let words = method.chars().flat_map(|letter| {
                let underscore = letter.is_uppercase().then_some('_');
                underscore.into_iter().chain(letter.to_lowercase())
            });
            assert_eq!(words.skip(1).collect::<String>(), name);
        }
    }
}
