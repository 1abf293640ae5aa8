//! `kzg-sql import`.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use kzg_pipeline::formats::{
    DataColumns, Format, GetBlobsV4, Parquet, SidecarFault, SidecarProofs, Sidecars, read_file,
};
use kzg_traits::KzgCommitment;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::processes::{errors, failed, parsed, printed, program, text};
use crate::tables::{blob, kzg, proved};

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn sha256(left: &[u8], right: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The siblings on the way from the only commitment of a block to the root of its body, where everything
/// else is zero.
fn siblings() -> Vec<[u8; 32]> {
    let mut siblings = Vec::new();
    // The list of 4096 commitments, where those that are not there have a root of zeros.
    let mut absent = [0; 32];
    for _ in 0..12 {
        siblings.push(absent);
        absent = sha256(&absent, &absent);
    }
    let mut length = [0; 32];
    length[0] = 1;
    siblings.push(length);
    siblings.extend([[0; 32]; 4]);
    siblings
}

/// The root of a block's body with one commitment, where everything else is zero.
fn body_root(commitment: &KzgCommitment) -> [u8; 32] {
    let mut rest = [0; 32];
    rest[..16].copy_from_slice(&commitment.0[32..]);
    // Field 11 of 16, the list beside its length, 4096 commitments.
    let index = (16 + 11) << 13;
    let first = sha256(&commitment.0[..32], &rest);
    let siblings = siblings().into_iter().enumerate();
    siblings.fold(first, |node, (level, sibling)| {
        if (index >> level) & 1 == 1 {
            sha256(&sibling, &node)
        } else {
            sha256(&node, &sibling)
        }
    })
}

/// The root of a header whose fields are zero but for the slot and the root of the body.
fn header_root(slot: u64, body: &[u8; 32]) -> [u8; 32] {
    let mut leaf = [0; 32];
    leaf[..8].copy_from_slice(&slot.to_le_bytes());
    let zero = sha256(&[0; 32], &[0; 32]);
    let left = sha256(&sha256(&leaf, &[0; 32]), &zero);
    sha256(&left, &sha256(&sha256(body, &[0; 32]), &zero))
}

/// Three blocks as blob-archiver writes them. The last one is compressed. The second one has the blob
/// of the first one, which is not that of its commitment.
fn archive(folder: &Path) {
    let kzg = kzg();
    let rows: Vec<_> = (30..33).map(|seed| proved(&kzg, seed)).collect();
    let zero = hexadecimal(&[0; 32]);
    let branch: Vec<String> = siblings().iter().map(|node| hexadecimal(node)).collect();
    for (slot, row) in rows.iter().enumerate() {
        let blob = if slot == 1 { &rows[0].blob } else { &row.blob };
        let body = body_root(&row.commitment);
        let root = hexadecimal(&header_root(slot as u64, &body));
        let object = json!({
            "header": {"beacon_block_hash": root},
            "blob_sidecars": {"data": [{
                "index": "0",
                "blob": hexadecimal(blob.as_slice()),
                "kzg_commitment": hexadecimal(row.commitment.as_slice()),
                "kzg_proof": hexadecimal(row.proof.as_slice()),
                "signed_block_header": {
                    "message": {
                        "slot": slot.to_string(),
                        "proposer_index": "0",
                        "parent_root": zero,
                        "state_root": zero,
                        "body_root": hexadecimal(&body),
                    },
                    "signature": hexadecimal(&[0; 96]),
                },
                "kzg_commitment_inclusion_proof": branch,
            }]},
        });
        let mut file = fs::File::create(folder.join(root)).expect("a new file");
        if slot == 2 {
            let mut writer = GzEncoder::new(file, Compression::fast());
            writer
                .write_all(object.to_string().as_bytes())
                .expect("space");
            writer.finish().expect("space");
        } else {
            file.write_all(object.to_string().as_bytes())
                .expect("space");
        }
    }
}

#[test]
fn an_import_verifies_what_an_archive_claims_and_the_rows_keep_the_reasons() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = folder.path().join("archive");
    fs::create_dir(&objects).expect("a new folder");
    archive(&objects);
    fs::write(objects.join("README"), "not a block").expect("a new file");
    let out = folder.path().join("table");
    let output = program(&["import", text(&objects), "--out", text(&out), "--json"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["rows"], &report["files"]),
        (&json!(3), &json!(1)),
        "{report}"
    );
    assert_eq!(report["skipped"], json!(1), "{report}");
    let found = report["false_claims"].as_array().expect("a list");
    assert_eq!(found.len(), 1, "{report}");
    let place = found[0]["place"].as_str().expect("text");
    assert!(place.ends_with(": slot 1, blob 0"), "{place}");
    let sql = format!(
        "SELECT slot, kzg_verify_blob(blob, commitment, proof) AS ok, error, versioned_hash = \
         kzg_versioned_hash(commitment) AS h FROM '{}/*.parquet' ORDER BY slot",
        out.display()
    );
    let reason = "the proof does not verify";
    assert_eq!(
        parsed(&printed(&[&sql, "--json"])),
        json!([
            {"slot": 0, "ok": true, "error": null, "h": true},
            {"slot": 1, "ok": false, "error": reason, "h": true},
            {"slot": 2, "ok": true, "error": null, "h": true},
        ])
    );
}

#[test]
fn raw_blobs_and_hexadecimal_are_imported_and_a_second_import_into_the_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = folder.path().join("two.blob");
    let mut bytes = blob(40).as_slice().to_vec();
    bytes.extend_from_slice(blob(41).as_slice());
    fs::write(&raw, bytes).expect("a new file");
    let hexadecimal = folder.path().join("one.hex");
    fs::write(
        &hexadecimal,
        format!("0x{}\n", hex::encode(blob(42).as_slice())),
    )
    .expect("a file");
    let broken = folder.path().join("broken.hex");
    fs::write(&broken, "0x00").expect("a new file");
    let out = folder.path().join("table");
    printed(&[
        "import",
        text(&raw),
        text(&hexadecimal),
        "--out",
        text(&out),
    ]);
    let kzg = kzg();
    let expected = [40, 41, 42].map(|seed| {
        let commitment = kzg
            .blob_to_kzg_commitment(&blob(seed))
            .expect("a canonical blob");
        json!({"c": format!("0x{}", hex::encode(commitment.0)), "none": true})
    });
    let sql = format!(
        "SELECT kzg_commitment(blob) AS c, commitment IS NULL AS none FROM '{}/*.parquet' ORDER BY \
         source DESC, index",
        out.display()
    );
    assert_eq!(parsed(&printed(&[&sql, "--json"])), json!(expected));
    let (exit, message) = failed(&["import", text(&raw), "--out", text(&out)]);
    assert_eq!(exit, Some(2), "{message}");
    let elsewhere = folder.path().join("elsewhere");
    let (exit, message) = failed(&["import", text(&broken), "--out", text(&elsewhere)]);
    assert_eq!(exit, Some(3), "{message}");
    assert!(message.contains("broken.hex: "), "{message}");
}

#[test]
fn tables_are_exchanged_with_the_format_of_the_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = folder.path().join("archive");
    fs::create_dir(&objects).expect("a new folder");
    archive(&objects);
    let out = folder.path().join("table");
    let import = ["import", text(&objects), "--out", text(&out)];
    let output = program(&import).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let table = fs::read(out.join("00000.parquet")).expect("a table");
    let read = Parquet.read(&table).expect("a table of the engine");
    let (mut slots, SidecarProofs::Blobs(proofs)) = (read.slots.clone(), &read.proofs) else {
        panic!("proofs of blobs");
    };
    slots.sort_unstable();
    assert_eq!((slots, proofs.len()), (vec![0, 1, 2], 3));
    assert_eq!(
        (read.commitments.len(), read.versioned_hashes.len()),
        (3, 3)
    );
    let verdicts = read.verify(&*kzg()).expect("no fault");
    for (verdict, slot) in verdicts.into_iter().zip(&read.slots) {
        let expected = match slot {
            1 => Err(SidecarFault::WrongProof),
            _ => Ok(()),
        };
        assert_eq!(verdict, Some(expected), "slot {slot}");
    }
    let ours = folder.path().join("ours.parquet");
    fs::write(&ours, Parquet.write(&read).expect("complete")).expect("a new file");
    let sql = format!(
        "SELECT slot, index, kzg_verify_blob(blob, commitment, proof) AS ok, versioned_hash = \
         kzg_versioned_hash(commitment) AS h FROM '{}' ORDER BY slot",
        ours.display()
    );
    assert_eq!(
        parsed(&printed(&[&sql, "--json"])),
        json!([
            {"slot": 0, "index": 0, "ok": true, "h": true},
            {"slot": 1, "index": 0, "ok": false, "h": true},
            {"slot": 2, "index": 0, "ok": true, "h": true},
        ])
    );
    let copied = folder.path().join("copied");
    printed(&[&format!(
        "COPY (SELECT * FROM '{}') TO '{}/' STORED AS PARQUET",
        ours.display(),
        copied.display()
    )]);
    let mut files = fs::read_dir(&copied).expect("a folder");
    let file = files.next().expect("a file").expect("an entry").path();
    let copy = Parquet.read(&fs::read(file).expect("a table"));
    assert!(copy.expect("a table of the engine") == read);
    let again = folder.path().join("again");
    let import = ["import", text(&ours), "--out", text(&again)];
    let output = program(&import).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let table = fs::read(again.join("00000.parquet")).expect("a table");
    assert!(Parquet.read(&table).expect("a table of the engine") == read);
}

#[test]
fn the_proofs_of_all_cells_of_a_blob_are_imported_and_those_of_some_cells_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = folder.path().join("archive");
    fs::create_dir(&objects).expect("a new folder");
    archive(&objects);
    let source = folder.path().join("source");
    fs::create_dir(&source).expect("a new folder");
    let kzg = kzg();
    // The columns of the block at slot 0.
    let mut blocks = fs::read_dir(&objects).expect("a folder");
    let mut columns = blocks.find_map(|block| {
        let block = read_file(&block.expect("an entry").path()).expect("a block");
        (block.slot(0) == Some(0)).then_some(block)
    });
    let columns = columns.as_mut().expect("three blocks");
    let completed = columns.complete(DataColumns.holds(), &*kzg);
    completed.expect("a canonical blob");
    let text_of_columns = DataColumns.write(columns).expect("a block");
    fs::write(source.join("columns.json"), text_of_columns).expect("a file");
    // Two blobs, with all cells of the first one and half of the cells of the second one.
    let mut cells = Sidecars {
        blobs: vec![blob(43), blob(44)],
        ..Sidecars::default()
    };
    let completed = cells.complete(GetBlobsV4.holds(), &*kzg);
    completed.expect("canonical blobs");
    cells.cells[1].indices.truncate(64);
    cells.cells[1].cells.truncate(64);
    cells.cells[1].proofs.truncate(64);
    let text_of_cells = GetBlobsV4.write(&cells).expect("cells");
    fs::write(source.join("v4.json"), text_of_cells).expect("a file");
    let out = folder.path().join("table");
    printed(&["import", text(&source), "--out", text(&out)]);
    let sql = format!(
        "SELECT slot, index, proof, cell_proofs = kzg_cell_proofs(blob) AS same, \
         kzg_verify_cells(commitment, kzg_cells(blob), cell_proofs) AS ok, error FROM \
         '{}/*.parquet' ORDER BY source, index",
        out.display()
    );
    let rows = parsed(&printed(&[&sql, "--json"]));
    assert_eq!(
        rows,
        json!([
            {"slot": 0, "index": 0, "proof": null, "same": true, "ok": true, "error": null},
            {"slot": null, "index": 0, "proof": null, "same": true, "ok": null, "error": null},
            {"slot": null, "index": 1, "proof": null, "same": null, "ok": null, "error": null},
        ])
    );
}
