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
        let items = StreamBody::new(stream::iter(items).chain(stream::pending()));
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
}
