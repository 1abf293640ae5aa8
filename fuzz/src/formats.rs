//! Every reader of blobs, cells and proofs in kzg-pipeline: raw, hexadecimal, bundles of the Engine API,
//! files of cells.

use arbitrary::{Result, Unstructured};
use kzg_pipeline::cells::{CELLS_FILE_LENGTH, StoredCells};
use kzg_pipeline::formats::{self, SidecarProofs, Sidecars};
use kzg_testing::Seeded;
use kzg_traits::{Blob, KzgCommitment, KzgProof};

use crate::damage;

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
];

/// Runs the target.
pub fn run(data: &[u8]) {
    check_any(data);
    let _ = attempt(&mut Unstructured::new(data));
}

/// What is read from any bytes can be written, and is read back as the same.
fn check_any(data: &[u8]) {
    for format in formats::all() {
        let recognized = format.recognizes(data);
        let Ok(sidecars) = format.read(data) else {
            continue;
        };
        assert!(
            recognized || format.name() != "raw",
            "{} reads what it does not know",
            format.name()
        );
        let written = format
            .write(&sidecars)
            .expect("what was read from the format");
        assert_eq!(
            format.read(&written).expect("written by the format"),
            sidecars
        );
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

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let count = u.int_in_range(1..=2_usize)?;
    let blobs: Vec<Box<Blob>> = (0..count).map(|i| Seeded::new(i as u64).blob()).collect();
    let mut commitments = Vec::new();
    for _ in 0..count {
        commitments.push(KzgCommitment(u.arbitrary()?));
    }
    let name = *u.choose(&["raw", "hex", "bundle-v1", "bundle-v2"])?;
    let proof = KzgProof(u.arbitrary()?);
    let sidecars = match name {
        "bundle-v1" => Sidecars {
            blobs,
            commitments,
            proofs: SidecarProofs::Blobs(vec![proof; count]),
            ..Sidecars::default()
        },
        "bundle-v2" => {
            let proofs = SidecarProofs::Cells(vec![proof; 128 * count]);
            Sidecars {
                blobs,
                commitments,
                proofs,
                ..Sidecars::default()
            }
        }
        _ => Sidecars {
            blobs,
            ..Sidecars::default()
        },
    };
    let format = formats::by_name(name).expect("a format");
    let mut written = format.write(&sidecars).expect("complete sidecars");
    let found = formats::recognize(&written).expect("written by a format");
    assert_eq!(found.name(), name);
    assert_eq!(found.read(&written).expect("intact"), sidecars);
    if damage::edit(u, &mut written, 3, TOKENS)? {
        check_any(&written);
    }
    lost_cells(u)
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
