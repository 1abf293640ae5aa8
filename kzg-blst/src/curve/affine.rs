//! Affine points in blst's form, with infinity as all zeros.

use core::ops::{Deref, DerefMut};

use blst::{blst_fp, blst_p1, blst_p1_affine};
use kzg_traits::{Exec, Group};

use super::jacobian::G1;

/// A point that lies in two cache lines, where blst's own may lie in three: many are read at
/// random.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct G1Affine(pub(crate) blst_p1_affine);

impl Deref for G1Affine {
    type Target = blst_p1_affine;

    fn deref(&self) -> &blst_p1_affine {
        &self.0
    }
}

impl DerefMut for G1Affine {
    fn deref_mut(&mut self) -> &mut blst_p1_affine {
        &mut self.0
    }
}

/// Infinity.
pub(crate) const INFINITY: G1Affine = G1Affine(blst_p1_affine {
    x: blst_fp { l: [0; 6] },
    y: blst_fp { l: [0; 6] },
});

pub(crate) fn is_infinity(point: &blst_p1_affine) -> bool {
    // The first word tells nearly always.
    point.x.l[0] == 0 && point.x.l == [0; 6] && point.y.l == [0; 6]
}

/// Converts points, infinity among them, with one shared inversion.
pub(crate) fn to_affine(points: &[G1], out: &mut [G1Affine], exec: &Exec) {
    let mut finite = exec.scratch_vec::<blst_p1>();
    finite.extend(
        points
            .iter()
            .filter(|point| !point.is_identity())
            .map(|point| point.0),
    );
    let mut affine = exec.scratch_vec();
    affine.resize(finite.len(), INFINITY);
    if !finite.is_empty() {
        let list = [finite.as_ptr(), core::ptr::null()];
        // SAFETY: the list holds a pointer to the first of `finite.len()` points that lie side
        // by side, followed by null, which is blst's form for arrays; none is infinity; blst
        // writes as many affine points, which `affine` has room for: its own are of the same size,
        // and they are what is in ours.
        unsafe {
            blst::blst_p1s_to_affine(affine.as_mut_ptr().cast(), list.as_ptr(), finite.len())
        };
    }
    let mut converted = affine.iter();
    for (slot, point) in out.iter_mut().zip(points) {
        *slot = if point.is_identity() {
            INFINITY
        } else {
            *converted.next().expect("one for each finite point")
        };
    }
}

/// Makes room for points that are about to be written, and for some more: the next call's may be
/// a few more, and vectors would double.
pub(crate) fn make_room(points: &mut Vec<G1Affine>, len: usize) {
    if points.len() < len {
        if points.capacity() < len {
            points.reserve_exact(len + len / 8 - points.len());
        }
        points.resize(len, INFINITY);
    }
}
