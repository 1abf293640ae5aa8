//! The inputs of the calls, well formed and malformed.

use kzg_backends::kzg_traits::{Blob, Bytes32};
use kzg_testing::Seeded;

/// The group order, big-endian.
const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
/// A primitive root of unity of order 4096, which is a point of the domain.
const ROOT_OF_UNITY: &str = "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306";

pub(crate) const INFINITY: [u8; 48] = {
    let mut bytes = [0; 48];
    bytes[0] = 0xc0;
    bytes
};

/// The zero blob, a constant blob, a blob of the largest element, a blob with one nonzero element,
/// and pseudorandom blobs.
pub(crate) fn blobs() -> Vec<(&'static str, Box<Blob>)> {
    let filled = |element: [u8; 32]| {
        let mut blob = Blob::zeroed_on_heap();
        blob.0
            .chunks_mut(32)
            .for_each(|slot| slot.copy_from_slice(&element));
        blob
    };
    let mut one = [0; 32];
    one[31] = 1;
    let mut largest = order();
    largest[31] -= 1;
    let mut last_only = Blob::zeroed_on_heap();
    last_only.0[131_071] = 7;
    let mut seeded = Seeded::new(4844);
    vec![
        ("zero", Blob::zeroed_on_heap()),
        ("constant one", filled(one)),
        ("all r-1", filled(largest)),
        ("only the last", last_only),
        ("generated", seeded.blob()),
        ("generated too", seeded.blob()),
    ]
}

fn bytes_32(digits: &str) -> Bytes32 {
    digits.parse().expect("64 digits")
}

pub(crate) fn order() -> [u8; 32] {
    bytes_32(ORDER).0
}

/// Evaluation points in the domain, outside the domain, and not canonical.
pub(crate) fn evaluation_points() -> Vec<Bytes32> {
    let small = |n: u8| {
        let mut bytes = [0; 32];
        bytes[31] = n;
        Bytes32(bytes)
    };
    let mut largest = order();
    largest[31] -= 1;
    vec![
        small(0),
        small(1),
        small(2),
        Bytes32(largest), // minus one, on the domain
        bytes_32(ROOT_OF_UNITY),
        Seeded::new(1).field_element(),
        bytes_32(ORDER),
        Bytes32([0xff; 32]),
    ]
}

/// Encodings of 48 bytes that are not points of the group, one for each reason.
pub(crate) fn bad_points() -> Vec<(&'static str, [u8; 48])> {
    let with = |first: u8, last: u8| {
        let mut bytes = [0; 48];
        (bytes[0], bytes[47]) = (first, last);
        bytes
    };
    vec![
        ("not compressed", with(0, 0)),
        ("infinity with a stray bit", with(0xc0, 1)),
        ("infinity with a sign", with(0xe0, 0)),
        ("uncompressed infinity", with(0x40, 0)),
        ("x too large", [0xbf; 48]),
        ("off the curve", with(0x80, 1)),
        ("outside the subgroup", with(0x80, 0)),
        ("outside the subgroup, larger y", with(0xa0, 0)),
    ]
}
