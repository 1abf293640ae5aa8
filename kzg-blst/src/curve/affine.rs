//! Affine points in blst's form. Infinity is all zeros.

use core::ops::{Deref, DerefMut};

use blst::{blst_fp, blst_p1_affine};

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
    // The first word of a finite point is nearly never zero, so the full comparison is rare.
    point.x.l[0] == 0 && point.x.l == [0; 6] && point.y.l == [0; 6]
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
