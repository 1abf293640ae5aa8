//! Sums of groups of affine points by additions that share an inversion.
//!
//! An addition takes six multiplications in this way, three of them for its part of the inversion. arkworks' additions
//! to a bucket take ten.

use ark_bls12_381::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, Zero, serial_batch_inversion_and_mul};
use kzg_traits::Exec;
use kzg_traits::memory_pool::Pooled;

/// Points in groups.
#[derive(Debug)]
pub(crate) struct Groups {
    points: Pooled<Vec<G1Affine>>,
    /// Group `g` ends before the point `ends[g]`, where the next one begins.
    ends: Pooled<Vec<usize>>,
}

impl Groups {
    /// Sorts points into a number of groups. A member is the index of a group and a point.
    pub(crate) fn new(
        groups: usize,
        members: impl Iterator<Item = (usize, G1Affine)> + Clone,
        exec: &Exec,
    ) -> Self {
        let mut ends = exec.scratch_vec();
        ends.resize(groups, 0);
        members.clone().for_each(|(group, _)| ends[group] += 1);
        let mut count = 0;
        for end in ends.iter_mut() {
            // The position of the first member, which becomes the end as the members are written.
            let start = count;
            count += *end;
            *end = start;
        }
        let mut points = exec.scratch_vec();
        points.resize(count, G1Affine::identity());
        for (group, point) in members {
            points[ends[group]] = point;
            ends[group] += 1;
        }
        Self { points, ends }
    }

    /// Writes the sum of each group; infinity for an empty one.
    pub(crate) fn sum(mut self, out: &mut [G1Affine], exec: &Exec) {
        assert_eq!(out.len(), self.ends.len(), "one sum for each group");
        let mut inverses = exec.scratch_vec();
        loop {
            self.denominators(&mut inverses);
            if inverses.is_empty() {
                break;
            }
            // Zeros stay zero.
            serial_batch_inversion_and_mul(&mut inverses, &Fq::ONE);
            self.add_pairs(&inverses);
        }
        let mut start = 0;
        for (sum, &end) in out.iter_mut().zip(self.ends.iter()) {
            *sum = if start == end {
                G1Affine::identity()
            } else {
                self.points[start]
            };
            start = end;
        }
    }

    /// Replaces `out` by the denominators of the slopes of all pairs.
    fn denominators(&self, out: &mut Vec<Fq>) {
        out.clear();
        let mut start = 0;
        for &end in self.ends.iter() {
            let (pairs, _) = self.points[start..end].as_chunks();
            out.extend(pairs.iter().map(denominator));
            start = end;
        }
    }

    /// Adds the points of each pair. A point without a partner stays.
    fn add_pairs(&mut self, inverses: &[Fq]) {
        let mut inverses = inverses.iter();
        let (mut start, mut count) = (0, 0);
        for end in self.ends.iter_mut() {
            for at in (start..*end).step_by(2) {
                self.points[count] = if at + 1 < *end {
                    let inverse = inverses.next().expect("one for each pair");
                    add(&[self.points[at], self.points[at + 1]], inverse)
                } else {
                    self.points[at]
                };
                count += 1;
            }
            start = *end;
            *end = count;
        }
        self.points.truncate(count);
    }
}

/// The denominator of the slope of the line through two points: the tangent, where they are equal. It is zero
/// where the sum needs no line. No point has the y coordinate zero, because the order of the curve is odd.
fn denominator([a, b]: &[G1Affine; 2]) -> Fq {
    if a.is_zero() || b.is_zero() {
        Fq::ZERO
    } else if a.x != b.x {
        b.x - a.x
    } else if a.y == b.y {
        a.y.double()
    } else {
        Fq::ZERO
    }
}

/// Adds two points with the inverse of their [`denominator`].
fn add([a, b]: &[G1Affine; 2], inverse: &Fq) -> G1Affine {
    if inverse.is_zero() {
        return match (a.is_zero(), b.is_zero()) {
            (true, _) => *b,
            (_, true) => *a,
            (false, false) => G1Affine::identity(),
        };
    }
    let numerator = if a.x == b.x {
        let square = a.x.square();
        square.double() + square
    } else {
        b.y - a.y
    };
    let slope = numerator * inverse;
    let x = slope.square() - a.x - b.x;
    let y = slope * (a.x - x) - a.y;
    G1Affine::new_unchecked(x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jacobian::normalize;
    use crate::samples;
    use ark_bls12_381::G1Projective;

    /// Groups of all sizes up to 20, with points that are equal, opposite or infinity, in the order of the groups and
    /// in another one.
    #[test]
    fn sums_of_groups_are_those_of_arkworks() {
        let points: Vec<_> = samples::points(9).iter().map(|point| point.0).collect();
        let mut points = normalize(&points);
        points.extend([points[1], -points[1], G1Affine::identity()]);
        for step in 1..12 {
            let (mut members, mut expected) = (Vec::new(), Vec::new());
            for size in 0..=20 {
                let of_group = (0..size).map(|k| points[(k * step + size) % points.len()]);
                members.extend(of_group.clone().map(|point| (size, point)));
                expected.push(of_group.fold(G1Projective::ZERO, |sum, point| sum + point));
            }
            let expected = normalize(&expected);
            let exec = Exec::serial();
            let mut sums = vec![points[0]; expected.len()];
            let groups = Groups::new(expected.len(), members.iter().copied(), &exec);
            groups.sum(&mut sums, &exec);
            assert_eq!(sums, expected, "step {step}");
            members.sort_by_key(|(size, point)| (point.x.0.0[0], *size));
            let groups = Groups::new(expected.len(), members.into_iter(), &exec);
            groups.sum(&mut sums, &exec);
            assert_eq!(sums, expected, "step {step}");
        }
    }
}
