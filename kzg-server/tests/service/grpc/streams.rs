//! The results of streams, and the memory of their items.

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use tonic::Code;

use super::*;
use crate::semantics::wait_until;
use crate::support::grpc::proto::item_answer::Result as ItemResult;
use crate::support::grpc::proto::{ItemAnswer, ProvenBlobsRequest, ProvenCellRequest};

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
