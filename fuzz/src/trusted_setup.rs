//! The readers of trusted setups: text, JSON and binary.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kzg_blst::Blst;
use kzg_traits::{Exec, SetupFormat, TrustedSetup};

use crate::damage;

const FORMATS: [SetupFormat; 3] = [SetupFormat::Text, SetupFormat::Json, SetupFormat::Binary];

const TOKENS: &[&[u8]] = &[
    b"\n",
    b"4096\n65\n",
    b"0",
    b"\"",
    b"g1_lagrange",
    b"\"g2_monomial\":[",
    b"0x",
    b"\\u0030",
    b",",
    b"]",
    b"{",
    b"}",
    b"\xc0",
    b" ",
    b"-1",
    b"1e3",
    b"null",
    b"\xff",
];

static MAINNET: LazyLock<[Vec<u8>; 3]> =
    LazyLock::new(|| FORMATS.map(|format| TrustedSetup::mainnet().to_format(format)));

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = TrustedSetup::parse(data);
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let format = u.choose_index(FORMATS.len())?;
    let validates = u.ratio(1, 16)?;
    let mut content = MAINNET[format].clone();
    damage::edit(u, &mut content, 4, TOKENS)?;
    let Ok(setup) = TrustedSetup::parse(&content) else {
        return Ok(());
    };
    for format in FORMATS {
        let again = TrustedSetup::parse(&setup.to_format(format));
        assert_eq!(again.as_ref(), Ok(&setup), "{format}");
    }
    let mainnet = TrustedSetup::mainnet();
    assert_eq!(setup.is_mainnet(), setup.sha256() == mainnet.sha256());
    // A few edits cannot make another consistent setup.
    if validates && !setup.is_mainnet() {
        assert!(setup.validate::<Blst>(&Exec::serial()).is_err());
    }
    Ok(())
}
