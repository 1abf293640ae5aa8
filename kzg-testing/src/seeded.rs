//! Pseudorandom inputs that are the same in every run.

use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, Blob, Bytes32};

/// A stream of pseudorandom numbers, determined by its seed. Not for secrets.
///
/// Source: SplitMix64, Steele, Lea and Flood 2014.
#[derive(Clone, Debug)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Pseudorandom bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_be_bytes()[..chunk.len()]);
        }
        bytes
    }

    /// A canonical field element, big-endian.
    pub fn field_element(&mut self) -> Bytes32 {
        let mut bytes = self.bytes();
        // The first byte of the group order is 0x73.
        bytes[0] %= 0x73;
        Bytes32(bytes)
    }

    /// A field element in a backend's form.
    pub fn fr<F: Fr>(&mut self) -> F {
        F::from_bytes_reduced(&self.bytes())
    }

    /// A blob of canonical field elements.
    pub fn blob(&mut self) -> Box<Blob> {
        let mut blob = Blob::zeroed_on_heap();
        for element in blob.0.chunks_exact_mut(BYTES_PER_FIELD_ELEMENT) {
            element.copy_from_slice(&self.field_element().0);
        }
        blob
    }

    /// `n` distinct numbers below `end`, ascending.
    ///
    /// # Panics
    ///
    /// If there are fewer than `n` such numbers.
    pub fn subset(&mut self, n: usize, end: u64) -> Vec<u64> {
        let mut rest: Vec<u64> = (0..end).collect();
        let mut chosen: Vec<u64> = (0..n)
            .map(|_| rest.swap_remove((self.next_u64() % rest.len() as u64) as usize))
            .collect();
        chosen.sort_unstable();
        chosen
    }
}
