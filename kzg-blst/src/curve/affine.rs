//! Affine points in blst's form. Infinity is all zeros.

use core::ops::{Deref, DerefMut};

use blst::{blst_fp, blst_p1, blst_p1_affine};
use kzg_traits::{Exec, Group};

use super::jacobian::G1;

/// An affine point of G1. Its alignment limits it to two cache lines, where blst's own type may
/// touch three; many points are read in random order.
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
    // The first word decides nearly always.
    point.x.l[0] == 0 && point.x.l == [0; 6] && point.y.l == [0; 6]
}

/// Converts any points to affine coordinates with one shared inversion.
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
        // SAFETY: the list is a pointer to the first of `finite.len()` consecutive points, followed by
        // null, which is blst's form of an array. No point is infinity. blst writes as many affine
        // points, and `affine` has that length: our type has the size of blst's and contains nothing
        // else.
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

/// Grows a list to `len` points, with spare capacity for an eighth more. The next call may need a few
/// points more, and the vector would double its memory.
pub(crate) fn make_room(points: &mut Vec<G1Affine>, len: usize) {
    if points.len() < len {
        if points.capacity() < len {
            points.reserve_exact(len + len / 8 - points.len());
        }
        points.resize(len, INFINITY);
    }
}
