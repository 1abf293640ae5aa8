//! Compressed points in bulk.

use kzg_traits::{Exec, Group, PointError};

use crate::group::G1;
use crate::msm::affine::INFINITY;
use crate::msm::subgroup::{all_in_subgroup, sha256};

/// Below this many points the fixed part of the check of all together costs more than it saves.
const FEWEST_TOGETHER: usize = 80;

/// Decodes points; whether they lie in the subgroup is found out for all of them together, and
/// for each by itself only where that fails.
pub(crate) fn g1_batched(encodings: &[[u8; 48]], out: &mut [Result<G1, PointError>], exec: &Exec) {
    if encodings.len() < FEWEST_TOGETHER {
        exec.for_each_mut(out, |index, point| {
            *point = G1::from_bytes(&encodings[index]);
        });
        return;
    }
    let mut points = exec.scratch_vec();
    points.resize(encodings.len(), INFINITY);
    exec.for_each_row_mut((&mut points, 1), (&mut *out, 1), |index, affine, point| {
        let uncompressed = G1::uncompress(&encodings[index]);
        affine[0] = *uncompressed.as_ref().unwrap_or(&INFINITY);
        point[0] = uncompressed.map(|affine| G1::from_affine(&affine));
    });
    if all_in_subgroup(&points, &sha256(encodings.as_flattened()), exec) {
        return;
    }
    exec.for_each_mut(out, |_, point| {
        if point.as_ref().is_ok_and(|point| !point.is_in_subgroup()) {
            *point = Err(PointError::Subgroup);
        }
    });
}
