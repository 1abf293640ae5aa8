//! Standard constants, and small multiples of the generators.

/// Decodes the hexadecimal digits of a constant.
pub(super) const fn decoded<const N: usize>(digits: &str) -> [u8; N] {
    const fn digit(byte: u8) -> u8 {
        match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => panic!("a lower-case hexadecimal digit"),
        }
    }
    let digits = digits.as_bytes();
    assert!(digits.len() == 2 * N, "two digits to a byte");
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = digit(digits[2 * at]) << 4 | digit(digits[2 * at + 1]);
        at += 1;
    }
    bytes
}

/// The group order.
pub(super) const ORDER: [u8; 32] =
    decoded("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
/// `2^256 - 1` modulo the group order.
pub(super) const ALL_ONES_REDUCED: [u8; 32] =
    decoded("1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffd");
/// `1/3` in the scalar field.
pub(super) const THIRD: [u8; 32] =
    decoded("4d491a377113a8daccd13ab0066be558e27e6d5755543d54aaaaaaaa00000001");

pub(super) const G1: [u8; 48] = decoded(
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
);
pub(super) const TWICE_G1: [u8; 48] = decoded(
    "a572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e",
);
pub(super) const THRICE_G1: [u8; 48] = decoded(
    "89ece308f9d1f0131765212deca99697b112d61f9be9a5f1f3780a51335b3ff981747a0b2ca2179b96d2c0c9024e5224",
);
/// 13 times the generator.
pub(super) const G1_13: [u8; 48] = decoded(
    "851f8a0b82a6d86202a61cbc3b0f3db7d19650b914587bde4715ccd372e1e40cab95517779d840416e1679c84a6db24e",
);
pub(super) const G2: [u8; 96] = decoded(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
);
pub(super) const TWICE_G2: [u8; 96] = decoded(
    "aa4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c335771638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a053",
);
pub(super) const THRICE_G2: [u8; 96] = decoded(
    "89380275bbc8e5dcea7dc4dd7e0550ff2ac480905396eda55062650f8d251c96eb480673937cc6d9d6a44aaa56ca66dc122915c824a0857e2ee414a3dccb23ae691ae54329781315a0c75df1c04d6d7a50a030fc866f09d516020ef82324afae",
);

/// The encoding of a small integer.
pub(super) const fn small<const N: usize>(n: u8) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[N - 1] = n;
    bytes
}

/// The encoding of infinity, with further flag bits.
pub(super) const fn infinity<const N: usize>(flags: u8) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = flags;
    bytes
}
