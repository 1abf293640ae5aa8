//! The operations of EIP-7594: cells.

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{
    Blob, Bytes32, Cell, Item, Items, KzgCommitment, KzgProof, KzgSettings, checks,
};
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use super::Settings;
use crate::arguments::{Indices, Many, One};
use crate::output::{
    ByteList, Bytes, ExtensionOutput, ManyBlobs, OneBlob, Output, Verdicts, of_many_blobs,
    of_one_blob, written,
};
use crate::rows::{each, zip};

#[pymethods]
impl Settings {
    /// The 128 cells of a blob.
    #[pyo3(signature = (blob, out=None))]
    fn compute_cells(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<ByteList<Cell>>> {
        let out = Output::check::<Cell>(out, "out", CELLS_PER_EXT_BLOB)?;
        let cells = self.run(py, |kzg| kzg.compute_cells(blob.get()?))?;
        written(py, out, cells)
    }

    /// The cells of a blob with the given indices.
    #[pyo3(signature = (blob, cell_indices, out=None))]
    fn compute_cells_at(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        cell_indices: Indices,
        out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<ByteList<Cell>>> {
        let out = Output::check::<Cell>(out, "out", cell_indices.len())?;
        // An index takes few bytes in Python, and its cell 2048.
        let mut cells = Vec::new();
        let reserved = cells.try_reserve_exact(cell_indices.len());
        reserved.map_err(|_| PyMemoryError::new_err("no memory for the cells"))?;
        let cells = self.run(py, |kzg| {
            cells.resize(cell_indices.len(), Cell::default());
            kzg.compute_cells_at_into(blob.get()?, &cell_indices, &mut cells)?;
            Ok(cells)
        })?;
        written(py, out, cells)
    }

    /// The 128 cells of a blob and their proofs.
    #[pyo3(signature = (blob, cells_out=None, proofs_out=None))]
    fn compute_cells_and_kzg_proofs(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        cells_out: Option<&Bound<'_, PyAny>>,
        proofs_out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<OneBlob>> {
        let out = ExtensionOutput::check(cells_out, proofs_out, 1)?;
        let made = self.run(py, |kzg| kzg.compute_cells_and_kzg_proofs(blob.get()?))?;
        Ok(ExtensionOutput::written(py, out, made)?.map(of_one_blob))
    }

    /// The proofs of the 128 cells of a blob, without the cells.
    fn compute_cell_kzg_proofs(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
    ) -> PyResult<ByteList<KzgProof>> {
        self.run(py, |kzg| kzg.compute_cell_kzg_proofs(blob.get()?))
            .map(ByteList)
    }

    /// The cells of many blobs and their proofs, one list for each blob.
    #[pyo3(signature = (blobs, cells_out=None, proofs_out=None))]
    fn compute_many_cells_and_kzg_proofs(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        cells_out: Option<&Bound<'_, PyAny>>,
        proofs_out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<ManyBlobs>> {
        let out = ExtensionOutput::check(cells_out, proofs_out, blobs.count())?;
        let made = self.run(py, |kzg| {
            kzg.compute_many_cells_and_kzg_proofs(blobs.get()?.items())
        })?;
        Ok(ExtensionOutput::written(py, out, made)?.map(of_many_blobs))
    }

    /// Recover all cells and their proofs from 64 or more cells. The indices ascend.
    #[pyo3(signature = (cell_indices, cells, cells_out=None, proofs_out=None))]
    fn recover_cells_and_kzg_proofs(
        &self,
        py: Python<'_>,
        cell_indices: Indices,
        cells: Many<Cell>,
        cells_out: Option<&Bound<'_, PyAny>>,
        proofs_out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<OneBlob>> {
        let out = ExtensionOutput::check(cells_out, proofs_out, 1)?;
        let made = self.run(py, |kzg| {
            kzg.recover_cells_and_kzg_proofs(&cell_indices, cells.get()?.items())
        })?;
        Ok(ExtensionOutput::written(py, out, made)?.map(of_one_blob))
    }

    /// Recover all cells from 64 or more cells, without proofs. The indices ascend.
    #[pyo3(signature = (cell_indices, cells, out=None))]
    fn recover_cells(
        &self,
        py: Python<'_>,
        cell_indices: Indices,
        cells: Many<Cell>,
        out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<ByteList<Cell>>> {
        let out = Output::check::<Cell>(out, "out", CELLS_PER_EXT_BLOB)?;
        let cells = self.run(py, |kzg| {
            kzg.recover_cells(&cell_indices, cells.get()?.items())
        })?;
        written(py, out, cells)
    }

    /// Whether every cell is the cell with its index of the blob of its commitment.
    fn verify_cell_kzg_proof_batch(
        &self,
        py: Python<'_>,
        commitments: Many<KzgCommitment>,
        cell_indices: Indices,
        cells: Many<Cell>,
        proofs: Many<KzgProof>,
    ) -> PyResult<bool> {
        let batch = (commitments, cells, proofs);
        self.run_on_cells(py, batch, |kzg, commitments, cells, proofs| {
            kzg.verify_cell_kzg_proof_batch(commitments, &cell_indices, cells, proofs)
        })
    }

    /// The verdict on every cell, or the error if an item is malformed.
    fn verify_cell_kzg_proof_each(
        &self,
        py: Python<'_>,
        commitments: Many<KzgCommitment>,
        cell_indices: Indices,
        cells: Many<Cell>,
        proofs: Many<KzgProof>,
    ) -> PyResult<Verdicts> {
        self.run(py, |kzg| {
            let (commitments, cells, proofs) = (commitments.each()?, cells.each()?, proofs.each()?);
            checks::check_count(Item::Commitment, cells.len(), commitments.len())?;
            checks::check_count(Item::CellIndex, cells.len(), cell_indices.len())?;
            // A row has the error of its first item with a wrong length or index, in the order of the call:
            // commitment, index, cell, proof. Points and field elements are decoded after that.
            let indices = cell_indices.iter().copied().map(Ok).collect();
            let claims = zip(commitments, Item::CellIndex, indices)?;
            let proven = zip(cells, Item::Proof, proofs)?;
            let proven = proven.into_iter().zip(cell_indices.iter());
            let proven = proven.map(|(proven, &index)| {
                proven.or_else(|error| checks::check_cell_index(0, index).and(Err(error)))
            });
            let rows = zip(claims, Item::Cell, proven.collect())?;
            each(rows, |rows| {
                let rows = rows.iter().map(|&((&commitment, index), (cell, &proof))| {
                    ((cell, commitment), (index, proof))
                });
                type Lists<A, B> = (Vec<A>, Vec<B>);
                let ((cells, commitments), (indices, proofs)): (Lists<_, _>, Lists<_, _>) =
                    rows.unzip();
                kzg.verify_cell_kzg_proof_each(&commitments, &indices, (&cells).into(), &proofs)
            })
        })
        .map(Verdicts)
    }

    /// The challenge of a batch of cells, whose commitments are given once and by index.
    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        py: Python<'_>,
        commitments: Many<KzgCommitment>,
        commitment_indices: Indices,
        cell_indices: Indices,
        cells: Many<Cell>,
        proofs: Many<KzgProof>,
    ) -> PyResult<Bytes<Bytes32>> {
        let batch = (commitments, cells, proofs);
        self.run_on_cells(py, batch, |kzg, commitments, cells, proofs| {
            kzg.compute_verify_cell_kzg_proof_batch_challenge(
                commitments,
                &commitment_indices,
                &cell_indices,
                cells,
                proofs,
            )
        })
        .map(Bytes)
    }
}

impl Settings {
    /// Runs a call on the commitments, the cells and the proofs of a batch.
    fn run_on_cells<T: Send>(
        &self,
        py: Python<'_>,
        (commitments, cells, proofs): (Many<KzgCommitment>, Many<Cell>, Many<KzgProof>),
        call: impl FnOnce(&dyn KzgSettings, &[KzgCommitment], Items<'_, Cell>, &[KzgProof]) -> Result<T>
        + Send,
    ) -> PyResult<T> {
        self.run(py, |kzg| {
            let (commitments, cells, proofs) =
                (commitments.copied()?, cells.get()?, proofs.copied()?);
            call(kzg, &commitments, cells.items(), &proofs)
        })
    }
}
