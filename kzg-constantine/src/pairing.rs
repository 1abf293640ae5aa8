//! Pairings by Constantine's EVM precompile, the only pairing that the library exports.
//!
//! The precompile repeats the subgroup check of each point.
//!
//! Source: EIP-2537, `BLS12_PAIRING_CHECK`.

use core::fmt;

use constantine_sys::status::evm;
use constantine_sys::types::Fp;

use crate::group::{G1, G2, fp_bytes, to_affine};
use crate::library::computed;

/// Bytes of a coordinate in the precompile's input.
const COORDINATE: usize = 64;
/// Bytes of a pair: two coordinates in G1 and four in G2.
const PAIR: usize = 6 * COORDINATE;

/// A fixed point of G2 in the precompile's form: `x` then `y`, each `c0` then `c1`; infinity is
/// all zeros.
#[derive(Clone)]
pub struct PreparedG2([u8; 4 * COORDINATE]);

impl PreparedG2 {
    pub(crate) fn new(point: &G2) -> Self {
        let affine = point.to_affine();
        let mut bytes = [0; 4 * COORDINATE];
        let coordinates = affine.x.c.iter().chain(&affine.y.c);
        for (slot, coordinate) in bytes.chunks_exact_mut(COORDINATE).zip(coordinates) {
            slot.copy_from_slice(&encoded(coordinate));
        }
        Self(bytes)
    }
}

impl fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedG2").finish_non_exhaustive()
    }
}

/// Whether the product of the pairings `e(p, q)` is one.
///
/// # Errors
///
/// The status of the library if it is not success. The points were checked before, so any other
/// status is a fault of the library or of this crate, and says nothing about the pairings.
pub(crate) fn check(pairs: &[(G1, &PreparedG2)]) -> Result<bool, u8> {
    // The precompile refuses an empty input. The empty product is one.
    if pairs.is_empty() {
        return Ok(true);
    }
    let points: Vec<G1> = pairs.iter().map(|(p, _)| *p).collect();
    let mut input = Vec::with_capacity(PAIR * pairs.len());
    for (p, (_, q)) in to_affine(&points).iter().zip(pairs) {
        input.extend_from_slice(&encoded(&p.x));
        input.extend_from_slice(&encoded(&p.y));
        input.extend_from_slice(&q.0);
    }
    let unanswered = (evm::INPUT_SIZE, [0; 32]);
    let (status, answer) = computed(unanswered, |f, (status, answer)| {
        // SAFETY: the function reads as many bytes as the input has, and writes 32.
        *status =
            unsafe { (f.pairing_check)(answer.as_mut_ptr(), 32, input.as_ptr(), input.len()) };
    });
    if status == evm::SUCCESS {
        Ok(answer[31] == 1)
    } else {
        Err(status)
    }
}

fn encoded(coordinate: &Fp) -> [u8; COORDINATE] {
    fp_bytes(coordinate)
}
