//! Openings: `z·proof - y·generator` by the doublings of the subgroup check of the proof.
//!
//! The subgroup check computes the multiples of the proof on the chain to `x²`, see
//! [`parameter`](crate::curve::parameter). Both halves of `z` are sums of some 42 of them, and the
//! product with `μ` is a map of the sum. So the terms of the first half are added in four lanes, those
//! of the second half in the other four. The multiples are points of the isomorphic curve of
//! [`decoding_two`](super::decoding_two): with their z coordinates times `y`, the y coordinate of the
//! proof, they are points of the curve itself.
//!
//! The additions of multiples of the proof and of lanes are incomplete. Equal or opposite points occur by
//! chance with a probability that can be neglected, but whoever knows the logarithm of a proof can choose
//! them. Then the result has `Z = 0`.

use blst::{blst_fp, blst_p1};
use kzg_traits::PointError;

use super::decoding_two::{PROOF_LANES, uncompress_and_visit};
use super::field::{LaneMask, Lanes};
use super::horner::sum_rows_in_lanes;
use super::jacobian::Points;
use super::points::mask;
use crate::curve::additions::LANES;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::parameter::{CHAIN_LENGTH, ChainDigits};
use crate::engine::{GENERATOR_BITS, MOST_TERMS, OpeningScalars};

/// Number of lanes of the terms of each half.
const HALF_LANES: usize = LANES / 2;
/// The lanes of the second half.
const SECOND_HALF: LaneMask = 0b1111_0000;
/// The most terms of a lane.
const MOST_STEPS: usize = MOST_TERMS / HALF_LANES;

/// Does [`OpeningDecoder::uncompress_opening`](crate::engine::OpeningDecoder::uncompress_opening).
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn uncompress_opening(
    encodings: &[[u8; 48]; 2],
    scalars: &OpeningScalars,
    out: &mut [Result<G1Affine, PointError>; 2],
) -> (LaneMask, Option<G1>) {
    let mut terms = ChainTerms::new(&scalars.digits);
    let inside = uncompress_and_visit(encodings, out, Some(&mut terms));
    let Ok(proof) = out[1] else {
        return (inside, None);
    };
    let multiple = terms.sum(&proof.y);
    let rows = sum_rows_in_lanes(&scalars.generator_rows, GENERATOR_BITS, LANES);
    let sum = rows.add(&multiple).times_mu_where(SECOND_HALF);
    let sum = sum.sum_of_lanes();
    if sum.infinite() & 1 == 1 {
        return (inside, None);
    }
    let mut points = [blst_p1::default(); LANES];
    sum.write(&mut points);
    (inside, Some(G1(points[0])))
}

/// The multiples of the proof whose digits are not zero, sorted into lanes while the chain is computed.
pub(super) struct ChainTerms<'a> {
    digits: &'a [ChainDigits; 2],
    /// Number of multiples that were visited.
    visited: usize,
    /// Number of terms of each half.
    counts: [usize; 2],
    /// The terms, in four lanes for each half, and the lanes whose terms are subtracted.
    steps: [Points; MOST_STEPS],
    negative: [LaneMask; MOST_STEPS],
}

impl<'a> ChainTerms<'a> {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn new(digits: &'a [ChainDigits; 2]) -> Self {
        Self {
            digits,
            visited: 0,
            counts: [0; 2],
            steps: [Points::identity(); MOST_STEPS],
            negative: [0; MOST_STEPS],
        }
    }

    /// Visits the next multiple on the chain. Its coordinates are in the lanes [`PROOF_LANES`].
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn visit(&mut self, multiple: &Lanes) {
        if self.visited == CHAIN_LENGTH {
            return;
        }
        for (half, count) in self.counts.iter_mut().enumerate() {
            let digit = self.digits[half][self.visited];
            if digit == 0 {
                continue;
            }
            let step = *count / HALF_LANES;
            let lane = half * HALF_LANES + *count % HALF_LANES;
            self.steps[step].set(lane, multiple, PROOF_LANES);
            self.negative[step] |= LaneMask::from(digit < 0) << lane;
            *count += 1;
        }
        self.visited += 1;
    }

    /// The sums of the terms in each lane, as points of the curve. `y` is the y coordinate of the proof.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn sum(&self, y: &blst_fp) -> Points {
        debug_assert_eq!(self.visited, CHAIN_LENGTH);
        let term = |step: usize| self.steps[step].negate_where(self.negative[step]);
        let has_term = |step: usize| {
            mask(|lane| step * HALF_LANES + lane % HALF_LANES < self.counts[lane / HALF_LANES])
        };
        let [first, second] = self.counts;
        let mut sum = term(0);
        for step in 1..first.max(second).div_ceil(HALF_LANES) {
            sum = sum.replace_where(has_term(step), &sum.add(&term(step)));
        }
        sum.with_z_times(&Lanes::read(|_| y))
    }
}
