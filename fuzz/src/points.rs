//! Decoding of compressed points of both groups, one by one and many at once.

use arbitrary::{Result, Unstructured};
use kzg_arkworks::Arkworks;
use kzg_blst::{Blst, G1, G2};
use kzg_traits::{Backend, Exec, Group as _, PointError};

use crate::implementations::on_every_engine;
use crate::inputs;

type ArkG1 = <Arkworks as Backend>::G1;
type ArkG2 = <Arkworks as Backend>::G2;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let mut encodings = Vec::new();
    for _ in 0..u.int_in_range(0..=40_u8)? {
        let is_malformed = u.ratio(1, 4)?;
        encodings.push(if is_malformed {
            inputs::malformed_point(u)?
        } else {
            inputs::point(u)?
        });
    }
    let expected: Vec<_> = encodings
        .iter()
        .map(|bytes| encoded(ArkG1::from_bytes(bytes)))
        .collect();
    let exec = Exec::serial();
    on_every_engine(|engine| {
        for decode in [Blst::g1_from_bytes_many, Blst::g1_from_bytes_batched] {
            let mut out = vec![Ok(G1::generator()); encodings.len()];
            decode(&encodings, &mut out, &exec);
            let out: Vec<_> = out.into_iter().map(encoded).collect();
            assert_eq!(out, expected, "{engine}");
        }
    });
    for (bytes, expected) in encodings.iter().zip(&expected) {
        assert_eq!(encoded(G1::from_bytes(bytes)), *expected);
        if let Ok(again) = expected {
            assert_eq!(again, bytes, "the encoding of a point is unique");
        }
    }
    second_group(u)
}

/// Points of the second group, which only the trusted setup has.
fn second_group(u: &mut Unstructured<'_>) -> Result<()> {
    let mut bytes = G2::generator().mul(&inputs::canonical(u)?).to_bytes();
    match u.int_in_range(0..=4_u8)? {
        0 => bytes[0] ^= u.arbitrary::<u8>()? & 0xe0,
        1 => bytes[u.choose_index(96)?] ^= 1 << u.int_in_range(0..=7_u8)?,
        2 => {
            bytes[..48].copy_from_slice(&inputs::MODULUS);
            bytes[0] |= 0x80;
        }
        3 => bytes = u.arbitrary()?,
        _ => {}
    }
    let (ours, theirs) = (G2::from_bytes(&bytes), ArkG2::from_bytes(&bytes));
    assert_eq!(
        ours.map(|point| point.to_bytes()),
        theirs.map(|point| point.to_bytes())
    );
    Ok(())
}

fn encoded<G: kzg_traits::G1>(point: Result<G, PointError>) -> Result<[u8; 48], PointError> {
    point.map(|point| point.to_bytes())
}
