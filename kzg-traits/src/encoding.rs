//! Checks of compressed points, and compression, without curve arithmetic. Every backend uses
//! these checks, so all backends reject the same bytes for the same reason.

use crate::error::PointError;

/// The flag of a compressed point, in its first byte.
pub const COMPRESSED: u8 = 0x80;
/// The flag of the point at infinity.
pub const INFINITY: u8 = 0x40;
/// The flag of a compressed point with the larger of the two possible y coordinates.
pub const LARGER_Y: u8 = 0x20;

/// The base field modulus, big-endian.
const FIELD_MODULUS: [u8; 48] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
];

/// `(p - 1) / 2` for the base field modulus `p`, big-endian.
const HALF_FIELD_MODULUS: [u8; 48] = [
    0x0d, 0x00, 0x88, 0xf5, 0x1c, 0xbf, 0xf3, 0x4d, 0x25, 0x8d, 0xd3, 0xdb, 0x21, 0xa5, 0xd6, 0x6b,
    0xb2, 0x3b, 0xa5, 0xc2, 0x79, 0xc2, 0x89, 0x5f, 0xb3, 0x98, 0x69, 0x50, 0x7b, 0x58, 0x7b, 0x12,
    0x0f, 0x55, 0xff, 0xff, 0x58, 0xa9, 0xff, 0xff, 0xdc, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xd5, 0x55,
];

/// The content of a compressed encoding, before any curve arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompressedPoint {
    /// The point at infinity.
    Infinity,
    /// A point with the x coordinate that the bytes hold, which is below the modulus.
    Affine {
        /// Whether y is the lexicographically larger of the two possible values.
        larger_y: bool,
    },
}

/// Reads the flags and checks the range of each coordinate of a compressed point: 48 bytes for
/// G1, 96 for G2.
///
/// # Errors
///
/// [`PointError::Encoding`] if the compression flag is not set, or if the infinity flag is set
/// together with any further bit; [`PointError::Coordinate`] for a coordinate at or above the
/// modulus.
///
/// Source: the ZCash serialization of BLS12-381 points, as in the BLS signatures draft,
/// appendix C.
pub fn check_encoding(compressed: &[u8]) -> Result<CompressedPoint, PointError> {
    let (&first, rest) = compressed.split_first().ok_or(PointError::Encoding)?;
    if first & COMPRESSED == 0 {
        return Err(PointError::Encoding);
    }
    if first & INFINITY != 0 {
        let clean = first == COMPRESSED | INFINITY && rest.iter().all(|&byte| byte == 0);
        return if clean {
            Ok(CompressedPoint::Infinity)
        } else {
            Err(PointError::Encoding)
        };
    }
    for (place, coordinate) in compressed.chunks(48).enumerate() {
        let flags = if place == 0 {
            COMPRESSED | INFINITY | LARGER_Y
        } else {
            0
        };
        let leading = coordinate[0] & !flags;
        if (leading, &coordinate[1..]) >= (FIELD_MODULUS[0], &FIELD_MODULUS[1..]) {
            return Err(PointError::Coordinate);
        }
    }
    Ok(CompressedPoint::Affine {
        larger_y: first & LARGER_Y != 0,
    })
}

/// The compressed form of a G1 point with the given affine coordinates, 48 big-endian bytes
/// each. The coordinates are not checked. The identity has no affine coordinates.
#[must_use]
pub fn compress_g1_affine(affine: &[u8; 96]) -> [u8; 48] {
    let mut compressed = [0; 48];
    compressed.copy_from_slice(&affine[..48]);
    compressed[0] |= flags(&affine[48..]);
    compressed
}

/// The compressed form of a G2 point with the given affine coordinates, each `c1` then `c0`,
/// 48 big-endian bytes each. The coordinates are not checked. The identity has no affine
/// coordinates.
#[must_use]
pub fn compress_g2_affine(affine: &[u8; 192]) -> [u8; 96] {
    let mut compressed = [0; 96];
    compressed.copy_from_slice(&affine[..96]);
    let (c1, c0) = affine[96..].split_at(48);
    let leading = if c1.iter().all(|&byte| byte == 0) {
        c0
    } else {
        c1
    };
    compressed[0] |= flags(leading);
    compressed
}

/// The flag bits of a compressed point whose y coordinate (or its leading part) is `y`.
fn flags(y: &[u8]) -> u8 {
    if y > HALF_FIELD_MODULUS.as_slice() {
        COMPRESSED | LARGER_Y
    } else {
        COMPRESSED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_flags() {
        let mut bytes = [0_u8; 48];
        bytes[47] = 1;
        for flags in 0..8_u8 {
            bytes[0] = flags << 5;
            let expected = match flags {
                0b100 => Ok(CompressedPoint::Affine { larger_y: false }),
                0b101 => Ok(CompressedPoint::Affine { larger_y: true }),
                _ => Err(PointError::Encoding),
            };
            assert_eq!(check_encoding(&bytes), expected, "flags {flags:03b}");
        }
        let mut infinity = [0_u8; 96];
        infinity[0] = 0xc0;
        assert_eq!(check_encoding(&infinity), Ok(CompressedPoint::Infinity));
        infinity[0] = 0xe0;
        assert_eq!(check_encoding(&infinity), Err(PointError::Encoding));
    }

    #[test]
    fn coordinates_at_the_modulus_are_refused() {
        let mut bytes = FIELD_MODULUS;
        bytes[0] |= COMPRESSED;
        assert_eq!(check_encoding(&bytes), Err(PointError::Coordinate));
        bytes[47] -= 1;
        assert!(check_encoding(&bytes).is_ok());
        let mut g2 = [0_u8; 96];
        g2[0] = COMPRESSED;
        g2[48..].copy_from_slice(&FIELD_MODULUS);
        assert_eq!(check_encoding(&g2), Err(PointError::Coordinate));
        g2[95] -= 1;
        assert!(check_encoding(&g2).is_ok());
    }
}
