//! A server under test, and a client of HTTP/1.1 and HTTP/2.

#[cfg(feature = "grpc")]
pub(crate) mod grpc;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kzg_advanced::{EnterpriseKzgManager, KzgSettings};
use kzg_server::{Address, Backends, Server, ServerOptions};
use tokio::net::TcpStream;

/// A server on a port of its own.
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
}

/// Starts a server over settings, and waits until it is ready.
pub(crate) async fn start(
    settings: Arc<dyn KzgSettings>,
    change: impl FnOnce(&mut ServerOptions),
) -> Running {
    start_manager(EnterpriseKzgManager::new(settings), change).await
}

/// As [`start`], over a manager.
pub(crate) async fn start_manager(
    manager: EnterpriseKzgManager,
    change: impl FnOnce(&mut ServerOptions),
) -> Running {
    let mut options = ServerOptions::new([any_port()]);
    options.service.workers = 1;
    change(&mut options);
    let mut server = Server::start(backends(manager), options)
        .await
        .expect("a server");
    server.ready().await.expect("the self-test passes");
    let Address::Tcp(address) = server.addresses()[0] else {
        panic!("not TCP");
    };
    Running { server, address }
}

/// The backends of a manager.
pub(crate) fn backends(manager: EnterpriseKzgManager) -> Backends {
    Backends {
        manager,
        engine: None,
        setup_sha256: [7; 32],
    }
}

pub(crate) fn any_port() -> Address {
    "127.0.0.1:0".parse().expect("an address")
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Http1,
    Http2,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const RAW: &str = "application/octet-stream";

/// Sends a request on a connection of its own.
pub(crate) async fn send(
    address: SocketAddr,
    version: Version,
    request: Request<Full<Bytes>>,
) -> Received {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let io = TokioIo::new(stream);
    let response = match version {
        Version::Http1 => {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io)
                .await
                .expect("a handshake");
            tokio::spawn(connection);
            sender.send_request(request).await
        }
        Version::Http2 => {
            let executor = TokioExecutor::new();
            let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
                .await
                .expect("a handshake");
            tokio::spawn(connection);
            sender.send_request(request).await
        }
    };
    let (parts, body) = response.expect("an answer").into_parts();
    Received {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.expect("the whole answer").to_bytes(),
    }
}

/// A POST request.
pub(crate) fn post(
    address: SocketAddr,
    path: &str,
    content_type: &str,
    accept: &str,
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    Request::post(format!("http://{address}{path}"))
        .header(HOST, address.to_string())
        .header(CONTENT_TYPE, content_type)
        .header(ACCEPT, accept)
        .body(Full::new(body.into()))
        .expect("a request")
}
