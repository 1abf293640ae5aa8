//! The embedded mainnet setup.
//!
//! `mainnet.bin` holds affine coordinates, 48 big-endian bytes each: 4096 G1 Lagrange points in
//! bit-reversed order, 4096 G1 monomial points, 65 G2 monomial points (each coordinate `c1`
//! then `c0`). It is made by `cargo run -p kzg-blst --example embed_mainnet_setup` from
//! c-kzg's `trusted_setup.txt`; its hash is pinned by a test, which also checks every point.

use crate::backend::Backend;
use crate::bytes::FIELD_ELEMENTS_PER_BLOB;

static POINTS: &[u8] = include_bytes!("mainnet.bin");

const G1_BYTES: usize = 96;
const G2_BYTES: usize = 192;

/// Lagrange point `index`, in bit-reversed order.
pub(super) fn g1_lagrange<B: Backend>(index: usize) -> B::G1 {
    g1::<B>(index)
}

/// The secret's power `index` in G2.
pub(super) fn g2_monomial<B: Backend>(index: usize) -> B::G2 {
    let points = &POINTS[2 * FIELD_ELEMENTS_PER_BLOB * G1_BYTES..];
    let affine = &points.as_chunks::<G2_BYTES>().0[index];
    B::g2_from_trusted_affine(affine).expect("the embedded setup is valid")
}

fn g1<B: Backend>(index: usize) -> B::G1 {
    let affine = &POINTS.as_chunks::<G1_BYTES>().0[index];
    B::g1_from_trusted_affine(affine).expect("the embedded setup is valid")
}
