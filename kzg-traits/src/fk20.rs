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
//! and the 128 proofs are its values at the 128th roots of unity. For each residue `i` the inner
//! sum is a correlation of the sequence `f[64t + i]` with the points `[τ^(64j+i)]₁`. The
//! correlation is computed as a cyclic convolution of length 128 with those points in reverse
//! order: both sequences are transformed, multiplied pointwise, and transformed back. The
//! transforms of the points are fixed at setup; [`columns`] computes them. Summed over `i`, the
//! products at one frequency are a multi-scalar multiplication over 64 of these fixed points. Its
//! scalars are the values `P_i(y)` of the polynomials `P_i(y) = Σ_t f[64t + i]·y^t`, and these are
//! the *rows* of the transform that yields the cells: `f mod (X^64 - y)`.
//!
//! # From the sums to the proofs
//!
//! Dividing the scalars by `y` moves the convolution by one place. The sums are then the values
//! `u(y)` of `U = A + X^64·B`, where `A` has the coefficients `H_m` and both have degree below 64.
//! It is not necessary to transform back, to drop `B` and to transform again: `u = a + b` at the
//! 64th roots of unity, and `u = a - b` at the other 128th roots, which are `ζ` times the 64th
//! roots. Let `T` be the linear map that takes the values of a polynomial of degree below 64 at the
//! 64th roots to its values at the other roots. Then
//!
//! ```text
//! a_even = (u_even + T⁻¹(u_odd)) / 2,    a_odd = (u_odd + T(u_even)) / 2.
//! ```
//!
//! `T` interpolates: `A(ζ·w^j) = Σ_k A(w^k) · (1/64)·Σ_m (ζ·w^(j-k))^m`, a geometric series. So `T`
//! is a cyclic convolution of length 64 with the scalars `K_d = -1/(32·(ζ·w^d - 1))`, and the
//! inverse of `T` one with `-1/(32·(ζ⁻¹·w^d - 1))`: products of polynomials modulo `Y^64 - 1`.
//!
//! These products are split modulo four polynomials `Y^8 - c` and two polynomials `Y^16 - c`. The
//! splitting multiplies points by no root other than `i`. Backends can multiply by `i` at a third
//! of the cost of another root or less, because `i` is `±x³` for the curve's short parameter `x`,
//! and multiplication by `x²` is an endomorphism; see [`Group::mul_all`]. A product modulo
//! `Y^n - c` with a fixed factor is the product of a fixed matrix of scalars with `n` points; see
//! [`Backend::multiply_matrices`].
//!
//! Source: Feist and Khovratovich, "Fast amortized KZG proofs", <https://eprint.iacr.org/2023/033>,
//! for multiproofs over cosets. The step from the sums to the proofs is not from that paper.

use core::array;

use crate::algebra::{Fr, Group};
use crate::backend::{Backend, MatrixProduct};
use crate::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL};
use crate::domain::{Domain, bit_reversal_permutation};
use crate::exec::Exec;
use crate::precompute::Precompute;

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

/// Number of proofs at even positions of the natural order. In bit-reversed order these proofs come
/// before those at odd positions.
const EVEN: usize = CELLS_PER_EXT_BLOB / 2;

/// A residue class of the split convolutions: `start..start + len` of the coefficients, modulo
/// `Y^len - root[block]`.
struct Leaf {
    start: usize,
    len: usize,
    block: usize,
}

/// The residue classes that [`split`] computes with multiplications by `i` alone.
const LEAVES: [Leaf; 6] = [
    Leaf::new(0, 8, 0),
    Leaf::new(8, 8, 1),
    Leaf::new(16, 8, 2),
    Leaf::new(24, 8, 3),
    Leaf::new(32, 16, 2),
    Leaf::new(48, 16, 3),
];

impl Leaf {
    const fn new(start: usize, len: usize, block: usize) -> Self {
        Self { start, len, block }
    }
}

/// The precomputed tables of FK20.
#[derive(Debug)]
pub(crate) struct Fk20<B: Backend> {
    /// The points of [`columns`], frequency by frequency.
    columns: Vec<B::Bases>,
    /// `1/(2·y)` for each frequency.
    scales: Vec<B::Fr>,
    /// The matrices of `T`, leaf by leaf.
    to_odd: Vec<Vec<B::Fr>>,
    /// The matrices of the inverse of `T`, leaf by leaf.
    to_even: Vec<Vec<B::Fr>>,
}

impl<B: Backend> Fk20<B> {
    /// Prepares [`columns`], within the memory budget.
    pub(crate) fn new(
        domain: &Domain<B::Fr>,
        points: &[B::G1],
        precompute: Precompute,
        exec: &Exec,
    ) -> Self {
        let budget = Precompute::within(precompute.bytes() / CELLS_PER_EXT_BLOB);
        let each = exec.on_this_thread();
        let mut columns: Vec<Option<B::Bases>> = (0..CELLS_PER_EXT_BLOB).map(|_| None).collect();
        exec.for_each_mut(&mut columns, |k, bases| {
            let column = &points[k * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL];
            *bases = Some(B::prepare(column, budget, &each));
        });
        let inverse = |value: B::Fr| value.inverse().expect("not zero");
        let roots = domain.roots(CELLS_PER_EXT_BLOB);
        let zeta = roots[EVEN];
        Self {
            columns: columns.into_iter().flatten().collect(),
            scales: roots.iter().map(|y| inverse(*y + *y)).collect(),
            to_odd: matrices(domain, zeta),
            to_even: matrices(domain, inverse(zeta)),
        }
    }

    /// The memory that the columns take, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.columns.iter().map(B::bases_memory).sum()
    }

    /// The proofs of all cells, in the order of the cells.
    ///
    /// `rows` holds `f mod (X^64 - y_k)`, 64 coefficients for each of the 128 roots `y_k` in
    /// bit-reversed order. The rows of the first 64 cells and those of the others are each multiplied by a factor
    /// first. On return, `rows` holds other values.
    ///
    /// # Panics
    ///
    /// If there are not 128 proofs and 8192 coefficients.
    pub(crate) fn prove_cells(
        &self,
        domain: &Domain<B::Fr>,
        rows: &mut [B::Fr],
        factors: [B::Fr; 2],
        proofs: &mut [B::G1],
        exec: &Exec,
    ) {
        exec.for_each_chunk_mut(rows, FIELD_ELEMENTS_PER_CELL, |k, row| {
            B::scale(row, self.scales[k] * factors[k / EVEN]);
        });
        let scalars = rows;
        let jobs: [(&B::Bases, &[B::Fr]); CELLS_PER_EXT_BLOB] = array::from_fn(|k| {
            let scalars = &scalars[k * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL];
            (&self.columns[k], scalars)
        });
        B::msm_fixed_many(&jobs, proofs, exec);

        let mut points = exec.scratch_vec();
        points.extend_from_slice(proofs);
        let (even, odd) = points.split_at_mut(EVEN);
        exec.join(|| split(domain, even), || split(domain, odd));
        let mut products = exec.scratch_vec();
        products.resize(CELLS_PER_EXT_BLOB, B::G1::identity());
        let (from_odd, from_even) = products.split_at_mut(EVEN);
        let mut jobs = [
            leaf_products(&self.to_even, odd, from_odd),
            leaf_products(&self.to_odd, even, from_even),
        ];
        B::multiply_matrices(jobs.as_flattened_mut(), exec);
        exec.join(|| merge(domain, from_odd), || merge(domain, from_even));
        for (proof, product) in proofs.iter_mut().zip(products.iter()) {
            *proof += *product;
        }
    }
}

/// Transforms points in bit-reversed order to the coefficients of the leaves.
fn split<G: Group>(domain: &Domain<G::Scalar>, points: &mut [G]) {
    bit_reversal_permutation(points);
    domain.split_group(points, 0, EVEN / 2);
    let (first, second) = points.split_at_mut(EVEN / 2);
    domain.split_group(first, 0, 8);
    domain.split_group(second, 1, 16);
}

/// The inverse of [`split`], up to a factor by which [`matrices`] divides.
fn merge<G: Group>(domain: &Domain<G::Scalar>, points: &mut [G]) {
    let (first, second) = points.split_at_mut(EVEN / 2);
    domain.merge_group(first, 0, 8);
    domain.merge_group(second, 1, 16);
    domain.merge_group(points, 0, EVEN / 2);
    bit_reversal_permutation(points);
}

/// The matrices of the convolution with `-1/(32·(shift·w^d - 1))`, leaf by leaf.
fn matrices<F: Fr>(domain: &Domain<F>, shift: F) -> Vec<Vec<F>> {
    let mut kernel: Vec<F> = domain.roots(EVEN).to_vec();
    bit_reversal_permutation(&mut kernel);
    for value in &mut kernel {
        let denominator = F::from_u64(32) * (F::ONE - shift * *value);
        *value = denominator.inverse().expect("the shift is no 64th root");
    }
    LEAVES
        .iter()
        .map(|leaf| {
            let root = domain.roots(CELLS_PER_EXT_BLOB)[leaf.block];
            // The kernel modulo `Y^len - root`, by Horner's rule.
            let mut residue = vec![F::ZERO; leaf.len];
            for chunk in kernel.chunks_exact(leaf.len).rev() {
                for (value, coefficient) in residue.iter_mut().zip(chunk) {
                    *value = *value * root + *coefficient;
                }
            }
            let classes = F::from_u64((EVEN / leaf.len) as u64);
            let scale = classes.inverse().expect("not zero");
            let entry = |row: usize, column: usize| match row.checked_sub(column) {
                Some(degree) => residue[degree] * scale,
                None => residue[leaf.len + row - column] * root * scale,
            };
            (0..leaf.len)
                .flat_map(|row| (0..leaf.len).map(move |column| (row, column)))
                .map(|(row, column)| entry(row, column))
                .collect()
        })
        .collect()
}

/// The products of the leaves' matrices with the leaves' points.
fn leaf_products<'a, B: Backend>(
    matrices: &'a [Vec<B::Fr>],
    points: &'a [B::G1],
    mut out: &'a mut [B::G1],
) -> [MatrixProduct<'a, B>; LEAVES.len()] {
    array::from_fn(|index| {
        let leaf = &LEAVES[index];
        let (product, rest) = core::mem::take(&mut out).split_at_mut(leaf.len);
        out = rest;
        MatrixProduct {
            matrix: &matrices[index],
            points: &points[leaf.start..][..leaf.len],
            out: product,
        }
    })
}
