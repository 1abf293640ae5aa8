//! Pairing checks with the Miller lines of fixed G2 points computed ahead.

use core::fmt;

use blst::{blst_fp6, blst_fp12};
use kzg_traits::Group;

use crate::group::{G1, G2};

/// Lines in a Miller loop: the bits of the curve's parameter, and its additions.
const LINES: usize = 68;

/// A fixed point of G2 with the lines of its Miller loop: 19 KiB.
#[derive(Clone)]
pub struct PreparedG2 {
    /// `None` for infinity, which pairs to one with everything.
    lines: Option<Box<[blst_fp6; LINES]>>,
}

impl PreparedG2 {
    pub(crate) fn new(point: &G2) -> Self {
        if point.is_identity() {
            return Self { lines: None };
        }
        let mut lines = Box::new([blst_fp6::default(); LINES]);
        // SAFETY: blst reads one affine point and writes 68 lines, which the array has room for.
        unsafe { blst::blst_precompute_lines(lines.as_mut_ptr(), &point.to_affine()) };
        Self { lines: Some(lines) }
    }
}

impl fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedG2").finish_non_exhaustive()
    }
}

/// Whether the product of the pairings is one.
pub(crate) fn check(pairs: &[(G1, &PreparedG2)]) -> bool {
    let mut product: Option<blst_fp12> = None;
    for (p, q) in pairs {
        let Some(lines) = q.lines.as_ref().filter(|_| !p.is_identity()) else {
            continue;
        };
        let mut factor = blst_fp12::default();
        // SAFETY: blst reads the 68 lines and one affine point that is not infinity, and writes
        // one field element.
        unsafe { blst::blst_miller_loop_lines(&mut factor, lines.as_ptr(), &p.to_affine()) };
        product = Some(match product {
            None => factor,
            Some(mut product) => {
                // SAFETY: blst reads two field elements and writes one; they may be the same.
                unsafe { blst::blst_fp12_mul(&mut product, &product, &factor) };
                product
            }
        });
    }
    let Some(product) = product else {
        return true;
    };
    let mut result = blst_fp12::default();
    // SAFETY: blst reads one field element and writes one.
    unsafe { blst::blst_final_exp(&mut result, &product) };
    // SAFETY: blst reads one field element.
    unsafe { blst::blst_fp12_is_one(&result) }
}
