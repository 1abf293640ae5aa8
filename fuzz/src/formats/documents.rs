//! Documents of every format from arbitrary bytes. The block of data columns includes their
//! commitments: the trees of SSZ are computed here a second time.

use arbitrary::{Result, Unstructured};
use kzg_pipeline::formats::beacon::{Block, BlockHeader, Inclusion};
use kzg_pipeline::formats::{BlobCells, Format, ProofKind, SidecarProofs, Sidecars};
use kzg_testing::Seeded;
use kzg_traits::{Bytes32, Cell, KzgCommitment, KzgProof};
use sha2::{Digest, Sha256};

/// Sidecars that a format reads back as they are.
pub(super) fn sidecars(format: &dyn Format, u: &mut Unstructured<'_>) -> Result<Sidecars> {
    let (name, holds) = (format.name(), format.holds());
    let count = u.int_in_range(1..=2_usize)?;
    let mut sidecars = Sidecars::default();
    if holds.cells {
        sidecars.cells = cells(count, u)?;
    } else {
        sidecars.blobs = (0..count as u64).map(|i| Seeded::new(i).blob()).collect();
    }
    if holds.commitments {
        for _ in 0..count {
            sidecars.commitments.push(KzgCommitment(u.arbitrary()?));
        }
    }
    let proof = KzgProof(u.arbitrary()?);
    sidecars.proofs = match holds.proofs {
        ProofKind::Blobs => SidecarProofs::Blobs(vec![proof; count]),
        ProofKind::Cells => SidecarProofs::Cells(vec![proof; 128 * count]),
        _ => SidecarProofs::None,
    };
    if name.starts_with("transaction") {
        let hashes = (0..count).map(|_| Ok(Bytes32(u.arbitrary()?)));
        sidecars.versioned_hashes = hashes.collect::<Result<_>>()?;
        sidecars.transaction = Some(transaction(&sidecars.versioned_hashes));
    }
    if name == "parquet" {
        sidecars.proofs = match u.int_in_range(0..=2_u8)? {
            0 => SidecarProofs::None,
            1 => SidecarProofs::Blobs(vec![proof; count]),
            _ => SidecarProofs::Cells(vec![proof; 128 * count]),
        };
        for _ in 0..count {
            sidecars.versioned_hashes.push(Bytes32(u.arbitrary()?));
        }
        if u.arbitrary()? {
            let any = u.arbitrary()?;
            sidecars.slots = vec![*u.choose(&[0, u64::MAX, any])?; count];
            sidecars.indices = (0..count as u64).map(|blob| 5 + blob).collect();
        }
    }
    if name.starts_with("get-blobs") && u.arbitrary()? {
        sidecars.indices = (0..count as u64).map(|blob| 1 + 2 * blob).collect();
    }
    if name.starts_with("blob-sidecars") || name.starts_with("blob-archiver") {
        if u.arbitrary()? {
            sidecars.indices = (0..count as u64).map(|blob| 9 - 3 * blob).collect();
        }
        let branches = (0..count).map(|_| branch(u)).collect::<Result<_>>()?;
        let mut block = block(Inclusion::Each(branches), Bytes32(u.arbitrary()?), u)?;
        if name.starts_with("blob-archiver") {
            block.root = Some(Bytes32(u.arbitrary()?));
        }
        sidecars.block = Some(Box::new(block));
    }
    if name.starts_with("data-column") {
        let branch = branch(u)?;
        let root = body_root(&sidecars.commitments, &branch);
        sidecars.block = Some(Box::new(block(Inclusion::List(branch), root, u)?));
    }
    Ok(sidecars)
}

/// The same few cells of each blob.
fn cells(count: usize, u: &mut Unstructured<'_>) -> Result<Vec<BlobCells>> {
    let mut indices = Vec::new();
    for index in 0..128 {
        if u.ratio(1, 20)? {
            indices.push(index);
        }
    }
    if indices.is_empty() {
        indices.push(77);
    }
    let (cell, proof) = (
        Cell([u.arbitrary()?; Cell::LENGTH]),
        KzgProof(u.arbitrary()?),
    );
    let blob = BlobCells {
        cells: vec![cell; indices.len()],
        proofs: vec![proof; indices.len()],
        indices,
    };
    Ok(vec![blob; count])
}

fn branch<const N: usize>(u: &mut Unstructured<'_>) -> Result<[Bytes32; N]> {
    let mut branch = [Bytes32::default(); N];
    for node in &mut branch {
        node.0 = u.arbitrary()?;
    }
    Ok(branch)
}

fn block(inclusion: Inclusion, body_root: Bytes32, u: &mut Unstructured<'_>) -> Result<Block> {
    let header = BlockHeader {
        slot: u.arbitrary()?,
        proposer_index: u.arbitrary()?,
        parent_root: Bytes32(u.arbitrary()?),
        state_root: Bytes32(u.arbitrary()?),
        body_root,
        signature: [u.arbitrary()?; 96],
    };
    Ok(Block {
        header,
        root: None,
        inclusion,
    })
}

/// The body of a blob transaction in RLP.
fn transaction(hashes: &[Bytes32]) -> Vec<u8> {
    let list = |payload: &[u8]| {
        let mut out = match payload.len() {
            short @ ..56 => vec![0xc0 + short as u8],
            long => vec![0xf9, (long >> 8) as u8, long as u8],
        };
        if payload.len() >= 56 && payload.len() < 256 {
            out = vec![0xf8, payload.len() as u8];
        }
        out.extend(payload);
        out
    };
    let hashes: Vec<u8> = hashes
        .iter()
        .flat_map(|hash| [&[0xa0][..], &hash.0].concat())
        .collect();
    // Chain identifier, nonce, fees, gas limit; recipient; value, data, access list, fee of blobs.
    let fields = [
        &[1, 0x80, 2, 3, 4, 0x94][..],
        &[0x11; 20],
        &[0x80, 0x80, 0xc0, 7],
        &list(&hashes),
        &[1, 5, 6],
    ];
    list(&fields.concat())
}

fn hash(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    Sha256::digest([left, right].concat()).into()
}

/// The root of a tree over leaves, by halves. The rest of the leaves are zero.
fn root(leaves: &[[u8; 32]], depth: u32) -> [u8; 32] {
    if depth == 0 {
        return leaves.first().copied().unwrap_or_default();
    }
    if leaves.is_empty() {
        let half = root(&[], depth - 1);
        return hash(half, half);
    }
    let (left, right) = leaves.split_at(leaves.len().min(1 << (depth - 1)));
    hash(root(left, depth - 1), root(right, depth - 1))
}

/// The root of a body, field 11 of which is the list of commitments, at most 4096.
fn body_root(commitments: &[KzgCommitment], branch: &[Bytes32; 4]) -> Bytes32 {
    let leaves: Vec<[u8; 32]> = commitments
        .iter()
        .map(|commitment| {
            let mut chunks = [[0; 32]; 2];
            chunks.as_flattened_mut()[..48].copy_from_slice(&commitment.0);
            hash(chunks[0], chunks[1])
        })
        .collect();
    let mut length = [0; 32];
    length[..8].copy_from_slice(&(commitments.len() as u64).to_le_bytes());
    let list = hash(root(&leaves, 12), length);
    // 11 is 1011 in binary: the node is the right one, the right one, the left one, the right one.
    let [first, second, third, fourth] = branch.map(|node| node.0);
    let node = hash(second, hash(first, list));
    Bytes32(hash(fourth, hash(node, third)))
}
