//! The defaults of bulk operations that a backend may also use for a part of its inputs, as functions.

use sha2::{Digest, Sha256};

use super::Backend;
use crate::algebra::{Fr, Group};
use crate::bytes::FIELD_ELEMENTS_PER_CELL;
use crate::domain::Domain;
use crate::error::{Item, PointError};
use crate::exec::Exec;

/// Computes [`Backend::decode_opening`] with one call of [`Backend::g1_from_bytes_many`] and one of
/// [`Backend::msm`].
///
/// # Errors
///
/// Those of [`Backend::decode_opening`].
pub fn decode_then_multiply<B: Backend>(
    [commitment, proof]: [&[u8; 48]; 2],
    z: B::Fr,
    y: B::Fr,
    exec: &Exec,
) -> Result<[B::G1; 2], (Item, PointError)> {
    let mut points = [Ok(B::G1::identity()), Ok(B::G1::identity())];
    B::g1_from_bytes_many(&[*commitment, *proof], &mut points, exec);
    let [commitment, proof] = points;
    let commitment = commitment.map_err(|reason| (Item::Commitment, reason))?;
    let proof = proof.map_err(|reason| (Item::Proof, reason))?;
    let sum = B::msm(&[proof, B::G1::generator()], &[z, -y], exec);
    Ok([commitment + sum, proof])
}

/// Computes [`Backend::weighted_sum`] one product after the other.
///
/// # Panics
///
/// If the length of a row differs from that of `out`.
pub fn weighted_sum_by_element<'a, B: Backend>(
    weights: &[B::Fr],
    row: impl Fn(usize) -> &'a [B::Fr],
    out: &mut [B::Fr],
) {
    out.fill(B::Fr::ZERO);
    for (k, weight) in weights.iter().enumerate() {
        let row = row(k);
        assert_eq!(row.len(), out.len(), "rows of one length");
        for (sum, value) in out.iter_mut().zip(row) {
            *sum += *weight * *value;
        }
    }
}

/// Computes [`Backend::scale`] one product after the other.
pub fn scale_by_element<F: Fr>(values: &mut [F], factor: F) {
    for value in values {
        *value *= factor;
    }
}

/// Computes [`Backend::add_interpolations`] one row after the other.
///
/// # Panics
///
/// As [`Backend::add_interpolations`] does.
pub fn add_interpolations_by_row<'a, B: Backend>(
    domain: &Domain<B::Fr>,
    cell_indices: &[usize],
    weights: &[B::Fr],
    row: impl Fn(usize) -> &'a [B::Fr],
    sum: &mut [B::Fr; FIELD_ELEMENTS_PER_CELL],
) {
    assert_eq!(cell_indices.len(), weights.len(), "one weight for each row");
    for (k, (index, weight)) in cell_indices.iter().zip(weights).enumerate() {
        let mut values = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
        if *weight == B::Fr::ONE {
            values.copy_from_slice(row(k));
        } else {
            B::weighted_sum(&[*weight], |_| row(k), &mut values);
        }
        B::merge_fr_unscaled(domain, &mut values, *index, 1);
        for (sum, coefficient) in sum.iter_mut().zip(values) {
            *sum += coefficient;
        }
    }
}

/// Computes [`Backend::sha256_many`] one message after the other.
///
/// # Panics
///
/// If there are not as many results as messages.
pub fn sha256_each<const PARTS: usize>(messages: &[[&[u8]; PARTS]], out: &mut [[u8; 32]]) {
    assert_eq!(messages.len(), out.len(), "one result for each message");
    for (message, out) in messages.iter().zip(out) {
        let hash = message.iter().fold(Sha256::new(), Sha256::chain_update);
        *out = hash.finalize().into();
    }
}

/// Returns the number of terms of each sum of [`Backend::msm_many`].
///
/// # Panics
///
/// If the numbers of points and scalars differ, or are no multiple of the number of results.
#[must_use]
pub fn msm_many_terms(points: usize, scalars: usize, results: usize) -> usize {
    assert_eq!(points, scalars, "one scalar for each point");
    let terms = points.checked_div(results).unwrap_or(0);
    assert_eq!(
        points,
        terms * results,
        "the same number of terms for each sum"
    );
    terms
}

/// Computes [`Backend::msm_fixed_many`] with one call of [`Backend::msm_fixed`] for each job.
///
/// # Panics
///
/// If `out` and `jobs` differ in length, or the numbers of scalars and points of a job differ.
pub fn msm_fixed_each<B: Backend>(jobs: &[(&B::Bases, &[B::Fr])], out: &mut [B::G1], exec: &Exec) {
    assert_eq!(jobs.len(), out.len(), "one result for each job");
    if let ([(bases, scalars)], [result]) = (jobs, &mut *out) {
        *result = B::msm_fixed(bases, scalars, exec);
        return;
    }
    let each = exec.on_this_thread();
    exec.for_each_mut(out, |index, result| {
        let (bases, scalars) = jobs[index];
        *result = B::msm_fixed(bases, scalars, &each);
    });
}
