//! Pseudorandom bytes from a seed.

use crate::sha256::sha256;

/// A stream of bytes that the seed and the label determine: SHA-256 in counter mode.
pub(super) struct RandomBytes {
    /// The seed, a label and the counter.
    input: [u8; 48],
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl RandomBytes {
    pub(super) fn new(seed: &[u8; 32], label: &[u8]) -> Self {
        let mut input = [0; 48];
        input[..32].copy_from_slice(seed);
        input[32..32 + label.len()].copy_from_slice(label);
        Self {
            input,
            counter: 0,
            block: [0; 32],
            used: 32,
        }
    }

    /// Returns a uniform number below `bound`. Bytes beyond the largest multiple of `bound` are dropped.
    pub(super) fn below(&mut self, bound: u8) -> usize {
        let largest = u8::MAX - u8::MAX % bound;
        loop {
            if self.used == self.block.len() {
                self.input[40..].copy_from_slice(&self.counter.to_le_bytes());
                self.block = sha256(&self.input);
                self.counter += 1;
                self.used = 0;
            }
            let byte = self.block[self.used];
            self.used += 1;
            if byte < largest {
                return (byte % bound).into();
            }
        }
    }
}
