//! The handlers of EIP-7594.

use serde::Deserialize;

use crate::law::CheckFailure;
use kzg_traits::bytes::{Blob, Cell, KzgCommitment, KzgProof};
use kzg_traits::error::Result;
use kzg_traits::settings::KzgSettings;

use super::Handler;
use super::case::{OneBlob, check, each, handlers};

pub(super) const HANDLERS: [Handler; 5] = handlers![
    compute_cells: 11 cases,
    compute_cells_and_kzg_proofs: 11 cases,
    recover_cells_and_kzg_proofs: 18 cases,
    verify_cell_kzg_proof_batch: 32 cases,
    compute_verify_cell_kzg_proof_batch_challenge: 10 cases,
];

fn compute_cells(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: OneBlob| {
        settings.compute_cells(&*Blob::from_hex(&input.blob)?)
    })
}

fn compute_cells_and_kzg_proofs(
    text: &str,
    settings: &dyn KzgSettings,
) -> Result<(), CheckFailure> {
    check(text, |input: OneBlob| {
        settings.compute_cells_and_kzg_proofs(&*Blob::from_hex(&input.blob)?)
    })
}

fn cells(texts: &[String]) -> Result<Vec<Cell>> {
    each(texts, |text| Cell::from_hex(text).map(|cell| *cell))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeCells {
    cell_indices: Vec<u64>,
    cells: Vec<String>,
}

fn recover_cells_and_kzg_proofs(
    text: &str,
    settings: &dyn KzgSettings,
) -> Result<(), CheckFailure> {
    check(text, |input: SomeCells| {
        let cells = cells(&input.cells)?;
        settings.recover_cells_and_kzg_proofs(&input.cell_indices, (&cells).into())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenCells {
    commitments: Vec<String>,
    cell_indices: Vec<u64>,
    cells: Vec<String>,
    proofs: Vec<String>,
}

fn verify_cell_kzg_proof_batch(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: ProvenCells| {
        let commitments: Vec<KzgCommitment> = each(&input.commitments, str::parse)?;
        let cells = cells(&input.cells)?;
        let proofs: Vec<KzgProof> = each(&input.proofs, str::parse)?;
        let indices = &input.cell_indices;
        settings.verify_cell_kzg_proof_batch(&commitments, indices, (&cells).into(), &proofs)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CellBatch {
    commitments: Vec<String>,
    commitment_indices: Vec<u64>,
    cell_indices: Vec<u64>,
    cosets_evals: Vec<Vec<String>>,
    proofs: Vec<String>,
}

fn compute_verify_cell_kzg_proof_batch_challenge(
    text: &str,
    settings: &dyn KzgSettings,
) -> Result<(), CheckFailure> {
    check(text, |input: CellBatch| {
        let commitments: Vec<KzgCommitment> = each(&input.commitments, str::parse)?;
        // The field elements of a cell are separate items.
        let values: Vec<String> = input
            .cosets_evals
            .iter()
            .map(|values| values.iter().map(|v| v.trim_start_matches("0x")).collect())
            .collect();
        let cells = cells(&values)?;
        let proofs: Vec<KzgProof> = each(&input.proofs, str::parse)?;
        settings.compute_verify_cell_kzg_proof_batch_challenge(
            &commitments,
            &input.commitment_indices,
            &input.cell_indices,
            (&cells).into(),
            &proofs,
        )
    })
}
