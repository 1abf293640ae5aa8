//! Every format of blobs, cells and proofs in kzg-pipeline, and files of cells.

use arbitrary::{Result, Unstructured};
use kzg_pipeline::cells::{CELLS_FILE_LENGTH, StoredCells};
use kzg_pipeline::formats::{self, Format, FormatError, Sidecars};
use kzg_traits::kzg_to_versioned_hash;

use crate::damage;

mod documents;

const TOKENS: &[&[u8]] = &[
    b"\"0x",
    b"\",\"",
    b"\"blobs\":[",
    b"\"proofs\":[",
    b"\"commitments\":[",
    b"{\"result\":",
    b"}",
    b"]",
    b"\xef\xbb\xbf",
    b"\\u0030",
    b"0X",
    b"\n",
    b"'",
    b"null",
    b"[[[[[[[[",
    b"\"blobVersionedHashes\":[",
    b"\"cellProofs\":[",
    b"\"data\":[",
    b"\"params\":[[],\"0x01\"],",
    b"\"index\":\"1\",",
    b"\x1f\x8b\x08",
    b"\xf9\x01\x00",
    b"\xb8\x30",
    b"\x64\x01\x00\x00",
];

/// Runs the target.
pub fn run(data: &[u8]) {
    check_any(data);
    let _ = attempt(&mut Unstructured::new(data));
}

/// Sidecars that a format reads from any bytes can be written, and the written bytes give the same
/// sidecars, but for the parts that the format does not write.
fn check_any(data: &[u8]) {
    for format in formats::all() {
        let recognized = format.recognizes(data);
        let Ok(sidecars) = format.read(data) else {
            continue;
        };
        let name = format.name();
        assert!(
            recognized || name != "raw",
            "{name} reads what it does not know"
        );
        let _ = sidecars.check_hashes();
        let written = match format.write(&sidecars) {
            Ok(written) => written,
            // A block that does not include the commitments, and an object without a block.
            Err(FormatError::Lacks(_)) if sidecars.block.is_some() || sidecars.count() == 0 => {
                continue;
            }
            Err(error) => panic!("{name} does not write what it reads: {error}"),
        };
        let again = format.read(&written).expect("written by the format");
        assert!(again == kept(*format, sidecars), "{name}");
    }
    for length in [1, 32, 48] {
        if let Ok(items) = formats::read_hex(data, length) {
            assert!(!items.is_empty() && items.iter().all(|item| item.len() == length));
        }
    }
    assert_eq!(
        StoredCells::from_bytes(data).is_ok(),
        data.len() == CELLS_FILE_LENGTH
    );
}

/// The part of the sidecars that a format writes.
fn kept(format: &dyn Format, mut sidecars: Sidecars) -> Sidecars {
    if format.name() == "parquet" {
        if sidecars.versioned_hashes.is_empty() {
            let hashes = sidecars.commitments.iter().map(kzg_to_versioned_hash);
            sidecars.versioned_hashes = hashes.collect();
        }
        return sidecars;
    }
    if sidecars.transaction.is_none() {
        sidecars.versioned_hashes.clear();
    }
    if !format.holds().commitments {
        sidecars.commitments.clear();
    }
    sidecars
}

/// Sidecars in a format are recognised and read back as they were.
fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let format = *u.choose(formats::all())?;
    let name = format.name();
    if format.is_encoding() {
        return encoding(format, u);
    }
    let sidecars = documents::sidecars(format, u)?;
    let mut written = format.write(&sidecars).expect("complete sidecars");
    assert!(format.read(&written).expect("intact") == sidecars, "{name}");
    let shown = match name {
        "beacon-blobs-ssz" => "raw",
        "blob-archiver-gzip" => "blob-archiver",
        "sidecar-v0-json" => "bundle-v1",
        name => name,
    };
    let found = formats::recognize(&written).expect("written by a format");
    assert_eq!(found.name(), shown);
    if damage::edit(u, &mut written, 3, TOKENS)? {
        check_any(&written);
    }
    lost_cells(u)
}

/// An encoding takes any bytes, words of the field and no others in one case, and gives them back.
fn encoding(format: &dyn Format, u: &mut Unstructured<'_>) -> Result<()> {
    let content = u.bytes(u.len().min(4096))?;
    match format.read(content) {
        Ok(sidecars) => {
            let written = format.write(&sidecars).expect("what was encoded");
            assert!(written == content, "{}", format.name());
        }
        Err(error) => assert_eq!(format.name(), "words", "{error}"),
    }
    Ok(())
}

/// Cells that are lost are those of 2048 bytes of 0xff, and no others.
fn lost_cells(u: &mut Unstructured<'_>) -> Result<()> {
    let mut bytes = vec![0; CELLS_FILE_LENGTH];
    let mut lost = Vec::new();
    for _ in 0..u.int_in_range(0..=5_u8)? {
        let index = u.choose_index(128)?;
        bytes[index * 2048..][..2048].fill(0xff);
        lost.push(index as u64);
    }
    let changed = u.choose_index(CELLS_FILE_LENGTH)?;
    bytes[changed] = 0x7f;
    lost.retain(|index| *index != (changed / 2048) as u64);
    let cells = StoredCells::from_bytes(&bytes).expect("the length of a file of cells");
    let present: Vec<u64> = (0..128).filter(|index| !lost.contains(index)).collect();
    assert_eq!(cells.present(), present);
    Ok(())
}
