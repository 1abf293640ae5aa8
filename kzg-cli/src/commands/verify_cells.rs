//! `kzg verify-cells`.

use anyhow::Result;
use kzg_advanced::{Bytes32, KzgCommitment};
use kzg_pipeline::manifest::kzg_to_versioned_hash;
use serde::Serialize;

use crate::args::VerifyCells;
use crate::backend::load;
use crate::errors::{bad, name};
use crate::exit::Exit;
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document {
    file: String,
    commitment: KzgCommitment,
    versioned_hash: Bytes32,
    /// Whether the proof of every cell in the file verifies.
    valid: bool,
    /// The indices of the cells whose proofs verify.
    good: Vec<u64>,
    /// The other cells in the file.
    bad: Vec<Bad>,
}

#[derive(Serialize)]
struct Bad {
    cell: u64,
    reason: String,
}

pub(crate) fn run(arguments: &VerifyCells) -> Result<Exit> {
    let mut values = Values::new(arguments.given);
    let cells = values.cells(&arguments.cells)?;
    let commitment = values.commitment(&arguments.commitment)?;
    let proofs = values.cell_proofs(&arguments.proofs)?;
    let file = name(&arguments.cells);
    if cells.present().is_empty() {
        return Err(bad(
            file,
            "all 128 cells are lost: there is nothing to verify",
        ));
    }
    let settings = load(&arguments.computing)?.settings;
    let checked = cells.verify(&*settings, &commitment, &proofs)?;
    let document = Document {
        file,
        commitment,
        versioned_hash: kzg_to_versioned_hash(&commitment),
        valid: checked.is_valid(),
        good: checked.good,
        bad: checked
            .bad
            .into_iter()
            .map(|(cell, fault)| Bad {
                cell,
                reason: fault.to_string(),
            })
            .collect(),
    };
    for bad in &document.bad {
        output::finding(&format!("cell {}: {}", bad.cell, bad.reason));
    }
    output::print(arguments.json, &document, || {
        let verdict = if document.valid { "valid" } else { "INVALID" };
        let (good, bad) = (document.good.len(), document.bad.len());
        format!(
            "{verdict}: {good} good cells, {bad} bad, {} lost",
            128 - good - bad
        )
    })?;
    Ok(Exit::verdict(document.valid))
}
