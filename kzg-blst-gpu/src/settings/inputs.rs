//! The scalars of batches: blobs decoded to values, quotients and rows.

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{
    Blob, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_EXT_BLOB, KzgCommitment,
};
use kzg_traits::{Backend, Blobs, Error, Fr as _, Group, Item, eip4844, poly};

use super::{BlstGpu, Result};
use crate::check::values_to_rows;

impl BlstGpu {
    /// Decodes blobs to raw values, 4096 for each.
    pub(super) fn decode(&self, blobs: Blobs<'_>, first: usize) -> Result<Vec<Fr>> {
        let mut values = vec![Fr::ZERO; blobs.len() * FIELD_ELEMENTS_PER_BLOB];
        self.exec.try_for_each_chunk_mut(
            &mut values,
            FIELD_ELEMENTS_PER_BLOB,
            |index, values| decode_blob(blobs.at(index), first + index, values),
        )?;
        Ok(values)
    }

    /// Decodes a blob and gives the raw values of the quotient whose commitment is its proof.
    pub(super) fn quotient(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        index: usize,
        values: &mut [Fr],
    ) -> Result<()> {
        decode_blob(blob, index, values)?;
        G1::from_bytes(&commitment.0).map_err(|reason| Error::Point {
            item: Item::Commitment,
            index,
            reason,
        })?;
        let z = Fr::from_bytes_reduced(&eip4844::compute_challenge(blob, commitment));
        let exec = self.exec.on_this_thread();
        let y = Blst::evaluate(&self.folding, values, z, &exec);
        let roots = self.domain.roots(FIELD_ELEMENTS_PER_BLOB);
        let (mut quotient, mut prefix) = (exec.scratch_vec(), exec.scratch_vec());
        poly::quotient(values, roots, z, y, &mut quotient, &mut prefix);
        values.copy_from_slice(&quotient);
        Ok(())
    }

    /// Decodes blobs to their raw rows, `f mod (X^64 - y)` for the 128 roots `y`: 8192 coefficients.
    pub(super) fn rows(&self, blobs: Blobs<'_>, first: usize) -> Result<Vec<Fr>> {
        let mut rows = vec![Fr::ZERO; blobs.len() * FIELD_ELEMENTS_PER_EXT_BLOB];
        self.exec.try_for_each_chunk_mut(
            &mut rows,
            FIELD_ELEMENTS_PER_EXT_BLOB,
            |index, rows| {
                let values = &mut rows[..FIELD_ELEMENTS_PER_BLOB];
                decode_blob(blobs.at(index), first + index, values)?;
                values_to_rows(&self.domain, rows);
                Ok::<(), Error>(())
            },
        )?;
        Ok(rows)
    }
}

/// Decodes a blob to raw values. `index` is the blob's position in the call, for errors.
fn decode_blob(blob: &Blob, index: usize, values: &mut [Fr]) -> Result<()> {
    for (element, (value, bytes)) in values.iter_mut().zip(blob.field_elements()).enumerate() {
        *value = Fr::from_bytes_raw(bytes).ok_or(Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        })?;
    }
    Ok(())
}
