//! The functions of the package `ckzg`, with its rules: arguments are positional, byte strings are
//! `bytes`, lists are `list`. `ValueError` for arguments of the wrong number, type or length,
//! `RuntimeError` where the library gives no result.

use pyo3::prelude::*;

/// The functions of the package `ckzg`.
#[pymodule]
pub(crate) mod ckzg {
    use std::path::PathBuf;

    use kzg_backends::kzg_traits::error::Result;
    use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, Cells, KzgCommitment, KzgProof, Threads};
    use kzg_backends::{
        BackendChoice, C_KZG_MAX_PRECOMPUTE, KzgSettings, SettingsOptions, TrustedSetup,
        c_kzg_precompute, load_shared,
    };
    use pyo3::exceptions::{PyRuntimeError, PyValueError};
    use pyo3::prelude::*;
    use pyo3::pybacked::PyBackedBytes;
    use pyo3::types::{PyBytes, PyInt, PyList, PyString, PyTuple};

    use crate::output::{ByteList, Bytes, OneBlob, of_one_blob};
    use crate::running::{self, Loaded};

    /// A loaded trusted setup.
    #[pyclass(frozen, name = "KZGSettings")]
    struct Setup(Loaded);

    impl Setup {
        /// Runs a call; an error becomes a `RuntimeError` with the function's name and the reason.
        fn run<T: Send>(
            &self,
            py: Python<'_>,
            name: &str,
            call: impl FnOnce(&dyn KzgSettings) -> Result<T> + Send,
        ) -> PyResult<T> {
            let failed = |error| PyRuntimeError::new_err(format!("{name}: {error}"));
            self.0.run(py, call).map_err(failed)
        }
    }

    /// The arguments of a call.
    struct Arguments<'a, 'py> {
        tuple: &'a Bound<'py, PyTuple>,
        /// The arguments that the function takes, in words.
        expected: &'static str,
    }

    impl<'a, 'py> Arguments<'a, 'py> {
        fn new(
            tuple: &'a Bound<'py, PyTuple>,
            count: usize,
            expected: &'static str,
        ) -> PyResult<Self> {
            let arguments = Self { tuple, expected };
            if tuple.len() == count {
                Ok(arguments)
            } else {
                Err(arguments.wrong())
            }
        }

        fn wrong(&self) -> PyErr {
            PyValueError::new_err(format!("{} expected", self.expected))
        }

        fn at(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
            self.tuple.get_item(index).map_err(|_| self.wrong())
        }

        fn bytes(&self, index: usize) -> PyResult<PyBackedBytes> {
            let argument = self.at(index)?;
            let bytes = argument.cast_into::<PyBytes>().map_err(|_| self.wrong())?;
            Ok(bytes.into())
        }

        fn list(&self, index: usize) -> PyResult<Bound<'py, PyList>> {
            let argument = self.at(index)?;
            argument.cast_into::<PyList>().map_err(|_| self.wrong())
        }

        /// The last argument, a trusted setup.
        fn setup(&self) -> PyResult<Bound<'py, Setup>> {
            let argument = self.at(self.tuple.len() - 1)?;
            argument.cast_into::<Setup>().map_err(|_| self.wrong())
        }
    }

    /// An item that has the wrong length.
    fn length(name: &str) -> impl Fn(kzg_backends::kzg_traits::Error) -> PyErr {
        move |error| PyValueError::new_err(format!("{name}: {error}"))
    }

    /// The cell indices of a list.
    fn cell_indices(list: &Bound<'_, PyList>) -> PyResult<Vec<u64>> {
        list.iter()
            .map(|index| {
                let index = index
                    .cast_into::<PyInt>()
                    .map_err(|_| PyValueError::new_err("cell index: an integer expected"))?;
                index
                    .extract::<u64>()
                    .map_err(|_| PyValueError::new_err("cell index: not an integer of 64 bits"))
            })
            .collect()
    }

    /// The byte strings of a list.
    fn strings(list: &Bound<'_, PyList>, name: &str) -> PyResult<Vec<PyBackedBytes>> {
        list.iter()
            .map(|item| {
                let bytes = item
                    .cast_into::<PyBytes>()
                    .map_err(|_| PyValueError::new_err(format!("{name}: bytes expected")))?;
                Ok(bytes.into())
            })
            .collect()
    }

    /// The cells of a list, where they lie.
    fn cells(strings: &[PyBackedBytes]) -> PyResult<Vec<&Cell>> {
        let cell = |bytes| Cell::from_slice(bytes).map_err(length("cell"));
        strings.iter().map(|bytes| cell(bytes)).collect()
    }

    fn commitments(strings: &[PyBackedBytes]) -> PyResult<Vec<KzgCommitment>> {
        let item = |bytes| KzgCommitment::from_slice(bytes).map_err(length("commitment"));
        strings.iter().map(|bytes| item(bytes).copied()).collect()
    }

    fn proofs(strings: &[PyBackedBytes]) -> PyResult<Vec<KzgProof>> {
        let item = |bytes| KzgProof::from_slice(bytes).map_err(length("proof"));
        strings.iter().map(|bytes| item(bytes).copied()).collect()
    }

    fn same_count(counts: &[usize]) -> PyResult<()> {
        if counts.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(());
        }
        let reason = "lists of the same length expected";
        Err(PyValueError::new_err(reason))
    }

    /// Load a trusted setup from the file at a path. The second argument, precompute, is from 0 to
    /// 15: up to 8 for small tables of the prover, above for large ones.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn load_trusted_setup(args: &Bound<'_, PyTuple>) -> PyResult<Setup> {
        let py = args.py();
        let arguments = Arguments::new(args, 2, "string and int")?;
        let path = arguments.at(0)?;
        let path = path.cast::<PyString>().map_err(|_| arguments.wrong())?;
        let path: PathBuf = path.extract()?;
        let precompute = arguments.at(1)?;
        let precompute = precompute
            .extract::<i64>()
            .map_err(|_| PyValueError::new_err("precompute: an integer expected"))?;
        let natural = u64::try_from(precompute).ok();
        let tables = natural.and_then(c_kzg_precompute).ok_or_else(|| {
            PyRuntimeError::new_err(format!(
                "precompute: {precompute} is not from 0 to {C_KZG_MAX_PRECOMPUTE}"
            ))
        })?;
        let options = SettingsOptions::default().with_precompute(tables);
        let settings = running::load(py, move || {
            load_shared(
                BackendChoice::Auto,
                &TrustedSetup::load_file(path)?,
                options,
            )
        });
        let settings = settings.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok(Setup(Loaded::new(settings, &Threads::One)))
    }

    /// Commit to a blob.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn blob_to_kzg_commitment(args: &Bound<'_, PyTuple>) -> PyResult<Bytes<KzgCommitment>> {
        let arguments = Arguments::new(args, 2, "bytes and trusted setup")?;
        let (blob, setup) = (arguments.bytes(0)?, arguments.setup()?);
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let commitment = setup
            .get()
            .run(args.py(), "blob_to_kzg_commitment", |kzg| {
                kzg.blob_to_kzg_commitment(blob)
            })?;
        Ok(Bytes(commitment))
    }

    /// Evaluate a blob's polynomial at a point, and prove the value. Returns the proof and the value.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn compute_kzg_proof(args: &Bound<'_, PyTuple>) -> PyResult<(Bytes<KzgProof>, Bytes<Bytes32>)> {
        let arguments = Arguments::new(args, 3, "bytes, bytes, trusted setup")?;
        let (blob, z) = (arguments.bytes(0)?, arguments.bytes(1)?);
        let setup = arguments.setup()?;
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let z = Bytes32::from_slice(&z).map_err(length("z"))?;
        let (proof, y) = setup.get().run(args.py(), "compute_kzg_proof", |kzg| {
            kzg.compute_kzg_proof(blob, z)
        })?;
        Ok((Bytes(proof), Bytes(y)))
    }

    /// Prove that a blob matches its commitment.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn compute_blob_kzg_proof(args: &Bound<'_, PyTuple>) -> PyResult<Bytes<KzgProof>> {
        let arguments = Arguments::new(args, 3, "bytes, bytes, trusted setup")?;
        let (blob, commitment) = (arguments.bytes(0)?, arguments.bytes(1)?);
        let setup = arguments.setup()?;
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let commitment = KzgCommitment::from_slice(&commitment).map_err(length("commitment"))?;
        let proof = setup
            .get()
            .run(args.py(), "compute_blob_kzg_proof", |kzg| {
                kzg.compute_blob_kzg_proof(blob, commitment)
            })?;
        Ok(Bytes(proof))
    }

    /// Whether the committed polynomial has a value at a point.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn verify_kzg_proof(args: &Bound<'_, PyTuple>) -> PyResult<bool> {
        let arguments = Arguments::new(args, 5, "bytes, bytes, bytes, bytes, trusted setup")?;
        let (commitment, z) = (arguments.bytes(0)?, arguments.bytes(1)?);
        let (y, proof) = (arguments.bytes(2)?, arguments.bytes(3)?);
        let setup = arguments.setup()?;
        let commitment = KzgCommitment::from_slice(&commitment).map_err(length("commitment"))?;
        let z = Bytes32::from_slice(&z).map_err(length("z"))?;
        let y = Bytes32::from_slice(&y).map_err(length("y"))?;
        let proof = KzgProof::from_slice(&proof).map_err(length("proof"))?;
        setup.get().run(args.py(), "verify_kzg_proof", |kzg| {
            kzg.verify_kzg_proof(commitment, z, y, proof)
        })
    }

    /// Whether a blob matches its commitment.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn verify_blob_kzg_proof(args: &Bound<'_, PyTuple>) -> PyResult<bool> {
        let arguments = Arguments::new(args, 4, "bytes, bytes, bytes, trusted setup")?;
        let (blob, commitment) = (arguments.bytes(0)?, arguments.bytes(1)?);
        let (proof, setup) = (arguments.bytes(2)?, arguments.setup()?);
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let commitment = KzgCommitment::from_slice(&commitment).map_err(length("commitment"))?;
        let proof = KzgProof::from_slice(&proof).map_err(length("proof"))?;
        setup.get().run(args.py(), "verify_blob_kzg_proof", |kzg| {
            kzg.verify_blob_kzg_proof(blob, commitment, proof)
        })
    }

    /// Whether every blob matches its commitment. The items of each argument lie side by side.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn verify_blob_kzg_proof_batch(args: &Bound<'_, PyTuple>) -> PyResult<bool> {
        let arguments = Arguments::new(args, 4, "bytes, bytes, bytes, trusted setup")?;
        let (blobs, commitments) = (arguments.bytes(0)?, arguments.bytes(1)?);
        let (proofs, setup) = (arguments.bytes(2)?, arguments.setup()?);
        let blobs = Blob::many_from_slice(&blobs).map_err(length("blobs"))?;
        let commitments =
            KzgCommitment::many_from_slice(&commitments).map_err(length("commitments"))?;
        let proofs = KzgProof::many_from_slice(&proofs).map_err(length("proofs"))?;
        same_count(&[blobs.len(), commitments.len(), proofs.len()])?;
        setup
            .get()
            .run(args.py(), "verify_blob_kzg_proof_batch", |kzg| {
                kzg.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)
            })
    }

    /// The 128 cells of a blob.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn compute_cells(args: &Bound<'_, PyTuple>) -> PyResult<ByteList<Cell>> {
        let arguments = Arguments::new(args, 2, "bytes and trusted setup")?;
        let (blob, setup) = (arguments.bytes(0)?, arguments.setup()?);
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let setup = setup.get();
        let cells = setup.run(args.py(), "compute_cells", |kzg| kzg.compute_cells(blob));
        cells.map(ByteList)
    }

    /// The 128 cells of a blob and their proofs.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn compute_cells_and_kzg_proofs(args: &Bound<'_, PyTuple>) -> PyResult<OneBlob> {
        let arguments = Arguments::new(args, 2, "bytes and trusted setup")?;
        let (blob, setup) = (arguments.bytes(0)?, arguments.setup()?);
        let blob = Blob::from_slice(&blob).map_err(length("blob"))?;
        let made = setup
            .get()
            .run(args.py(), "compute_cells_and_kzg_proofs", |kzg| {
                kzg.compute_cells_and_kzg_proofs(blob)
            })?;
        Ok(of_one_blob(made))
    }

    /// Recover all cells and their proofs from 64 or more cells.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn recover_cells_and_kzg_proofs(args: &Bound<'_, PyTuple>) -> PyResult<OneBlob> {
        let arguments = Arguments::new(args, 3, "list, list, trusted setup")?;
        let (indices, cells) = (arguments.list(0)?, arguments.list(1)?);
        let setup = arguments.setup()?;
        same_count(&[indices.len(), cells.len()])?;
        let indices = cell_indices(&indices)?;
        let strings = strings(&cells, "cell")?;
        let given = self::cells(&strings)?;
        let given = Cells::from(&given);
        let made = setup
            .get()
            .run(args.py(), "recover_cells_and_kzg_proofs", |kzg| {
                kzg.recover_cells_and_kzg_proofs(&indices, given)
            })?;
        Ok(of_one_blob(made))
    }

    /// Whether every cell belongs to the blob of its commitment.
    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn verify_cell_kzg_proof_batch(args: &Bound<'_, PyTuple>) -> PyResult<bool> {
        let arguments = Arguments::new(args, 5, "list, list, list, list, trusted setup")?;
        let (commitments, indices) = (arguments.list(0)?, arguments.list(1)?);
        let (cells, proofs) = (arguments.list(2)?, arguments.list(3)?);
        let setup = arguments.setup()?;
        same_count(&[commitments.len(), indices.len(), cells.len(), proofs.len()])?;
        let commitments = self::commitments(&strings(&commitments, "commitment")?)?;
        let indices = cell_indices(&indices)?;
        let cell_strings = strings(&cells, "cell")?;
        let given = self::cells(&cell_strings)?;
        let given = Cells::from(&given);
        let proofs = self::proofs(&strings(&proofs, "proof")?)?;
        setup
            .get()
            .run(args.py(), "verify_cell_kzg_proof_batch", |kzg| {
                kzg.verify_cell_kzg_proof_batch(&commitments, &indices, given, &proofs)
            })
    }
}
