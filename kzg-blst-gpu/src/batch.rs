//! Batches on the device: computed, and checked before they are returned.

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{
    BYTES_PER_FIELD_ELEMENT, CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL,
    FIELD_ELEMENTS_PER_EXT_BLOB,
};
use kzg_traits::domain::Domain;
use kzg_traits::encoding::{COMPRESSED, LARGER_Y};
use kzg_traits::{Backend, Error, ErrorKind, Exec, Fr as _, Group, KzgSettings, PointError};

use crate::check::{self, blob};
use crate::device::{Device, Task};
use crate::driver::DeviceError;
use crate::options::Check;

/// The reason why a batch has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The device failed.
    Device(DeviceError),
    /// The check failed, or could not be made.
    Check(Error),
}

impl Failure {
    /// Whether the failure ends the use of the device at once: the loss of the device, or a wrong
    /// result. A check that could not be made says nothing about the device.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            Self::Device(error) => matches!(error, DeviceError::Lost { .. }),
            Self::Check(error) => error.kind() == ErrorKind::Integrity,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Device(error) => error.into(),
            Failure::Check(error) => error,
        }
    }
}

impl From<DeviceError> for Failure {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Check(error)
    }
}

/// A result of the device: the compressed encoding with its point of the group, or why it is none.
type Computed = Result<([u8; 48], G1), PointError>;

/// The device and the settings of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub(crate) device: &'a Device,
    pub(crate) processor: &'a dyn KzgSettings,
    pub(crate) domain: &'a Domain<Fr>,
    pub(crate) check: Check,
    pub(crate) exec: &'a Exec,
}

impl Batch<'_> {
    /// The commitments to polynomials, each 4096 raw values in the order of a blob.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub(crate) fn commitments(&self, polynomials: &[Fr]) -> Result<Vec<[u8; 48]>, Failure> {
        let n = polynomials.len() / FIELD_ELEMENTS_PER_BLOB;
        let results = self.run(Task::Commitment, n, 1, polynomials)?;
        match self.check {
            Check::Combined => {
                let weights = check::weights(n)?;
                let combination = check::combine(polynomials, &weights, self.exec);
                self.combined(&combination, &weights, results)
            }
            Check::EachItem => {
                let mut encodings = Vec::with_capacity(results.len());
                let polynomials = polynomials.chunks_exact(FIELD_ELEMENTS_PER_BLOB);
                for (index, (polynomial, result)) in polynomials.zip(results).enumerate() {
                    let expected = self.processor.blob_to_kzg_commitment(&blob(polynomial))?;
                    if !is_encoded_as(result, &expected.0) {
                        return Err(mismatch(format!("result {index} of {n}")).into());
                    }
                    encodings.push(expected.0);
                }
                Ok(encodings)
            }
        }
    }

    /// The proofs of the 128 cells of each blob, blob after blob, from the 8192 raw coefficients of
    /// the blob's rows.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub(crate) fn cell_proofs(&self, rows: &[Fr]) -> Result<Vec<[u8; 48]>, Failure> {
        let n = rows.len() / FIELD_ELEMENTS_PER_EXT_BLOB;
        let results = self.run(Task::CellProofs, n, CELLS_PER_EXT_BLOB, rows)?;
        match self.check {
            Check::Combined => {
                let weights = check::weights(results.len())?;
                let combination = check::combine_cells(self.domain, rows, &weights, self.exec);
                self.combined(&combination, &weights, results)
            }
            Check::EachItem => {
                let mut encodings = Vec::with_capacity(results.len());
                let all = rows.chunks_exact(FIELD_ELEMENTS_PER_EXT_BLOB);
                let results = results.chunks_exact(CELLS_PER_EXT_BLOB);
                for (index, (rows, results)) in all.zip(results).enumerate() {
                    let mut values = rows.to_vec();
                    Blst::merge_fr(self.domain, &mut values, 0, FIELD_ELEMENTS_PER_CELL);
                    values.truncate(FIELD_ELEMENTS_PER_BLOB);
                    Blst::fft_fr(self.domain, &mut values);
                    let expected = self.processor.compute_cell_kzg_proofs(&blob(&values))?;
                    for (cell, (result, expected)) in results.iter().zip(&*expected).enumerate() {
                        if !is_encoded_as(*result, &expected.0) {
                            let place = format!("the proof of cell {cell} of blob {index} of {n}");
                            return Err(mismatch(place).into());
                        }
                        encodings.push(expected.0);
                    }
                }
                Ok(encodings)
            }
        }
    }

    /// Runs a task on raw scalars, as many for each of `n` blobs. The results are decoded: each is a
    /// point of the group with the encoding that the device wrote, or an error.
    fn run(
        &self,
        task: Task,
        n: usize,
        columns: usize,
        scalars: &[Fr],
    ) -> Result<Vec<Computed>, DeviceError> {
        let each = scalars.len() / n.max(1);
        let mut encodings = vec![[0; 96]; n * columns];
        self.device.run(
            task,
            n,
            |blob, bytes| {
                let (slots, _) = bytes.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
                for (slot, scalar) in slots.iter_mut().zip(&scalars[blob * each..]) {
                    *slot = scalar.to_bytes_raw();
                }
            },
            |blob, received| {
                let slots = &mut encodings[blob * columns..][..columns];
                slots
                    .iter_mut()
                    .zip(received)
                    .for_each(|(slot, encoding)| *slot = encoding);
            },
        )?;
        let compressed: Vec<[u8; 48]> = encodings
            .iter_mut()
            .map(|encoding| {
                let compressed = *encoding.first_chunk().expect("the first half");
                encoding[0] &= !(COMPRESSED | LARGER_Y);
                compressed
            })
            .collect();
        let mut points = vec![Ok(G1::identity()); encodings.len()];
        Blst::g1_from_affine_batched(&encodings, &mut points, self.exec);
        let results = compressed.into_iter().zip(points);
        let results = results.map(|(encoding, point)| match point? {
            point if point.to_bytes() == encoding => Ok((encoding, point)),
            _ => Err(PointError::Encoding),
        });
        Ok(results.collect())
    }

    /// The encodings of results that the check of all together accepts.
    fn combined(
        &self,
        combination: &[Fr],
        weights: &[Fr],
        results: Vec<Computed>,
    ) -> Result<Vec<[u8; 48]>, Failure> {
        let n = results.len();
        let results: Result<(Vec<_>, Vec<G1>), _> = results.into_iter().collect();
        if let Ok((encodings, points)) = results
            && check::holds(self.processor, combination, weights, &points, self.exec)?
        {
            return Ok(encodings);
        }
        Err(mismatch(format!("a batch of {n} results")).into())
    }
}

/// Whether a result has this encoding.
fn is_encoded_as(result: Computed, expected: &[u8; 48]) -> bool {
    result.is_ok_and(|(encoding, _)| encoding == *expected)
}

fn mismatch(place: String) -> Error {
    Error::Integrity {
        message: format!("the device's result differs from the processor's: {place}"),
    }
}
