//! Calls as tasks of the processor, and results of tasks as answers.

use kzg_advanced::concurrent::Priority;
use kzg_advanced::{Error, KzgResult, KzgSettings, KzgTask, Operation};

use crate::problem::{Class, Problem};
use crate::wire::call::{Answer, Call};

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
pub(super) fn task(call: Call) -> KzgTask {
    let id = 0;
    let operation = call.operation();
    match call {
        Call::BlobToKzgCommitment { blob } => KzgTask::Commitment { id, blob },
        Call::ComputeBlobKzgProof { blob, commitment } => KzgTask::Proof {
            id,
            blob,
            commitment,
        },
        Call::VerifyKzgProof {
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
        Call::VerifyBlobKzgProof {
            blob,
            commitment,
            proof,
        } => KzgTask::BlobVerification {
            id,
            blob,
            commitment,
            proof,
        },
        Call::VerifyBlobKzgProofBatch {
            blobs,
            commitments,
            proofs,
        } => KzgTask::BatchVerification {
            id,
            blobs,
            commitments,
            proofs,
        },
        Call::ComputeCellsAndKzgProofs { blob } => KzgTask::Cells { id, blob },
        Call::RecoverCellsAndKzgProofs {
            cell_indices,
            cells,
        } => KzgTask::Recovery {
            id,
            cell_indices,
            cells,
        },
        Call::VerifyCellKzgProofBatch {
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
fn perform(call: &Call, settings: &dyn KzgSettings) -> Result<Answer, Error> {
    Ok(match call {
        Call::ComputeKzgProof { blob, z } => {
            let (proof, value) = settings.compute_kzg_proof(blob, z)?;
            Answer::ProofAndValue(proof, value)
        }
        Call::ComputeCells { blob } => Answer::Cells(settings.compute_cells(blob)?),
        Call::ComputeCellKzgProofs { blob } => {
            Answer::Proofs(settings.compute_cell_kzg_proofs(blob)?)
        }
        Call::ProveBlob { blob } => {
            let commitment = settings.blob_to_kzg_commitment(blob)?;
            Answer::Point(settings.compute_blob_kzg_proof(blob, &commitment)?.into())
        }
        Call::ComputeChallenge { blob, commitment } => {
            Answer::Scalar(settings.compute_challenge(blob, commitment)?)
        }
        Call::CellBatchChallenge {
            commitments,
            commitment_indices,
            cell_indices,
            cells,
            proofs,
        } => Answer::Scalar(settings.compute_verify_cell_kzg_proof_batch_challenge(
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
pub(super) fn answer(result: KzgResult) -> Result<Answer, Problem> {
    Ok(match result {
        KzgResult::Commitment { result, .. } => Answer::Point(result?.into()),
        KzgResult::Proof { result, .. } => Answer::Point(result?.into()),
        KzgResult::Verification { result, .. } => Answer::Verdict(result?),
        KzgResult::Cells { result, .. } | KzgResult::Recovery { result, .. } => {
            let made = result?;
            Answer::CellsAndProofs(made.cells, made.proofs)
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
