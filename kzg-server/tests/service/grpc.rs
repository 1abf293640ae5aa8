//! gRPC as clients see it: health, reflection, long messages, streams, statuses and limits.

use std::fs;
use std::time::Instant;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::Request;
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kzg_advanced::{Error, Operation};
use kzg_server::{Address, Backends, Server, ServerOptions};
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::semantics::wait_until;
use super::support::grpc::proto::item_answer::Result as ItemResult;
use super::support::grpc::proto::{
    BlobAndCommitmentRequest, BlobAndPointRequest, BlobRequest, ItemAnswer, ProvenBlobRequest,
    ProvenBlobsRequest, ProvenCellRequest,
};
use super::*;

const NAME: &str = "kzg.v1.Kzg";

async fn start_grpc(settings: Arc<dyn KzgSettings>) -> Running {
    start_grpc_with(settings, |_| ()).await
}

pub(super) async fn start_grpc_with(
    settings: Arc<dyn KzgSettings>,
    change: impl FnOnce(&mut ServerOptions),
) -> Running {
    start(settings, |options| {
        options.grpc_listen.push(support::any_port());
        change(options);
    })
    .await
}

pub(super) fn of_blob(bytes: &[u8]) -> BlobRequest {
    BlobRequest {
        blob: Bytes::copy_from_slice(bytes),
    }
}

/// The request for the verification of blob `number`.
fn proven_blob(number: u16) -> ProvenBlobRequest {
    let fields = Bytes::from(proven(number));
    ProvenBlobRequest {
        blob: fields.slice(..131_072),
        commitment: fields.slice(131_072..131_120),
        proof: fields.slice(131_120..),
    }
}

/// The class that the trailers name.
pub(super) fn class(status: &Status) -> &str {
    let value = status.metadata().get("kzg-type");
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn health_of(name: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: name.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_follows_the_service_and_watches_hold_up_no_drain() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::WarmUp, 0, Action::hang(&gate));
    let backends = Backends {
        manager: manager(Arc::new(settings)),
        engine: None,
        setup_sha256: [0; 32],
    };
    let mut options = ServerOptions::new([support::any_port()]);
    options.grpc_listen.push(support::any_port());
    let server = Server::start(backends, options).await.unwrap();
    let Address::Tcp(address) = server.addresses()[0] else {
        panic!("not TCP");
    };
    let mut running = Running { server, address };
    let mut health = HealthClient::new(running.channel().await);
    let mut watch = health.watch(health_of(NAME)).await.unwrap().into_inner();
    let mut next = async || {
        let answer = tokio::time::timeout(LONG, watch.message()).await.unwrap();
        answer.unwrap().map(|answer| answer.status())
    };
    assert_eq!(next().await, Some(ServingStatus::NotServing));
    gate.open();
    running.server.ready().await.unwrap();
    assert_eq!(next().await, Some(ServingStatus::Serving));
    for name in ["", NAME] {
        let answer = health.check(health_of(name)).await.unwrap();
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    }
    let unknown = health.check(health_of("other")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let drained = tokio::spawn(running.server.shut_down());
    // The end may come before the last status is sent.
    let mut last = next().await;
    if last.is_some() {
        assert_eq!(last, Some(ServingStatus::NotServing));
        last = next().await;
    }
    assert_eq!(last, None);
    drained.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_is_reflected() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let running = start_grpc(fake()).await;
    let channel = running.channel().await;
    let asked = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol(NAME.to_owned()),
    ];
    let requests = asked.map(|asked| ServerReflectionRequest {
        host: String::new(),
        message_request: Some(asked),
    });
    let mut client = ServerReflectionClient::new(channel);
    let answers = client
        .server_reflection_info(stream::iter(requests))
        .await
        .unwrap();
    let answers: Vec<_> = answers.into_inner().collect().await;
    let [listed, file] = &answers[..] else {
        panic!("{} answers", answers.len());
    };
    let Some(MessageResponse::ListServicesResponse(listed)) =
        &listed.as_ref().unwrap().message_response
    else {
        panic!("{listed:?}");
    };
    let names: Vec<&str> = listed.service.iter().map(|it| it.name.as_str()).collect();
    assert!(names.contains(&NAME), "{names:?}");
    let Some(MessageResponse::FileDescriptorResponse(file)) =
        &file.as_ref().unwrap().message_response
    else {
        panic!("{file:?}");
    };
    let descriptor = &file.file_descriptor_proto[0];
    let method = b"ComputeVerifyCellKzgProofBatchChallenge";
    assert!(descriptor.windows(method.len()).any(|it| it == method));
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

async fn collected(
    answers: Result<tonic::Response<tonic::Streaming<ItemAnswer>>, Status>,
) -> Vec<ItemResult> {
    let answers = answers.expect("a stream").into_inner();
    let results = answers.map(|answer| answer.expect("an answer").result.expect("a result"));
    results.collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_of_a_stream_has_its_result() {
    let running = start_grpc(fake()).await;
    let mut client = running.grpc().await;
    let malformed = malformed();
    let items: Vec<_> = (0..100u16)
        .map(|number| match number {
            50 => of_blob(&malformed),
            51 => of_blob(&[1; 5]),
            _ => of_blob(&blob(number).0),
        })
        .collect();
    let commitments = collected(client.commitments(stream::iter(items.clone())).await).await;
    let proofs = collected(client.blob_proofs(stream::iter(items)).await).await;
    assert_eq!((commitments.len(), proofs.len()), (100, 100));
    for number in 0..100u16 {
        let (commitment, proof) = (
            &commitments[usize::from(number)],
            &proofs[usize::from(number)],
        );
        if let 50 | 51 = number {
            for result in [commitment, proof] {
                let ItemResult::Error(problem) = result else {
                    panic!("{result:?}");
                };
                assert_eq!(
                    (problem.index, problem.item.as_str()),
                    (number.into(), "blob")
                );
            }
            continue;
        }
        let request = proven_blob(number);
        assert_eq!(*commitment, ItemResult::Point(request.commitment));
        assert_eq!(*proof, ItemResult::Point(request.proof));
    }
    let mut wrong = proven_blob(1);
    wrong.blob = proven_blob(2).blob;
    let mut short = proven_blob(1);
    short.proof.truncate(47);
    let items = [proven_blob(1), wrong, short, proven_blob(3)];
    let verdicts = collected(client.verify_blobs(stream::iter(items)).await).await;
    let [
        ItemResult::Verdict(true),
        ItemResult::Verdict(false),
        ItemResult::Error(problem),
        ItemResult::Verdict(true),
    ] = &verdicts[..]
    else {
        panic!("{verdicts:?}");
    };
    assert_eq!((problem.index, problem.item.as_str()), (2, "proof"));
    let cells = client
        .compute_cells_and_kzg_proofs(of_blob(&blob(7).0))
        .await;
    let made = cells.unwrap().into_inner();
    let proofs = stream::iter([of_blob(&blob(7).0)]);
    let proofs = collected(client.cell_proofs(proofs).await).await;
    let [ItemResult::Points(points)] = &proofs[..] else {
        panic!("{proofs:?}");
    };
    assert_eq!(points.points, made.proofs);
    let commitment = proven_blob(7).commitment;
    let items = (0..256usize).map(|number| ProvenCellRequest {
        commitment: commitment.clone(),
        cell_index: (number % 128) as u64,
        cell: made.cells[number % 128].clone(),
        // The second half has the proofs of other cells.
        proof: made.proofs[(number % 128 + number / 128) % 128].clone(),
    });
    let items: Vec<_> = items.collect();
    let verdicts = collected(client.verify_cells(stream::iter(items)).await).await;
    assert_eq!(verdicts.len(), 256);
    for (number, verdict) in verdicts.iter().enumerate() {
        assert_eq!(*verdict, ItemResult::Verdict(number < 128), "{number}");
    }
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_have_the_codes_of_the_table() {
    let gate = Gate::default();
    let hung = gate.clone();
    let settings = Scripted::new(fake()).otherwise(move |operation, number| match operation {
        Operation::ComputeKzgProof => Action::hang(&hung),
        Operation::ComputeCells => Action::Panic,
        Operation::ComputeBlobKzgProof if number > 0 => Action::Fail(Error::Integrity {
            message: "a test".to_owned(),
        }),
        _ => Action::Pass,
    });
    let running = start_grpc_with(Arc::new(settings), |options| options.service.queue = 1).await;
    let mut client = running.grpc().await;
    let malformed = client.blob_to_kzg_commitment(of_blob(&malformed())).await;
    let malformed = malformed.unwrap_err();
    assert_eq!(
        (malformed.code(), class(&malformed)),
        (Code::InvalidArgument, "input")
    );
    assert_eq!(malformed.metadata().get("kzg-item").unwrap(), "blob");
    assert_eq!(malformed.metadata().get("kzg-index").unwrap(), "0");
    let fault = client.compute_cells(of_blob(&blob(1).0)).await.unwrap_err();
    assert_eq!((fault.code(), class(&fault)), (Code::Internal, "fault"));
    let proven = proven_blob(1);
    let committed = BlobAndCommitmentRequest {
        blob: proven.blob.clone(),
        commitment: proven.commitment,
    };
    let alarm = client.compute_blob_kzg_proof(committed).await.unwrap_err();
    assert_eq!((alarm.code(), class(&alarm)), (Code::DataLoss, "integrity"));
    // One call runs, one waits, and there is no room for a third.
    let point = BlobAndPointRequest {
        blob: proven.blob,
        z: Bytes::from_static(&[0; 32]),
    };
    let ask = || {
        let (mut client, point) = (client.clone(), point.clone());
        tokio::spawn(async move { client.compute_kzg_proof(point).await })
    };
    let first = ask();
    wait_until(|| running.server.service().statistics().active_tasks == 1).await;
    let second = ask();
    wait_until(|| running.server.service().statistics().queued_tasks == 1).await;
    let busy = client.compute_kzg_proof(point.clone()).await.unwrap_err();
    assert_eq!(
        (busy.code(), class(&busy)),
        (Code::ResourceExhausted, "busy")
    );
    gate.open();
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
    let channel = running.channel().await;
    let mut other = tonic::client::Grpc::new(channel);
    other.ready().await.unwrap();
    let path = "/kzg.v1.Kzg/Other".parse().unwrap();
    let codec = tonic_prost::ProstCodec::<BlobRequest, BlobRequest>::default();
    let unknown = other
        .unary(tonic::Request::new(point_blob()), path, codec)
        .await;
    assert_eq!(unknown.unwrap_err().code(), Code::Unimplemented);
    // All of them are counted, each at a moment after the client may have its answer.
    let counted = [
        ("blob_to_kzg_commitment", 400),
        ("compute_cells", 500),
        ("compute_blob_kzg_proof", 500),
        ("compute_kzg_proof", 503),
        ("compute_kzg_proof", 200),
        ("none", 405),
    ];
    let lines = counted.map(|(endpoint, status)| {
        format!("kzg_requests_total{{front=\"grpc\",endpoint=\"{endpoint}\",status=\"{status}\"}}")
    });
    let begun = Instant::now();
    loop {
        let text = get(&running, "/metrics").await;
        let missing = |line: &&String| {
            !text.text().contains(line.as_str()) || metric(text.text(), line) < 1.0
        };
        let Some(line) = lines.iter().find(missing) else {
            break;
        };
        assert!(begun.elapsed() < LONG, "{line}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn point_blob() -> BlobRequest {
    of_blob(&[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_kept() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate));
    let running = start_grpc(Arc::new(settings)).await;
    let address = running.server.grpc_addresses()[0].to_string();
    // The client of tonic would end the request itself.
    let message = [&[0, 0, 2, 0, 4, 10, 0x80, 0x80, 8][..], &blob(1).0].concat();
    let frames = stream::iter([Ok::<_, hyper::Error>(Frame::data(Bytes::from(message)))]);
    let request = grpc_request(&address, "ComputeCells", StreamBody::new(frames));
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("grpc-timeout", "50m".parse().unwrap());
    let answer = send_grpc(&address, Request::from_parts(parts, body)).await;
    assert_eq!(answer, ("4".to_owned(), "deadline".to_owned()));
    gate.open();
}

pub(super) fn grpc_request<B>(address: &str, method: &str, body: B) -> Request<B> {
    Request::post(format!("http://{address}/kzg.v1.Kzg/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)
        .expect("a request")
}

/// Sends a request on a connection of its own. Returns the code and the class of the answer.
pub(super) async fn send_grpc<B>(address: &str, request: Request<B>) -> (String, String)
where
    B: hyper::body::Body<Data = Bytes, Error = hyper::Error> + Send + Unpin + 'static,
{
    let stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("a handshake");
    tokio::spawn(connection);
    let answer = tokio::time::timeout(LONG, sender.send_request(request)).await;
    let (parts, body) = answer.expect("in time").expect("an answer").into_parts();
    let body = body.collect().await.expect("the whole answer");
    let trailers = body.trailers().cloned().unwrap_or(parts.headers);
    let value = |name: &str| {
        let value = trailers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    (value("grpc-status"), value("kzg-type"))
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

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded_and_a_stream_waits_for_it() {
    let running = start_grpc_with(fake(), |options| options.service.bytes = 1 << 20).await;
    let mut client = running.grpc().await;
    let one = proven_blob(1);
    let large = ProvenBlobsRequest {
        blobs: vec![one.blob; 9],
        commitments: vec![one.commitment; 9],
        proofs: vec![one.proof; 9],
    };
    let refused = client.verify_blob_kzg_proof_batch(large).await.unwrap_err();
    assert_eq!(
        (refused.code(), class(&refused)),
        (Code::ResourceExhausted, "too_large"),
        "{refused}"
    );
    let others = all_but(&running, 600_000);
    let items: Vec<_> = (0..40).map(|number| of_blob(&blob(number).0)).collect();
    let results = collected(client.commitments(stream::iter(items)).await).await;
    assert_eq!(results.len(), 40);
    drop(others);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// There is room for one item of a stream and a half. An item whose bytes are there counts once.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_has_arrived_waits_for_no_more_memory() {
    let running = start_grpc_with(fake(), |options| {
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let others = all_but(&running, 200_000);
    let mut client = running.grpc().await;
    let items: Vec<_> = (0..3).map(|number| of_blob(&blob(number).0)).collect();
    let results = client.commitments(stream::iter(items)).await;
    let results = tokio::time::timeout(LONG, collected(results)).await;
    let results = results.expect("no item waits for the memory of its own message");
    assert_eq!(results.len(), 3);
    drop(others);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_whose_messages_do_not_fit_together_do_not_wait_for_each_other() {
    let running = start_grpc_with(fake(), |options| {
        // Room for seven items.
        options.service.bytes = 1 << 20;
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let streams = (0..40).map(|number| {
        let items: Vec<_> = (0..3)
            .map(|item| of_blob(&blob(3 * number + item).0))
            .collect();
        let running = &running;
        async move {
            let mut client = running.grpc().await;
            let answers = client.commitments(stream::iter(items)).await.unwrap();
            answers.into_inner().collect::<Vec<_>>().await
        }
    });
    let streams = tokio::time::timeout(LONG, join_all(streams)).await;
    let streams = streams.expect("no stream waits for another without an end");
    let mut complete = 0;
    for results in streams {
        match results.last() {
            // A stream that finds no room for its first item is refused.
            Some(Err(status)) => assert_eq!((class(status), results.len()), ("busy", 1)),
            _ => {
                assert_eq!(results.len(), 3);
                complete += 1;
            }
        }
    }
    assert!(complete > 0);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_are_malformed_input() {
    let running = start_grpc(fake()).await;
    let address = running.server.grpc_addresses()[0].to_string();
    for method in ["VerifyCellKzgProofBatch", "VerifyCells"] {
        let message = Bytes::from_static(&[0, 0, 0, 0, 3, 10, 0xff, 1]);
        let frames = stream::iter([Ok::<_, hyper::Error>(Frame::data(message))]);
        let request = grpc_request(&address, method, StreamBody::new(frames));
        let answer = send_grpc(&address, request).await;
        assert_eq!(answer, ("3".to_owned(), "input".to_owned()), "{method}");
    }
}
