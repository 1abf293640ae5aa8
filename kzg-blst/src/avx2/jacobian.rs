//! Points in Jacobian coordinates, eight side by side.
//!
//! `(X, Y, Z)` stands for `(X/Z², Y/Z³)`, and infinity has `Z = 0`. The addition formula has no
//! answer for equal and inverse points, nor where the first one is infinity; it gives `Z = 0`
//! then. Doubling keeps `Z = 0`, and so does adding: whoever starts a chain of both with a finite
//! point finds `Z = 0` at its end if a step anywhere went wrong, or if the result is infinity, and
//! has to do that lane over.
//!
//! Coordinates have limbs of one unit and are below `1.2·p` in absolute value. Comments give the
//! units of limbs, of which the factors of a product have at most 3.25 together.
//!
//! Source: Bernstein and Lange, Explicit-Formulas Database, short Weierstrass curves with `a = 0`:
//! "dbl-2009-l" with `D = 4·X·B`, and "madd".

use blst::{blst_fp, blst_p1};

use super::elements::{Fp8, WIDTH};
use crate::group::G1;

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
            z: Fp8::one().carry(),
        }
    }

    /// Any points.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn read(points: &[&blst_p1; WIDTH]) -> Self {
        let coordinate = |of: fn(&blst_p1) -> blst_fp| Fp8::from_array(&points.map(of)).carry();
        Self {
            x: coordinate(|point| point.x),
            y: coordinate(|point| point.y),
            z: coordinate(|point| point.z),
        }
    }

    /// In blst's form.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn write(&self) -> [blst_p1; WIDTH] {
        let [x, y, z] = [&self.x, &self.y, &self.z].map(|coordinate| coordinate.array());
        core::array::from_fn(|lane| blst_p1 {
            x: x[lane],
            y: y[lane],
            z: z[lane],
        })
    }

    /// `2·self`, for every point.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn double(&mut self) {
        let slope = self.x.square().times(3.0).carry(); // 1
        let y_squared = self.y.square(); // 1
        let twice_y_squared = y_squared.add(&y_squared); // 2
        let half_d = self.x.multiply(&twice_y_squared); // 1
        // 4·Y⁴, of which 8·Y⁴ is taken away.
        let c = y_squared.square(); // 1
        let twice_y = self.y.add(&self.y); // 2
        self.z = twice_y.multiply(&self.z); // 1
        self.x.set_square_plus(&slope, &half_d.times(-4.0).reduce());
        let to_x = half_d.add(&half_d).subtract(&self.x); // 3
        self.y
            .set_product_plus(&slope, &to_x, &c.times(-8.0).reduce());
    }

    /// `self + (x, y)`, for finite points with limbs of two units.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn add_affine(&mut self, x: &Fp8, y: &Fp8) {
        let zz = self.z.square(); // 1
        let zzz = self.z.multiply(&zz); // 1
        let h = x.multiply(&zz).subtract(&self.x).carry(); // 1
        let slope = y.multiply(&zzz).subtract(&self.y).carry(); // 1
        let hh = h.square(); // 1
        let hhh = h.multiply(&hh); // 1
        let v = self.x.multiply(&hh); // 1
        let minus_y = self.y.multiply(&hhh).times(-1.0); // 1
        self.z = h.multiply(&self.z); // 1
        let taken = hhh.add(&v).add(&v); // 3
        self.x.set_square_plus(&slope, &taken.times(-1.0).reduce());
        let to_x = v.subtract(&self.x); // 2
        self.y.set_product_plus(&slope, &to_x, &minus_y.reduce());
    }
}

/// Doubles every point so many times.
#[target_feature(enable = "avx2,fma")]
pub(super) fn double_many(points: &mut [G1], times: usize) {
    for chunk in points.chunks_mut(WIDTH) {
        let last = chunk.len() - 1;
        let mut lanes = Points::read(&core::array::from_fn(|lane| &chunk[lane.min(last)].0));
        for _ in 0..times {
            lanes.double();
        }
        for (point, doubled) in chunk.iter_mut().zip(lanes.write()) {
            *point = G1(doubled);
        }
    }
}
