//! FK20: the proofs of all 128 cells at the cost of a few transforms, instead of 128 quotients.
//!
//! The proof of the cell where `X^64 = y` is the commitment to the quotient of `f` by
//! `X^64 - y`, which is `Σ_{m=1}^{63} y^(m-1) · Σ_{t≥64m} f[t]·X^(t-64m)`. So it is the value at
//! `y` of a polynomial with 63 coefficients in G1,
//!
//! ```text
//! H_m = Σ_{i<64} Σ_j f[64(m+j) + i] · [τ^(64j+i)]₁,    m = 1, .., 63,
//! ```
//!
//! and the 128 proofs are its transform over the 128th roots of unity. For each residue `i` the
//! inner sum is a correlation of the sequence `f[64t + i]` with the points `[τ^(64j+i)]₁`, so a
//! cyclic convolution of length 128 with those points in reverse order: transform both, multiply
//! pointwise, transform back. The points' transforms are fixed at setup; summed over `i`, the
//! products at one frequency are a multi-scalar multiplication over 64 fixed points, which
//! [`columns`] computes. Its scalars are the values `P_i(y)` of the polynomials
//! `P_i(y) = Σ_t f[64t + i]·y^t`, and these are the *rows* of the transform that yields the
//! cells: `f mod (X^64 - y)`.
//!
//! Source: Feist and Khovratovich, "Fast amortized KZG proofs",
//! <https://eprint.iacr.org/2023/033>, for multiproofs over cosets.

use crate::algebra::Group;
use crate::backend::Backend;
use crate::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL};
use crate::domain::Domain;
use crate::exec::Exec;

/// Coefficients of the polynomial whose values are the proofs.
const PROOF_COEFFICIENTS: usize = FIELD_ELEMENTS_PER_BLOB / FIELD_ELEMENTS_PER_CELL;

/// The transforms of the setup's points: 64 points for each of the 128 frequencies, frequency
/// after frequency, in bit-reversed order.
///
/// # Panics
///
/// If there are fewer than 4096 points.
#[must_use]
pub fn columns<B: Backend>(
    domain: &Domain<B::Fr>,
    g1_monomial: &[B::G1],
    exec: &Exec,
) -> Vec<B::G1> {
    let mut residues = vec![vec![B::G1::identity(); CELLS_PER_EXT_BLOB]; FIELD_ELEMENTS_PER_CELL];
    exec.for_each_mut(&mut residues, |i, points| {
        for j in 0..PROOF_COEFFICIENTS {
            let reversed = (CELLS_PER_EXT_BLOB - j) % CELLS_PER_EXT_BLOB;
            points[reversed] = g1_monomial[FIELD_ELEMENTS_PER_CELL * j + i];
        }
        domain.fft_group(points, 0);
    });
    (0..CELLS_PER_EXT_BLOB)
        .flat_map(|frequency| residues.iter().map(move |points| points[frequency]))
        .collect()
}

/// The proofs of all cells, in the order of the cells.
///
/// `bases[k]` was prepared from the 64 points of frequency `k` of [`columns`]; `rows` holds
/// `f mod (X^64 - y_k)`, 64 coefficients for each of the 128 roots `y_k` in bit-reversed order.
///
/// # Panics
///
/// If there are not 128 bases, 128 proofs and 8192 coefficients.
pub(crate) fn prove_cells<B: Backend>(
    domain: &Domain<B::Fr>,
    bases: &[B::Bases],
    rows: &[B::Fr],
    proofs: &mut [B::G1],
    exec: &Exec,
) {
    let jobs: [_; CELLS_PER_EXT_BLOB] = core::array::from_fn(|k| {
        (
            &bases[k],
            &rows[k * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL],
        )
    });
    B::msm_fixed_many(&jobs, proofs, exec);
    domain.ifft_group(proofs, 0);

    // The wanted coefficients are those from 1 on; what is left of the cyclic convolution is
    // dropped, and the one that moves in is zero.
    proofs.copy_within(1..PROOF_COEFFICIENTS, 0);
    proofs[PROOF_COEFFICIENTS - 1] = B::G1::identity();
    let (even, odd) = proofs.split_at_mut(PROOF_COEFFICIENTS);
    odd.copy_from_slice(even);
    exec.join(|| domain.fft_group(even, 0), || domain.fft_group(odd, 1));
}
