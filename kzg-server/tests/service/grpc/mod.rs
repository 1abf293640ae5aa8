//! gRPC as clients see it.

mod limits;
mod open;
mod places;
mod statuses;
mod streams;

use http_body_util::BodyExt;
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kzg_server::ServerOptions;
use tonic::Status;
use tonic_health::pb::HealthCheckRequest;

use super::support::grpc::proto::{BlobRequest, ProvenBlobRequest};
use super::*;

async fn start_grpc(settings: Arc<dyn KzgSettings>) -> Running {
    start_grpc_with(settings, |_| ()).await
}

pub(super) async fn start_grpc_with(
    settings: Arc<dyn KzgSettings>,
    change: impl FnOnce(&mut ServerOptions),
) -> Running {
    start(settings, |options| {
        options.grpc_listen.push(support::any_port());
        change(options);
    })
    .await
}

pub(super) fn of_blob(bytes: &[u8]) -> BlobRequest {
    BlobRequest {
        blob: Bytes::copy_from_slice(bytes),
    }
}

/// The request for the verification of blob `number`.
fn proven_blob(number: u16) -> ProvenBlobRequest {
    let fields = Bytes::from(proven(number));
    ProvenBlobRequest {
        blob: fields.slice(..131_072),
        commitment: fields.slice(131_072..131_120),
        proof: fields.slice(131_120..),
    }
}

/// The class that the trailers name.
pub(super) fn class(status: &Status) -> &str {
    let value = status.metadata().get("kzg-type");
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn health_of(name: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: name.to_owned(),
    }
}

pub(super) fn grpc_request<B>(address: &str, method: &str, body: B) -> Request<B> {
    Request::post(format!("http://{address}/kzg.v1.Kzg/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)
        .expect("a request")
}

/// Sends a request on a connection of its own. Returns the code and the class of the answer.
pub(super) async fn send_grpc<B>(address: &str, request: Request<B>) -> (String, String)
where
    B: hyper::body::Body<Data = Bytes, Error = hyper::Error> + Send + Unpin + 'static,
{
    let stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("a handshake");
    tokio::spawn(connection);
    let answer = tokio::time::timeout(LONG, sender.send_request(request)).await;
    let (parts, body) = answer.expect("in time").expect("an answer").into_parts();
    let body = body.collect().await.expect("the whole answer");
    let trailers = body.trailers().cloned().unwrap_or(parts.headers);
    let value = |name: &str| {
        let value = trailers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    (value("grpc-status"), value("kzg-type"))
}
