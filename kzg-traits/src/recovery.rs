//! Recovery of an extended blob from at least half of its cells.
//!
//! Let `f` have degree below 4096, and let cell `c` hold its values where `X^64 = y_c`, with `y_c`
//! the 128th roots of unity in bit-reversed order. Inverting the transform of one cell alone gives
//! `f mod (X^64 - y_c)`: a *row* of 64 coefficients. Column `i` of the rows holds values of
//! `P_i(y) = Σ_t f[64t + i]·y^t`, a polynomial of degree below 64. So 64 rows determine `f`, and
//! all columns are decoded in the same way:
//!
//! 1. Let `Z(y) = Π (y - y_m)` over the missing cells. `P·Z` has degree below 128, and its values
//!    at all `y_c` are known: `P(y_c)·Z(y_c)` for a present cell, 0 for a missing cell. Interpolation
//!    over the first half of the cells gives `P·Z mod (y^64 - 1)`, and over the other half
//!    `P·Z mod (y^64 + 1)`.
//! 2. Both together give `P·Z mod (y^64 - i)`, where `i² = -1`. The roots of `y^64 - i` have order
//!    256, so none of them is a `y_c`, and `Z` vanishes at none of them.
//! 3. Evaluate `P·Z` at these roots, divide by `Z`, and interpolate. The result is `P`, because the
//!    degree of `P` is below 64.
//!
//! More than 64 cells may contradict each other. The specification's formula still gives a result,
//! on which clients agree: it divides over a coset of all 8192 roots, shifted by 7, and the
//! quotient then has degree 4096 or more. If the recovered cells differ from the given cells,
//! `divide_over_coset` computes that result.
//!
//! Source: `recover_polynomialcoeff` of the consensus specifications,
//! fulu/polynomial-commitments-sampling; for contradictory cells, c-kzg-4844, which evaluates
//! the whole quotient for the cells, takes its lower half for the proofs, and returns all 128
//! cells unchanged if it is given all.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{
    CELLS_PER_BLOB, CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL,
    FIELD_ELEMENTS_PER_EXT_BLOB,
};
use crate::domain::Domain;
use crate::exec::Exec;
use crate::poly::batch_inverse;

/// The shift of the coset that the specification divides over.
///
/// Source: `PRIMITIVE_ROOT_OF_UNITY` and `coset_fft_field` of the consensus specifications.
const COSET_SHIFT: u64 = 7;

/// The block of the transform's tree that holds polynomials modulo `X^4096 - i`.
const DIVISION_BLOCK: usize = 2;

/// Number of roots of `y^64 - i`: one for each row of 64 coefficients modulo `X^4096 - i`.
const ROWS_TO_DIVIDE: usize = FIELD_ELEMENTS_PER_BLOB / FIELD_ELEMENTS_PER_CELL;

/// The cells that are present.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Present([bool; CELLS_PER_EXT_BLOB]);

impl Present {
    pub(crate) fn new(cell_indices: &[u64]) -> Self {
        let mut present = [false; CELLS_PER_EXT_BLOB];
        for &index in cell_indices {
            present[index as usize] = true;
        }
        Self(present)
    }

    pub(crate) fn contains(&self, cell: usize) -> bool {
        self.0[cell]
    }

    /// Whether two lists of rows are equal in the rows of the present cells.
    pub(crate) fn agree<F: Fr>(&self, a: &[F], b: &[F]) -> bool {
        let cells = a
            .chunks_exact(FIELD_ELEMENTS_PER_CELL)
            .zip(b.chunks_exact(FIELD_ELEMENTS_PER_CELL));
        cells
            .zip(self.0)
            .all(|((a, b), present)| !present || a == b)
    }

    fn missing(&self) -> impl Iterator<Item = usize> {
        (0..CELLS_PER_EXT_BLOB).filter(|&cell| !self.0[cell])
    }
}

/// Values of the polynomial `Z` that vanishes at the missing cells.
pub(crate) struct Locator<F> {
    /// At the 128th roots of unity, one for each cell.
    on_cells: [F; CELLS_PER_EXT_BLOB],
    /// `1/(64·Z)` at the 64 roots of `y^64 - i`, which follow the others in bit-reversed order.
    inverses: [F; ROWS_TO_DIVIDE],
}

impl<F: Fr> Locator<F> {
    /// The values for cells of which at least half are present. `prefix` is working memory.
    pub(crate) fn new<B: Backend<Fr = F>>(
        domain: &Domain<F>,
        present: &Present,
        prefix: &mut Vec<F>,
    ) -> Self {
        let coefficients = locator_coefficients(domain, present);
        let mut on_cells = coefficients;
        B::fft_fr(domain, &mut on_cells);
        let mut inverses = [F::ZERO; ROWS_TO_DIVIDE];
        let i = domain.roots(FIELD_ELEMENTS_PER_EXT_BLOB)[DIVISION_BLOCK];
        let (low, high) = coefficients.split_at(ROWS_TO_DIVIDE);
        for ((sum, low), high) in inverses.iter_mut().zip(low).zip(high) {
            *sum = *low + i * *high;
        }
        B::split_fr(domain, &mut inverses, DIVISION_BLOCK, 1);
        batch_inverse(&mut inverses, prefix);
        B::scale(&mut inverses, domain.inverse_size(ROWS_TO_DIVIDE));
        Self { on_cells, inverses }
    }
}

/// Computes the coefficients of the polynomial of degree below 4096 that the present cells
/// determine, if there is one. `rows` holds the rows of the cells, cell after cell; those of
/// missing cells are ignored. On return `rows` holds the result.
pub(crate) fn recover_polynomial<B: Backend>(
    domain: &Domain<B::Fr>,
    present: &Present,
    locator: &Locator<B::Fr>,
    rows: &mut Vec<B::Fr>,
    exec: &Exec,
) {
    // With `y^64 = i`, the polynomial `low + y^64·high` is the sum of `low + high` times `(1 + i)/2`, the residue of the
    // first half of the cells, and of `low - high` times `(1 - i)/2`, that of the second half.
    let i = domain.roots(FIELD_ELEMENTS_PER_EXT_BLOB)[DIVISION_BLOCK];
    let inverse = domain.inverse_size(CELLS_PER_EXT_BLOB);
    let of_halves = [B::Fr::ONE + i, B::Fr::ONE - i].map(|factor| factor * inverse);
    exec.for_each_chunk_mut(rows, FIELD_ELEMENTS_PER_BLOB, |half, rows| {
        let cells = half * CELLS_PER_BLOB..;
        for (cell, row) in cells.zip(rows.chunks_exact_mut(FIELD_ELEMENTS_PER_CELL)) {
            if present.0[cell] {
                B::scale(row, locator.on_cells[cell] * of_halves[half]);
            } else {
                row.fill(B::Fr::ZERO);
            }
        }
        B::merge_fr_unscaled(domain, rows, half, FIELD_ELEMENTS_PER_CELL);
    });
    let (first, second) = rows.split_at_mut(FIELD_ELEMENTS_PER_BLOB);
    for (first, second) in first.iter_mut().zip(second) {
        *first += *second;
    }
    rows.truncate(FIELD_ELEMENTS_PER_BLOB);
    let parts = parts_of_transform(exec);
    let part_len = FIELD_ELEMENTS_PER_BLOB / parts;
    B::split_fr(domain, rows, DIVISION_BLOCK, part_len);
    exec.for_each_chunk_mut(rows, part_len, |part, rows| {
        let block = DIVISION_BLOCK * parts + part;
        B::split_fr(domain, rows, block, FIELD_ELEMENTS_PER_CELL);
        let inverses = &locator.inverses[part * (ROWS_TO_DIVIDE / parts)..];
        let rows_of_part = rows.chunks_exact_mut(FIELD_ELEMENTS_PER_CELL);
        for (row, inverse) in rows_of_part.zip(inverses) {
            B::scale(row, *inverse);
        }
        B::merge_fr_unscaled(domain, rows, block, FIELD_ELEMENTS_PER_CELL);
    });
    B::merge_fr_unscaled(domain, rows, DIVISION_BLOCK, part_len);
}

/// The number of parts, a power of two, that the threads transform by themselves. The levels between the parts are
/// another pass over the values, which costs more than it saves on one thread.
pub(crate) fn parts_of_transform(exec: &Exec) -> usize {
    exec.threads().min(2)
}

/// Computes the specification's quotient, of degree below 8192, also for cells that contradict each
/// other. `extended` holds the values of the present cells at their positions; the values of
/// missing cells are ignored. On return `extended` holds the coefficients of the quotient.
pub(crate) fn divide_over_coset<B: Backend>(
    domain: &Domain<B::Fr>,
    present: &Present,
    locator: &Locator<B::Fr>,
    extended: &mut [B::Fr],
) {
    let shift = B::Fr::from_u64(COSET_SHIFT);
    let shift_inverse = shift.inverse().expect("7 is not zero");
    for (cell, values) in extended
        .chunks_exact_mut(FIELD_ELEMENTS_PER_CELL)
        .enumerate()
    {
        // This sets the values of missing cells to zero, because `Z` vanishes there.
        B::scale(values, locator.on_cells[cell]);
    }
    B::ifft_fr(domain, extended);
    scale_by_powers(extended, shift);
    B::fft_fr(domain, extended);
    // At X = 7·x with x^64 = y_c, `Z` has one value for the whole of cell c.
    let shifted = shift.pow(FIELD_ELEMENTS_PER_CELL as u64);
    let mut inverses: Vec<B::Fr> = domain
        .roots(CELLS_PER_EXT_BLOB)
        .iter()
        .map(|root| locator_at(domain, present, shifted * *root))
        .collect();
    batch_inverse(&mut inverses, &mut Vec::new());
    for (values, inverse) in extended
        .chunks_exact_mut(FIELD_ELEMENTS_PER_CELL)
        .zip(inverses)
    {
        B::scale(values, inverse);
    }
    B::ifft_fr(domain, extended);
    scale_by_powers(extended, shift_inverse);
}

/// The coefficients of `Z`, of degree at most 64, filled up with zeros.
fn locator_coefficients<F: Fr>(domain: &Domain<F>, present: &Present) -> [F; CELLS_PER_EXT_BLOB] {
    let roots = domain.roots(CELLS_PER_EXT_BLOB);
    let mut coefficients = [F::ZERO; CELLS_PER_EXT_BLOB];
    coefficients[0] = F::ONE;
    for (degree, cell) in present.missing().enumerate() {
        // Multiplication by `y - root`: each coefficient moves up by one and the product with the root
        // is subtracted.
        coefficients[degree + 1] = coefficients[degree];
        for i in (1..=degree).rev() {
            coefficients[i] = coefficients[i - 1] - roots[cell] * coefficients[i];
        }
        coefficients[0] = -(roots[cell] * coefficients[0]);
    }
    coefficients
}

/// The value of `Z` at `y`.
fn locator_at<F: Fr>(domain: &Domain<F>, present: &Present, y: F) -> F {
    let roots = domain.roots(CELLS_PER_EXT_BLOB);
    present
        .missing()
        .fold(F::ONE, |product, cell| product * (y - roots[cell]))
}

/// Multiplies `values[i]` by `base^i`.
fn scale_by_powers<F: Fr>(values: &mut [F], base: F) {
    let mut power = F::ONE;
    for value in values {
        *value *= power;
        power *= base;
    }
}
