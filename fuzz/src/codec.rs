//! The encodings of bytes into blobs, against alloy's.

use alloy_eips::eip4844::Blob as AlloyBlob;
use alloy_eips::eip4844::builder::{SidecarCoder, SimpleCoder as AlloyCoder};
use arbitrary::{Result, Unstructured};
use kzg_advanced::codec::{BlobCodec, RawBlobs, SimpleCoder};
use kzg_traits::Blob;

use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    round_trip(data);
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    // Lengths at the borders of field elements and of a blob.
    let length = match u.int_in_range(0..=3_u8)? {
        0 => 31 * u.int_in_range(0..=4095_usize)? + u.int_in_range(0..=2)?,
        1 => SimpleCoder.capacity() - u.int_in_range(0..=40_usize)?,
        _ => usize::from(u.arbitrary::<u16>()?),
    };
    let byte = u.arbitrary()?;
    round_trip(&vec![byte; length]);
    damaged(u, &vec![byte; length.clamp(1, SimpleCoder.capacity())])
}

fn round_trip(item: &[u8]) {
    let mut blob = Blob::zeroed_on_heap();
    if item.is_empty() || item.len() > SimpleCoder.capacity() {
        assert!(SimpleCoder.encode(item, &mut blob).is_err());
        return;
    }
    SimpleCoder
        .encode(item, &mut blob)
        .expect("within the capacity");
    assert!(
        blob.field_elements()
            .iter()
            .all(|element| *element < inputs::ORDER)
    );
    let mut decoded = Vec::new();
    SimpleCoder
        .decode(&blob, &mut decoded)
        .expect("encoded just now");
    assert_eq!(decoded, item);
    let theirs = AlloyCoder::default().decode_all(&[AlloyBlob::new(blob.0)]);
    assert_eq!(theirs, Some(vec![item.to_vec()]), "alloy's decoder");
}

/// A blob that decodes is the only blob of its item; alloy's decoder accepts it too.
fn damaged(u: &mut Unstructured<'_>, item: &[u8]) -> Result<()> {
    let mut blob = Blob::zeroed_on_heap();
    SimpleCoder
        .encode(item, &mut blob)
        .expect("within the capacity");
    // The field element with the last byte of the item.
    let end = 32 * item.len().div_ceil(31);
    for _ in 0..u.int_in_range(0..=3_u8)? {
        // The header, the end of the item, or any byte.
        let place = match u.int_in_range(0..=2_u8)? {
            0 => u.choose_index(64)?,
            1 => (end + u.choose_index(64)?).min(Blob::LENGTH - 1),
            _ => u.choose_index(Blob::LENGTH)?,
        };
        blob.0[place] = u.arbitrary()?;
    }
    let mut decoded = Vec::new();
    if SimpleCoder.decode(&blob, &mut decoded).is_ok() {
        let mut again = Blob::zeroed_on_heap();
        SimpleCoder
            .encode(&decoded, &mut again)
            .expect("within the capacity");
        assert!(again == blob, "two blobs of one item");
        let theirs = AlloyCoder::default().decode_all(&[AlloyBlob::new(blob.0)]);
        assert_eq!(theirs, Some(vec![decoded]), "alloy's decoder");
    } else {
        assert!(decoded.is_empty(), "an error leaves the output alone");
    }
    let mut raw = Vec::new();
    if RawBlobs.decode(&blob, &mut raw).is_ok() {
        let mut again = Blob::zeroed_on_heap();
        RawBlobs.encode(&raw, &mut again).expect("decoded just now");
        assert!(again == blob, "raw blobs");
    }
    Ok(())
}
