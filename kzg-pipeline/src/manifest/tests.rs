//! Manifests that are read back: intact, truncated, damaged and out of order.

use kzg_traits::{Bytes32, KzgCommitment, KzgProof};
use sha2::{Digest, Sha256};

use super::*;

fn input(input: u64, path: &str) -> Record {
    Record::Input(InputRecord {
        input,
        path: path.to_owned(),
        path_bytes: None,
        given: Given::InFolder,
        mode: Some("0644".to_owned()),
    })
}

fn blob(input: u64, blob: u64) -> Record {
    Record::Blob(BlobRecord {
        input,
        blob,
        commitment: KzgCommitment([0xab; 48]),
        versioned_hash: Bytes32([1; 32]),
        proof: Some(KzgProof([0xc0; 48])),
        cell_proofs: None,
    })
}

fn end(input: u64) -> Record {
    Record::InputEnd(InputEndRecord {
        input,
        bytes: 5,
        sha256: Bytes32([2; 32]),
    })
}

fn records() -> Vec<Record> {
    vec![
        Record::Header(Header {
            format: FORMAT,
            backend: "blst".to_owned(),
            encoding: "simple".to_owned(),
            proofs: Proofs::Blob,
            emit: vec![Artefact::Blobs],
            trusted_setup: SetupId::default(),
            shard: None,
        }),
        input(0, "a \"quoted\" näme {\"type\":\"blob\""),
        blob(0, 0),
        blob(0, 1),
        end(0),
        input(1, "b"),
        blob(1, 2),
        end(1),
        Record::End(EndRecord {
            inputs: 2,
            blobs: 3,
            bytes: 10,
            not_kept: 1,
            not_kept_items: vec![NotKept {
                path: "empty".to_owned(),
                reason: "an empty folder".to_owned(),
            }],
            manifest_sha256: Bytes32([3; 32]),
        }),
    ]
}

fn text(records: &[Record]) -> String {
    records.iter().map(Record::to_line).collect()
}

/// All readable records, and the faults between the records.
fn read_all(text: &[u8]) -> (Vec<Record>, Vec<ManifestError>, ManifestReader<&[u8]>) {
    let mut reader = ManifestReader::new(text);
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    loop {
        match reader.next_line() {
            Ok(Some(line)) => records.push(line.record),
            Ok(None) => return (records, faults, reader),
            Err(error) => faults.push(error),
        }
    }
}

#[test]
fn lines_read_back_as_they_were_written() {
    let text = text(&records());
    let (read, faults, reader) = read_all(text.as_bytes());
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(read, records());
    assert!(reader.is_complete());
    let before_end = text.find("{\"type\":\"end\"").unwrap();
    assert_eq!(
        reader.sha256().0,
        <[u8; 32]>::from(Sha256::digest(&text[..before_end]))
    );
    let blob_line = text.lines().nth(2).unwrap();
    let expected = "{\"type\":\"blob\",\"input\":0,\"blob\":0,\"commitment\":\"0xabab";
    assert!(blob_line.starts_with(expected), "{blob_line}");
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let (rest, _) = line.rsplit_once(",\"crc\"").unwrap();
        let crc = format!("{:08x}", crc32fast::hash(rest.as_bytes()));
        assert_eq!(value["crc"], crc);
        assert!(value["type"].is_string());
    }
    // The check value of CRC-32/ISO-HDLC.
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
}

#[test]
fn every_cut_is_noticed_at_its_line() {
    let text = text(&records());
    for cut in 0..text.len() {
        let text = &text.as_bytes()[..cut];
        let lines = text.iter().filter(|&&byte| byte == b'\n').count();
        let (_, faults, _) = read_all(text);
        if text.last().is_none_or(|&byte| byte == b'\n') {
            assert!(faults.is_empty());
        } else {
            assert_eq!(faults[0].line, lines as u64 + 1);
            assert!(matches!(faults[0].fault, ManifestFault::Torn));
        }
    }
}

#[test]
fn every_flipped_bit_is_noticed_and_costs_its_own_line_only() {
    let all = records();
    let text = text(&all);
    for position in 0..text.len() {
        let line = text.as_bytes()[..position]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let (read, faults, _) = read_all(&bytes);
            let place = format!("bit {bit} of byte {position}");
            assert_eq!(faults[0].line, line as u64 + 1, "{place}");
            for (number, record) in all.iter().enumerate() {
                assert!(number == line || read.contains(record), "{place}: {number}");
            }
            assert!(read.iter().all(|record| all.contains(record)), "{place}");
        }
    }
}

#[test]
fn lines_out_of_order_are_faults_and_the_others_are_read() {
    for skipped in 0..8 {
        let mut fewer = records();
        fewer.remove(skipped);
        let (read, faults, _) = read_all(text(&fewer).as_bytes());
        assert!(!faults.is_empty(), "{skipped}");
        assert!(matches!(faults[0].fault, ManifestFault::Order(_)));
        assert_eq!(read, fewer, "{skipped}");
    }
    for doubled in 0..9 {
        let mut more = records();
        more.insert(doubled, more[doubled].clone());
        let (read, faults, _) = read_all(text(&more).as_bytes());
        assert!(matches!(faults[0].fault, ManifestFault::Order(_)));
        assert_eq!(faults[0].line, doubled as u64 + 2);
        assert_eq!(read, records(), "{doubled}");
    }
}

#[test]
fn lines_without_end_or_checksum_are_faults() {
    let mut endless = vec![b'{'; 5 << 20];
    let (_, faults, _) = read_all(&endless);
    assert!(matches!(faults[0].fault, ManifestFault::TooLong));
    endless.push(b'\n');
    endless.extend(text(&records()).bytes());
    let (read, faults, _) = read_all(&endless);
    assert_eq!((read, faults.len()), (records(), 1));
    let old_form = "{\"type\":\"input\",\"input\":0,\"path\":\"x\"}\n";
    let (_, faults, _) = read_all(old_form.as_bytes());
    assert!(matches!(faults[0].fault, ManifestFault::NoChecksum));
    let mut other = records();
    if let Record::Header(header) = &mut other[0] {
        header.format = 9;
    }
    let (_, faults, _) = read_all(text(&other).as_bytes());
    assert_eq!(
        faults[0].to_string(),
        "manifest.jsonl line 1: manifest format 9; this version reads format 2"
    );
}

#[test]
fn bundles_of_a_shard_are_a_fault() {
    for shard in [None, Some(crate::Shard::new(1, 2).unwrap())] {
        let mut records = records();
        let Record::Header(header) = &mut records[0] else {
            panic!("the first record is a header");
        };
        header.emit = vec![Artefact::Bundles];
        header.shard = shard;
        let (_, faults, _) = read_all(text(&records).as_bytes());
        let first = faults.first().map(|error| &error.fault);
        let is_refused = matches!(first, Some(ManifestFault::Order(OrderFault::ShardBundles)));
        assert_eq!(is_refused, shard.is_some(), "{first:?}");
    }
}

/// A number is followed by another, so nothing has the last number.
#[test]
fn no_record_has_the_last_number() {
    const LAST: u64 = u64::MAX;
    let header = records().remove(0);
    let line = |record: &Record| record.to_line();
    let cases = [
        (
            vec![input(0, "a"), blob(0, LAST - 1)],
            blob(0, LAST),
            OrderFault::Blob,
        ),
        (
            vec![input(LAST - 1, "a"), end(LAST - 1)],
            input(LAST, "b"),
            OrderFault::Input,
        ),
        (
            vec![blob(LAST - 1, 0), end(LAST - 1)],
            input(LAST, "b"),
            OrderFault::Input,
        ),
        (vec![], input(LAST, "a"), OrderFault::Input),
        (vec![], blob(LAST, 0), OrderFault::Blob),
        (vec![], blob(0, LAST), OrderFault::Blob),
        (vec![], end(LAST), OrderFault::InputEnd),
    ];
    for (before, last, expected) in cases {
        // Numbers may be skipped after a damaged line.
        let damaged = line(&header) + "damaged\n";
        let text = before
            .iter()
            .map(line)
            .fold(damaged, |text, line| text + &line);
        let (read, faults, _) = read_all((text + &line(&last)).as_bytes());
        assert_eq!(read, [vec![header.clone()], before].concat());
        assert_eq!(faults.len(), 2, "{faults:?}");
        let fault = &faults[1].fault;
        assert!(
            matches!(fault, ManifestFault::Order(found) if *found == expected),
            "{last:?}: {fault}"
        );
    }
}

/// A path that is Unicode has no bytes beside it, and bytes give the path. Otherwise a file could be
/// restored under a name that no output shows.
#[test]
fn bytes_of_a_path_that_are_not_those_of_the_path_are_refused() {
    let header = records().remove(0);
    let of = |path: &str, bytes: &str| {
        Record::Input(InputRecord {
            input: 0,
            path: path.to_owned(),
            path_bytes: Some(bytes.to_owned()),
            given: Given::InFolder,
            mode: None,
        })
    };
    for (path, bytes, is_right) in [
        ("caf\u{fffd}", "636166e9", true),
        ("caf\u{fffd}/a", "636166e92f61", true),
        ("readme", "636166e9", false),
        ("cafe", "63616665", false),
        ("caf\u{fffd}", "636166efbfbd", false),
        ("caf\u{fffd}", "", false),
        ("caf\u{fffd}", "636166e", false),
        ("caf\u{fffd}", "636166E9", false),
    ] {
        let record = of(path, bytes);
        let text = header.to_line() + &record.to_line();
        let (read, faults, _) = read_all(text.as_bytes());
        assert_eq!(read.contains(&record), is_right, "{path} {bytes}");
        assert_eq!(faults.len(), usize::from(!is_right), "{faults:?}");
        if let Some(fault) = faults.first() {
            let found = matches!(fault.fault, ManifestFault::Order(OrderFault::PathBytes));
            assert!(found, "{fault}");
        }
    }
}
