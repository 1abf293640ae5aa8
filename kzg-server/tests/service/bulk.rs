//! Many items in one request, and bundles.

use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use kzg_advanced::Operation;
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_pipeline::formats::{BundleV1, BundleV2, Format};
use kzg_testing::scripted::{Action, Scripted};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::semantics::wait_until;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_item_has_its_result_in_order() {
    let running = start(fake(), |options| options.service.workers = 2).await;
    let blobs: Vec<_> = (0..40).map(blob).collect();
    let body = |bad: bool| -> Vec<u8> {
        let items = blobs.iter().enumerate();
        let items = items.map(|(index, blob)| match index {
            7 if bad => malformed(),
            _ => blob.0.to_vec(),
        });
        items.collect::<Vec<_>>().concat()
    };
    let fake = fake();
    let commitments: Vec<_> = blobs
        .iter()
        .map(|blob| fake.blob_to_kzg_commitment(blob).unwrap())
        .collect();
    let answer = raw(&running, "/v1/commitments", body(true)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let results = answer.json()["output"].as_array().unwrap().clone();
    assert_eq!(results.len(), 40);
    for (index, result) in results.iter().enumerate() {
        if index == 7 {
            assert_eq!(result["error"]["index"], 7);
            assert_eq!(result["error"]["status"], 400);
        } else {
            assert_eq!(*result, commitments[index].to_string());
        }
    }
    let request = post(running.address, "/v1/commitments", RAW, RAW, body(true));
    let answer = send(running.address, Version::Http2, request).await;
    assert_eq!(answer.body.len(), 40 * 48);
    assert_eq!(answer.body[7 * 48..8 * 48], [0xff; 48]);
    assert_eq!(answer.body[8 * 48..9 * 48], commitments[8].0);
    let proofs = raw(&running, "/v1/blob_proofs", blobs[3].0.to_vec()).await;
    let expected = fake
        .compute_blob_kzg_proof(&blobs[3], &commitments[3])
        .unwrap();
    assert_eq!(proofs.json()["output"][0], expected.to_string());
    let proofs = raw(&running, "/v1/cell_proofs", blobs[3].0.to_vec()).await;
    let expected = fake.compute_cell_kzg_proofs(&blobs[3]).unwrap();
    assert_eq!(proofs.json()["output"][0][127], expected[127].to_string());
    let empty = raw(&running, "/v1/commitments", Vec::new()).await;
    assert_eq!(empty.json(), serde_json::json!({"output": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_of_items() {
    let running = start(fake(), |_| ()).await;
    let mut wrong = proven(1);
    wrong[..131_072].copy_from_slice(&blob(2).0);
    let mut bad = proven(1);
    bad[..131_072].copy_from_slice(&malformed());
    let body = [proven(1), wrong, bad, proven(4)].concat();
    let verdicts = raw(&running, "/v1/verify_blobs", body.clone()).await.json();
    assert_eq!(verdicts["output"][0], true);
    assert_eq!(verdicts["output"][1], false);
    let error = &verdicts["output"][2]["error"];
    assert_eq!(
        (&error["item"], &error["index"]),
        (&"blob".into(), &2.into())
    );
    assert!(
        error["detail"].as_str().unwrap().starts_with("blob 2: "),
        "{error}"
    );
    assert_eq!(verdicts["output"][3], true);
    let request = post(running.address, "/v1/verify_blobs", RAW, RAW, body);
    let verdicts = send(running.address, Version::Http1, request).await;
    assert_eq!(verdicts.body, [1, 0, 0xff, 1][..]);

    let fake = fake();
    let commitment = fake.blob_to_kzg_commitment(&blob(5)).unwrap();
    let (cells, proofs) = fake.compute_cells_and_kzg_proofs(&blob(5)).unwrap();
    let item = |index: u64, proof: usize| {
        let cell = &cells[index as usize % 128].0[..];
        [
            &commitment.0[..],
            &index.to_be_bytes(),
            cell,
            &proofs[proof].0,
        ]
        .concat()
    };
    let body = [item(0, 0), item(127, 127), item(3, 4), item(128, 0)].concat();
    let verdicts = raw(&running, "/v1/verify_cells", body).await.json();
    let expected = [true, true, false].map(serde_json::Value::from);
    assert_eq!(verdicts["output"].as_array().unwrap()[..3], expected);
    assert_eq!(verdicts["output"][3]["error"]["item"], "cell index");
}

/// A request for commitments whose body is sent piece by piece.
pub(super) struct Sending {
    /// Where the pieces go. The body ends when this is dropped.
    pieces: mpsc::Sender<Bytes>,
    answer: JoinHandle<hyper::Result<Response<Incoming>>>,
}

impl Sending {
    pub(super) async fn begin(running: &Running, accept: &str) -> Self {
        Self::begin_at(running, "/v1/commitments", accept).await
    }

    pub(super) async fn begin_at(running: &Running, path: &str, accept: &str) -> Self {
        let stream = TcpStream::connect(running.address)
            .await
            .expect("a connection");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("a handshake");
        tokio::spawn(connection);
        let (pieces, receiver) = mpsc::channel::<Bytes>(1);
        let frames = stream::unfold(receiver, |mut receiver| async {
            let piece = receiver.recv().await?;
            Some((Ok::<_, std::io::Error>(Frame::data(piece)), receiver))
        });
        let request = Request::post(path)
            .header("host", "test")
            .header("content-type", RAW)
            .header("accept", accept)
            .body(StreamBody::new(Box::pin(frames)))
            .expect("a request");
        let answer = tokio::spawn(sender.send_request(request));
        Self { pieces, answer }
    }

    /// Sends a piece. The server may have closed the connection.
    pub(super) async fn send(&self, piece: &[u8]) {
        let _ = self.pieces.send(Bytes::copy_from_slice(piece)).await;
    }

    /// The beginning of the answer, and where further pieces go.
    pub(super) async fn answer(self) -> (Response<Incoming>, mpsc::Sender<Bytes>) {
        let answer = self.answer.await.expect("no panic").expect("an answer");
        (answer, self.pieces)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_while_items_are_sent() {
    let running = start(fake(), |_| ()).await;
    let sending = Sending::begin(&running, RAW).await;
    let blob = Bytes::copy_from_slice(&blob(1).0);
    // Pieces that are no whole items.
    sending.send(&blob[..100_000]).await;
    sending
        .send(&[&blob[100_000..], &blob[..10]].concat())
        .await;
    let (answer, pieces) = sending.answer().await;
    let mut body = answer.into_body();
    let mut received = 0;
    while received < 48 {
        received += body
            .frame()
            .await
            .unwrap()
            .unwrap()
            .into_data()
            .unwrap()
            .len();
    }
    // The first result is there, and the second item is not yet complete.
    assert_eq!(received, 48);
    pieces.send(blob.slice(10..)).await.unwrap();
    drop(pieces);
    assert_eq!(body.collect().await.unwrap().to_bytes().len(), 48);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_long_ends_the_answer_early() {
    let running = start(fake(), |options| options.service.stream_bytes = 200_000).await;
    for accept in [JSON, RAW] {
        let sending = Sending::begin(&running, accept).await;
        sending.send(&blob(1).0).await;
        let (answer, pieces) = sending.answer().await;
        assert_eq!(answer.status(), StatusCode::OK);
        for number in [2, 3] {
            let _ = pieces.send(Bytes::copy_from_slice(&blob(number).0)).await;
        }
        drop(pieces);
        let body = answer.into_body().collect().await;
        assert!(body.is_err(), "{accept}: {body:?}");
    }
    // The message names the limit, whatever arrived before.
    let short = start(fake(), |options| options.service.stream_bytes = 100_000).await;
    let sending = Sending::begin(&short, JSON).await;
    sending.send(&[0; 60_000]).await;
    sending.send(&[0; 60_000]).await;
    let (answer, pieces) = sending.answer().await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let problem = answer.into_body().collect().await.unwrap().to_bytes();
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("100000"), "{detail}");
    drop(pieces);
}

/// The deadline that a client asks for is that of the whole stream.
#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_of_a_stream_passes_while_it_waits_for_items() {
    let running = start(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let path = "/v1/commitments?timeout_ms=200";
    let sending = Sending::begin_at(&running, path, JSON).await;
    sending.send(&blob(1).0[..100_000]).await;
    let (answer, pieces) = tokio::time::timeout(LONG, sending.answer()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::GATEWAY_TIMEOUT);
    drop(pieces);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_that_stays_full_ends_the_answer_early() {
    let limit = 1 << 20;
    let running = start(fake(), |options| {
        options.service.bytes = limit;
        options.service.body_timeout = Duration::from_secs(2);
    })
    .await;
    let sending = Sending::begin(&running, JSON).await;
    sending.send(&blob(1).0).await;
    let (answer, pieces) = sending.answer().await;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut others = running.server.service().budget().reservation();
    others.grow_beyond(limit);
    let _ = pieces.send(Bytes::copy_from_slice(&blob(2).0)).await;
    drop(pieces);
    let body = answer.into_body().collect().await;
    assert!(body.is_err(), "{body:?}");
}

/// A result that is a problem of the server is none of the item.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_ends_the_answer_early() {
    for accept in [RAW, JSON] {
        let settings = Scripted::new(fake()).otherwise(|operation, number| match operation {
            // The first call is of the self-test, the second of the first item.
            Operation::BlobToKzgCommitment if number >= 2 => Action::fault(),
            _ => Action::Pass,
        });
        let running = start(Arc::new(settings), |_| ()).await;
        let sending = Sending::begin(&running, accept).await;
        sending.send(&blob(1).0).await;
        let (answer, pieces) = sending.answer().await;
        assert_eq!(answer.status(), StatusCode::OK);
        let _ = pieces.send(Bytes::copy_from_slice(&blob(2).0)).await;
        drop(pieces);
        let body = answer.into_body().collect().await;
        assert!(body.is_err(), "{accept}: {body:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_within_an_item_has_a_problem_for_it() {
    let running = start(fake(), |_| ()).await;
    let mut body = blob(1).0.to_vec();
    body.extend_from_slice(&[0; 100]);
    let answer = raw(&running, "/v1/commitments", body).await;
    let results = answer.json()["output"].as_array().unwrap().clone();
    assert_eq!(
        (results.len(), &results[1]["error"]["status"]),
        (2, &400.into())
    );
    let limited = start(fake(), |options| options.service.stream_bytes = 200_000).await;
    let answer = raw(&limited, "/v1/commitments", vec![0; 300_000]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_are_those_of_the_engine_api() {
    let running = start(fake(), |options| options.service.workers = 2).await;
    // The length of a blob is no sign that the body is one.
    let body: Vec<u8> = (0..131_072u32).map(|n| n as u8).collect();
    let answer = raw(&running, "/v1/bundle?version=1", body.clone()).await;
    let sidecars = BundleV1.read(&answer.body).unwrap();
    let mut decoded = Vec::new();
    for blob in &sidecars.blobs {
        SimpleCoder.decode(blob, &mut decoded).unwrap();
    }
    assert_eq!((sidecars.blobs.len(), decoded), (2, body));
    let blobs = [blob(1).0.to_vec(), blob(2).0.to_vec()].concat();
    let answer = raw(&running, "/v1/bundle?version=2&input=blobs", blobs.clone()).await;
    let sidecars = BundleV2.read(&answer.body).unwrap();
    let fake = fake();
    assert_eq!(*sidecars.blobs[1], *blob(2));
    assert_eq!(
        sidecars.commitments[1],
        fake.blob_to_kzg_commitment(&blob(2)).unwrap()
    );
    let answer = raw(
        &running,
        "/v1/bundle?version=cells&input=blobs",
        blobs.clone(),
    )
    .await;
    let (cells, proofs) = fake.compute_cells_and_kzg_proofs(&blob(2)).unwrap();
    assert_eq!(answer.json()[1]["blob_cells"][127], cells[127].to_string());
    assert_eq!(answer.json()[1]["proofs"][5], proofs[5].to_string());
    let bad = [blobs, malformed()].concat();
    let answer = raw(&running, "/v1/bundle?input=blobs", bad).await;
    assert_eq!(
        (answer.status, &answer.json()["index"]),
        (StatusCode::BAD_REQUEST, &2.into())
    );
    let answer = raw(&running, "/v1/bundle?input=blobs", vec![0; 100]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = raw(&running, "/v1/bundle", Vec::new()).await;
    assert_eq!(
        answer.json(),
        serde_json::json!({"commitments": [], "proofs": [], "blobs": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_a_bundle_counts_as_memory_while_it_is_made() {
    let running = start(fake(), |options| options.service.bytes = 2 << 20).await;
    let ask = |blobs: u16| {
        let body: Vec<u8> = (0..blobs)
            .flat_map(|number| blob(number).0.to_vec())
            .collect();
        raw(&running, "/v1/bundle?version=cells&input=blobs", body)
    };
    assert_eq!(ask(2).await.status, StatusCode::OK);
    assert_eq!(ask(3).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    wait_until(|| running.server.service().budget().used() == 0).await;
}
