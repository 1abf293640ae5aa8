//! Pairing checks with precomputed Miller lines of fixed G2 points.
//!
//! Several Miller loops run as one and share their squarings, which are half of the work.
//!
//! Source: the lines have the form of blst's `blst_precompute_lines`. They are evaluated and multiplied
//! in the order of its `blst_miller_loop_lines`.

use core::fmt;

mod extension;
mod final_exponentiation;

use blst::{blst_fp, blst_fp6, blst_fp12};
use kzg_traits::{Exec, Group};

use crate::curve::jacobian::{G1, G2};

/// Number of lines in a Miller loop: one for each doubling and each addition by the curve's parameter.
const LINES: usize = 68;
/// Number of doublings after each addition of the loop: the distances between the set bits of the
/// curve's parameter, `0xd201000000010000`.
const DOUBLINGS_AFTER_ADDITION: [usize; 5] = [2, 3, 9, 32, 16];
/// The most pairs whose loops share their squarings.
const PAIRS_AT_ONCE: usize = 4;

/// A fixed point of G2 with the lines of its Miller loop: 19 KiB.
#[derive(Clone)]
pub struct PreparedG2 {
    /// `None` for infinity, whose pairing with any point is one.
    lines: Option<Box<[blst_fp6; LINES]>>,
}

impl PreparedG2 {
    pub(crate) fn new(point: &G2) -> Self {
        if point.is_identity() {
            return Self { lines: None };
        }
        let mut lines = Box::new([blst_fp6::default(); LINES]);
        // SAFETY: blst reads one affine point and writes 68 lines, the length of the array.
        unsafe { blst::blst_precompute_lines(lines.as_mut_ptr(), &point.to_affine()) };
        Self { lines: Some(lines) }
    }
}

impl fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedG2").finish_non_exhaustive()
    }
}

/// Returns whether the product of the pairings is one.
pub(crate) fn check(pairs: &[(G1, &PreparedG2)], exec: &Exec) -> bool {
    let at_once = exec.chunk_len(pairs.len(), 1).clamp(1, PAIRS_AT_ONCE);
    let mut factors = exec.scratch_vec::<blst_fp12>();
    factors.resize(pairs.len().div_ceil(at_once), blst_fp12::default());
    exec.for_each_mut(&mut factors, |index, factor| {
        let pairs = &pairs[index * at_once..];
        *factor = miller_loops(&pairs[..at_once.min(pairs.len())]);
    });
    let product = factors.iter().copied().reduce(|mut product, factor| {
        // SAFETY: blst reads two field elements and writes one; they may be the same.
        unsafe { blst::blst_fp12_mul(&mut product, &product, &factor) };
        product
    });
    product.is_none_or(|product| final_exponentiation::is_one(&product))
}

/// Returns the product of the Miller loops of at most [`PAIRS_AT_ONCE`] pairs, with shared squarings.
fn miller_loops(pairs: &[(G1, &PreparedG2)]) -> blst_fp12 {
    debug_assert!(pairs.len() <= PAIRS_AT_ONCE);
    let mut factors = [None; PAIRS_AT_ONCE];
    for (factor, (p, q)) in factors.iter_mut().zip(pairs) {
        // The pairing is one if either point is infinity.
        if let Some(lines) = q.lines.as_deref().filter(|_| !p.is_identity()) {
            *factor = Some((lines, LinePoint::new(p)));
        }
    }
    // SAFETY: blst returns a pointer to a constant of its own.
    let mut product = unsafe { *blst::blst_fp12_one() };
    let multiply_by_lines = |product: &mut blst_fp12, index: usize| {
        for (lines, point) in factors.iter().flatten() {
            let value = point.evaluate(&lines[index]);
            // SAFETY: blst reads two field elements and writes one; they may be the same.
            unsafe { blst::blst_fp12_mul_by_xy00z0(product, product, &value) };
        }
    };
    multiply_by_lines(&mut product, 0);
    let mut index = 1;
    for doublings in DOUBLINGS_AFTER_ADDITION {
        multiply_by_lines(&mut product, index);
        index += 1;
        for _ in 0..doublings {
            // SAFETY: blst reads one field element and writes one; they may be the same.
            unsafe { blst::blst_fp12_sqr(&mut product, &product) };
            multiply_by_lines(&mut product, index);
            index += 1;
        }
    }
    debug_assert_eq!(index, LINES);
    // The conjugation accounts for the negative parameter.
    // SAFETY: blst reads and writes one field element.
    unsafe { blst::blst_fp12_conjugate(&mut product) };
    product
}

/// A point `(x, y)` in the form in which lines are evaluated: `(-2x, 2y)`.
#[derive(Clone, Copy)]
struct LinePoint {
    minus_2x: blst_fp,
    two_y: blst_fp,
}

impl LinePoint {
    fn new(point: &G1) -> Self {
        let affine = point.to_affine();
        let (mut minus_2x, mut two_y) = (blst_fp::default(), blst_fp::default());
        // SAFETY: blst reads one or two field elements and writes one in each call; they may be
        // the same.
        unsafe {
            blst::blst_fp_add(&mut minus_2x, &affine.x, &affine.x);
            blst::blst_fp_cneg(&mut minus_2x, &minus_2x, true);
            blst::blst_fp_add(&mut two_y, &affine.y, &affine.y);
        }
        Self { minus_2x, two_y }
    }

    /// Returns the value of a line. Its second coefficient belongs to `x`, its third to `y`.
    fn evaluate(&self, line: &blst_fp6) -> blst_fp6 {
        let mut value = *line;
        for (coefficient, coordinate) in [(1, &self.minus_2x), (2, &self.two_y)] {
            for part in &mut value.fp2[coefficient].fp {
                // SAFETY: blst reads two field elements and writes one; they may be the same.
                unsafe { blst::blst_fp_mul(part, part, coordinate) };
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fr;
    use kzg_traits::Fr as _;

    /// The product of blst's own Miller loops, one by one.
    fn by_blst(pairs: &[(G1, G2)]) -> blst_fp12 {
        // SAFETY: blst returns a pointer to a constant of its own.
        let mut product = unsafe { *blst::blst_fp12_one() };
        for (p, q) in pairs {
            if p.is_identity() || q.is_identity() {
                continue;
            }
            let mut factor = blst_fp12::default();
            // SAFETY: blst reads two affine points, neither of them infinity, in the first call and
            // two field elements in the second. Each call writes one field element.
            unsafe {
                blst::blst_miller_loop(&mut factor, &q.to_affine(), &p.to_affine().0);
                blst::blst_fp12_mul(&mut product, &product, &factor);
            }
        }
        product
    }

    fn exponentiated(value: &blst_fp12) -> blst_fp12 {
        let mut result = blst_fp12::default();
        // SAFETY: blst reads one field element and writes one.
        unsafe { blst::blst_final_exp(&mut result, value) };
        result
    }

    #[test]
    fn shared_loops_equal_the_product_of_single_loops() {
        let g1 = |k: u64| G1::generator().mul(&Fr::from_u64(k));
        let g2 = |k: u64| G2::generator().mul(&Fr::from_u64(k));
        let all = [
            (g1(1), g2(1)),
            (g1(0x1234_5678_9abc), g2(7)),
            (g1(0), g2(5)),
            (g1(5), g2(0)),
            (-g1(1), g2(1)),
        ];
        for start in 0..all.len() {
            for len in 0..=PAIRS_AT_ONCE.min(all.len() - start) {
                let pairs = &all[start..start + len];
                let prepared: Vec<PreparedG2> =
                    pairs.iter().map(|(_, q)| PreparedG2::new(q)).collect();
                let prepared: Vec<(G1, &PreparedG2)> = pairs
                    .iter()
                    .zip(&prepared)
                    .map(|((p, _), q)| (*p, q))
                    .collect();
                let shared = exponentiated(&miller_loops(&prepared));
                assert_eq!(shared, exponentiated(&by_blst(pairs)));
            }
        }
    }
}
