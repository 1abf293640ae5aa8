//! Streams beside others: a client that takes nothing, and a server that computes for long.

use core::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::StatusCode;
use hyper::body::{Body, Frame};
use kzg_advanced::Operation;
use kzg_server::ServerOptions;
use kzg_testing::scripted::{Action, Gate, Scripted};
use tokio::task::JoinHandle;

use super::semantics::wait_until;
use super::unread::{Narrow, taken};
use super::*;

/// Settings whose commitments, but for that of the self-test, wait until the gate is open.
fn gated(gate: &Gate) -> Arc<dyn KzgSettings> {
    let gate = gate.clone();
    Arc::new(
        Scripted::new(fake()).otherwise(move |operation, number| match operation {
            Operation::BlobToKzgCommitment if number > 0 => Action::hang(&gate),
            _ => Action::Pass,
        }),
    )
}

/// The time for an item in the tests of clients that wait for the server.
const ITEM_TIME: Duration = Duration::from_secs(3);

/// Waits until the time for an item has passed for a client that owes a part of one: the client is late.
async fn item_time_passes(running: &Running) {
    let late = bulk::Sending::begin(running, RAW).await;
    late.send(&[0; 10]).await;
    let (answer, _) = tokio::time::timeout(LONG, late.answer())
        .await
        .expect("in time");
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
}

fn blobs(count: u16) -> Vec<u8> {
    (0..count).flat_map(|number| blob(number).0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_whose_results_nobody_takes_holds_up_no_other() {
    let gate = Gate::default();
    let running = start(gated(&gate), |options| {
        options.service.queue = 1;
        options.service.timeout = 10 * LONG;
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let service = Arc::clone(running.server.service());
    let mut client = Narrow::connect(&running.address.to_string(), 0).await;
    let request = post(running.address, "/v1/commitments", RAW, RAW, blobs(8));
    let unread = tokio::spawn(async move { (client.ask(request).await, client) });
    wait_until(|| service.statistics().queued_tasks == 1).await;
    wait_until(|| service.budget().used() >= 8 * 131_072).await;
    let request = post(running.address, "/v1/commitments", RAW, RAW, blobs(1));
    let other = tokio::spawn(send(running.address, Version::Http1, request));
    wait_until(|| service.budget().used() >= 9 * 131_072).await;
    gate.open();
    let other = tokio::time::timeout(LONG, other).await;
    let other = other.expect("the workers are idle").unwrap();
    assert_eq!((other.status, other.body.len()), (StatusCode::OK, 48));
    drop(unread.await.unwrap());
    wait_until(|| service.budget().used() == 0).await;
}

/// The bytes of an item of a stream.
const ITEM: usize = 131_072;

/// A server with eight places in a lane, whose calls wait at the gate.
async fn eight_places(gate: &Gate) -> Running {
    let change = |options: &mut ServerOptions| {
        options.service.queue = 8;
        options.service.timeout = 10 * LONG;
        options.service.body_timeout = 10 * LONG;
    };
    start(gated(gate), change).await
}

/// Sends a raw body in a task.
fn ask(running: &Running, path: &str, body: Vec<u8>) -> JoinHandle<Received> {
    let request = post(running.address, path, RAW, RAW, body);
    tokio::spawn(send(running.address, Version::Http1, request))
}

/// Streams have half of the places of their lane.
#[tokio::test(flavor = "multi_thread")]
async fn streams_leave_places_for_single_requests() {
    let gate = Gate::default();
    let running = eight_places(&gate).await;
    let service = running.server.service();
    let queued = || service.statistics().queued_tasks;
    let stream = ask(&running, "/v1/commitments", blobs(32));
    wait_until(|| service.budget().used() >= 32 * ITEM && queued() >= 4).await;
    let commit = || ask(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec());
    let singles: Vec<_> = (0..4).map(|_| commit()).collect();
    wait_until(|| queued() == 8).await;
    let refused = commit().await.unwrap();
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    gate.open();
    for single in singles {
        let answer = single.await.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    assert_eq!(stream.await.unwrap().body.len(), 32 * 48);
    wait_until(|| service.budget().used() == 0).await;
}

/// The call of a client that has left keeps its place until a worker takes the call.
#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_left_keep_their_places() {
    let gate = Gate::default();
    let running = eight_places(&gate).await;
    let service = running.server.service();
    let (used, queued) = (
        || service.budget().used(),
        || service.statistics().queued_tasks,
    );
    let commit = || ask(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec());
    let held = commit();
    wait_until(|| service.statistics().active_tasks == 1).await;
    let left = ask(&running, "/v1/commitments", blobs(32));
    wait_until(|| used() >= 33 * ITEM && queued() >= 4).await;
    left.abort();
    // One call runs, and four of the stream are in the lane.
    wait_until(|| used() < 6 * ITEM).await;
    let stream = ask(&running, "/v1/commitments", blobs(32));
    wait_until(|| used() >= (5 + 32) * ITEM).await;
    let single = commit();
    wait_until(|| queued() == 5 || single.is_finished()).await;
    gate.open();
    for single in [held, single] {
        assert_eq!(single.await.unwrap().status, StatusCode::OK);
    }
    assert_eq!(stream.await.unwrap().body.len(), 32 * 48);
    wait_until(|| used() == 0).await;
}

/// A body of HTTP/2 whose items are sent one after another. Counts the items that the connection has taken.
fn items(
    count: u16,
    taken: &Arc<AtomicUsize>,
) -> impl Body<Data = Bytes, Error = Infallible> + use<> {
    let taken = Arc::clone(taken);
    StreamBody::new(stream::iter(0..count).map(move |number| {
        taken.fetch_add(1, Ordering::SeqCst);
        Ok(Frame::data(Bytes::copy_from_slice(&blob(number).0)))
    }))
}

/// The windows of two streams that wait are full, and the connection has a window for others.
#[tokio::test(flavor = "multi_thread")]
async fn streams_that_wait_leave_others_a_window_of_their_connection() {
    /// The items of a stream that are under way, and one that fills the window of the stream.
    const TAKEN: usize = 32 + 1;
    let gate = Gate::default();
    let running = start(gated(&gate), |options| {
        options.service.timeout = 10 * LONG;
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let service = running.server.service();
    let mut client = Narrow::connect(&running.address.to_string(), 65_535).await;
    let ask = |path, body: BoxBody<Bytes, Infallible>| {
        post(running.address, path, RAW, RAW, "").map(|_| body)
    };
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let taken = Arc::default();
        let request = ask("/v1/commitments", items(40, &taken).boxed());
        waiting.push((client.begin(request), taken));
    }
    wait_until(|| service.budget().used() >= 2 * 32 * 131_072).await;
    wait_until(|| {
        let mut taken = waiting.iter().map(|(_, taken)| taken);
        taken.all(|taken| taken.load(Ordering::SeqCst) >= TAKEN)
    })
    .await;
    // The workers wait at the gate. This body is refused after the server has read it.
    let body = Full::from(vec![b'x'; 60_000]).boxed();
    let request = ask("/v1/verify_cell_kzg_proof_batch", body);
    let other = client.ask(request).await;
    assert_eq!(other.status(), StatusCode::BAD_REQUEST);
    gate.open();
    for (answer, _) in waiting {
        let answer = tokio::time::timeout(LONG, answer).await.unwrap();
        let results = taken(answer.unwrap()).await.unwrap();
        assert_eq!(results.len(), 40 * 48);
    }
}

#[cfg(feature = "grpc")]
mod grpc {
    use super::super::grpc::{grpc_request, of_blob, start_grpc_with};
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stream_of_grpc_whose_results_nobody_takes_holds_up_no_other() {
        let gate = Gate::default();
        let running = start_grpc_with(gated(&gate), |options| {
            options.service.queue = 1;
            options.service.timeout = 10 * LONG;
            options.service.body_timeout = 10 * LONG;
        })
        .await;
        let service = Arc::clone(running.server.service());
        let address = running.server.grpc_addresses()[0].to_string();
        let mut client = Narrow::connect(&address, 1).await;
        let items = (0..8).map(|number| {
            let message = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(number).0].concat();
            Ok::<_, hyper::Error>(Frame::data(Bytes::from(message)))
        });
        let items: Vec<_> = items.collect();
        let items = StreamBody::new(stream::iter(items));
        let unread = client
            .ask(grpc_request(&address, "Commitments", items))
            .await;
        wait_until(|| service.statistics().queued_tasks == 1).await;
        wait_until(|| service.budget().used() >= 8 * 131_072).await;
        let mut other = running.grpc().await;
        let items = stream::iter([of_blob(&blob(1).0)]);
        let answers = other.commitments(items).await.unwrap();
        let other = tokio::spawn(answers.into_inner().collect::<Vec<_>>());
        wait_until(|| service.budget().used() >= 9 * 131_072).await;
        gate.open();
        let other = tokio::time::timeout(LONG, other).await;
        let other = other.expect("the workers are idle").unwrap();
        assert!(matches!(&other[..], [Ok(_)]), "{other:?}");
        drop((unread, client));
        wait_until(|| service.budget().used() == 0).await;
    }

    /// The client waits for the result of an item before it sends the next.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_of_grpc_that_waits_for_the_server_is_not_late() {
        let gate = Gate::default();
        let running = start_grpc_with(gated(&gate), |options| {
            options.service.body_timeout = ITEM_TIME;
        })
        .await;
        let service = running.server.service();
        let address = running.server.grpc_addresses()[0].to_string();
        let mut client = Narrow::connect(&address, 65_535).await;
        let (pieces, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
        let frames = stream::unfold(receiver, |mut receiver| async {
            let piece = receiver.recv().await?;
            Some((Ok::<_, hyper::Error>(Frame::data(piece)), receiver))
        });
        let item = |number| -> Bytes {
            [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(number).0]
                .concat()
                .into()
        };
        pieces.send(item(1)).await.unwrap();
        let body = StreamBody::new(Box::pin(frames));
        let answer = client
            .ask(grpc_request(&address, "Commitments", body))
            .await;
        wait_until(|| service.statistics().active_tasks == 1).await;
        item_time_passes(&running).await;
        gate.open();
        let mut body = answer.into_body();
        let first = tokio::time::timeout(LONG, body.frame()).await.unwrap();
        assert!(first.unwrap().unwrap().is_data());
        pieces.send(item(2)).await.unwrap();
        drop(pieces);
        let rest = tokio::time::timeout(LONG, body.collect()).await.unwrap();
        let rest = rest.unwrap();
        assert_eq!(rest.trailers().unwrap()["grpc-status"], "0");
        assert!(rest.to_bytes().len() > 48);
    }
}

/// The client waits for the result of an item before it sends the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_for_the_server_is_not_late() {
    let gate = Gate::default();
    let running = start(gated(&gate), |options| {
        options.service.body_timeout = ITEM_TIME;
    })
    .await;
    let service = running.server.service();
    let sending = bulk::Sending::begin(&running, RAW).await;
    sending.send(&blob(1).0).await;
    wait_until(|| service.statistics().active_tasks == 1).await;
    item_time_passes(&running).await;
    gate.open();
    let (answer, pieces) = tokio::time::timeout(LONG, sending.answer()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut body = answer.into_body();
    let first = tokio::time::timeout(LONG, body.frame()).await.unwrap();
    assert_eq!(first.unwrap().unwrap().into_data().unwrap().len(), 48);
    let _ = pieces.send(Bytes::copy_from_slice(&blob(2).0)).await;
    drop(pieces);
    let rest = tokio::time::timeout(LONG, body.collect()).await.unwrap();
    assert_eq!(rest.unwrap().to_bytes().len(), 48);
}
