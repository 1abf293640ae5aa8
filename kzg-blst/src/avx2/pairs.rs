//! Elements of `Fp2` in pairs of lanes, the real part first: two elements in each vector.
//!
//! A product of two elements of `Fp2` is `(a + b·u)·(c + d·u) = (a + b·u)·c + u·(a + b·u)·d`: a sum of two
//! products in `Fp` with one reduction for each part, which is a call of the [kernel](super::kernels). So
//! there are neither the sums of factors nor the carries of Karatsuba's formula. Comments give the units of
//! limbs, and values in units of `p` where they matter.

use core::arch::x86_64::{
    _mm256_add_pd, _mm256_addsub_pd, _mm256_blend_pd, _mm256_movedup_pd, _mm256_permute_pd,
    _mm256_permute2f128_pd, _mm256_setzero_pd, _mm256_sub_pd,
};

use super::elements::{Limb, carry_vector, reduce_vector, vector_units};
use super::kernels;
use super::radix48::LIMBS;

/// The halves of the result of [`Pair::halves`]: that of `self`, then that of the other pair.
pub(super) const LOW_LOW: i32 = 0x20;
pub(super) const HIGH_LOW: i32 = 0x21;
pub(super) const HIGH_HIGH: i32 = 0x31;

/// The upper half of the lanes.
pub(super) const UPPER: i32 = 0b1100;

/// Two elements of `Fp2`.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Pair(pub(super) [Limb; LIMBS]);

impl Pair {
    /// Zero in every lane.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self([_mm256_setzero_pd(); LIMBS])
    }

    /// Applies `f` to all limbs.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn map(&self, f: impl Fn(Limb) -> Limb) -> Self {
        let mut out = *self;
        for limb in &mut out.0 {
            *limb = f(*limb);
        }
        out
    }

    /// Applies `f` to all pairs of limbs.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn zip(&self, other: &Self, f: impl Fn(Limb, Limb) -> Limb) -> Self {
        let mut out = *self;
        for (limb, other) in out.0.iter_mut().zip(&other.0) {
            *limb = f(*limb, *other);
        }
        out
    }

    /// `self + other`, limb by limb. Units are added.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn add(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_add_pd(a, b))
    }

    /// `self - other`, limb by limb. Units are added.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn subtract(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_sub_pd(a, b))
    }

    /// The largest limb in units. Debug assertions use it.
    #[target_feature(enable = "avx2,fma")]
    fn units(&self) -> f64 {
        vector_units(&self.0)
    }

    /// Does [`Fp8::carry`](super::elements::Fp8::carry).
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn carry(&self) -> Self {
        Self(carry_vector(&self.0))
    }

    /// Does [`Fp8::reduce`](super::elements::Fp8::reduce).
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn reduce(&self) -> Self {
        Self(reduce_vector(&self.0))
    }

    /// The products with `u`. Units are those of `self`.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn times_u(&self) -> Self {
        self.map(|limb| _mm256_addsub_pd(_mm256_setzero_pd(), _mm256_permute_pd::<0b0101>(limb)))
    }

    /// The products with `ξ = 1 + u`. Units and values are doubled.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn times_xi(&self) -> Self {
        self.map(|limb| _mm256_addsub_pd(limb, _mm256_permute_pd::<0b0101>(limb)))
    }

    /// A half of `self` in the lower half, and a half of `other` in the upper half.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn halves<const HALVES: i32>(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_permute2f128_pd::<HALVES>(a, b))
    }

    /// The lower half of `self` and the upper half of `other`.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn upper_half_of(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_blend_pd::<UPPER>(a, b))
    }

    /// The elements as right factors. Units are those of `self`.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn factor(&self) -> Factor {
        Factor {
            re: self.map(|limb| _mm256_movedup_pd(limb)),
            im: self.map(|limb| _mm256_permute_pd::<0b1111>(limb)),
        }
    }
}

/// Two elements of `Fp2` as right factors: their real and imaginary parts, each in both lanes of a pair.
#[derive(Clone, Copy)]
pub(super) struct Factor {
    pub(super) re: Pair,
    pub(super) im: Pair,
}

/// The operands of [`kernels::multiply_two_add`], in its order.
#[repr(C)]
pub(super) struct TwoProducts<'a> {
    pub(super) a: [&'a Pair; 2],
    pub(super) b: [&'a Pair; 2],
    pub(super) d: [&'a Pair; 2],
    pub(super) e: [&'a Pair; 2],
}

/// Adds the products of four elements with four others: `out[i] = left[i]·right[i] + out[i]`. For limbs of
/// `left` of `A` units and limbs of `right` of `B` units, with `A·B` at most 1.62. Limbs of addends have up
/// to 16 units, limbs of the results one. A value is at most twice the product of the values divided by `R`,
/// plus `p/2` and the value of the addend.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) fn multiply_pairs(out: &mut [Pair; 2], left: [&Pair; 2], right: [&Factor; 2]) {
    let [first, second] = left.map(|left| left.times_u());
    let operands = TwoProducts {
        a: left,
        b: [&right[0].re, &right[1].re],
        d: [&first, &second],
        e: [&right[0].im, &right[1].im],
    };
    debug_assert!(operands.keep_the_contract() && out.iter().all(|addend| addend.units() <= 16.0));
    // SAFETY: this function has the features of the kernel. The unique reference to the result is none of
    // the operands.
    unsafe { kernels::multiply_two_add(out, &raw const operands) };
}

impl TwoProducts<'_> {
    /// Debug assertions use it.
    #[target_feature(enable = "avx2,fma")]
    fn keep_the_contract(&self) -> bool {
        let Self { a, b, d, e } = self;
        (0..2).all(|v| a[v].units() * b[v].units() + d[v].units() * e[v].units() <= 3.25)
    }
}
