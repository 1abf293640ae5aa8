//! The methods of `kzg.v1.Kzg`.

use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use kzg_advanced::{Blob, Error};
use tonic::{Request, Response, Status, Streaming};

use super::body::{MessageMemory, RequestDeadline};
use super::convert::{FromOperationResponse, ToOperationRequest};
use super::proto::kzg_server::Kzg;
use super::stream::{self, Items};
use super::{proto, status};
use crate::bulk::Bulk;
use crate::owed::Owed;
use crate::service::{Admission, Service};
use crate::wire::operation::{OperationRequest, OperationResponse};

/// The gRPC front of a service.
#[derive(Debug)]
pub(super) struct KzgFront {
    service: Arc<Service>,
}

/// The result of a method.
type Reply<T> = Result<Response<T>, Status>;

impl KzgFront {
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self { service }
    }

    /// A call of one operation.
    async fn unary<M: ToOperationRequest, A: FromOperationResponse>(
        &self,
        request: Request<M>,
        of_blob: fn(Arc<Blob>) -> OperationRequest,
    ) -> Reply<A> {
        self.answer(request, |message| message.to_operation_request(of_blob))
            .await
    }

    async fn answer<M, A: FromOperationResponse>(
        &self,
        request: Request<M>,
        read: impl FnOnce(&M) -> Result<OperationRequest, Error>,
    ) -> Reply<A> {
        let deadline = deadline(&request);
        let deadline = deadline.unwrap_or_else(|| self.service.deadline(None));
        let result = async {
            let mut memory = MessageMemory::of(&request).take()?;
            // The inputs exist beside the message until the message is read.
            let inputs = memory.bytes();
            memory.reserve(inputs, 0)?;
            let call = read(request.get_ref())?;
            drop(request);
            memory.shrink_to(inputs);
            let answer: OperationResponse = self
                .service
                .call(call, deadline, Admission::Single, memory.into())
                .await?;
            A::of(answer)
        };
        let result = result.await.map(Response::new);
        result.map_err(|problem| status::of(&problem))
    }

    /// A stream of items.
    fn stream<M: ToOperationRequest + Send + 'static>(
        &self,
        request: Request<Streaming<M>>,
        bulk: Bulk,
        of_blob: fn(Arc<Blob>) -> OperationRequest,
    ) -> Reply<Items> {
        let deadline = deadline(&request);
        let memory = MessageMemory::of(&request);
        let owed = request
            .extensions()
            .get()
            .map_or_else(Owed::new, Arc::clone);
        let items = request.into_inner().inspect({
            let owed = Arc::clone(&owed);
            move |_| owed.begin()
        });
        let answers = stream::answers(
            &self.service,
            items,
            memory,
            bulk.window(),
            deadline,
            of_blob,
        );
        Ok(Response::new(
            answers.inspect(move |_| owed.hand_out()).boxed(),
        ))
    }
}

/// The deadline of a request from its head on.
fn deadline<T>(request: &Request<T>) -> Option<Instant> {
    request.extensions().get::<RequestDeadline>()?.0
}

/// For requests that are of one operation alone.
fn commit(blob: Arc<Blob>) -> OperationRequest {
    OperationRequest::BlobToKzgCommitment { blob }
}

fn prove(blob: Arc<Blob>) -> OperationRequest {
    OperationRequest::ProveBlob { blob }
}

fn prove_cells(blob: Arc<Blob>) -> OperationRequest {
    OperationRequest::ComputeCellKzgProofs { blob }
}

#[tonic::async_trait]
impl Kzg for KzgFront {
    type CommitmentsStream = Items;
    type BlobProofsStream = Items;
    type CellProofsStream = Items;
    type VerifyBlobsStream = Items;
    type VerifyCellsStream = Items;

    async fn blob_to_kzg_commitment(
        &self,
        request: Request<proto::BlobRequest>,
    ) -> Reply<proto::PointAnswer> {
        self.unary(request, commit).await
    }

    async fn compute_kzg_proof(
        &self,
        request: Request<proto::BlobAndPointRequest>,
    ) -> Reply<proto::ProofAndValueAnswer> {
        self.unary(request, commit).await
    }

    async fn compute_blob_kzg_proof(
        &self,
        request: Request<proto::BlobAndCommitmentRequest>,
    ) -> Reply<proto::PointAnswer> {
        self.answer(request, |message| message.prove()).await
    }

    async fn verify_kzg_proof(
        &self,
        request: Request<proto::OpeningRequest>,
    ) -> Reply<proto::VerdictAnswer> {
        self.unary(request, commit).await
    }

    async fn verify_blob_kzg_proof(
        &self,
        request: Request<proto::ProvenBlobRequest>,
    ) -> Reply<proto::VerdictAnswer> {
        self.unary(request, commit).await
    }

    async fn verify_blob_kzg_proof_batch(
        &self,
        request: Request<proto::ProvenBlobsRequest>,
    ) -> Reply<proto::VerdictAnswer> {
        self.unary(request, commit).await
    }

    async fn compute_cells(
        &self,
        request: Request<proto::BlobRequest>,
    ) -> Reply<proto::CellsAnswer> {
        self.unary(request, |blob| OperationRequest::ComputeCells { blob })
            .await
    }

    async fn compute_cells_and_kzg_proofs(
        &self,
        request: Request<proto::BlobRequest>,
    ) -> Reply<proto::CellsAnswer> {
        self.unary(request, |blob| OperationRequest::ComputeCellsAndKzgProofs {
            blob,
        })
        .await
    }

    async fn recover_cells_and_kzg_proofs(
        &self,
        request: Request<proto::SomeCellsRequest>,
    ) -> Reply<proto::CellsAnswer> {
        self.unary(request, commit).await
    }

    async fn verify_cell_kzg_proof_batch(
        &self,
        request: Request<proto::ProvenCellsRequest>,
    ) -> Reply<proto::VerdictAnswer> {
        self.unary(request, commit).await
    }

    async fn compute_challenge(
        &self,
        request: Request<proto::BlobAndCommitmentRequest>,
    ) -> Reply<proto::ScalarAnswer> {
        self.answer(request, |message| message.challenge()).await
    }

    async fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        request: Request<proto::CellBatchRequest>,
    ) -> Reply<proto::ScalarAnswer> {
        self.unary(request, commit).await
    }

    async fn commitments(&self, request: Request<Streaming<proto::BlobRequest>>) -> Reply<Items> {
        self.stream(request, Bulk::Commitments, commit)
    }

    async fn blob_proofs(&self, request: Request<Streaming<proto::BlobRequest>>) -> Reply<Items> {
        self.stream(request, Bulk::BlobProofs, prove)
    }

    async fn cell_proofs(&self, request: Request<Streaming<proto::BlobRequest>>) -> Reply<Items> {
        self.stream(request, Bulk::CellProofs, prove_cells)
    }

    async fn verify_blobs(
        &self,
        request: Request<Streaming<proto::ProvenBlobRequest>>,
    ) -> Reply<Items> {
        self.stream(request, Bulk::VerifyBlobs, commit)
    }

    async fn verify_cells(
        &self,
        request: Request<Streaming<proto::ProvenCellRequest>>,
    ) -> Reply<Items> {
        self.stream(request, Bulk::VerifyCells, commit)
    }
}
