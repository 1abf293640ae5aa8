//! The scalar field is the integers modulo the group order.

use crate::malformed;
use crate::reference::{ORDER_BYTES, Reference};
use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;

/// Canonical encodings: edge cases and pseudorandom ones.
fn encodings() -> Vec<[u8; 32]> {
    let small = |n: u8| {
        let mut bytes = [0; 32];
        bytes[31] = n;
        bytes
    };
    let below_order = |n: u8| {
        // The group order ends in ..00000001.
        let mut bytes = ORDER_BYTES;
        bytes[31] = 0;
        (Reference::from_bytes(&bytes).expect("below the order") - Reference::from_u64(n.into()))
            .to_bytes()
    };
    let mut half = [0xff; 32];
    half[0] = 0x39;
    let mut one_bit = [0; 32];
    one_bit[0] = 0x40;
    let mut one_digit = [0; 32];
    one_digit[24..].fill(0xff);
    let mut next_digit = [0; 32];
    next_digit[23] = 1;
    let mut all = vec![
        small(0),
        small(1),
        small(2),
        small(7),
        below_order(0),
        below_order(1),
        below_order(6),
        half,
        one_bit,
        one_digit,
        next_digit,
    ];
    let mut seeded = Seeded::new(1);
    all.extend((0..10).map(|_| seeded.field_element().0));
    all
}

/// More encodings, for carries from digit to digit: 64-bit digits that are zero, one, or all
/// ones, as the integer itself and as its Montgomery form.
fn edges() -> Vec<[u8; 32]> {
    let mut montgomery = [0xff; 32];
    let two_to_256 = Reference::from_bytes_reduced(&montgomery) + Reference::ONE;
    let inverse = two_to_256.inverse().expect("a power of two");
    let mut all = encodings();
    for pattern in 0..81 {
        for (place, digit) in montgomery.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            *digit = match pattern / 3_u32.pow(place as u32) % 3 {
                0 => [0; 8],
                1 => 1_u64.to_be_bytes(),
                _ => [0xff; 8],
            };
        }
        // Integers at or above the order are left out.
        montgomery[0] &= 0x3f;
        let integer = Reference::from_bytes(&montgomery).expect("below 2^254");
        all.push(integer.to_bytes());
        all.push((integer * inverse).to_bytes());
        all.push((-integer * inverse).to_bytes());
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn decoded<F: Fr>(encoding: &[u8; 32]) -> F {
    F::from_bytes(encoding).unwrap_or_else(|| panic!("{encoding:02x?} is canonical"))
}

pub(crate) fn samples<F: Fr>() -> Vec<F> {
    encodings().iter().map(decoded).collect()
}

/// Associative, commutative, distributive, with neutral elements and negatives.
pub(crate) fn ring<F: Fr>() {
    let samples = samples::<F>();
    assert_ne!(F::ZERO, F::ONE);
    for &a in &samples {
        assert_eq!(a + F::ZERO, a);
        assert_eq!(a * F::ONE, a);
        assert_eq!(a * F::ZERO, F::ZERO);
        assert_eq!(a + -a, F::ZERO);
        assert_eq!(-(-a), a);
        for &b in &samples {
            assert_eq!(a + b, b + a);
            assert_eq!(a * b, b * a);
            assert_eq!(a - b, a + -b);
            assert_eq!((a - b) + b, a);
            for &c in &samples {
                assert_eq!((a + b) + c, a + (b + c));
                assert_eq!((a * b) * c, a * (b * c));
                assert_eq!(a * (b + c), a * b + a * c);
            }
        }
    }
}

/// The operations are those of the integers modulo the group order, and equality is that of
/// the encodings.
pub(crate) fn integers<F: Fr>() {
    let edges = edges();
    let both: Vec<(F, Reference)> = edges
        .iter()
        .map(|encoding| (decoded(encoding), decoded(encoding)))
        .collect();
    for (place, ((x, m), a)) in both.iter().copied().zip(&edges).enumerate() {
        assert_eq!((-x).to_bytes(), (-m).to_bytes(), "-{a:02x?}");
        assert_eq!(x.square().to_bytes(), (m * m).to_bytes(), "{a:02x?}²");
        for ((y, n), b) in both.iter().copied().zip(&edges) {
            let product = m * n;
            assert_eq!(
                (x + y).to_bytes(),
                (m + n).to_bytes(),
                "{a:02x?} + {b:02x?}"
            );
            assert_eq!(
                (x - y).to_bytes(),
                (m - n).to_bytes(),
                "{a:02x?} - {b:02x?}"
            );
            assert_eq!(
                (x * y).to_bytes(),
                product.to_bytes(),
                "{a:02x?} * {b:02x?}"
            );
            assert_eq!(x == y, a == b);
            let (z, o) = both[(place + 1) % both.len()];
            let sum = F::sum_of_products([x, z], [y, x]);
            assert_eq!(sum.to_bytes(), (product + o * m).to_bytes());
        }
    }
    for n in [0, 1, 2, 0xffff_ffff, 1 << 32, u64::MAX - 1, u64::MAX] {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&n.to_be_bytes());
        assert_eq!(F::from_u64(n).to_bytes(), bytes, "from_u64({n})");
    }
}

/// Every element except zero has an inverse.
pub(crate) fn inverses<F: Fr>() {
    assert_eq!(F::ZERO.inverse(), None);
    assert_eq!(F::ONE.inverse(), Some(F::ONE));
    for a in edges().iter().map(decoded::<F>) {
        if a != F::ZERO {
            let inverse = a.inverse().expect("not zero");
            assert_eq!(a * inverse, F::ONE);
            assert_eq!(inverse.inverse(), Some(a));
        }
    }
}

/// Operations with a default in terms of others agree with it.
pub(crate) fn derived_operations<F: Fr>() {
    let samples = samples::<F>();
    for &a in &samples {
        assert_eq!(a.square(), a * a);
        let mut power = F::ONE;
        for exponent in 0..20 {
            assert_eq!(a.pow(exponent), power, "to the power of {exponent}");
            power *= a;
        }
        assert_eq!(a.pow(1 << 63) * a.pow((1 << 63) - 1), a.pow(u64::MAX));
        assert_eq!(a.pow(4096), (0..12).fold(a, |power, _| power * power));
        for &b in &samples {
            let mut sum = a;
            sum += b;
            assert_eq!(sum, a + b);
            sum -= b;
            assert_eq!(sum, a);
            let mut product = a;
            product *= b;
            assert_eq!(product, a * b);
            for &c in &samples {
                let sum = F::sum_of_products([a, b], [c, a]);
                assert_eq!(sum, a * c + b * a);
            }
        }
    }
}

/// Encodings below the group order round-trip; the others are refused.
pub(super) fn canonical_bytes<F: Fr>() {
    for encoding in edges() {
        assert_eq!(decoded::<F>(&encoding).to_bytes(), encoding);
    }
    for encoding in malformed::field_elements() {
        assert_eq!(F::from_bytes(&encoding), None, "{encoding:02x?}");
    }
    assert_eq!(F::ZERO.to_bytes(), [0; 32]);
    assert_eq!(F::from_bytes(&[0; 32]), Some(F::ZERO));
    assert_eq!(F::ONE, F::from_u64(1));
}

/// A raw element is the element divided by the unit, in both directions.
pub(super) fn raw_bytes<F: Fr>() {
    for encoding in encodings() {
        let raw = F::from_bytes_raw(&encoding).expect("canonical");
        assert_eq!(raw * F::RAW_UNIT, decoded(&encoding));
        assert_eq!(raw.to_bytes_raw(), encoding);
    }
    for encoding in malformed::field_elements() {
        assert_eq!(F::from_bytes_raw(&encoding), None, "{encoding:02x?}");
    }
}

/// Any 32 bytes are an integer that is reduced modulo the group order.
pub(super) fn reduced_bytes<F: Fr>() {
    let mut seeded = Seeded::new(2);
    let mut all = edges();
    all.extend(malformed::field_elements());
    // Twice the order, and its neighbours: the largest multiple below 2^256.
    let mut twice = [0; 32];
    let mut carry = 0;
    for (digit, order) in twice.iter_mut().zip(ORDER_BYTES).rev() {
        *digit = order << 1 | carry;
        carry = order >> 7;
    }
    for last in [1, 2, 3] {
        twice[31] = last;
        all.push(twice);
    }
    all.extend((0..200).map(|_| seeded.bytes()));
    for bytes in all {
        let expected = Reference::from_bytes_reduced(&bytes).to_bytes();
        assert_eq!(
            F::from_bytes_reduced(&bytes).to_bytes(),
            expected,
            "{bytes:02x?}"
        );
    }
}
