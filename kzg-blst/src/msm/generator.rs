//! Multiples of the generator by a scalar, of which each single verification has one: odd multiples in
//! the program, and a table of signed subset sums for sums in lanes.

use std::sync::LazyLock;

use blst::blst_fp;
use kzg_traits::Group;

use super::subset_table::{SubsetTable, TableBuilder};
use crate::curve::additions::LANES;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::base_field::negate_if;
use crate::curve::endomorphism::{minus_mu, sign_patterns};
use crate::curve::jacobian::G1;
use crate::engine::GENERATOR_BITS;
use crate::field::Fr;

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

/// Number of multiples `2^(8·m)·G` that one half of a scalar is split over.
const SHIFTS: usize = 16;
/// Number of lanes of each half of the scalar.
const SEGMENTS: usize = LANES / 2;

/// The signed subset sums of four neighbouring shifts, for each segment of a half, and their images
/// under `-μ`: 6 KB.
static SHIFTED: LazyLock<(SubsetTable, Vec<G1Affine>)> = LazyLock::new(|| {
    let shifts = core::iter::successors(Some(G1::generator()), |point| {
        Some((0..GENERATOR_BITS).fold(*point, |point, _| point.double()))
    });
    let points: Vec<G1Affine> = shifts.take(SHIFTS).map(|point| point.to_affine()).collect();
    let table = SubsetTable::new(&points, SEGMENTS, &mut TableBuilder::default());
    let images = table.sums().iter().map(minus_mu).collect();
    (table, images)
});

/// Returns eight rows of points, each of [`GENERATOR_BITS`], with `Σ 2^t·rows[lane][t]` over all lanes
/// equal to `scalar` times the generator. No row has the sum zero.
pub(crate) fn rows(scalar: Fr) -> [G1Affine; LANES * GENERATOR_BITS] {
    let (table, images) = &*SHIFTED;
    let [first, second] = sign_patterns(scalar);
    let mut rows = [INFINITY; LANES * GENERATOR_BITS];
    // The signs of the images under `-μ` are the opposite ones.
    for (half, (signs, sums)) in [(first, table.sums()), (!second, images)]
        .into_iter()
        .enumerate()
    {
        for t in 0..GENERATOR_BITS {
            let bit = |shift: usize| (signs >> (t + GENERATOR_BITS * shift)) as u64 & 1;
            let word = (0..SHIFTS).fold(0, |word, shift| word | bit(shift) << shift);
            for segment in 0..SEGMENTS {
                rows[(half * SEGMENTS + segment) * GENERATOR_BITS + t] =
                    table.lookup(segment, word).read(sums);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::Fr as _;

    #[test]
    fn rows_give_the_multiple_of_the_generator() {
        let mut scalar = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from_u64(2), scalar];
        for k in 0..20 {
            scalar = scalar.square() + Fr::ONE;
            let scalar = edges.get(k).copied().unwrap_or(scalar);
            let sums = rows(scalar);
            let row = |row: &[G1Affine]| {
                row.iter().rev().fold(G1::identity(), |sum, point| {
                    sum.double() + G1::from_affine(point)
                })
            };
            let rows = sums.chunks(GENERATOR_BITS).map(row);
            let total = rows.inspect(|row| assert!(!row.is_identity()));
            let total = total.fold(G1::identity(), |sum, row| sum + row);
            assert_eq!(total, G1::generator().mul(&scalar));
        }
    }

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
