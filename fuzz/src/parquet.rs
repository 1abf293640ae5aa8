//! Parquet files: damaged tables of other programs are read within bounds or refused, and what is read
//! is written and read back.

use arbitrary::{Result, Unstructured};
use kzg_pipeline::formats::{Format, Parquet};
use kzg_traits::{Blob, kzg_to_versioned_hash};

use crate::damage;

/// Tables in the variants of the format, as `kzg-pipeline/tests/data/parquet.py` writes them.
macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        &[$(include_bytes!(concat!(
            "../../kzg-pipeline/tests/data/parquet/", $name, ".parquet"
        ))),*]
    };
}

const TABLES: &[&[u8]] = tables![
    "byte-streams",
    "cell-proofs",
    "cell-proofs-in-lists",
    "cell-proofs-in-lists-v2",
    "checksums",
    "delta-bytes",
    "delta-fixed",
    "delta-length",
    "duckdb-v2",
    "large-binary-gzip",
    "nested-columns",
    "pages-v2-dictionary",
    "polars",
    "required",
    "row-groups-of-one",
    "small-pages",
];

const TOKENS: &[&[u8]] = &[
    b"PAR1",
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\xfc\xff\xff\xff\xff\x07",
    b"\x15\x04",
    b"\x80\x80\x10",
    b"\x19\x1c",
    b"\x00",
];

/// Runs the target.
pub fn run(data: &[u8]) {
    check(data);
    // A footer alone, which the writer of an input need not measure.
    if let Ok(length) = u32::try_from(data.len()) {
        check(&[b"PAR1", data, &length.to_le_bytes(), b"PAR1"].concat());
    }
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let table = *u.choose(TABLES)?;
    let tail = table.len() - 8;
    let length = u32::from_le_bytes(table[tail..tail + 4].try_into().expect("four bytes"));
    let (pages, footer) = table[..tail].split_at(tail - length as usize);
    let (mut pages, mut footer) = (pages.to_vec(), footer.to_vec());
    if u.ratio(2, 3)? {
        damage::edit(u, &mut footer, 3, TOKENS)?;
    }
    if u.arbitrary()? {
        damage::edit(u, &mut pages, 3, TOKENS)?;
    }
    let length = (footer.len() as u32).to_le_bytes();
    check(&[&pages[..], &footer, &length, b"PAR1"].concat());
    Ok(())
}

/// Checks that sidecars which are read are bounded, and are the same after writing and reading.
fn check(content: &[u8]) {
    let Ok(mut sidecars) = Parquet.read(content) else {
        return;
    };
    assert!(
        sidecars.blobs.len() * Blob::LENGTH <= 64 << 20,
        "512 blobs at most"
    );
    let written = Parquet.write(&sidecars).expect("what was read");
    assert!(Parquet.recognizes(&written));
    if sidecars.versioned_hashes.is_empty() {
        let hashes = sidecars.commitments.iter().map(kzg_to_versioned_hash);
        sidecars.versioned_hashes = hashes.collect();
    }
    assert!(Parquet.read(&written).expect("written by the format") == sidecars);
}
