//! Points of G1 in Jacobian coordinates.

use ark_bls12_381::{Fq, G1Affine, G1Projective};
use ark_ff::{AdditiveGroup, Field, Zero, serial_batch_inversion_and_mul};

/// Returns the affine forms of points, by one inversion on this thread.
///
/// The function of arkworks enters rayon's pool where another crate enables the feature `parallel`. A thread
/// that builds a table holds a lock for which workers of that pool may wait.
pub(crate) fn normalize(points: &[G1Projective]) -> Vec<G1Affine> {
    let mut inverses: Vec<Fq> = points.iter().map(|point| point.z).collect();
    // Zeros, the coordinates of infinity, stay zero.
    serial_batch_inversion_and_mul(&mut inverses, &Fq::ONE);
    let points = points.iter().zip(inverses);
    let affine = points.map(|(point, inverse)| {
        if point.is_zero() {
            return G1Affine::identity();
        }
        let square = inverse.square();
        G1Affine::new_unchecked(point.x * square, point.y * square * inverse)
    });
    affine.collect()
}

/// Doubles a point. The two products of the y coordinate share a reduction, so that this takes a sixth less time
/// than arkworks' doubling.
pub(crate) fn double(point: &mut G1Projective) {
    let twice = |element: Fq| element + element;
    let square = point.x.square();
    let slope = twice(square) + square;
    let y_square = point.y.square();
    let twice_y_square = twice(y_square);
    let four_y_square = twice(twice_y_square);
    let d = point.x * four_y_square;
    point.z = twice(point.y * point.z);
    point.x = slope.square() - twice(d);
    // slope·(d - x) - 8·y⁴
    point.y = Fq::sum_of_products(&[slope, -four_y_square], &[d - point.x, twice_y_square]);
}

/// `Σ 2^i·points[i]`, by Horner's rule.
pub(crate) fn sum_of_bits(points: &[G1Affine]) -> G1Projective {
    let mut sum = G1Projective::ZERO;
    for point in points.iter().rev() {
        double(&mut sum);
        sum += point;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::G1;
    use crate::samples;
    use kzg_traits::Group;

    #[test]
    fn doubled_points_are_those_of_arkworks() {
        let mut points: Vec<_> = samples::points(20).iter().map(|point| point.0).collect();
        // Coordinates at the ends of the range, off the curve: the formula does not use its equation.
        let edges = [Fq::ZERO, Fq::ONE, -Fq::ONE, Fq::ONE.double()];
        for (x, y) in edges.iter().flat_map(|x| edges.map(|y| (*x, y))) {
            points.extend(
                edges[1..]
                    .iter()
                    .map(|z| G1Projective::new_unchecked(x, y, *z)),
            );
        }
        for point in points {
            let mut doubled = point;
            double(&mut doubled);
            let expected = point.double();
            let coordinates = [expected.x, expected.y, expected.z];
            assert_eq!([doubled.x, doubled.y, doubled.z], coordinates, "{point:?}");
        }
        let mut infinity = G1Projective::ZERO;
        double(&mut infinity);
        assert!(infinity.is_zero());
    }

    #[test]
    fn normalized_points_are_the_affine_points() {
        let g = G1::generator();
        let points = [
            G1::identity(),
            g,
            g.double(),
            G1::identity(),
            g.double() - g.double(),
            -g.double(),
        ];
        let points = points.map(|point| point.0);
        let expected = points.map(G1Affine::from);
        assert_eq!(normalize(&points), expected);
        assert!(normalize(&[]).is_empty());
    }
}
