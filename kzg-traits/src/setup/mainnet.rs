//! The embedded mainnet setup.
//!
//! `mainnet.bin` holds affine coordinates, 48 big-endian bytes each: 4096 G1 Lagrange points in
//! bit-reversed order, 4096 G1 monomial points, 65 G2 monomial points (each coordinate `c1` then
//! `c0`). `mainnet_fk20.bin` holds the 8192 points of FK20 in the same form. Both files are made by
//! `cargo run -p kzg-blst --example embed_mainnet_setup` from c-kzg's `trusted_setup.txt`. The
//! points are not checked when they are loaded, because tests pin the hash of each file and check
//! every point.

use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_EXT_BLOB, TRUSTED_SETUP_G2_POINTS};
use crate::domain::bit_reversal_permutation;
use crate::encoding::{compress_g1_affine, compress_g2_affine};
use crate::setup::compressed::CompressedPoints;

static POINTS: &[u8; 2 * FIELD_ELEMENTS_PER_BLOB * G1_BYTES + TRUSTED_SETUP_G2_POINTS * G2_BYTES] =
    include_bytes!("mainnet.bin");

/// The result of [`fk20::columns`](crate::fk20::columns) for the monomial points. Its computation
/// takes seconds.
static FK20_COLUMNS: &[u8; FIELD_ELEMENTS_PER_EXT_BLOB * G1_BYTES] =
    include_bytes!("mainnet_fk20.bin");

/// The SHA-256 hash of the compressed points, as [`CompressedPoints::sha256`] computes it. A setup
/// with this hash is the mainnet setup.
pub(super) const COMPRESSED_SHA256: [u8; 32] = [
    0x60, 0x8a, 0xc7, 0x20, 0xba, 0x55, 0xfc, 0x77, 0xf6, 0x5d, 0x15, 0x53, 0x91, 0x02, 0x0f, 0xc5,
    0xb0, 0x50, 0x1d, 0xb2, 0x66, 0xa3, 0xe3, 0x60, 0xe7, 0x34, 0xd6, 0xc0, 0xdb, 0x0d, 0xfa, 0xe3,
];

const G1_BYTES: usize = 96;
const G2_BYTES: usize = 192;

/// Lagrange point `index`, in bit-reversed order.
pub(super) fn g1_lagrange<B: Backend>(index: usize) -> B::G1 {
    B::g1_from_trusted_affine(&g1_affine()[index]).expect("the embedded setup is valid")
}

/// Power `index` of the secret in G1.
pub(super) fn g1_monomial<B: Backend>(index: usize) -> B::G1 {
    g1_lagrange::<B>(FIELD_ELEMENTS_PER_BLOB + index)
}

/// Point `index` of [`fk20::columns`](crate::fk20::columns).
pub(super) fn fk20_column<B: Backend>(index: usize) -> B::G1 {
    let affine = &FK20_COLUMNS.as_chunks().0[index];
    B::g1_from_trusted_affine(affine).expect("the embedded setup is valid")
}

/// Power `index` of the secret in G2.
pub(super) fn g2_monomial<B: Backend>(index: usize) -> B::G2 {
    B::g2_from_trusted_affine(&g2_affine()[index]).expect("the embedded setup is valid")
}

/// Compresses every point. Compression needs no curve arithmetic.
pub(super) fn compressed() -> CompressedPoints {
    let (lagrange, monomial) = g1_affine().split_at(FIELD_ELEMENTS_PER_BLOB);
    let mut g1_lagrange: Vec<_> = lagrange.iter().map(compress_g1_affine).collect();
    bit_reversal_permutation(&mut g1_lagrange);
    CompressedPoints {
        g1_lagrange,
        g2_monomial: g2_affine().iter().map(compress_g2_affine).collect(),
        g1_monomial: monomial.iter().map(compress_g1_affine).collect(),
    }
}

fn g1_affine() -> &'static [[u8; G1_BYTES]] {
    POINTS[..2 * FIELD_ELEMENTS_PER_BLOB * G1_BYTES]
        .as_chunks()
        .0
}

fn g2_affine() -> &'static [[u8; G2_BYTES]] {
    POINTS[2 * FIELD_ELEMENTS_PER_BLOB * G1_BYTES..]
        .as_chunks()
        .0
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_embedded_bytes_are_the_pinned_ones() {
        assert_eq!(
            hex::encode(&Sha256::digest(POINTS)[..]),
            "bea025e48d5508afb3e30e2802d96d3eb27d1f240a125ab7975f7df2e9865c02"
        );
        assert_eq!(
            hex::encode(&Sha256::digest(FK20_COLUMNS)[..]),
            "db79c384b45b8cda306611471fc8a0ef097208a0270844fa6ed5da108ad6e833"
        );
    }

    #[test]
    fn the_embedded_points_are_those_of_the_mainnet_files() {
        assert_eq!(compressed().sha256(), COMPRESSED_SHA256);
    }
}
