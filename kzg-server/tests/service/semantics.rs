//! The statuses and the contents of answers.

use std::time::Instant;

use http_body_util::Full;
use hyper::{Method, Request, StatusCode};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::{Error, Operation};
use kzg_testing::scripted::{Action, Gate, Scripted};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_proof_is_an_answer_and_malformed_input_names_its_item() {
    let running = start(fake(), |_| ()).await;
    let right = raw(&running, "/v1/verify_blob_kzg_proof", proven(1)).await;
    assert_eq!(
        (right.status, right.json()),
        (StatusCode::OK, serde_json::json!({"output": true}))
    );
    let mut wrong = proven(1);
    wrong[..131_072].copy_from_slice(&blob(2).0);
    let wrong = raw(&running, "/v1/verify_blob_kzg_proof", wrong).await;
    assert_eq!(wrong.json(), serde_json::json!({"output": false}));
    // Two lists of blobs, commitments, proofs: the second blob is malformed.
    let proven = proven(1);
    let (first, proof) = proven.split_at(131_072 + 48);
    let (first, commitment) = first.split_at(131_072);
    let body = [first, &malformed(), commitment, commitment, proof, proof].concat();
    let answer = raw(&running, "/v1/verify_blob_kzg_proof_batch", body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(
        (&problem["item"], &problem["index"]),
        (&"blob".into(), &1.into()),
        "{problem}"
    );
    let input =
        serde_json::json!({"commitments": [], "cell_indices": [], "cells": ["0x00"], "proofs": []});
    let request = post(
        running.address,
        "/v1/verify_cell_kzg_proof_batch",
        JSON,
        JSON,
        input.to_string(),
    );
    let problem = send(running.address, Version::Http1, request).await;
    assert_eq!(problem.json()["item"], "cell");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_no_endpoint_takes() {
    let running = start(fake(), |options| options.service.body_bytes = 1000).await;
    let path = "/v1/blob_to_kzg_commitment";
    assert_eq!(
        get(&running, "/v1/other").await.status,
        StatusCode::NOT_FOUND
    );
    let answer = get(&running, path).await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "POST")
    );
    let status =
        |content_type: &'static str, accept: &'static str, path: &'static str, body: Vec<u8>| {
            let request = post(running.address, path, content_type, accept, body);
            async move { send(running.address, Version::Http1, request).await.status }
        };
    let blob = blob(1).0.to_vec();
    assert_eq!(status("text/plain", JSON, path, blob.clone()).await, 415);
    assert_eq!(status(RAW, "text/html", path, blob.clone()).await, 406);
    assert_eq!(status(RAW, RAW, path, blob.clone()).await, 200);
    assert_eq!(status(RAW, RAW, path, blob[1..].to_vec()).await, 400);
    assert_eq!(
        status(RAW, RAW, path, [&blob[..], b"x"].concat()).await,
        413
    );
    assert_eq!(status(JSON, JSON, path, vec![b' '; 300_000]).await, 413);
    let batch = "/v1/verify_cell_kzg_proof_batch";
    assert_eq!(status(JSON, JSON, batch, vec![b' '; 1001]).await, 413);
    let challenge = "/v1/compute_verify_cell_kzg_proof_batch_challenge";
    assert_eq!(status(RAW, JSON, challenge, Vec::new()).await, 415);
    assert_eq!(status(JSON, JSON, "/v1/commitments", Vec::new()).await, 415);
    assert_eq!(
        status(RAW, JSON, "/v1/bundle?version=9", Vec::new()).await,
        400
    );
    assert_eq!(
        status(RAW, JSON, "/v1/commitments?version=1", Vec::new()).await,
        400
    );
    for wrong in [
        "{}",
        "[]",
        "",
        "{\"blob\":1}",
        "{\"blob\":\"0x\",\"more\":1}",
        "{\"blob\":\"0xzz\"}",
    ] {
        assert_eq!(status(JSON, JSON, path, wrong.into()).await, 400, "{wrong}");
    }
    // The values of all fields, without their names.
    let array = format!("[\"0x{}\"]", "00".repeat(131_072));
    assert_eq!(status(JSON, JSON, path, array.into()).await, 400);
    let object = format!(" \t\r\n{{\"blob\":\"0x{}\"}}", "00".repeat(131_072));
    assert_eq!(status(JSON, JSON, path, object.into()).await, 200);
    let mut compressed = post(running.address, path, RAW, JSON, blob);
    compressed
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(
        send(running.address, Version::Http1, compressed)
            .await
            .status,
        415
    );
    let head = Request::builder()
        .method(Method::HEAD)
        .uri("/livez")
        .header("host", "x");
    let head = send(
        running.address,
        Version::Http1,
        head.body(Full::default()).unwrap(),
    )
    .await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_and_full_memory_are_503_with_a_time_to_retry() {
    let gate = Gate::default();
    let hung = gate.clone();
    let settings = Scripted::new(fake()).otherwise(move |operation, number| match operation {
        // The first is of the self-test.
        Operation::BlobToKzgCommitment if number > 0 => Action::hang(&hung),
        _ => Action::Pass,
    });
    let running = start(Arc::new(settings), |options| {
        options.service.queue = 1;
    })
    .await;
    let others = all_but(&running, 560_000);
    let path = "/v1/blob_to_kzg_commitment";
    let body = Bytes::copy_from_slice(&blob(1).0);
    let request = || post(running.address, path, RAW, JSON, body.clone());
    let address = running.address;
    let running_call = tokio::spawn(send(address, Version::Http1, request()));
    wait_until(|| running.server.service().statistics().active_tasks == 1).await;
    let waiting = tokio::spawn(send(address, Version::Http1, request()));
    wait_until(|| running.server.service().statistics().queued_tasks == 1).await;
    // The memory has room for this body, the queue has none.
    let refused = send(address, Version::Http1, request()).await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "1")
    );
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("lane is full"),
        "{}",
        refused.text()
    );
    // The memory has no room for this one.
    let large = post(
        address,
        "/v1/verify_cell_kzg_proof_batch",
        RAW,
        JSON,
        vec![0; 200_000],
    );
    let refused = send(address, Version::Http1, large).await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "1")
    );
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("memory"),
        "{}",
        refused.text()
    );
    gate.open();
    assert_eq!(running_call.await.unwrap().status, StatusCode::OK);
    assert_eq!(waiting.await.unwrap().status, StatusCode::OK);
    drop(others);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// Waits for an event that is certain to come.
pub(super) async fn wait_until(event: impl Fn() -> bool) {
    let begun = Instant::now();
    while !event() {
        assert!(begun.elapsed() < LONG, "the event did not come");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_504_and_a_fault_500() {
    let gate = Gate::default();
    let hung = gate.clone();
    let settings = Scripted::new(fake()).otherwise(move |operation, number| match operation {
        Operation::ComputeKzgProof => Action::hang(&hung),
        Operation::ComputeCells => Action::Panic,
        Operation::ComputeBlobKzgProof if number > 0 => Action::Fail(Error::Integrity {
            message: "/path/of/the/machine".to_owned(),
        }),
        _ => Action::Pass,
    });
    let running = start(Arc::new(settings), |_| ()).await;
    let before = metric(
        get(&running, "/metrics").await.text(),
        "kzg_integrity_alarms_total ",
    );
    let body = [&blob(1).0[..], &[0; 32]].concat();
    let late = raw(&running, "/v1/compute_kzg_proof?timeout_ms=50", body).await;
    assert_eq!(late.status, StatusCode::GATEWAY_TIMEOUT);
    let fault = raw(&running, "/v1/compute_cells", blob(1).0.to_vec()).await;
    assert_eq!(
        (fault.status, &fault.json()["type"]),
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            &"urn:kzg:problem:fault".into()
        )
    );
    let body = &proven(1)[..131_072 + 48];
    let alarm = raw(&running, "/v1/compute_blob_kzg_proof", body.to_vec()).await;
    assert_eq!(
        (alarm.status, &alarm.json()["type"]),
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            &"urn:kzg:problem:integrity".into()
        )
    );
    // Messages of the machine are in the log alone.
    assert!(!alarm.text().contains("/path/of"), "{}", alarm.text());
    let after = metric(
        get(&running, "/metrics").await.text(),
        "kzg_integrity_alarms_total ",
    );
    // Other tests of this process raise alarms too.
    assert!(after >= before + 1.0);
    gate.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_its_own_limit() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate));
    let running = start(Arc::new(settings), |options| {
        options.service.per_client = Some(1)
    })
    .await;
    let body = Bytes::copy_from_slice(&blob(1).0);
    let request = post(
        running.address,
        "/v1/compute_cells",
        RAW,
        JSON,
        body.clone(),
    );
    let first = tokio::spawn(send(running.address, Version::Http2, request));
    wait_until(|| running.server.service().statistics().active_tasks == 1).await;
    let second = raw(&running, "/v1/compute_cells", body.clone()).await;
    assert_eq!(
        (second.status, second.header("retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, "1")
    );
    assert_eq!(get(&running, "/livez").await.status, StatusCode::OK);
    gate.open();
    assert_eq!(first.await.unwrap().status, StatusCode::OK);
    assert_eq!(
        raw(&running, "/v1/compute_cells", body).await.status,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fallbacks_breakers_and_cross_checks_work_behind_the_fronts() {
    let faulty =
        Scripted::new(fake())
            .named("faulty")
            .otherwise(|operation, number| match operation {
                Operation::ComputeCells => Action::fault(),
                Operation::BlobToKzgCommitment if number > 0 => Action::Flip,
                _ => Action::Pass,
            });
    let manager = EnterpriseKzgManager::builder(Arc::new(faulty))
        .with_fallback(fake())
        .with_cross_check(CrossCheck::Always)
        .build();
    let running = start_manager(manager, |_| ()).await;
    let fallback = raw(&running, "/v1/compute_cells", blob(1).0.to_vec()).await;
    // No third backend can confirm the answer of the only other backend.
    assert_ne!(fallback.status, StatusCode::OK);
    let alarm = raw(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec()).await;
    assert_eq!(
        alarm.json()["type"],
        "urn:kzg:problem:integrity",
        "{}",
        alarm.text()
    );
    let manager =
        EnterpriseKzgManager::builder(Arc::new(Scripted::new(fake()).otherwise(|operation, _| {
            match operation {
                Operation::ComputeCells => Action::fault(),
                _ => Action::Pass,
            }
        })));
    let running = start_manager(manager.with_fallback(fake()).build(), |_| ()).await;
    let fallback = raw(&running, "/v1/compute_cells", blob(1).0.to_vec()).await;
    assert_eq!(fallback.status, StatusCode::OK);
}
