//! Answers that clients do not take. They count as memory until they are sent, and a client that takes
//! nothing of them loses its connection.

use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kzg_server::Address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;

use super::semantics::wait_until;
use super::*;

const BUNDLE: &str = "/v1/bundle?version=cells&input=blobs";

/// Blobs whose bundle of cells has eight megabytes.
fn blobs() -> Vec<u8> {
    (0..16).flat_map(|number| blob(number).0).collect()
}

/// A connection of HTTP/2 whose client takes `window` bytes of each answer until it reads the answer.
pub(super) struct Narrow<B> {
    sender: SendRequest<B>,
    pub(super) connection: JoinHandle<hyper::Result<()>>,
}

impl<B> Narrow<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: core::error::Error + Send + Sync,
{
    pub(super) async fn connect(address: &str, window: u32) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        let (sender, connection) = Builder::new(TokioExecutor::new())
            .initial_stream_window_size(window)
            .initial_connection_window_size(1 << 20)
            .handshake(TokioIo::new(stream))
            .await
            .expect("a handshake");
        let connection = tokio::spawn(connection);
        Self { sender, connection }
    }

    /// Begins to send a request. The future waits for the head of its answer.
    pub(super) fn begin(
        &mut self,
        request: Request<B>,
    ) -> impl Future<Output = hyper::Result<Response<Incoming>>> + Send + use<B> {
        self.sender.send_request(request)
    }

    /// Sends a request. Returns the answer, of which the client has read the head.
    pub(super) async fn ask(&mut self, request: Request<B>) -> Response<Incoming> {
        let answer = tokio::time::timeout(LONG, self.begin(request)).await;
        answer.expect("in time").expect("an answer")
    }
}

/// The body of an answer, or the error that ends it.
pub(super) async fn taken(answer: Response<Incoming>) -> hyper::Result<Bytes> {
    let body = tokio::time::timeout(LONG, answer.into_body().collect()).await;
    Ok(body.expect("in time")?.to_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_until_it_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    // The buffers of a Unix socket have a fixed length.
    let path = dir.path().join("kzg.sock");
    let running = start(fake(), |options| {
        options.listen.push(Address::Unix(path.clone()));
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let budget = running.server.service().budget();
    let expected = raw(&running, BUNDLE, blobs()).await.body;
    wait_until(|| budget.used() == 0).await;
    let mut stream = UnixStream::connect(&path).await.unwrap();
    let request = format!(
        "POST {BUNDLE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {RAW}\r\n\
         content-length: {}\r\n\r\n",
        blobs().len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(&blobs()).await.unwrap();
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 200");
    assert!(budget.used() >= expected.len(), "{}", budget.used());
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.ends_with(&expected));
    let length = format!("\r\ncontent-length: {}\r\n", expected.len());
    assert!(String::from_utf8_lossy(&answer[..1000]).contains(&length));
    wait_until(|| budget.used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_over_http2_counts_until_it_is_sent() {
    let running = start(fake(), |options| options.service.body_timeout = 10 * LONG).await;
    let budget = running.server.service().budget();
    let mut client = Narrow::connect(&running.address.to_string(), 65_535).await;
    let request = post(running.address, BUNDLE, RAW, JSON, blobs());
    let answer = client.ask(request).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let length: usize = answer.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(length > 8 << 20);
    assert!(budget.used() >= length, "{}", budget.used());
    let body = taken(answer).await.unwrap();
    assert_eq!(body.len(), length);
    wait_until(|| budget.used() == 0).await;
}

/// The client keeps its connection and answers pings, and takes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_open_no_window_lose_their_connection() {
    let running = start(fake(), |options| {
        options.service.body_timeout = Duration::from_secs(1);
    })
    .await;
    let budget = running.server.service().budget();
    let address = running.address.to_string();
    let mut client = Narrow::connect(&address, 0).await;
    let request = post(
        running.address,
        "/v1/compute_cells",
        RAW,
        JSON,
        blob(1).0.to_vec(),
    );
    let answer = client.ask(request).await;
    wait_until(|| budget.used() == 0).await;
    assert!(taken(answer).await.is_err());
    let ended = tokio::time::timeout(LONG, client.connection).await;
    let _ = ended.expect("the server ends the connection");
    // A stream whose results nobody takes reads nothing more of its items.
    let mut client = Narrow::connect(&address, 0).await;
    let items = (0..33).map(|number| match number {
        32 => Bytes::copy_from_slice(&blob(number).0[..65_536]),
        _ => Bytes::copy_from_slice(&blob(number).0),
    });
    let items: Vec<_> = items.map(|item| Ok(Frame::data(item))).collect();
    let items = stream::iter(items).chain(stream::pending::<Result<_, hyper::Error>>());
    let request = post(running.address, "/v1/commitments", RAW, RAW, "");
    let request = request.map(|_: Full<Bytes>| StreamBody::new(items));
    let answer = client.ask(request).await;
    wait_until(|| budget.used() == 0).await;
    assert!(taken(answer).await.is_err());
    let ended = tokio::time::timeout(LONG, client.connection).await;
    let _ = ended.expect("the server ends the connection");
}

/// A client that takes something now and then keeps its connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_late_has_its_whole_answer() {
    let running = start(fake(), |options| options.service.body_timeout = 10 * LONG).await;
    let mut client = Narrow::connect(&running.address.to_string(), 1000).await;
    let request = || {
        let blob = blob(1).0.to_vec();
        post(running.address, "/v1/compute_cells", RAW, RAW, blob)
    };
    let (first, second) = (client.ask(request()).await, client.ask(request()).await);
    for answer in [second, first] {
        let body = taken(answer).await.unwrap();
        assert_eq!(body.len(), 128 * 2048);
    }
    let budget = running.server.service().budget();
    wait_until(|| budget.used() == 0).await;
    drop(client.sender);
    let ended = tokio::time::timeout(LONG, client.connection).await;
    ended
        .expect("in time")
        .expect("no panic")
        .expect("no error");
}

#[cfg(feature = "grpc")]
mod grpc {
    use super::super::grpc::{grpc_request, start_grpc_with};
    use super::*;

    /// The request for the cells of a blob.
    fn cells(address: &str) -> Request<Full<Bytes>> {
        let message = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(1).0].concat();
        grpc_request(address, "ComputeCells", Full::new(message.into()))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_answer_over_grpc_counts_until_it_is_sent() {
        let running = start_grpc_with(fake(), |options| {
            options.service.body_timeout = 10 * LONG;
        })
        .await;
        let address = running.server.grpc_addresses()[0].to_string();
        let budget = running.server.service().budget();
        let mut client = Narrow::connect(&address, 1000).await;
        let answer = client.ask(cells(&address)).await;
        // The head may come before the body is made.
        wait_until(|| budget.used() >= 262_144).await;
        let body = taken(answer).await.unwrap();
        assert!(body.len() > 128 * 2048);
        wait_until(|| budget.used() == 0).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn clients_of_grpc_that_open_no_window_lose_their_connection() {
        let running = start_grpc_with(fake(), |options| {
            options.service.body_timeout = Duration::from_secs(1);
        })
        .await;
        let address = running.server.grpc_addresses()[0].to_string();
        let mut client = Narrow::connect(&address, 0).await;
        let answer = client.ask(cells(&address)).await;
        assert!(taken(answer).await.is_err());
        let ended = tokio::time::timeout(LONG, client.connection).await;
        let _ = ended.expect("the server ends the connection");
        let budget = running.server.service().budget();
        wait_until(|| budget.used() == 0).await;
    }
}
