//! Affine additions that share one inversion, eight side by side; see
//! [`batch_affine`](crate::curve::batch_affine) for the method.
//!
//! There are as many chains of products as octets in a block: calls of a kernel that follow each
//! other are independent, and find its instructions decoded.

use core::arch::x86_64::{_mm256_castsi256_pd, _mm256_set_epi64x};

use super::Avx2;
use super::elements::{Fp8, Limb, WIDTH};
use super::inversion::Inversion;
use super::points::{load_x, load_xy, store_xy};
use crate::curve::additions::{Batch, Operand};
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::base_field::ONE;
use crate::engine::VectorAdder;

/// Octets that advance together, each in a chain of its own.
const BLOCK: usize = 4;
/// How many octets ahead points are fetched.
const FETCH_AHEAD: usize = 2;

/// Working memory.
#[derive(Default)]
pub(super) struct AdditionLanes {
    differences: Vec<Fp8>,
    /// The product of the differences before each octet in its chain, from the second block on.
    products: Vec<Fp8>,
    inversion: Inversion,
}

impl AdditionLanes {
    /// The engine is the proof that the processor has its features.
    pub(super) fn new(_engine: &Avx2) -> Self {
        Self::default()
    }

    /// Does the additions for which the formula has an answer. The positions of the others are
    /// added to `exceptional`; what is written for them has no meaning.
    ///
    /// # Panics
    ///
    /// If there are no additions, or an operand or a sum lies outside its list.
    #[target_feature(enable = "avx2,fma")]
    fn add_in_lanes(
        &mut self,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        self.set_differences(batch, exceptional);
        let (mut inverses, chains) = self.multiply_chains();
        if !self.inversion.invert(&mut inverses[..chains]) {
            self.set_aside_equal(batch, exceptional);
            (inverses, _) = self.multiply_chains();
            let inverted = self.inversion.invert(&mut inverses[..chains]);
            assert!(inverted, "no difference is zero now");
        }
        self.add_with_inverses(batch, &mut inverses, out);
    }

    /// The differences of the x coordinates, but one where a point is infinite.
    #[target_feature(enable = "avx2,fma")]
    fn set_differences(&mut self, batch: &Batch<'_>, exceptional: &mut Vec<usize>) {
        self.differences.clear();
        for octet in 0..batch.octets() {
            batch.fetch(octet + FETCH_AHEAD);
            let additions = batch.octet(octet);
            let left = batch.points(&additions.map(|addition| addition.left));
            let right = batch.points(&additions.map(|addition| addition.right));
            let (x1, zero1) = load_x(&left);
            let (x2, zero2) = load_x(&right);
            self.differences.push(x2.subtract(&x1));
            if zero1 || zero2 {
                for lane in 0..WIDTH {
                    if is_infinity(left[lane]) || is_infinity(right[lane]) {
                        self.set_aside(batch, octet * WIDTH + lane, exceptional);
                    }
                }
            }
        }
    }

    /// Leaves pairs with equal x coordinates to single additions.
    #[cold]
    #[target_feature(enable = "avx2,fma")]
    fn set_aside_equal(&mut self, batch: &Batch<'_>, exceptional: &mut Vec<usize>) {
        for octet in 0..self.differences.len() {
            let additions = batch.octet(octet);
            let left = batch.points(&additions.map(|addition| addition.left));
            let right = batch.points(&additions.map(|addition| addition.right));
            for lane in 0..WIDTH {
                if left[lane].x.l == right[lane].x.l {
                    self.set_aside(batch, octet * WIDTH + lane, exceptional);
                }
            }
        }
    }

    #[cold]
    #[target_feature(enable = "avx2,fma")]
    fn set_aside(&mut self, batch: &Batch<'_>, index: usize, exceptional: &mut Vec<usize>) {
        self.differences[index / WIDTH].set_lane(index % WIDTH, &ONE);
        if index < batch.additions.len() {
            exceptional.push(index);
        }
    }

    /// Sets the products, and returns those of the whole chains, as many as there are.
    #[target_feature(enable = "avx2,fma")]
    fn multiply_chains(&mut self) -> ([Fp8; BLOCK], usize) {
        let octets = self.differences.len();
        let mut chains = [Fp8::zero(); BLOCK];
        if self.products.len() < octets + BLOCK {
            self.products.resize(octets + BLOCK, chains[0]);
        }
        for (octet, difference) in self.differences.iter().enumerate() {
            let (before, after) = self.products.split_at_mut(octet + BLOCK);
            if octet < BLOCK {
                after[0] = difference.carry();
            } else {
                after[0].set_product(&before[octet], difference);
            }
        }
        for end in octets.max(BLOCK)..octets + BLOCK {
            chains[end % BLOCK] = self.products[end];
        }
        (chains, octets.min(BLOCK))
    }

    #[target_feature(enable = "avx2,fma")]
    fn add_with_inverses(
        &self,
        batch: &Batch<'_>,
        inverses: &mut [Fp8; BLOCK],
        out: &mut [G1Affine],
    ) {
        let zero = Fp8::zero();
        let mut sums = [Sum {
            inverse: zero,
            x1: zero,
            minus_y1: zero,
            addend: zero,
            factor: zero,
            slope: zero,
            x: zero,
            y: zero,
        }; BLOCK];
        let octets = batch.octets();
        let blocks = octets.div_ceil(BLOCK);
        for block in (0..blocks).rev() {
            let start = block * BLOCK;
            let count = BLOCK.min(octets - start);
            let sums = &mut sums[..count];
            if block == 0 {
                for (sum, inverse) in sums.iter_mut().zip(&*inverses) {
                    sum.inverse = *inverse;
                }
            } else {
                for (k, sum) in sums.iter_mut().enumerate() {
                    sum.inverse
                        .set_product(&inverses[k], &self.products[start + k]);
                }
                for (inverse, difference) in inverses.iter_mut().zip(&self.differences[start..]) {
                    let others = *inverse;
                    inverse.set_product(&others, difference);
                }
            }
            for (k, sum) in sums.iter_mut().enumerate() {
                batch.fetch_next((blocks - 1 - block) * BLOCK + k);
                sum.load(batch, start + k);
            }
            // Slope, x and y, each for all before the next: a kernel runs several times.
            for sum in &mut *sums {
                sum.slope.set_product(&sum.inverse, &sum.factor);
            }
            for sum in &mut *sums {
                sum.x.set_square_plus(&sum.slope, &sum.addend);
                sum.factor = sum.x1.subtract(&sum.x);
            }
            for sum in &mut *sums {
                sum.y
                    .set_product_plus(&sum.slope, &sum.factor, &sum.minus_y1);
            }
            for (k, sum) in sums.iter().enumerate() {
                sum.store(batch, start + k, out);
            }
        }
    }
}

impl VectorAdder for AdditionLanes {
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine], exceptional: &mut Vec<usize>) {
        // SAFETY: `new` takes the proof that the processor has the features.
        unsafe { self.add_in_lanes(batch, out, exceptional) }
    }
}

impl core::fmt::Debug for AdditionLanes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AdditionLanes").finish_non_exhaustive()
    }
}

/// Eight additions on their way: units of limbs are those of the comments.
#[derive(Clone, Copy)]
struct Sum {
    /// Of the difference of the x coordinates: one.
    inverse: Fp8,
    /// Two.
    x1: Fp8,
    /// Two.
    minus_y1: Fp8,
    /// `-x1 - x2`: four.
    addend: Fp8,
    /// `y2 - y1`, carried: one; then `x1 - x`: three.
    factor: Fp8,
    /// One.
    slope: Fp8,
    /// One.
    x: Fp8,
    /// One.
    y: Fp8,
}

impl Sum {
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn load(&mut self, batch: &Batch<'_>, octet: usize) {
        let additions = batch.octet(octet);
        let (left, right) = (additions.map(|a| a.left), additions.map(|a| a.right));
        let [x1, y1] = load_xy(&batch.points(&left));
        let [x2, y2] = load_xy(&batch.points(&right));
        self.minus_y1 = y1.with_signs(&signs(&left.map(Operand::negated)));
        self.factor = y2.with_signs(&signs(&right)).add(&self.minus_y1).carry();
        self.addend = Fp8::zero().subtract(&x1).subtract(&x2);
        self.x1 = x1;
    }

    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn store(&self, batch: &Batch<'_>, octet: usize, out: &mut [G1Affine]) {
        let mut unwanted = INFINITY;
        let unwanted = core::ptr::from_mut(&mut unwanted);
        let (first, len) = (out.as_mut_ptr(), out.len());
        let places = core::array::from_fn(|lane| {
            let addition = batch.additions.get(octet * WIDTH + lane);
            addition.map_or(unwanted, |addition| {
                let at = addition.out as usize;
                assert!(at < len, "a place for the sum");
                first.wrapping_add(at)
            })
        });
        // SAFETY: pointers to points of `out`, which is borrowed, and to one of this function.
        unsafe { store_xy(&self.x, &self.y, places) };
    }
}

/// The signs of operands, in the highest bits.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn signs(operands: &[Operand; WIDTH]) -> [Limb; 2] {
    let [a, b, c, d, e, f, g, h] = operands.map(Operand::sign_bit);
    [
        _mm256_castsi256_pd(_mm256_set_epi64x(d, c, b, a)),
        _mm256_castsi256_pd(_mm256_set_epi64x(h, g, f, e)),
    ]
}
