//! The class `Settings`: a loaded trusted setup with every operation.
//!
//! Each method reads its arguments, calls the method of `KzgSettings` with its name, and gives the
//! result. Its documentation is the docstring in Python; the stub has the same text.

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{
    Blob, Bytes32, Cell, Item, KzgCommitment, KzgProof, SubgroupCheck, checks,
};
use kzg_backends::{BackendChoice, KzgSettings, SettingsOptions, load, mainnet};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{Indices, Many, One};
use crate::buffers::Input;
use crate::errors::raised;
use crate::options::{SetupSource, budget, pool, unknown};
use crate::output::{
    ByteList, Bytes, ExtensionOutput, ManyBlobs, OneBlob, Output, Rows, Verdicts, of_many_blobs,
    of_one_blob, written,
};
use crate::rows::each;
use crate::running::{self, Loaded};

/// A loaded trusted setup with every operation of EIP-4844 and EIP-7594.
///
/// `backend` is "auto", "blst" or "arkworks". `threads` is the number of threads that a call may use: 1 for the calling
/// thread alone, 0 for one for each processor. `precompute` is the memory for the prover's tables: "none", "small",
/// "large" or a number of bytes. `subgroup_check` is "individual" or "batched". `trusted_setup` is a path or the bytes
/// of a file in c-kzg's text format or the JSON format of the consensus specifications; the mainnet setup by default.
///
/// The mainnet setup is shared by the whole process: loading it again takes microseconds.
///
/// Every argument that takes bytes takes any object with the buffer protocol. A list of items is one buffer with the
/// items side by side, or an iterable of buffers. Where a method has an argument `out`, the result is written to that
/// buffer, and the method returns `None`.
///
/// Malformed input raises `InputError` with the position of the item; a proof that is well formed but wrong is `False`.
#[pyclass(frozen, module = "kzg")]
pub(crate) struct Settings(Loaded);

#[pymethods]
impl Settings {
    #[new]
    #[pyo3(signature = (backend="auto", *, threads=1, precompute=None, subgroup_check="individual", trusted_setup=None))]
    fn new(
        py: Python<'_>,
        backend: &str,
        threads: usize,
        precompute: Option<&Bound<'_, PyAny>>,
        subgroup_check: &str,
        trusted_setup: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let backend: BackendChoice = backend.parse().map_err(unknown)?;
        let subgroup_check: SubgroupCheck = subgroup_check.parse().map_err(unknown)?;
        let threads = pool(threads).map_err(|error| raised(py, error))?;
        let options = SettingsOptions::default()
            .with_threads(threads.clone())
            .with_precompute(budget(precompute)?)
            .with_subgroup_check(subgroup_check);
        let setup = trusted_setup.map(SetupSource::read).transpose()?;
        let settings = running::load(py, move || match setup {
            None => mainnet(backend, options),
            Some(source) => {
                let setup = source.parse()?;
                if setup.is_mainnet() {
                    mainnet(backend, options)
                } else {
                    load(backend, &setup, options)
                }
            }
        });
        let settings = settings.map_err(|error| raised(py, error))?;
        Ok(Self(Loaded::new(settings, &threads)))
    }

    /// The name of the backend.
    #[getter]
    fn backend(&self) -> &str {
        self.0.settings().backend()
    }

    /// The memory of the tables that exist now, in bytes.
    #[getter]
    fn tables_memory(&self) -> usize {
        self.0.settings().tables_memory()
    }

    fn __repr__(&self) -> String {
        format!("<kzg.Settings backend={:?}>", self.backend())
    }

    /// Build the tables of the prover now rather than at the first call that needs them.
    fn warm_up(&self, py: Python<'_>) -> PyResult<()> {
        self.run(py, |kzg| kzg.warm_up())
    }

    /// Free the tables of the prover; the next call that needs them builds them again.
    fn release_tables(&self, py: Python<'_>) {
        py.detach(|| self.0.settings().release_tables());
    }

    /// Commit to a blob.
    fn blob_to_kzg_commitment(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
    ) -> PyResult<Bytes<KzgCommitment>> {
        self.run(py, |kzg| kzg.blob_to_kzg_commitment(blob.get()?))
            .map(Bytes)
    }

    /// Evaluate a blob's polynomial at `z` and prove the value. Return the proof and the value.
    fn compute_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        z: One<Bytes32>,
    ) -> PyResult<(Bytes<KzgProof>, Bytes<Bytes32>)> {
        let (proof, y) = self.run(py, |kzg| kzg.compute_kzg_proof(blob.get()?, z.get()?))?;
        Ok((Bytes(proof), Bytes(y)))
    }

    /// Prove that a blob matches its commitment, without checking that it does.
    fn compute_blob_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
    ) -> PyResult<Bytes<KzgProof>> {
        self.run(py, |kzg| {
            kzg.compute_blob_kzg_proof(blob.get()?, commitment.get()?)
        })
        .map(Bytes)
    }

    /// Whether the committed polynomial has the value `y` at `z`.
    fn verify_kzg_proof(
        &self,
        py: Python<'_>,
        commitment: One<KzgCommitment>,
        z: One<Bytes32>,
        y: One<Bytes32>,
        proof: One<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            kzg.verify_kzg_proof(commitment.get()?, z.get()?, y.get()?, proof.get()?)
        })
    }

    /// Whether a blob matches its commitment.
    fn verify_blob_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
        proof: One<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            kzg.verify_blob_kzg_proof(blob.get()?, commitment.get()?, proof.get()?)
        })
    }

    /// Whether every blob matches its commitment.
    fn verify_blob_kzg_proof_batch(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
        proofs: Many<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            let blobs = blobs.get()?;
            kzg.verify_blob_kzg_proof_batch(
                blobs.items(),
                &commitments.copied()?,
                &proofs.copied()?,
            )
        })
    }

    /// The verdict on every blob: whether it matches its commitment, or the error if an item is malformed.
    fn verify_blob_kzg_proof_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
        proofs: Many<KzgProof>,
    ) -> PyResult<Verdicts> {
        self.run(py, |kzg| {
            let blobs = blobs.get()?;
            kzg.verify_blob_kzg_proof_each(blobs.items(), &commitments.copied()?, &proofs.copied()?)
        })
        .map(Verdicts)
    }

    /// The point at which the proof of a blob opens the blob, a field element.
    fn compute_challenge(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
    ) -> PyResult<Bytes<Bytes32>> {
        self.run(py, |kzg| {
            kzg.compute_challenge(blob.get()?, commitment.get()?)
        })
        .map(Bytes)
    }

    /// Run the precompile of EIP-4844 on its 192 bytes of input; return its 64 bytes of output.
    fn point_evaluation(&self, py: Python<'_>, input: Input) -> PyResult<Bytes<[u8; 64]>> {
        let input: &[u8; 192] = input[..].try_into().map_err(|_| {
            PyValueError::new_err(format!("input: {} bytes, expected 192", input.len()))
        })?;
        // The inner result: a refusal by the precompile. The outer one: a call that did not end.
        let output = self.run(py, |kzg| Ok(kzg.point_evaluation(input)))?;
        output.map(Bytes).map_err(|error| raised(py, error))
    }

    /// Commit to many blobs.
    fn blobs_to_kzg_commitments(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
    ) -> PyResult<ByteList<KzgCommitment>> {
        self.run(py, |kzg| kzg.blobs_to_kzg_commitments(blobs.get()?.items()))
            .map(ByteList)
    }

    /// Commit to many blobs. A malformed blob gives its error, and the others their commitments.
    fn blobs_to_kzg_commitments_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
    ) -> PyResult<Rows<KzgCommitment>> {
        self.run(py, |kzg| {
            let blobs = blobs.get()?;
            let blobs = blobs.items();
            each(blobs.len(), |range| {
                kzg.blobs_to_kzg_commitments(blobs.slice(range))
            })
        })
        .map(Rows)
    }

    /// Prove that blobs match their commitments.
    fn compute_blob_kzg_proofs(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
    ) -> PyResult<ByteList<KzgProof>> {
        self.run(py, |kzg| {
            kzg.compute_blob_kzg_proofs(blobs.get()?.items(), &commitments.copied()?)
        })
        .map(ByteList)
    }

    /// Prove that blobs match their commitments. A malformed row gives its error, and the others their proofs.
    fn compute_blob_kzg_proofs_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
    ) -> PyResult<Rows<KzgProof>> {
        self.run(py, |kzg| {
            let (blobs, commitments) = (blobs.get()?, commitments.copied()?);
            let blobs = blobs.items();
            checks::check_count(Item::Commitment, blobs.len(), commitments.len())?;
            each(blobs.len(), |range| {
                kzg.compute_blob_kzg_proofs(blobs.slice(range.clone()), &commitments[range])
            })
        })
        .map(Rows)
    }

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
        let cells = self.run(py, |kzg| kzg.compute_cells_at(blob.get()?, &cell_indices))?;
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
        self.run(py, |kzg| {
            let (commitments, cells, proofs) =
                (commitments.copied()?, cells.get()?, proofs.copied()?);
            kzg.verify_cell_kzg_proof_batch(&commitments, &cell_indices, cells.items(), &proofs)
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
            let (commitments, cells, proofs) =
                (commitments.copied()?, cells.get()?, proofs.copied()?);
            kzg.verify_cell_kzg_proof_each(&commitments, &cell_indices, cells.items(), &proofs)
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
        self.run(py, |kzg| {
            let (commitments, cells, proofs) =
                (commitments.copied()?, cells.get()?, proofs.copied()?);
            kzg.compute_verify_cell_kzg_proof_batch_challenge(
                &commitments,
                &commitment_indices,
                &cell_indices,
                cells.items(),
                &proofs,
            )
        })
        .map(Bytes)
    }
}

impl Settings {
    fn run<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&dyn KzgSettings) -> Result<T> + Send,
    ) -> PyResult<T> {
        self.0.run(py, call).map_err(|error| raised(py, error))
    }
}
