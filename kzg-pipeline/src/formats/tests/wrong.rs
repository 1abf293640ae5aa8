//! What is false in a document is named, and malformed documents are errors with a place.

use super::*;
use crate::formats::beacon::Inclusion;

fn verdicts(sidecars: &Sidecars) -> Vec<Option<Result<(), SidecarFault>>> {
    sidecars
        .verify(&**SETTINGS)
        .expect("no fault of the backend")
}

#[test]
fn false_claims_are_named_by_blob() {
    let sample = sample(3);
    let mut transaction = TransactionV0
        .read(&TransactionV0.write(&sample).unwrap())
        .unwrap();
    transaction.versioned_hashes[1].0[5] ^= 1;
    let expected = [
        Some(Ok(())),
        Some(Err(SidecarFault::VersionedHash)),
        Some(Ok(())),
    ];
    assert_eq!(verdicts(&transaction), expected);
    let error = transaction.check_hashes().unwrap_err().to_string();
    assert_eq!(
        error,
        "blob 1: the versioned hash is not that of the commitment"
    );

    let mut sidecars = BlobSidecars
        .read(&BlobSidecars.write(&sample).unwrap())
        .unwrap();
    let block = sidecars.block.as_mut().unwrap();
    let Inclusion::Each(branches) = &mut block.inclusion else {
        panic!("a branch for each");
    };
    branches[2][3].0[0] ^= 1;
    let expected = [
        Some(Ok(())),
        Some(Ok(())),
        Some(Err(SidecarFault::InclusionProof)),
    ];
    assert_eq!(verdicts(&sidecars), expected);
    let error = sidecars.check_hashes().unwrap_err().to_string();
    assert!(
        error.starts_with("slot 9000001, blob 2: the inclusion proof"),
        "{error}"
    );

    let mut columns = for_format(&DataColumns, &sample);
    columns.cells[1].proofs[9] = identity();
    let found = verdicts(&columns);
    assert_eq!(found[0], Some(Ok(())));
    let Some(Err(SidecarFault::WrongCells(faults))) = &found[1] else {
        panic!("{found:?}");
    };
    assert_eq!((faults.index, faults.more), (9, 0));
    columns.block.as_mut().unwrap().header.body_root.0[0] ^= 1;
    let expected = vec![Some(Err(SidecarFault::InclusionProof)); 3];
    assert_eq!(verdicts(&columns), expected);

    // Blobs without commitments, with the hashes of the call.
    let mut answer = sample.clone();
    answer.commitments.clear();
    answer.block = None;
    answer.versioned_hashes = sample
        .commitments
        .iter()
        .map(kzg_to_versioned_hash)
        .collect();
    assert!(all_hold(&answer));
    answer.versioned_hashes.swap(0, 1);
    assert_eq!(verdicts(&answer)[0], Some(Err(SidecarFault::VersionedHash)));
    assert_eq!(verdicts(&answer)[2], Some(Ok(())));
}

#[test]
fn malformed_documents_are_named_by_place() {
    let sample = sample(2);
    let text = |format: &dyn Format| {
        let content = format.write(&for_format(format, &sample)).unwrap();
        String::from_utf8(content).unwrap()
    };
    let check = |format: &dyn Format, text: &str, expected: &str| {
        let error = format.read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{}: {error}", format.name());
    };
    let sidecars = text(&BlobSidecars);
    let wrong = sidecars.replacen("\"index\":\"1\"", "\"index\":\"0\"", 1);
    check(&BlobSidecars, &wrong, "data[1]: the index 0 is there twice");
    let wrong = sidecars.replacen("\"index\":\"1\"", "\"index\":\"5000\"", 1);
    check(&BlobSidecars, &wrong, "data[1]: 5000, at most 4095");
    let wrong = sidecars.replacen("\"slot\":\"9000001\"", "\"slot\":\"x\"", 1);
    check(
        &BlobSidecars,
        &wrong,
        "data[0].signed_block_header.message.slot: not a number",
    );
    let other = sidecars.rfind("9000001").unwrap();
    let mut wrong = sidecars.clone();
    wrong.replace_range(other..other + 1, "8");
    check(
        &BlobSidecars,
        &wrong,
        "data[1]: not that of the first sidecar",
    );
    let columns = text(&DataColumns);
    let wrong = columns.replacen("\"column\":[\"0x0", "\"column\":[\"0xg", 1);
    check(&DataColumns, &wrong, "data[0].column[0]: byte 2 is 'g'");
    let wrong = columns.replacen("\"index\":\"7\"", "\"index\":\"128\"", 1);
    check(&DataColumns, &wrong, "data[7]: 128, at most 127");
    let bundle = text(&BundleV1).replace("\"proofs\"", "\"prove\"");
    check(&BundleV1, &bundle, "which a bundle has");
    assert!(recognize(bundle.as_bytes()).is_none());

    // Bytes are named by their position.
    let content = TransactionV0.write(&sample).unwrap();
    let message = |content: &[u8]| TransactionV0.read(content).unwrap_err().to_string();
    assert!(message(&content[1..]).contains("begins with the byte 3"));
    assert!(message(&content[..content.len() - 1]).starts_with("byte 1: the content ends here"));
    let longer = [&content[..], &[0]].concat();
    assert_eq!(
        message(&longer),
        format!("byte {}: 1 bytes too many", content.len())
    );
    let content = DataColumnsSsz
        .write(&for_format(&DataColumnsSsz, &sample))
        .unwrap();
    let message = |content: &[u8]| DataColumnsSsz.read(content).unwrap_err().to_string();
    let mut wrong = content.clone();
    wrong[7] = 0xff;
    assert!(
        message(&wrong).contains("the offset 4278"),
        "{}",
        message(&wrong)
    );
    let mut wrong = content.clone();
    let first = u32::from_le_bytes(*content.first_chunk().unwrap()) as usize;
    wrong[first] = 200;
    assert!(message(&wrong).contains("200, at most 127"));
    assert!(message(&content[..content.len() - 1]).contains("the content ends here"));
}
