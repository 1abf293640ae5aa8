//! The class `Settings`: a loaded trusted setup with every operation.

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, SubgroupCheck};
use kzg_backends::{BackendChoice, KzgSettings, SettingsOptions, load, mainnet};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::errors::{exception, raised};
use crate::input::{Input, List, cell_indices, one};
use crate::options::{SetupSource, budget, pool, unknown};
use crate::output::{Extension, Output, list, lists, written};
use crate::rows::each;
use crate::running::{self, Loaded};

/// A loaded trusted setup with every operation of EIP-4844 and EIP-7594.
#[pyclass(frozen, module = "kzg")]
pub(crate) struct Settings(Loaded);

#[pymethods]
impl Settings {
    /// Load a trusted setup into a backend.
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

    fn blob_to_kzg_commitment<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let blob = Input::read(blob, "blob")?;
        let blob = one(py, &blob)?;
        let commitment = self.run(py, |kzg| kzg.blob_to_kzg_commitment(blob))?;
        Ok(PyBytes::new(py, &commitment.0))
    }

    fn compute_kzg_proof<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        z: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        let (blob, z) = (Input::read(blob, "blob")?, Input::read(z, "z")?);
        let (blob, z) = (one(py, &blob)?, bytes32(py, &z)?);
        let (proof, y) = self.run(py, |kzg| kzg.compute_kzg_proof(blob, z))?;
        Ok((PyBytes::new(py, &proof.0), PyBytes::new(py, &y.0)))
    }

    fn compute_blob_kzg_proof<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        commitment: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let blob = Input::read(blob, "blob")?;
        let commitment = Input::read(commitment, "commitment")?;
        let (blob, commitment) = (one(py, &blob)?, one(py, &commitment)?);
        let proof = self.run(py, |kzg| kzg.compute_blob_kzg_proof(blob, commitment))?;
        Ok(PyBytes::new(py, &proof.0))
    }

    fn verify_kzg_proof(
        &self,
        py: Python<'_>,
        commitment: &Bound<'_, PyAny>,
        z: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        proof: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let commitment = Input::read(commitment, "commitment")?;
        let (z, y) = (Input::read(z, "z")?, Input::read(y, "y")?);
        let proof = Input::read(proof, "proof")?;
        let (commitment, proof) = (one(py, &commitment)?, one(py, &proof)?);
        let (z, y) = (bytes32(py, &z)?, bytes32(py, &y)?);
        self.run(py, |kzg| kzg.verify_kzg_proof(commitment, z, y, proof))
    }

    fn verify_blob_kzg_proof(
        &self,
        py: Python<'_>,
        blob: &Bound<'_, PyAny>,
        commitment: &Bound<'_, PyAny>,
        proof: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let blob = Input::read(blob, "blob")?;
        let commitment = Input::read(commitment, "commitment")?;
        let proof = Input::read(proof, "proof")?;
        let (blob, commitment, proof) = (one(py, &blob)?, one(py, &commitment)?, one(py, &proof)?);
        self.run(py, |kzg| kzg.verify_blob_kzg_proof(blob, commitment, proof))
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        py: Python<'_>,
        blobs: &Bound<'_, PyAny>,
        commitments: &Bound<'_, PyAny>,
        proofs: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let proofs = small::<KzgProof>(proofs, "proofs")?;
        self.run(py, |kzg| {
            kzg.verify_blob_kzg_proof_batch(blobs.blobs(), &commitments, &proofs)
        })
    }

    fn verify_blob_kzg_proof_each<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
        commitments: &Bound<'py, PyAny>,
        proofs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let proofs = small::<KzgProof>(proofs, "proofs")?;
        let verdicts = self.run(py, |kzg| {
            kzg.verify_blob_kzg_proof_each(blobs.blobs(), &commitments, &proofs)
        })?;
        rows(py, verdicts, |verdict| {
            Ok(verdict.into_pyobject(py)?.to_owned().into_any())
        })
    }

    fn compute_challenge<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        commitment: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let blob = Input::read(blob, "blob")?;
        let commitment = Input::read(commitment, "commitment")?;
        let (blob, commitment) = (one(py, &blob)?, one(py, &commitment)?);
        let challenge = self.run(py, |kzg| kzg.compute_challenge(blob, commitment))?;
        Ok(PyBytes::new(py, &challenge.0))
    }

    /// Run the precompile of EIP-4844 on its 192 bytes of input; return its 64 bytes of output.
    fn point_evaluation<'py>(
        &self,
        py: Python<'py>,
        input: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let input = Input::read(input, "input")?;
        let input: &[u8; 192] = input[..].try_into().map_err(|_| {
            PyValueError::new_err(format!("input: {} bytes, expected 192", input.len()))
        })?;
        // The inner result: a refusal by the precompile. The outer one: a call that did not end.
        let output = self.run(py, |kzg| Ok(kzg.point_evaluation(input)))?;
        Ok(PyBytes::new(
            py,
            &output.map_err(|error| raised(py, error))?,
        ))
    }

    fn blobs_to_kzg_commitments<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let made = self.run(py, |kzg| kzg.blobs_to_kzg_commitments(blobs.blobs()))?;
        list(py, &made)
    }

    fn blobs_to_kzg_commitments_each<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let made = self.run(py, |kzg| {
            let blobs = blobs.blobs();
            each(blobs.len(), |range| {
                kzg.blobs_to_kzg_commitments(blobs.slice(range))
            })
        })?;
        rows(py, made, |made| Ok(PyBytes::new(py, &made.0).into_any()))
    }

    fn compute_blob_kzg_proofs<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
        commitments: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let made = self.run(py, |kzg| {
            kzg.compute_blob_kzg_proofs(blobs.blobs(), &commitments)
        })?;
        list(py, &made)
    }

    fn compute_blob_kzg_proofs_each<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
        commitments: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        same_length(py, blobs.blobs().len(), commitments.len())?;
        let made = self.run(py, |kzg| {
            let blobs = blobs.blobs();
            each(blobs.len(), |range| {
                kzg.compute_blob_kzg_proofs(blobs.slice(range.clone()), &commitments[range])
            })
        })?;
        rows(py, made, |made| Ok(PyBytes::new(py, &made.0).into_any()))
    }

    #[pyo3(signature = (blob, out=None))]
    fn compute_cells<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let blob = Input::read(blob, "blob")?;
        let blob = one(py, &blob)?;
        let out = Output::check(out, "out", CELLS_PER_EXT_BLOB * Cell::LENGTH)?;
        let cells = self.run(py, |kzg| kzg.compute_cells(blob))?;
        written(py, out, Cell::bytes_of_many(&cells), || list(py, &cells))
    }

    #[pyo3(signature = (blob, cell_indices, out=None))]
    fn compute_cells_at<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        cell_indices: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let blob = Input::read(blob, "blob")?;
        let blob = one(py, &blob)?;
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let out = Output::check(out, "out", indices.len() * Cell::LENGTH)?;
        let cells = self.run(py, |kzg| kzg.compute_cells_at(blob, &indices))?;
        written(py, out, Cell::bytes_of_many(&cells), || list(py, &cells))
    }

    #[pyo3(signature = (blob, cells_out=None, proofs_out=None))]
    fn compute_cells_and_kzg_proofs<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
        cells_out: Option<&Bound<'py, PyAny>>,
        proofs_out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<(Bound<'py, PyList>, Bound<'py, PyList>)>> {
        let blob = Input::read(blob, "blob")?;
        let blob = one(py, &blob)?;
        let out = Extension::check(cells_out, proofs_out, 1)?;
        let made = self.run(py, |kzg| kzg.compute_cells_and_kzg_proofs(blob))?;
        Extension::give(py, out, &made, |(cells, proofs)| {
            Ok((list(py, cells)?, list(py, proofs)?))
        })
    }

    fn compute_cell_kzg_proofs<'py>(
        &self,
        py: Python<'py>,
        blob: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let blob = Input::read(blob, "blob")?;
        let blob = one(py, &blob)?;
        let proofs = self.run(py, |kzg| kzg.compute_cell_kzg_proofs(blob))?;
        list(py, &proofs)
    }

    #[pyo3(signature = (blobs, cells_out=None, proofs_out=None))]
    fn compute_many_cells_and_kzg_proofs<'py>(
        &self,
        py: Python<'py>,
        blobs: &Bound<'py, PyAny>,
        cells_out: Option<&Bound<'py, PyAny>>,
        proofs_out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<(Bound<'py, PyList>, Bound<'py, PyList>)>> {
        let blobs = List::read(blobs, "blobs")?;
        let blobs = blobs.items::<Blob>(py)?;
        let out = Extension::check(cells_out, proofs_out, blobs.blobs().len())?;
        let made = self.run(py, |kzg| {
            kzg.compute_many_cells_and_kzg_proofs(blobs.blobs())
        })?;
        Extension::give(py, out, &made, |(cells, proofs)| {
            Ok((
                lists(py, cells, CELLS_PER_EXT_BLOB)?,
                lists(py, proofs, CELLS_PER_EXT_BLOB)?,
            ))
        })
    }

    #[pyo3(signature = (cell_indices, cells, cells_out=None, proofs_out=None))]
    fn recover_cells_and_kzg_proofs<'py>(
        &self,
        py: Python<'py>,
        cell_indices: &Bound<'py, PyAny>,
        cells: &Bound<'py, PyAny>,
        cells_out: Option<&Bound<'py, PyAny>>,
        proofs_out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<(Bound<'py, PyList>, Bound<'py, PyList>)>> {
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let cells = List::read(cells, "cells")?;
        let cells = cells.items::<Cell>(py)?;
        let out = Extension::check(cells_out, proofs_out, 1)?;
        let made = self.run(py, |kzg| {
            kzg.recover_cells_and_kzg_proofs(&indices, cells.cells())
        })?;
        Extension::give(py, out, &made, |(cells, proofs)| {
            Ok((list(py, cells)?, list(py, proofs)?))
        })
    }

    #[pyo3(signature = (cell_indices, cells, out=None))]
    fn recover_cells<'py>(
        &self,
        py: Python<'py>,
        cell_indices: &Bound<'py, PyAny>,
        cells: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let cells = List::read(cells, "cells")?;
        let cells = cells.items::<Cell>(py)?;
        let out = Output::check(out, "out", CELLS_PER_EXT_BLOB * Cell::LENGTH)?;
        let cells = self.run(py, |kzg| kzg.recover_cells(&indices, cells.cells()))?;
        written(py, out, Cell::bytes_of_many(&cells), || list(py, &cells))
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        py: Python<'_>,
        commitments: &Bound<'_, PyAny>,
        cell_indices: &Bound<'_, PyAny>,
        cells: &Bound<'_, PyAny>,
        proofs: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let cells = List::read(cells, "cells")?;
        let cells = cells.items::<Cell>(py)?;
        let proofs = small::<KzgProof>(proofs, "proofs")?;
        self.run(py, |kzg| {
            kzg.verify_cell_kzg_proof_batch(&commitments, &indices, cells.cells(), &proofs)
        })
    }

    fn verify_cell_kzg_proof_each<'py>(
        &self,
        py: Python<'py>,
        commitments: &Bound<'py, PyAny>,
        cell_indices: &Bound<'py, PyAny>,
        cells: &Bound<'py, PyAny>,
        proofs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let cells = List::read(cells, "cells")?;
        let cells = cells.items::<Cell>(py)?;
        let proofs = small::<KzgProof>(proofs, "proofs")?;
        let verdicts = self.run(py, |kzg| {
            kzg.verify_cell_kzg_proof_each(&commitments, &indices, cells.cells(), &proofs)
        })?;
        rows(py, verdicts, |verdict| {
            Ok(verdict.into_pyobject(py)?.to_owned().into_any())
        })
    }

    fn compute_verify_cell_kzg_proof_batch_challenge<'py>(
        &self,
        py: Python<'py>,
        commitments: &Bound<'py, PyAny>,
        commitment_indices: &Bound<'py, PyAny>,
        cell_indices: &Bound<'py, PyAny>,
        cells: &Bound<'py, PyAny>,
        proofs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let commitments = small::<KzgCommitment>(commitments, "commitments")?;
        let of_cells = self::cell_indices(commitment_indices, "commitment_indices")?;
        let indices = self::cell_indices(cell_indices, "cell_indices")?;
        let cells = List::read(cells, "cells")?;
        let cells = cells.items::<Cell>(py)?;
        let proofs = small::<KzgProof>(proofs, "proofs")?;
        let challenge = self.run(py, |kzg| {
            kzg.compute_verify_cell_kzg_proof_batch_challenge(
                &commitments,
                &of_cells,
                &indices,
                cells.cells(),
                &proofs,
            )
        })?;
        Ok(PyBytes::new(py, &challenge.0))
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

/// A list with a value or an exception for each row.
fn rows<'py, T>(
    py: Python<'py>,
    results: Vec<Result<T>>,
    value: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let rows = results.into_iter().map(|result| match result {
        Ok(found) => value(found),
        Err(error) => exception(py, &error),
    });
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}

/// A list of small items, which are copied.
fn small<T: crate::input::Item>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<T>> {
    let list = List::read(object, name)?;
    Ok(list.items::<T>(object.py())?.side_by_side())
}

fn bytes32<'i>(py: Python<'_>, input: &'i Input) -> PyResult<&'i Bytes32> {
    Bytes32::from_slice(input).map_err(|error| raised(py, error))
}

fn same_length(py: Python<'_>, blobs: usize, commitments: usize) -> PyResult<()> {
    kzg_backends::kzg_traits::checks::check_count(
        kzg_backends::kzg_traits::Item::Commitment,
        blobs,
        commitments,
    )
    .map_err(|error| raised(py, error))
}
