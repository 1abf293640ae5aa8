//! The limits of calls over gRPC: memory and deadlines.

use http_body_util::StreamBody;
use hyper::Request;
use hyper::body::Frame;
use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::Code;

use super::grpc::{class, of_blob, start_grpc_with};
use super::semantics::wait_until;
use super::support::grpc::proto::{ProvenBlobsRequest, ProvenCellsRequest};
use super::*;

/// Every field of a message counts, from its arrival until its call ends.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_message_of_a_call_counts_until_the_call_ends() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate));
    let running = start_grpc_with(Arc::new(settings), |_| ()).await;
    let (service, client) = (running.server.service(), running.grpc().await);
    let (budget, queued) = (service.budget(), || service.statistics().queued_tasks);
    let mut first = client.clone();
    let first = tokio::spawn(async move { first.compute_cells(of_blob(&blob(1).0)).await });
    wait_until(|| service.statistics().active_tasks == 1).await;
    assert!(budget.used() >= 131_072, "{}", budget.used());
    let point = Bytes::from_static(&[0xc0; 48]);
    let blobs = ProvenBlobsRequest {
        blobs: Vec::new(),
        commitments: vec![point.clone(); 100_000],
        proofs: Vec::new(),
    };
    let mut second = client.clone();
    let second = tokio::spawn(async move { second.verify_blob_kzg_proof_batch(blobs).await });
    wait_until(|| queued() == 1).await;
    assert!(budget.used() >= 131_072 + 4_800_000, "{}", budget.used());
    let cells = ProvenCellsRequest {
        commitments: Vec::new(),
        cell_indices: vec![127; 100_000],
        cells: Vec::new(),
        proofs: vec![point; 50_000],
    };
    let mut third = client.clone();
    let third = tokio::spawn(async move { third.verify_cell_kzg_proof_batch(cells).await });
    wait_until(|| queued() == 2).await;
    let least = 131_072 + 4_800_000 + 2_500_000;
    assert!(budget.used() >= least, "{}", budget.used());
    gate.open();
    assert!(first.await.unwrap().is_ok());
    for status in [
        second.await.unwrap().unwrap_err(),
        third.await.unwrap().unwrap_err(),
    ] {
        assert_eq!(
            (status.code(), class(&status)),
            (Code::InvalidArgument, "input")
        );
    }
    wait_until(|| budget.used() == 0).await;
}
