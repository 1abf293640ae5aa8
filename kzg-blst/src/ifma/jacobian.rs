//! Points in Jacobian coordinates, eight side by side.
//!
//! `(X, Y, Z)` stands for `(X/Z², Y/Z³)`, and infinity has `Z = 0`. The addition formula is
//! incomplete: it gives `Z = 0` for equal points, for opposite points, and if the first point is
//! infinity. Doubling and addition keep `Z = 0`. So a chain of both that starts with a finite point
//! ends with `Z = 0` if the result is infinity or if any step failed. The caller computes such a lane
//! again; in a subgroup check, the point of such a lane is infinity or lies outside the subgroup.
//! [`Points::add_any_affine`] is complete instead.
//!
//! Coordinates are normal, `X` and `Y` below `1.1p` and `Z` below `2p`. Comments give bounds in
//! units of `p`. A product of `a` and `b` is below `a·b/9.8 + 1`.
//!
//! Source: Bernstein and Lange, Explicit-Formulas Database, short Weierstrass curves with `a = 0`:
//! "dbl-2009-l" with `D = 4·X·B`, and "madd".

use blst::blst_p1;

use super::field::{LIMBS, LaneMask, Lanes, multiple_of_p};
use crate::curve::additions::LANES;
use crate::curve::base_field::ONE;
use crate::curve::endomorphism::BETA;
use crate::curve::jacobian::G1;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};

/// `6p` with limbs so large that four times those of a normal element can be subtracted one by one.
const SIX_P_ABOVE_D: [i64; LIMBS] = multiple_of_p(6, 4);
/// `6p` with limbs so large that those of a sum of two products can be subtracted one by one.
const SIX_P_ABOVE_MINUS_Y: [i64; LIMBS] = multiple_of_p(6, 1 << 10);

/// Eight points.
#[derive(Clone, Copy)]
pub(super) struct Points {
    x: Lanes,
    y: Lanes,
    z: Lanes,
}

/// Eight points that are added several times.
struct Addend {
    point: Points,
    /// `Z²` and `Z³`.
    zz: Lanes,
    zzz: Lanes,
}

impl Addend {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn new(point: &Points) -> Self {
        let zz = point.z.square(); // 1.41
        Self {
            point: *point,
            zz,
            zzz: point.z.multiply(&zz), // 1.29
        }
    }
}

impl Points {
    /// Finite points from their canonical coordinates.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn from_affine(x: Lanes, y: Lanes) -> Self {
        let z = Lanes::read(|_| &ONE);
        Self { x, y, z }
    }

    /// Infinity in every lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn identity() -> Self {
        let [x, y, z] = [Lanes::zero(); 3];
        Self { x, y, z }
    }

    /// Replaces the point in a lane by that with the coordinates in the lanes `places` of a register.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn set(&mut self, lane: usize, coordinates: &Lanes, places: [i64; 3]) {
        let [x, y, z] = places;
        self.x.copy_lane(lane, coordinates, x);
        self.y.copy_lane(lane, coordinates, y);
        self.z.copy_lane(lane, coordinates, z);
    }

    /// The negatives in the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn negate_where(mut self, lanes: LaneMask) -> Self {
        let negative = Lanes::zero().reduced_difference(&self.y);
        self.y = self.y.replace_where(lanes, &negative);
        self
    }

    /// The points with their z coordinates times a canonical element.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn with_z_times(mut self, factor: &Lanes) -> Self {
        self.z = self.z.multiply(factor); // 1.21
        self
    }

    /// The products with `μ` in the lanes of the mask: `μ·(X, Y) = (β·X, -Y)`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn times_mu_where(mut self, lanes: LaneMask) -> Self {
        let image = self.x.multiply(&Lanes::read(|_| &BETA)); // 1.12
        let image = image.reduced_positive();
        self.x = self.x.replace_where(lanes, &image);
        self.negate_where(lanes)
    }

    /// The sum of all eight points, by incomplete additions. It is in the first lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn sum_of_lanes(&self) -> Self {
        [4, 2, 1].into_iter().fold(*self, |sum, distance| {
            let places = core::array::from_fn(|lane| (lane as i64) ^ distance);
            let permuted = |lanes: &Lanes| lanes.permute_two(lanes, places);
            sum.add(&Self {
                x: permuted(&sum.x),
                y: permuted(&sum.y),
                z: permuted(&sum.z),
            })
        })
    }

    /// Reads any points.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn read<'a>(point: impl Fn(usize) -> &'a blst_p1) -> Self {
        Self {
            x: Lanes::read(|lane| &point(lane).x),
            y: Lanes::read(|lane| &point(lane).y),
            z: Lanes::read(|lane| &point(lane).z),
        }
    }

    /// Writes the points in blst's form.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn write(&self, out: &mut [blst_p1; LANES]) {
        let x = self.x.canonical().elements();
        let y = self.y.canonical().elements();
        let z = self.z.canonical().elements();
        for (lane, point) in out.iter_mut().enumerate() {
            x[lane].write(&mut point.x);
            y[lane].write(&mut point.y);
            z[lane].write(&mut point.z);
        }
    }

    /// The lanes with `Z = 0`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn infinite(&self) -> LaneMask {
        self.z.canonical().zeros()
    }

    /// `2·self`, for any points.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn double(mut self) -> Self {
        self.double_in_place();
        self
    }

    /// Doubles any points. A chain of doublings copies no points, which are one and a half kilobytes.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn double_in_place(&mut self) {
        let z = self.y.plus(&self.y).multiply(&self.z); // 1.45
        let a = self.x.square(); // 1.13
        let b = self.y.square(); // 1.13
        let xb = self.x.multiply(&b); // 1.13
        let d = xb.plus(&xb);
        let d = d.plus(&d); // 4.52
        let e = a.plus(&a).plus(&a).normalize(); // 3.39
        let f = e.square(); // 2.17
        let x = f.reduced_difference(&d.plus(&d)); // 9.04 are subtracted
        // -y = e·(x - d) + 8·b²
        let left = Lanes::splat(&SIX_P_ABOVE_D).minus(&d).plus(&x); // 7.1
        let minus_y = Lanes::product_and_eight_squares(&left, &e.factors(), &b); // 4.6
        let y = Lanes::splat(&SIX_P_ABOVE_MINUS_Y).minus(&minus_y);
        self.x = x;
        self.y = y.reduced_positive();
        self.z = z;
    }

    /// `2^times·self`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn double_times(mut self, times: usize) -> Self {
        for _ in 0..times {
            self.double_in_place();
        }
        self
    }

    /// The multiples by the absolute value of the curve's parameter, by incomplete additions.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn times_parameter(&self) -> Self {
        let addend = Addend::new(self);
        let multiple = DOUBLINGS.into_iter().fold(*self, |multiple, doublings| {
            multiple.double_times(doublings).add_addend(&addend)
        });
        multiple.double_times(LAST_DOUBLINGS)
    }

    /// The sum with finite points that are neither equal nor opposite. `x` is canonical, and `y` may
    /// be loose, up to `2p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn add_affine(&self, x: &Lanes, y: &Lanes) -> Self {
        let zz = self.z.square(); // 1.41
        let zzz = self.z.multiply(&zz); // 1.29
        let (u, s) = (x.multiply(&zz), y.multiply(&zzz)); // 1.15, 1.27
        sum((&self.x, &self.y), (&u, &s), &self.z)
    }

    /// The sum with affine points, infinity in the lanes of `infinite`: of any points, where
    /// [`add_affine`](Self::add_affine) needs finite points that are neither equal nor opposite.
    /// `x` and `y` are canonical.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn add_any_affine(&self, x: &Lanes, y: &Lanes, infinite: LaneMask) -> Self {
        let sum = self.add_affine(x, y);
        let zero = sum.infinite();
        if zero | infinite == 0 {
            return sum;
        }
        self.corrected(&sum, zero, (x, y), infinite)
    }

    /// Corrects sums of `self` and affine points, infinity in the lanes of `infinite`, where
    /// [`add_affine`](Self::add_affine) gave `Z = 0` in the lanes of `zero`. Sums of opposite
    /// points are right already.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn corrected(
        &self,
        sum: &Self,
        zero: LaneMask,
        (x, y): (&Lanes, &Lanes),
        infinite: LaneMask,
    ) -> Self {
        let mut sum = *sum;
        let self_infinite = self.infinite();
        // The points in these lanes are equal or opposite.
        let same_x = zero & !self_infinite & !infinite;
        if same_x != 0 {
            sum = sum.replace_where(same_x & self.equal(x, y), &self.double());
        }
        sum.replace_where(self_infinite, &Self::from_affine(*x, *y))
            .replace_where(infinite, self)
    }

    /// `other` in the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn replace_where(&self, lanes: LaneMask, other: &Self) -> Self {
        Self {
            x: self.x.replace_where(lanes, &other.x),
            y: self.y.replace_where(lanes, &other.y),
            z: self.z.replace_where(lanes, &other.z),
        }
    }

    /// Infinity in the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn with_infinity(mut self, lanes: LaneMask) -> Self {
        self.z = self.z.replace_where(lanes, &Lanes::zero());
        self
    }

    /// The sum of two finite points that are neither equal nor opposite.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn add(&self, b: &Self) -> Self {
        self.add_addend(&Addend::new(b))
    }

    /// Does [`add`](Self::add) with the powers of the second point's `Z`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn add_addend(&self, addend: &Addend) -> Self {
        let Addend { point: b, zz, zzz } = addend;
        let zz_a = self.z.square(); // 1.41
        let zzz_a = self.z.multiply(&zz_a); // 1.29
        let (u_a, s_a) = (self.x.multiply(zz), self.y.multiply(zzz)); // 1.16
        let (u_b, s_b) = (b.x.multiply(&zz_a), b.y.multiply(&zzz_a)); // 1.16
        sum((&u_a, &s_a), (&u_b, &s_b), &self.z.multiply(&b.z))
    }

    /// The lanes whose points are finite and have the given coordinates. `x` is normal, and `y` may
    /// be loose, up to `2p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn equal(&self, x: &Lanes, y: &Lanes) -> LaneMask {
        let zz = self.z.square();
        let x = x.multiply(&zz).reduced_difference(&self.x);
        let y = y
            .multiply(&self.z.multiply(&zz))
            .reduced_difference(&self.y);
        x.canonical().zeros() & y.canonical().zeros() & !self.infinite()
    }
}

/// The sum of `(U₁, S₁)` and `(U₂, S₂)`, both relative to `z`, which is below `2p`. `U₁` and `S₁`
/// are below `1.2p`, `U₂` and `S₂` below `1.3p`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn sum((u_a, s_a): (&Lanes, &Lanes), (u_b, s_b): (&Lanes, &Lanes), z: &Lanes) -> Points {
    let h = u_b.reduced_difference(u_a); // 1.1, like every reduced value
    let r = s_b.reduced_difference(s_a);
    let hh = h.square(); // 1.13
    let hhh = h.multiply(&hh); // 1.13
    let v = u_a.multiply(&hh); // 1.14
    let x = r.square().reduced_difference(&hhh.plus(&v).plus(&v));
    let left = [&v.subtract_wide(&x), &Lanes::zero().subtract(s_a)]; // 5.14, 2
    let y = Lanes::sum_of_products(left, [&r.factors(), &hhh.factors()]); // 1.81
    let z = z.multiply(&h); // 1.23
    Points {
        x,
        y: y.reduced_positive(),
        z,
    }
}

/// Doubles every point `times` times.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn double_many(points: &mut [G1], times: usize) {
    for chunk in points.chunks_mut(LANES) {
        let last = chunk.len() - 1;
        let mut lanes = Points::read(|lane| &chunk[lane.min(last)].0);
        lanes = lanes.double_times(times);
        let mut doubled = [blst_p1::default(); LANES];
        lanes.write(&mut doubled);
        for (point, doubled) in chunk.iter_mut().zip(doubled) {
            *point = G1(doubled);
        }
    }
}

/// Returns the multiples by the absolute value of the curve's parameter, and a bit for every finite
/// point whose multiple has `Z = 0`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn times_parameter(points: &[G1; LANES]) -> ([G1; LANES], LaneMask) {
    let points = Points::read(|lane| &points[lane].0);
    let multiples = points.times_parameter();
    let mut out = [blst_p1::default(); LANES];
    multiples.write(&mut out);
    (out.map(G1), multiples.infinite() & !points.infinite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fr;
    use crate::engine::Engine;
    use crate::selection::testing::can_test;
    use kzg_traits::{Fr as _, Group};

    #[test]
    fn doubling_and_addition_equal_those_of_blst() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let multiple = |k: u64| G1::generator().mul(&Fr::from_u64(k));
        let first: [G1; LANES] = core::array::from_fn(|lane| multiple(lane as u64 * 77 + 1));
        let second: [_; LANES] =
            core::array::from_fn(|lane| multiple(lane as u64 * 1234 + 5).to_affine());
        let mut doubled = [blst_p1::default(); LANES];
        let mut added = doubled;
        // SAFETY: `can_test` has checked the processor features.
        unsafe {
            let points = Points::read(|lane| &first[lane].0);
            points.double().double().write(&mut doubled);
            let x = Lanes::read(|lane| &second[lane].x);
            let y = Lanes::read(|lane| &second[lane].y);
            points.double().add_affine(&x, &y).write(&mut added);
        }
        for lane in 0..LANES {
            assert_eq!(G1(doubled[lane]), first[lane].double().double(), "{lane}");
            let mut expected = first[lane].double();
            expected.add_affine(&second[lane]);
            assert_eq!(G1(added[lane]), expected, "{lane}");
        }
    }
}
