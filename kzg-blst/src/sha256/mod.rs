//! SHA-256 of one message, and of several messages side by side.

#[cfg(target_arch = "x86_64")]
mod side_by_side;

#[cfg(target_arch = "x86_64")]
pub(crate) use side_by_side::hash_many;

/// Computes SHA-256 by blst.
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // SAFETY: blst reads the message and writes 32 bytes, the length of the array.
    unsafe { blst::blst_sha256(digest.as_mut_ptr(), message.as_ptr(), message.len()) };
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_hash_equals_that_of_the_library() {
        for message in [&b""[..], b"abc", &[7; 55], &[7; 56], &[7; 64], &[7; 1000]] {
            let expected: [u8; 32] = Sha256::digest(message).into();
            assert_eq!(sha256(message), expected);
        }
    }
}
