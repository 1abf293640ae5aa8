//! Decoding on every engine, compared with that of single points.

use super::*;
use crate::Fr;
use crate::curve::base_field::MODULUS;
use crate::curve::jacobian::SCALAR_SUBGROUP_CHECKS;
use crate::engine::Engine;
use crate::msm::subgroup::tests::{COFACTOR, torsion};
use crate::selection::testing::on_every_engine;
use kzg_traits::encoding::compress_g1_affine;
use kzg_traits::{Fr as _, Group};

/// Encodings of points of every small order, alone and added to a point of the subgroup; of points
/// with small x coordinates, of which half are on the curve, nearly all outside the subgroup, and
/// one has order three; of points of the subgroup, including infinity; and malformed encodings.
pub(crate) fn encodings() -> Vec<[u8; 48]> {
    let mut encodings = Vec::new();
    let mut seed = 0;
    for (order, _) in COFACTOR {
        let small = torsion(order, &mut seed);
        encodings.push(small.to_bytes());
        encodings.push((small + G1::generator()).to_bytes());
        encodings.push((G1::generator() - small).to_bytes());
    }
    for x in 0..40 {
        for flags in [0x80, 0xa0] {
            let mut encoding = [0; 48];
            (encoding[0], encoding[47]) = (flags, x);
            encodings.push(encoding);
        }
    }
    for k in 0..30 {
        let point = G1::generator().mul(&Fr::from_u64(k * k));
        encodings.push(point.to_bytes());
        encodings.push((-point).to_bytes());
    }
    for first in [0x00, 0x40, 0xc1, 0xe0, 0x9f, 0xbf, 0xff] {
        let mut encoding = [0xff; 48];
        encoding[0] = first;
        encodings.push(encoding);
    }
    let mut at_modulus = [0; 48];
    let words = at_modulus.as_chunks_mut().0.iter_mut();
    for (bytes, word) in words.zip(MODULUS.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
    at_modulus[0] |= 0x80;
    encodings.push(at_modulus);
    // The order is mixed, but the same in every run.
    let count = encodings.len();
    assert_ne!(count % 37, 0, "a step without common factors");
    (0..2 * count).map(|i| encodings[i * 37 % count]).collect()
}

/// Asserts that the encodings of a test are malformed in every way.
fn assert_every_error(expected: &[Result<G1, PointError>]) {
    for error in [
        PointError::Encoding,
        PointError::Coordinate,
        PointError::Curve,
        PointError::Subgroup,
    ] {
        assert!(expected.contains(&Err(error)), "{error}");
    }
}

#[test]
fn every_engine_gives_the_results_of_single_points() {
    let encodings = encodings();
    let expected: Vec<_> = encodings.iter().map(G1::from_bytes).collect();
    assert_every_error(&expected);
    on_every_engine(|engine| {
        let few = (0..20).chain([FEWEST_TOGETHER - 1, FEWEST_TOGETHER]);
        let many = [FEWEST_TOGETHER_IN_LANES - 1, FEWEST_TOGETHER_IN_LANES];
        for size in few.chain(many).chain([encodings.len()]) {
            for decode in [g1_many, g1_batched] {
                let mut out = vec![Ok(G1::identity()); size];
                decode(&encodings[..size], &mut out, &Exec::serial());
                assert_eq!(out, expected[..size], "{engine}, {size} points");
            }
        }
    });
}

/// Points outside the subgroup cost a vector engine no more than points of the subgroup.
#[test]
fn vector_engines_give_each_verdict_without_a_scalar_check() {
    let mut seed = 0;
    let small = COFACTOR.map(|(order, _)| torsion(order, &mut seed));
    // The order of this point has every prime factor of the cofactor.
    let rest = small.iter().fold(G1::identity(), |sum, part| sum + *part);
    let multiple = |k: usize| G1::generator().mul(&Fr::from_u64(k as u64));
    let [three, eleven, ..] = small;
    let lists: [Vec<G1>; 6] = [
        (0..64).map(|k| multiple(k) + rest).collect(),
        (0..64).map(|k| multiple(k) + three).collect(),
        vec![three; 64],
        vec![eleven; 64],
        (0..64)
            .map(|k| if k % 2 == 0 { eleven } else { -eleven })
            .collect(),
        (1..65).map(multiple).collect(),
    ];
    let lists = lists.map(|points| points.iter().map(G1::to_bytes).collect::<Vec<_>>());
    let expected = lists
        .each_ref()
        .map(|list| list.iter().map(G1::from_bytes).collect());
    let mut verdicts = expected.iter().flatten();
    assert!(
        verdicts
            .all(|verdict: &Result<G1, _>| matches!(verdict, Ok(_) | Err(PointError::Subgroup)))
    );
    on_every_engine(|engine| {
        for (list, expected) in lists.iter().zip(&expected) {
            let expected: &Vec<_> = expected;
            let checks = SCALAR_SUBGROUP_CHECKS.get();
            for size in [1, 2, 5, 8] {
                for (encodings, expected) in list.chunks(size).zip(expected.chunks(size)) {
                    if engine == Engine::Avx2 && encodings.len() < 2 {
                        continue;
                    }
                    let mut out = vec![Ok(G1::identity()); encodings.len()];
                    g1_many(encodings, &mut out, &Exec::serial());
                    assert_eq!(out, expected, "{engine}");
                }
            }
            let repeated = list.repeat(FEWEST_TOGETHER_IN_LANES.div_ceil(list.len()));
            let mut out = vec![Ok(G1::identity()); repeated.len()];
            g1_batched(&repeated, &mut out, &Exec::serial());
            assert!(
                out.chunks(list.len()).all(|out| out == expected),
                "{engine}"
            );
            if engine != Engine::Scalar {
                assert_eq!(SCALAR_SUBGROUP_CHECKS.get(), checks, "{engine}");
            }
        }
    });
}

/// Points with both coordinates: of the subgroup, of small order, infinity, and malformed.
fn affine_encodings() -> Vec<[u8; 96]> {
    let mut seed = 0;
    let mut encodings: Vec<[u8; 96]> = (0..30)
        .map(|k| G1::generator().mul(&Fr::from_u64(k)).to_affine_bytes())
        .collect();
    for (order, _) in COFACTOR {
        let small = torsion(order, &mut seed);
        encodings.push(small.to_affine_bytes());
        encodings.push((small + G1::generator()).to_affine_bytes());
    }
    let valid = G1::generator().to_affine_bytes();
    let changed = |change: &dyn Fn(&mut [u8; 96])| {
        let mut encoding = valid;
        change(&mut encoding);
        encoding
    };
    encodings.push([0; 96]);
    encodings.push(changed(&|bytes| bytes[95] ^= 1));
    encodings.push(changed(&|bytes| bytes[48..].fill(0)));
    // Flag bits: a compressed point with another y, infinity with coordinates, and a sign.
    for flag in [0x80, 0xa0, 0xc0, 0x40, 0x20] {
        encodings.push(changed(&|bytes| bytes[0] |= flag));
        encodings.push(changed(&|bytes| bytes[48] |= flag));
    }
    for first in [0x41, 0xc0, 0xe0] {
        let mut encoding = [0; 96];
        encoding[0] = first;
        encodings.push(encoding);
    }
    // Coordinates that are equal to those of a point, and not below the modulus.
    let three = torsion(3, &mut seed);
    let small_x = (1..).map(|k| G1::generator().mul(&Fr::from_u64(k)).to_affine_bytes());
    let small_x = small_x.filter(|bytes| bytes[0] < 4).take(4);
    for point in [three, -three]
        .map(|point| point.to_affine_bytes())
        .into_iter()
        .chain(small_x)
    {
        for coordinate in [0, 48] {
            let mut encoding = point;
            add_modulus(&mut encoding[coordinate..][..48]);
            encodings.push(encoding);
        }
    }
    encodings
}

/// The modulus of the base field, big-endian.
fn modulus() -> Vec<u8> {
    let words = MODULUS.iter().rev();
    words.flat_map(|word| word.to_be_bytes()).collect()
}

/// Adds the modulus to a big-endian integer.
fn add_modulus(coordinate: &mut [u8]) {
    let mut carry = 0;
    for (byte, addend) in coordinate.iter_mut().zip(modulus()).rev() {
        let sum = u16::from(*byte) + u16::from(addend) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
}

/// The point or the error of an encoding by both coordinates, by the definition of the format.
fn naive_affine(encoding: &[u8; 96]) -> Result<G1, PointError> {
    let infinity = G1::identity().to_affine_bytes();
    if *encoding == infinity {
        return Ok(G1::identity());
    }
    if encoding[0] & 0xe0 != 0 {
        return Err(PointError::Encoding);
    }
    let (x, y) = encoding.split_at(48);
    if x >= &modulus()[..] || y >= &modulus()[..] {
        return Err(PointError::Coordinate);
    }
    let compressed = compress_g1_affine(encoding);
    let on_curve = match G1::uncompress(&compressed) {
        Ok(affine) => G1::from_affine(&affine).to_affine_bytes() == *encoding,
        // blst refuses x = 0, the coordinate of the two points of order three.
        Err(PointError::Subgroup) => {
            let three = torsion(3, &mut 0);
            [three, -three]
                .map(|point| point.to_affine_bytes())
                .contains(encoding)
        }
        Err(_) => false,
    };
    if !on_curve {
        return Err(PointError::Curve);
    }
    G1::from_bytes(&compressed)
}

#[test]
fn every_engine_decodes_points_with_both_coordinates() {
    let encodings = affine_encodings();
    let expected: Vec<_> = encodings.iter().map(naive_affine).collect();
    assert_every_error(&expected);
    let valid = expected.iter().flatten().count();
    assert_eq!(valid, 30, "the multiples of the generator");
    let repeated = encodings.repeat(FEWEST_TOGETHER_IN_LANES.div_ceil(encodings.len()));
    on_every_engine(|engine| {
        for size in [0, 1, 7, 8, 30, encodings.len(), repeated.len()] {
            let mut out = vec![Ok(G1::identity()); size];
            g1_affine_batched(&repeated[..size], &mut out, &Exec::serial());
            for (index, (out, expected)) in out.iter().zip(expected.iter().cycle()).enumerate() {
                assert_eq!(out, expected, "{engine}, point {index} of {size}");
            }
        }
        let inside = encodings[..30].repeat(10);
        let mut out = vec![Ok(G1::identity()); inside.len()];
        g1_affine_batched(&inside, &mut out, &Exec::serial());
        assert!(
            out.iter().eq(expected[..30].iter().cycle().take(300)),
            "{engine}"
        );
    });
}

#[test]
fn every_engine_decodes_few_points_at_once() {
    let encodings = encodings();
    let expected: Vec<_> = encodings.iter().map(G1::from_bytes).collect();
    on_every_engine(|engine| {
        for few in 1..4 {
            for (encodings, expected) in encodings.windows(few).zip(expected.windows(few)) {
                let mut out = vec![Ok(G1::identity()); few];
                g1_many(encodings, &mut out, &Exec::serial());
                assert_eq!(out, expected, "{engine}");
            }
        }
    });
}
