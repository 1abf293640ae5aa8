//! The coefficients of the random linear combinations that batch verification uses.

use sha2::{Digest, Sha256};

use crate::algebra::Fr;
use crate::exec::Exec;
use crate::memory_pool::Pooled;

/// Domain separator of the hashes that give the short weights of a batch.
const SHORT_WEIGHTS_DOMAIN: &[u8; 16] = b"KZGSHORTWEIGHTS_";

/// The first `n` powers of `r`: `r^0, r^1, ..`.
///
/// Source: `compute_powers` of the consensus specifications.
pub(crate) fn powers<F: Fr>(r: F, n: usize) -> impl Iterator<Item = F> {
    core::iter::successors(Some(F::ONE), move |power| Some(*power * r)).take(n)
}

/// `n` weights of 128 bits each, from a hash of all items that they weight.
///
/// The author of the items can change the weights only by changing an item, and each change gives
/// new values for all weights. If some items of a list are false, the weights of the list make the
/// errors cancel with probability `2^-128`. Multi-scalar multiplication takes half the time with
/// these weights.
pub(crate) fn short_weights<F: Fr>(transcript: &[u8; 32], n: usize) -> impl Iterator<Item = F> {
    let begun = Sha256::new()
        .chain_update(SHORT_WEIGHTS_DOMAIN)
        .chain_update(transcript);
    (0..n.div_ceil(2) as u64)
        .flat_map(move |pair| {
            let hash = begun.clone().chain_update(pair.to_be_bytes()).finalize();
            let (halves, _) = hash.as_slice().as_chunks::<16>();
            [short(&halves[0]), short(&halves[1])]
        })
        .take(n)
}

/// Weights of the items of a group. Those of other items have no meaning: the vector is as long as the batch, and a
/// small group would take as much time as the batch if each of its vectors were cleared.
pub(crate) struct GroupWeights<F>(pub(crate) Vec<F>);

impl<F> Default for GroupWeights<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The weights of a group, each times the index of its item in the group.
pub(crate) fn weights_by_index<F: Fr>(
    weights: &[F],
    positions: &[usize],
    exec: &Exec,
) -> Pooled<GroupWeights<F>> {
    let mut by_index = exec.scratch::<GroupWeights<F>>();
    by_index.0.resize(weights.len(), F::ZERO);
    for (index, &position) in (0..).zip(positions) {
        by_index.0[position] = weights[position] * F::from_u64(index);
    }
    by_index
}

/// The field element of a 128-bit integer.
fn short<F: Fr>(big_endian: &[u8; 16]) -> F {
    let mut bytes = [0; 32];
    bytes[16..].copy_from_slice(big_endian);
    F::from_bytes_reduced(&bytes)
}
