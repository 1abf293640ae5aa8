//! The record of requests in metrics.

use http_body_util::BodyExt;
use hyper::StatusCode;
use kzg_server::ServerError;
use tokio::runtime::Runtime;

use super::bulk::Sending;
use super::*;

/// Waits until the metrics have so many requests at an endpoint, with their status: a record comes at a
/// moment after the client may have its answer. Each test has an endpoint, or a status, that no other
/// test of this process has.
async fn counted(running: &Running, front: &str, endpoint: &str, status: u16, least: f64) {
    let line = format!(
        "kzg_requests_total{{front=\"{front}\",endpoint=\"{endpoint}\",status=\"{status}\"}}"
    );
    let counted = async {
        loop {
            let answer = get(running, "/metrics").await;
            if answer.text().contains(&line) && metric(answer.text(), &line) >= least {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let counted = tokio::time::timeout(LONG, counted).await;
    counted.unwrap_or_else(|_| panic!("no {least} of {line}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_under_way_until_its_end_and_has_the_status_of_its_end() {
    const ITEM: usize = 48 + 8 + 2048 + 48;
    let running = start(fake(), |options| {
        options.service.stream_bytes = 2 * ITEM as u64
    })
    .await;
    let sending = Sending::begin_at(&running, "/v1/verify_cells", RAW).await;
    sending.send(&[0; ITEM]).await;
    let (answer, pieces) = sending.answer().await;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut body = answer.into_body();
    assert!(body.frame().await.unwrap().unwrap().is_data());
    // The stream, and the scrape itself.
    let text = get(&running, "/metrics").await.text().to_owned();
    assert!(metric(&text, "kzg_requests_in_flight ") >= 2.0);
    for _ in 0..2 {
        let _ = pieces.send(Bytes::from_static(&[0; ITEM])).await;
    }
    drop(pieces);
    assert!(body.collect().await.is_err());
    counted(&running, "http", "verify_cells", 413, 1.0).await;
}

/// The client waits, and the time of the drain passes.
#[test]
fn a_request_that_the_server_ends_has_not_lost_its_client() {
    let (server, client) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let running = server.block_on(start(fake(), |options| options.drain = Duration::ZERO));
    let (answer, pieces) = client.block_on(async {
        let sending = Sending::begin_at(&running, "/v1/cell_proofs", RAW).await;
        sending.send(&blob(1).0).await;
        sending.answer().await
    });
    assert_eq!(answer.status(), StatusCode::OK);
    let drained = server.block_on(running.server.shut_down());
    assert!(matches!(drained, Err(ServerError::Drain)), "{drained:?}");
    server.shutdown_timeout(LONG);
    client.block_on(async {
        let scraped = start(fake(), |_| ()).await;
        counted(&scraped, "http", "cell_proofs", 503, 1.0).await;
    });
    drop((answer, pieces));
}

#[cfg(feature = "grpc")]
mod grpc {
    use futures_util::{StreamExt, stream};
    use http_body_util::StreamBody;
    use hyper::Request;
    use hyper::body::Frame;

    use super::super::grpc::{grpc_request, send_grpc, start_grpc_with};
    use super::super::semantics::wait_until;
    use super::super::unread::Narrow;
    use super::*;

    /// A request with these bytes, and the end of its body.
    fn request(
        address: &str,
        path: &str,
        sent: &'static [u8],
    ) -> Request<impl hyper::body::Body<Data = Bytes, Error = hyper::Error> + Send + Unpin + use<>>
    {
        let frames = (!sent.is_empty()).then(|| Ok(Frame::data(Bytes::from_static(sent))));
        let body = StreamBody::new(stream::iter(frames));
        let mut request = grpc_request(address, "ComputeChallenge", body);
        if !path.is_empty() {
            *request.uri_mut() = format!("http://{address}{path}")
                .parse()
                .expect("an address");
        }
        request
    }

    /// The mistakes of clients are no faults of the server.
    #[tokio::test(flavor = "multi_thread")]
    async fn mistakes_of_clients_are_no_faults() {
        let running = start_grpc_with(fake(), |_| ()).await;
        let address = running.server.grpc_addresses()[0].to_string();
        let health = "/grpc.health.v1.Health/Check";
        let long = [&[0, 0, 80, 0, 0][..], &[0; 20_000]].concat().leak();
        for (path, sent, expected) in [
            // No message, a part of a prefix, a part of a message, and compressed ones.
            ("", &[][..], "input"),
            ("", &[0, 0], "input"),
            ("", &[0, 0, 0, 0, 3, 10], "input"),
            ("", &[1, 0, 0, 0, 0], "media_type"),
            ("", &[2, 0, 0, 0, 0], "media_type"),
            (health, &[], "input"),
            (health, &[0, 0, 0, 0, 3, 10], "input"),
            (health, &[1, 0, 0, 0, 0], "media_type"),
            (health, &*long, "too_large"),
        ] {
            let (code, class) = send_grpc(&address, request(&address, path, sent)).await;
            let shown = &sent[..sent.len().min(9)];
            assert_eq!(class, expected, "{path} {shown:?}: {code}");
        }
        // A message that is not of the interface.
        let request = request(&address, health, &[0, 0, 0, 0, 3, 10, 0xff, 1]);
        assert_ne!(send_grpc(&address, request).await.0, "0");
        for (endpoint, status, count) in [
            ("compute_challenge", 400, 3.0),
            ("compute_challenge", 415, 2.0),
            ("health", 400, 3.0),
            ("health", 415, 1.0),
            ("health", 413, 1.0),
        ] {
            counted(&running, "grpc", endpoint, status, count).await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_leaves_is_no_busy_server() {
        let running = start_grpc_with(fake(), |_| ()).await;
        let service = running.server.service();
        let address = running.server.grpc_addresses()[0].to_string();
        let mut client = Narrow::connect(&address, 65_535).await;
        let sent = Ok::<_, hyper::Error>(Frame::data(Bytes::from_static(&[0, 0, 0, 4, 0, 10, 1])));
        let body = StreamBody::new(stream::iter([sent]).chain(stream::pending()));
        let path = "ComputeVerifyCellKzgProofBatchChallenge";
        let request = grpc_request(&address, path, body);
        let asked = tokio::spawn(async move { client.ask(request).await });
        wait_until(|| service.budget().used() > 0).await;
        asked.abort();
        let path = "compute_verify_cell_kzg_proof_batch_challenge";
        counted(&running, "grpc", path, 499, 1.0).await;
        wait_until(|| service.budget().used() == 0).await;
    }
}
