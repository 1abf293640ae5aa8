//! Tokens, and the limit of a client.

use std::fs;

use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::Code;
use tonic_health::pb::health_client::HealthClient;

use super::*;
use crate::semantics::wait_until;
use crate::support::grpc::proto::BlobAndPointRequest;

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_demanded_over_grpc_too() {
    let dir = tempfile::tempdir().unwrap();
    let tokens = dir.path().join("tokens");
    fs::write(&tokens, "one").unwrap();
    let running = start_grpc_with(fake(), |options| options.tokens = Some(tokens)).await;
    let client = running.grpc().await;
    let with = |token: &'static str| {
        let mut request = tonic::Request::new(of_blob(&blob(1).0));
        let metadata = request.metadata_mut();
        metadata.insert("authorization", token.parse().unwrap());
        let mut client = client.clone();
        async move { client.blob_to_kzg_commitment(request).await }
    };
    assert!(with("Bearer one").await.is_ok());
    let refused = with("Bearer two").await.unwrap_err();
    assert_eq!(
        (refused.code(), class(&refused)),
        (Code::Unauthenticated, "unauthorized")
    );
    let mut health = HealthClient::new(running.channel().await);
    assert!(health.check(health_of("")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_its_own_limit_over_grpc_too() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeKzgProof, 0, Action::hang(&gate));
    let running = start_grpc_with(Arc::new(settings), |options| {
        options.service.per_client = Some(1);
    })
    .await;
    let mut client = running.grpc().await;
    let point = BlobAndPointRequest {
        blob: proven_blob(1).blob,
        z: Bytes::from_static(&[0; 32]),
    };
    let mut first = client.clone();
    let first = tokio::spawn(async move { first.compute_kzg_proof(point).await });
    wait_until(|| running.server.service().statistics().active_tasks == 1).await;
    let second = client.blob_to_kzg_commitment(of_blob(&blob(1).0)).await;
    let second = second.unwrap_err();
    assert_eq!(
        (second.code(), class(&second)),
        (Code::ResourceExhausted, "too_many")
    );
    let mut health = HealthClient::new(running.channel().await);
    assert!(health.check(health_of("")).await.is_ok());
    gate.open();
    assert!(first.await.unwrap().is_ok());
}

/// A request without the right token takes no place of its client.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_checked_before_the_limit_of_a_client() {
    let dir = tempfile::tempdir().unwrap();
    let tokens = dir.path().join("tokens");
    fs::write(&tokens, "one").unwrap();
    let running = start_grpc_with(fake(), |options| {
        options.tokens = Some(tokens);
        options.service.per_client = Some(0);
    })
    .await;
    let client = running.grpc().await;
    for (token, expected) in [("Bearer two", "unauthorized"), ("Bearer one", "too_many")] {
        let mut request = tonic::Request::new(of_blob(&blob(1).0));
        let metadata = request.metadata_mut();
        metadata.insert("authorization", token.parse().unwrap());
        let refused = client.clone().blob_to_kzg_commitment(request).await;
        assert_eq!(class(&refused.unwrap_err()), expected, "{token}");
    }
}
