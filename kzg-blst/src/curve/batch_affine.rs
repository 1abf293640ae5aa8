//! Affine additions in batches that share one inversion: about half the cost of Jacobian ones.
//!
//! `(x₁, y₁) + (x₂, y₂)` needs `1/(x₂ - x₁)`. A batch multiplies all differences together,
//! inverts the product once, and walks back (Montgomery's trick): five multiplications and a
//! squaring an addition, besides its share of the inversion.
//!
//! Sums that the formula has no answer for are done apart, exactly: those with infinity are
//! noticed as they come by, those of equal or inverse points by the product that they make zero.

use blst::{blst_fp, blst_p1};

use super::additions::{Batch, fetch};
use super::affine::{G1Affine, INFINITY, is_infinity};
use super::base_field::{
    CHAINS, ONE, chain_of, invert_chains, is_zero, multiply, multiply_assign, negate_if, square,
    subtract,
};

/// How many additions ahead points are fetched: the time of as many multiplications covers that
/// of the third-level cache.
const FETCH_AHEAD: usize = 8;

/// Additions by blst's scalar arithmetic, and their working memory.
#[derive(Debug, Default)]
pub(crate) struct ScalarAdder {
    differences: Vec<blst_fp>,
    /// The product of the differences before each one in its chain.
    products: Vec<blst_fp>,
}

impl ScalarAdder {
    /// Does the additions for which the chord has an answer. The positions of the others are
    /// added to `exceptional`; what is written for them has no meaning.
    ///
    /// # Panics
    ///
    /// If an operand or a sum lies outside its list.
    pub(crate) fn add(
        &mut self,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        let Batch {
            source, additions, ..
        } = *batch;
        let count = additions.len();
        grow(&mut self.differences, count);
        grow(&mut self.products, count + CHAINS);
        // As many items as there are additions, so that no access below needs a check.
        let differences = &mut self.differences[..count];
        let products = &mut self.products[..count + CHAINS];

        products[..CHAINS].fill(ONE);
        for (i, addition) in additions.iter().enumerate() {
            if let Some(later) = additions.get(i + FETCH_AHEAD) {
                fetch(later.left.point(source));
                fetch(later.right.point(source));
            }
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            differences[i] = subtract(&b.x, &a.x);
            if is_infinity(a) || is_infinity(b) {
                differences[i] = ONE;
                exceptional.push(i);
            }
            let (before, after) = products.split_at_mut(i + CHAINS);
            multiply(&mut after[0], &before[i], &differences[i]);
        }
        let mut inverses = match invert_chains(&products[count..]) {
            Some(inverses) => inverses,
            None => {
                for (i, difference) in differences.iter_mut().enumerate() {
                    if is_zero(difference) {
                        *difference = ONE;
                        exceptional.push(i);
                    }
                    let (before, after) = products.split_at_mut(i + CHAINS);
                    multiply(&mut after[0], &before[i], difference);
                }
                invert_chains(&products[count..]).expect("no difference is zero now")
            }
        };
        for (i, addition) in additions.iter().enumerate().rev() {
            if let Some(later) = i.checked_sub(FETCH_AHEAD).map(|j| &additions[j]) {
                fetch(later.left.point(source));
                fetch(later.right.point(source));
            }
            let inverse = &mut inverses[chain_of(i, count)];
            let mut share = blst_fp::default();
            multiply(&mut share, inverse, &products[i]);
            multiply_assign(inverse, &differences[i]);
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            let signs = (addition.left.is_negated(), addition.right.is_negated());
            add_with_inverse(a, b, signs, &share, &mut out[addition.out as usize]);
        }
    }
}

/// The chord through two points with different x coordinates, either of them negated, given
/// `1/(b.x - a.x)`.
///
/// A sum whose first point is negated is the negative of `a ∓ b`, so only the second one's y
/// coordinate and that of the sum ever change their sign.
fn add_with_inverse(
    a: &G1Affine,
    b: &G1Affine,
    (negate_a, negate_b): (bool, bool),
    inverse: &blst_fp,
    out: &mut G1Affine,
) {
    let mut slope = subtract(&negate_if(negate_a != negate_b, &b.y), &a.y);
    multiply_assign(&mut slope, inverse);
    square(&mut out.x, &slope);
    out.x = subtract(&subtract(&out.x, &a.x), &b.x);
    out.y = subtract(&a.x, &out.x);
    multiply_assign(&mut out.y, &slope);
    out.y = if negate_a {
        subtract(&a.y, &out.y)
    } else {
        subtract(&out.y, &a.y)
    };
}

/// One addition by itself, of any two points.
pub(crate) fn add_one(a: &G1Affine, b: &G1Affine) -> G1Affine {
    if is_infinity(a) {
        return *b;
    }
    if is_infinity(b) {
        return *a;
    }
    let mut sum = blst_p1::default();
    let mut affine = INFINITY;
    // SAFETY: blst reads valid points and writes one in each call; this addition knows equal
    // and inverse points.
    unsafe {
        blst::blst_p1_from_affine(&mut sum, &a.0);
        blst::blst_p1_add_or_double_affine(&mut sum, &sum, &b.0);
        blst::blst_p1_to_affine(&mut affine.0, &sum);
    }
    affine
}

/// Makes room for `len` items, whose content is of no matter.
fn grow(values: &mut Vec<blst_fp>, len: usize) {
    if values.len() < len {
        values.resize(len, ONE);
    }
}
