//! Multiples of the generator by a scalar, of which each single verification has one, by a table of signed
//! subset sums in the program.

use blst::blst_fp;

use super::subset_table::index_of_signs;
use crate::curve::additions::LANES;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::base_field::negate_if;
use crate::curve::endomorphism::sign_patterns;
use crate::engine::GENERATOR_BITS;
use crate::field::Fr;

/// Number of bytes of a coordinate.
const COORDINATE: usize = 48;

/// Number of multiples `2^(4·m)·G` that one half of a scalar is split over.
const SHIFTS: usize = 32;
/// Number of lanes of each half of the scalar.
const SEGMENTS: usize = LANES / 2;

/// Number of neighbouring multiples whose signed subset sums are in the table of a segment.
const GROUP: usize = SHIFTS / SEGMENTS;
/// Number of those sums, up to the sign of the whole sum.
const SUMS: usize = 1 << (GROUP - 1);

/// The signed subset sums for each segment, in the order of [`subset_table`](super::subset_table): 49 KB, both
/// coordinates in Montgomery form, least significant byte first. The test `write_the_sums` writes the file.
static SUM_BYTES: [u8; SEGMENTS * SUMS * 2 * COORDINATE] = *include_bytes!("generator_sums.bin");

/// The sum over the multiples of a segment with the signs in the lowest bits of `signs`: set for plus.
fn signed_sum(segment: usize, signs: usize) -> G1Affine {
    let (index, negative) = index_of_signs(SUMS, signs);
    let coordinate = |place: usize| {
        let first = (2 * (segment * SUMS + index) + place) * COORDINATE;
        let words = SUM_BYTES[first..][..COORDINATE].as_chunks().0;
        blst_fp {
            l: core::array::from_fn(|i| u64::from_le_bytes(words[i])),
        }
    };
    let mut point = INFINITY;
    point.x = coordinate(0);
    // No y coordinate is zero.
    point.y = negate_if(negative, &coordinate(1));
    point
}

/// Returns points with which `scalar` times the generator is `first + μ·second`, where each part is the
/// sum `Σ 2^t·rows[lane][t]` over four of the eight rows. No row has the sum zero. The rows are one after
/// the other, [`GENERATOR_BITS`] points each.
pub(crate) fn rows(scalar: Fr) -> [G1Affine; LANES * GENERATOR_BITS] {
    let mut rows = [INFINITY; LANES * GENERATOR_BITS];
    let halves = rows.chunks_exact_mut(SEGMENTS * GENERATOR_BITS);
    for (rows, signs) in halves.zip(sign_patterns(scalar)) {
        for t in 0..GENERATOR_BITS {
            let bit = |shift: usize| (signs >> (t + GENERATOR_BITS * shift)) as usize & 1;
            for segment in 0..SEGMENTS {
                let signs = (0..GROUP).fold(0, |word, i| word | bit(segment * GROUP + i) << i);
                rows[segment * GENERATOR_BITS + t] = signed_sum(segment, signs);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::endomorphism::mu;
    use crate::curve::jacobian::G1;
    use crate::msm::subset_table::{SubsetTable, TableBuilder};
    use kzg_traits::{Fr as _, Group};

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
            let rows: Vec<G1> = sums.chunks(GENERATOR_BITS).map(row).collect();
            assert!(rows.iter().all(|row| !row.is_identity()));
            let half = |rows: &[G1]| rows.iter().fold(G1::identity(), |sum, row| sum + *row);
            let total = half(&rows[..SEGMENTS]) + mu(&half(&rows[SEGMENTS..]));
            assert_eq!(total, G1::generator().mul(&scalar));
        }
    }

    /// The table of signed subset sums of the multiples of each segment.
    fn table() -> SubsetTable {
        let multiples = core::iter::successors(Some(G1::generator()), |point| {
            Some((0..GENERATOR_BITS).fold(*point, |point, _| point.double()))
        });
        let points: Vec<G1Affine> = multiples
            .take(SHIFTS)
            .map(|point| point.to_affine())
            .collect();
        SubsetTable::new(&points, SEGMENTS, &mut TableBuilder::default())
    }

    #[test]
    fn the_sums_are_those_of_the_multiples() {
        let table = table();
        for segment in 0..SEGMENTS {
            for signs in 0..1 << GROUP {
                let expected = table.lookup(segment, (signs as u64) << (segment * GROUP));
                assert_eq!(signed_sum(segment, signs), expected.read(table.sums()));
            }
        }
    }

    #[test]
    #[ignore = "writes the file of the sums, checks nothing"]
    fn write_the_sums() {
        let table = table();
        let coordinates = table.sums().iter().flat_map(|point| [point.x, point.y]);
        let words = coordinates.flat_map(|coordinate| coordinate.l);
        let bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
        let path = format!("{}/src/msm/generator_sums.bin", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, bytes).unwrap();
    }
}
