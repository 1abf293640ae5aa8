//! Documents of the Beacon API against those that tests/data/beacon.py computes from the
//! specifications alone.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::formats::beacon::{Block, BlockHeader, Inclusion};
use kzg_traits::{Cell, KzgCommitment};

const VECTORS: &str = include_str!("../../../tests/data/beacon.json");

/// The cells of a column of the vectors.
const COLUMNS: [u64; 3] = [3, 64, 127];

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let digits = value.as_str().expect("a string").trim_start_matches("0x");
    let bytes = ::hex::decode(digits).expect("digits");
    bytes.try_into().expect("the length")
}

fn each<T>(value: &Value, make: impl Fn(&Value) -> T) -> Vec<T> {
    let items = value.as_array().expect("a list");
    items.iter().map(make).collect()
}

fn branch<const N: usize>(value: &Value) -> [Bytes32; N] {
    let nodes = each(value, |node| Bytes32(bytes(node)));
    nodes.try_into().expect("the depth")
}

#[test]
fn documents_and_branches_are_those_of_the_specifications() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("a document");
    let vectors = vectors.as_array().expect("a list");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let roots = each(&vector["roots"], |root| Bytes32(bytes(root)));
        let header = BlockHeader {
            slot: vector["slot"].as_u64().expect("a number"),
            proposer_index: vector["proposer_index"].as_u64().expect("a number"),
            parent_root: roots[0],
            state_root: roots[1],
            body_root: roots[2],
            signature: bytes(&vector["signature"]),
        };
        assert_eq!(header.root(), Bytes32(bytes(&vector["block_root"])));
        let commitments = each(&vector["commitments"], |point| KzgCommitment(bytes(point)));
        let proofs = each(&vector["proofs"], |point| KzgProof(bytes(point)));
        let branches: Vec<[Bytes32; 17]> = each(&vector["branches"], branch);
        let of_list = Block {
            header,
            root: None,
            inclusion: Inclusion::List(branch(&vector["list_branch"])),
        };
        let of_each = Block {
            inclusion: Inclusion::Each(branches.clone()),
            ..of_list.clone()
        };
        assert!(of_list.includes(0, 0, &commitments));
        assert_eq!(of_list.branches(&commitments), branches);
        for index in 0..commitments.len() {
            assert!(of_each.includes(index, index as u64, &commitments));
        }
        let count = commitments.len();

        let blobs = (1..=count as u8).map(|byte| {
            let mut blob = Blob::zeroed_on_heap();
            blob.0.fill(byte);
            blob
        });
        let sidecars = Sidecars {
            blobs: blobs.collect(),
            commitments: commitments.clone(),
            proofs: SidecarProofs::Blobs(proofs.clone()),
            block: Some(Box::new(of_each)),
            ..Sidecars::default()
        };
        let sha256 = |content: &[u8]| ::hex::encode(Sha256::digest(content));
        let written = BlobSidecarsSsz.write(&sidecars).unwrap();
        assert_eq!(sha256(&written), vector["sidecars_sha256"]);
        assert!(BlobSidecarsSsz.read(&written).unwrap() == sidecars);

        let cells = (0..count).map(|blob| BlobCells {
            indices: COLUMNS.to_vec(),
            cells: COLUMNS
                .map(|index| Cell([index as u8 + blob as u8 + 1; Cell::LENGTH]))
                .to_vec(),
            proofs: vec![proofs[blob]; COLUMNS.len()],
        });
        let columns = Sidecars {
            commitments,
            cells: cells.collect(),
            block: Some(Box::new(of_list)),
            ..Sidecars::default()
        };
        let written = DataColumnsSsz.write(&columns).unwrap();
        assert_eq!(sha256(&written), vector["columns_sha256"]);
        let read = DataColumnsSsz.read(&written).unwrap();
        assert!(read == columns);
        assert_eq!(
            read.check_hashes().map_err(|error| error.to_string()),
            Ok(())
        );
    }
}
