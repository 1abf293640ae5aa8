//! An element of `Fp12` in lanes.
//!
//! The elements are polynomials `f₀ + f₁·w + .. + f₅·w⁵` over `Fp2`, modulo `w⁶ - ξ`. Their parts are
//! in pairs of lanes: `f₀` to `f₃` in one group of lanes, `f₄` and `f₅` in another. The second group
//! has them twice: each half of its lanes computes half of the terms of a product.
//!
//! A product of two elements of `Fp2` is `(a + b·u)·(c + d·u) = a·(c + d·u) + b·(u·(c + d·u))`: two
//! terms in each lane of a pair. All terms of a coefficient are summed before one reduction. Comments
//! give bounds in units of `p`.

use blst::blst_fp12;

use super::field::{Factors, LaneMask, Lanes};
use super::fp4;
use super::pairs::{Broadcast, PAIRS};
use crate::curve::base_field::ONE;
use crate::engine::pairing::{part, part_mut};

/// All lanes.
const ALL: LaneMask = LaneMask::MAX;

/// An element of `Fp12` with parts that are normal and below 1.1.
#[derive(Clone, Copy)]
pub(super) struct Fp12 {
    /// `f₀` to `f₃`.
    low: Lanes,
    /// `f₄`, `f₅`, `f₄`, `f₅`.
    high: Lanes,
}

/// A line through points of G2, `x + y·w² + w³`, evaluated at a point of G1.
#[derive(Clone, Copy)]
pub(super) struct LineFactors<'a> {
    /// The parts of `x` and of `y`, each in all lanes.
    low: [Broadcast<'a>; 4],
    /// The parts of `x` in the lower four lanes, those of `y` in the upper four lanes.
    high: [Broadcast<'a>; 2],
}

impl<'a> LineFactors<'a> {
    /// The line whose `x` and `y` are the pairs `first` and `first + 1`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn new(coefficients: &'a Factors, first: usize) -> Self {
        let [x, y] = [first, first + 1];
        let parts = |pairs| coefficients.broadcasts(coefficients, pairs, ALL);
        let ([x_re, x_im], [y_re, y_im]) = (parts([x; PAIRS]), parts([y; PAIRS]));
        Self {
            low: [x_re, x_im, y_re, y_im],
            high: parts([x, x, y, y]),
        }
    }
}

impl Fp12 {
    /// The element one.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn one() -> Self {
        let zero = Lanes::zero();
        Self {
            low: zero.replace_where(1, &Lanes::read(|_| &ONE)),
            high: zero,
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn read(element: &blst_fp12) -> Self {
        Self {
            low: Lanes::read(|lane| part(element, lane)),
            high: Lanes::read(|lane| part(element, 8 + lane % 4)),
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn write(&self) -> blst_fp12 {
        let mut element = blst_fp12::default();
        for (lane, value) in self.low.canonical().elements().into_iter().enumerate() {
            value.write(part_mut(&mut element, lane));
        }
        let high = self.high.canonical().elements();
        for (lane, value) in high.into_iter().enumerate().take(4) {
            value.write(part_mut(&mut element, 8 + lane));
        }
        element
    }

    /// The element with the coefficients in pair `pair` of each group of lanes.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn from_coefficients([f0, f1, f2, f3, f4, f5]: [&Lanes; 6], pair: i64) -> Self {
        let places = [pair, pair + 4, pair, pair + 4];
        let first = f0.permute_pairs(f1, places);
        Self {
            low: first.permute_pairs(&f2.permute_pairs(f3, places), [0, 1, 6, 7]),
            high: f4.permute_pairs(f5, places),
        }
    }

    /// The conjugate over `Fp6`, which is the inverse in the cyclotomic subgroup.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn conjugate(&self) -> Self {
        // f1, f3 and f5 change their signs.
        const ODD: LaneMask = 0b1100_1100;
        let conjugate = |f: &Lanes| {
            let negative = Lanes::zero().subtract(f).reduced_positive();
            f.replace_where(ODD, &negative)
        };
        Self {
            low: conjugate(&self.low),
            high: conjugate(&self.high),
        }
    }

    /// The coefficients of `w²`, `w⁴`, `w` and `w⁵`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn compressed(&self) -> Lanes {
        self.low.permute_pairs(&self.high, [2, 4, 1, 5])
    }

    /// Replaces the element by `self·(x + y·w² + w³)`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn multiply_by_line(&mut self, line: &LineFactors<'_>) {
        let Self { low, high } = &*self;
        // The coefficient of w^k is x·f(k) + y·f(k - 2) + f(k - 3), where f(i) = ξ·f(i + 6).
        let [x, ux] = low.with_times_u();
        let y = low.permute_pairs(high, [4, 5, 0, 1]);
        let [y, uy] = y.times_xi_with_times_u(0b0000_1111);
        let shifted = low.permute_pairs(high, [3, 4, 5, 0]);
        let [shifted, _] = shifted.times_xi_with_times_u(0b0011_1111); // 3.1
        let [x_re, x_im, y_re, y_im] = &line.low;
        let low_sum = Lanes::sum_of_broadcasts([&x, &ux, &y, &uy], [x_re, x_im, y_re, y_im]);
        // The lower half of the lanes has the terms with x of f4 and f5, the upper half those with y.
        let xy = low.permute_pairs(high, [4, 5, 2, 3]);
        let [xy, uxy] = xy.with_times_u();
        let [re, im] = &line.high;
        let halves = Lanes::sum_of_broadcasts([&xy, &uxy], [re, im]);
        let shifted_high = low.permute_pairs(low, [1, 2, 1, 2]);
        // 1.1·(1.1 + 2 + 3.1 + 4)/9.8 + 1 + 3.1 = 5.3
        self.low = low_sum.plus(&shifted).reduced_positive();
        // 2·(1.1·(1.1 + 2)/9.8 + 1) + 1.1 = 3.8
        self.high = add_halves(&halves).plus(&shifted_high).reduced_positive();
    }

    /// Squares the element.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn square(&mut self) {
        let Self { low, high } = &*self;
        let (f_low, f_high) = (low.factors(), high.factors());
        // The coefficients of w^0 to w^3 are the columns of this sum, with squares once and other
        // products twice:
        //     f0·f0    f0·f1    f0·f2    f0·f3
        //   ξ·f1·f5  ξ·f2·f5  ξ·f3·f5  ξ·f4·f5
        //   ξ·f2·f4  ξ·f3·f4  ξ·f4·f4    f2·f1
        //   ξ·f3·f3             f1·f1
        let [a, ua] = doubled_where(low.with_times_u(), 0b1111_1100); // 2.2, 4
        let b = low.permute_pairs(high, [1, 2, 3, 4]);
        let [b, ub] = doubled_where(b.times_xi_with_times_u(ALL), ALL); // 6.2, 8
        let c = low.permute_pairs(high, [2, 3, 4, 2]);
        let [c, uc] = doubled_where(c.times_xi_with_times_u(0b0011_1111), 0b1100_1111); // 6.2, 8
        let d = low.permute_pairs(high, [3, 3, 1, 1]);
        let [d, ud] = d.times_xi_with_times_u(0b0000_0011); // 3.1, 4
        let [fa, fua] = f_low.broadcasts(&f_high, [0; PAIRS], ALL);
        let [fb, fub] = f_low.broadcasts(&f_high, [5; PAIRS], ALL);
        let [fc, fuc] = f_low.broadcasts(&f_high, [4, 4, 4, 1], ALL);
        let [fd, fud] = f_low.broadcasts(&f_high, [3, 3, 1, 1], 0b0011_0011);
        let low_sum = Lanes::sum_of_broadcasts(
            [&a, &ua, &b, &ub, &c, &uc, &d, &ud],
            [&fa, &fua, &fb, &fub, &fc, &fuc, &fd, &fud],
        );
        // The coefficients of w^4 and w^5 are sums of two halves:
        //     f4·f0    f5·f0  |    f2·f2    f3·f2
        //     f3·f1    f4·f1  |  ξ·f5·f5
        let a = low.permute_pairs(high, [4, 5, 2, 3]);
        let [a, ua] = doubled_where(a.with_times_u(), 0b1100_1111); // 2.2, 4
        let b = low.permute_pairs(high, [3, 4, 5, 5]);
        let [b, ub] = doubled_where(b.times_xi_with_times_u(0b0011_0000), 0b0000_1111); // 3.1, 4
        let [fa, fua] = f_low.broadcasts(&f_high, [0, 0, 2, 2], ALL);
        let [fb, fub] = f_low.broadcasts(&f_high, [1, 1, 5, 5], 0b0011_1111);
        let halves = Lanes::sum_of_broadcasts([&a, &ua, &b, &ub], [&fa, &fua, &fb, &fub]);
        // 1.1·(6.2 + 14.2 + 14.2 + 7.1)/9.8 + 1 = 5.7
        self.low = low_sum.reduced_positive();
        // 2·(1.1·(6.2 + 7.1)/9.8 + 1) = 5
        self.high = add_halves(&halves).reduced_positive();
    }

    /// Squares an element of the cyclotomic subgroup. With `s = w³`, the element is `A + B·w + C·w²` over
    /// `Fp4`, and the square is `3A² - 2Ā + (3s·C² + 2B̄)·w + (3B² - 2C̄)·w²`.
    ///
    /// Source: Granger, Scott, "Faster squaring in the cyclotomic subgroup of sixth degree extensions",
    /// <https://eprint.iacr.org/2009/565>.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn square_cyclotomic(&mut self) {
        let Self { low, high } = &*self;
        // f0 and f2 come from the squares of A and B, f4 from that of C.
        const SQUARES: LaneMask = 0b0011_0011;
        // f1 is the coefficient of w in s·C².
        const TIMES_XI: LaneMask = 0b0000_1100;
        // f0 + f3·s = A, f2·f5, f1 + f4·s = B, f0·f3
        let low_products = fp4::products(
            &low.permute_pairs(high, [0, 2, 1, 0]),
            &low.permute_pairs(high, [3, 5, 4, 3]),
            SQUARES,
        );
        // f2 + f5·s = C, f1·f4
        let high_products = fp4::products(
            &low.permute_pairs(high, [2, 1, 2, 1]),
            &low.permute_pairs(high, [5, 4, 5, 4]),
            SQUARES,
        );
        let low_ab = low_products.permute_pairs(&high_products, [3, 1, 5, 3]);
        let high_ab = low_products.permute_pairs(&high_products, [1, 5, 1, 5]);
        let low = fp4::coefficients(low, &low_products, &low_ab, SQUARES, TIMES_XI);
        let high = fp4::coefficients(high, &high_products, &high_ab, SQUARES, 0);
        *self = Self { low, high };
    }

    /// Replaces the element by `self·other`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn multiply(&mut self, other: &Self) {
        let Self { low, high } = &*self;
        let (g_low, g_high) = (other.low.factors(), other.high.factors());
        // The coefficient of w^k is the sum of g(i)·f(k - i), where f(i) = ξ·f(i + 6).
        let [a, ua] = low.with_times_u();
        let b = low.permute_pairs(high, [5, 0, 1, 2]);
        let [b, ub] = b.times_xi_with_times_u(0b0000_0011);
        let c = low.permute_pairs(high, [4, 5, 0, 1]);
        let [c, uc] = c.times_xi_with_times_u(0b0000_1111);
        let d = low.permute_pairs(high, [3, 4, 5, 0]);
        let [d, ud] = d.times_xi_with_times_u(0b0011_1111);
        let e = low.permute_pairs(high, [2, 3, 4, 5]);
        let [e, ue] = e.times_xi_with_times_u(ALL);
        let h = low.permute_pairs(high, [1, 2, 3, 4]);
        let [h, uh] = h.times_xi_with_times_u(ALL);
        let [ga, gua] = g_low.broadcasts(&g_high, [0; PAIRS], ALL);
        let [gb, gub] = g_low.broadcasts(&g_high, [1; PAIRS], ALL);
        let [gc, guc] = g_low.broadcasts(&g_high, [2; PAIRS], ALL);
        let [gd, gud] = g_low.broadcasts(&g_high, [3; PAIRS], ALL);
        let [ge, gue] = g_low.broadcasts(&g_high, [4; PAIRS], ALL);
        let [gh, guh] = g_low.broadcasts(&g_high, [5; PAIRS], ALL);
        let low_sum = Lanes::sum_of_broadcasts(
            [&a, &ua, &b, &ub, &c, &uc, &d, &ud, &e, &ue, &h, &uh],
            [
                &ga, &gua, &gb, &gub, &gc, &guc, &gd, &gud, &ge, &gue, &gh, &guh,
            ],
        );
        // The lower half has the terms of g0 to g2, the upper half those of g3 to g5.
        let [a, ua] = low.permute_pairs(high, [4, 5, 1, 2]).with_times_u();
        let [b, ub] = low.permute_pairs(high, [3, 4, 0, 1]).with_times_u();
        let c = low.permute_pairs(high, [2, 3, 5, 0]);
        let [c, uc] = c.times_xi_with_times_u(0b0011_0000);
        let [ga, gua] = g_low.broadcasts(&g_high, [0, 0, 3, 3], ALL);
        let [gb, gub] = g_low.broadcasts(&g_high, [1, 1, 4, 4], ALL);
        let [gc, guc] = g_low.broadcasts(&g_high, [2, 2, 5, 5], ALL);
        let halves = Lanes::sum_of_broadcasts(
            [&a, &ua, &b, &ub, &c, &uc],
            [&ga, &gua, &gb, &gub, &gc, &guc],
        );
        // 6·1.1·7.1/9.8 + 1 = 5.8
        self.low = low_sum.reduced_positive();
        // 2·(1.1·(3.1 + 3.1 + 7.1)/9.8 + 1) = 5
        self.high = add_halves(&halves).reduced_positive();
    }
}

/// Returns the product of any elements.
///
/// # Panics
///
/// If there are no factors.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn product(factors: &[blst_fp12]) -> blst_fp12 {
    let (first, rest) = factors.split_first().expect("factors");
    let mut product = Fp12::read(first);
    for factor in rest {
        product.multiply(&Fp12::read(factor));
    }
    product.write()
}

/// A left factor and its product with `u`, both doubled in the lanes of the mask.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn doubled_where([a, ua]: [Lanes; 2], lanes: LaneMask) -> [Lanes; 2] {
    [a.doubled_where(lanes), ua.doubled_where(lanes)]
}

/// The sum of both halves of the lanes, in both halves.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn add_halves(lanes: &Lanes) -> Lanes {
    lanes.plus(&lanes.permute_pairs(lanes, [2, 3, 0, 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::pairing::testing::{
        elements, largest_or_zero, print_the_times_of_blst, products_by_blst, time,
    };
    use crate::selection::testing::can_test;

    #[test]
    fn products_equal_those_of_blst() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let elements = elements();
        for (i, f) in elements.iter().enumerate() {
            let g = &elements[(i * 7 + 3) % elements.len()];
            // SAFETY: `can_test` has checked the processor features.
            let (product, square, line) = unsafe {
                let (f, g) = (Fp12::read(f), Fp12::read(g));
                let g_low = g.low.factors();
                let line = LineFactors::new(&g_low, i % 3);
                let (mut product, mut square, mut by_line) = (f, f, f);
                product.multiply(&g);
                square.square();
                by_line.multiply_by_line(&line);
                (product.write(), square.write(), by_line.write())
            };
            let expected = products_by_blst(f, g, i % 3);
            assert!(product == expected[0], "product {i}");
            assert!(square == expected[1], "square {i}");
            assert!(line == expected[2], "line {i}");
        }
    }

    /// Every choice of the largest part and zero, so that sums and differences are as large as possible. The
    /// formulas hold for any parts.
    #[test]
    fn cyclotomic_squares_of_the_largest_parts_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        for low in largest_or_zero() {
            for high in largest_or_zero().take(16) {
                let mut element = blst_fp12::default();
                for (i, value) in low.iter().chain(&high[..4]).enumerate() {
                    *part_mut(&mut element, i) = *value;
                }
                // SAFETY: `can_test` has checked the processor features.
                let [once, twice, conjugate] = unsafe {
                    let f = Fp12::read(&element);
                    let mut once = f;
                    once.square_cyclotomic();
                    let mut twice = once;
                    twice.square_cyclotomic();
                    [once, twice, f.conjugate()].map(|f| f.write())
                };
                let (mut expected, mut expected_conjugate) = ([blst_fp12::default(); 2], element);
                // SAFETY: blst reads one element and writes one, which may be the same.
                unsafe {
                    blst::blst_fp12_cyclotomic_sqr(&mut expected[0], &element);
                    blst::blst_fp12_cyclotomic_sqr(&mut expected[1], &expected[0]);
                    blst::blst_fp12_conjugate(&mut expected_conjugate);
                }
                assert!([once, twice] == expected, "the squares of {element:?}");
                assert!(
                    conjugate == expected_conjugate,
                    "the conjugate of {element:?}"
                );
            }
        }
    }

    /// Run it with `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`.
    #[test]
    #[ignore = "prints the times in docs/engine.md, checks nothing"]
    fn print_the_times_of_products() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let [f, g] = print_the_times_of_blst();
        // SAFETY: `can_test` has checked the processor features.
        unsafe {
            let (mut f, g) = (Fp12::read(&f), Fp12::read(&g));
            let g_low = g.low.factors();
            let line = LineFactors::new(&g_low, 1);
            let mut x = g.low;
            time("multiplication in lanes", &mut || x = x.multiply(&g.low));
            time("lanes multiply", &mut || f.multiply(&g));
            time("lanes square", &mut || f.square());
            time("lanes cyclotomic square", &mut || f.square_cyclotomic());
            time("lanes line", &mut || f.multiply_by_line(&line));
            assert!(f.write() != blst_fp12::default());
            assert!(x.canonical().zeros() != 255);
        }
    }
}
