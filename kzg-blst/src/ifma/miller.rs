//! Miller loops with shared squarings, the parts of one element of `Fp12` in lanes.

use blst::blst_fp12;

use super::field::Lanes;
use super::fp12::{Fp12, LineFactors};
use crate::curve::line::{MillerPair, SQUARE_BEFORE};
use crate::engine::pairing::{MOST_GROUPS, PAIRS_IN_LANES, coefficient, coordinate, in_lane};

/// Returns the product of the Miller loops of the pairs by the absolute value of the curve's parameter.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn miller_loops(pairs: &[MillerPair<'_>]) -> blst_fp12 {
    let groups = Groups::new(pairs);
    let mut f = Fp12::one();
    for (index, square) in SQUARE_BEFORE.into_iter().enumerate() {
        if square {
            f.square();
        }
        groups.multiply_by_lines(&mut f, index);
    }
    f.write()
}

/// The pairs, two in each group of lanes.
struct Groups<'a> {
    pairs: &'a [MillerPair<'a>],
    /// The coordinates by which the parts of lines are multiplied.
    coordinates: [Lanes; MOST_GROUPS],
}

impl<'a> Groups<'a> {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn new(pairs: &'a [MillerPair<'a>]) -> Self {
        assert!(pairs.len() <= MOST_GROUPS * PAIRS_IN_LANES, "few pairs");
        let mut coordinates = [Lanes::zero(); MOST_GROUPS];
        for (coordinates, pairs) in coordinates.iter_mut().zip(pairs.chunks(PAIRS_IN_LANES)) {
            *coordinates = Lanes::read(|lane| coordinate(in_lane(pairs, lane), lane % 4));
        }
        Self { pairs, coordinates }
    }

    /// Multiplies `f` by the lines at the index.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn multiply_by_lines(&self, f: &mut Fp12, index: usize) {
        for (coordinates, pairs) in self
            .coordinates
            .iter()
            .zip(self.pairs.chunks(PAIRS_IN_LANES))
        {
            let coefficients =
                Lanes::read(|lane| coefficient(in_lane(pairs, lane), index, lane % 4));
            let values = coefficients.multiply(coordinates).factors();
            f.multiply_by_line(&LineFactors::new(&values, 0));
            if pairs.len() == PAIRS_IN_LANES {
                f.multiply_by_line(&LineFactors::new(&values, 2));
            }
        }
    }
}
