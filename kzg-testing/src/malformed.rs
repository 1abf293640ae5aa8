//! Encodings that must be refused, with the reasons.

use super::reference::ORDER_BYTES;
use kzg_traits::error::PointError;

/// 32 bytes at or above the group order.
pub(super) fn field_elements() -> [[u8; 32]; 4] {
    let mut above = ORDER_BYTES;
    above[31] += 1;
    let mut far_above = ORDER_BYTES;
    far_above[0] |= 0x80;
    [ORDER_BYTES, above, far_above, [0xff; 32]]
}

/// The base field modulus, big-endian.
pub(super) const FIELD_MODULUS: [u8; 48] = decoded(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
);

/// Decodes hexadecimal digits at compile time.
pub(super) const fn decoded<const N: usize>(digits: &str) -> [u8; N] {
    match hex::const_decode_to_array(digits.as_bytes()) {
        Ok(bytes) => bytes,
        Err(_) => panic!("not hexadecimal"),
    }
}

/// The compressed generator of G1.
pub(super) const G1_GENERATOR: [u8; 48] = decoded(
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
);

/// Points of G1's curve outside its subgroup: one of each small order that divides the
/// cofactor, `3·11²·10177²·859267²·52437899²`, and the generator plus each of them. The first
/// is `(0, -2)`.
pub(super) const G1_OUTSIDE_SUBGROUP: [[u8; 48]; 11] = [
    decoded(
        "a00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    ),
    decoded(
        "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    ),
    decoded(
        "ae9277968cb92c78d15a2a2ed855d55061c3929db43d1e53d6d13bee755ff9a91b3f577bbb2f15c6ba8206a6a81c4afd",
    ),
    decoded(
        "b9b3e2c8c6bbf59d3c326b531fc1e639d29200c28624ac604f251a12908c9b7f735318617f625954cc71cdf03229b1ef",
    ),
    decoded(
        "add0bf3057c67011374bc51a8f7a1ed69dd2067c4cf8caa84e416a6f3da6cc6eccdc26527ffd3c9994589370a5247854",
    ),
    decoded(
        "b93b2cc2a8a222518a034a317b5739ccd4a649411687902474b6c8856f35d618539e97dafa1784403ae4bcd37562c234",
    ),
    decoded(
        "95a39e167e9bbe2f505b319fd1aa033c29969d242c8d967a6c5f59cfc53672b3ce9404960c0d731dd7c74af8370657e7",
    ),
    decoded(
        "9310f8ec33fd928f6e1574118fda4984a98fc50e5a9d7f131f342d969864bf3812fc1fa57714de7d4c72990b03b5cac7",
    ),
    decoded(
        "b32d9a622fe453227584ddfdf1a329d8fd798ce990d4a24d61e550b70a5b9ad3bb6c8524d31a74ace10dea4a17159174",
    ),
    decoded(
        "936e825e6cd75a2167f0c44cfadea0ecc43c0be6a51219b5d2c4ae3bd6c77607ea2e1cc2b828fe316f8237382eab63a6",
    ),
    decoded(
        "abb51400e8014d40316d2dad90811bafb4f765d521a9c083dc0c286300a0516b7919ebee82eff5d9be7ac17235e7a4a9",
    ),
];

/// The same for G2: points of order 13, 23, 2713, 11953 and 262069, and the generator plus each of
/// them.
pub(super) const G2_OUTSIDE_SUBGROUP: [[u8; 96]; 10] = [
    decoded(
        "9004c8308dc6da448ae163bec45203a6b38135c14537bde89248887474c864bf187c57ef547ec085c8fd8ff64efbdb7110b78a07881273d695e1156228a5b64d08ae178eab069faf0557587dcdae8763dfdf70e988418ea6778422af3a0a75f7",
    ),
    decoded(
        "a3f210f97004542c530902758975054e829cd51cc2d4028bef8bf0f93f01f65eff882889d484f0b0dfa118a9ee56c8bc0211fe76295f4809157ae41aed75c101fc1de036127bb26382aee210c175065f737c647fa15b2f5db2eceb218a14f500",
    ),
    decoded(
        "ae553e6cbe332f0893100f2b98b780176776a40bab41825cad5ec2ca7e9e8b00fab44f260728b7477612ba30a9a70f5509d775ea2c21e4b8ac68effebe3d5867188f0d6278777a88063d32e2b3160d270b333bfe938d45fdafbff018b74b14fd",
    ),
    decoded(
        "84cbab69c3e980fbbf19a6561ef5f9deedcd4f1c7aaec5738fdb1df8502620786f269bd896c28699f580a0b3cfc204c018cfe665654252241b48087176fee6e73980fb24a4b58d7219f58e1e05b92c264ee6030275dfa70390816936b271c491",
    ),
    decoded(
        "885ec0213c3b406ff4fdd43cf11612f0df22ed2499331a7ad8277de51edf15f68e008b187d51a4386590857c745c91f2020a636165b4cc22d39199689a13399cdf20274ec1aaf9dda5b7bd60ca0760bb87d13d5ceaa90438335952e2a0d096e2",
    ),
    decoded(
        "b4f8037dc87768236f54412c8f9eaf2885e9454e3ea23c437bf6529274d3d6abd62956bad602d511e961d15421be596e06967641feb8dd9980ba4bde2a495ddba038903822049bc99d122b59211c26d2996917d7ca9cf9da5c5b5fc5f9532301",
    ),
    decoded(
        "88fb57abd58129ed676192ff4b4ff33a12cb2071fe2911f84f680498a0e364e8fb0a09735c9d82dfb28024af210cb7e817233a82adf0370ba7fe5bfbf9a94bde6f20cbe24197cbe55c374cbdc69c2e423a66680ee900ad76738af56fc3559619",
    ),
    decoded(
        "b6351866597f951685653e66433772f80490acda05dcf86dfc49d6494f4c273494900d3e06b211755d5801977fdd5a80179f3b3f5abc55f797710717fa2079e7692a71992b6258bc4a4916c1a435e031587be0f77866de6c1f459bbc4b20797b",
    ),
    decoded(
        "a691aca38bbed5f0ccc6d23d19fcd8455112838a9e81002ca080db53e0027dc3141e725e835af35b7c1da028c31f646a1836cda8e432fd2fa7ba9d03d8699aa9f0a9645f18f6583fe99ca72abdadab8647184e9bb209fc8bf89315e3bb9c8e9a",
    ),
    decoded(
        "a3ae286f30c502fd7982bb80e4d7918e80f8fc803cf4bc95918e290f9ae548a0017d11386275f770554bb51eb4beed9010357a7b0e4f0add7da711ab76185cf9450d40df8b8bc3e2bb1dc61bee98f82c3acec75eedbcad6242443620fefbc119",
    ),
];

/// One encoding of a point for each reason to refuse it, in the order of the checks.
pub(super) fn g1_points() -> [([u8; 48], PointError); 6] {
    let mut uncompressed = G1_GENERATOR;
    uncompressed[0] &= 0x7f;
    let mut stray_infinity = [0; 48];
    stray_infinity[0] = 0xc0;
    stray_infinity[47] = 1;
    let mut modulus = FIELD_MODULUS;
    modulus[0] |= 0x80;
    let mut off_curve = [0; 48];
    off_curve[0] = 0x80;
    off_curve[47] = 1;
    [
        ([0; 48], PointError::Encoding),
        (uncompressed, PointError::Encoding),
        (stray_infinity, PointError::Encoding),
        (modulus, PointError::Coordinate),
        (off_curve, PointError::Curve),
        (G1_OUTSIDE_SUBGROUP[0], PointError::Subgroup),
    ]
}
