//! Known-answer tests, one for each function of the low level.
//!
//! The library has no version symbol. So before the library is used, these tests check that every
//! function matches its declaration: each writes exactly the bytes of its result, in the layout of
//! [`types`](crate::types), and gives the known answer. The answers are the standard constants
//! and small multiples of the generators.

mod guarded;
mod known;

use crate::functions::LowLevel;
use crate::status::{evm, point, scalar};
use crate::types::{Big255, Fp, Fr, G1Affine, G1Jacobian, G2Affine, G2Jacobian};
use guarded::written;
use known::{
    ALL_ONES_REDUCED, G1, G1_13, G2, ORDER, THIRD, THRICE_G1, THRICE_G2, TWICE_G1, TWICE_G2,
    decoded, infinity, small,
};

/// A test: true if the result is the known one.
type Check = fn(&LowLevel) -> bool;

const CHECKS: &[(&str, Check)] = &[
    ("one in the scalar field", one),
    ("decoding of scalars", decoding_of_scalars),
    ("encoding of scalars", encoding_of_scalars),
    ("arithmetic of scalars", arithmetic_of_scalars),
    ("encoding of base field elements", base_field),
    ("decoding of G1 points", decoding_of_g1),
    ("encoding of G1 points", encoding_of_g1),
    ("affine coordinates in G1", affine_g1),
    ("arithmetic in G1", arithmetic_in_g1),
    ("multi-scalar multiplication", multi_scalar_multiplication),
    ("decoding of G2 points", decoding_of_g2),
    ("encoding of G2 points", encoding_of_g2),
    ("affine coordinates in G2", affine_g2),
    ("arithmetic in G2", arithmetic_in_g2),
    ("pairing", pairing),
];

/// Runs all tests that a library must pass when it is loaded.
///
/// # Errors
///
/// The name of the first check that does not give the known answer.
///
/// # Safety
///
/// Every function of the table must satisfy the contract of [`LowLevel`], but its result may be
/// wrong.
pub unsafe fn self_test(functions: &LowLevel) -> Result<(), &'static str> {
    run(functions)
}

/// Runs [`self_test`] on the table of a loaded library.
pub(crate) fn run(functions: &LowLevel) -> Result<(), &'static str> {
    for (name, check) in CHECKS {
        if !check(functions) {
            return Err(name);
        }
    }
    Ok(())
}

// All calls below satisfy the same contract: the pointers are to values of the declared types, or
// to the declared number of bytes, and the values live until the call returns.

fn fr(f: &LowLevel, bytes: &[u8; 32]) -> Option<Fr> {
    let integer = written::<Big255>(|r| {
        // SAFETY: the function reads 32 bytes and writes an integer, see above.
        unsafe { (f.deserialize_scalar)(r, bytes.as_ptr()) };
    })?;
    // SAFETY: the function reads an integer and writes an element, see above.
    written(|r| unsafe { (f.fr_from_big255)(r, &integer) })
}

fn fr_bytes(f: &LowLevel, a: &Fr) -> Option<[u8; 32]> {
    written::<[u8; 32]>(|bytes| {
        // SAFETY: the function reads an element and writes 32 bytes, see above.
        unsafe { (f.fr_marshal_be)(bytes.cast(), 32, a) };
    })
}

fn one(f: &LowLevel) -> bool {
    // SAFETY: the function writes an element, see above.
    written(|r| unsafe { (f.fr_set_one)(r) }) == Some(Fr::ONE)
}

fn decoding_of_scalars(f: &LowLevel) -> bool {
    let status = |bytes: &[u8; 32]| {
        let mut integer = Big255 { limbs: [9; 4] };
        // SAFETY: the function reads 32 bytes and writes an integer, see above.
        let status = unsafe { (f.deserialize_scalar)(&mut integer, bytes.as_ptr()) };
        (status, integer.limbs)
    };
    let reduced = written::<Fr>(|r| {
        // SAFETY: the function reads 32 bytes and writes an element, see above.
        unsafe { (f.fr_unmarshal_be)(r, [0xff; 32].as_ptr(), 32) };
    });
    status(&small(1)) == (scalar::SUCCESS, [1, 0, 0, 0])
        && status(&small(0)) == (scalar::ZERO, [0; 4])
        && status(&ORDER).0 == scalar::TOO_LARGE
        && fr(f, &small(1)) == Some(Fr::ONE)
        && reduced.is_some_and(|a| fr_bytes(f, &a) == Some(ALL_ONES_REDUCED))
}

fn encoding_of_scalars(f: &LowLevel) -> bool {
    let integer = Big255 {
        limbs: [0x0102_0304_0506_0708, 0, 0, 0x1122_3344_5566_7788],
    };
    let expected = decoded("1122334455667788000000000000000000000000000000000102030405060708");
    // SAFETY: the function reads an integer and writes 32 bytes, see above.
    let serialized =
        written::<[u8; 32]>(|bytes| unsafe { (f.serialize_scalar)(bytes.cast(), &integer) });
    serialized == Some(expected)
        && fr(f, &expected).is_some_and(|a| fr_bytes(f, &a) == Some(expected))
        && fr_bytes(f, &Fr::ONE) == Some(small(1))
}

fn arithmetic_of_scalars(f: &LowLevel) -> bool {
    let (Some(three), Some(five)) = (fr(f, &small(3)), fr(f, &small(5))) else {
        return false;
    };
    let is = |a: Option<Fr>, bytes: [u8; 32]| a.is_some() && a == fr(f, &bytes);
    let mut minus_two = ORDER;
    minus_two[31] = 0xff;
    minus_two[28..31].fill(0xff);
    minus_two[27] -= 1;
    let mut minus_three = minus_two;
    minus_three[31] = 0xfe;
    // SAFETY: each function reads one or two elements and writes one, see above.
    unsafe {
        is(written(|r| (f.fr_sum)(r, &three, &five)), small(8))
            && is(written(|r| (f.fr_diff)(r, &three, &five)), minus_two)
            && is(written(|r| (f.fr_neg)(r, &three)), minus_three)
            && is(written(|r| (f.fr_prod)(r, &three, &five)), small(15))
            && is(written(|r| (f.fr_square)(r, &five)), small(25))
            && is(written(|r| (f.fr_inv)(r, &three)), THIRD)
            && written(|r| (f.fr_neg)(r, &Fr::ZERO)) == Some(Fr::ZERO)
            && written(|r| (f.fr_inv)(r, &Fr::ZERO)) == Some(Fr::ZERO)
    }
}

fn base_field(f: &LowLevel) -> bool {
    let mut bytes = G1;
    bytes[0] &= 0x1f;
    let x = written::<Fp>(|r| {
        // SAFETY: the function reads 48 bytes and writes an element, see above.
        unsafe { (f.fp_unmarshal_be)(r, bytes.as_ptr(), 48) };
    });
    let back = written::<[u8; 48]>(|bytes| {
        // SAFETY: the function reads an element and writes 48 bytes, see above.
        unsafe { (f.fp_marshal_be)(bytes.cast(), 48, &G1Affine::GENERATOR.x) };
    });
    let padded = written::<[u8; 64]>(|bytes| {
        // SAFETY: the function reads an element and writes 64 bytes, see above.
        unsafe { (f.fp_marshal_be)(bytes.cast(), 64, &Fp::ONE) };
    });
    x == Some(G1Affine::GENERATOR.x) && back == Some(bytes) && padded == Some(small(1))
}

/// The checks of one group; the groups differ only in types, lengths and constants.
macro_rules! group_checks {
    (
        $affine:ident, $jacobian:ident, $length:literal, $once:ident, $twice:ident, $thrice:ident,
        outside $outside:expr, off_curve $off_curve:expr,
        $decoding:ident: $deserialize:ident, $is_on_curve:ident;
        $encoding:ident: $serialize:ident;
        $coordinates:ident: $to_affine:ident, $from_affine:ident;
        $arithmetic:ident: $sum:ident, $diff:ident, $neg:ident, $double:ident, $mul:ident, $is_eq:ident;
        $encoded:ident
    ) => {
        fn $decoding(f: &LowLevel) -> bool {
            let status = |bytes: &[u8; $length]| {
                let mut point = $affine::GENERATOR;
                // SAFETY: the function reads the bytes of a point and writes one, see above.
                unsafe { (f.$deserialize)(&mut point, bytes.as_ptr()) }
            };
            let generator = written::<$affine>(|r| {
                // SAFETY: the function reads the bytes of a point and writes one, see above.
                unsafe { (f.$deserialize)(r, $once.as_ptr()) };
            });
            let mut too_large = [0xff; $length];
            too_large[0] = 0x9f;
            let on_curve = |point: &$affine| {
                // SAFETY: the function reads two coordinates, see above.
                unsafe { (f.$is_on_curve)(&point.x, &point.y) != 0 }
            };
            let swapped = $affine {
                x: $affine::GENERATOR.y,
                y: $affine::GENERATOR.x,
            };
            generator == Some($affine::GENERATOR)
                && status(&$once) == point::SUCCESS
                && status(&infinity(0xc0)) == point::INFINITY
                && status(&infinity(0xe0)) == point::INVALID_ENCODING
                && status(&too_large) == point::COORDINATE_TOO_LARGE
                && status(&$off_curve) == point::NOT_ON_CURVE
                && status(&$outside) == point::NOT_IN_SUBGROUP
                && on_curve(&$affine::GENERATOR)
                && !on_curve(&swapped)
        }

        fn $encoding(f: &LowLevel) -> bool {
            let encoding = |point: &$affine| {
                written::<[u8; $length]>(|bytes| {
                    // SAFETY: the function reads a point and writes its bytes, see above.
                    unsafe { (f.$serialize)(bytes.cast(), point) };
                })
            };
            encoding(&$affine::GENERATOR) == Some($once)
                && encoding(&$affine::INFINITY) == Some(infinity(0xc0))
        }

        fn $coordinates(f: &LowLevel) -> bool {
            let (affine, jacobian) = ($affine::GENERATOR, $jacobian::GENERATOR);
            // SAFETY: each function reads a point and writes one, see above.
            unsafe {
                written(|r| (f.$from_affine)(r, &affine)) == Some(jacobian)
                    && written(|r| (f.$to_affine)(r, &jacobian)) == Some(affine)
                    && written(|r| (f.$to_affine)(r, &$jacobian::INFINITY))
                        == Some($affine::INFINITY)
            }
        }

        /// The encoding of a computed point; `None` if the point is `None` or a function fails.
        fn $encoded(f: &LowLevel, point: Option<$jacobian>) -> Option<[u8; $length]> {
            let point = point?;
            // SAFETY: the function reads a point and writes one, see above.
            let affine = written(|r| unsafe { (f.$to_affine)(r, &point) })?;
            written(|bytes: *mut [u8; $length]| {
                // SAFETY: the function reads a point and writes its bytes, see above.
                unsafe { (f.$serialize)(bytes.cast(), &affine) };
            })
        }

        fn $arithmetic(f: &LowLevel) -> bool {
            let (g, zero) = ($jacobian::GENERATOR, $jacobian::INFINITY);
            let Some(three) = fr(f, &small(3)) else {
                return false;
            };
            let mut negative = $once;
            negative[0] ^= 0x20;
            let is = |point, bytes| $encoded(f, point) == Some(bytes);
            // SAFETY: each function reads one or two points, or a point and a scalar, and writes a
            // point, see above.
            unsafe {
                let twice = written(|r| (f.$double)(r, &g));
                let Some(two) = twice else { return false };
                let tripled = {
                    let mut point = g;
                    (f.$mul)(&mut point, &three);
                    point
                };
                is(twice, $twice)
                    && is(written(|r| (f.$sum)(r, &g, &g)), $twice)
                    && is(written(|r| (f.$sum)(r, &two, &g)), $thrice)
                    && is(written(|r| (f.$sum)(r, &zero, &g)), $once)
                    && is(written(|r| (f.$diff)(r, &two, &g)), $once)
                    && is(written(|r| (f.$diff)(r, &two, &two)), infinity(0xc0))
                    && is(written(|r| (f.$neg)(r, &g)), negative)
                    && is(Some(tripled), $thrice)
                    && (f.$is_eq)(&two, &two) != 0
                    && (f.$is_eq)(&two, &g) == 0
            }
        }
    };
}

group_checks! {
    G1Affine, G1Jacobian, 48, G1, TWICE_G1, THRICE_G1,
    // (0, 2) has order three.
    outside infinity::<48>(0x80), off_curve {
        let mut bytes = small::<48>(1);
        bytes[0] = 0x80;
        bytes
    },
    decoding_of_g1: g1_deserialize, g1_is_on_curve;
    encoding_of_g1: g1_serialize;
    affine_g1: g1_affine, g1_from_affine;
    arithmetic_in_g1: g1_sum, g1_diff, g1_neg, g1_double, g1_mul, g1_is_eq;
    g1_encoded
}

group_checks! {
    G2Affine, G2Jacobian, 96, G2, TWICE_G2, THRICE_G2,
    outside {
        let mut bytes = small::<96>(2);
        bytes[0] = 0x80;
        bytes
    },
    // 4 + 4i has no square root.
    off_curve infinity::<96>(0x80),
    decoding_of_g2: g2_deserialize, g2_is_on_curve;
    encoding_of_g2: g2_serialize;
    affine_g2: g2_affine, g2_from_affine;
    arithmetic_in_g2: g2_sum, g2_diff, g2_neg, g2_double, g2_mul, g2_is_eq;
    g2_encoded
}

fn multi_scalar_multiplication(f: &LowLevel) -> bool {
    let (Some(three), Some(five)) = (fr(f, &small(3)), fr(f, &small(5))) else {
        return false;
    };
    // SAFETY: the function reads a point and writes one, see above.
    let Some(twice) = written(|r| unsafe { (f.g1_double)(r, &G1Jacobian::GENERATOR) }) else {
        return false;
    };
    let jacobian = [G1Jacobian::GENERATOR, twice, G1Jacobian::INFINITY];
    let affine = written::<[G1Affine; 3]>(|r| {
        // SAFETY: the function reads three points and writes as many, see above.
        unsafe { (f.g1_batch_affine)(r.cast(), jacobian.as_ptr(), 3) };
    });
    let Some(affine) = affine else { return false };
    let scalars = [three, five, five];
    let sum = written(|r| {
        // SAFETY: the function reads three scalars and three points and writes one, see above.
        unsafe { (f.g1_msm)(r, scalars.as_ptr(), affine.as_ptr(), 3) };
    });
    affine[0] == G1Affine::GENERATOR
        && affine[2] == G1Affine::INFINITY
        && g1_encoded(f, sum) == Some(G1_13)
}

fn pairing(f: &LowLevel) -> bool {
    // SAFETY: the function reads a point and writes one, see above.
    let Some(minus) = written(|r| unsafe { (f.g1_neg)(r, &G1Jacobian::GENERATOR) }) else {
        return false;
    };
    // SAFETY: the function reads a point and writes one, see above.
    let Some(minus) = written(|r| unsafe { (f.g1_affine)(r, &minus) }) else {
        return false;
    };
    let pair = |p: &G1Affine| {
        let (p, q) = (p, G2Affine::GENERATOR);
        let mut bytes = Vec::with_capacity(384);
        for coordinate in [p.x, p.y, q.x.c[0], q.x.c[1], q.y.c[0], q.y.c[1]] {
            bytes.extend(written::<[u8; 64]>(|bytes| {
                // SAFETY: the function reads an element and writes 64 bytes, see above.
                unsafe { (f.fp_marshal_be)(bytes.cast(), 64, &coordinate) };
            })?);
        }
        Some(bytes)
    };
    let (Some(plus), Some(minus)) = (pair(&G1Affine::GENERATOR), pair(&minus)) else {
        return false;
    };
    let answer = |pairs: &[u8]| {
        let mut answer = [0xff; 32];
        // SAFETY: the function reads `pairs.len()` bytes of pairs and writes 32, see above.
        let status =
            unsafe { (f.pairing_check)(answer.as_mut_ptr(), 32, pairs.as_ptr(), pairs.len()) };
        (status, answer)
    };
    answer(&[plus.clone(), minus].concat()) == (evm::SUCCESS, small(1))
        && answer(&[plus.clone(), plus.clone()].concat()) == (evm::SUCCESS, small(0))
        && answer(&plus) == (evm::SUCCESS, small(0))
        && answer(&[]).0 == evm::INPUT_SIZE
        && answer(&plus[..383]).0 == evm::INPUT_SIZE
}
