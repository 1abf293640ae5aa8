//! Malformed blobs, cells and commitments: each is named once, and the exit code is 3.

use std::fs;
use std::path::Path;

use crate::{folder_with, json, line, run, sparse, stderr};

/// 48 bytes that are no point.
fn not_a_point() -> String {
    format!("0x{}", "00".repeat(48))
}

/// A folder with a blob, its cells and their proofs.
fn folder_of_cells() -> tempfile::TempDir {
    let dir = folder_with(&[0; 131_072]);
    let proofs = run(dir.path(), &["cells", "input", "--out", "cells"], 0).stdout;
    fs::write(dir.path().join("proofs"), proofs).expect("written");
    dir
}

#[test]
fn a_malformed_commitment_is_no_fault_of_the_cells() {
    let dir = folder_of_cells();
    let dir = dir.path();
    for command in ["verify-cells", "recover"] {
        let arguments = [
            command,
            "cells",
            "--commitment",
            &not_a_point(),
            "--proofs",
            "proofs",
        ];
        let output = run(dir, &arguments, 3);
        let message = stderr(&output);
        assert_eq!(
            message, "kzg: commitment 0: invalid encoding\n",
            "{command}"
        );
        assert!(output.stdout.is_empty());
    }
}

/// Bundles of two blobs with proofs of blobs, with proofs of cells, and without proofs.
fn write_bundles(dir: &Path) {
    let blobs = ["convert", "input", "--input-format", "simple", "--out"];
    for format in ["bundle-v1", "bundle-v2", "parquet"] {
        run(dir, &[&blobs[..], &[format, "--to", format]].concat(), 0);
    }
}

/// A bundle with the first bytes of an item of a list replaced.
fn with_item(dir: &Path, bundle: &str, list: &str, index: usize, start: &str) {
    let text = fs::read_to_string(dir.join(bundle)).expect("read");
    let mut document: serde_json::Value = serde_json::from_str(&text).expect("a document");
    let item = &mut document[list][index];
    let digits = item.as_str().expect("digits");
    *item = format!("0x{start}{}", &digits[2 + start.len()..]).into();
    fs::write(dir.join("wrong"), document.to_string()).expect("written");
}

#[test]
fn a_malformed_item_of_a_document_is_named_by_one_index() {
    let dir = folder_with(&sparse(2));
    let dir = dir.path();
    write_bundles(dir);
    let element = "field element 0: not canonical, at or above the group order";
    for (bundle, list, start, reason) in [
        ("bundle-v1", "blobs", "ff", element),
        ("bundle-v2", "blobs", "ff", element),
        (
            "bundle-v1",
            "commitments",
            "00",
            "commitment: invalid encoding",
        ),
        (
            "bundle-v2",
            "commitments",
            "00",
            "commitment: invalid encoding",
        ),
        ("bundle-v1", "proofs", "00", "proof: invalid encoding"),
    ] {
        with_item(dir, bundle, list, 1, start);
        let expected = format!("kzg: wrong: blob 1: {reason}\n");
        let output = run(dir, &["verify", "wrong"], 3);
        assert_eq!(stderr(&output), expected, "{bundle} {list}");
        assert_eq!(line(&output), "INVALID: 1 of 2 blobs are wrong");
        let document = json(&run(dir, &["verify", "wrong", "--json"], 3));
        assert_eq!(document["blobs"][1]["reason"], reason);
        // The other blob is verified all the same.
        run(dir, &["verify", "wrong", "--index", "0"], 0);
        let convert = ["convert", "wrong", "--to", "raw", "--out", "raw"];
        assert_eq!(stderr(&run(dir, &convert, 3)), expected, "{bundle} {list}");
        assert!(!dir.join("raw").exists());
        run(dir, &["inspect", "wrong"], 1);
    }
    // The proof of a cell.
    with_item(dir, "bundle-v2", "proofs", 128 + 7, "00");
    let message = stderr(&run(dir, &["verify", "wrong"], 3));
    assert!(
        message.starts_with("kzg: wrong: blob 1: cell 7: "),
        "{message}"
    );
    let convert = ["convert", "wrong", "--to", "raw", "--out", "raw"];
    run(dir, &convert, 3);
}

#[test]
fn the_reason_why_a_named_format_is_refused_is_shown() {
    let dir = folder_of_cells();
    let dir = dir.path();
    fs::write(dir.join("broken"), r#"{"result":[{"blob_cells":[]}]}"#).unwrap();
    let named = ["--input-format", "get-blobs-v4"];
    let verify = [&["verify", "broken"], &named[..]].concat();
    let message = stderr(&run(dir, &verify, 3));
    let reason = message.strip_prefix("kzg: broken: ").unwrap().trim_end();
    let infinity = format!("0xc0{}", "00".repeat(47));
    let claim = ["--commitment", &infinity, "--proofs"];
    for arguments in [
        [&["verify-cells", "broken"], &claim[..], &["proofs"], &named].concat(),
        [&["recover", "broken"], &named[..]].concat(),
    ] {
        let message = stderr(&run(dir, &arguments, 3));
        let expected = format!("kzg: broken: not the cells of a blob: {reason}; ");
        assert!(message.starts_with(&expected), "{message}, not {expected}");
    }
}
