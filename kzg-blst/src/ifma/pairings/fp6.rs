//! Eight elements `c₀ + c₁·v + c₂·v²` of `Fp6`, with `v³ = ξ`.

use super::fp2::{Fp2, WideFp2};

/// Eight elements.
#[derive(Clone, Copy)]
pub(super) struct Fp6(pub(super) [Fp2; 3]);

/// Sums of products of elements, without the reduction.
#[derive(Clone, Copy)]
pub(super) struct WideFp6(pub(super) [WideFp2; 3]);

impl Fp6 {
    /// `self + b`, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn plus(&self, b: &Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &b.0);
        Self([a0.plus(b0), a1.plus(b1), a2.plus(b2)])
    }

    /// `v·self`, limb by limb. Limbs and parts of the lowest coefficient may be negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_v(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a2.times_xi(), *a0, *a1])
    }

    /// The same value with carried limbs, for parts that are not negative and below 9.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn carried(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a0.carried(), a1.carried(), a2.carried()])
    }

    /// The normal form, for parts of at least -6 and below 10 with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn normal(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a0.normal(), a1.normal(), a2.normal()])
    }

    /// The negative of a normal element, in normal form.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn negative(&self) -> Self {
        let zero = Fp2::zero();
        let [a0, a1, a2] = &self.0;
        Self([zero.minus(a0), zero.minus(a1), zero.minus(a2)]).normal()
    }

    /// `self·b`, for carried limbs. Six products of coefficients are enough: three are those of sums of
    /// two coefficients.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn product(&self, b: &Self) -> WideFp6 {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &b.0);
        let [p0, p1, p2] = [a0.product(b0), a1.product(b1), a2.product(b2)];
        let sums = a1.plus(a2).product(&b1.plus(b2));
        let c0 = WideFp2::sum([&sums, &p0, &p1, &p2], |[sums, p0, p1, p2]| {
            sums.minus(p1).minus(p2).times_xi().plus(p0)
        });
        let sums = a0.plus(a1).product(&b0.plus(b1));
        let c1 = WideFp2::sum([&sums, &p0, &p1, &p2], |[sums, p0, p1, p2]| {
            sums.minus(p0).minus(p1).plus(p2.times_xi())
        });
        let sums = a0.plus(a2).product(&b0.plus(b2));
        let c2 = WideFp2::sum([&sums, &p0, &p1, &p2], |[sums, p0, p1, p2]| {
            sums.minus(p0).minus(p2).plus(p1)
        });
        WideFp6([c0, c1, c2])
    }

    /// `self·(x + y·v)`, for carried limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn product_with_two(&self, [x, y]: &[Fp2; 2]) -> WideFp6 {
        let [a0, a1, a2] = &self.0;
        let (p0, p1) = (a0.product(x), a1.product(y));
        let [p2_y, p2_x] = [a2.product(y), a2.product(x)];
        let sums = a0.plus(a1).product(&x.plus(y));
        WideFp6([
            WideFp2::sum([&p0, &p2_y], |[p0, p2_y]| p0.plus(p2_y.times_xi())),
            WideFp2::sum([&sums, &p0, &p1], |[sums, p0, p1]| sums.minus(p0).minus(p1)),
            WideFp2::sum([&p1, &p2_x], |[p1, p2_x]| p1.plus(p2_x)),
        ])
    }
}

impl WideFp6 {
    /// `self / 2^384` modulo `p`, with any limbs; see [`WideFp2::divided`].
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn divided(&self) -> Fp6 {
        let [a0, a1, a2] = &self.0;
        Fp6([a0.divided(), a1.divided(), a2.divided()])
    }
}
