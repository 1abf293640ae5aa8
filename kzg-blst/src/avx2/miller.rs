//! Miller loops with shared squarings, the parts of one element of `Fp12` in lanes.

use blst::blst_fp12;

use super::elements::{Fp8, LANES};
use super::fp12::{Fp12, LineFactors};
use crate::curve::line::{MillerPair, SQUARE_BEFORE};
use crate::engine::pairing::{MOST_GROUPS, PAIRS_IN_LANES, coefficient, coordinate, in_lane};

/// Returns the product of the Miller loops of the pairs by the absolute value of the curve's parameter.
///
/// # Panics
///
/// If there are more than four pairs.
#[target_feature(enable = "avx2,fma")]
pub(super) fn miller_loops(pairs: &[MillerPair<'_>]) -> blst_fp12 {
    assert!(pairs.len() <= MOST_GROUPS * PAIRS_IN_LANES, "few pairs");
    let mut coordinates = [Fp8::zero(); MOST_GROUPS];
    for (coordinates, pairs) in coordinates.iter_mut().zip(pairs.chunks(PAIRS_IN_LANES)) {
        let parts = core::array::from_fn(|lane| *coordinate(in_lane(pairs, lane), lane % LANES));
        *coordinates = Fp8::from_array(&parts).carry();
    }
    let mut f = Fp12::one();
    for (index, square) in SQUARE_BEFORE.into_iter().enumerate() {
        if square {
            f.square();
        }
        for (coordinates, pairs) in coordinates.iter().zip(pairs.chunks(PAIRS_IN_LANES)) {
            let parts = core::array::from_fn(|lane| {
                *coefficient(in_lane(pairs, lane), index, lane % LANES)
            });
            let lines = LineFactors::both(&Fp8::from_array(&parts).multiply(coordinates));
            for line in &lines[..pairs.len()] {
                f.multiply_by_line(line);
            }
        }
    }
    f.write()
}
