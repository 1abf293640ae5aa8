//! The operations of EIP-7594. The requirements on pointers are those of [`eip4844`](crate::eip4844).

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::checks::check_recovery_count;
use kzg_backends::kzg_traits::{Blob, Cell, KzgCommitment, KzgProof};

use crate::boundary;
use crate::failure::{C_KZG_RET, Failure};
use crate::handle::{self, KZGSettings};
use crate::input;
use crate::output::{self, Opened, Output, Region};

/// Computes the 128 cells of a blob's extension and their proofs; one of the two outputs may be null,
/// and is not computed then.
///
/// # Safety
///
/// See [`eip4844`](crate::eip4844). Each output has 128 items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_cells_and_kzg_proofs(
    cells: *mut Cell,
    proofs: *mut KzgProof,
    blob: *const Blob,
    s: *const KZGSettings,
) -> C_KZG_RET {
    boundary::run(|| {
        let outputs = CellOutputs::new((cells, "cells"), (proofs, "proofs"))?;
        // SAFETY: the caller's promise for `s` and `blob`.
        let (settings, blob) = unsafe { (handle::settings(s)?, input::item(blob, "blob")?) };
        let inputs = [output::region_of(core::slice::from_ref(blob))];
        let compute = |cells: Option<&mut [Cell]>, proofs: Option<&mut [KzgProof]>| {
            match (cells, proofs) {
                (Some(cells), Some(proofs)) => {
                    settings.compute_cells_and_kzg_proofs_into(blob, cells, proofs)?;
                }
                (Some(cells), None) => settings.compute_cells_into(blob, cells)?,
                (None, Some(proofs)) => settings.compute_cell_kzg_proofs_into(blob, proofs)?,
                (None, None) => return Err(Failure::NoOutput),
            }
            Ok(())
        };
        // SAFETY: the caller promises that the outputs may be written. `inputs` has all inputs but
        // the settings, which are reached through the table.
        unsafe { outputs.fill(&inputs, compute) }
    })
}

/// Recovers all 128 cells and their proofs from 64 or more cells, whose indices ascend. The proofs may
/// be null, and are not computed then.
///
/// # Safety
///
/// See [`eip4844`](crate::eip4844). Each output has 128 items, each input `num_cells`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recover_cells_and_kzg_proofs(
    recovered_cells: *mut Cell,
    recovered_proofs: *mut KzgProof,
    cell_indices: *const u64,
    cells: *const Cell,
    num_cells: u64,
    s: *const KZGSettings,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(recovered_cells, "recovered_cells")?;
        let outputs = CellOutputs::new(
            (recovered_cells, "recovered_cells"),
            (recovered_proofs, "recovered_proofs"),
        )?;
        // SAFETY: the caller's promise for `s`.
        let settings = unsafe { handle::settings(s) }?;
        check_cell_count(num_cells)?;
        // SAFETY: the caller's promise for the two lists of `num_cells` items.
        let (cells, indices) = unsafe {
            (
                input::items(cells, num_cells, "cells")?,
                input::numbers(cell_indices, num_cells, "cell_indices")?,
            )
        };
        let inputs = [output::region_of(&indices), output::region_of(cells)];
        let compute = |recovered: Option<&mut [Cell]>, proofs: Option<&mut [KzgProof]>| {
            let recovered = recovered.ok_or(Failure::NoOutput)?;
            match proofs {
                Some(proofs) => settings.recover_cells_and_kzg_proofs_into(
                    &indices,
                    cells.into(),
                    recovered,
                    proofs,
                )?,
                None => settings.recover_cells_into(&indices, cells.into(), recovered)?,
            }
            Ok(())
        };
        // SAFETY: the caller promises that the outputs may be written. `inputs` has all inputs but the
        // settings, which are reached through the table. Copied indices lie in memory of this call,
        // which no output overlaps.
        unsafe { outputs.fill(&inputs, compute) }
    })
}

/// Whether every cell is the cell with its index in the extension of the blob of its commitment; true
/// for no cells.
///
/// # Safety
///
/// See [`eip4844`](crate::eip4844). Each list has `num_cells` items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify_cell_kzg_proof_batch(
    ok: *mut bool,
    commitments_bytes: *const KzgCommitment,
    cell_indices: *const u64,
    cells: *const Cell,
    proofs_bytes: *const KzgProof,
    num_cells: u64,
    s: *const KZGSettings,
) -> C_KZG_RET {
    let work = || {
        // SAFETY: the caller's promise for `s` and the four lists of `num_cells` items.
        let (settings, commitments, cells, proofs, indices) = unsafe {
            (
                handle::settings(s)?,
                input::items(commitments_bytes, num_cells, "commitments_bytes")?,
                input::items(cells, num_cells, "cells")?,
                input::items(proofs_bytes, num_cells, "proofs_bytes")?,
                input::numbers(cell_indices, num_cells, "cell_indices")?,
            )
        };
        Ok(settings.verify_cell_kzg_proof_batch(commitments, &indices, cells.into(), proofs)?)
    };
    // SAFETY: the caller promises that `ok` is null or may be written. The inputs are used in the
    // work alone.
    unsafe { boundary::verdict(ok, work) }
}

/// Checks the number of cells for a recovery before any list of that length is read: with a wrong
/// number, a copy of misaligned cell indices would read past their end.
fn check_cell_count(num_cells: u64) -> Result<(), Failure> {
    let actual = usize::try_from(num_cells).unwrap_or(usize::MAX);
    Ok(check_recovery_count(actual)?)
}

/// The outputs of a call that computes cells, proofs, or both.
struct CellOutputs {
    cells: Option<Output<Cell>>,
    proofs: Option<Output<KzgProof>>,
}

impl CellOutputs {
    /// Checks two outputs, each with the name of its argument.
    fn new(
        cells: (*mut Cell, &'static str),
        proofs: (*mut KzgProof, &'static str),
    ) -> Result<Self, Failure> {
        Ok(Self {
            cells: Output::new(cells.0, CELLS_PER_EXT_BLOB, cells.1)?,
            proofs: Output::new(proofs.0, CELLS_PER_EXT_BLOB, proofs.1)?,
        })
    }

    /// Has `compute` write the outputs. `inputs` are the addresses of all inputs; outputs that
    /// overlap them, or each other, are written after the computation, the cells first.
    ///
    /// # Safety
    ///
    /// Each output is valid for writing its items. During the call nothing else accesses them,
    /// except for `compute`, which reads the inputs and keeps no reference to them.
    unsafe fn fill(
        self,
        inputs: &[Region],
        compute: impl FnOnce(Option<&mut [Cell]>, Option<&mut [KzgProof]>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let cells_region = self.cells.as_ref().map(Output::region);
        let proofs_region = self.proofs.as_ref().map(Output::region);
        let others = |output: &Option<Region>| -> Vec<Region> {
            inputs.iter().chain(output).cloned().collect()
        };
        // SAFETY: the caller promises that the outputs may be written, and that nothing else
        // accesses them but inputs and the other output, which are in `others`.
        let (cells, proofs) = unsafe {
            (
                self.cells.map(|cells| cells.open(&others(&proofs_region))),
                self.proofs
                    .map(|proofs| proofs.open(&others(&cells_region))),
            )
        };
        let (mut cells, mut proofs) = (cells.transpose()?, proofs.transpose()?);
        compute(
            cells.as_mut().map(Opened::items),
            proofs.as_mut().map(Opened::items),
        )?;
        // SAFETY: the outputs are still valid. `compute` has returned, so the inputs are not used any
        // more. Of two outputs that overlap, both are scratch memory, so no reference is left either.
        unsafe {
            if let Some(cells) = cells {
                cells.finish();
            }
            if let Some(proofs) = proofs {
                proofs.finish();
            }
        }
        Ok(())
    }
}
