//! `kzg selftest`: the conformance suite, and vectors from a folder.

use std::fs;

use crate::{folder_with, json, run, stderr};

/// A vector of `blob_to_kzg_commitment` for the blob of zeros, whose commitment is infinity.
fn vector(commitment_start: &str) -> String {
    let (blob, rest) = ("00".repeat(131_072), "00".repeat(47));
    format!("input: {{blob: '0x{blob}'}}\noutput: '0x{commitment_start}{rest}'\n")
}

#[test]
fn conformance_and_vectors_are_counted() {
    let dir = folder_with(b"");
    let dir = dir.path();
    for (case, start) in [("right", "c0"), ("wrong", "c1")] {
        let folder = dir.join("tests/kzg/blob_to_kzg_commitment").join(case);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("data.yaml"), vector(start)).unwrap();
    }
    let selftest = ["selftest", "--backend", "blst", "--vectors", ".", "--json"];
    let output = run(dir, &selftest, 1);
    let tested = &json(&output)["backends"];
    assert_eq!(tested.as_array().unwrap().len(), 1);
    assert_eq!(tested[0]["name"], "blst");
    let least = if cfg!(feature = "algebra") { 80 } else { 40 };
    assert!(tested[0]["conformance"]["passed"].as_u64() > Some(least));
    assert_eq!(tested[0]["conformance"]["failed"], 0);
    let handlers = serde_json::json!([
        {"handler": "blob_to_kzg_commitment", "passed": 1, "failed": 1}
    ]);
    assert_eq!(tested[0]["handlers"], handlers);
    assert!(tested[0]["seconds"].as_f64() > Some(0.0));
    let notes = stderr(&output);
    assert!(notes.contains("blst: tested in "), "{notes}");
    assert!(
        notes.contains("blst: blob_to_kzg_commitment: wrong"),
        "{notes}"
    );
    assert!(notes.contains("not all the vectors"), "{notes}");
    let complete = !notes.contains("not run: the checks of fields");
    assert_eq!(complete, cfg!(feature = "algebra"), "{notes}");
}

#[test]
fn vectors_that_are_not_there_are_bad_input() {
    let dir = folder_with(b"no archive");
    for path in ["missing", "input", "."] {
        let output = run(dir.path(), &["selftest", "--vectors", path, "--json"], 3);
        assert_eq!(json(&output)["exit_code"], 3);
    }
    let output = run(dir.path(), &["selftest", "--vectors", "input"], 3);
    let message = stderr(&output);
    assert!(
        message.contains("neither a folder nor a .tar.zst archive"),
        "{message}"
    );
    run(dir.path(), &["selftest", "--backend", "abacus"], 2);

    // A folder without a vector that can be run is an error.
    let case = dir.path().join("other/tests/kzg/frobnicate/case");
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("data.yaml"), "").unwrap();
    let output = run(dir.path(), &["selftest", "--vectors", "other"], 3);
    assert!(
        stderr(&output).contains("nothing to test"),
        "{}",
        stderr(&output)
    );
}
