//! Every format together: what is written is read back, what is wrong is named, and no bytes panic.

use std::sync::{Arc, LazyLock};

use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
use kzg_traits::execution::kzg_to_versioned_hash;
use kzg_traits::{Blob, Bytes32, KzgProof, KzgSettings};

use super::beacon::inclusion::tests::block_of;
use super::*;

mod alloy;
mod beacon;
mod malformed;
mod mutated;
mod parquet;
mod proofs;
mod stored_cells;
mod wrong;

static SETTINGS: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    let options = SettingsOptions::default();
    load(BackendChoice::Auto, &TrustedSetup::mainnet(), options).expect("blst is compiled in")
});

/// Blobs with a few field elements each.
fn blobs(count: u8) -> Sidecars {
    let blobs = (1..=count).map(|number| {
        let mut blob = Blob::zeroed_on_heap();
        for element in [0, 1, 77, 4095] {
            blob.0[32 * element + 31] = number;
            blob.0[32 * element + 1] = 0x0f;
        }
        blob
    });
    Sidecars {
        blobs: blobs.collect(),
        ..Sidecars::default()
    }
}

/// The body of a blob transaction with these hashes.
fn transaction(hashes: &[Bytes32]) -> Vec<u8> {
    let mut fields = vec![0x01, 0x05, 0x02, 0x03, 0x82, 0x52, 0x08];
    fields.push(0x94);
    fields.extend([0x11; 20]);
    // The value, the data, the access list, the fee of blobs.
    fields.extend([0x80, 0x80, 0xc0, 0x07]);
    alloy_rlp::Header {
        list: true,
        payload_length: 33 * hashes.len(),
    }
    .encode(&mut fields);
    for hash in hashes {
        fields.push(0xa0);
        fields.extend(hash.0);
    }
    fields.extend([0x01, 0xa0]);
    fields.extend([0x22; 32]);
    fields.push(0xa0);
    fields.extend([0x33; 32]);
    let mut body = Vec::new();
    let payload_length = fields.len();
    let list = true;
    alloy_rlp::Header {
        list,
        payload_length,
    }
    .encode(&mut body);
    body.extend(fields);
    body
}

/// Sidecars that every format can be made of.
fn sample(count: u8) -> Sidecars {
    let mut sidecars = blobs(count);
    let contents = BundleV1.holds();
    let completed = sidecars.complete(contents, &**SETTINGS);
    completed.expect("canonical blobs");
    let commitments = &sidecars.commitments;
    let hashes: Vec<Bytes32> = commitments.iter().map(kzg_to_versioned_hash).collect();
    sidecars.transaction = Some(transaction(&hashes));
    sidecars.block = Some(Box::new(block_of(commitments)));
    sidecars
}

/// Sidecars with what a format needs.
fn for_format(format: &dyn Format, sample: &Sidecars) -> Sidecars {
    let mut sidecars = sample.clone();
    let completed = sidecars.complete(format.holds(), &**SETTINGS);
    completed.expect("canonical blobs");
    sidecars
}

fn all_hold(sidecars: &Sidecars) -> bool {
    let verdicts = sidecars.verify(&**SETTINGS).expect("no fault");
    verdicts
        .iter()
        .all(|verdict| matches!(verdict, Some(Ok(()))))
}

/// Whether the content shows the format.
fn is_shown(format: &dyn Format) -> bool {
    !matches!(
        format.name(),
        // The same bytes as another format.
        "beacon-blobs-ssz" | "blob-archiver-gzip" | "sidecar-v0-json"
            // Encodings of any bytes.
            | "simple" | "alloy" | "op-stack" | "eigenda" | "words"
    )
}

#[test]
fn every_format_is_written_recognised_read_and_verified() {
    let sample = sample(3);
    for format in all() {
        let name = format.name();
        if ["simple", "op-stack", "eigenda"].contains(&name) {
            // These formats decode only the blobs that they encode.
            assert!(matches!(
                format.write(&blobs(2)),
                Err(FormatError::Codec { blob: 0, .. })
            ));
            continue;
        }
        let wanted = for_format(*format, &sample);
        if name == "alloy" {
            // The blobs of the sample hold no item.
            let error = format.write(&wanted).unwrap_err();
            assert!(matches!(error, FormatError::Encoding { element: 0, .. }));
            continue;
        }
        let content = format.write(&wanted).unwrap();
        if is_shown(*format) {
            let found = recognize(&content).map(Format::name);
            assert_eq!(found, Some(name));
        }
        let read = format.read(&content).unwrap();
        assert_eq!(
            read.commitments,
            if format.holds().commitments {
                sample.commitments.clone()
            } else {
                Vec::new()
            },
            "{name}"
        );
        assert_eq!(read.cells, wanted.cells, "{name}");
        assert_eq!(read.proofs, wanted.proofs, "{name}");
        assert!(
            read.clone().with_blobs().unwrap().blobs == sample.blobs,
            "{name}"
        );
        if read.has_claims() {
            assert!(all_hold(&read), "{name}");
        }
        // A document that was read is written again byte for byte.
        assert!(format.write(&read).unwrap() == content, "{name}");
        assert_eq!(by_name(name).map(Format::name), Some(name));
    }
}

#[test]
fn every_name_is_that_of_one_format() {
    let all: Vec<&str> = names().collect();
    assert!(
        all.windows(2)
            .any(|two| two == ["get-blobs-v2", "get-blobs-v3"])
    );
    let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(unique.len(), all.len());
    let own = super::all().iter().map(|format| format.name());
    assert!(own.eq(all.into_iter().filter(|name| *name != "get-blobs-v3")));
    let further = by_name("get-blobs-v3").map(Format::name);
    assert_eq!(further, Some("get-blobs-v2"));
    assert!(by_name("get-blobs-v5").is_none());
}

#[test]
fn a_sidecar_of_version_0_becomes_one_of_version_1() {
    let sample = sample(2);
    let content = TransactionV0.write(&sample).unwrap();
    let mut read = TransactionV0.read(&content).unwrap();
    assert_eq!(read.versioned_hashes.len(), 2);
    read.complete(TransactionV1.holds(), &**SETTINGS).unwrap();
    let content = TransactionV1.write(&read).unwrap();
    let converted = TransactionV1.read(&content).unwrap();
    assert!(all_hold(&converted));
    assert_eq!(converted.transaction, sample.transaction);
    assert!(TransactionV0.read(&content).is_err() && recognize(&content).is_some());
    // As JSON-RPC has it, and as a list of transactions has it.
    let digits = format!("\"0x{}\"\n", ::hex::encode(&content));
    assert_eq!(
        recognize(digits.as_bytes()).unwrap().name(),
        "transaction-v1"
    );
    assert_eq!(TransactionV1.read(digits.as_bytes()).unwrap(), converted);
    let mut string = Vec::new();
    alloy_rlp::Encodable::encode(&content[..], &mut string);
    assert_eq!(TransactionV1.read(&string).unwrap(), converted);
}

#[test]
fn transactions_are_read_from_json_rpc() {
    let sample = sample(1);
    let content = TransactionV0.write(&sample).unwrap();
    let digits = ::hex::encode_prefixed(&content);
    let request = |params: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":[{params}]}}"#
        )
    };
    let response = format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{digits}"}}"#);
    let expected = TransactionV0.read(&content).unwrap();
    for text in [request(&format!("\"{digits}\"")), response] {
        assert_eq!(recognize(text.as_bytes()).unwrap().name(), "transaction-v0");
        assert_eq!(TransactionV0.read(text.as_bytes()).unwrap(), expected);
    }
    let half = format!("\"{}\"", &digits[..digits.len() / 2]);
    for params in ["", "null", "7", "\"\"", "\"0x03\"", "\"0x02f86f\"", &half] {
        assert!(
            recognize(request(params).as_bytes()).is_none(),
            "{params:.20}"
        );
        assert!(TransactionV0.read(request(params).as_bytes()).is_err());
    }
}

#[test]
fn blobs_are_recovered_from_any_64_columns() {
    let sample = sample(2);
    let mut columns = for_format(&DataColumns, &sample);
    for blob in &mut columns.cells {
        blob.indices.drain(..64);
        blob.cells.drain(..64);
        blob.proofs.drain(..64);
    }
    for format in [&DataColumns as &dyn Format, &DataColumnsSsz] {
        let content = format.write(&columns).unwrap();
        let mut read = format.read(&content).unwrap();
        assert!(all_hold(&read));
        let error = read.clone().with_blobs().unwrap_err();
        assert!(
            error.to_string().contains("slot 9000001, blob 0"),
            "{error}"
        );
        read.complete(BlobSidecars.holds(), &**SETTINGS).unwrap();
        assert!(read.blobs == sample.blobs);
        // The branches of single commitments follow from that of their list.
        let content = BlobSidecarsSsz.write(&read).unwrap();
        let sidecars = BlobSidecarsSsz.read(&content).unwrap();
        assert!(all_hold(&sidecars));
        // And back.
        let columns = for_format(&DataColumnsSsz, &sidecars);
        assert!(all_hold(&columns));
        assert!(DataColumnsSsz.write(&columns).is_ok());
    }
    // One column alone, in both notations.
    for blob in &mut columns.cells {
        blob.indices.truncate(1);
        blob.cells.truncate(1);
        blob.proofs.truncate(1);
    }
    let list = DataColumnsSsz.write(&columns).unwrap();
    assert_eq!(recognize(&list[4..]).unwrap().name(), DataColumnsSsz.name());
    assert_eq!(
        DataColumnsSsz.read(&list[4..]).unwrap().cells,
        columns.cells
    );
    let json = String::from_utf8(DataColumns.write(&columns).unwrap()).unwrap();
    let one = &json["{\"version\":\"fulu\",\"data\":[".len()..json.len() - 3];
    assert_eq!(
        recognize(one.as_bytes()).unwrap().name(),
        DataColumns.name()
    );
    assert_eq!(
        DataColumns.read(one.as_bytes()).unwrap().cells,
        columns.cells
    );
    let mut few = columns;
    assert!(few.complete(Raw.holds(), &**SETTINGS).is_err());
}

#[test]
fn answers_keep_the_positions_of_blobs_that_are_missing() {
    let mut sample = sample(2);
    sample.indices = vec![1, 4];
    sample.commitments.clear();
    for format in [&GetBlobsV1 as &dyn Format, &GetBlobsV2, &GetBlobsV4] {
        let content = format.write(&for_format(format, &sample)).unwrap();
        let text = String::from_utf8(content).unwrap();
        assert!(text.starts_with("[null,{"), "{}", format.name());
        let answer = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{text}}}");
        let read = format.read(answer.as_bytes()).unwrap();
        assert_eq!(read.indices, [1, 4]);
        assert_eq!(read.name(1), "blob 4");
        assert!(all_hold(&read), "{}", format.name());
        assert_eq!(recognize(answer.as_bytes()).unwrap().name(), format.name());
    }
}

#[test]
fn the_parameters_of_a_call_say_which_cells_were_asked_for() {
    let sample = sample(1);
    let full = for_format(&GetBlobsV4, &sample);
    let blob = &full.cells[0];
    let digits = |bytes: &[u8]| format!("\"{}\"", ::hex::encode_prefixed(bytes));
    let hash = kzg_to_versioned_hash(&sample.commitments[0]);
    // Cells 0, 1 and 127 were asked for, and cell 1 is missing.
    let text = format!(
        "{{\"params\":[[{}],\"0x80000000000000000000000000000003\"],\"result\":[{{\"blob_cells\":\
         [{},null,{}],\"proofs\":[{},null,{}]}}]}}",
        digits(&hash.0),
        digits(&blob.cells[0].0),
        digits(&blob.cells[127].0),
        digits(&blob.proofs[0].0),
        digits(&blob.proofs[127].0),
    );
    let read = GetBlobsV4.read(text.as_bytes()).unwrap();
    assert_eq!(read.cells[0].indices, [0, 127]);
    assert_eq!(read.versioned_hashes, [hash]);
    // Two cells show no commitment, so nothing can be verified.
    assert_eq!(read.verify(&**SETTINGS).unwrap(), [None]);
    let text = text.replace("0003\"", "0001\"");
    assert!(GetBlobsV4.read(text.as_bytes()).is_err());
}

#[test]
fn compressed_and_plain_objects_of_the_archiver_are_the_same() {
    let sample = sample(2);
    let plain = BlobArchiver.write(&sample).unwrap();
    let packed = BlobArchiverGzip.write(&sample).unwrap();
    assert!(is_gzip(&packed) && packed.len() < plain.len() / 10);
    for content in [&plain, &packed] {
        assert_eq!(recognize(content).unwrap().name(), "blob-archiver");
        let read = BlobArchiver.read(content).unwrap();
        assert!(all_hold(&read));
        assert_eq!(read.name(1), "slot 9000001, blob 1");
    }
    let mut wrong = BlobArchiver.read(&plain).unwrap();
    wrong.block.as_mut().unwrap().root = Some(Bytes32([9; 32]));
    let verdicts = wrong.verify(&**SETTINGS).unwrap();
    assert_eq!(verdicts, vec![Some(Err(SidecarFault::BlockRoot)); 2]);
}

#[test]
fn bytes_come_back_from_every_encoding() {
    for length in [0, 1, 30, 31, 32, 126_945, 126_946, 130_044, 300_000] {
        let bytes: Vec<u8> = (0..length).map(|i: u32| (i % 251) as u8 + 1).collect();
        for format in [
            &Encoded::SIMPLE as &dyn Format,
            &Encoded::OP_STACK,
            &Encoded::EIGEN_DA,
            &Alloy,
        ] {
            let read = format.read(&bytes).unwrap();
            assert!(
                format.write(&read).unwrap() == bytes,
                "{} {length}",
                format.name()
            );
            assert!(
                recognize(&Raw.write(&read).unwrap()).is_none_or(|found| found.name() == "raw")
            );
        }
    }
    // Words are canonical already.
    let mut words = vec![0; 32 * 5000];
    words
        .iter_mut()
        .skip(31)
        .step_by(32)
        .for_each(|byte| *byte = 9);
    let read = Words.read(&words).unwrap();
    assert_eq!(read.blobs.len(), 2);
    assert!(Words.write(&read).unwrap() == words);
    let message = |words: &[u8]| Words.read(words).unwrap_err().to_string();
    assert!(message(&words[1..]).contains("31 bytes, expected 32"));
    assert!(message(&[words, vec![0; 32]].concat()).contains("last word is zero"));
    assert!(message(&[0xff; 64]).contains("blob 0: field element 0"));
}

#[test]
fn notations_of_hexadecimal_digits_are_read() {
    let sample = blobs(2);
    let [one, two] = [0, 1].map(|index: usize| ::hex::encode(sample.blobs[index].as_slice()));
    let wrapped: Vec<&str> = one
        .as_bytes()
        .chunks(80)
        .map(|line| core::str::from_utf8(line).unwrap())
        .collect();
    for text in [
        format!("{one}{two}"),
        format!("0x{}\r\n0X{}\r\n", one.to_uppercase(), two),
        format!("\u{feff}\"0x{one}\",\"0x{two}\""),
        format!("[\n  '0x{one}',\n  '{two}'\n]"),
        format!("{}\n\n{two}", wrapped.join("\n")),
    ] {
        let format = recognize(text.as_bytes()).unwrap();
        assert_eq!(format.name(), "hex", "{}", &text[..20]);
        assert!(format.read(text.as_bytes()).unwrap() == sample);
    }
}

/// A proof of no cell, for tests of wrong proofs.
fn identity() -> KzgProof {
    let mut proof = KzgProof::default();
    proof.0[0] = 0xc0;
    proof
}
