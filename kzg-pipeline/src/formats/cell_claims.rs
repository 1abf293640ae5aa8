//! Verification of the cells of several blobs with few calls of the backend.

use std::borrow::Cow;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::error::Result as VerifyResult;
use kzg_traits::{Cell, KzgCommitment, KzgProof, KzgSettings};

use super::cells::CheckedCells;

/// The most cells that are verified in one call: those of six blobs. With kzg-arkworks, such a call takes three quarters
/// of the time of six calls. The call keeps 7 MB of scratch memory.
pub(crate) const CELLS_PER_CALL: usize = 6 * CELLS_PER_EXT_BLOB;

/// Cells of a blob, with the commitment and the proofs that they are checked against: an index and a proof for each
/// cell.
#[derive(Clone, Debug)]
pub(crate) struct CellsClaim<'a> {
    pub(super) commitment: &'a KzgCommitment,
    pub(super) indices: Cow<'a, [u64]>,
    pub(super) cells: Vec<&'a Cell>,
    pub(super) proofs: Vec<&'a KzgProof>,
}

impl CellsClaim<'_> {
    /// Returns the indices of the good cells, and the indices and faults of the bad cells.
    ///
    /// # Errors
    ///
    /// Any error of the backend that is not about a malformed cell or proof.
    pub(crate) fn verify(&self, settings: &dyn KzgSettings) -> VerifyResult<CheckedCells> {
        let mut checked = verify_in_one_call(settings, core::iter::once(self))?;
        Ok(checked.remove(0))
    }
}

/// Computes [`CellsClaim::verify`] for several blobs with few calls of the backend. What stands in the place of a claim
/// is returned in that place.
///
/// # Errors
///
/// As [`CellsClaim::verify`], with the position of the first claim of the call that failed.
pub(crate) fn verify_each<T>(
    settings: &dyn KzgSettings,
    claims: Vec<Result<CellsClaim<'_>, T>>,
) -> Result<Vec<Result<CheckedCells, T>>, (usize, kzg_traits::Error)> {
    let mut checked = Vec::with_capacity(claims.len());
    let mut unchecked = Vec::with_capacity(claims.len());
    for (position, claim) in claims.into_iter().enumerate() {
        checked.push(claim.map(|claim| {
            unchecked.push((position, claim));
            CheckedCells::default()
        }));
    }
    let mut unchecked = unchecked.as_slice();
    while let Some((first, _)) = unchecked.first() {
        let (call, later) = unchecked.split_at(claims_in_a_call(unchecked));
        let of_call = verify_in_one_call(settings, call.iter().map(|(_, claim)| claim));
        let of_call = of_call.map_err(|error| (*first, error))?;
        for ((position, _), cells) in call.iter().zip(of_call) {
            checked[*position] = Ok(cells);
        }
        unchecked = later;
    }
    Ok(checked)
}

/// The number of claims at the front that have at most [`CELLS_PER_CALL`] cells, at least one.
fn claims_in_a_call(claims: &[(usize, CellsClaim<'_>)]) -> usize {
    let mut cells = 0;
    let fits = claims.iter().take_while(|(_, claim)| {
        cells += claim.cells.len();
        cells <= CELLS_PER_CALL
    });
    fits.count().max(1)
}

fn verify_in_one_call<'c>(
    settings: &dyn KzgSettings,
    claims: impl Iterator<Item = &'c CellsClaim<'c>> + Clone,
) -> VerifyResult<Vec<CheckedCells>> {
    let (mut commitments, mut indices) = (Vec::new(), Vec::new());
    let (mut cells, mut proofs) = (Vec::new(), Vec::new());
    for claim in claims.clone() {
        commitments.resize(commitments.len() + claim.cells.len(), *claim.commitment);
        indices.extend_from_slice(&claim.indices);
        cells.extend_from_slice(&claim.cells);
        proofs.extend(claim.proofs.iter().map(|proof| **proof));
    }
    // A cell without a verdict of the backend counts as bad.
    let mut verdicts = vec![Ok(false); cells.len()];
    if !cells.is_empty() {
        settings.verify_cell_kzg_proof_each_into(
            &commitments,
            &indices,
            (&cells).into(),
            &proofs,
            &mut verdicts,
        )?;
    }
    let mut verdicts = indices.into_iter().zip(verdicts);
    let checked = claims.map(|claim| {
        let mut checked = CheckedCells::default();
        for (index, verdict) in verdicts.by_ref().take(claim.cells.len()) {
            checked.push(index, verdict)?;
        }
        Ok(checked)
    });
    checked.collect()
}
