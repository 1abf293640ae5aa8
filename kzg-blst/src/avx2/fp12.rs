//! An element of `Fp12` in lanes.
//!
//! The elements are polynomials `f₀ + f₁·w + .. + f₅·w⁵` over `Fp2`, modulo `w⁶ - ξ`, or `a + b·w` over
//! `Fp6` with `v = w²`. A vector has two coefficients, `f(2i)` and `f(2i + 1)`: the coefficients of `vⁱ` in
//! `a` and `b`. So both halves of the lanes compute the same formulas over `Fp6`.
//!
//! Comments give the units of limbs, and values in units of `p`. With `R = 9.84·p`, the product of two
//! elements of `Fp2` with parts up to `a` and `b` has parts up to `2·a·b/9.84 + 1/2`.

use core::arch::x86_64::{
    _mm256_add_pd, _mm256_blend_pd, _mm256_permute2f128_pd, _mm256_permute4x64_pd, _mm256_sub_pd,
};

use blst::blst_fp12;

use super::elements::{Fp8, WIDTH};
use super::pairs::{Factor, HIGH_HIGH, HIGH_LOW, LOW_LOW, Pair, UPPER, multiply_pairs};
use crate::curve::base_field::ONE;
use crate::engine::pairing::{part, part_mut};

/// An element of `Fp12`: the coefficients of `w⁰` and `w`, of `w²` and `w³`, and of `w⁴` and `w⁵`. Limbs of
/// one unit, values up to 2.4.
#[derive(Clone, Copy)]
pub(super) struct Fp12([Pair; 3]);

/// A line through points of G2, `x + y·w² + w³`, evaluated at a point of G1. Limbs of one unit, values up to
/// 0.61.
pub(super) struct LineFactors {
    x: Factor,
    y: Factor,
}

impl LineFactors {
    /// The lines of two points: the parts of the first `x` and `y`, then those of the second.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn both(values: &Fp8) -> [Self; 2] {
        values.0.map(|values| {
            let values = Pair(values);
            Self {
                x: Factor {
                    re: values.map(|limb| _mm256_permute4x64_pd::<0b00_00_00_00>(limb)),
                    im: values.map(|limb| _mm256_permute4x64_pd::<0b01_01_01_01>(limb)),
                },
                y: Factor {
                    re: values.map(|limb| _mm256_permute4x64_pd::<0b10_10_10_10>(limb)),
                    im: values.map(|limb| _mm256_permute4x64_pd::<0b11_11_11_11>(limb)),
                },
            }
        })
    }
}

impl Fp12 {
    /// One.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn one() -> Self {
        let mut one = blst_fp12::default();
        *part_mut(&mut one, 0) = ONE;
        Self::read(&one)
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn read(element: &blst_fp12) -> Self {
        let low = Fp8::from_array(&core::array::from_fn(|lane| *part(element, lane)));
        // The last four lanes are not used.
        let high = Fp8::from_array(&core::array::from_fn(|lane| *part(element, 8 + lane % 4)));
        Self([low.0[0], low.0[1], high.0[0]].map(|limbs| Pair(limbs).carry()))
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn write(&self) -> blst_fp12 {
        let [a, b, c] = self.0.map(|pair| pair.0);
        let mut element = blst_fp12::default();
        for (group, lanes) in [Fp8([a, b]), Fp8([c, c])].iter().enumerate() {
            for (lane, value) in lanes
                .array()
                .into_iter()
                .enumerate()
                .take(12 - WIDTH * group)
            {
                *part_mut(&mut element, WIDTH * group + lane) = value;
            }
        }
        element
    }

    /// Replaces the element by `self·(x + y·w² + w³)`.
    ///
    /// The parts of a line are at most `1/9.84 + 1/2 = 0.61`, so that values of `V` become values of up to
    /// `3·2·0.61·V/9.84 + 3/2`: the bound 2.4 is kept.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiply_by_line(&mut self, line: &LineFactors) {
        let LineFactors { x, y } = line;
        let [a, b, c] = &self.0;
        // The coefficient of w^k is x·f(k) + y·f(k - 2) + f(k - 3), where f(i) = ξ·f(i + 6).
        let xi_b = b.times_xi(); // 2
        let xi_c = c.times_xi(); // 2
        let mut ab = [
            xi_b.halves::<HIGH_LOW>(&xi_c).reduce(),
            xi_c.halves::<HIGH_LOW>(a).reduce(),
        ]; // 6
        multiply_pairs(&mut ab, [a, b], [x, x]);
        let mut c_and_first = [a.halves::<HIGH_LOW>(b).reduce(), ab[0]]; // 6, 1
        multiply_pairs(&mut c_and_first, [c, &xi_c.carry()], [x, y]);
        let [xc, first] = c_and_first;
        let mut others = [ab[1], xc];
        multiply_pairs(&mut others, [a, b], [y, y]);
        self.0 = [first, others[0], others[1]];
    }

    /// Squares the element, by `a + b·w -> (a + b)·(a + v·b) - a·b - v·a·b + 2·a·b·w`. The lower halves of
    /// `m` have the first product, the upper halves `a·b`.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn square(&mut self) {
        let f = self.0.each_ref().map(|pair| pair.reduce().carry()); // 1, values 0.5
        let xi_last = f[2].times_xi(); // 2
        let before = [&xi_last, &f[0], &f[1]];
        let left: [Pair; 3] = core::array::from_fn(|i| {
            // a + b, a
            f[i].zip(&f[i], |limb, _| {
                let swapped = _mm256_permute2f128_pd::<0x01>(limb, limb);
                let b = _mm256_permute2f128_pd::<0x81>(limb, limb);
                _mm256_add_pd(_mm256_blend_pd::<UPPER>(limb, swapped), b)
            })
            .carry() // 1
        });
        let right: [Pair; 3] = core::array::from_fn(|i| {
            // a + v·b, b
            f[i].zip(before[i], |limb, before| {
                _mm256_add_pd(limb, _mm256_permute2f128_pd::<0x81>(before, before))
            })
            .carry() // 1
        });
        let m = multiply_fp6(&left, &right); // 3, 3, 1
        let xi_last = m[2].times_xi(); // 2
        let before = [&xi_last, &m[0], &m[1]];
        self.0 = core::array::from_fn(|i| {
            m[i].zip(before[i], |limb, before| {
                let ab = _mm256_permute2f128_pd::<0x11>(limb, limb);
                let v_ab = _mm256_permute2f128_pd::<0x81>(before, before);
                // The lower half is m - (ab + v·ab), the upper half m + ab.
                let rest = _mm256_add_pd(ab, v_ab);
                _mm256_blend_pd::<UPPER>(_mm256_sub_pd(limb, rest), _mm256_add_pd(limb, ab))
            }) // 9
            .reduce()
            .carry()
        });
    }

    /// Replaces the element by `self·other`: the lower half of the result is `a·c + v·b·d`, the upper half
    /// `(a + b)·(c + d) - a·c - b·d`. The nine vectors of products are in five calls of the kernel.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiply(&mut self, other: &Self) {
        let zero = Pair::zero();
        let f = self.0.each_ref().map(|pair| pair.reduce().carry()); // 1, values 0.5
        let g = other.0.each_ref().map(|pair| pair.reduce().carry());
        // a·c in the lower halves, b·d in the upper halves.
        let (f_sums, g_sums) = (sums(&f), sums(&g));
        // (a + b)·(c + d), whose six products are in three vectors.
        let (l, r) = (factors_of_sum(&f), factors_of_sum(&g));

        let mut p01 = [zero; 2];
        multiply_pairs(&mut p01, [&f[0], &f[1]], [&g[0].factor(), &g[1].factor()]);
        let [p0, p1] = &p01;
        let mut p2_and_s01 = [zero; 2];
        multiply_pairs(
            &mut p2_and_s01,
            [&f[2], &l[0]],
            [&g[2].factor(), &r[0].factor()],
        );
        let [p2, s01] = &p2_and_s01;
        let (s0, s1) = (s01.halves::<LOW_LOW>(s01), s01.halves::<HIGH_HIGH>(s01));
        let minus_s01 = zero.upper_half_of(&zero.subtract(&s0.add(&s1)));
        let mut c1_and_s2 = [zero.subtract(&p0.add(p1)).reduce(), minus_s01.reduce()]; // 3
        multiply_pairs(
            &mut c1_and_s2,
            [&f_sums[0], &l[1]],
            [&g_sums[0].factor(), &r[1].factor()],
        );
        let [c1, s2_and_c1] = &c1_and_s2;
        let s2 = s2_and_c1.halves::<LOW_LOW>(s2_and_c1);
        let mut c2_and_p12 = [
            p1.subtract(p0).subtract(p2).reduce(), // 5
            zero.subtract(&p1.add(p2)).reduce(),   // 4
        ];
        multiply_pairs(
            &mut c2_and_p12,
            [&f_sums[1], &f_sums[2]],
            [&g_sums[1].factor(), &g_sums[2].factor()],
        );
        let minus_s02 = s1.subtract(&s0).subtract(&s2);
        let minus_s12 = zero.subtract(&s1).subtract(&s2);
        let mut c2_and_s12 = [minus_s02.upper_half_of(&minus_s12).reduce(), zero]; // 5
        let last = r[2].factor();
        multiply_pairs(&mut c2_and_s12, [&l[2], &l[2]], [&last, &last]);

        let m = from_products([p0, p2], c1, &c2_and_p12); // 3, 3, 1
        let [c2, _] = &c2_and_s12;
        // The upper halves have the coefficients of (a + b)·(c + d).
        let s = [
            s0.add(&c2.times_xi()),
            s2_and_c1.add(&s2.times_xi()),
            c2.halves::<LOW_LOW>(c2),
        ]; // 3, 3, 1
        let xi_last = m[2].times_xi(); // 2
        let before = [&xi_last, &m[0], &m[1]];
        self.0 = core::array::from_fn(|i| {
            let upper = s[i].subtract(&m[i].add(&m[i].halves::<HIGH_LOW>(&m[i]))); // 9
            let lower = m[i].add(&before[i].halves::<HIGH_HIGH>(before[i])); // 6
            lower.upper_half_of(&upper).reduce().carry()
        });
    }
}

/// The products of two elements of `Fp6`, in the halves of the vectors, with two others: limbs of one unit,
/// values up to 1 and 1.5. Limbs of the result have 3, 3 and 1 units.
#[target_feature(enable = "avx2,fma")]
fn multiply_fp6(a: &[Pair; 3], b: &[Pair; 3]) -> [Pair; 3] {
    let zero = Pair::zero();
    let (left, right) = (sums(a), sums(b));
    let mut p01 = [zero; 2];
    multiply_pairs(&mut p01, [&a[0], &a[1]], [&b[0].factor(), &b[1].factor()]);
    let [p0, p1] = &p01;
    let mut p2_and_c1 = [zero, zero.subtract(&p0.add(p1)).reduce()]; // 4
    multiply_pairs(
        &mut p2_and_c1,
        [&a[2], &left[0]],
        [&b[2].factor(), &right[0].factor()],
    );
    let [p2, c1] = &p2_and_c1;
    let mut c2_and_p12 = [
        p1.subtract(p0).subtract(p2).reduce(), // 5
        zero.subtract(&p1.add(p2)).reduce(),   // 4
    ];
    multiply_pairs(
        &mut c2_and_p12,
        [&left[1], &left[2]],
        [&right[1].factor(), &right[2].factor()],
    );
    from_products([p0, p2], c1, &c2_and_p12)
}

/// The coefficients of a product in `Fp6` from `a₀·b₀` and `a₂·b₂`, the products of sums without those of their
/// terms: `a₀·b₁ + a₁·b₀`, and `a₀·b₂ + a₂·b₀ + a₁·b₁` and `a₁·b₂ + a₂·b₁`. Limbs have 3, 3 and 1 units.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn from_products([p0, p2]: [&Pair; 2], c1: &Pair, [c2, p12]: &[Pair; 2]) -> [Pair; 3] {
    [p0.add(&p12.times_xi()), c1.add(&p2.times_xi()), *c2]
}

/// The sums of two coefficients: the first and the second, the first and the last, and the last two.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn sums([a, b, c]: &[Pair; 3]) -> [Pair; 3] {
    [a.add(b).carry(), a.add(c).carry(), b.add(c).carry()] // 1
}

/// The factors of the product of `a + b` with an element of `Fp6`, where the lower halves are `a` and the upper
/// halves `b`: the coefficients and their [`sums`], two in each vector.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn factors_of_sum(f: &[Pair; 3]) -> [Pair; 3] {
    let [a, b, c] = f
        .each_ref()
        .map(|pair| pair.add(&pair.halves::<HIGH_LOW>(pair)).carry()); // 1
    [
        a.upper_half_of(&b),
        c.upper_half_of(&a.add(&b)).carry(),
        a.add(&c).upper_half_of(&b.add(&c)).carry(),
    ] // 1
}

/// Returns the product of any elements.
///
/// # Panics
///
/// If there are no factors.
#[target_feature(enable = "avx2,fma")]
pub(super) fn product(factors: &[blst_fp12]) -> blst_fp12 {
    let (first, rest) = factors.split_first().expect("factors");
    let mut product = Fp12::read(first);
    for factor in rest {
        product.multiply(&Fp12::read(factor));
    }
    product.write()
}

#[cfg(test)]
mod tests;
