//! Structured inputs: field elements, points and blobs at the edges, and equal, opposite or malformed
//! ones among random ones.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use ark_bls12_381::G1Affine;
use kzg_blst::{Fr, G1};
use kzg_testing::Seeded;
use kzg_traits::domain::Domain;
use kzg_traits::{Blob, Fr as _, Group as _};

/// The group order `r`, big-endian.
pub const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

/// The modulus `p` of the base field, big-endian.
pub const MODULUS: [u8; 48] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
];

static ROOTS: LazyLock<Vec<Fr>> = LazyLock::new(|| Domain::<Fr>::new().roots(4096).to_vec());

/// A canonical field element: small, just below the order, a root of unity, or any.
pub fn canonical(u: &mut Unstructured<'_>) -> Result<Fr> {
    let small = |u: &mut Unstructured<'_>| Ok(Fr::from_u64(u64::from(u.arbitrary::<u8>()?)));
    Ok(match u.int_in_range(0..=6_u8)? {
        0 => Fr::ZERO,
        1 => small(u)?,
        2 => -small(u)?,
        3 => ROOTS[u.choose_index(ROOTS.len())?],
        4 => Fr::from_u64(2).pow(u.int_in_range(0..=300)?),
        5 => -Fr::from_u64(2).pow(u.int_in_range(0..=300)?),
        _ => Fr::from_bytes_reduced(&u.arbitrary()?),
    })
}

/// The bytes of a field element; one in eight is near the order, or any 32 bytes.
pub fn element(u: &mut Unstructured<'_>) -> Result<[u8; 32]> {
    if !u.ratio(1, 8)? {
        return Ok(canonical(u)?.to_bytes());
    }
    let mut bytes = ORDER;
    match u.int_in_range(0..=3_u8)? {
        0 => {}
        1 => bytes[31] = u.arbitrary()?,
        2 => bytes = [0xff; 32],
        _ => bytes = u.arbitrary()?,
    }
    Ok(bytes)
}

/// A blob: constant, sparse, a power of `X`, with random elements, or with one malformed element.
pub fn blob(u: &mut Unstructured<'_>) -> Result<Box<Blob>> {
    let mut blob = Blob::zeroed_on_heap();
    match u.int_in_range(0..=4_u8)? {
        0 => {
            let constant = canonical(u)?.to_bytes();
            slots(&mut blob).fill(constant);
        }
        1 => {
            let power = u.int_in_range(0..=4095)?;
            for (slot, root) in slots(&mut blob).iter_mut().zip(&*ROOTS) {
                *slot = root.pow(power).to_bytes();
            }
        }
        2 => blob = Seeded::new(u.arbitrary()?).blob(),
        _ => {}
    }
    for _ in 0..u.int_in_range(0..=4_u8)? {
        slots(&mut blob)[u.choose_index(4096)?] = element(u)?;
    }
    Ok(blob)
}

/// The 32-byte places of a blob.
pub fn slots(blob: &mut Blob) -> &mut [[u8; 32]] {
    blob.0.as_chunks_mut().0
}

/// A multiple of the generator by a number of at most 20 in absolute value, as in attacks with equal
/// and opposite points.
pub fn small_multiple(u: &mut Unstructured<'_>) -> Result<(i64, G1)> {
    static MULTIPLES: LazyLock<Vec<G1>> = LazyLock::new(|| {
        let scalars = (0..=20).map(Fr::from_u64);
        scalars.map(|k| G1::generator().mul(&k)).collect()
    });
    let k = u.int_in_range(-20..=20_i64)?;
    let point = MULTIPLES[k.unsigned_abs() as usize];
    Ok((k, if k < 0 { -point } else { point }))
}

/// A compressed point: a small multiple of the generator, any multiple, infinity, a point of the curve
/// outside the subgroup, or a malformed encoding.
pub fn point(u: &mut Unstructured<'_>) -> Result<[u8; 48]> {
    Ok(match u.int_in_range(0..=9_u8)? {
        0..=3 => small_multiple(u)?.1.to_bytes(),
        4 | 5 => G1::generator().mul(&canonical(u)?).to_bytes(),
        6 => G1::identity().to_bytes(),
        _ => malformed_point(u)?,
    })
}

/// Two proofs of one statement that are off by opposite points: with equal weights, the errors cancel out.
pub fn opposite_errors(proof: &[u8; 48], u: &mut Unstructured<'_>) -> Result<[[u8; 48]; 2]> {
    let right = G1::from_bytes(proof).unwrap_or(G1::identity());
    let error = small_multiple(u)?.1;
    Ok([(right + error).to_bytes(), (right - error).to_bytes()])
}

/// An encoding that is wrong in most cases.
pub fn malformed_point(u: &mut Unstructured<'_>) -> Result<[u8; 48]> {
    let mut bytes = small_multiple(u)?.1.to_bytes();
    match u.int_in_range(0..=6_u8)? {
        // The three flags.
        0 => bytes[0] ^= u.arbitrary::<u8>()? & 0xe0,
        1 => bytes[u.choose_index(48)?] ^= 1 << u.int_in_range(0..=7_u8)?,
        // Infinity with another bit.
        2 => {
            bytes = [0; 48];
            bytes[0] = 0xc0;
            bytes[u.choose_index(48)?] |= u.arbitrary::<u8>()?;
        }
        // A coordinate near the modulus.
        3 => {
            bytes = MODULUS;
            bytes[47] = bytes[47].wrapping_add(u.int_in_range(-3..=3_i8)? as u8);
            bytes[0] |= 0x80;
        }
        4 => bytes = outside_the_subgroup(u)?,
        5 => {
            bytes = u.arbitrary()?;
            bytes[0] = bytes[0] & 0x1f | 0x80;
        }
        _ => bytes = u.arbitrary()?,
    }
    Ok(bytes)
}

/// A point of the curve with a small x coordinate, in some cases times a divisor of the cofactor.
/// Hardly any such point lies in the subgroup.
pub fn outside_the_subgroup(u: &mut Unstructured<'_>) -> Result<[u8; 48]> {
    let mut x = u64::from(u.arbitrary::<u16>()?);
    let greatest: bool = u.arbitrary()?;
    let point = loop {
        match G1Affine::get_point_from_x_unchecked(x.into(), greatest) {
            Some(point) => break point,
            None => x += 1,
        }
    };
    // The group order times a point lies in a subgroup of small order: the cofactor is
    // 3·11²·10177²·859267²·52437899².
    let is_small = u.ratio(1, 3)?;
    Ok(compressed(&if is_small {
        times_order(&point, u)?
    } else {
        point
    }))
}

/// The point times `r`, and times all but one factor of the cofactor.
fn times_order(point: &G1Affine, u: &mut Unstructured<'_>) -> Result<G1Affine> {
    use ark_ec::{AffineRepr as _, CurveGroup as _};
    const FACTORS: [u64; 9] = [
        3, 11, 11, 10_177, 10_177, 859_267, 859_267, 52_437_899, 52_437_899,
    ];
    let kept = u.choose_index(FACTORS.len())?;
    let order: Vec<u64> = ORDER
        .rchunks(8)
        .map(|word| u64::from_be_bytes(word.try_into().expect("eight bytes")))
        .collect();
    let mut small = point.mul_bigint(order).into_affine();
    for (i, factor) in FACTORS.iter().enumerate() {
        if i != kept {
            let next = small.mul_bigint([*factor]).into_affine();
            if next.is_zero() {
                break;
            }
            small = next;
        }
    }
    Ok(small)
}

/// The compressed encoding of any point of the curve.
pub fn compressed(point: &G1Affine) -> [u8; 48] {
    use ark_ec::AffineRepr as _;
    use ark_ff::{BigInteger as _, PrimeField as _};
    if point.is_zero() {
        return G1::identity().to_bytes();
    }
    let (x, y) = point.xy().expect("not infinity");
    let mut bytes: [u8; 48] = x.into_bigint().to_bytes_be().try_into().expect("48 bytes");
    let half = ark_bls12_381::Fq::MODULUS_MINUS_ONE_DIV_TWO;
    bytes[0] |= 0x80 | if y.into_bigint() > half { 0x20 } else { 0 };
    bytes
}
