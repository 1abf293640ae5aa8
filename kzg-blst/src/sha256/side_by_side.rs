//! SHA-256 of several messages side by side, by the SHA instructions of `x86_64`.
//!
//! A round waits for the round before it, so that one message uses half of the throughput of the
//! instructions. The rounds of several messages do not depend on each other.
//!
//! Source: FIPS 180-4; the order of the state is that of the instructions, `(a, b, e, f)` and
//! `(c, d, g, h)`, highest word first.

use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_extract_epi32, _mm_set_epi32, _mm_set_epi64x,
    _mm_setzero_si128, _mm_sha256msg1_epu32, _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32,
    _mm_shuffle_epi8, _mm_shuffle_epi32,
};

/// The most messages whose rounds are interleaved. The state of more messages does not fit the registers.
const MOST_MESSAGES: usize = 4;
/// Number of bytes of a block.
const BLOCK: usize = 64;

/// The first 32 bits of the fractional parts of the square roots of the first eight primes.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
#[rustfmt::skip]
const ROUNDS: [[u32; 4]; 16] = [
    [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5],
    [0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5],
    [0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3],
    [0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174],
    [0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc],
    [0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da],
    [0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7],
    [0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967],
    [0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13],
    [0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85],
    [0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3],
    [0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070],
    [0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5],
    [0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3],
    [0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208],
    [0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2],
];

/// Computes [`Backend::sha256_many`](kzg_traits::Backend::sha256_many) and returns true; returns false,
/// without a change, if the processor lacks the instructions, or the lengths of parts differ between messages.
///
/// # Panics
///
/// If there are not as many results as messages.
pub(crate) fn hash_many<const PARTS: usize>(
    messages: &[[&[u8]; PARTS]],
    out: &mut [[u8; 32]],
) -> bool {
    assert_eq!(messages.len(), out.len(), "one result for each message");
    let lengths = |message: &[&[u8]; PARTS]| message.map(<[u8]>::len);
    let same = messages
        .windows(2)
        .all(|pair| lengths(&pair[0]) == lengths(&pair[1]));
    if !same || !has_instructions() {
        return false;
    }
    for (messages, out) in messages
        .chunks(MOST_MESSAGES)
        .zip(out.chunks_mut(MOST_MESSAGES))
    {
        // SAFETY: the processor has the features, as checked above.
        unsafe {
            match messages.len() {
                1 => hash::<1, PARTS>(messages, out),
                2 => hash::<2, PARTS>(messages, out),
                3 => hash::<3, PARTS>(messages, out),
                _ => hash::<4, PARTS>(messages, out),
            }
        }
    }
    true
}

/// Whether the processor has the instructions.
fn has_instructions() -> bool {
    is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("ssse3")
        && is_x86_feature_detected!("sse4.1")
}

/// Computes the hashes of `N` messages with parts of the same lengths.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn hash<const N: usize, const PARTS: usize>(messages: &[[&[u8]; PARTS]], out: &mut [[u8; 32]]) {
    let mut hashes = Hashes::<N>::new();
    let parts: [[&[u8]; N]; PARTS] =
        core::array::from_fn(|part| core::array::from_fn(|message| messages[message][part]));
    for parts in parts {
        hashes.update(parts);
    }
    for (out, digest) in out.iter_mut().zip(hashes.finish()) {
        *out = digest;
    }
}

/// The state of `N` hashes of messages with the same length.
struct Hashes<const N: usize> {
    /// `(a, b, e, f)` and `(c, d, g, h)`.
    states: [[__m128i; 2]; N],
    /// The bytes after the last whole block.
    rest: [[u8; BLOCK]; N],
    /// Number of bytes of each message until now.
    len: usize,
}

impl<const N: usize> Hashes<N> {
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn new() -> Self {
        let [a, b, c, d, e, f, g, h] = INITIAL.map(|word| word as i32);
        Self {
            states: [[_mm_set_epi32(a, b, e, f), _mm_set_epi32(c, d, g, h)]; N],
            rest: [[0; BLOCK]; N],
            len: 0,
        }
    }

    /// Appends a part to each message. The parts have the same length.
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn update(&mut self, mut parts: [&[u8]; N]) {
        let filled = self.len % BLOCK;
        self.len += parts[0].len();
        if filled > 0 {
            let taken = (BLOCK - filled).min(parts[0].len());
            for (rest, part) in self.rest.iter_mut().zip(&mut parts) {
                let (head, tail) = part.split_at(taken);
                rest[filled..][..taken].copy_from_slice(head);
                *part = tail;
            }
            if filled + taken < BLOCK {
                return;
            }
            let rest = self.rest;
            self.compress(rest.each_ref().map(core::slice::from_ref));
        }
        self.compress(parts.map(|part| part.as_chunks().0));
        for (rest, part) in self.rest.iter_mut().zip(parts) {
            let tail = part.as_chunks::<BLOCK>().1;
            rest[..tail.len()].copy_from_slice(tail);
        }
    }

    /// Appends the padding, and returns the hashes.
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn finish(mut self) -> [[u8; 32]; N] {
        let bits = (self.len as u64 * 8).to_be_bytes();
        let mut padding = [0; 2 * BLOCK];
        padding[0] = 0x80;
        // The length is in the last eight bytes of a block.
        let filled = self.len % BLOCK;
        let zeros = if filled < BLOCK - bits.len() {
            BLOCK
        } else {
            2 * BLOCK
        } - filled
            - bits.len();
        padding[zeros..][..bits.len()].copy_from_slice(&bits);
        self.update([&padding[..zeros + bits.len()]; N]);
        self.states.map(|[abef, cdgh]| {
            let mut digest = [0; 32];
            let (words, _) = digest.as_chunks_mut();
            let [f, e, b, a] = words_of(abef);
            let [h, g, d, c] = words_of(cdgh);
            for (out, word) in words.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *out = word.to_be_bytes();
            }
            digest
        })
    }

    /// Hashes as many blocks of each message as the first one has.
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn compress(&mut self, blocks: [&[[u8; BLOCK]]; N]) {
        let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
        for index in 0..blocks[0].len() {
            let mut words = [[_mm_setzero_si128(); 4]; N];
            for (words, blocks) in words.iter_mut().zip(blocks) {
                let (quarters, _) = blocks[index].as_chunks::<16>();
                for (words, quarter) in words.iter_mut().zip(quarters) {
                    *words = _mm_shuffle_epi8(load(quarter), big_endian);
                }
            }
            let before = self.states;
            for (round, constants) in ROUNDS.iter().enumerate() {
                let [k0, k1, k2, k3] = constants.map(|word| word as i32);
                let constants = _mm_set_epi32(k3, k2, k1, k0);
                for ([abef, cdgh], words) in self.states.iter_mut().zip(&mut words) {
                    let sum = _mm_add_epi32(words[round % 4], constants);
                    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
                    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32::<0x0e>(sum));
                    if round < 12 {
                        // The words of four rounds later.
                        let [w0, w1, w2, w3] = core::array::from_fn(|i| words[(round + i) % 4]);
                        let sum = _mm_add_epi32(
                            _mm_sha256msg1_epu32(w0, w1),
                            _mm_alignr_epi8::<4>(w3, w2),
                        );
                        words[round % 4] = _mm_sha256msg2_epu32(sum, w3);
                    }
                }
            }
            for (state, before) in self.states.iter_mut().zip(before) {
                for (half, before) in state.iter_mut().zip(before) {
                    *half = _mm_add_epi32(*half, before);
                }
            }
        }
    }
}

/// The four words of a register, lowest first.
#[target_feature(enable = "sse4.1")]
fn words_of(register: __m128i) -> [u32; 4] {
    [
        _mm_extract_epi32::<0>(register),
        _mm_extract_epi32::<1>(register),
        _mm_extract_epi32::<2>(register),
        _mm_extract_epi32::<3>(register),
    ]
    .map(|word| word as u32)
}

#[target_feature(enable = "sse2")]
#[inline]
fn load(bytes: &[u8; 16]) -> __m128i {
    let (halves, _) = bytes.as_chunks();
    let [low, high] = [halves[0], halves[1]].map(i64::from_le_bytes);
    _mm_set_epi64x(high, low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn hashes_equal_those_of_the_library() {
        let bytes: Vec<u8> = (0..2000_u32).map(|i| (i * i / 7 + i) as u8).collect();
        let mut hashed = 0;
        for count in 0..=9 {
            for len in (0..150).chain([255, 256, 257, 1000]) {
                for first in [0, 1, 31, 32, 63, 64, 65, len] {
                    let messages: Vec<[&[u8]; 3]> = (0..count)
                        .map(|k| {
                            let message = &bytes[k * 97..][..len];
                            let (head, rest) = message.split_at(first.min(len));
                            let (middle, tail) = rest.split_at(rest.len() / 2);
                            [head, middle, tail]
                        })
                        .collect();
                    let mut out = vec![[0; 32]; count];
                    if !hash_many(&messages, &mut out) {
                        continue;
                    }
                    for (message, hash) in messages.iter().zip(&out) {
                        let expected: [u8; 32] = Sha256::digest(message.concat()).into();
                        assert_eq!(*hash, expected, "{count} messages of {len} bytes");
                        hashed += 1;
                    }
                }
            }
        }
        assert_eq!(hashed > 0, has_instructions());
        if !has_instructions() {
            kzg_testing::skipped("the processor has no SHA instructions");
        }
    }

    #[test]
    fn messages_of_different_lengths_are_left_to_others() {
        let mut out = [[1; 32]; 2];
        assert!(!hash_many(&[[&[1_u8, 2][..]], [&[1][..]]], &mut out));
        assert_eq!(out, [[1; 32]; 2]);
    }
}
