//! `kzg verify-cells`.

use anyhow::Result;
use serde::Serialize;

use crate::args::VerifyCells;
use crate::backend::load;
use crate::exit::Exit;
use crate::output;
use crate::values::{Values, bad};

#[derive(Serialize)]
struct Document {
    /// Whether every cell that is there is the blob's.
    valid: bool,
    /// The indices of those that are.
    good: Vec<u64>,
    /// The others that are there.
    bad: Vec<Bad>,
}

#[derive(Serialize)]
struct Bad {
    cell: u64,
    reason: String,
}

pub(crate) fn run(arguments: &VerifyCells) -> Result<Exit> {
    let mut values = Values::default();
    let cells = values.cells(&arguments.cells)?;
    let commitment = values.commitment(&arguments.commitment)?;
    let proofs = values.cell_proofs(&arguments.proofs)?;
    let settings = load(&arguments.computing)?.settings;
    let checked = cells.verify(&*settings, &commitment, &proofs)?;
    if checked.good.is_empty() && checked.bad.is_empty() {
        let reason = "every cell is lost, so there is nothing to verify";
        return Err(bad(arguments.cells.clone(), reason));
    }
    let document = Document {
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
        output::note(&format!("cell {}: {}", bad.cell, bad.reason));
    }
    output::print(arguments.json, &document, || {
        let verdict = if document.valid { "valid" } else { "INVALID" };
        let (good, bad) = (document.good.len(), document.bad.len());
        format!(
            "{verdict}: {good} good cells, {bad} bad, {} lost",
            128 - good - bad
        )
    });
    Ok(Exit::verdict(document.valid))
}
