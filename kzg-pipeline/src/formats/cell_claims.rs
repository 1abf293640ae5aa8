//! Verification of the cells of several blobs with few calls of the backend.

use std::borrow::Cow;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::error::Result as VerifyResult;
use kzg_traits::{Cell, Item, KzgCommitment, KzgProof, KzgSettings};

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
    /// An error for a malformed commitment, and any error of the backend that is not about malformed input.
    pub(crate) fn verify(&self, settings: &dyn KzgSettings) -> VerifyResult<CheckedCells> {
        let mut checked = verify_in_one_call(settings, core::iter::once(self))?;
        checked.remove(0)
    }
}

/// Computes [`CellsClaim::verify`] for several blobs with few calls of the backend. An entry of `claims` that is an
/// `Err` is returned unchanged at its position. At the position of a claim with a malformed commitment is what
/// `malformed` makes of the position and the error.
///
/// # Errors
///
/// Any error of the backend that is not about malformed input, with the position of the first claim of the call that
/// failed.
pub(crate) fn verify_each<T>(
    settings: &dyn KzgSettings,
    claims: Vec<Result<CellsClaim<'_>, T>>,
    malformed: impl Fn(usize, kzg_traits::Error) -> T,
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
            checked[*position] = cells.map_err(|error| malformed(*position, error));
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

/// Verifies the cells of claims. The inner error is that of a malformed commitment.
fn verify_in_one_call<'c>(
    settings: &dyn KzgSettings,
    claims: impl Iterator<Item = &'c CellsClaim<'c>> + Clone,
) -> VerifyResult<Vec<VerifyResult<CheckedCells>>> {
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
        let mut checked = Ok(CheckedCells::default());
        for (index, verdict) in verdicts.by_ref().take(claim.cells.len()) {
            match (&mut checked, verdict) {
                // The backend says it of each cell, and the blob has one commitment.
                (_, Err(error)) if is_about_commitment(&error) => {
                    checked = Err(error.with_index(0))
                }
                (Ok(checked), verdict) => checked.push(index, verdict)?,
                (Err(_), _) => {}
            }
        }
        Ok(checked)
    });
    checked.collect()
}

fn is_about_commitment(error: &kzg_traits::Error) -> bool {
    matches!(
        error,
        kzg_traits::Error::Point {
            item: Item::Commitment,
            ..
        }
    )
}
