//! The trait that vector engines implement to decode openings.

use kzg_traits::PointError;

use crate::curve::additions::LANES;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::parameter::ChainDigits;

/// Number of bits in each row of [`OpeningScalars::generator_rows`].
pub(crate) const GENERATOR_BITS: usize = 4;
/// The fewest and the most digits of a half that are not zero, for sums in lanes: each of four lanes has at
/// least one term and at most 16. A half has up to 69 such digits; sums with more than 64 are computed in
/// another way.
pub(crate) const FEWEST_TERMS: usize = LANES / 2;
pub(crate) const MOST_TERMS: usize = 64;

/// The scalars of `z·proof - y·generator`, prepared for sums in lanes.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // No engine reads them there.
pub(crate) struct OpeningScalars {
    /// The digits of both halves of `z`, each with at least [`FEWEST_TERMS`] and at most [`MOST_TERMS`]
    /// that are not zero.
    pub(crate) digits: [ChainDigits; 2],
    /// Points for `-y·generator`, in eight rows with the sums `Σ 2^t·rows[lane][t]`. The sums of the first
    /// four rows add up to `a` and those of the last four to `b`, with `a + μ·b = -y·generator`. No row has
    /// the sum zero.
    pub(crate) generator_rows: [G1Affine; LANES * GENERATOR_BITS],
}

/// The decoding of a commitment and a proof together with the multiplication of the proof.
pub(crate) trait OpeningDecoder {
    /// Does [`VectorEngine::uncompress_and_check`](super::VectorEngine::uncompress_and_check) for a
    /// commitment and a proof that are not infinity, and returns its result.
    ///
    /// The second result is `z·proof - y·generator`, for a proof in the subgroup. It is `None` for a
    /// malformed proof, for the sum infinity, and if an incomplete addition formula failed. For a proof
    /// outside the subgroup it has no meaning.
    fn uncompress_opening(
        &self,
        encodings: &[[u8; 48]; 2],
        scalars: &OpeningScalars,
        out: &mut [Result<G1Affine, PointError>; 2],
    ) -> (u8, Option<G1>);
}
