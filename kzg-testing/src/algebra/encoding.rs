//! Compressed points: round trips, and refusals with their reasons.

use crate::malformed::{
    FIELD_MODULUS, G1_GENERATOR, G1_OUTSIDE_SUBGROUP, G2_OUTSIDE_SUBGROUP, decoded, g1_points,
};
use crate::seeded::Seeded;
use kzg_traits::algebra::{G1, G2, Group};
use kzg_traits::error::PointError;

const COMPRESSED: u8 = 0x80;
const INFINITY: u8 = 0x40;
const LARGER_Y: u8 = 0x20;

/// Twice the generator.
const G1_DOUBLE: [u8; 48] = decoded(
    "a572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e",
);
const G2_GENERATOR: [u8; 96] = decoded(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
);
const G2_DOUBLE: [u8; 96] = decoded(
    "aa4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c335771638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a053",
);

fn round_trips<G: Group<Bytes = [u8; N]>, const N: usize>(generator: [u8; N], double: [u8; N]) {
    let mut infinity = [0; N];
    infinity[0] = COMPRESSED | INFINITY;
    assert_eq!(G::identity().to_bytes(), infinity);
    assert_eq!(G::from_bytes(&infinity), Ok(G::identity()));
    assert_eq!(G::generator().to_bytes(), generator);
    assert_eq!(G::generator().double().to_bytes(), double);
    assert_eq!(G::from_bytes(&double), Ok(G::generator() + G::generator()));

    let mut seeded = Seeded::new(5);
    for _ in 0..20 {
        let point = G::generator().mul(&seeded.fr());
        let encoding = point.to_bytes();
        assert_eq!(encoding[0] & (COMPRESSED | INFINITY), COMPRESSED);
        assert_eq!(G::from_bytes(&encoding), Ok(point));
        let mut negative = encoding;
        negative[0] ^= LARGER_Y;
        assert_eq!(G::from_bytes(&negative), Ok(-point));
        assert_eq!((-point).to_bytes(), negative);
    }
}

/// Every combination of flags, over a valid x, over x = 0 and over infinity with stray bits.
fn flags<G: Group<Bytes = [u8; N]>, const N: usize>(generator: [u8; N]) {
    let encoding_error = Err(PointError::Encoding);
    for combination in 0..8_u8 {
        let flags = combination << 5;
        let mut bytes = generator;
        bytes[0] = bytes[0] & 0x1f | flags;
        let expected = match combination {
            0b100 => Ok(G::generator()),
            0b101 => Ok(-G::generator()),
            _ => encoding_error,
        };
        assert_eq!(G::from_bytes(&bytes), expected, "flags {combination:03b}");

        let mut zeros = [0; N];
        zeros[0] = flags;
        match combination {
            0b110 => assert_eq!(G::from_bytes(&zeros), Ok(G::identity())),
            // x = 0 is on G1's curve, outside the subgroup, and not on G2's.
            0b100 | 0b101 => assert!(matches!(
                G::from_bytes(&zeros),
                Err(PointError::Curve | PointError::Subgroup)
            )),
            _ => assert_eq!(G::from_bytes(&zeros), encoding_error, "{combination:03b}"),
        }
    }
    for place in 0..N {
        for bit in 0..8 {
            let mut stray = [0; N];
            stray[0] = COMPRESSED | INFINITY;
            stray[place] |= 1 << bit;
            if stray[0] != COMPRESSED | INFINITY || place > 0 {
                assert_eq!(
                    G::from_bytes(&stray),
                    encoding_error,
                    "byte {place} bit {bit}"
                );
            }
        }
    }
    // Flags are checked before the range of x.
    let mut bytes = [0xff; N];
    assert_eq!(G::from_bytes(&bytes), encoding_error);
    bytes[0] = 0x7f;
    assert_eq!(G::from_bytes(&bytes), encoding_error);
    bytes[0] = 0x1f;
    assert_eq!(G::from_bytes(&bytes), encoding_error);
}

/// A coordinate at or above the modulus is refused before the check of the curve equation.
fn coordinates<G: Group<Bytes = [u8; N]>, const N: usize>() {
    let last_below = {
        let mut bytes = FIELD_MODULUS;
        bytes[47] -= 1;
        bytes
    };
    let mut above = FIELD_MODULUS;
    above[47] += 1;
    let mut largest = [0xff; 48];
    largest[0] = 0x1f;
    for place in 0..N / 48 {
        let with = |coordinate: [u8; 48], flags: u8| {
            let mut bytes = [0; N];
            bytes[48 * place..][..48].copy_from_slice(&coordinate);
            bytes[0] |= flags;
            G::from_bytes(&bytes)
        };
        for flags in [COMPRESSED, COMPRESSED | LARGER_Y] {
            for coordinate in [FIELD_MODULUS, above, largest] {
                assert_eq!(with(coordinate, flags), Err(PointError::Coordinate));
            }
            assert!(matches!(
                with(last_below, flags),
                Err(PointError::Curve | PointError::Subgroup)
            ));
        }
        if place > 0 {
            // Only the first coordinate's leading bits are flags.
            for bit in [0x80, 0x40, 0x20] {
                let mut coordinate = [0; 48];
                coordinate[0] = bit;
                assert_eq!(with(coordinate, COMPRESSED), Err(PointError::Coordinate));
            }
        }
    }
}

/// Every point of `encodings` is refused for `reason`, and so is its negative.
fn refused<G: Group<Bytes = [u8; N]>, const N: usize>(
    encodings: impl IntoIterator<Item = [u8; N]>,
    reason: PointError,
) {
    for mut encoding in encodings {
        assert_eq!(G::from_bytes(&encoding), Err(reason), "{encoding:02x?}");
        encoding[0] ^= LARGER_Y;
        assert_eq!(G::from_bytes(&encoding), Err(reason), "{encoding:02x?}");
    }
}

/// The encoding with a small number for x.
fn small_x<const N: usize>(x: u8) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = COMPRESSED;
    bytes[N - 1] = x;
    bytes
}

pub(super) fn g1_round_trips<G: G1>() {
    round_trips::<G, 48>(G1_GENERATOR, G1_DOUBLE);
}

pub(super) fn g1_flags<G: G1>() {
    flags::<G, 48>(G1_GENERATOR);
}

pub(super) fn g1_coordinates<G: G1>() {
    coordinates::<G, 48>();
    for (encoding, reason) in g1_points() {
        assert_eq!(G::from_bytes(&encoding), Err(reason));
    }
}

pub(super) fn g1_curve_and_subgroup<G: G1>() {
    refused::<G, 48>([1, 2, 3, 7].map(small_x), PointError::Curve);
    refused::<G, 48>([0, 4, 5, 6].map(small_x), PointError::Subgroup);
    refused::<G, 48>(G1_OUTSIDE_SUBGROUP, PointError::Subgroup);
}

pub(super) fn g2_round_trips<G: G2>() {
    round_trips::<G, 96>(G2_GENERATOR, G2_DOUBLE);
}

pub(super) fn g2_flags<G: G2>() {
    flags::<G, 96>(G2_GENERATOR);
}

pub(super) fn g2_coordinates<G: G2>() {
    coordinates::<G, 96>();
}

pub(super) fn g2_curve_and_subgroup<G: G2>() {
    refused::<G, 96>([0, 1, 3, 6].map(small_x), PointError::Curve);
    refused::<G, 96>([2, 4, 5, 7].map(small_x), PointError::Subgroup);
    refused::<G, 96>(G2_OUTSIDE_SUBGROUP, PointError::Subgroup);
}
