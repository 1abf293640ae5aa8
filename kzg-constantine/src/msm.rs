//! Multi-scalar multiplication by Constantine, with a part of the points on each thread.

use core::ops::Range;

use constantine_sys::types::G1Affine;
use kzg_traits::{Exec, Group};

use crate::field::Fr;
use crate::group::{G1, to_affine};
use crate::library::computed;

/// Number of points per thread below which another thread costs more than it saves, because each
/// part of the points has its own buckets.
const MIN_POINTS_PER_THREAD: usize = 32;

/// Points fixed at setup: their affine coordinates.
///
/// There are no tables of multiples. The library adds affine points only within its multi-scalar
/// multiplication, and tables save no time with its Jacobian addition.
#[derive(Debug)]
pub struct Bases {
    points: Vec<G1Affine>,
}

impl Bases {
    pub(crate) fn new(points: &[G1]) -> Self {
        Self {
            points: to_affine(points),
        }
    }

    /// The memory that the points take, in bytes.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(self.points.as_slice())
    }

    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        msm_affine(&self.points, scalars, exec)
    }
}

/// Computes `Σ scalars[i]·points[i]`.
pub(crate) fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
    msm_affine(&to_affine(points), scalars, exec)
}

fn msm_affine(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    let part_len = exec.chunk_len(points.len(), 1).max(MIN_POINTS_PER_THREAD);
    let mut sums = vec![G1::identity(); points.len().div_ceil(part_len)];
    exec.for_each_mut(&mut sums, |index, sum| {
        let start = index * part_len;
        *sum = sum_of_part(points, scalars, start..points.len().min(start + part_len));
    });
    let mut sums = sums.into_iter();
    // The library's sum of no points is not the neutral element.
    let first = sums.next().unwrap_or_else(G1::identity);
    sums.fold(first, |sum, part| sum + part)
}

/// The sum over a part of the points. The part must not be empty.
fn sum_of_part(points: &[G1Affine], scalars: &[Fr], part: Range<usize>) -> G1 {
    let (points, scalars) = (&points[part.clone()], &scalars[part]);
    G1(computed(G1::INVALID, |f, r| {
        // SAFETY: `Fr` is a transparent wrapper of the library's scalar. The function reads as many
        // scalars as points, and writes a point.
        unsafe {
            (f.g1_msm)(r, scalars.as_ptr().cast(), points.as_ptr(), points.len());
        }
    }))
}
