//! rust_eth_kzg, with tables for cell proofs of the size that rust_eth_kzg recommends.
//!
//! The feature `singlethreaded` of rust_eth_kzg is off, because the feature enables blst's
//! `no-threads` in the whole program, our backends included. Instead, blst's thread pool is
//! restricted to one CPU: at its first use, the pool takes its size from the CPUs that the calling
//! thread may run on. Where the system refuses this restriction, the rows of rust_eth_kzg are
//! compared by CPU time of the process.

use rust_eth_kzg::{Bytes48Ref, CellRef, DASContext, Error, UsePrecomp};

use crate::inputs::{CellBatch, Inputs};
use crate::libraries::{Answer, Library, Run, run};
use crate::machine::on_one_processor;
use crate::operation::{
    BATCH_BLOBS, BLOCK_BLOBS, BlockOperation, BlockWork, CELL_BLOBS, MANY_BLOBS, Operation,
};

/// Window width of the tables in bits, as the documentation of rust_eth_kzg recommends.
const PRECOMPUTE: UsePrecomp = UsePrecomp::Yes { width: 8 };

struct RustEthKzg {
    context: DASContext,
}

pub(super) fn load() -> Box<dyn Library> {
    Box::new(on_one_processor(|| {
        let setup = rust_eth_kzg::TrustedSetup::default();
        let context = DASContext::new(&setup, PRECOMPUTE);
        // Loading does not use blst's pool. The first commitment starts the pool.
        let blob = kzg_traits::Blob::zeroed_on_heap();
        let commitment = context.blob_to_kzg_commitment(&blob.0);
        commitment.expect("zeros are canonical");
        RustEthKzg { context }
    }))
}

impl Library for RustEthKzg {
    fn prepare<'a>(&'a self, operation: Operation, inputs: &'a Inputs) -> Option<Run<'a>> {
        let context = &self.context;
        let blob = &inputs.blob().0;
        match operation {
            Operation::BlobToKzgCommitment => run(move || context.blob_to_kzg_commitment(blob)),
            Operation::ComputeKzgProof => {
                let z = inputs.z();
                run(move || context.compute_kzg_proof(blob, z.0))
            }
            Operation::ComputeBlobKzgProof => {
                let commitment = inputs.commitment();
                run(move || context.compute_blob_kzg_proof(blob, &commitment.0))
            }
            Operation::VerifyKzgProof => {
                let (commitment, z, (proof, y)) =
                    (inputs.commitment(), inputs.z(), inputs.opening());
                run(move || verdict(context.verify_kzg_proof(&commitment.0, z.0, y.0, &proof.0)))
            }
            Operation::VerifyBlobKzgProof => {
                let (commitment, proof) = (inputs.commitment(), inputs.proof());
                run(move || verdict(context.verify_blob_kzg_proof(blob, &commitment.0, &proof.0)))
            }
            Operation::VerifyBlobKzgProofBatch => {
                let blobs = inputs.blobs(BATCH_BLOBS);
                let commitments = inputs.commitments(BATCH_BLOBS);
                let proofs = inputs.proofs(BATCH_BLOBS);
                run(move || {
                    verdict(context.verify_blob_kzg_proof_batch(
                        blobs.iter().map(|blob| &blob.0).collect(),
                        commitments.iter().map(|commitment| &commitment.0).collect(),
                        proofs.iter().map(|proof| &proof.0).collect(),
                    ))
                })
            }
            Operation::ComputeCells => run(move || context.compute_cells(blob)),
            Operation::ComputeCellsAndKzgProofs => {
                run(move || context.compute_cells_and_kzg_proofs(blob))
            }
            Operation::RecoverCellsAndKzgProofs => {
                let (indices, cells) = inputs.half_of_the_cells();
                run(move || {
                    let cells = cells.iter().map(|cell| &cell.0).collect();
                    context.recover_cells_and_kzg_proofs(indices.clone(), cells)
                })
            }
            Operation::RecoverCells => None,
            Operation::VerifyCellKzgProofBatchOneBlob => verify_cells(context, inputs, 1),
            Operation::VerifyCellKzgProofBatchBlock => verify_cells(context, inputs, BLOCK_BLOBS),
            Operation::VerifyCellKzgProofBatch => verify_cells(context, inputs, CELL_BLOBS),
            Operation::VerifyBlobKzgProofEach(_)
            | Operation::VerifyCellKzgProofEach(_)
            | Operation::VerifyCellKzgProofEachManyBlobs(_) => None,
            Operation::BlobsToKzgCommitments => {
                let blobs = inputs.blobs(MANY_BLOBS);
                run(move || {
                    let commitments = blobs.iter().map(|b| context.blob_to_kzg_commitment(&b.0));
                    commitments.collect::<Result<Vec<_>, _>>()
                })
            }
            Operation::ComputeBlobKzgProofs => {
                let blobs = inputs.blobs(MANY_BLOBS);
                let commitments = inputs.commitments(MANY_BLOBS);
                run(move || {
                    let each = blobs.iter().zip(&commitments);
                    each.map(|(blob, c)| context.compute_blob_kzg_proof(&blob.0, &c.0))
                        .collect::<Result<Vec<_>, _>>()
                })
            }
            Operation::ComputeManyCellsAndKzgProofs => compute_columns(context, inputs, CELL_BLOBS),
            Operation::Block(block) => prepare_block(context, inputs, block),
            Operation::SetupMainnet => {
                run(move || Fresh::load(&Default::default(), UsePrecomp::No, inputs))
            }
            Operation::SetupFirstVerification => {
                let (commitment, proof, cell) =
                    (inputs.commitment(), inputs.proof(), inputs.one_cell());
                run(move || {
                    let fresh = DASContext::default();
                    let blob = fresh.verify_blob_kzg_proof(blob, &commitment.0, &proof.0);
                    Ok::<_, Error>(verdict(blob)? && verify(&fresh, &cell)?)
                })
            }
            Operation::SetupProverTables => {
                run(move || Fresh::load(&Default::default(), PRECOMPUTE, inputs))
            }
            Operation::DecodePoints | Operation::VerifyCellKzgProofBatchOutside => None,
            Operation::Related(related) => {
                self.prepare(related.operation, inputs.related(related.relation))
            }
            Operation::SetupFile => {
                let file = inputs.setup_file().to_json();
                run(move || {
                    let setup = rust_eth_kzg::TrustedSetup::from_json(&file);
                    Fresh::load(&setup, UsePrecomp::No, inputs)
                })
            }
        }
    }

    fn note(&self, operation: Operation) -> Option<&'static str> {
        match operation {
            Operation::SetupMainnet | Operation::SetupFirstVerification => Some("without tables"),
            Operation::SetupFile => Some("without tables; the Lagrange points are not read"),
            _ => None,
        }
    }
}

fn verify_cells<'a>(context: &'a DASContext, inputs: &Inputs, blobs: usize) -> Option<Run<'a>> {
    let batch = inputs.cell_batch(blobs);
    run(move || verify(context, &batch))
}

fn compute_columns<'a>(
    context: &'a DASContext,
    inputs: &'a Inputs,
    blobs: usize,
) -> Option<Run<'a>> {
    let blobs = inputs.blobs(blobs);
    run(move || {
        let (mut cells, mut proofs) = (Vec::new(), Vec::new());
        for blob in blobs {
            let extension = context.compute_cells_and_kzg_proofs(&blob.0)?;
            cells.push(extension.0);
            proofs.push(extension.1);
        }
        Ok::<_, Error>((cells, proofs))
    })
}

fn prepare_block<'a>(
    context: &'a DASContext,
    inputs: &'a Inputs,
    block: &BlockOperation,
) -> Option<Run<'a>> {
    match block.work {
        BlockWork::VerifyColumn => {
            let batch = inputs.column(block.blobs);
            run(move || verify(context, &batch))
        }
        BlockWork::VerifyColumns => verify_cells(context, inputs, block.blobs),
        BlockWork::FindFalseColumn => None,
        BlockWork::Recover => {
            let (indices, halves) = inputs.half_of_the_columns(block.blobs);
            run(move || {
                let each = halves.iter().map(|cells| {
                    let cells = cells.iter().map(|cell| &cell.0).collect();
                    context.recover_cells_and_kzg_proofs(indices.clone(), cells)
                });
                each.collect::<Result<Vec<_>, _>>()
            })
        }
        BlockWork::ComputeColumns => compute_columns(context, inputs, block.blobs),
    }
}

fn verify(context: &DASContext, batch: &CellBatch) -> Result<bool, Error> {
    let commitments: Vec<Bytes48Ref> = batch.commitments.iter().map(|c| &c.0).collect();
    let cells: Vec<CellRef> = batch.cells.iter().map(|cell| &cell.0).collect();
    let proofs: Vec<Bytes48Ref> = batch.proofs.iter().map(|proof| &proof.0).collect();
    let indices = &batch.cell_indices;
    verdict(context.verify_cell_kzg_proof_batch(commitments, indices, cells, proofs))
}

/// Converts the error for a proof that does not verify into `Ok(false)`.
fn verdict(result: Result<(), Error>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.is_proof_invalid() => Ok(false),
        Err(error) => Err(error),
    }
}

/// A newly loaded context. The answer is a commitment, which is computed when answers are compared.
struct Fresh<'a> {
    context: DASContext,
    inputs: &'a Inputs,
}

impl<'a> Fresh<'a> {
    fn load(
        setup: &rust_eth_kzg::TrustedSetup,
        precompute: UsePrecomp,
        inputs: &'a Inputs,
    ) -> Result<Self, Error> {
        let context = DASContext::new(setup, precompute);
        Ok(Self { context, inputs })
    }
}

impl Answer for Fresh<'_> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        let commitment = self.context.blob_to_kzg_commitment(&self.inputs.blob().0);
        commitment.expect("the blob is canonical").append_to(bytes);
    }
}
