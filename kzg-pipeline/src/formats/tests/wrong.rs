//! A false value in a document is named, and the error of a malformed document has a position.

use super::*;
use crate::formats::beacon::Inclusion;
use kzg_traits::KzgCommitment;

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
fn hashes_are_verified_beside_a_blob_whose_commitment_is_not_known() {
    let sample = sample(2);
    let full = for_format(&GetBlobsV4, &sample);
    let [mut hash, of_other] = [0, 1].map(|k| kzg_to_versioned_hash(&sample.commitments[k]));
    // Fewer than 64 cells, and cells that belong to no blob.
    let mut few = full.clone();
    let cells = &mut few.cells[1];
    cells.indices.truncate(63);
    cells.cells.truncate(63);
    cells.proofs.truncate(63);
    let mut malformed = full.clone();
    malformed.cells[1].cells[9].0 = [0xff; 2048];
    for is_right in [true, false] {
        let expected = if is_right {
            Ok(())
        } else {
            hash.0[5] ^= 1;
            Err(SidecarFault::VersionedHash)
        };
        let read = |sidecars: &Sidecars| {
            let result = String::from_utf8(GetBlobsV4.write(sidecars).unwrap()).unwrap();
            let bits = "f".repeat(32);
            let text = format!(
                "{{\"params\":[[\"{hash}\",\"{of_other}\"],\"0x{bits}\"],\"result\":{result}}}"
            );
            GetBlobsV4.read(text.as_bytes()).unwrap()
        };
        assert_eq!(verdicts(&read(&few)), [Some(expected.clone()), None]);
        let found = verdicts(&read(&malformed));
        assert_eq!(found[0], Some(expected));
        assert!(
            matches!(found[1], Some(Err(SidecarFault::Malformed(_)))),
            "{found:?}"
        );
    }
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

/// In a file of cells, bytes of 0xff stand for a lost cell. In a column they are a malformed cell.
#[test]
fn a_cell_of_0xff_is_malformed_and_not_lost() {
    let sample = sample(2);
    let columns = for_format(&DataColumns, &sample);
    for place in [5, 100] {
        let mut wrong = columns.clone();
        wrong.cells[1].cells[place].0.fill(0xff);
        for format in [&DataColumns as &dyn Format, &DataColumnsSsz] {
            let read = format.read(&format.write(&wrong).unwrap()).unwrap();
            let found = verdicts(&read);
            assert_eq!(found[0], Some(Ok(())));
            let Some(Err(SidecarFault::WrongCells(faults))) = &found[1] else {
                panic!("{found:?}");
            };
            assert_eq!((faults.index, faults.more), (place as u64, 0));
        }
    }
}

#[test]
fn cells_are_verified_beside_the_blobs_that_were_made_of_them() {
    let mut columns = for_format(&DataColumns, &sample(2));
    columns.cells[1].proofs[99] = identity();
    let with_blobs = columns.with_blobs().unwrap();
    assert_eq!(with_blobs.blobs.len(), 2);
    let found = verdicts(&with_blobs);
    assert_eq!(found[0], Some(Ok(())));
    assert!(
        matches!(found[1], Some(Err(SidecarFault::WrongCells(_)))),
        "{found:?}"
    );
}

#[test]
fn a_claim_without_a_value_is_not_accepted() {
    // A blob without any of its cells, whatever else the document claims.
    let mut columns = for_format(&DataColumns, &sample(1));
    columns.cells[0] = Default::default();
    assert_eq!(verdicts(&columns), [None]);
    // A list of hashes that is too short.
    let mut few = sample(2);
    few.versioned_hashes = vec![kzg_to_versioned_hash(&few.commitments[0])];
    let expected = [Some(Ok(())), Some(Err(SidecarFault::VersionedHash))];
    assert_eq!(verdicts(&few), expected);
    assert!(few.check_hashes().is_err());
    // A column of a block without blobs.
    let empty = Column::default();
    let json = format!("{{\"data\":[{}]}}", empty.json());
    let error = DataColumns.read(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "data[0]: a sidecar without a commitment has no blob");
    let error = DataColumnsSsz.read(&empty.ssz()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the sidecar: a sidecar without a commitment has no blob"
    );
    let many = Column { count: 4097 };
    let error = DataColumnsSsz.read(&many.ssz()).unwrap_err().to_string();
    assert_eq!(error, "the sidecar: 4097, at most 4096 is expected");
}

/// A column of zeros with this number of blobs.
#[derive(Default)]
struct Column {
    count: usize,
}

impl Column {
    fn json(&self) -> String {
        assert_eq!(self.count, 0);
        let zeros = |bytes: usize| format!("\"0x{}\"", "00".repeat(bytes));
        let root = zeros(32);
        format!(
            "{{\"index\":\"0\",\"column\":[],\"kzg_commitments\":[],\"kzg_proofs\":[],\
             \"signed_block_header\":{{\"message\":{{\"slot\":\"1\",\"proposer_index\":\"2\",\
             \"parent_root\":{root},\"state_root\":{root},\"body_root\":{root}}},\"signature\":{}}},\
             \"kzg_commitments_inclusion_proof\":[{root},{root},{root},{root}]}}",
            zeros(96)
        )
    }

    fn ssz(&self) -> Vec<u8> {
        let mut bytes = vec![0; 356];
        let (cells, points) = (2048 * self.count, 48 * self.count);
        for (place, offset) in [356, 356 + cells, 356 + cells + points].iter().enumerate() {
            bytes[8 + 4 * place..][..4].copy_from_slice(&(*offset as u32).to_le_bytes());
        }
        bytes.resize(356 + cells + 2 * points, 0);
        bytes
    }
}

#[test]
fn hashes_and_commitments_in_every_place_are_read() {
    let sample = sample(1);
    let hash = kzg_to_versioned_hash(&sample.commitments[0]);
    let text = |format: &dyn Format| {
        let content = format.write(&for_format(format, &sample)).unwrap();
        String::from_utf8(content).unwrap().trim().to_owned()
    };
    let lists = text(&BundleV1);
    let lists = lists.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let right = format!("\"blobVersionedHashes\":[\"{hash}\"]");
    for (hashes, holds) in [
        (&*right, true),
        ("\"blobVersionedHashes\":[]", false),
        (&*right.replace("0x01", "0x02"), false),
    ] {
        for document in [
            format!("{{{hashes},{lists}}}"),
            // As Geth returns a signed transaction.
            format!("{{\"result\":{{\"raw\":\"0x03\",\"tx\":{{{hashes},{lists}}}}}}}"),
            format!("{{\"tx\":{{{hashes}}},\"sidecar\":{{{lists}}}}}"),
            format!("{{\"tx\":{{{hashes}}},{lists}}}"),
        ] {
            let format = recognize(document.as_bytes()).unwrap();
            assert_eq!(format.name(), "sidecar-v0-json");
            let read = format.read(document.as_bytes());
            assert_eq!(read.is_ok_and(|read| all_hold(&read)), holds, "{hashes}");
        }
    }
    // A commitment beside the proofs of cells.
    let answer = text(&GetBlobsV2);
    for (commitment, holds) in [
        (sample.commitments[0], true),
        (KzgCommitment(identity().0), false),
    ] {
        let answer = answer.replacen("[{", &format!("[{{\"commitment\":\"{commitment}\","), 1);
        assert_eq!(
            all_hold(&GetBlobsV2.read(answer.as_bytes()).unwrap()),
            holds
        );
    }
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
