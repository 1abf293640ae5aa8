//! Odd multiples of the generator, in the program: a verification multiplies it by a scalar.

use blst::blst_fp;

use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::base_field::negate_if;

/// Number of bits of a digit. Digits are odd.
pub(super) const WIDTH: usize = 8;
/// Number of multiples, for digits of either sign.
const MULTIPLES: usize = 1 << (WIDTH - 2);
/// Number of bytes of a coordinate.
const COORDINATE: usize = 48;

/// The multiples by 1, 3, 5, ..: both coordinates in Montgomery form, least significant byte first.
/// The test `write_the_multiples` writes the file.
static BYTES: [u8; MULTIPLES * 2 * COORDINATE] = *include_bytes!("generator_multiples.bin");

/// Whether a point is the generator.
pub(super) fn is_generator(point: &G1Affine) -> bool {
    *point == multiple(1)
}

/// The multiple by a digit, which is odd.
pub(super) fn multiple(digit: i8) -> G1Affine {
    let index = usize::from(digit.unsigned_abs() / 2);
    let coordinate = |index: usize| {
        let words = BYTES[index * COORDINATE..][..COORDINATE].as_chunks().0;
        blst_fp {
            l: core::array::from_fn(|i| u64::from_le_bytes(words[i])),
        }
    };
    let mut point = INFINITY;
    point.x = coordinate(2 * index);
    // No y coordinate is zero.
    point.y = negate_if(digit < 0, &coordinate(2 * index + 1));
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fr;
    use crate::curve::jacobian::G1;
    use kzg_traits::{Fr as _, Group};

    fn expected() -> impl Iterator<Item = G1Affine> {
        (0..MULTIPLES as u64).map(|i| G1::generator().mul(&Fr::from_u64(2 * i + 1)).to_affine())
    }

    #[test]
    fn the_multiples_are_those_of_the_generator() {
        for (i, point) in expected().enumerate() {
            let digit = 2 * i as i8 + 1;
            assert_eq!(multiple(digit), point);
            assert_eq!(multiple(-digit), (-G1::from_affine(&point)).to_affine());
            assert_eq!(is_generator(&point), i == 0);
        }
    }

    #[test]
    #[ignore = "writes the file of the multiples, checks nothing"]
    fn write_the_multiples() {
        let coordinates = expected().flat_map(|point| [point.x, point.y]);
        let words = coordinates.flat_map(|coordinate| coordinate.l);
        let bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/msm/generator_multiples.bin"
        );
        std::fs::write(path, bytes).unwrap();
    }
}
