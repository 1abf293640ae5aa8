//! `kzg cells` and `kzg recover`.

use std::fs;

use anyhow::Result;
use kzg_advanced::{Cell, IoAction, KzgAdvancedError, KzgProof};
use serde::Serialize;

use crate::args::{Cells, Extension, Recover};
use crate::backend::load;
use crate::exit::Exit;
use crate::output;
use crate::values::Values;

#[derive(Serialize)]
struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<Vec<Cell>>,
    proofs: Vec<KzgProof>,
}

pub(crate) fn run(arguments: &Cells) -> Result<Exit> {
    let blob = Values::default().blob(&arguments.blob)?;
    let settings = load(&arguments.extension.computing)?.settings;
    let extension = settings.compute_cells_and_kzg_proofs(&blob)?;
    print(extension, &arguments.extension)
}

pub(crate) fn recover(arguments: &Recover) -> Result<Exit> {
    let cells = Values::default().cells(&arguments.cells)?;
    let present = cells.present();
    let settings = load(&arguments.extension.computing)?.settings;
    let given = cells.select(&present);
    let extension = settings.recover_cells_and_kzg_proofs(&present, (&given).into())?;
    print(extension, &arguments.extension)
}

/// One line for each cell: the cell, unless a file takes it, and its proof.
fn print((cells, proofs): (Vec<Cell>, Vec<KzgProof>), options: &Extension) -> Result<Exit> {
    let cells = match &options.out {
        None => Some(cells),
        Some(path) => {
            fs::write(path, Cell::bytes_of_many(&cells)).map_err(|source| {
                let item = path.display().to_string();
                KzgAdvancedError::Io {
                    action: IoAction::Write,
                    item,
                    source: Box::new(source),
                }
            })?;
            None
        }
    };
    let document = Document { cells, proofs };
    output::print(options.json, &document, || {
        let proofs = document.proofs.iter().map(ToString::to_string);
        let lines: Vec<String> = match &document.cells {
            None => proofs.collect(),
            Some(cells) => cells
                .iter()
                .zip(proofs)
                .map(|(cell, proof)| format!("{cell} {proof}"))
                .collect(),
        };
        lines.join("\n")
    });
    Ok(Exit::Done)
}
