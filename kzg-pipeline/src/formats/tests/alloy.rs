//! Encodings and sidecars against alloy's own.

use alloy_eips::eip4844::builder::{SidecarBuilder, SidecarCoder, SimpleCoder};
use alloy_eips::eip4844::{Blob as AlloyBlob, BlobTransactionSidecar};
use alloy_eips::eip7594::BlobTransactionSidecarEip7594;
use alloy_rlp::{Decodable, Encodable};

use super::*;

fn theirs(sidecars: &Sidecars) -> Vec<AlloyBlob> {
    let blobs = sidecars.blobs.iter();
    blobs
        .map(|blob| AlloyBlob::from_slice(blob.as_slice()))
        .collect()
}

#[test]
fn blobs_of_several_are_those_of_alloy() {
    for length in [0, 1, 31, 126_945, 126_946, 126_977, 400_000] {
        let bytes: Vec<u8> = (0..length).map(|i: u32| (i % 255) as u8).collect();
        let ours = Alloy.read(&bytes).unwrap();
        let built = SidecarBuilder::<SimpleCoder>::from_slice(&bytes).take();
        assert!(theirs(&ours) == built, "{length}");
        let decoded = SimpleCoder::default().decode_all(&built).unwrap();
        assert!(decoded.concat() == bytes);
    }
    // Several items in the same blobs, of which alloy makes one list.
    let mut builder = SidecarBuilder::<SimpleCoder>::new();
    let items = [vec![1; 100], vec![2; 200_000], vec![3; 31], vec![4; 5]];
    items.iter().for_each(|item| builder.ingest(item));
    let built = builder.take();
    let blobs = built.iter().map(|blob| blob.as_slice());
    let ours = Sidecars::of_blobs(blobs);
    assert!(Alloy.write(&ours).unwrap() == items.concat());

    // Documents that alloy refuses are refused.
    let mut wrong = ours.clone();
    wrong.blobs[1].0[64] = 0x40;
    assert!(SimpleCoder::default().decode_all(&theirs(&wrong)).is_none());
    let error = Alloy.write(&wrong).unwrap_err().to_string();
    assert!(
        error.starts_with("field element 4098 of the blobs"),
        "{error}"
    );
    let mut wrong = ours;
    wrong.blobs.truncate(1);
    assert!(SimpleCoder::default().decode_all(&theirs(&wrong)).is_none());
    let error = Alloy.write(&wrong).unwrap_err().to_string();
    assert!(error.contains("longer than the blobs"), "{error}");
}

#[test]
fn sidecars_in_rlp_are_those_of_alloy() {
    let sample = sample(2);
    let ours = SidecarV0.write(&sample).unwrap();
    let theirs = BlobTransactionSidecar::decode(&mut &ours[..]).unwrap();
    let mut encoded = Vec::new();
    theirs.encode(&mut encoded);
    assert!(encoded == ours);
    assert_eq!(theirs.blobs.len(), 2);
    let hashes: Vec<[u8; 32]> = theirs.versioned_hashes().map(|hash| hash.0).collect();
    let expected: Vec<[u8; 32]> = sample
        .commitments
        .iter()
        .map(|commitment| kzg_to_versioned_hash(commitment).0)
        .collect();
    assert_eq!(hashes, expected);

    let ours = SidecarV1.write(&for_format(&SidecarV1, &sample)).unwrap();
    let theirs = BlobTransactionSidecarEip7594::rlp_decode(&mut &ours[..]).unwrap();
    let mut encoded = Vec::new();
    theirs.rlp_encode(&mut encoded);
    assert!(encoded == ours);
    assert_eq!(theirs.cell_proofs.len(), 256);
}

/// The network form is a list of the transaction and the fields of the sidecar.
#[test]
fn transactions_have_the_fields_of_alloy() {
    let network_form = |transaction: &[u8], fields: &[u8]| {
        let mut encoded = vec![3];
        let payload_length = transaction.len() + fields.len();
        let list = true;
        alloy_rlp::Header {
            list,
            payload_length,
        }
        .encode(&mut encoded);
        encoded.extend(transaction);
        encoded.extend(fields);
        encoded
    };
    let sample = sample(2);
    let transaction = sample.transaction.as_deref().expect("a transaction");
    let theirs = SidecarV0.write(&sample).unwrap();
    let theirs = BlobTransactionSidecar::decode(&mut &theirs[..]).unwrap();
    let mut fields = Vec::new();
    theirs.rlp_encode_fields(&mut fields);
    let expected = network_form(transaction, &fields);
    assert!(TransactionV0.write(&sample).unwrap() == expected);

    let sidecars = for_format(&SidecarV1, &sample);
    let theirs = SidecarV1.write(&sidecars).unwrap();
    let theirs = BlobTransactionSidecarEip7594::rlp_decode(&mut &theirs[..]).unwrap();
    let mut fields = Vec::new();
    theirs.rlp_encode_fields(&mut fields);
    let expected = network_form(transaction, &fields);
    assert!(TransactionV1.write(&sidecars).unwrap() == expected);
}
