//! Parquet files of other programs, which `tests/data/parquet.py` writes, and hostile files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kzg_traits::KzgCommitment;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/parquet")
}

fn content(name: &str) -> Vec<u8> {
    fs::read(folder().join(name).with_extension("parquet")).expect("a file of the repository")
}

/// A value of the script: bytes that are all `first`, and the number of the row.
fn value<const N: usize>(first: u8, row: u8) -> [u8; N] {
    let mut bytes = [first; N];
    bytes[N - 1] = row;
    bytes
}

/// The table of the script.
fn table() -> Sidecars {
    Sidecars {
        commitments: [0, 1].map(|row| KzgCommitment(value(0xc1, row))).to_vec(),
        proofs: SidecarProofs::Blobs([0, 1].map(|row| KzgProof(value(0xc2, row))).to_vec()),
        versioned_hashes: [0, 1].map(|row| Bytes32(value(0x01, row))).to_vec(),
        slots: vec![7, 9],
        indices: vec![3, 1],
        ..blobs(2)
    }
}

/// The proofs of cells of the script.
fn cell_proofs() -> SidecarProofs {
    let proofs = (0..2).flat_map(|row| {
        (0..CELLS_PER_EXT_BLOB as u8).map(move |cell| {
            let mut proof = KzgProof([0xc3; 48]);
            proof.0[46..].copy_from_slice(&[row, cell]);
            proof
        })
    });
    SidecarProofs::Cells(proofs.collect())
}

#[test]
fn tables_of_other_programs_are_read() {
    let mut read = 0;
    for entry in fs::read_dir(folder()).expect("a folder of the repository") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_str().expect("ASCII");
        if name.starts_with("refused") {
            continue;
        }
        let expected = match name {
            "required" => Sidecars {
                commitments: table().commitments,
                ..blobs(2)
            },
            "a-column-of-another-name" => blobs(2),
            "claims-all-null" | "claims-of-type-null" => Sidecars {
                slots: vec![7, 9],
                indices: vec![3, 1],
                ..blobs(2)
            },
            "no-rows" => Sidecars::default(),
            name if name.starts_with("cell-proofs") => Sidecars {
                proofs: cell_proofs(),
                ..table()
            },
            _ => table(),
        };
        let content = content(name);
        let found = recognize(&content).map(Format::name);
        assert_eq!(found, Some("parquet"), "{name}");
        let sidecars = Parquet
            .read(&content)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(sidecars == expected, "{name}");
        let written = Parquet.write(&sidecars).expect("what was read");
        let mut again = Parquet.read(&written).expect("what was written");
        if sidecars.versioned_hashes.is_empty() {
            // Versioned hashes are written beside commitments.
            again.versioned_hashes.clear();
        }
        assert!(again == sidecars, "{name}");
        read += 1;
    }
    assert!(read >= 25, "{read} files");
}

#[test]
fn faults_of_a_table_are_named() {
    for (name, expected) in [
        ("null-claim", "row 1, column commitment: null"),
        ("null-blob", "row 1, column blob: null"),
        ("short-blob", "131071 bytes, expected 131072"),
        (
            "text-blob",
            "column blob: not FixedSizeBinary(131072) or Binary",
        ),
        ("brotli", "body: the compression BROTLI is not supported"),
        ("lz4", "body: the compression LZ4 is not supported"),
        (
            "short-list",
            "row 0, column cell_proofs: 6096 bytes, expected 6144",
        ),
        ("null-in-list", "list: null"),
        ("no-blobs", "no column of blobs"),
        (
            "513-rows",
            "513 rows, at most 512 are read here; `kzg sql` reads longer tables",
        ),
    ] {
        let content = content(&format!("refused-{name}"));
        assert_eq!(recognize(&content).map(Format::name), Some("parquet"));
        let error = Parquet.read(&content).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
    let whole = content("pages-v2-zstd");
    for (content, expected) in [
        (&b"PAR1"[..], "footer, byte 4: unexpected end of content"),
        (b"PAR1PAR1", "footer, byte 8: unexpected end of content"),
        (
            b"PAR1\0\0\0\0PAR1",
            "footer, byte 4: unexpected end of content",
        ),
        (
            b"PAR1\xff\xff\xff\xffPAR1",
            "footer, byte 4: unexpected end of content",
        ),
        (&whole[..whole.len() - 1], "unexpected end of content"),
        (b"PARE\0\0\0\0PARE", "no PAR1 at the beginning"),
    ] {
        let error = Parquet.read(content).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    // A flipped bit in a blob whose page has a checksum.
    let mut damaged = Parquet.write(&blobs(1)).unwrap();
    damaged[70_000] ^= 1;
    let error = Parquet.read(&damaged).unwrap_err().to_string();
    assert!(
        error.contains("column blob, page at byte") && error.contains("crc"),
        "{error}"
    );
}

/// Each byte of a file takes another value, and the file is cut at each byte: every number in it is
/// checked against a bound. The fuzz target `parquet` changes more bytes of more files.
#[test]
fn changed_and_cut_tables_are_read_within_bounds() {
    let mut read = 0;
    for name in ["cell-proofs-in-lists-v2", "pages-v2-dictionary"] {
        let whole = content(name);
        for position in 0..whole.len() {
            let mut changed = whole.clone();
            changed[position] = match position % 3 {
                0 => 0,
                1 => 0xff,
                _ => whole[position] ^ 0x10,
            };
            read += usize::from(Parquet.read(&changed).is_ok());
            assert!(
                Parquet.read(&whole[..position]).is_err(),
                "{name} cut at {position}"
            );
        }
    }
    assert!(read > 100, "{read} changed tables are read");
}

#[test]
fn lists_and_structures_that_lie_about_their_size_are_refused() {
    let file = |footer: &[u8]| {
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat()
    };
    // A list of two thousand million truth values; the same of structures; lists in lists.
    for footer in [
        &[0x29, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07][..],
        &[0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07],
        &[0x29].repeat(1000),
        &[&[0x2c][..], &[0x1c].repeat(100_000)].concat(),
        &[0x2b, 0xff, 0xff, 0xff, 0xff, 0x07, 0x11],
        &[
            0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
        ],
        &[
            0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
        ],
        // Ten million fields of no bytes.
        &[0x11; 10_000_000],
        &[],
        &[0],
    ] {
        let error = Parquet.read(&file(footer)).unwrap_err();
        assert!(matches!(error, FormatError::At { .. }), "{error}");
    }
}

#[test]
fn random_footers_are_refused() {
    for seed in 0..5000 {
        let mut seeded = kzg_testing::Seeded::new(seed);
        let length = seed as usize % 100;
        // Low bytes are types and small numbers, so that many structures are read to their end.
        let low = seed % 2 == 0;
        let byte = |random: u64| (random as u8) & if low { 0x1f } else { 0xff };
        let mut footer: Vec<u8> = (0..length).map(|_| byte(seeded.next_u64())).collect();
        footer.push(0);
        let length = (footer.len() as u32).to_le_bytes();
        let content = [&b"PAR1"[..], &footer, &length, b"PAR1"].concat();
        assert!(Parquet.read(&content).is_err(), "seed {seed}");
    }
}

/// pyarrow reads the blobs and claims that this crate has written.
#[test]
fn pyarrow_reads_what_is_written() {
    let script = folder().with_extension("py");
    let has_pyarrow = Command::new("python3")
        .args(["-c", "import pyarrow"])
        .output();
    if !has_pyarrow.is_ok_and(|output| output.status.success()) {
        kzg_testing::skipped("no pyarrow here");
        return;
    }
    let mut written = table();
    written.blobs = (0..35)
        .map(|number| blobs(3).blobs[number % 3].clone())
        .collect();
    written.proofs = SidecarProofs::None;
    written.commitments = (0..35).map(|row| KzgCommitment(value(0xc1, row))).collect();
    (written.indices, written.slots, written.versioned_hashes) = Default::default();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), Parquet.write(&written).unwrap()).unwrap();
    let mut command = Command::new("python3");
    let output = command
        .arg(script)
        .arg("--read")
        .arg(file.path())
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let digest = |values: Vec<Vec<u8>>| {
        use sha2::{Digest, Sha256};
        ::hex::encode(Sha256::digest(values.concat()))
    };
    let commitments = &written.commitments;
    let hashes = commitments
        .iter()
        .map(|point| kzg_to_versioned_hash(point).0.to_vec());
    let blobs = written.blobs.iter().map(|blob| blob.as_slice().to_vec());
    let expected = [
        (
            "index uint64",
            digest((0..35).map(|row| row.to_string().into_bytes()).collect()),
        ),
        ("blob fixed_size_binary[131072]", digest(blobs.collect())),
        (
            "commitment fixed_size_binary[48]",
            digest(commitments.iter().map(|point| point.0.to_vec()).collect()),
        ),
        (
            "versioned_hash fixed_size_binary[32]",
            digest(hashes.collect()),
        ),
        ("row groups", "32 3".to_owned()),
    ];
    let expected = expected.map(|(what, value)| format!("{what} {value}\n"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected.concat());
}
