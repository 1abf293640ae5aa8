//! The cells of a blob whose values contradict the other cells.
//!
//! A blob is a polynomial of degree below 4096. Modulo the `X^64 - y` of a cell it is `Σ aᵢ(X)·yⁱ` with `i` below 64,
//! so that the values of the cells at one point `X` are those of a polynomial of degree below 64 in `y`: a word of the
//! Reed-Solomon code of length 128. Its decoding locates false values without commitments and proofs: up to 32 of them,
//! and with `e` missing cells up to `(64 - e)/2`. Cells with right values and false proofs are not noticed.
//!
//! Source: Massey, "Shift-register synthesis and BCH decoding", IEEE Transactions on Information Theory 15, 1969;
//! Forney, "On decoding BCH codes", the same journal 11, 1965, for missing values.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use crate::domain::Domain;
use crate::settings::Settings;

use super::cell_batch::CellBatch;
use super::evaluation::CellEvaluation;

/// The fewest cells of a blob in which a false value can be located.
const FEWEST_CELLS: usize = CELLS_PER_BLOB + 2;

/// Returns the positions of cells whose values contradict most cells of their blob, among the cells at `positions`. A
/// blob with two cells of one column is not searched. `evaluation` is called if a blob is searched.
pub(super) fn contradicted<'e, B: Backend>(
    settings: &Settings<B>,
    batch: &CellBatch<'_, B>,
    positions: &[usize],
    evaluation: impl FnOnce() -> &'e CellEvaluation<B::Fr>,
) -> Vec<usize> {
    let mut sorted: Vec<(usize, usize, usize)> = positions
        .iter()
        .map(|&k| (batch.commitment_index(k), batch.cell_index(k), k))
        .collect();
    sorted.sort_unstable();
    let blobs = sorted.chunk_by(|a, b| a.0 == b.0);
    let blobs: Vec<&[(usize, usize, usize)]> = blobs
        .filter(|cells| cells.len() >= FEWEST_CELLS && cells.is_sorted_by(|a, b| a.1 < b.1))
        .collect();
    if blobs.is_empty() {
        return Vec::new();
    }
    let evaluation = evaluation();
    let mut found = vec![Vec::new(); blobs.len()];
    settings.exec().for_each_mut(&mut found, |index, found| {
        let mut values = [None; CELLS_PER_EXT_BLOB];
        let mut of_column = [0; CELLS_PER_EXT_BLOB];
        for &(_, column, k) in blobs[index] {
            values[column] = Some(evaluation.value(batch, k));
            of_column[column] = k;
        }
        let columns = false_columns::<B>(settings.domain(), &values).into_iter();
        found.extend(columns.map(|column| of_column[column]));
    });
    found.concat()
}

/// Returns the columns of false values, from a value of each known cell of a blob. Returns no columns if there are too
/// many.
fn false_columns<B: Backend>(
    domain: &Domain<B::Fr>,
    values: &[Option<B::Fr>; CELLS_PER_EXT_BLOB],
) -> Vec<usize> {
    let mut coefficients = values.map(|value| value.unwrap_or(B::Fr::ZERO));
    B::ifft_fr(domain, &mut coefficients);
    // The coefficients above the degree are those of a generating function with a term for each false and each missing
    // value. The product of that function with `Π (1 - X/y)` over the missing columns has, from the index of their
    // number on, only terms of false values.
    let syndromes = &mut coefficients[CELLS_PER_BLOB..];
    let missing = (0..CELLS_PER_EXT_BLOB).filter(|column| values[*column].is_none());
    let mut number_missing = 0;
    for column in missing {
        let inverse_root = domain.inverse_roots(CELLS_PER_EXT_BLOB)[column];
        number_missing += 1;
        for i in (number_missing..syndromes.len()).rev() {
            syndromes[i] -= inverse_root * syndromes[i - 1];
        }
    }
    let Some(syndromes) = syndromes.get(number_missing..) else {
        return Vec::new();
    };
    let locator = shortest_recurrence(syndromes);
    let errors = locator.len() - 1;
    if 2 * errors > syndromes.len() {
        return Vec::new();
    }
    // The locator vanishes at the roots of the false columns, and at no other root.
    let mut at_roots = [B::Fr::ZERO; CELLS_PER_EXT_BLOB];
    at_roots[..locator.len()].copy_from_slice(&locator);
    B::fft_fr(domain, &mut at_roots);
    let is_false = |column: &usize| values[*column].is_some() && at_roots[*column] == B::Fr::ZERO;
    let columns: Vec<usize> = (0..CELLS_PER_EXT_BLOB).filter(is_false).collect();
    match columns.len() == errors {
        true => columns,
        false => Vec::new(),
    }
}

/// Returns the coefficients `c` of the shortest recurrence `Σ c[i]·sequence[n - i] = 0`, with `c[0] = 1`, by the
/// algorithm of Berlekamp and Massey.
fn shortest_recurrence<F: Fr>(sequence: &[F]) -> Vec<F> {
    let mut current = vec![F::ONE];
    // The recurrence before the last change of the length, and the inverse of its discrepancy.
    let (mut previous, mut inverse) = (vec![F::ONE], F::ONE);
    let (mut length, mut shift) = (0, 1);
    for n in 0..sequence.len() {
        let terms = current.iter().zip(sequence[..=n].iter().rev());
        let discrepancy = terms.fold(F::ZERO, |sum, (c, value)| sum + *c * *value);
        if discrepancy == F::ZERO {
            shift += 1;
            continue;
        }
        let factor = discrepancy * inverse;
        let mut next = current.clone();
        next.resize(next.len().max(previous.len() + shift), F::ZERO);
        for (c, earlier) in next[shift..].iter_mut().zip(&previous) {
            *c -= factor * *earlier;
        }
        if 2 * length <= n {
            (length, shift) = (n + 1 - length, 1);
            inverse = discrepancy.inverse().expect("the discrepancy is not zero");
            previous = current;
        } else {
            shift += 1;
        }
        current = next;
    }
    current.resize(length + 1, F::ZERO);
    current
}
