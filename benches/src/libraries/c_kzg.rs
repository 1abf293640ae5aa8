//! c-kzg, the reference, with tables for cell proofs of the size that c-kzg recommends.

use c_kzg::{Blob, Bytes32, Bytes48, Cell, KzgCommitment, KzgProof, KzgSettings};
use kzg_traits::TrustedSetup;

use crate::inputs::{CellBatch, Inputs};
use crate::libraries::{Answer, Library, Run, run};
use crate::operation::{
    BATCH_BLOBS, BLOCK_BLOBS, BlockOperation, BlockWork, CELL_BLOBS, MANY_BLOBS, Operation,
};

/// Window width of the tables in bits, as c-kzg recommends.
const PRECOMPUTE: u64 = 8;

struct CKzg {
    mainnet: String,
    settings: KzgSettings,
}

pub(super) fn load() -> Box<dyn Library> {
    let mainnet = TrustedSetup::mainnet().to_text();
    let settings = KzgSettings::parse_kzg_trusted_setup(&mainnet, PRECOMPUTE);
    Box::new(CKzg {
        settings: settings.expect("the mainnet setup is valid"),
        mainnet,
    })
}

impl Library for CKzg {
    fn prepare<'a>(&'a self, operation: Operation, inputs: &'a Inputs) -> Option<Run<'a>> {
        let settings = &self.settings;
        let blob = to_blob(inputs.blob());
        match operation {
            Operation::BlobToKzgCommitment => run(move || settings.blob_to_kzg_commitment(&blob)),
            Operation::ComputeKzgProof => {
                let z = Bytes32::new(inputs.z().0);
                run(move || settings.compute_kzg_proof(&blob, &z))
            }
            Operation::ComputeBlobKzgProof => {
                let commitment = Bytes48::new(inputs.commitment().0);
                run(move || settings.compute_blob_kzg_proof(&blob, &commitment))
            }
            Operation::VerifyKzgProof => {
                let (proof, y) = inputs.opening();
                let (proof, y) = (Bytes48::new(proof.0), Bytes32::new(y.0));
                let commitment = Bytes48::new(inputs.commitment().0);
                let z = Bytes32::new(inputs.z().0);
                run(move || settings.verify_kzg_proof(&commitment, &z, &y, &proof))
            }
            Operation::VerifyBlobKzgProof => {
                let commitment = Bytes48::new(inputs.commitment().0);
                let proof = Bytes48::new(inputs.proof().0);
                run(move || settings.verify_blob_kzg_proof(&blob, &commitment, &proof))
            }
            Operation::VerifyBlobKzgProofBatch => {
                let blobs = to_blobs(inputs, BATCH_BLOBS);
                let commitments = to_commitments(inputs, BATCH_BLOBS);
                let proofs = inputs.proofs(BATCH_BLOBS);
                let proofs: Vec<_> = proofs.iter().map(|proof| Bytes48::new(proof.0)).collect();
                run(move || settings.verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs))
            }
            Operation::ComputeCells | Operation::RecoverCells => {
                run(move || settings.compute_cells(&blob))
            }
            Operation::ComputeCellsAndKzgProofs => {
                run(move || settings.compute_cells_and_kzg_proofs(&blob))
            }
            Operation::RecoverCellsAndKzgProofs => {
                let (indices, cells) = inputs.half_of_the_cells();
                let cells = to_cells(&cells);
                run(move || settings.recover_cells_and_kzg_proofs(&indices, &cells))
            }
            Operation::VerifyCellKzgProofBatchOneBlob => verify_cells(settings, inputs, 1),
            Operation::VerifyCellKzgProofBatchBlock => verify_cells(settings, inputs, BLOCK_BLOBS),
            Operation::VerifyCellKzgProofBatch => verify_cells(settings, inputs, CELL_BLOBS),
            Operation::VerifyBlobKzgProofEach(_)
            | Operation::VerifyCellKzgProofEach(_)
            | Operation::VerifyCellKzgProofEachManyBlobs(_) => None,
            Operation::BlobsToKzgCommitments => {
                let blobs = to_blobs(inputs, MANY_BLOBS);
                run(move || {
                    let commitments = blobs
                        .iter()
                        .map(|blob| settings.blob_to_kzg_commitment(blob));
                    commitments.collect::<Result<Vec<_>, _>>()
                })
            }
            Operation::ComputeBlobKzgProofs => {
                let blobs = to_blobs(inputs, MANY_BLOBS);
                let commitments = to_commitments(inputs, MANY_BLOBS);
                run(move || {
                    let each = blobs.iter().zip(&commitments);
                    each.map(|(blob, commitment)| settings.compute_blob_kzg_proof(blob, commitment))
                        .collect::<Result<Vec<_>, _>>()
                })
            }
            Operation::ComputeManyCellsAndKzgProofs => {
                compute_columns(settings, inputs, CELL_BLOBS)
            }
            Operation::Block(block) => prepare_block(settings, inputs, block),
            Operation::SetupMainnet => run(move || Fresh::load(&self.mainnet, 0, inputs)),
            Operation::SetupFirstVerification => {
                let commitment = Bytes48::new(inputs.commitment().0);
                let proof = Bytes48::new(inputs.proof().0);
                let cell = Cells::from(inputs.one_cell());
                run(move || {
                    let fresh = KzgSettings::parse_kzg_trusted_setup(&self.mainnet, 0)?;
                    Ok::<_, c_kzg::Error>(
                        fresh.verify_blob_kzg_proof(&blob, &commitment, &proof)?
                            && cell.verify(&fresh)?,
                    )
                })
            }
            Operation::SetupProverTables => {
                run(move || Fresh::load(&self.mainnet, PRECOMPUTE, inputs))
            }
            Operation::DecodePoints | Operation::VerifyCellKzgProofBatchOutside => None,
            Operation::Related(related) => {
                self.prepare(related.operation, inputs.related(related.relation))
            }
            Operation::SetupFile => {
                let file = inputs.setup_file().to_text();
                run(move || Fresh::load(&file, 0, inputs))
            }
        }
    }

    fn note(&self, operation: Operation) -> Option<&'static str> {
        match operation {
            Operation::RecoverCells => {
                Some("measures compute_cells: c-kzg cannot recover without proofs")
            }
            Operation::SetupMainnet | Operation::SetupFirstVerification | Operation::SetupFile => {
                Some("without tables (precompute 0)")
            }
            _ => None,
        }
    }
}

fn verify_cells<'a>(settings: &'a KzgSettings, inputs: &Inputs, blobs: usize) -> Option<Run<'a>> {
    let batch = Cells::from(inputs.cell_batch(blobs));
    run(move || batch.verify(settings))
}

fn compute_columns<'a>(
    settings: &'a KzgSettings,
    inputs: &Inputs,
    blobs: usize,
) -> Option<Run<'a>> {
    let blobs = to_blobs(inputs, blobs);
    run(move || {
        let (mut cells, mut proofs) = (Vec::new(), Vec::new());
        for blob in &blobs {
            let extension = settings.compute_cells_and_kzg_proofs(blob)?;
            cells.push(extension.0);
            proofs.push(extension.1);
        }
        Ok::<_, c_kzg::Error>((cells, proofs))
    })
}

fn prepare_block<'a>(
    settings: &'a KzgSettings,
    inputs: &Inputs,
    block: &BlockOperation,
) -> Option<Run<'a>> {
    match block.work {
        BlockWork::VerifyColumn => {
            let batch = Cells::from(inputs.column(block.blobs));
            run(move || batch.verify(settings))
        }
        BlockWork::VerifyColumns => verify_cells(settings, inputs, block.blobs),
        BlockWork::FindFalseColumn => None,
        BlockWork::Recover => {
            let (indices, halves) = inputs.half_of_the_columns(block.blobs);
            let halves: Vec<_> = halves.iter().map(|cells| to_cells(cells)).collect();
            run(move || {
                let each = halves.iter();
                each.map(|cells| settings.recover_cells_and_kzg_proofs(&indices, cells))
                    .collect::<Result<Vec<_>, _>>()
            })
        }
        BlockWork::ComputeColumns => compute_columns(settings, inputs, block.blobs),
    }
}

/// [`CellBatch`] in c-kzg's types.
struct Cells {
    commitments: Vec<Bytes48>,
    cell_indices: Vec<u64>,
    cells: Vec<Cell>,
    proofs: Vec<Bytes48>,
}

impl From<CellBatch> for Cells {
    fn from(batch: CellBatch) -> Self {
        let commitments = batch.commitments.iter();
        let proofs = batch.proofs.iter();
        Self {
            commitments: commitments.map(|c| Bytes48::new(c.0)).collect(),
            cells: to_cells(&batch.cells),
            proofs: proofs.map(|proof| Bytes48::new(proof.0)).collect(),
            cell_indices: batch.cell_indices,
        }
    }
}

impl Cells {
    fn verify(&self, settings: &KzgSettings) -> Result<bool, c_kzg::Error> {
        settings.verify_cell_kzg_proof_batch(
            &self.commitments,
            &self.cell_indices,
            &self.cells,
            &self.proofs,
        )
    }
}

fn to_blob(blob: &kzg_traits::Blob) -> Box<Blob> {
    Box::new(Blob::new(blob.0))
}

fn to_blobs(inputs: &Inputs, count: usize) -> Vec<Blob> {
    inputs
        .blobs(count)
        .iter()
        .map(|blob| Blob::new(blob.0))
        .collect()
}

fn to_commitments(inputs: &Inputs, count: usize) -> Vec<Bytes48> {
    let commitments = inputs.commitments(count);
    commitments.iter().map(|c| Bytes48::new(c.0)).collect()
}

fn to_cells(cells: &[kzg_traits::Cell]) -> Vec<Cell> {
    cells.iter().map(|cell| Cell::new(cell.0)).collect()
}

/// Newly loaded settings. The answer is a commitment, which is computed when answers are compared.
struct Fresh<'a> {
    settings: KzgSettings,
    inputs: &'a Inputs,
}

impl<'a> Fresh<'a> {
    fn load(text: &str, precompute: u64, inputs: &'a Inputs) -> Result<Self, c_kzg::Error> {
        let settings = KzgSettings::parse_kzg_trusted_setup(text, precompute)?;
        Ok(Self { settings, inputs })
    }
}

impl Answer for Fresh<'_> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        let blob = to_blob(self.inputs.blob());
        let commitment = self.settings.blob_to_kzg_commitment(&blob);
        commitment.expect("the blob is canonical").append_to(bytes);
    }
}

impl Answer for KzgCommitment {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_bytes()[..]);
    }
}

impl Answer for KzgProof {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_bytes()[..]);
    }
}

impl Answer for Bytes32 {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self[..]);
    }
}

impl Answer for Cell {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_bytes());
    }
}
