//! The limits of calls over gRPC: memory, lengths and deadlines.

use futures_util::{StreamExt, stream};
use http_body_util::StreamBody;
use hyper::Request;
use hyper::body::{Body, Frame};
use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

use super::*;
use crate::semantics::wait_until;
use crate::support::grpc::proto::{ProvenBlobsRequest, ProvenCellsRequest};
use crate::unread::Narrow;

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

/// The time counts from the head of a request on.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_while_a_message_arrives() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let address = running.server.grpc_addresses()[0].to_string();
    let message = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(1).0].concat();
    let half = Bytes::from(message).slice(..65_536);
    for method in ["BlobToKzgCommitment", "Commitments"] {
        let frames = stream::iter([Ok::<_, hyper::Error>(Frame::data(half.clone()))]);
        let body = StreamBody::new(frames.chain(stream::pending()));
        let (mut parts, body) = grpc_request(&address, method, body).into_parts();
        let time = "200m".parse().unwrap();
        parts.headers.insert("grpc-timeout", time);
        let answer = send_grpc(&address, Request::from_parts(parts, body)).await;
        let expected = ("4".to_owned(), "deadline".to_owned());
        assert_eq!(answer, expected, "{method}");
    }
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// The server keeps one message of a call. Further ones would be memory of nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_second_message_is_refused() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let budget = running.server.service().budget();
    let address = running.server.grpc_addresses()[0].to_string();
    let message = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(1).0].concat();
    let twice = [&*message, &*message].concat();
    let frames = [
        vec![message.clone(), message.clone()],
        vec![twice],
        vec![message, vec![0]],
    ];
    for frames in frames {
        let frames = frames
            .into_iter()
            .map(|frame| Ok::<_, hyper::Error>(Frame::data(frame.into())));
        // The client does not end its request.
        let body = StreamBody::new(stream::iter(frames).chain(stream::pending()));
        let request = grpc_request(&address, "BlobToKzgCommitment", body);
        let answer = send_grpc(&address, request).await;
        assert_eq!(answer, ("3".to_owned(), "input".to_owned()));
        wait_until(|| budget.used() == 0).await;
    }
}

/// Health and reflection need no token.
#[tokio::test(flavor = "multi_thread")]
async fn messages_that_need_no_token_are_short() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = Duration::from_secs(2);
    })
    .await;
    let budget = running.server.service().budget();
    let mut health = HealthClient::new(running.channel().await);
    let service = "x".repeat(2000);
    let refused = health.check(HealthCheckRequest { service }).await;
    let refused = refused.unwrap_err();
    assert_eq!(
        (refused.code(), class(&refused)),
        (Code::ResourceExhausted, "too_large")
    );
    wait_until(|| budget.used() == 0).await;
    let address = running.server.grpc_addresses()[0].to_string();
    let answer = send_grpc(&address, unfinished_check(&address)).await;
    assert_eq!(answer, ("4".to_owned(), "slow_body".to_owned()));
    wait_until(|| budget.used() == 0).await;
}

/// A health check with a message of 1000 bytes and without an end.
fn unfinished_check(
    address: &str,
) -> Request<impl Body<Data = Bytes, Error = hyper::Error> + Send + Unpin + use<>> {
    let message = [&[0, 0, 0, 3, 0xe8, 10, 0xe5, 7][..], &[b'x'; 997]].concat();
    let frames = stream::iter([Ok(Frame::data(Bytes::from(message)))]);
    let body = StreamBody::new(frames.chain(stream::pending()));
    let mut request = grpc_request(address, "", body);
    let uri = format!("http://{address}/grpc.health.v1.Health/Check");
    *request.uri_mut() = uri.parse().expect("an address");
    request
}

/// A message without the end of its request counts as long as the server keeps the message. Clients that need
/// no token take no memory from requests, and none from the other open service.
#[tokio::test(flavor = "multi_thread")]
async fn health_checks_have_a_bound_of_their_own() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let address = running.server.grpc_addresses()[0].to_string();
    let mut unfinished = Vec::new();
    // A message as long as those that are unfinished, which names no service.
    let check = async || {
        let mut health = HealthClient::new(running.channel().await);
        let answer = health.check(health_of(&"x".repeat(997))).await;
        answer.unwrap_err()
    };
    // The memory has room for a little more than ten times a hundred messages. Some that arrive at the same
    // time may be refused, so that their number is not known before.
    let fill = async {
        loop {
            let mut client = Narrow::connect(&address, 65_535).await;
            for _ in 0..100 {
                unfinished.push(tokio::spawn(client.begin(unfinished_check(&address))));
            }
            let error = check().await;
            if error.code() != Code::NotFound {
                break error;
            }
        }
    };
    let refused = tokio::time::timeout(LONG, fill).await.unwrap();
    assert_eq!(
        (refused.code(), class(&refused)),
        (Code::ResourceExhausted, "busy")
    );
    assert!(unfinished.len() >= 500, "{}", unfinished.len());
    assert_eq!(running.server.service().budget().used(), 0);
    let mut reflection = ServerReflectionClient::new(running.channel().await);
    let request = ServerReflectionRequest {
        host: "host".to_owned(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers = reflection.server_reflection_info(stream::iter([request]));
    assert_eq!(answers.await.unwrap().into_inner().count().await, 1);
    for check in unfinished {
        check.abort();
    }
    let answered = async { while check().await.code() != Code::NotFound {} };
    tokio::time::timeout(LONG, answered).await.unwrap();
}

/// An answer repeats the host twice.
#[tokio::test(flavor = "multi_thread")]
async fn the_host_of_a_reflection_is_short() {
    let running = start_grpc_with(fake(), |_| ()).await;
    let client = ServerReflectionClient::new(running.channel().await);
    let ask = async |length: usize, count: usize| {
        let message_request = Some(MessageRequest::ListServices(String::new()));
        let request = ServerReflectionRequest {
            host: "h".repeat(length),
            message_request,
        };
        let requests = stream::iter(vec![request; count]);
        let answers = client.clone().server_reflection_info(requests).await;
        answers.unwrap().into_inner().count().await
    };
    // The stream ends before a message that is too long.
    assert_eq!(ask(500, 3).await, 3);
    assert_eq!(ask(1024, 1).await, 0);
    // All messages of a request, of 1005 bytes each, have 64 KiB together.
    assert_eq!(ask(1000, 66).await, 65);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// An empty item of a list takes 32 bytes of memory.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_nothing_are_refused_and_full_ones_taken() {
    let running = start_grpc_with(fake(), |_| ()).await;
    let mut client = running.grpc().await;
    let empty = ProvenBlobsRequest {
        blobs: vec![Bytes::new(); 100_000],
        ..ProvenBlobsRequest::default()
    };
    let refused = client.verify_blob_kzg_proof_batch(empty).await.unwrap_err();
    assert_eq!(class(&refused), "too_large", "{refused}");
    let indices = ProvenCellsRequest {
        cell_indices: vec![1; 100_000],
        ..ProvenCellsRequest::default()
    };
    let refused = client.verify_cell_kzg_proof_batch(indices).await;
    assert_eq!(class(&refused.unwrap_err()), "too_large");
    let (blob, fake) = (blob(1), fake());
    let commitment = fake.blob_to_kzg_commitment(&blob).unwrap();
    let (cells, proofs) = fake.compute_cells_and_kzg_proofs(&blob).unwrap();
    let full = ProvenCellsRequest {
        commitments: vec![Bytes::copy_from_slice(&commitment.0); 1024],
        cell_indices: (0..1024).map(|number| number % 128).collect(),
        cells: (0..1024)
            .map(|number| Bytes::copy_from_slice(&cells[number % 128].0))
            .collect(),
        proofs: (0..1024)
            .map(|number| Bytes::copy_from_slice(&proofs[number % 128].0))
            .collect(),
    };
    let verdict = client.verify_cell_kzg_proof_batch(full).await.unwrap();
    assert!(verdict.into_inner().output);
}

/// The limits of bodies are those of HTTP.
#[tokio::test(flavor = "multi_thread")]
async fn streams_and_messages_have_the_limits_of_bodies() {
    let running = start_grpc_with(fake(), |options| {
        options.service.stream_bytes = 200_000;
        options.service.body_bytes = 10_000;
    })
    .await;
    let mut client = running.grpc().await;
    let items = [1, 2, 3].map(|number| of_blob(&blob(number).0));
    let answers = client.commitments(stream::iter(items)).await.unwrap();
    let answers: Vec<_> = answers.into_inner().collect().await;
    let last = answers.last().unwrap().as_ref().unwrap_err();
    assert_eq!(class(last), "too_large", "{last}");
    let long = of_blob(&[0; 131_072 + 100]);
    let answers = client.commitments(stream::iter([long])).await.unwrap();
    let answers: Vec<_> = answers.into_inner().collect().await;
    let last = answers.last().unwrap().as_ref().unwrap_err();
    assert_eq!(class(last), "too_large", "{last}");
    let points = ProvenBlobsRequest {
        commitments: vec![Bytes::from_static(&[0xc0; 48]); 1000],
        ..ProvenBlobsRequest::default()
    };
    let refused = client.verify_blob_kzg_proof_batch(points).await;
    assert_eq!(class(&refused.unwrap_err()), "too_large");
    // A single blob is longer than the limit of bodies that are read whole, as over HTTP.
    assert!(
        client
            .blob_to_kzg_commitment(of_blob(&blob(1).0))
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_have_64_mib_at_most() {
    // A busy machine may take longer than the default times.
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
        options.service.timeout = 10 * LONG;
    })
    .await;
    let mut client = running.grpc().await;
    let one = proven_blob(1);
    let of = |blobs: usize| ProvenBlobsRequest {
        blobs: vec![one.blob.clone(); blobs],
        commitments: vec![one.commitment.clone(); blobs],
        proofs: vec![one.proof.clone(); blobs],
    };
    // 67,030,936 bytes, and 67,162,112, of 67,108,864.
    let answer = client.verify_blob_kzg_proof_batch(of(511)).await.unwrap();
    assert!(answer.into_inner().output);
    let refused = client
        .verify_blob_kzg_proof_batch(of(512))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), class(&refused)),
        (Code::ResourceExhausted, "too_large"),
        "{refused}"
    );
    // Items without bytes take memory too.
    let empty = ProvenBlobsRequest {
        blobs: vec![Bytes::new(); 300_000],
        ..ProvenBlobsRequest::default()
    };
    let refused = client.verify_blob_kzg_proof_batch(empty).await.unwrap_err();
    assert_eq!(class(&refused), "too_large", "{refused}");
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_of_unfinished_messages_keep_no_memory() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = Duration::from_millis(300)
    })
    .await;
    let address = running.server.grpc_addresses()[0].to_string();
    let whole = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(1).0].concat();
    for (method, sent) in [
        // No byte, a part of a message, and a message without the end of the request.
        ("BlobToKzgCommitment", 0),
        ("BlobToKzgCommitment", 100_000),
        ("BlobToKzgCommitment", whole.len()),
        ("Commitments", 0),
        ("Commitments", 100_000),
        // One item, and no further bytes.
        ("Commitments", whole.len()),
    ] {
        let data = Bytes::copy_from_slice(&whole[..sent]);
        let frames = stream::iter([Ok::<_, hyper::Error>(Frame::data(data))]);
        let body = StreamBody::new(frames.chain(stream::pending()));
        let request = grpc_request(&address, method, body);
        let answer = send_grpc(&address, request).await;
        let expected = ("4".to_owned(), "slow_body".to_owned());
        assert_eq!(answer, expected, "{method}, {sent} bytes");
    }
    wait_until(|| running.server.service().budget().used() == 0).await;
}
