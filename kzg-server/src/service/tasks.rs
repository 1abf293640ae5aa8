//! Calls as tasks of the processor, and results of tasks as answers.

use kzg_advanced::concurrent::Priority;
use kzg_advanced::{Error, KzgResult, KzgSettings, KzgTask, Operation};

use crate::problem::{Class, Problem};
use crate::wire::operation::{OperationRequest, OperationResponse};

/// The lane of a call: verifications, which are short, do not wait behind proofs.
pub(super) fn priority(operation: Operation) -> Priority {
    match operation {
        Operation::VerifyKzgProof
        | Operation::VerifyBlobKzgProof
        | Operation::VerifyBlobKzgProofBatch
        | Operation::VerifyCellKzgProofBatch
        | Operation::ComputeChallenge
        | Operation::ComputeVerifyCellKzgProofBatchChallenge => Priority::RealTime,
        _ => Priority::Batch,
    }
}

/// The task of a call.
pub(super) fn task(call: OperationRequest) -> KzgTask {
    let id = 0;
    let operation = call.operation();
    match call {
        OperationRequest::BlobToKzgCommitment { blob } => KzgTask::Commitment { id, blob },
        OperationRequest::ComputeBlobKzgProof { blob, commitment } => KzgTask::Proof {
            id,
            blob,
            commitment,
        },
        OperationRequest::VerifyKzgProof {
            commitment,
            z,
            y,
            proof,
        } => KzgTask::Verification {
            id,
            commitment,
            proof,
            point: z,
            value: y,
        },
        OperationRequest::VerifyBlobKzgProof {
            blob,
            commitment,
            proof,
        } => KzgTask::BlobVerification {
            id,
            blob,
            commitment,
            proof,
        },
        OperationRequest::VerifyBlobKzgProofBatch {
            blobs,
            commitments,
            proofs,
        } => KzgTask::BatchVerification {
            id,
            blobs,
            commitments,
            proofs,
        },
        OperationRequest::ComputeCellsAndKzgProofs { blob } => KzgTask::Cells { id, blob },
        OperationRequest::RecoverCellsAndKzgProofs {
            cell_indices,
            cells,
        } => KzgTask::Recovery {
            id,
            cell_indices,
            cells,
        },
        OperationRequest::VerifyCellKzgProofBatch {
            commitments,
            cell_indices,
            cells,
            proofs,
        } => KzgTask::CellVerification {
            id,
            commitments,
            cell_indices,
            cells,
            proofs,
        },
        other => KzgTask::call(id, operation, move |settings| perform(&other, settings)),
    }
}

/// Makes a call for which the processor has no kind of task.
fn perform(
    call: &OperationRequest,
    settings: &dyn KzgSettings,
) -> Result<OperationResponse, Error> {
    Ok(match call {
        OperationRequest::ComputeKzgProof { blob, z } => {
            let (proof, value) = settings.compute_kzg_proof(blob, z)?;
            OperationResponse::ProofAndValue(proof, value)
        }
        OperationRequest::ComputeCells { blob } => {
            OperationResponse::Cells(settings.compute_cells(blob)?)
        }
        OperationRequest::ComputeCellKzgProofs { blob } => {
            OperationResponse::Proofs(settings.compute_cell_kzg_proofs(blob)?)
        }
        OperationRequest::ProveBlob { blob } => {
            let commitment = settings.blob_to_kzg_commitment(blob)?;
            OperationResponse::Point(settings.compute_blob_kzg_proof(blob, &commitment)?.into())
        }
        OperationRequest::ComputeChallenge { blob, commitment } => {
            OperationResponse::Scalar(settings.compute_challenge(blob, commitment)?)
        }
        OperationRequest::CellBatchChallenge {
            commitments,
            commitment_indices,
            cell_indices,
            cells,
            proofs,
        } => OperationResponse::Scalar(settings.compute_verify_cell_kzg_proof_batch_challenge(
            commitments,
            commitment_indices,
            cell_indices,
            (&**cells).into(),
            proofs,
        )?),
        other => {
            return Err(Error::Fault {
                backend: "kzg-server".to_owned(),
                message: format!("{} has a task of its own", other.operation()),
            });
        }
    })
}

/// The answer in the result of a task.
pub(super) fn answer(result: KzgResult) -> Result<OperationResponse, Problem> {
    Ok(match result {
        KzgResult::Commitment { result, .. } => OperationResponse::Point(result?.into()),
        KzgResult::Proof { result, .. } => OperationResponse::Point(result?.into()),
        KzgResult::Verification { result, .. } => OperationResponse::Verdict(result?),
        KzgResult::Cells { result, .. } | KzgResult::Recovery { result, .. } => {
            let made = result?;
            OperationResponse::CellsAndProofs(made.cells, made.proofs)
        }
        KzgResult::Call { result, .. } => match result?.downcast() {
            Ok(answer) => *answer,
            Err(_) => return Err(Problem::new(Class::Fault, "a call gave another value")),
        },
        other => {
            let detail = format!("an unexpected result of task {}", other.id());
            return Err(Problem::new(Class::Fault, detail));
        }
    })
}
