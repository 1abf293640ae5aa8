//! Multiplication of many points by the same scalar.
//!
//! Transforms multiply points by the fourth roots of unity. These are `±x³ = ±x·μ` for the short
//! parameter `x` of the curve. The product takes the [endomorphism](crate::curve::endomorphism), 63
//! doublings and five additions, where other scalars take 127 doublings and some 50 additions.

use kzg_traits::Group;

use crate::curve::additions::LANES;
use crate::curve::endomorphism::{X, halves, mu};
use crate::curve::jacobian::G1;
use crate::field::Fr;
use crate::selection::vector_engine;

/// Fewest points for which a lane group costs less than scalar arithmetic.
const FEWEST_IN_LANES: usize = 3;

/// Multiplies every point by `k`.
pub(crate) fn multiply_all(points: &mut [G1], k: &Fr) {
    let [k1, k2] = halves(*k);
    if k1 == 0 && k2.unsigned_abs() == u128::from(X) {
        for points in points.chunks_mut(LANES) {
            multiply_by_root(points, k2 < 0);
        }
    } else {
        for point in points {
            *point = point.mul(k);
        }
    }
}

/// Multiplies at most eight points by `x·μ`, or its negative.
fn multiply_by_root(points: &mut [G1], negate: bool) {
    let image = |point: &G1| if negate { -mu(point) } else { mu(point) };
    let engine = vector_engine().filter(|_| points.len() >= FEWEST_IN_LANES);
    let Some(engine) = engine else {
        for point in points {
            *point = image(point).times(X);
        }
        return;
    };
    let last = points.len() - 1;
    let images = core::array::from_fn(|lane| image(&points[lane.min(last)]));
    let (multiples, doubtful) = engine.times_parameter(&images);
    for (lane, point) in points.iter_mut().enumerate() {
        *point = if doubtful >> lane & 1 == 1 {
            images[lane].times(X)
        } else {
            multiples[lane]
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::testing::on_every_engine;
    use kzg_traits::Fr as _;

    #[test]
    fn products_equal_those_of_single_points() {
        let x = Fr::from_u64(X);
        let root = x * x * x;
        assert_eq!(root.square(), -Fr::ONE);
        // The points include infinity and equal points, in Jacobian coordinates with any Z.
        let points: Vec<G1> = (0..20_u64)
            .map(|k| G1::generator().mul(&Fr::from_u64(k % 9)).double())
            .collect();
        on_every_engine(|engine| {
            for k in [root, -root, x, Fr::ZERO, Fr::ONE, -Fr::ONE, root + Fr::ONE] {
                for count in [0, 1, 2, 3, 7, 8, 9, 20] {
                    let mut multiples = points[..count].to_vec();
                    multiply_all(&mut multiples, &k);
                    for (multiple, point) in multiples.iter().zip(&points) {
                        assert_eq!(*multiple, point.mul(&k), "{engine}, {count} points");
                    }
                }
            }
        });
    }
}
