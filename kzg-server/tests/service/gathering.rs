//! Verifications of many clients that share calls of the backend.

use futures_util::future::join_all;
use hyper::StatusCode;
use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};

use super::semantics::wait_until;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_wait_share_one_call_and_have_their_own_answers() {
    let gate = Gate::default();
    let settings =
        Arc::new(Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate)));
    let running = start(Arc::clone(&settings) as _, |_| ()).await;
    let address = running.address;
    let single = settings.calls(Operation::VerifyBlobKzgProof);
    let held = post(
        address,
        "/v1/compute_cells",
        RAW,
        JSON,
        Bytes::copy_from_slice(&blob(0).0),
    );
    let held = tokio::spawn(send(address, Version::Http1, held));
    wait_until(|| running.server.service().statistics().active_tasks == 1).await;
    let waiting = (0..64).map(|number: u16| {
        let mut body = proven(number);
        match number {
            62 => body[..131_072].copy_from_slice(&blob(1).0),
            63 => body[..131_072].copy_from_slice(&malformed()),
            _ => {}
        }
        let version = if number.is_multiple_of(2) {
            Version::Http1
        } else {
            Version::Http2
        };
        let request = post(address, "/v1/verify_blob_kzg_proof", RAW, JSON, body);
        tokio::spawn(send(address, version, request))
    });
    let waiting: Vec<_> = waiting.collect();
    wait_until(|| running.server.service().statistics().queued_tasks == 64).await;
    gate.open();
    assert_eq!(held.await.unwrap().status, StatusCode::OK);
    for (number, answer) in join_all(waiting).await.into_iter().enumerate() {
        let answer = answer.unwrap();
        match number {
            62 => assert_eq!(answer.json()["output"], false),
            63 => {
                assert_eq!(answer.status, StatusCode::BAD_REQUEST);
                assert_eq!(answer.json()["item"], "blob");
            }
            _ => assert_eq!(answer.json()["output"], true, "{number}"),
        }
    }
    // 64 requests cost one call instead of 64.
    assert_eq!(settings.calls(Operation::VerifyBlobKzgProofEach), 1);
    assert_eq!(settings.calls(Operation::VerifyBlobKzgProof), single);
    let statistics = running.server.service().statistics();
    assert_eq!(
        (statistics.gathered_calls, statistics.gathered_tasks),
        (1, 64)
    );
    // A lone request has a call of its own.
    let alone = raw(&running, "/v1/verify_blob_kzg_proof", proven(3)).await;
    assert_eq!(alone.json()["output"], true);
    assert_eq!(settings.calls(Operation::VerifyBlobKzgProof), single + 1);
}
