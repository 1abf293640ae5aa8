//! Points in Jacobian coordinates, eight side by side.
//!
//! `(X, Y, Z)` stands for `(X/Z², Y/Z³)`, and infinity has `Z = 0`. The addition formula is
//! incomplete: it gives `Z = 0` for equal points, for opposite points, and if the first point is
//! infinity. Doubling and addition keep `Z = 0`. So a chain of both that starts with a finite point
//! ends with `Z = 0` if the result is infinity or if any step failed. The caller computes such a lane
//! again; in a subgroup check, the point of such a lane is infinity or lies outside the subgroup.
//! [`Points::add_any_affine`] is complete instead.
//!
//! Coordinates have limbs of one unit, and `X`, `Y` and `Z` are at most `1.5·p`, `1.66·p` and `p` in
//! absolute value, as every step asserts in debug builds. Coordinates that are read are at most `p`,
//! and every step keeps the bounds: with `R = 9.84·p` a product is at most `|a·b|/R + p/2`, and the
//! reduced addend of a product is at most slightly more than `p/2`. So the slope of a doubling is at
//! most `3·(1.5²/9.84 + 0.5) = 2.19`, its `X` is at most `2.19²/9.84 + 1 = 1.49`, and with `D = 1.48`
//! its `Y` is at most `2.19·(1.48 + 1.49)/9.84 + 1 = 1.66`. In an addition `h` is at most `2.07`, the
//! slope `2.22`, `X` `2.22²/9.84 + 1 = 1.5`, `Y` less than in a doubling, and `Z`
//! `2.07/9.84 + 0.5`. Comments give the units of limbs. The product of the units of two factors is at
//! most 3.25.
//!
//! Source: Bernstein and Lange, Explicit-Formulas Database, short Weierstrass curves with `a = 0`:
//! "dbl-2009-l" with `D = 4·X·B`, and "madd".

use blst::{blst_fp, blst_p1};

use super::elements::lanes::places;
use super::elements::{Fp8, WIDTH, mask};
use crate::curve::base_field::is_zero;
use crate::curve::endomorphism::BETA;
use crate::curve::jacobian::G1;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};

/// Eight points.
#[derive(Clone, Copy)]
pub(super) struct Points {
    pub(super) x: Fp8,
    pub(super) y: Fp8,
    pub(super) z: Fp8,
}

impl Points {
    /// Finite points from their affine coordinates.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn from_affine(x: &Fp8, y: &Fp8) -> Self {
        Self {
            x: x.carry(),
            y: y.carry(),
            z: Fp8::one(),
        }
    }

    /// Reads any points.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn read(points: &[&blst_p1; WIDTH]) -> Self {
        let coordinate = |of: fn(&blst_p1) -> blst_fp| Fp8::from_array(&points.map(of)).carry();
        Self {
            x: coordinate(|point| point.x),
            y: coordinate(|point| point.y),
            z: coordinate(|point| point.z),
        }
    }

    /// Returns the points in blst's form.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn write(&self) -> [blst_p1; WIDTH] {
        let [x, y, z] = [&self.x, &self.y, &self.z].map(|coordinate| coordinate.array());
        core::array::from_fn(|lane| blst_p1 {
            x: x[lane],
            y: y[lane],
            z: z[lane],
        })
    }

    /// Doubles any points.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn double(&mut self) {
        let slope = self.x.square().times(3.0).carry(); // 1
        let y_squared = self.y.square(); // 1
        let twice_y_squared = y_squared.add(&y_squared); // 2
        let half_d = self.x.multiply(&twice_y_squared); // 1
        // `Y⁴`, of which `8·Y⁴` is subtracted.
        let c = y_squared.square(); // 1
        let twice_y = self.y.add(&self.y); // 2
        self.z = twice_y.multiply(&self.z); // 1
        self.x.set_square_plus(&slope, &half_d.times(-4.0).reduce());
        let to_x = half_d.add(&half_d).subtract(&self.x); // 3
        self.y
            .set_product_plus(&slope, &to_x, &c.times(-8.0).reduce());
        debug_assert!(self.is_within_bounds());
    }

    /// Whether the coordinates keep the bounds above. Debug assertions use it.
    #[target_feature(enable = "avx2,fma")]
    fn is_within_bounds(&self) -> bool {
        let [x, y, z] = [&self.x, &self.y, &self.z].map(|coordinate| coordinate.multiples_of_p());
        x <= 1.5 && y <= 1.66 && z <= 1.0001
    }

    /// Doubles `times` times.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn double_times(&mut self, times: usize) {
        for _ in 0..times {
            self.double();
        }
    }

    /// The multiples by the absolute value of the curve's parameter, by incomplete additions.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn times_parameter(&self) -> Self {
        let mut multiple = *self;
        for doublings in DOUBLINGS {
            multiple.double_times(doublings);
            multiple.add(self);
        }
        multiple.double_times(LAST_DOUBLINGS);
        multiple
    }

    /// Adds finite points that are neither equal nor opposite. Their coordinates have limbs of two
    /// units.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn add_affine(&mut self, x: &Fp8, y: &Fp8) {
        let zz = self.z.square(); // 1
        let zzz = self.z.multiply(&zz); // 1
        self.set_sum([&x.multiply(&zz), &y.multiply(&zzz)]);
    }

    /// Adds affine points, infinity in the lanes of `infinite`: any points, where
    /// [`add_affine`](Self::add_affine) needs finite points that are neither equal nor opposite.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn add_any_affine(&mut self, x: &Fp8, y: &Fp8, infinite: u8) {
        let before = *self;
        self.add_affine(x, y);
        let zero = self.z.zeros();
        if zero | infinite != 0 {
            self.correct(&before, zero, (x, y), infinite);
        }
    }

    /// Corrects sums of `before` and affine points, infinity in the lanes of `infinite`, where
    /// [`add_affine`](Self::add_affine) gave `Z = 0` in the lanes of `zero`. Sums of opposite
    /// points are right already.
    #[inline(never)]
    #[target_feature(enable = "avx2,fma")]
    fn correct(&mut self, before: &Self, zero: u8, (x, y): (&Fp8, &Fp8), infinite: u8) {
        let before_infinite = before.z.zeros();
        // The points in these lanes are equal or opposite.
        let same_x = zero & !before_infinite & !infinite;
        if same_x != 0 {
            let mut doubled = *before;
            doubled.double();
            *self = self.replace_where(same_x & before.equal(x, y), &doubled);
        }
        *self = self
            .replace_where(before_infinite, &Self::from_affine(x, y))
            .replace_where(infinite, before);
    }

    /// `other` in the lanes of the mask.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn replace_where(&self, lanes: u8, other: &Self) -> Self {
        Self {
            x: self.x.replace_where(lanes, &other.x),
            y: self.y.replace_where(lanes, &other.y),
            z: self.z.replace_where(lanes, &other.z),
        }
    }

    /// Infinity in the lanes of the mask.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn with_infinity(mut self, lanes: u8) -> Self {
        self.z = self.z.replace_where(lanes, &Fp8::zero());
        self
    }

    /// The products with `μ` in the lanes of the mask: `μ·(X, Y) = (β·X, -Y)`.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn times_mu_where(mut self, lanes: u8) -> Self {
        let image = self.x.multiply(&Fp8::element(&BETA)); // 1
        self.x = self.x.replace_where(lanes, &image);
        self.y = self.y.replace_where(lanes, &self.y.times(-1.0));
        self
    }

    /// The sum of all eight points, by incomplete additions. It is in every lane.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn sum_of_lanes(mut self) -> Self {
        let swapped = |Fp8([first, second]): &Fp8| Fp8([*second, *first]);
        self.add(&self.map(swapped));
        self.add(&self.map(|lanes| lanes.permute::<{ places([2, 3, 0, 1]) }>()));
        self.add(&self.map(|lanes| lanes.permute::<{ places([1, 0, 3, 2]) }>()));
        self
    }

    /// Applies `f` to all coordinates.
    #[target_feature(enable = "avx2,fma")]
    fn map(&self, f: impl Fn(&Fp8) -> Fp8) -> Self {
        Self {
            x: f(&self.x),
            y: f(&self.y),
            z: f(&self.z),
        }
    }

    /// Adds finite points that are neither equal nor opposite.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn add(&mut self, b: &Self) {
        let (zz_a, zz_b) = (self.z.square(), b.z.square()); // 1
        let (zzz_a, zzz_b) = (self.z.multiply(&zz_a), b.z.multiply(&zz_b)); // 1
        let others = [&b.x.multiply(&zz_a), &b.y.multiply(&zzz_a)];
        self.x = self.x.multiply(&zz_b);
        self.y = self.y.multiply(&zzz_b);
        self.z = self.z.multiply(&b.z);
        self.set_sum(others);
    }

    /// Adds points whose coordinates are relative to the same `z`.
    #[target_feature(enable = "avx2,fma")]
    fn set_sum(&mut self, [x, y]: [&Fp8; 2]) {
        let h = x.subtract(&self.x).carry(); // 1
        let slope = y.subtract(&self.y).carry(); // 1
        let hh = h.square(); // 1
        let hhh = h.multiply(&hh); // 1
        let v = self.x.multiply(&hh); // 1
        let taken_from_y = self.y.multiply(&hhh); // 1
        let taken_from_x = hhh.add(&v).add(&v); // 3
        self.z = h.multiply(&self.z); // 1
        self.x
            .set_square_plus(&slope, &taken_from_x.times(-1.0).reduce());
        let to_x = v.subtract(&self.x); // 2
        self.y
            .set_product_plus(&slope, &to_x, &taken_from_y.times(-1.0).reduce());
        debug_assert!(self.is_within_bounds());
    }

    /// The lanes whose points are finite and have the given coordinates, of limbs up to two units.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn equal(&self, x: &Fp8, y: &Fp8) -> u8 {
        let zz = self.z.square();
        let x = x.multiply(&zz).subtract(&self.x).array();
        let y = y.multiply(&self.z.multiply(&zz)).subtract(&self.y).array();
        let z = self.z.array();
        mask(|lane| is_zero(&x[lane]) && is_zero(&y[lane]) && !is_zero(&z[lane]))
    }
}

/// Doubles every point `times` times.
#[target_feature(enable = "avx2,fma")]
pub(super) fn double_many(points: &mut [G1], times: usize) {
    for chunk in points.chunks_mut(WIDTH) {
        let last = chunk.len() - 1;
        let mut lanes = Points::read(&core::array::from_fn(|lane| &chunk[lane.min(last)].0));
        lanes.double_times(times);
        for (point, doubled) in chunk.iter_mut().zip(lanes.write()) {
            *point = G1(doubled);
        }
    }
}

/// Returns the multiples by the absolute value of the curve's parameter, and a bit for every finite
/// point whose multiple has `Z = 0`.
#[target_feature(enable = "avx2,fma")]
pub(super) fn times_parameter(points: &[G1; WIDTH]) -> ([G1; WIDTH], u8) {
    let lanes = Points::read(&points.each_ref().map(|point| &point.0)).times_parameter();
    let multiples = lanes.write();
    let doubtful = mask(|lane| is_zero(&multiples[lane].z) && !is_zero(&points[lane].0.z));
    (multiples.map(G1), doubtful)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fr;
    use crate::engine::Engine;
    use crate::selection::testing::can_test;
    use kzg_traits::{Fr as _, Group};

    fn multiple(k: u64) -> G1 {
        G1::generator().mul(&Fr::from_u64(k))
    }

    #[test]
    fn doubling_and_addition_equal_those_of_blst() {
        if !can_test(Engine::Avx2) {
            return;
        }
        let first: [G1; WIDTH] = core::array::from_fn(|lane| multiple(lane as u64 * 77 + 1));
        let second: [G1; WIDTH] = core::array::from_fn(|lane| multiple(lane as u64 * 1234 + 5));
        // SAFETY: `can_test` has checked the processor features.
        let (doubled, added) = unsafe {
            let mut a = Points::read(&first.each_ref().map(|point| &point.0));
            let mut b = Points::read(&second.each_ref().map(|point| &point.0));
            a.double();
            b.double();
            let doubled = a.write();
            a.add(&b);
            (doubled, a.write())
        };
        for lane in 0..WIDTH {
            assert_eq!(G1(doubled[lane]), first[lane].double());
            let expected = first[lane].double() + second[lane].double();
            assert_eq!(G1(added[lane]), expected);
        }
    }

    #[test]
    fn incomplete_additions_give_infinity() {
        if !can_test(Engine::Avx2) {
            return;
        }
        // Equal points, opposite points, and infinity on either side.
        let pairs = [
            (3, 3),
            (3, -3),
            (0, 5),
            (5, 0),
            (0, 0),
            (7, 7),
            (1, 1),
            (2, -2),
        ];
        let signed = |k: i64| {
            if k < 0 {
                -multiple(k.unsigned_abs())
            } else {
                multiple(k as u64)
            }
        };
        let first = pairs.map(|(a, _)| signed(a));
        let second = pairs.map(|(_, b)| signed(b));
        // SAFETY: `can_test` has checked the processor features.
        let sums = unsafe {
            let mut a = Points::read(&first.each_ref().map(|point| &point.0));
            a.add(&Points::read(&second.each_ref().map(|point| &point.0)));
            a.double();
            a.add(&Points::read(&[&multiple(11).0; WIDTH]));
            a.write()
        };
        assert!(sums.iter().all(|point| is_zero(&point.z)));
    }
}
