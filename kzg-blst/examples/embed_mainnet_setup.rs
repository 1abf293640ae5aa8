//! Writes `kzg-traits/src/setup/mainnet.bin` from the `trusted_setup.txt` that c-kzg ships.
//!
//! ```text
//! cargo run --release -p kzg-blst --example embed_mainnet_setup -- TRUSTED_SETUP_TXT OUTPUT
//! ```
//!
//! The text holds the two counts, then compressed points in hexadecimal: G1 Lagrange in natural
//! order, G2 monomial, G1 monomial. The output holds affine coordinates, big-endian, the
//! Lagrange points in bit-reversed order: see `kzg-traits/src/setup/mainnet.rs`.

use std::error::Error;

use kzg_blst::{G1, G2};
use kzg_traits::domain::bit_reversal_permutation;
use kzg_traits::{Bytes48, Group};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: embed_mainnet_setup TRUSTED_SETUP_TXT OUTPUT".into());
    };
    let text = std::fs::read_to_string(input)?;
    let mut words = text.split_whitespace();
    let mut count = || words.next().unwrap_or_default().parse::<usize>();
    let (g1_count, g2_count) = (count()?, count()?);
    let points: Vec<&str> = words.collect();
    if points.len() != 2 * g1_count + g2_count {
        return Err(format!("{} points", points.len()).into());
    }
    let (lagrange, rest) = points.split_at(g1_count);
    let (g2_monomial, g1_monomial) = rest.split_at(g2_count);

    let mut lagrange = lagrange.to_vec();
    bit_reversal_permutation(&mut lagrange);
    let mut bytes = Vec::new();
    for point in lagrange.iter().chain(g1_monomial) {
        bytes.extend(G1::from_bytes(&point.parse::<Bytes48>()?.0)?.to_affine_bytes());
    }
    for point in g2_monomial {
        let (c1, c0) = point.split_at(96);
        let mut compressed = [0; 96];
        compressed[..48].copy_from_slice(&c1.parse::<Bytes48>()?.0);
        compressed[48..].copy_from_slice(&c0.parse::<Bytes48>()?.0);
        bytes.extend(G2::from_bytes(&compressed)?.to_affine_bytes());
    }
    std::fs::write(output, bytes)?;
    Ok(())
}
