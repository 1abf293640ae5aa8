//! Eight elements `a + b·w` of `Fp12`, with `w² = v`.
//!
//! Coefficients are normal between operations. Comments give bounds of parts in units of `p`; the
//! products are below the given bound divided by 9.8, and a division adds up to one.

use blst::{blst_fp, blst_fp2, blst_fp12};

use super::super::field::{LaneMask, Lanes};
use super::fp2::{Fp2, WideFp2};
use super::fp6::{Fp6, WideFp6};
use crate::curve::additions::LANES;
use crate::curve::base_field::{ONE, invert_all};

/// Eight elements.
#[derive(Clone, Copy)]
pub(super) struct Fp12 {
    pub(super) a: Fp6,
    pub(super) b: Fp6,
}

impl Fp12 {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn one() -> Self {
        let mut one = Self {
            a: Fp6([Fp2::zero(); 3]),
            b: Fp6([Fp2::zero(); 3]),
        };
        one.a.0[0].re = Lanes::read(|_| &ONE);
        one
    }

    /// The lanes whose element is one.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn ones(&self) -> LaneMask {
        let [a0, a1, a2] = &self.a.0;
        let [b0, b1, b2] = &self.b.0;
        let mut ones = a0.re.canonical_difference(&Lanes::read(|_| &ONE)).zeros();
        ones &= a0.im.canonical().zeros();
        for coefficient in [a1, a2, b0, b1, b2] {
            ones &= coefficient.re.canonical().zeros() & coefficient.im.canonical().zeros();
        }
        ones
    }

    /// `a - b·w`, which is the power by `p^6`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn conjugate(&self) -> Self {
        Self {
            a: self.a,
            b: self.b.negative(),
        }
    }

    /// Squares the element: with `P = a·b`, the parts are `(a + b)·(a + v·b) - P - v·P` and `2·P`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn square(&mut self) {
        let Self { a, b } = self;
        let product = a.product(b);
        // The lowest coefficient of v·b has a difference as its real part: 2 are added.
        let [b0, b1, b2] = &b.0;
        let times_v = Fp6([
            Fp2 {
                re: b2.re.subtract(&b2.im),
                im: b2.re.plus(&b2.im),
            },
            *b0,
            *b1,
        ]);
        let left = a.plus(b).carried(); // 2.3
        let right = a.plus(&times_v).carried(); // 4.3
        let (WideFp6([s0, s1, s2]), WideFp6([p0, p1, p2])) = (left.product(&right), product);
        // a² + v·b² is between -21 and 25, and a + b times the 2 that were added is below 5.
        let squares = WideFp6([
            WideFp2::sum([&s0, &p0, &p2], |[s, p, q]| s.minus(p).minus(q.times_xi())),
            WideFp2::sum([&s1, &p1, &p0], |[s, p, q]| s.minus(p).minus(q)),
            WideFp2::sum([&s2, &p2, &p1], |[s, p, q]| s.minus(p).minus(q)),
        ]);
        self.a = squares.divided().normal(); // from -2.2 to 4.1
        let product = WideFp6([p0, p1, p2]).divided(); // from -1.1 to 2.1
        self.b = product.plus(&product).normal();
    }

    /// `self·other`, with three products of elements of `Fp6`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn multiply(&mut self, other: &Self) {
        let Self { a, b } = self;
        let (first, second) = (a.product(&other.a), b.product(&other.b));
        let sums = a
            .plus(b)
            .carried()
            .product(&other.a.plus(&other.b).carried());
        let (WideFp6([f0, f1, f2]), WideFp6([s0, s1, s2])) = (first, second);
        let WideFp6([c0, c1, c2]) = sums;
        let mixed = |sums, first, second| {
            WideFp2::sum([sums, first, second], |[c, f, s]| c.minus(f).minus(s))
        };
        // Six products of coefficients, some of them times ξ: from -23 to 23.
        let a = WideFp6([
            WideFp2::sum([&f0, &s2], |[f, s]| f.plus(s.times_xi())),
            WideFp2::sum([&f1, &s0], |[f, s]| f.plus(s)),
            WideFp2::sum([&f2, &s1], |[f, s]| f.plus(s)),
        ]);
        let b = WideFp6([
            mixed(&c0, &f0, &s0),
            mixed(&c1, &f1, &s1),
            mixed(&c2, &f2, &s2),
        ]);
        (self.a, self.b) = (a.divided().normal(), b.divided().normal());
    }

    /// `self·(x + y·w² + w³)`, where `w² = v` and `w³ = v·w`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn multiply_by_line(&mut self, line: &[Fp2; 2]) {
        let Self { a, b } = self;
        // Products of coefficients are between -7 and 8, so that sums are between -2 and 4.1.
        let from_b = b.times_v().times_v();
        let from_a = a.times_v();
        let (first, second) = (a.product_with_two(line), b.product_with_two(line));
        self.a = first.divided().plus(&from_b).normal();
        self.b = second.divided().plus(&from_a).normal();
    }

    /// Squares an element of the cyclotomic subgroup, by three squares in `Fp4`.
    ///
    /// Source: Granger and Scott, "Faster squaring in the cyclotomic subgroup of sixth degree
    /// extensions", PKC 2010.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    pub(super) fn square_cyclotomic(&mut self) {
        let [f0, f2, f4] = &self.a.0;
        let [f1, f3, f5] = &self.b.0;
        let (first, second, third) = (fp4_square(f0, f3), fp4_square(f1, f4), fp4_square(f2, f5));
        let thrice = |x: &WideFp2| {
            let x = x.divided();
            x.plus(&x).plus(&x)
        };
        // Three times a square is between -1.2 and 8, three times a product between -2.4 and 5.4.
        let minus = |square: &WideFp2, f: &Fp2| thrice(square).minus(f).minus(f).normal();
        let plus = |product: &WideFp2, f: &Fp2| thrice(product).plus(f).plus(f).normal();
        let a = [
            minus(&first.square, f0),
            minus(&second.square, f2),
            minus(&third.square, f4),
        ];
        let b = [
            plus(&WideFp2::sum([&third.product], |[m]| m.times_xi()), f1),
            plus(&first.product, f3),
            plus(&second.product, f5),
        ];
        (self.a, self.b) = (Fp6(a), Fp6(b));
    }

    /// The inverses of elements, none of them zero.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn inverse(&self) -> Self {
        // 1/(a + b·w) = (a - b·w)/(a² - v·b²)
        let Self { a, b } = self;
        let (WideFp6([a0, a1, a2]), WideFp6([b0, b1, b2])) = (a.product(a), b.product(b));
        let norm = WideFp6([
            WideFp2::sum([&a0, &b2], |[a, b]| a.minus(b.times_xi())),
            WideFp2::sum([&a1, &b0], |[a, b]| a.minus(b)),
            WideFp2::sum([&a2, &b1], |[a, b]| a.minus(b)),
        ]);
        let Fp6([n0, n1, n2]) = norm.divided().normal();
        // The inverse in Fp6 has the coefficients t/d.
        let t0 = [n0.square(), n1.product(&n2)];
        let t0 = WideFp2::sum(t0.each_ref(), |[n, m]| n.minus(m.times_xi()));
        let t1 = [n2.square(), n0.product(&n1)];
        let t1 = WideFp2::sum(t1.each_ref(), |[n, m]| n.times_xi().minus(m));
        let t2 = [n1.square(), n0.product(&n2)];
        let t2 = WideFp2::sum(t2.each_ref(), |[n, m]| n.minus(m));
        let [t0, t1, t2] = [t0, t1, t2].map(|t| t.divided().normal());
        let d = [n2.product(&t1), n1.product(&t2), n0.product(&t0)];
        let d = WideFp2::sum(d.each_ref(), |[d1, d2, d0]| d1.plus(d2).times_xi().plus(d0));
        let d = d.divided().normal();
        // 1/(re + im·u) = (re - im·u)/(re² + im²)
        let norms = d.re.square().plus(&d.im.square()).reduced_wide();
        let mut inverses = [blst_fp::default(); LANES];
        for (inverse, norm) in inverses.iter_mut().zip(norms.canonical().elements()) {
            norm.write(inverse);
        }
        invert_all(&mut inverses);
        let d = d.conjugate().scaled(&Lanes::read(|lane| &inverses[lane]));
        let inverse = Fp6([t0.multiply(&d), t1.multiply(&d), t2.multiply(&d)]);
        Self {
            a: a.product(&inverse).divided().normal(),
            b: b.negative().product(&inverse).divided().normal(),
        }
    }

    /// The power by `p^times`, for `times` of one or two.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn frobenius(&self, times: usize) -> Self {
        // The map multiplies each coefficient, or its conjugate, by a constant. The constants are the
        // image of the element whose coefficients are all one.
        let mut ones = blst_fp12::default();
        for fp6 in &mut ones.fp6 {
            for fp2 in &mut fp6.fp2 {
                fp2.fp[0] = ONE;
            }
        }
        let mut constants = blst_fp12::default();
        // SAFETY: blst reads one element and writes one.
        unsafe { blst::blst_fp12_frobenius_map(&mut constants, &ones, times) };
        let image = |f: &Fp2, constant: &blst_fp2| {
            let f = if times % 2 == 1 { f.conjugate() } else { *f };
            f.multiply(&Fp2::splat(constant))
        };
        let images = |f: &Fp6, constants: &[blst_fp2; 3]| {
            let [f0, f1, f2] = &f.0;
            let [c0, c1, c2] = constants;
            Fp6([image(f0, c0), image(f1, c1), image(f2, c2)])
        };
        let [a, b] = &constants.fp6;
        Self {
            a: images(&self.a, &a.fp2),
            b: images(&self.b, &b.fp2),
        }
    }
}

/// The square of `x + y·s` in `Fp4`, with `s² = ξ`.
struct Fp4Square {
    /// `x² + ξ·y²`.
    square: WideFp2,
    /// `2·x·y`.
    product: WideFp2,
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn fp4_square(x: &Fp2, y: &Fp2) -> Fp4Square {
    Fp4Square {
        square: WideFp2::sum([&x.square(), &y.square()], |[x, y]| x.plus(y.times_xi())),
        product: x.plus(x).product(y),
    }
}
