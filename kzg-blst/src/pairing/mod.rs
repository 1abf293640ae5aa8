//! Pairing checks with precomputed Miller lines of fixed G2 points.
//!
//! Several Miller loops run as one and share their squarings, which are half of the work. A vector
//! engine may have a Miller loop of its own; otherwise it is done by blst's arithmetic.
//!
//! Source: the lines are those of blst's `blst_precompute_lines`, in the form of
//! [`line`](crate::curve::line). They are multiplied in the order of its `blst_miller_loop_lines`.

use core::fmt;

mod extension;
mod final_exponentiation;
#[cfg(test)]
mod tests;

use blst::{blst_fp2, blst_fp6, blst_fp12};
use kzg_traits::backend::small_exponent;
use kzg_traits::{Exec, Group};

use crate::curve::additions::LANES;
use crate::curve::base_field::{self, ONE, invert_all, multiply_assign, square};
use crate::curve::jacobian::{G1, G2};
use crate::curve::line::{LINES, Line, LinePoint, MillerPair, SQUARE_BEFORE};
use crate::engine::VectorEngine;
use crate::selection::vector_engine;
use extension::{add, conjugate, multiply, multiply_fp2, one, subtract, times_xi};

/// The fewest products for which it takes less time to compute eight side by side than one by one.
const FEWEST_IN_LANES: usize = 6;
/// The most pairs whose loops share their squarings.
const PAIRS_AT_ONCE: usize = 4;

/// A fixed point of G2 with the lines of its Miller loop: 13 KiB.
#[derive(Clone)]
pub struct PreparedG2 {
    /// `None` for infinity, whose pairing with any point is one.
    lines: Option<Box<[Line; LINES]>>,
}

impl PreparedG2 {
    pub(crate) fn new(point: &G2) -> Self {
        if point.is_identity() {
            return Self { lines: None };
        }
        let mut lines = [blst_fp6::default(); LINES];
        // SAFETY: blst reads one affine point and writes 68 lines, the length of the array.
        unsafe { blst::blst_precompute_lines(lines.as_mut_ptr(), &point.to_affine()) };
        // No coefficient of w³ is zero: up to a factor it is the z coordinate of a multiple of the
        // point by a number below the order of the point, or twice its y coordinate.
        let mut inverses = lines.map(|line| add(&line.fp2[2], &line.fp2[2]));
        extension::invert_all(&mut inverses);
        let mut normalized = Box::new([Line::default(); LINES]);
        for ((out, line), inverse) in normalized.iter_mut().zip(&lines).zip(&inverses) {
            let [x, y, _] = &line.fp2;
            let minus_twice = subtract(&subtract(&blst_fp2::default(), y), y);
            *out = Line {
                x: multiply_fp2(x, inverse),
                y: multiply_fp2(&minus_twice, inverse),
            };
        }
        Self {
            lines: Some(normalized),
        }
    }
}

impl fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedG2").finish_non_exhaustive()
    }
}

/// Returns whether the product of the pairings is one.
pub(crate) fn check(pairs: &[(G1, &PreparedG2)], exec: &Exec) -> bool {
    final_exponentiation::is_one(&product_of_loops(pairs, exec))
}

/// Returns some `k` below `bound` for which the product of the pairings of `power` is that of `base` to the power
/// `k`, if there is one.
pub(crate) fn exponent(
    base: &[(G1, &PreparedG2)],
    power: &[(G1, &PreparedG2)],
    bound: usize,
    exec: &Exec,
) -> Option<usize> {
    let each = exec.on_this_thread();
    let value = |pairs| final_exponentiation::value(&product_of_loops(pairs, &each));
    let (base, power) = exec.join(|| value(base), || value(power));
    small_exponent(base, power, bound, multiply)
}

/// Returns the product of the Miller loops of all pairs, up to factors that the final exponentiation maps to one.
fn product_of_loops(pairs: &[(G1, &PreparedG2)], exec: &Exec) -> blst_fp12 {
    // In lanes, a second Miller loop takes less time than to wake a thread for it.
    let at_once = match vector_engine() {
        Some(_) => PAIRS_AT_ONCE,
        None => exec.chunk_len(pairs.len(), 1).clamp(1, PAIRS_AT_ONCE),
    };
    let mut factors = exec.scratch_vec::<blst_fp12>();
    factors.resize(pairs.len().div_ceil(at_once), blst_fp12::default());
    exec.for_each_mut(&mut factors, |index, factor| {
        let pairs = &pairs[index * at_once..];
        *factor = miller_loops(&pairs[..at_once.min(pairs.len())]);
    });
    let product = factors.iter().copied().reduce(|a, b| multiply(&a, &b));
    product.unwrap_or_else(one)
}

/// Returns for each of several products of two pairings, with the same points of G2, whether it is one.
///
/// # Panics
///
/// If `products` and `out` differ in length.
pub(crate) fn check_each(products: &[[G1; 2]], q: [&PreparedG2; 2], out: &mut [bool], exec: &Exec) {
    assert_eq!(products.len(), out.len(), "one verdict for each product");
    let each = exec.on_this_thread();
    let in_lanes = vector_engine().is_some_and(VectorEngine::computes_pairings_side_by_side);
    let at_once = if in_lanes { LANES } else { 1 };
    exec.for_each_chunk_mut(out, at_once, |index, out| {
        let products = &products[index * at_once..][..out.len()];
        if products.len() >= FEWEST_IN_LANES
            && let Some(ones) = check_in_lanes(products, q)
        {
            for (lane, is_one) in out.iter_mut().enumerate() {
                *is_one = ones >> lane & 1 == 1;
            }
            return;
        }
        for (is_one, [first, second]) in out.iter_mut().zip(products) {
            *is_one = check(&[(*first, q[0]), (*second, q[1])], &each);
        }
    });
}

/// Returns a bit for each of at most eight products that is one; `None` if no engine computes them side by
/// side.
fn check_in_lanes(products: &[[G1; 2]], q: [&PreparedG2; 2]) -> Option<u8> {
    let engine = vector_engine()?;
    let lines = [q[0].lines.as_deref()?, q[1].lines.as_deref()?];
    // Other lanes repeat the last product.
    let last = products.len() - 1;
    let points = [0, 1].map(|side| {
        line_points::<LANES>(&core::array::from_fn(|lane| products[lane.min(last)][side]))
    });
    engine.pairings_are_one([lines[0], lines[1]], &points)
}

/// Returns the product of the Miller loops of at most [`PAIRS_AT_ONCE`] pairs, with shared squarings,
/// up to factors that the final exponentiation maps to one.
fn miller_loops(pairs: &[(G1, &PreparedG2)]) -> blst_fp12 {
    // A pairing is one if either point is infinity.
    let (mut finite, mut count) = ([MillerPair::default(); PAIRS_AT_ONCE], 0);
    let mut points = [G1::identity(); PAIRS_AT_ONCE];
    for (p, q) in pairs {
        if let Some(lines) = q.lines.as_deref().filter(|_| !p.is_identity()) {
            finite[count].lines = lines;
            points[count] = *p;
            count += 1;
        }
    }
    let finite = &mut finite[..count];
    if finite.is_empty() {
        return one();
    }
    for (pair, point) in finite.iter_mut().zip(line_points(&points)) {
        pair.point = point;
    }
    let product = vector_engine()
        .and_then(|engine| engine.miller_loops(finite))
        .unwrap_or_else(|| scalar_miller_loops(finite));
    // The conjugation accounts for the negative parameter.
    conjugate(&product)
}

/// Returns the form of points in which lines are evaluated, by one inversion. That of infinity is zero.
fn line_points<const N: usize>(points: &[G1; N]) -> [LinePoint; N] {
    // No y coordinate is zero, because the order of the points is odd.
    let mut inverses = points
        .each_ref()
        .map(|point| if point.is_identity() { ONE } else { point.0.y });
    invert_all(&mut inverses);
    let mut line_points = [LinePoint::default(); N];
    for ((out, point), mut inverse) in line_points.iter_mut().zip(points).zip(inverses) {
        let G1(point) = point;
        // (X, Y, Z) stands for (X/Z², Y/Z³): so 1/y is Z³/Y, and x/y is X·Z/Y. Infinity has Z = 0.
        multiply_assign(&mut inverse, &point.z);
        base_field::multiply(&mut out.x_over_y, &inverse, &point.x);
        square(&mut out.inverse_y, &point.z);
        multiply_assign(&mut out.inverse_y, &inverse);
    }
    line_points
}

/// Computes [`VectorEngine::miller_loops`](crate::engine::VectorEngine::miller_loops) by blst's
/// arithmetic.
///
/// The values of the lines of two pairs are multiplied with each other first: three products in `Fp2`, and one
/// product in `Fp12` instead of two with a line.
fn scalar_miller_loops(pairs: &[MillerPair<'_>]) -> blst_fp12 {
    let mut product = one();
    for (index, square) in SQUARE_BEFORE.into_iter().enumerate() {
        if square {
            // SAFETY: blst reads one field element and writes one; they may be the same.
            unsafe { blst::blst_fp12_sqr(&mut product, &product) };
        }
        for pair in pairs.chunks(2) {
            if let [first, second] = pair {
                let value = product_of_lines(index, [first, second]);
                if index == 0 && pairs.len() == 2 {
                    product = value;
                    continue;
                }
                // SAFETY: blst reads two field elements and writes one; they may be the same.
                unsafe { blst::blst_fp12_mul(&mut product, &product, &value) };
            } else {
                let value = evaluate(&pair[0].lines[index], &pair[0].point);
                // SAFETY: blst reads two field elements and writes one; they may be the same.
                unsafe { blst::blst_fp12_mul_by_xy00z0(&mut product, &product, &value) };
            }
        }
    }
    product
}

/// Returns the product of the values of one line of each pair, `(x + y·v + v·w)·(x' + y'·v + v·w)` with `w² = v`
/// and `v³ = ξ`.
fn product_of_lines(index: usize, pairs: [&MillerPair<'_>; 2]) -> blst_fp12 {
    let [[x0, y0, z], [x1, y1, _]] =
        pairs.map(|pair| evaluate(&pair.lines[index], &pair.point).fp2);
    let (x, y) = (multiply_fp2(&x0, &x1), multiply_fp2(&y0, &y1));
    let sums = multiply_fp2(&add(&x0, &y0), &add(&x1, &y1));
    let even = [add(&x, &times_xi(&z)), subtract(&sums, &add(&x, &y)), y];
    let odd = [blst_fp2::default(), add(&x0, &x1), add(&y0, &y1)];
    blst_fp12 {
        fp6: [even, odd].map(|fp2| blst_fp6 { fp2 }),
    }
}

/// Returns the value of a line at a point: its coefficients of `1`, `v` and `v·w`, the last of which is one.
fn evaluate(line: &Line, point: &LinePoint) -> blst_fp6 {
    let mut value = blst_fp6::default();
    let [x, y, z] = &mut value.fp2;
    for part in 0..2 {
        base_field::multiply(&mut x.fp[part], &line.x.fp[part], &point.inverse_y);
        base_field::multiply(&mut y.fp[part], &line.y.fp[part], &point.x_over_y);
    }
    z.fp[0] = ONE;
    value
}
