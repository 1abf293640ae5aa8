//! Affine additions that share one inversion, by blst's scalar arithmetic: about half the cost of
//! Jacobian additions.
//!
//! The sum of `(x₁, y₁)` and `(x₂, y₂)` lies on a line of slope `n/d`. For points with distinct x
//! the line is the chord, with `n = y₂ - y₁` and `d = x₂ - x₁`; for equal points it is the
//! tangent, with `n = 3x₁²` and `d = 2y₁`. Then `x₃ = (n/d)² - x₁ - x₂` and
//! `y₃ = (n/d)·(x₁ - x₃) - y₁` in both cases.
//!
//! A batch multiplies all denominators `d`, inverts the product once, and derives every `1/d` from
//! it (Montgomery's trick). A chord takes five multiplications and a squaring besides its share of
//! the inversion, a tangent one squaring more. Sums with infinity are copies and sums of opposite
//! points are infinity; both put a one in the place of their denominator. So the cost of a batch
//! hardly depends on the points.
//!
//! No denominator is zero: a tangent with `y₁ = 0` would be at a point of order two, and the order
//! of the curve is odd.
//!
//! The vector engines use the same method, eight additions side by side.

use blst::blst_fp;

use super::additions::{Batch, Kind, prefetch};
use super::affine::G1Affine;
use super::base_field::{
    CHAINS, ONE, chain_of, double, invert_chains, multiply, multiply_assign, negate_if, square,
    subtract, triple,
};

/// Number of additions between the prefetch of a point and its use: the multiplications of that
/// many additions take as long as an access to the third-level cache.
const PREFETCH_DISTANCE: usize = 8;

/// Additions by blst's scalar arithmetic, and their working memory.
#[derive(Debug, Default)]
pub(crate) struct ScalarAdder {
    denominators: Vec<blst_fp>,
    /// The product of the denominators before each one in its chain.
    products: Vec<blst_fp>,
}

impl ScalarAdder {
    /// Does all additions of a batch.
    ///
    /// # Panics
    ///
    /// If an operand or a sum lies outside its list.
    pub(crate) fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        let Batch {
            source, additions, ..
        } = *batch;
        let count = additions.len();
        grow(&mut self.denominators, count);
        grow(&mut self.products, count + CHAINS);
        // As many items as there are additions, so that no access below needs a check.
        let denominators = &mut self.denominators[..count];
        let products = &mut self.products[..count + CHAINS];

        products[..CHAINS].fill(ONE);
        for (i, addition) in additions.iter().enumerate() {
            if let Some(later) = additions.get(i + PREFETCH_DISTANCE) {
                prefetch(later.left.point(source));
                prefetch(later.right.point(source));
            }
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            denominators[i] = match batch.kind(addition) {
                Kind::Chord => subtract(&b.x, &a.x),
                Kind::Tangent => double(&a.y),
                Kind::NoLine => ONE,
            };
            let (before, after) = products.split_at_mut(i + CHAINS);
            multiply(&mut after[0], &before[i], &denominators[i]);
        }
        let mut inverses = invert_chains(&products[count..]).expect("no denominator is zero");
        for (i, addition) in additions.iter().enumerate().rev() {
            if let Some(later) = i.checked_sub(PREFETCH_DISTANCE).map(|j| &additions[j]) {
                prefetch(later.left.point(source));
                prefetch(later.right.point(source));
            }
            let inverse = &mut inverses[chain_of(i, count)];
            let mut share = blst_fp::default();
            multiply(&mut share, inverse, &products[i]);
            multiply_assign(inverse, &denominators[i]);
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            let (negate_a, negate_b) = (addition.left.is_negated(), addition.right.is_negated());
            let numerator = match batch.kind(addition) {
                Kind::Chord => subtract(&negate_if(negate_a != negate_b, &b.y), &a.y),
                Kind::Tangent => {
                    let mut x_squared = blst_fp::default();
                    square(&mut x_squared, &a.x);
                    triple(&x_squared)
                }
                Kind::NoLine => {
                    out[addition.out as usize] = batch.sum_without_line(addition);
                    continue;
                }
            };
            let mut slope = numerator;
            multiply_assign(&mut slope, &share);
            set_sum(&mut out[addition.out as usize], a, b, negate_a, &slope);
        }
    }
}

/// Writes the sum of two points on a line of the given slope, or its negative.
///
/// A sum whose first point is negated is the negative of `a ∓ b`. So the slope is that of the line
/// through `a` itself, and only the y coordinate of the sum changes its sign.
fn set_sum(out: &mut G1Affine, a: &G1Affine, b: &G1Affine, negate: bool, slope: &blst_fp) {
    square(&mut out.x, slope);
    out.x = subtract(&subtract(&out.x, &a.x), &b.x);
    out.y = subtract(&a.x, &out.x);
    multiply_assign(&mut out.y, slope);
    out.y = if negate {
        subtract(&a.y, &out.y)
    } else {
        subtract(&out.y, &a.y)
    };
}

/// Makes room for `len` items of arbitrary content.
fn grow(values: &mut Vec<blst_fp>, len: usize) {
    if values.len() < len {
        values.resize(len, ONE);
    }
}
