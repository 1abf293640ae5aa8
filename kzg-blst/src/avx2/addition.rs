//! Affine additions that share one inversion, eight side by side.
//!
//! [`batch_affine`](crate::curve::batch_affine) describes the method. A block of lane groups has
//! one chain of products for each of its groups, so that consecutive calls of a kernel are
//! independent of each other and find its instructions decoded.

use core::arch::x86_64::{_mm256_castsi256_pd, _mm256_set_epi64x};

use super::elements::{Fp8, Limb, WIDTH};
use super::engine::Avx2;
use super::inversion::Inversion;
use super::points::{load_x, load_xy, store_xy};
use crate::curve::additions::{Batch, ExceptionalLanes, Operand};
use crate::curve::affine::{G1Affine, INFINITY};
use crate::engine::VectorAdder;

/// Number of lane groups in a block: they advance together, each in its own chain.
const BLOCK: usize = 4;
/// Number of lane groups between the prefetch of a point and its use.
const PREFETCH_DISTANCE: usize = 2;

/// Additions in lanes, and their working memory.
#[derive(Default)]
pub(super) struct AdditionLanes {
    /// The denominators of the slopes: limbs up to two units, values up to `2p`.
    denominators: Vec<Fp8>,
    /// The lanes of each group that have no chord.
    exceptional: Vec<ExceptionalLanes>,
    /// The product of the denominators before each group in its chain, from the second block on.
    products: Vec<Fp8>,
    inversion: Inversion,
}

impl AdditionLanes {
    /// Creates an adder. The engine is the proof that the processor has its features.
    pub(super) fn new(_engine: &Avx2) -> Self {
        Self::default()
    }

    #[target_feature(enable = "avx2,fma")]
    fn add_in_lanes(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        self.set_denominators(batch);
        let (mut inverses, chains) = self.multiply_chains();
        self.inversion.invert(&mut inverses[..chains]);
        self.add_with_inverses(batch, &mut inverses, out);
    }

    /// Sets the denominators and the exceptional lanes of all groups.
    #[target_feature(enable = "avx2,fma")]
    fn set_denominators(&mut self, batch: &Batch<'_>) {
        self.denominators.clear();
        self.exceptional.clear();
        for group in 0..batch.groups() {
            batch.prefetch(group + PREFETCH_DISTANCE);
            let additions = batch.group(group);
            let x1 = load_x(&batch.points(&additions.map(|addition| addition.left)));
            let x2 = load_x(&batch.points(&additions.map(|addition| addition.right)));
            let mut denominators = x2.subtract(&x1); // 2
            let mut exceptional = ExceptionalLanes::default();
            // Infinity has x = 0. Distinct points nearly always differ in the lowest limb.
            if x1.has_lowest_limb_zero()
                || x2.has_lowest_limb_zero()
                || denominators.has_lowest_limb_zero()
            {
                exceptional = batch.exceptional_lanes(group);
                denominators = exceptional_denominators(batch, group, exceptional, &denominators);
            }
            self.denominators.push(denominators);
            self.exceptional.push(exceptional);
        }
    }

    /// Sets the products, and returns those of the whole chains and their number.
    #[target_feature(enable = "avx2,fma")]
    fn multiply_chains(&mut self) -> ([Fp8; BLOCK], usize) {
        let groups = self.denominators.len();
        let mut chains = [Fp8::zero(); BLOCK];
        if self.products.len() < groups + BLOCK {
            self.products.resize(groups + BLOCK, chains[0]);
        }
        for (group, denominators) in self.denominators.iter().enumerate() {
            let (before, after) = self.products.split_at_mut(group + BLOCK);
            if group < BLOCK {
                after[0] = denominators.carry();
            } else {
                after[0].set_product(&before[group], denominators);
            }
        }
        for end in groups.max(BLOCK)..groups + BLOCK {
            chains[end % BLOCK] = self.products[end];
        }
        (chains, groups.min(BLOCK))
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
        let groups = batch.groups();
        let blocks = groups.div_ceil(BLOCK);
        for block in (0..blocks).rev() {
            let start = block * BLOCK;
            let count = BLOCK.min(groups - start);
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
                for (inverse, denominators) in inverses.iter_mut().zip(&self.denominators[start..])
                {
                    let others = *inverse;
                    inverse.set_product(&others, denominators);
                }
            }
            for (k, sum) in sums.iter_mut().enumerate() {
                batch.prefetch_next((blocks - 1 - block) * BLOCK + k);
                sum.load(batch, start + k, self.exceptional[start + k].tangent);
            }
            // Slope, x and y, each for all groups before the next, so that calls of one kernel
            // follow each other.
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
                let no_line = self.exceptional[start + k].no_line;
                if no_line != 0 {
                    batch.write_without_line(start + k, no_line, out);
                }
            }
        }
    }
}

impl VectorAdder for AdditionLanes {
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        // SAFETY: `new` takes the proof that the processor has the features.
        unsafe { self.add_in_lanes(batch, out) }
    }
}

impl core::fmt::Debug for AdditionLanes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AdditionLanes").finish_non_exhaustive()
    }
}

/// The given denominators of chords, but `2·y1` for tangents, and one where there is no line:
/// limbs up to two units, values up to `2p`.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
fn exceptional_denominators(
    batch: &Batch<'_>,
    group: usize,
    exceptional: ExceptionalLanes,
    chords: &Fp8,
) -> Fp8 {
    let left = batch.group(group).map(|addition| addition.left);
    let [_, y] = load_xy(&batch.points(&left));
    let y = y.with_signs(&signs(&left)); // 2
    chords
        .replace_where(exceptional.tangent, &y.add(&y).carry()) // 1
        .replace_where(exceptional.no_line, &Fp8::one())
}

/// `3·x²` of limbs up to two units and values below `p`: one unit. A square is at most
/// `p/9.84 + p/2`, so the value is at most `1.81p`, where that of a chord's numerator is up to
/// `2p`.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
fn three_times_square(x: &Fp8) -> Fp8 {
    let square = x.carry().square(); // 1
    square.times(3.0).carry()
}

/// Eight additions in progress.
#[derive(Clone, Copy)]
struct Sum {
    /// The inverse of the denominator. Limbs of at most one unit.
    inverse: Fp8,
    /// Limbs of at most two units.
    x1: Fp8,
    /// Limbs of at most two units.
    minus_y1: Fp8,
    /// `-x1 - x2`. Limbs of at most four units.
    addend: Fp8,
    /// The numerator of the slope, carried: limbs of at most one unit. Later `x1 - x`: of at most
    /// three.
    factor: Fp8,
    /// Limbs of at most one unit.
    slope: Fp8,
    /// Limbs of at most one unit.
    x: Fp8,
    /// Limbs of at most one unit.
    y: Fp8,
}

impl Sum {
    /// Loads a lane group. The lanes of `tangent` have tangents, the others chords.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn load(&mut self, batch: &Batch<'_>, group: usize, tangent: u8) {
        let additions = batch.group(group);
        let (left, right) = (additions.map(|a| a.left), additions.map(|a| a.right));
        let [x1, y1] = load_xy(&batch.points(&left));
        let [x2, y2] = load_xy(&batch.points(&right));
        self.minus_y1 = y1.with_signs(&signs(&left.map(Operand::negated)));
        self.factor = y2.with_signs(&signs(&right)).add(&self.minus_y1).carry();
        if tangent != 0 {
            self.factor = self.factor.replace_where(tangent, &three_times_square(&x1));
        }
        self.addend = Fp8::zero().subtract(&x1).subtract(&x2);
        self.x1 = x1;
    }

    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn store(&self, batch: &Batch<'_>, group: usize, out: &mut [G1Affine]) {
        let mut unwanted = INFINITY;
        let unwanted = core::ptr::from_mut(&mut unwanted);
        let (first, len) = (out.as_mut_ptr(), out.len());
        let places = core::array::from_fn(|lane| {
            let addition = batch.additions.get(group * WIDTH + lane);
            addition.map_or(unwanted, |addition| {
                let at = addition.out as usize;
                assert!(at < len, "a position in the list of sums");
                first.wrapping_add(at)
            })
        });
        // SAFETY: each pointer is that of a point in `out`, which is borrowed uniquely, or of
        // this function's own point.
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
