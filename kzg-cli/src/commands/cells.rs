//! `kzg cells`, and the output that `kzg recover` shares with it.

use anyhow::Result;
use kzg_advanced::{Bytes32, Cell, KzgCommitment, KzgProof};
use kzg_pipeline::manifest::kzg_to_versioned_hash;
use serde::Serialize;

use crate::args::{Cells, Extension};
use crate::backend::load;
use crate::exit::Exit;
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    commitment: KzgCommitment,
    versioned_hash: Bytes32,
    /// The file with the cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<&'a [Cell]>,
    proofs: &'a [KzgProof],
    /// The cells that were given and are false.
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    dropped: &'a [u64],
}

/// An extended blob: its commitment, its 128 cells and their proofs.
pub(super) struct Extended {
    pub(super) commitment: KzgCommitment,
    pub(super) cells: Vec<Cell>,
    pub(super) proofs: Vec<KzgProof>,
    /// The false cells among those that it was recovered from.
    pub(super) dropped: Vec<u64>,
}

pub(crate) fn run(arguments: &Cells) -> Result<Exit> {
    let options = &arguments.extension;
    check(options)?;
    let given = Values::new(arguments.given).blob(&arguments.blob)?;
    let settings = load(&options.computing)?.settings;
    let named = |error| given.named(error);
    let commitment = settings
        .blob_to_kzg_commitment(&given.blob)
        .map_err(named)?;
    let (cells, proofs) = settings
        .compute_cells_and_kzg_proofs(&given.blob)
        .map_err(named)?;
    let extended = Extended {
        commitment,
        cells,
        proofs,
        dropped: Vec::new(),
    };
    print(&given.file, &extended, options)
}

/// Refuses a file for the cells that must not be written.
pub(super) fn check(options: &Extension) -> Result<()> {
    let overwriting = options.computing.overwriting;
    options
        .out
        .iter()
        .try_for_each(|path| overwriting.check(path))
}

/// Prints one line for each cell: the cell, unless it is written to a file, and its proof.
pub(super) fn print(file: &str, extended: &Extended, options: &Extension) -> Result<Exit> {
    if let Some(path) = &options.out {
        let bytes = Cell::bytes_of_many(&extended.cells);
        options.computing.overwriting.write(path, bytes)?;
    }
    let document = Document {
        file,
        commitment: extended.commitment,
        versioned_hash: kzg_to_versioned_hash(&extended.commitment),
        out: options.out.as_ref().map(|path| path.display().to_string()),
        cells: options.out.is_none().then_some(&extended.cells),
        proofs: &extended.proofs,
        dropped: &extended.dropped,
    };
    output::print(options.json, &document, || {
        let proofs = document.proofs.iter().map(ToString::to_string);
        let lines: Vec<String> = match document.cells {
            None => proofs.collect(),
            Some(cells) => cells
                .iter()
                .zip(proofs)
                .map(|(cell, proof)| format!("{cell} {proof}"))
                .collect(),
        };
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}
