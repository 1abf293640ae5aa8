//! The reader of manifests: any bytes, and damaged manifests of valid records.

use arbitrary::{Result, Unstructured};

use kzg_pipeline::manifest::{
    BlobRecord, EndRecord, FORMAT, Given, Header, InputEndRecord, InputRecord, ManifestFault,
    ManifestReader, Record, SetupId,
};
use kzg_pipeline::{Artefact, Proofs};
use kzg_traits::{Bytes32, KzgCommitment, KzgProof, kzg_to_versioned_hash};

use crate::damage;

const TOKENS: &[&[u8]] = &[
    b"\n",
    b"{\"type\":\"end\"",
    b"\"crc\":\"",
    b"}\n",
    b"\"input\":",
    b"\"blob\":0,",
    b"18446744073709551615",
    b"-1",
    b"\\u0000",
    b"\"type\":\"header\",",
    b"null",
    b"[",
    b"{",
];

/// Runs the target.
pub fn run(data: &[u8]) {
    read(data);
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let records = records(u)?;
    let mut text: Vec<u8> = records
        .iter()
        .flat_map(|record| record.to_line().into_bytes())
        .collect();
    let intact = text.clone();
    damage::edit(u, &mut text, 3, TOKENS)?;
    let (read, faults) = read(&text);
    // Damage is mistaken for a record only where a checksum of 32 bits matches by chance.
    for record in &read {
        assert!(
            records.contains(record),
            "a record that was not written: {record:?}"
        );
    }
    if text == intact {
        assert_eq!((read, faults), (records, 0));
    } else {
        let common = text.iter().zip(&intact).take_while(|(a, b)| a == b).count();
        let whole_lines = intact[..common]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert!(
            read.starts_with(&records[..whole_lines]),
            "the lines before the damage are read"
        );
    }
    Ok(())
}

/// Reads everything. The reader ends, whatever the bytes.
fn read(text: &[u8]) -> (Vec<Record>, usize) {
    let mut reader = ManifestReader::new(text);
    let (mut records, mut faults) = (Vec::new(), 0);
    let mut last = 0;
    loop {
        match reader.next_line() {
            Ok(None) => break,
            Ok(Some(line)) => {
                assert!(line.number >= last, "line numbers do not go back");
                last = line.number;
                records.push(line.record);
            }
            Err(error) => {
                assert!(!matches!(error.fault, ManifestFault::Io(_)), "{error}");
                faults += 1;
            }
        }
        assert!(
            records.len() + faults <= 2 * text.len() + 2,
            "the reader does not end"
        );
    }
    (records, faults)
}

/// The records of a job in their order.
fn records(u: &mut Unstructured<'_>) -> Result<Vec<Record>> {
    let proofs = *u.choose(&[Proofs::Blob, Proofs::Cells, Proofs::Both, Proofs::None])?;
    let mut records = vec![Record::Header(Header {
        format: FORMAT,
        backend: u.arbitrary()?,
        encoding: "simple".to_owned(),
        proofs,
        emit: vec![Artefact::Blobs],
        trusted_setup: SetupId::default(),
        shard: None,
    })];
    let (mut blobs, mut bytes) = (0, 0);
    let inputs = u.int_in_range(0..=3_u64)?;
    for input in 0..inputs {
        records.push(Record::Input(InputRecord {
            input,
            path: u.arbitrary()?,
            path_bytes: None,
            given: *u.choose(&[Given::File, Given::InFolder, Given::Stream])?,
            mode: None,
        }));
        for _ in 0..u.int_in_range(0..=2_u8)? {
            let commitment = KzgCommitment(u.arbitrary()?);
            let proof = KzgProof(u.arbitrary()?);
            records.push(Record::Blob(BlobRecord {
                input,
                blob: blobs,
                commitment,
                versioned_hash: kzg_to_versioned_hash(&commitment),
                proof: proofs.of_blobs().then_some(proof),
                cell_proofs: proofs.of_cells().then(|| vec![proof; 128]),
            }));
            blobs += 1;
        }
        let length = u64::from(u.arbitrary::<u32>()?);
        bytes += length;
        let sha256 = Bytes32(u.arbitrary()?);
        records.push(Record::InputEnd(InputEndRecord {
            input,
            bytes: length,
            sha256,
        }));
    }
    if u.ratio(3, 4)? {
        records.push(Record::End(EndRecord {
            inputs,
            blobs,
            bytes,
            not_kept: 0,
            not_kept_items: Vec::new(),
            manifest_sha256: Bytes32(u.arbitrary()?),
        }));
    }
    Ok(records)
}
