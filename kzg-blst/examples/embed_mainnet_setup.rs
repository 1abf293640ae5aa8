//! Generates the embedded mainnet setup from the `trusted_setup.txt` that c-kzg ships.
//!
//! ```text
//! cargo run --release -p kzg-blst --example embed_mainnet_setup -- TRUSTED_SETUP_TXT \
//!     kzg-traits/src/setup/mainnet.bin kzg-traits/src/setup/mainnet_fk20.bin
//! ```
//!
//! The text has the two counts, then compressed points in hexadecimal: G1 Lagrange in natural order, G2
//! monomial, G1 monomial. The output files have affine coordinates, big-endian, as
//! `kzg-traits/src/setup/mainnet.rs` describes.

use std::error::Error;

use kzg_blst::{Blst, G1, G2};
use kzg_traits::domain::{Domain, bit_reversal_permutation};
use kzg_traits::{Bytes48, Exec, Group, fk20};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(points_file), Some(fk20_file)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: embed_mainnet_setup TRUSTED_SETUP_TXT POINTS FK20_POINTS".into());
    };
    let text = std::fs::read_to_string(input)?;
    let mut words = text.split_whitespace();
    let mut count = || words.next().unwrap_or_default().parse::<usize>();
    let (g1_count, g2_count) = (count()?, count()?);
    let points: Vec<&str> = words.collect();
    if points.len() != 2 * g1_count + g2_count {
        let expected = 2 * g1_count + g2_count;
        return Err(format!("{} points, expected {expected}", points.len()).into());
    }
    let (lagrange, rest) = points.split_at(g1_count);
    let (g2_monomial, g1_monomial) = rest.split_at(g2_count);

    let mut lagrange = lagrange.to_vec();
    bit_reversal_permutation(&mut lagrange);
    let decode = |points: &[&str]| -> Result<Vec<G1>, Box<dyn Error>> {
        let decoded = points
            .iter()
            .map(|point| Ok(G1::from_bytes(&point.parse::<Bytes48>()?.0)?));
        decoded.collect()
    };
    let (lagrange, g1_monomial) = (decode(&lagrange)?, decode(g1_monomial)?);
    let mut bytes: Vec<u8> = lagrange
        .iter()
        .chain(&g1_monomial)
        .flat_map(G1::to_affine_bytes)
        .collect();
    for point in g2_monomial {
        let (c1, c0) = point.split_at(96);
        let mut compressed = [0; 96];
        compressed[..48].copy_from_slice(&c1.parse::<Bytes48>()?.0);
        compressed[48..].copy_from_slice(&c0.parse::<Bytes48>()?.0);
        bytes.extend(G2::from_bytes(&compressed)?.to_affine_bytes());
    }
    std::fs::write(points_file, bytes)?;

    let columns = fk20::columns::<Blst>(&Domain::new(), &g1_monomial, &Exec::serial());
    let bytes: Vec<u8> = columns.iter().flat_map(G1::to_affine_bytes).collect();
    std::fs::write(fk20_file, bytes)?;
    Ok(())
}
