//! Eight elements `re + im·u` of `Fp2`, with `u² = -1`.
//!
//! Comments give bounds of parts in units of `p`. An element is *normal* if its parts are normal and
//! below 1.13.

use core::arch::x86_64::{__m512i, _mm512_add_epi64, _mm512_setzero_si512, _mm512_sub_epi64};

use blst::blst_fp2;

use super::super::field::{COLUMNS, Lanes, Wide};

/// Eight elements.
#[derive(Clone, Copy)]
pub(super) struct Fp2 {
    pub(super) re: Lanes,
    pub(super) im: Lanes,
}

/// Sums of products of elements, without the reduction.
#[derive(Clone, Copy)]
pub(super) struct WideFp2 {
    re: Wide,
    im: Wide,
}

impl Fp2 {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn zero() -> Self {
        let zero = Lanes::zero();
        Self { re: zero, im: zero }
    }

    /// The same element in all lanes.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn splat(element: &blst_fp2) -> Self {
        let [re, im] = &element.fp;
        Self {
            re: Lanes::read(|_| re),
            im: Lanes::read(|_| im),
        }
    }

    /// `self + b`, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn plus(&self, b: &Self) -> Self {
        Self {
            re: self.re.plus(&b.re),
            im: self.im.plus(&b.im),
        }
    }

    /// `self - b`, limb by limb. Limbs and parts may be negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn minus(&self, b: &Self) -> Self {
        Self {
            re: self.re.minus(&b.re),
            im: self.im.minus(&b.im),
        }
    }

    /// `ξ·self = (1 + u)·self`, limb by limb. Limbs and parts may be negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_xi(&self) -> Self {
        Self {
            re: self.re.minus(&self.im),
            im: self.re.plus(&self.im),
        }
    }

    /// The same value with carried limbs, for parts that are not negative and below 9.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn carried(&self) -> Self {
        Self {
            re: self.re.normalize(),
            im: self.im.normalize(),
        }
    }

    /// The normal form, for parts of at least -6 and below 10 with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn normal(&self) -> Self {
        Self {
            re: self.re.reduced_wide(),
            im: self.im.reduced_wide(),
        }
    }

    /// `re - im·u` of a normal element, in normal form.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn conjugate(&self) -> Self {
        Self {
            re: self.re,
            im: Lanes::zero().minus(&self.im).reduced_wide(),
        }
    }

    /// `self·b`, for limbs below 2^49. Three products are enough: the third one is that of the sums of
    /// the parts.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn product(&self, b: &Self) -> WideFp2 {
        let re = self.re.wide_product(&b.re);
        let im = self.im.wide_product(&b.im);
        let sums = self.re.plus(&self.im).wide_product(&b.re.plus(&b.im));
        let mut product = WideFp2 { re, im };
        for i in 0..COLUMNS {
            let (re, im) = (product.re.0[i], product.im.0[i]);
            product.re.0[i] = _mm512_sub_epi64(re, im);
            product.im.0[i] = _mm512_sub_epi64(sums.0[i], _mm512_add_epi64(re, im));
        }
        product
    }

    /// `self²`, for normal elements: `(re + im)·(re - im)` and `2·re·im`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn square(&self) -> WideFp2 {
        let Self { re, im } = self;
        WideFp2 {
            re: re.plus(im).wide_product(&re.subtract(im)),
            im: re.plus(re).wide_product(im),
        }
    }

    /// `self·b / 2^384`, the product in Montgomery form, in normal form. For limbs below 2^49 and parts
    /// up to 3.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn multiply(&self, b: &Self) -> Self {
        // Parts of the product are between -9 and 18, divided by 9.8, and one more.
        self.product(b).divided().normal()
    }

    /// The product of both parts with the elements of a lane group.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn scaled(&self, factor: &Lanes) -> Self {
        Self {
            re: self.re.multiply(factor),
            im: self.im.multiply(factor),
        }
    }
}

/// One column of both parts of an element.
#[derive(Clone, Copy)]
pub(super) struct Column {
    re: __m512i,
    im: __m512i,
}

impl Column {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn plus(self, b: Self) -> Self {
        Self {
            re: _mm512_add_epi64(self.re, b.re),
            im: _mm512_add_epi64(self.im, b.im),
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn minus(self, b: Self) -> Self {
        Self {
            re: _mm512_sub_epi64(self.re, b.re),
            im: _mm512_sub_epi64(self.im, b.im),
        }
    }

    /// The product with `ξ`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_xi(self) -> Self {
        Self {
            re: _mm512_sub_epi64(self.re, self.im),
            im: _mm512_add_epi64(self.re, self.im),
        }
    }
}

impl WideFp2 {
    /// A sum of elements and of their products with small numbers and `ξ`, column by column, so that no
    /// sum on the way is stored.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn sum<const N: usize>(
        terms: [&Self; N],
        sum: impl Fn([Column; N]) -> Column,
    ) -> Self {
        let zero = Wide([_mm512_setzero_si512(); COLUMNS]);
        let mut out = Self { re: zero, im: zero };
        for i in 0..COLUMNS {
            let column = sum(terms.map(|term| Column {
                re: term.re.0[i],
                im: term.im.0[i],
            }));
            (out.re.0[i], out.im.0[i]) = (column.re, column.im);
        }
        out
    }

    /// `self / 2^384` modulo `p`, with any limbs: each part is at least that of the quotient, and at
    /// most one more.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn divided(&self) -> Fp2 {
        Fp2 {
            re: self.re.divided(),
            im: self.im.divided(),
        }
    }
}
