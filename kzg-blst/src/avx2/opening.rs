//! Openings: `z·proof - y·generator` by the doublings of the subgroup check of the proof.
//!
//! The method is that of the IFMA engine: both halves of `z` are sums of some 42 multiples on the chain of
//! the check, see [`parameter`](crate::curve::parameter). The terms of the first half are added in the four
//! lanes of the first vector, those of the second half in the second vector. The multiples are points of the
//! isomorphic curve of [`decoding_two`](super::decoding_two): with their z coordinates times `y`, the y
//! coordinate of the proof, they are points of the curve itself.
//!
//! The additions of multiples of the proof and of lanes are incomplete. Equal or opposite points occur by
//! chance with a probability that can be neglected, but whoever knows the logarithm of a proof can choose
//! them. Then the result has `Z = 0`.

use core::arch::x86_64::{_mm256_castsi256_pd, _mm256_set_epi64x};

use kzg_traits::PointError;

use super::decoding_two::uncompress_and_visit;
use super::elements::lanes::transpose;
use super::elements::{Fp8, LANES, Limb, WIDTH, mask};
use super::horner::sum_rows_in_lanes;
use super::jacobian::Points;
use super::radix48::LIMBS;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::parameter::{CHAIN_LENGTH, ChainDigits};
use crate::engine::{GENERATOR_BITS, MOST_TERMS, OpeningScalars};

/// The lanes of the second half.
const SECOND_HALF: u8 = 0b1111_0000;

/// Does [`OpeningDecoder::uncompress_opening`](crate::engine::OpeningDecoder::uncompress_opening).
#[target_feature(enable = "avx2,fma")]
pub(super) fn uncompress_opening(
    encodings: &[[u8; 48]; 2],
    scalars: &OpeningScalars,
    out: &mut [Result<G1Affine, PointError>; 2],
) -> (u8, Option<G1>) {
    let mut multiples = Multiples::new();
    let inside = uncompress_and_visit(encodings, out, Some(&mut multiples));
    let Ok(proof) = out[1] else {
        return (inside, None);
    };
    let terms = scalars.digits.each_ref().map(Terms::new);
    let mut sum = multiples.sum(&terms);
    sum.z = sum.z.multiply(&Fp8::element(&proof.y));
    sum.add(&sum_rows_in_lanes(
        &scalars.generator_rows,
        GENERATOR_BITS,
        WIDTH,
    ));
    let sum = sum.times_mu_where(SECOND_HALF).sum_of_lanes();
    if sum.z.zeros() & 1 == 1 {
        return (inside, None);
    }
    (inside, Some(G1(sum.write()[0])))
}

/// The multiples of a point on the chain: the lanes of their coordinates, behind a lane without meaning.
pub(super) struct Multiples {
    visited: usize,
    lanes: [[Limb; LIMBS]; CHAIN_LENGTH],
}

impl Multiples {
    #[target_feature(enable = "avx2,fma")]
    fn new() -> Self {
        Self {
            visited: 0,
            lanes: [Fp8::zero().0[0]; CHAIN_LENGTH],
        }
    }

    /// Stores the next multiple, if it is on the chain.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn push(&mut self, multiple: &[Limb; LIMBS]) {
        if let Some(lanes) = self.lanes.get_mut(self.visited) {
            *lanes = *multiple;
            self.visited += 1;
        }
    }

    /// The sums of the terms in each lane, as points of the isomorphic curve.
    #[target_feature(enable = "avx2,fma")]
    fn sum(&self, halves: &[Terms; 2]) -> Points {
        debug_assert_eq!(self.visited, CHAIN_LENGTH);
        let mut sum = self.step(halves, 0);
        let most = halves[0].count.max(halves[1].count);
        for step in 1..most.div_ceil(LANES) {
            let mut next = sum;
            next.add(&self.step(halves, step));
            let has_term = mask(|lane| step * LANES + lane % LANES < halves[lane / LANES].count);
            sum = sum.replace_where(has_term, &next);
        }
        sum
    }

    /// The terms of a step, with their signs. Lanes without a term have any point.
    #[target_feature(enable = "avx2,fma")]
    fn step(&self, halves: &[Terms; 2], step: usize) -> Points {
        let zero = Fp8::zero();
        let mut points = Points {
            x: zero,
            y: zero,
            z: zero,
        };
        for (v, half) in halves.iter().enumerate() {
            let [a, b, c, d] = core::array::from_fn(|lane| {
                &self.lanes[usize::from(half.places[step * LANES + lane])]
            });
            for limb in 0..LIMBS {
                let [_, x, y, z] = transpose([a[limb], b[limb], c[limb], d[limb]]);
                points.x.0[v][limb] = x;
                points.y.0[v][limb] = y;
                points.z.0[v][limb] = z;
            }
        }
        let signs = halves.each_ref().map(|half| half.signs(step));
        points.y = points.y.with_signs(&signs);
        points
    }
}

/// The multiples whose digits are not zero.
struct Terms {
    count: usize,
    /// The places of the terms on the chain.
    places: [u8; MOST_TERMS],
    /// A bit for each term that is subtracted.
    negative: u64,
}

impl Terms {
    fn new(digits: &ChainDigits) -> Self {
        let mut terms = Self {
            count: 0,
            places: [0; MOST_TERMS],
            negative: 0,
        };
        for (place, digit) in digits.iter().enumerate() {
            if *digit != 0 {
                terms.places[terms.count] = place as u8;
                terms.negative |= u64::from(*digit < 0) << terms.count;
                terms.count += 1;
            }
        }
        terms
    }

    /// The signs of the terms of a step, in the highest bits.
    #[target_feature(enable = "avx2,fma")]
    fn signs(&self, step: usize) -> Limb {
        let sign = |lane: usize| (self.negative >> (step * LANES + lane) << 63) as i64;
        _mm256_castsi256_pd(_mm256_set_epi64x(sign(3), sign(2), sign(1), sign(0)))
    }
}
