//! `kzg recover`.

use anyhow::Result;
use kzg_advanced::{Blob, Cell, KzgCommitment, KzgProof, KzgSettings};
use kzg_pipeline::cells::StoredCells;
use kzg_traits::eip7594::CELLS_PER_BLOB;

use super::cells::{Extended, check, print};
use crate::args::Recover;
use crate::backend::load;
use crate::errors::name;
use crate::exit::{Exit, Refuted};
use crate::output;
use crate::values::Values;

pub(crate) fn run(arguments: &Recover) -> Result<Exit> {
    let file = name(&arguments.cells);
    let refuted = |reason: String| Refuted(format!("{file}: {reason}")).into();
    check(&arguments.extension)?;
    let mut values = Values::new(arguments.given);
    let cells = values.cells(&arguments.cells)?;
    let commitment = arguments.commitment.as_deref();
    let commitment = commitment
        .map(|value| values.commitment(value))
        .transpose()?;
    let proofs = arguments.proofs.as_deref();
    let proofs = proofs.map(|value| values.cell_proofs(value)).transpose()?;
    let settings = &*load(&arguments.extension.computing)?.settings;

    let present = cells.present();
    let good = match commitment.zip(proofs) {
        None => present.clone(),
        Some((commitment, proofs)) => verified(&cells, settings, &commitment, &proofs)?,
    };
    if good.len() < CELLS_PER_BLOB && good.len() < present.len() {
        return Err(refuted(format!(
            "{} cells are good, and {CELLS_PER_BLOB} are needed",
            good.len()
        )));
    }
    let recovered = settings.recover_cells(&good, (&cells.select(&good)?).into())?;
    // The first half of the recovered cells is a blob in any case. Its extension is the recovered
    // cells only if the given cells are cells of one blob.
    let blob = blob_of(&recovered);
    let (extension, new_proofs) = settings.compute_cells_and_kzg_proofs(&blob)?;
    if extension != recovered {
        return Err(refuted(format!(
            "the cells contradict each other: the {} given cells are not cells of one blob; with \
             --commitment and --proofs the false cells are found and left out",
            good.len()
        )));
    }
    let found = settings.blob_to_kzg_commitment(&blob)?;
    if commitment.is_some_and(|commitment| commitment != found) {
        return Err(refuted(format!(
            "the cells are not those of the commitment; the commitment of the recovered blob is \
             {found}"
        )));
    }
    let extended = Extended {
        commitment: found,
        cells: extension,
        proofs: new_proofs,
        dropped: present
            .into_iter()
            .filter(|index| good.binary_search(index).is_err())
            .collect(),
    };
    print(&file, &extended, &arguments.extension)
}

/// The indices of the cells whose proofs verify; names the others.
fn verified(
    cells: &StoredCells,
    settings: &dyn KzgSettings,
    commitment: &KzgCommitment,
    proofs: &[KzgProof],
) -> Result<Vec<u64>> {
    let checked = cells.verify(settings, commitment, proofs)?;
    for (index, reason) in &checked.bad {
        output::finding(&format!("cell {index} is left out: {reason}"));
    }
    Ok(checked.good)
}

/// The blob in the first half of 128 cells.
fn blob_of(cells: &[Cell]) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.copy_from_cells(cells);
    blob
}
