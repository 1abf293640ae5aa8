//! Streams beside others: a client that takes nothing, and a server that computes for long.

use hyper::StatusCode;
use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};

use super::semantics::wait_until;
use super::unread::Narrow;
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

#[cfg(feature = "grpc")]
mod grpc {
    use futures_util::{StreamExt, stream};
    use http_body_util::{BodyExt, StreamBody};
    use hyper::body::Frame;

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
            options.service.body_timeout = Duration::from_millis(500);
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
        tokio::time::sleep(Duration::from_secs(2)).await;
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
    use http_body_util::BodyExt;

    let gate = Gate::default();
    let running = start(gated(&gate), |options| {
        options.service.body_timeout = Duration::from_millis(500);
    })
    .await;
    let service = running.server.service();
    let sending = bulk::Sending::begin(&running, RAW).await;
    sending.send(&blob(1).0).await;
    wait_until(|| service.statistics().active_tasks == 1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
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
