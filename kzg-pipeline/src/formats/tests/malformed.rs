//! The error of a malformed document has a position.

use super::*;

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
    check(&BlobSidecars, &wrong, "data[1]: duplicate index 0");
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
        "data[1]: differs from the first sidecar; all sidecars must belong to one block",
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
    assert!(
        message(&content[..content.len() - 1]).starts_with("byte 1: unexpected end of content")
    );
    let longer = [&content[..], &[0]].concat();
    assert_eq!(
        message(&longer),
        format!("byte {}: 1 bytes too many", content.len())
    );
    // A position in digits is that of the byte that they stand for.
    let digits = format!("0x{}", ::hex::encode(&longer));
    let request = format!(r#"{{"method": "eth_sendRawTransaction", "params": ["{digits}"]}}"#);
    for given in [digits, request] {
        let place = format!(
            "in the bytes that the digits stand for, byte {}",
            content.len()
        );
        let message = message(given.as_bytes());
        assert!(message.starts_with(&place), "{message}");
    }
    // Where there are no digits, nothing was decoded.
    let message = message(br#"{"params": ["dear"]}"#);
    assert!(message.starts_with("byte 0: not a blob"), "{message}");
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
    assert!(message(&content[..content.len() - 1]).contains("unexpected end of content"));
}

#[test]
fn a_transaction_has_the_fields_of_the_specification() {
    let mut sample = sample(1);
    let hash = kzg_to_versioned_hash(&sample.commitments[0]);
    let body = transaction(&[hash]);
    let (header, fields) = body.split_at(2);
    assert_eq!(header[0], 0xf8);
    let mut check = |fields: &[u8], expected: &str| {
        sample.transaction = Some([&[0xf8, fields.len() as u8][..], fields].concat());
        let content = TransactionV0.write(&sample).unwrap();
        let error = TransactionV0.read(&content).unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    };
    check(&[fields, &[0x80]].concat(), "1 bytes too many");
    // Without the last part of the signature.
    check(&fields[..fields.len() - 33], "unexpected end of content");
    // The nonce is a list.
    check(
        &[&fields[..1], &[0xc0], &fields[2..]].concat(),
        "not a string",
    );
    // A nonce that is not in its shortest form.
    check(
        &[&fields[..1], &[0x81, 5], &fields[2..]].concat(),
        "canonical form of RLP",
    );
}

#[test]
fn digits_of_the_length_of_sidecars_are_digits() {
    let mut text = Hex.write(&blobs(1)).unwrap();
    text.resize(2 * 131_928, b'\n');
    assert_eq!(recognize(&text).map(Format::name), Some("hex"));
    assert!(Hex.read(&text).unwrap() == blobs(1));
}

#[test]
fn the_root_of_an_object_is_read_without_blobs_too() {
    let object = |root: &str| {
        format!(
            "{{\"header\":{{\"beacon_block_hash\":\"{root}\"}},\"blob_sidecars\":{{\"data\":[]}}}}"
        )
    };
    let root = Bytes32([7; 32]).to_string();
    assert_eq!(
        BlobArchiver.read(object(&root).as_bytes()).unwrap().count(),
        0
    );
    assert!(BlobArchiver.read(object("0x07").as_bytes()).is_err());
}

#[test]
fn a_document_with_bytes_after_its_end_is_recognised_and_refused() {
    let sample = sample(2);
    for format in [
        &TransactionV0 as &dyn Format,
        &TransactionV1,
        &SidecarV0,
        &SidecarV1,
        &BlobSidecarsSsz,
        &DataColumnsSsz,
        &Parquet,
    ] {
        let mut content = format.write(&for_format(format, &sample)).unwrap();
        content.push(0);
        let found = recognize(&content).map(Format::name);
        assert_eq!(found, Some(format.name()));
        let error = format.read(&content).unwrap_err();
        assert!(matches!(error, FormatError::At { .. }), "{error}");
    }
    let content = BlobSidecarsSsz.write(&sample).unwrap();
    let cut = &content[..content.len() - 5];
    let found = recognize(cut).map(Format::name);
    assert_eq!(found, Some("blob-sidecars-ssz"));
    let error = BlobSidecarsSsz.read(cut).unwrap_err().to_string();
    assert!(error.ends_with("unexpected end of content"), "{error}");
}
