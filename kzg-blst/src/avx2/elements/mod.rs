//! Eight base field elements side by side.
//!
//! Additions and subtractions are limb by limb and without carries, so that limbs grow. The contract
//! of the [kernels] limits their growth. [`Fp8::carry`] makes limbs small again, and [`Fp8::reduce`]
//! the value. Every function documents the limbs of its operands and results in units: a unit is
//! `2^47`, and the limbs of a product are at most one unit.

pub(super) mod lanes;
pub(super) mod power;
pub(super) mod words;

use core::arch::x86_64::{
    __m256d, __m256i, _CMP_EQ_OQ, _mm256_add_pd, _mm256_and_si256, _mm256_andnot_pd,
    _mm256_blendv_pd, _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmp_pd, _mm256_cmpeq_epi64,
    _mm256_fmadd_pd, _mm256_fnmadd_pd, _mm256_max_pd, _mm256_movemask_pd, _mm256_mul_pd,
    _mm256_or_pd, _mm256_set_epi64x, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_setzero_pd,
    _mm256_setzero_si256, _mm256_sub_pd, _mm256_xor_pd,
};

use blst::blst_fp;

use super::kernels;
use super::radix48::{HIGH, LIMBS, P, RADIX, from_words};
use crate::curve::base_field::ONE;
use words::limb_lanes;

/// Number of vectors of four elements.
const VECTORS: usize = 2;
/// Number of elements in a vector.
pub(super) const LANES: usize = 4;
/// Number of elements side by side.
pub(super) const WIDTH: usize = VECTORS * LANES;
/// `2^52`. Floats from there to `2^53` are the integers: the bits of this float combined with those
/// of a smaller integer are the bits of their sum.
const INTEGERS: f64 = (1_u64 << 52) as f64;

/// A limb of four elements.
pub(super) type Limb = __m256d;
/// A word of four elements.
pub(super) type Word = __m256i;

/// Eight elements: limb `i` of the elements `4·v..4·v + 4` is `.0[v][i]`.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Fp8(pub(super) [[Limb; LIMBS]; VECTORS]);

/// The words of eight elements: word `i` of the elements `4·v..4·v + 4` is `[v][i]`.
pub(super) type Words8 = [[Word; 6]; VECTORS];

impl Fp8 {
    /// Zero in every lane.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self([[_mm256_setzero_pd(); LIMBS]; VECTORS])
    }

    /// The same element in every lane: one unit.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn element(element: &blst_fp) -> Self {
        let limbs = from_words(&element.l).map(|limb| _mm256_set1_pd(limb));
        Self([limbs; VECTORS]).carry()
    }

    /// One in every lane: one unit.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn one() -> Self {
        Self::element(&ONE)
    }

    /// Applies `f` to all pairs of limbs.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn zip(&self, other: &Self, f: impl Fn(Limb, Limb) -> Limb) -> Self {
        let mut out = *self;
        for v in 0..VECTORS {
            for i in 0..LIMBS {
                out.0[v][i] = f(self.0[v][i], other.0[v][i]);
            }
        }
        out
    }

    /// `self + other`, limb by limb. Units are added.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn add(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_add_pd(a, b))
    }

    /// `self - other`, limb by limb. Units are added, but the difference of two values with unsigned
    /// limbs of two units has two units.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn subtract(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_sub_pd(a, b))
    }

    /// The product with a small number. Units are multiplied.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn times(&self, k: f64) -> Self {
        let k = _mm256_set1_pd(k);
        self.zip(self, |a, _| _mm256_mul_pd(a, k))
    }

    /// The negative in the lanes whose sign has its highest bit set.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn with_signs(&self, signs: &[Limb; VECTORS]) -> Self {
        let mut out = *self;
        for (vector, sign) in out.0.iter_mut().zip(signs) {
            for limb in vector {
                *limb = _mm256_xor_pd(*limb, *sign);
            }
        }
        out
    }

    /// Carries all limbs at once: up to 48 units become one and a little.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn carry(&self) -> Self {
        Self([carry_vector(&self.0[0]), carry_vector(&self.0[1])])
    }

    /// `other` in the lanes of the mask.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn replace_where(&self, lanes: u8, other: &Self) -> Self {
        let bits = _mm256_set_epi64x(8, 4, 2, 1);
        let mut out = *self;
        for (v, (out, other)) in out.0.iter_mut().zip(&other.0).enumerate() {
            let chosen = _mm256_set1_epi64x(i64::from(lanes >> (LANES * v)));
            let chosen = _mm256_cmpeq_epi64(_mm256_and_si256(chosen, bits), bits);
            for (limb, other) in out.iter_mut().zip(other) {
                *limb = _mm256_blendv_pd(*limb, *other, _mm256_castsi256_pd(chosen));
            }
        }
        out
    }

    /// Whether the lowest limb is zero in some lane.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn has_lowest_limb_zero(&self) -> bool {
        let zero = _mm256_setzero_pd();
        let [first, second] = [0, 1].map(|v| _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0[v][0], zero));
        _mm256_movemask_pd(_mm256_or_pd(first, second)) != 0
    }

    /// The lanes with zero modulo `p`, of results of a kernel that are below `p` in absolute
    /// value, or of elements with no limb but zeros and such results.
    ///
    /// The limbs of such a result are at most `2^47` in absolute value, all but the highest. If
    /// the value is zero, the lowest limb is a multiple of `2^48` and so zero, then the next one,
    /// and so all of them.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn zeros(&self) -> u8 {
        debug_assert!(self.multiples_of_p() < 1.0);
        let sign = _mm256_set1_pd(-0.0);
        let mut lanes = 0;
        for (v, vector) in self.0.iter().enumerate() {
            let any = vector
                .iter()
                .fold(sign, |any, limb| _mm256_or_pd(any, *limb));
            let magnitude = _mm256_castpd_si256(_mm256_andnot_pd(sign, any));
            let zeros = _mm256_cmpeq_epi64(magnitude, _mm256_setzero_si256());
            lanes |= (_mm256_movemask_pd(_mm256_castsi256_pd(zeros)) as u8) << (LANES * v);
        }
        lanes
    }

    /// Subtracts a multiple of `p`, so that the value is at most slightly more than `p/2`. Limbs grow
    /// by a unit for each `p`. For limbs of up to 32 units, with values of up to 16 `p`.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn reduce(&self) -> Self {
        Self([reduce_vector(&self.0[0]), reduce_vector(&self.0[1])])
    }

    /// `self = a·b`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_product(&mut self, a: &Self, b: &Self) {
        self.set_product_plus(a, b, zero());
    }

    /// `self = a·b + c`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_product_plus(&mut self, a: &Self, b: &Self, c: &Self) {
        debug_assert!(a.units() * b.units() <= 3.25 && c.units() <= 16.0);
        // SAFETY: this function has the features of the kernel. The unique reference to the result is
        // none of the operands.
        unsafe { kernels::multiply_add(self, a, b, c) };
    }

    /// `self = a·a + c`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_square_plus(&mut self, a: &Self, c: &Self) {
        debug_assert!(a.units() <= 1.8 && c.units() <= 16.0);
        // SAFETY: this function has the features of the kernel. The unique reference to the result is
        // none of the operands.
        unsafe { kernels::square_add(self, a, c) };
    }

    /// The largest limb in units. Debug assertions use it.
    #[target_feature(enable = "avx2,fma")]
    fn units(&self) -> f64 {
        vector_units(&self.0[0]).max(vector_units(&self.0[1]))
    }

    /// The largest value in multiples of `p`, as far as the highest limbs tell. Debug assertions use
    /// it.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiples_of_p(&self) -> f64 {
        largest(self.0.iter().map(|vector| &vector[LIMBS - 1])) / P[LIMBS - 1]
    }

    /// `a·b`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn multiply(&self, other: &Self) -> Self {
        let mut product = Self::zero();
        product.set_product(self, other);
        product
    }

    /// `a·a`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn square(&self) -> Self {
        let mut square = Self::zero();
        square.set_square_plus(self, zero());
        square
    }
}

/// A constant zero in memory, which a kernel can read without a store before it.
#[inline]
fn zero() -> &'static Fp8 {
    #[repr(C, align(64))]
    struct Zero([u8; size_of::<Fp8>()]);
    static ZERO: Zero = Zero([0; size_of::<Fp8>()]);
    // SAFETY: the constant has the size and the alignment of eight elements, and zero bits are valid
    // floats.
    unsafe { &*core::ptr::from_ref(&ZERO).cast() }
}

/// Does [`Fp8::carry`] for four elements.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) fn carry_vector(vector: &[Limb; LIMBS]) -> [Limb; LIMBS] {
    debug_assert!(vector_units(vector) <= 48.0);
    let (high, down) = (_mm256_set1_pd(HIGH), _mm256_set1_pd(1.0 / RADIX));
    let mut out = *vector;
    let mut before = _mm256_setzero_pd();
    for limb in &mut out[..LIMBS - 1] {
        let rounded = _mm256_sub_pd(_mm256_add_pd(*limb, high), high);
        *limb = _mm256_fmadd_pd(before, down, _mm256_sub_pd(*limb, rounded));
        before = rounded;
    }
    out[LIMBS - 1] = _mm256_fmadd_pd(before, down, out[LIMBS - 1]);
    out
}

/// Does [`Fp8::reduce`] for four elements.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) fn reduce_vector(vector: &[Limb; LIMBS]) -> [Limb; LIMBS] {
    debug_assert!(vector_units(vector) <= 32.0);
    // Adding and subtracting 1.5·2^52 rounds to an integer.
    let round = _mm256_set1_pd(1.5 * INTEGERS);
    let quotient = _mm256_mul_pd(vector[LIMBS - 1], _mm256_set1_pd(1.0 / P[LIMBS - 1]));
    let k = _mm256_sub_pd(_mm256_add_pd(quotient, round), round);
    let mut out = *vector;
    for (limb, p) in out.iter_mut().zip(P) {
        *limb = _mm256_fnmadd_pd(k, _mm256_set1_pd(p), *limb);
    }
    out
}

/// The largest limb of a vector in units. Debug assertions use it.
#[target_feature(enable = "avx2,fma")]
pub(super) fn vector_units(vector: &[Limb; LIMBS]) -> f64 {
    largest(vector.iter()) / (RADIX / 2.0)
}

/// The largest absolute value.
#[target_feature(enable = "avx2,fma")]
fn largest<'a>(limbs: impl Iterator<Item = &'a Limb>) -> f64 {
    let sign = _mm256_set1_pd(-0.0);
    let largest = limbs.fold(sign, |largest, limb| {
        _mm256_max_pd(largest, _mm256_andnot_pd(sign, *limb))
    });
    limb_lanes(largest).into_iter().fold(0.0, f64::max)
}

/// The lanes for which the predicate holds.
pub(super) fn mask(holds: impl Fn(usize) -> bool) -> u8 {
    (0..WIDTH).fold(0, |mask, lane| mask | u8::from(holds(lane)) << lane)
}

#[cfg(test)]
mod tests;
