//! Compares `SimpleCoder` with the encoder of alloy's own crate.

use alloy_eips::eip4844::Blob as AlloyBlob;
use alloy_eips::eip4844::builder::{SidecarBuilder, SidecarCoder, SimpleCoder as AlloyCoder};
use kzg_advanced::Blob;
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use proptest::prelude::*;

fn bytes(length: usize, seed: u8) -> Vec<u8> {
    (0..length)
        .map(|i| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0] ^ seed)
        .collect()
}

/// The blobs of an input: one blob for each piece of at most the codec's capacity.
fn encode(input: &[u8]) -> Vec<Box<Blob>> {
    input
        .chunks(SimpleCoder.capacity())
        .map(|item| {
            let mut blob = Blob::zeroed_on_heap();
            SimpleCoder
                .encode(item, &mut blob)
                .expect("within the capacity");
            blob
        })
        .collect()
}

fn check(input: &[u8]) {
    let blobs = encode(input);
    let mut decoded = Vec::new();
    for blob in &blobs {
        SimpleCoder
            .decode(blob, &mut decoded)
            .expect("encoded just now");
    }
    assert_eq!(decoded, input, "our own decoder");

    let for_alloy: Vec<AlloyBlob> = blobs.iter().map(|blob| AlloyBlob::new(blob.0)).collect();
    let items = AlloyCoder::default().decode_all(&for_alloy);
    let expected = (!input.is_empty()).then(|| input.to_vec());
    assert_eq!(
        items.map(|items| items.concat()),
        expected,
        "alloy's decoder, {} bytes",
        input.len()
    );

    if !input.is_empty() && input.len() <= SimpleCoder.capacity() {
        let theirs = SidecarBuilder::<AlloyCoder>::from_slice(input).take();
        // alloy may allocate further blobs and leave them empty.
        assert_eq!(theirs[0].as_slice(), blobs[0].as_slice(), "alloy's encoder");
        assert!(
            theirs[1..]
                .iter()
                .all(|blob| blob.iter().all(|&byte| byte == 0))
        );
    }
}

#[test]
fn lengths_at_every_boundary() {
    let capacity = SimpleCoder.capacity();
    for length in [
        0,
        1,
        30,
        31,
        32,
        61,
        62,
        63,
        255,
        256,
        capacity - 31,
        capacity - 1,
        capacity,
        capacity + 1,
        2 * capacity - 1,
        2 * capacity,
        2 * capacity + 1,
        5 * capacity + 77,
    ] {
        check(&bytes(length, 0x5a));
        check(&vec![0; length]);
        check(&vec![0xff; length]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_encode_as_alloy_does(
        input in (0_usize..400_000, any::<u8>()).prop_map(|(n, seed)| bytes(n, seed)),
    ) {
        check(&input);
    }

    /// Decoding any blob does not panic, and encoding the decoded bytes again gives the same blob.
    #[test]
    fn encoding_the_decoded_bytes_gives_the_same_blob(
        length in prop_oneof![0_u64..200, Just(126_945), any::<u64>()],
        edits in proptest::collection::vec((0_usize..131_072, any::<u8>()), 0..3),
    ) {
        let mut blob = Blob::zeroed_on_heap();
        blob.0[1..9].copy_from_slice(&length.to_be_bytes());
        for (position, value) in edits {
            blob.0[position] = value;
        }
        let mut out = Vec::new();
        if SimpleCoder.decode(&blob, &mut out).is_ok() {
            let mut again = Blob::zeroed_on_heap();
            SimpleCoder.encode(&out, &mut again).unwrap();
            prop_assert_eq!(again, blob);
        }
    }
}
