//! The parts of decoding compressed points that the vector engines share.

use blst::blst_fp;
use kzg_traits::PointError;
use kzg_traits::encoding::{CompressedPoint, check_encoding};

use crate::curve::additions::LANES;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::base_field::MODULUS;

/// The exponent of square roots, `(p + 1) / 4`, because `p` is 3 modulo 4.
pub(crate) const SQUARE_ROOT: [u64; 6] = square_root_exponent();
/// One as an integer: the Montgomery product with it brings an element out of Montgomery form.
pub(crate) const INTEGER_ONE: blst_fp = blst_fp {
    l: [1, 0, 0, 0, 0, 0],
};

/// The x coordinates of at most eight points.
#[derive(Debug)]
pub(crate) struct Coordinates {
    /// The x coordinates as integers; one for a point that is not finite.
    pub(crate) x: [blst_fp; LANES],
    /// A bit for every finite point.
    pub(crate) finite: u8,
    /// A bit for every finite point with the larger of the two possible y coordinates.
    pub(crate) larger_y: u8,
}

impl Coordinates {
    /// Reads encodings, and writes the results of those that do not encode a finite point.
    ///
    /// # Panics
    ///
    /// If there are more than eight encodings, or not as many results.
    pub(crate) fn read(encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]) -> Self {
        assert!(encodings.len() <= LANES && encodings.len() == out.len());
        let mut coordinates = Self {
            x: [INTEGER_ONE; LANES],
            finite: 0,
            larger_y: 0,
        };
        for (lane, (encoding, out)) in encodings.iter().zip(out).enumerate() {
            *out = match check_encoding(encoding) {
                Err(error) => Err(error),
                Ok(CompressedPoint::Infinity) => Ok(INFINITY),
                Ok(CompressedPoint::Affine { larger_y }) => {
                    coordinates.x[lane] = x_coordinate(encoding);
                    coordinates.finite |= 1 << lane;
                    coordinates.larger_y |= u8::from(larger_y) << lane;
                    Ok(INFINITY)
                }
            };
        }
        coordinates
    }
}

/// Returns the x coordinate of a compressed finite point, as an integer.
fn x_coordinate(encoding: &[u8; 48]) -> blst_fp {
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().rev().zip(encoding.as_chunks().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    // The three highest bits are flags.
    words[5] &= u64::MAX >> 3;
    blst_fp { l: words }
}

const fn square_root_exponent() -> [u64; 6] {
    let mut words = MODULUS;
    // There is no carry, because the lowest word is not the largest.
    words[0] += 1;
    let mut i = 0;
    while i < 6 {
        let above = if i < 5 { words[i + 1] } else { 0 };
        words[i] = words[i] >> 2 | above << 62;
        i += 1;
    }
    words
}
