//! The codes of problems.

use std::time::Instant;

use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use kzg_advanced::{Error, Operation};
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::Code;

use super::*;
use crate::semantics::wait_until;
use crate::support::grpc::proto::{BlobAndCommitmentRequest, BlobAndPointRequest};

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
