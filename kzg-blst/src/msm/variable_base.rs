//! `Σ scalars[i]·points[i]` over points that are new each time: blst's Pippenger.

use blst::{blst_p1, blst_p1_affine, blst_scalar, limb_t};
use kzg_traits::{Exec, Group};

use super::affine::{INFINITY, is_infinity, to_affine};
use crate::field::Fr;
use crate::group::G1;

/// Bits in a scalar.
const SCALAR_BITS: usize = 255;
/// Below this many points a thread of its own does not pay.
const POINTS_PER_THREAD: usize = 64;

/// The sum over Jacobian points.
pub(crate) fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
    let mut affine = exec.scratch_vec();
    affine.resize(points.len(), INFINITY);
    to_affine(points, &mut affine, exec);
    msm_affine(&affine, scalars, exec)
}

/// The sum over affine points.
pub(crate) fn msm_affine(points: &[blst_p1_affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    // blst's Pippenger has no place for infinity.
    let mut finite = exec.scratch_vec();
    let mut integers = exec.scratch_vec();
    for (point, scalar) in points.iter().zip(scalars) {
        if !is_infinity(point) {
            finite.push(*point);
            integers.push(scalar.to_scalar());
        }
    }
    let chunk = exec.chunk_len(finite.len(), 1).max(POINTS_PER_THREAD);
    let mut sums = exec.scratch_vec::<G1>();
    sums.resize(finite.len().div_ceil(chunk), G1::identity());
    exec.for_each_mut(&mut sums, |index, sum| {
        let start = index * chunk;
        let end = (start + chunk).min(finite.len());
        *sum = pippenger(&finite[start..end], &integers[start..end], exec);
    });
    sums.iter().fold(G1::identity(), |total, sum| total + *sum)
}

fn pippenger(points: &[blst_p1_affine], scalars: &[blst_scalar], exec: &Exec) -> G1 {
    // blst's Pippenger needs two points to work with.
    if let ([point], [scalar]) = (points, scalars) {
        return G1::from_affine(point).multiply(scalar);
    }
    let mut scratch = exec.scratch_vec::<limb_t>();
    // SAFETY: blst only computes a size from the number of points.
    let scratch_bytes = unsafe { blst::blst_p1s_mult_pippenger_scratch_sizeof(points.len()) };
    scratch.resize(scratch_bytes.div_ceil(size_of::<limb_t>()), 0);

    let point_list = [points.as_ptr(), core::ptr::null()];
    let scalar_list = [scalars.as_ptr().cast::<u8>(), core::ptr::null()];
    let mut sum = blst_p1::default();
    // SAFETY: each list holds a pointer to the first of `points.len()` items that lie side by
    // side, followed by null, which is blst's form for arrays; a scalar is 32 bytes, of which
    // it reads the 255 low bits; the scratch memory has the size blst asked for and the
    // alignment of its limbs; blst writes one point.
    unsafe {
        blst::blst_p1s_mult_pippenger(
            &mut sum,
            point_list.as_ptr(),
            points.len(),
            scalar_list.as_ptr(),
            SCALAR_BITS,
            scratch.as_mut_ptr(),
        );
    }
    G1(sum)
}
