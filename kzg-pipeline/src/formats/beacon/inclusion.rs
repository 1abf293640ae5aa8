//! Merkle trees of SSZ: whether the body of a block includes commitments.

use kzg_traits::{Bytes32, KzgCommitment};
use sha2::{Digest, Sha256};

use super::{Block, Inclusion};

/// The depth of the proof that a body includes one commitment.
///
/// Source: `KZG_COMMITMENT_INCLUSION_PROOF_DEPTH` of the consensus specifications, presets/mainnet.
pub(super) const BLOB_DEPTH: usize = 17;

/// The depth of the proof that a body includes the list of commitments.
///
/// Source: `KZG_COMMITMENTS_INCLUSION_PROOF_DEPTH` of the consensus specifications.
pub(super) const LIST_DEPTH: usize = 4;

/// The depth of the tree over the list, without its length: `MAX_BLOB_COMMITMENTS_PER_BLOCK` is
/// 4096.
const COMMITMENTS_DEPTH: usize = 12;

/// The largest number of commitments in a block.
pub(in crate::formats) const MOST_COMMITMENTS: usize = 1 << COMMITMENTS_DEPTH;

/// The position of `blob_kzg_commitments` among the fields of a body, since Deneb.
const FIELD: usize = 11;

impl Block {
    /// Whether the body of the block includes the commitment at an index of the block.
    pub(in crate::formats) fn includes(
        &self,
        position: usize,
        index: u64,
        commitments: &[KzgCommitment],
    ) -> bool {
        match &self.inclusion {
            // The tree has leaves for `MOST_COMMITMENTS` items only.
            Inclusion::List(_) if commitments.len() > MOST_COMMITMENTS => false,
            Inclusion::List(branch) => {
                climb(list_root(commitments), FIELD, branch) == self.header.body_root
            }
            Inclusion::Each(_) => commitments
                .get(position)
                .is_some_and(|commitment| self.includes_at(position, index, commitment)),
        }
    }

    /// Whether the branch at a position shows that the body includes this commitment at an index of
    /// the block. Always `false` for a branch of the list.
    pub(in crate::formats) fn includes_at(
        &self,
        position: usize,
        index: u64,
        commitment: &KzgCommitment,
    ) -> bool {
        let Inclusion::Each(branches) = &self.inclusion else {
            return false;
        };
        let Some(branch) = branches.get(position) else {
            return false;
        };
        if index >= MOST_COMMITMENTS as u64 {
            return false;
        }
        // Below the field are the list and its length; the list is the first of them.
        let place = (FIELD << (COMMITMENTS_DEPTH + 1)) | index as usize;
        climb(commitment_root(commitment), place, branch) == self.header.body_root
    }

    /// The branch of the list of all commitments of the block.
    pub(super) fn list_branch(&self) -> Option<[Bytes32; LIST_DEPTH]> {
        match &self.inclusion {
            Inclusion::List(branch) => Some(*branch),
            Inclusion::Each(branches) => branches.first()?.last_chunk().copied(),
        }
    }

    /// The branch of each commitment, where these are all commitments of the block.
    pub(in crate::formats) fn branches(
        &self,
        commitments: &[KzgCommitment],
    ) -> Vec<[Bytes32; BLOB_DEPTH]> {
        match &self.inclusion {
            Inclusion::Each(branches) => branches.clone(),
            Inclusion::List(above) => (0..commitments.len())
                .map(|index| {
                    let mut branch = [Bytes32::default(); BLOB_DEPTH];
                    branch[..COMMITMENTS_DEPTH].copy_from_slice(&siblings(commitments, index));
                    branch[COMMITMENTS_DEPTH] = uint_leaf(commitments.len() as u64);
                    branch[COMMITMENTS_DEPTH + 1..].copy_from_slice(above);
                    branch
                })
                .collect(),
        }
    }
}

fn hash(left: &Bytes32, right: &Bytes32) -> Bytes32 {
    let hash = Sha256::new().chain_update(left.0).chain_update(right.0);
    Bytes32(hash.finalize().into())
}

/// The leaf of a number.
pub(super) fn uint_leaf(number: u64) -> Bytes32 {
    let mut leaf = Bytes32::default();
    leaf.0[..8].copy_from_slice(&number.to_le_bytes());
    leaf
}

/// The root of a tree of this depth over leaves, the rest of which are zero.
pub(super) fn merkleize(leaves: &[Bytes32], depth: usize) -> Bytes32 {
    let (mut level, mut zero) = (leaves.to_vec(), Bytes32::default());
    for _ in 0..depth {
        level = next_level(&level, &zero);
        zero = hash(&zero, &zero);
    }
    level.first().copied().unwrap_or(zero)
}

fn next_level(level: &[Bytes32], zero: &Bytes32) -> Vec<Bytes32> {
    let pairs = level.chunks(2);
    pairs
        .map(|pair| hash(&pair[0], pair.get(1).unwrap_or(zero)))
        .collect()
}

/// The root of a commitment, which is 48 bytes in two chunks.
fn commitment_root(commitment: &KzgCommitment) -> Bytes32 {
    let (mut first, mut second) = (Bytes32::default(), Bytes32::default());
    first.0.copy_from_slice(&commitment.0[..32]);
    second.0[..16].copy_from_slice(&commitment.0[32..]);
    hash(&first, &second)
}

/// The root of a list of commitments.
pub(super) fn list_root(commitments: &[KzgCommitment]) -> Bytes32 {
    let leaves: Vec<Bytes32> = commitments.iter().map(commitment_root).collect();
    let root = merkleize(&leaves, COMMITMENTS_DEPTH);
    hash(&root, &uint_leaf(commitments.len() as u64))
}

/// The siblings on the way from a commitment to the root of the tree over the list.
fn siblings(commitments: &[KzgCommitment], mut index: usize) -> [Bytes32; COMMITMENTS_DEPTH] {
    let mut level: Vec<Bytes32> = commitments.iter().map(commitment_root).collect();
    let mut zero = Bytes32::default();
    let mut siblings = [Bytes32::default(); COMMITMENTS_DEPTH];
    for sibling in &mut siblings {
        *sibling = level.get(index ^ 1).copied().unwrap_or(zero);
        level = next_level(&level, &zero);
        zero = hash(&zero, &zero);
        index /= 2;
    }
    siblings
}

/// The root above a node at a place of its level.
fn climb(node: Bytes32, mut place: usize, branch: &[Bytes32]) -> Bytes32 {
    branch.iter().fold(node, |node, sibling| {
        let parent = match place % 2 {
            0 => hash(&node, sibling),
            _ => hash(sibling, &node),
        };
        place /= 2;
        parent
    })
}

#[cfg(test)]
pub(in crate::formats) mod tests {
    use super::*;
    use crate::formats::beacon::BlockHeader;

    /// A block whose body includes the commitments.
    pub(in crate::formats) fn block_of(commitments: &[KzgCommitment]) -> Block {
        let branch = [1_u8, 2, 3, 4].map(|byte| Bytes32([byte; 32]));
        let body_root = climb(list_root(commitments), FIELD, &branch);
        Block {
            header: BlockHeader {
                slot: 9_000_001,
                proposer_index: 77,
                parent_root: Bytes32([5; 32]),
                state_root: Bytes32([6; 32]),
                body_root,
                signature: [7; 96],
            },
            root: None,
            inclusion: Inclusion::List(branch),
        }
    }

    #[test]
    fn both_kinds_of_branches_lead_to_the_same_root() {
        let commitments: Vec<_> = (1..=5).map(|byte| KzgCommitment([byte; 48])).collect();
        let mut block = block_of(&commitments);
        assert!(block.includes(0, 0, &commitments));
        assert!(!block.includes(0, 0, &commitments[..4]));
        let full = vec![commitments[0]; MOST_COMMITMENTS];
        assert!(block_of(&full).includes(0, 0, &full));
        let too_many = vec![commitments[0]; MOST_COMMITMENTS + 1];
        assert!(!block_of(&too_many).includes(0, 0, &too_many));
        let branches = block.branches(&commitments);
        assert_eq!(
            Block {
                inclusion: Inclusion::Each(branches.clone()),
                ..block.clone()
            }
            .list_branch(),
            block.list_branch()
        );
        block.inclusion = Inclusion::Each(branches);
        for index in 0..5 {
            assert!(block.includes(index, index as u64, &commitments), "{index}");
            for wrong in [index as u64 ^ 1, index as u64 + 4096, u64::MAX] {
                assert!(!block.includes(index, wrong, &commitments), "{wrong}");
            }
        }
        block.header.body_root.0[0] ^= 1;
        assert!(!block.includes(1, 1, &commitments));
    }

    #[test]
    fn roots_are_those_of_the_specification() {
        // The root of a tree of zeros of depth 1 and 2, well-known constants.
        let zeros = merkleize(&[], 1).to_string();
        assert_eq!(
            zeros,
            "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"
        );
        let zeros = merkleize(&[Bytes32::default()], 2).to_string();
        assert_eq!(
            zeros,
            "0xdb56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71"
        );
    }
}
