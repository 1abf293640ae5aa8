//! The test for components of order 3.
//!
//! The points of order 3 are `(0, ±2)`, and there are no points of order 9. The Tate pairing with
//! `(0, 2)` is the cubic character of `y - 2`. It is a homomorphism, and it is trivial exactly for
//! points whose component of order 3 vanishes. The test evaluates it on 81 random products
//! `Π (y_i - 2)^e_i` with `e_i` in {0, 1, 2}. Given the other exponents, at most one of the three
//! values of the exponent of a point outside the subgroup makes the product a cube.

use blst::blst_fp;

use super::random_bytes::RandomBytes;
use crate::curve::additions::LANES;
use crate::curve::affine::G1Affine;
use crate::curve::base_field::{ONE, is_zero, multiply, multiply_assign, square, subtract};
use crate::selection::vector_engine;

/// Number of products that must be cubes.
const CUBES: usize = 81;
/// Number of points whose factors are looked up together.
const CUBE_GROUP: usize = 4;
/// Number of different factors of a full group, `3^4`.
const CUBE_FACTORS: u8 = 81;
/// `(p - 1)/3`, least significant word first.
const THIRD: [u64; 6] = [
    0x9354_ffff_ffff_e38e,
    0x0a39_5554_e5c6_aaaa,
    0xcd10_4635_a790_520c,
    0xcc27_c3d6_fbd7_063f,
    0x1909_37e7_6bc3_e447,
    0x08ab_05f8_bdd5_4cde,
];

/// Returns whether all random products of the points are cubes. No point is infinity.
pub(super) fn all_cubes(points: &[G1Affine], seed: &[u8; 32]) -> bool {
    let two = {
        let negative = subtract(&blst_fp::default(), &ONE);
        subtract(&ONE, &negative)
    };
    let mut random = RandomBytes::new(seed, b"cubes");
    let mut products = [ONE; CUBES];
    for points in points.chunks(CUBE_GROUP) {
        // All products of powers of the values of the group.
        let mut factors = [ONE; CUBE_FACTORS as usize];
        let mut count = 1;
        for point in points {
            let value = subtract(&point.y, &two);
            if is_zero(&value) {
                // The point is (0, 2), which has order 3.
                return false;
            }
            for i in 0..2 * count {
                let (known, next) = factors.split_at_mut(count + i);
                multiply(&mut next[0], &known[i], &value);
            }
            count *= 3;
        }
        for product in &mut products {
            let factor = random.below(CUBE_FACTORS) % count;
            if factor != 0 {
                multiply_assign(product, &factors[factor]);
            }
        }
    }
    match vector_engine() {
        Some(engine) => products.chunks(LANES).all(|products| {
            let mut lanes = [ONE; LANES];
            lanes[..products.len()].copy_from_slice(products);
            let powers = engine.power(&lanes, &THIRD);
            powers.iter().all(|power| power.l == ONE.l)
        }),
        None => products.iter().all(is_cube),
    }
}

/// Returns whether the cubic character of a nonzero value is trivial.
fn is_cube(value: &blst_fp) -> bool {
    let mut powers = [ONE; 16];
    for i in 1..powers.len() {
        let (known, next) = powers.split_at_mut(i);
        multiply(&mut next[0], &known[i - 1], value);
    }
    let mut power = ONE;
    for digit in (0..96).rev() {
        for _ in 0..4 {
            let root = power;
            square(&mut power, &root);
        }
        let digit = THIRD[digit / 16] >> (4 * (digit % 16)) & 15;
        if digit != 0 {
            multiply_assign(&mut power, &powers[digit as usize]);
        }
    }
    power.l == ONE.l
}
