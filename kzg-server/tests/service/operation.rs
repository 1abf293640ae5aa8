//! Health, drains, credentials, documents, metrics, sockets.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use kzg_advanced::Operation;
use kzg_server::{Address, Backends, Server, ServerError, ServerOptions};
use kzg_testing::scripted::{Action, Gate, Scripted};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UnixStream};

use super::semantics::wait_until;
use super::unread::Narrow;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_ready_after_its_self_test_and_not_before() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::WarmUp, 0, Action::hang(&gate));
    let backends = Backends {
        manager: manager(Arc::new(settings)),
        engine: Some("scalar".to_owned()),
        setup_sha256: [0xab; 32],
    };
    let mut server = Server::start(backends, ServerOptions::new([support::any_port()]))
        .await
        .unwrap();
    let Address::Tcp(address) = server.addresses()[0] else {
        panic!("not TCP");
    };
    let ask = |path: &'static str| {
        let request = Request::get(path)
            .header("host", "x")
            .body(Full::default())
            .unwrap();
        send(address, Version::Http1, request)
    };
    assert_eq!(ask("/livez").await.status, StatusCode::OK);
    let starting = ask("/readyz").await;
    assert_eq!(
        (starting.status, starting.text()),
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n")
    );
    let media_type = starting.header("content-type");
    assert!(media_type.starts_with("text/plain"), "{media_type}");
    // A wait that is dropped is none for the next.
    let wait = tokio::time::timeout(Duration::from_millis(10), server.ready());
    assert!(wait.await.is_err());
    let wait = tokio::time::timeout(Duration::from_millis(10), server.ready());
    assert!(wait.await.is_err(), "the tables are not built");
    gate.open();
    server.ready().await.unwrap();
    assert_eq!(ask("/readyz").await.status, StatusCode::OK);
    let version = ask("/version").await.json();
    assert_eq!(version["backend"], "fake");
    assert_eq!(version["engine"], "scalar");
    assert_eq!(
        version["trusted_setup_sha256"],
        format!("0x{}", "ab".repeat(32))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_computes_something_wrong_is_never_ready() {
    let settings = Scripted::new(fake()).otherwise(|operation, _| match operation {
        Operation::VerifyCellKzgProofBatch => Action::Flip,
        _ => Action::Pass,
    });
    let backends = Backends {
        manager: manager(Arc::new(settings)),
        engine: None,
        setup_sha256: [0; 32],
    };
    let mut server = Server::start(backends, ServerOptions::new([support::any_port()]))
        .await
        .unwrap();
    for _ in 0..2 {
        let ready = server.ready().await;
        assert!(matches!(ready, Err(ServerError::SelfTest(_))), "{ready:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_answers_what_was_accepted() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate));
    let running = start(Arc::new(settings), |_| ()).await;
    let Running { server, address } = running;
    let request = |path| post(address, path, RAW, JSON, Bytes::copy_from_slice(&blob(1).0));
    let mut accepted = vec![tokio::spawn(send(
        address,
        Version::Http1,
        request("/v1/compute_cells"),
    ))];
    let service = Arc::clone(server.service());
    wait_until(|| service.statistics().active_tasks == 1).await;
    for version in [Version::Http1, Version::Http2] {
        let request = request("/v1/blob_to_kzg_commitment");
        accepted.push(tokio::spawn(send(address, version, request)));
    }
    wait_until(|| service.statistics().queued_tasks == 2).await;
    let drained = tokio::spawn(server.shut_down());
    wait_until(|| service.state() == kzg_server::service::State::Draining).await;
    refused(address).await;
    gate.open();
    for answer in accepted {
        assert_eq!(answer.await.unwrap().status, StatusCode::OK);
    }
    drained.await.unwrap().unwrap();
}

/// Waits until the socket is closed, so that new connections are refused.
pub(super) async fn refused(address: SocketAddr) {
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, refused).await.expect("in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_serves_clients_that_have_sent_nothing_yet() {
    let Running { server, address } = start(fake(), |_| ()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let drained = tokio::spawn(server.shut_down());
    refused(address).await;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::get("/livez")
        .header("host", "x")
        .body(Full::<Bytes>::default())
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    drained.await.unwrap().unwrap();
}

/// A client that has connected and sends nothing has no request.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_nothing_are_not_left_unanswered() {
    let Running { server, address } = start(fake(), |options| {
        options.drain = Duration::from_millis(100);
    })
    .await;
    let stream = TcpStream::connect(address).await.unwrap();
    server.shut_down().await.unwrap();
    drop(stream);
}

/// A client that has sent a part of a head has no request.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_part_of_a_head_are_not_left_unanswered() {
    let Running { server, address } = start(fake(), |options| {
        options.drain = Duration::from_secs(1);
    })
    .await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /livez HTTP/1.1\r\nho")
        .await
        .unwrap();
    server.shut_down().await.unwrap();
    drop(stream);
}

/// The server has handed over the whole answer, of which the client has taken a byte.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_sent_is_left_at_the_end_of_the_drain() {
    let running = start(fake(), |options| options.drain = Duration::from_millis(100)).await;
    let mut client = Narrow::connect(&running.address.to_string(), 1).await;
    let request = Request::get(format!("http://{}/openapi.json", running.address));
    let answer = client.ask(request.body(Full::<Bytes>::default()).unwrap());
    let answer = answer.await;
    let drained = running.server.shut_down().await;
    assert!(matches!(drained, Err(ServerError::Drain)), "{drained:?}");
    drop(answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_ends_before_connections_are_refused() {
    let running = start(fake(), |options| {
        options.drain_delay = Duration::from_secs(2)
    })
    .await;
    let Running { server, address } = running;
    let service = Arc::clone(server.service());
    let drained = tokio::spawn(server.shut_down());
    wait_until(|| service.state() == kzg_server::service::State::Draining).await;
    let request = Request::get("/readyz")
        .header("host", "x")
        .body(Full::default())
        .unwrap();
    let answer = send(address, Version::Http1, request).await;
    assert_eq!(
        (answer.status, answer.text()),
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    );
    drained.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_demanded_where_they_protect_and_can_be_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let tokens = dir.path().join("tokens");
    fs::write(&tokens, "one").unwrap();
    let running = start(fake(), |options| options.tokens = Some(tokens.clone())).await;
    for path in ["/livez", "/readyz", "/version", "/openapi.json", "/"] {
        assert_eq!(get(&running, path).await.status, StatusCode::OK, "{path}");
    }
    let refused = get(&running, "/metrics").await;
    assert_eq!(
        (refused.status, refused.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, "Bearer")
    );
    let status = |token: &'static str| {
        let body = blob(1).0.to_vec();
        let mut request = post(
            running.address,
            "/v1/blob_to_kzg_commitment",
            RAW,
            JSON,
            body,
        );
        request
            .headers_mut()
            .insert("authorization", token.parse().unwrap());
        let address = running.address;
        async move { send(address, Version::Http1, request).await.status }
    };
    assert_eq!(status("Bearer one").await, StatusCode::OK);
    assert_eq!(status("Bearer two").await, StatusCode::UNAUTHORIZED);
    fs::write(&tokens, "two").unwrap();
    running.server.reload().unwrap();
    assert_eq!(status("Bearer two").await, StatusCode::OK);
    assert_eq!(status("Bearer one").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unix_socket_serves_and_is_removed_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kzg.sock");
    // A socket that a server left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let address = Address::Unix(path.clone());
    let running = start(fake(), |options| options.listen.push(address)).await;
    let stream = UnixStream::connect(&path).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::get("/livez")
        .header("host", "x")
        .body(Full::<Bytes>::default())
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(
        answer.into_body().collect().await.unwrap().to_bytes(),
        "live\n"
    );
    drop(sender);
    running.server.shut_down().await.unwrap();
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_has_every_endpoint_and_the_page_needs_no_network() {
    let running = start(fake(), |_| ()).await;
    let document = get(&running, "/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 24);
    let mut names = BTreeSet::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(
                names.insert(operation["operationId"].as_str().unwrap()),
                "{path}"
            );
            // Each path answers, and refuses the other method.
            let other = if method == "get" { "POST" } else { "GET" };
            let request = Request::builder()
                .method(other)
                .uri(path)
                .header("host", "x");
            let request = request.body(Full::default()).unwrap();
            let answer = send(running.address, Version::Http1, request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
    }
    // Every reference names a part of the document.
    let text = document.to_string();
    for reference in text.split("\"#/").skip(1) {
        let pointer = format!("/{}", reference.split('"').next().unwrap());
        assert!(document.pointer(&pointer).is_some(), "{pointer}");
    }
    let refused = &document["paths"]["/readyz"]["get"]["responses"]["503"];
    assert!(refused["content"]["text/plain"].is_object(), "{refused}");
    for path in ["/livez?verbose", "/readyz?timeout_ms=x", "/metrics?a&a"] {
        assert_eq!(get(&running, path).await.status, StatusCode::OK, "{path}");
    }
    // Generators of clients make no working code for an empty schema.
    assert!(!text.contains("\"schema\":{}"));
    let page = get(&running, "/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(!page.text().contains("http://") && !page.text().contains("https://"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_descriptions_and_count_requests() {
    let running = start(fake(), |_| ()).await;
    let before = raw(
        &running,
        "/v1/compute_challenge",
        proven(1)[..131_120].to_vec(),
    )
    .await;
    assert_eq!(before.status, StatusCode::OK);
    let answer = get(&running, "/metrics").await;
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = answer.text();
    let requests =
        "kzg_requests_total{front=\"http\",endpoint=\"compute_challenge\",status=\"200\"}";
    assert!(metric(text, requests) >= 1.0);
    assert!(metric(text, "kzg_bytes_limit ") > 0.0);
    let described: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next())
        .collect();
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        assert!(described.contains(name), "{name} has no description");
    }
}
