//! `kzg convert`, and the formats of other programs in every command.

use std::fs;
use std::path::Path;

use crate::{json, line, run, run_with_stdin, stderr};

/// A raw file of two blobs, whose bundle with cell proofs is `bundle`.
fn raw_and_bundle() -> tempfile::TempDir {
    let dir = crate::folder_with(&crate::sparse(2));
    run(
        dir.path(),
        &[
            "convert",
            "input",
            "--to",
            "raw",
            "--input-format",
            "simple",
            "--out",
            "raw",
        ],
        0,
    );
    convert(dir.path(), "raw", "bundle-v2", "bundle");
    dir
}

fn convert(dir: &Path, file: &str, format: &str, out: &str) {
    run(dir, &["convert", file, "--to", format, "--out", out], 0);
}

#[test]
fn what_is_missing_is_computed_and_what_is_known_is_kept() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    let commitments = line(&run(dir, &["commit", "raw"], 0));
    for format in [
        "bundle-v1",
        "sidecar-v0",
        "sidecar-v1",
        "sidecar-v1-json",
        "get-blobs-v1",
        "get-blobs-v2",
        "get-blobs-v4",
        "parquet",
    ] {
        convert(dir, "raw", format, format);
        // Every command reads what was written.
        assert_eq!(
            line(&run(dir, &["commit", format], 0)),
            commitments,
            "{format}"
        );
        let verified = json(&run(dir, &["verify", format, "--json"], 0));
        assert_eq!(verified["blobs"][1]["valid"], true, "{format}");
        let inspected = json(&run(dir, &["inspect", format, "--json"], 0));
        assert_eq!(inspected["fields"]["format"], format);
        assert_eq!(inspected["valid"], true, "{format}");
        convert(dir, format, "raw", "again");
        assert!(fs::read(dir.join("again")).unwrap() == fs::read(dir.join("raw")).unwrap());
        fs::remove_file(dir.join("again")).unwrap();
    }
    // A table keeps the proofs of cells, and a pipeline takes its blobs.
    convert(dir, "bundle", "parquet", "table");
    convert(dir, "table", "bundle-v2", "bundle-of-table");
    let bundle = fs::read(dir.join("bundle")).unwrap();
    assert!(fs::read(dir.join("bundle-of-table")).unwrap() == bundle);
    run(
        dir,
        &[
            "pipeline",
            "table",
            "--input-format",
            "auto",
            "--out",
            "job",
        ],
        0,
    );
    run(dir, &["decode", "job", "--out", "back"], 0);
    assert!(fs::read(dir.join("back")).unwrap() == fs::read(dir.join("raw")).unwrap());
    // Version 0 becomes version 1, and the cell proofs are those of the bundle.
    convert(dir, "sidecar-v0", "sidecar-v1", "v1");
    assert!(fs::read(dir.join("v1")).unwrap() == fs::read(dir.join("sidecar-v1")).unwrap());
    convert(dir, "v1", "bundle-v2", "bundle-of-v1");
    assert_eq!(
        fs::read(dir.join("bundle-of-v1")).unwrap(),
        fs::read(dir.join("bundle")).unwrap()
    );
    let report = run(
        dir,
        &["convert", "raw", "--to", "hex", "--out", "hex", "--json"],
        0,
    );
    let report = json(&report);
    assert_eq!(
        (&report["input_format"], &report["blobs"]),
        (&"raw".into(), &2.into())
    );
    assert_eq!(report["verified"], false);
    // The input comes back from its blobs, also through standard streams.
    let piped = ["convert", "-", "--to", "simple", "--out", "-"];
    let output = run_with_stdin(dir, &piped, &fs::read(dir.join("hex")).unwrap(), 0);
    assert!(output.stdout == fs::read(dir.join("input")).unwrap());
}

#[test]
fn an_answer_of_get_blobs_v3_has_a_name_of_its_own() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    convert(dir, "raw", "get-blobs-v2", "v2");
    convert(dir, "raw", "get-blobs-v3", "v3");
    assert!(fs::read(dir.join("v3")).unwrap() == fs::read(dir.join("v2")).unwrap());
    let format = ["--input-format", "get-blobs-v3"];
    let commitments = line(&run(dir, &["commit", "raw"], 0));
    let commit = [&["commit", "v3"], &format[..]].concat();
    assert_eq!(line(&run(dir, &commit, 0)), commitments);
    let pipeline = [&["pipeline", "v3", "--out", "job"], &format[..]].concat();
    run(dir, &pipeline, 0);
    run(dir, &["decode", "job", "--out", "back"], 0);
    assert!(fs::read(dir.join("back")).unwrap() == fs::read(dir.join("raw")).unwrap());
}

#[test]
fn a_document_without_blobs_is_converted_and_noted() {
    let dir = crate::folder_with(&[]);
    let dir = dir.path();
    fs::write(
        dir.join("none"),
        "{\"blobs\":[],\"commitments\":[],\"proofs\":[]}",
    )
    .unwrap();
    let convert = ["convert", "none", "--to", "beacon-blobs", "--out", "-"];
    let output = run(dir, &convert, 0);
    assert_eq!(line(&output), "{\"data\":[]}");
    assert!(stderr(&output).contains("none: there is no blob in it"));
}

#[test]
fn sidecars_that_cannot_be_converted_are_refused() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    let refused = |arguments: &[&str], exit: i32, expected: &str| {
        let message = stderr(&run(dir, arguments, exit));
        assert!(message.contains(expected), "{message}");
    };
    refused(
        &["convert", "raw", "--to", "transaction-v1", "--out", "x"],
        3,
        "there is none",
    );
    refused(
        &[
            "convert",
            "raw",
            "--to",
            "data-column-sidecars",
            "--out",
            "x",
        ],
        3,
        "header of a block",
    );
    refused(
        &["convert", "raw", "--to", "hex", "--out", "raw"],
        2,
        "--force",
    );
    refused(
        &["convert", "raw", "--to", "runes", "--out", "x"],
        2,
        "data-column-sidecars-ssz",
    );
    refused(
        &["convert", "missing", "--to", "hex", "--out", "x"],
        3,
        "missing",
    );
    // A bundle whose blobs and commitments do not belong together.
    let mut wrong = json_of(dir, "bundle");
    wrong["commitments"].as_array_mut().unwrap().swap(0, 1);
    fs::write(dir.join("wrong"), wrong.to_string()).unwrap();
    for arguments in [
        &["commit", "wrong"][..],
        &["convert", "wrong", "--to", "raw", "--out", "x"],
    ] {
        let message = stderr(&run(dir, arguments, 1));
        assert!(
            message.contains("wrong") && message.contains("blob 0"),
            "{message}"
        );
    }
    assert!(!dir.join("x").exists());
}

fn json_of(dir: &Path, file: &str) -> serde_json::Value {
    serde_json::from_slice(&fs::read(dir.join(file)).expect("read")).expect("JSON")
}

#[test]
fn hashes_of_a_transaction_are_checked_before_anything_is_computed() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    let mut transaction = json_of(dir, "bundle");
    let hash = |index: usize| {
        let commits = json(&run(dir, &["commit", "raw", "--json"], 0));
        commits["blobs"][index]["versioned_hash"].clone()
    };
    transaction["blobVersionedHashes"] = vec![hash(0), hash(1)].into();
    fs::write(dir.join("right"), transaction.to_string()).unwrap();
    let inspected = json(&run(dir, &["inspect", "right", "--json"], 0));
    assert_eq!(inspected["fields"]["format"], "sidecar-v1-json");
    assert_eq!(inspected["fields"]["versioned_hashes"], 2);
    transaction["blobVersionedHashes"] = vec![hash(0), hash(0)].into();
    fs::write(dir.join("wrong"), transaction.to_string()).unwrap();
    for (arguments, exit) in [
        (&["verify", "wrong"][..], 1),
        (&["inspect", "wrong"], 1),
        (&["commit", "wrong"], 1),
        (&["cells", "wrong", "--index", "0"], 1),
        (&["convert", "wrong", "--to", "raw", "--out", "x"], 1),
        (
            &["pipeline", "wrong", "--input-format", "auto", "--out", "o"],
            1,
        ),
    ] {
        let message = stderr(&run(dir, arguments, exit));
        let expected = "blob 1: the versioned hash is not that of the commitment";
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}

/// Data column sidecars of the two blobs in `raw`, of a block with this root of the body.
fn columns(dir: &Path, body_root: &str) -> String {
    convert(dir, "raw", "get-blobs-v4", "answer");
    let answer = json_of(dir, "answer");
    std::fs::remove_file(dir.join("answer")).expect("removed");
    let commitments = &json_of(dir, "bundle")["commitments"];
    let bytes = |byte: &str, count: usize| format!("0x{}", byte.repeat(count));
    let header = serde_json::json!({
        "message": {
            "slot": "9000001",
            "proposer_index": "77",
            "parent_root": bytes("05", 32),
            "state_root": bytes("06", 32),
            "body_root": body_root,
        },
        "signature": bytes("07", 96),
    });
    let branch = ["01", "02", "03", "04"].map(|byte| bytes(byte, 32));
    let column = |index: usize| {
        serde_json::json!({
            "index": index.to_string(),
            "column": [answer[0]["blob_cells"][index], answer[1]["blob_cells"][index]],
            "kzg_commitments": commitments,
            "kzg_proofs": [answer[0]["proofs"][index], answer[1]["proofs"][index]],
            "signed_block_header": header,
            "kzg_commitments_inclusion_proof": branch,
        })
    };
    let columns: Vec<_> = (0..128).map(column).collect();
    serde_json::json!({ "version": "fulu", "data": columns }).to_string()
}

#[test]
fn claims_of_a_file_of_cells_are_checked_before_anything_is_computed() {
    // The root of a body with the two commitments, computed by Python's hashlib.
    const BODY_ROOT: &str = "0x4b40ab88eac4f67ee100cee0ece39c696fecd1072f9b42d6eb05455c47de7524";
    let dir = raw_and_bundle();
    let dir = dir.path();
    fs::write(dir.join("right"), columns(dir, BODY_ROOT)).unwrap();
    let wrong_root = BODY_ROOT.replacen("0x", "0xf", 1);
    fs::write(dir.join("wrong"), columns(dir, &wrong_root[..66])).unwrap();
    run(
        dir,
        &["cells", "raw", "--index", "1", "--out", "of-blob"],
        0,
    );
    let commitment = line(&run(dir, &["commit", "raw", "--index", "1"], 0));
    let one = ["--index", "1"];
    let checked = |cells, proofs| {
        let given = ["--commitment", &commitment, "--proofs", proofs];
        [&["verify-cells", cells], &given[..], &one].concat()
    };
    for (file, exit) in [("right", 0), ("wrong", 1)] {
        let (blobs, job) = (format!("blobs-{file}"), format!("job-{file}"));
        let pipeline = ["pipeline", file, "--input-format", "auto", "--out", &job];
        for arguments in [
            [&["recover", file], &one[..]].concat(),
            [&["cells", file], &one[..]].concat(),
            checked(file, "bundle"),
            checked("of-blob", file),
            vec!["commit", file],
            vec!["verify", file],
            vec!["inspect", file],
            vec!["convert", file, "--to", "raw", "--out", &blobs],
            pipeline.to_vec(),
        ] {
            let message = stderr(&run(dir, &arguments, exit));
            let expected = "the inclusion proof does not verify: the block does not include";
            assert_eq!(
                message.contains(expected),
                exit == 1,
                "{arguments:?}: {message}"
            );
            assert_eq!(
                message.contains("slot 9000001, blob"),
                exit == 1,
                "{arguments:?}"
            );
        }
    }
}

#[test]
fn cells_of_an_answer_are_verified_and_recovered() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    convert(dir, "raw", "get-blobs-v4", "answer");
    let mut answer = json_of(dir, "answer");
    for blob in answer.as_array_mut().unwrap() {
        for key in ["blob_cells", "proofs"] {
            let items = blob[key].as_array_mut().unwrap();
            items[..64].fill(serde_json::Value::Null);
        }
    }
    fs::write(dir.join("half"), answer.to_string()).unwrap();
    let commitment = line(&run(dir, &["commit", "raw", "--index", "1"], 0));
    let given = [
        "--commitment",
        &commitment,
        "--proofs",
        "half",
        "--index",
        "1",
    ];
    let verified = json(&run(
        dir,
        &[&["verify-cells", "half", "--json"], &given[..]].concat(),
        0,
    ));
    assert_eq!(verified["good"].as_array().unwrap().len(), 64);
    run(
        dir,
        &[&["recover", "half", "--out", "cells"], &given[..]].concat(),
        0,
    );
    let raw = fs::read(dir.join("raw")).unwrap();
    assert!(fs::read(dir.join("cells")).unwrap()[..131_072] == raw[131_072..]);
    convert(dir, "half", "raw", "recovered");
    assert!(fs::read(dir.join("recovered")).unwrap() == raw);
    let message = stderr(&run(dir, &["commit", "half"], 3));
    assert!(message.contains("`kzg convert` recovers"), "{message}");
}

#[test]
fn a_pipeline_restores_the_bytes_of_other_encodings() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    let input = fs::read(dir.join("input")).unwrap();
    for format in ["op-stack", "eigenda"] {
        run(
            dir,
            &[
                "pipeline",
                "input",
                "--input-format",
                format,
                "--out",
                format,
            ],
            0,
        );
        run(dir, &["verify", format], 0);
        let back = format!("{format}.back");
        run(dir, &["decode", format, "--out", &back], 0);
        assert!(fs::read(dir.join(&back)).unwrap() == input);
        // The stored blobs decode by themselves too.
        let blob = format!("{format}/blobs/00000000.blob");
        let output = run(dir, &["convert", &blob, "--to", format, "--out", "-"], 0);
        assert!(input.starts_with(&output.stdout) && !output.stdout.is_empty());
    }
}

/// An answer with one value changed; `key` and `index` name the value of the second blob, and `from` the
/// index of the value that takes its place.
fn with_value_of(answer: &serde_json::Value, key: &str, index: usize, from: usize) -> String {
    let mut answer = answer.clone();
    answer[1][key][index] = answer[1][key][from].clone();
    answer.to_string()
}

#[test]
fn false_cells_and_proofs_of_an_input_are_false_claims() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    convert(dir, "raw", "get-blobs-v4", "answer");
    let answer = json_of(dir, "answer");
    let cases = [
        ("proofs", 3, 4, "proof"),
        ("proofs", 100, 101, "proof"),
        ("blob_cells", 100, 101, "cell 100"),
    ];
    for (number, (key, index, from, named)) in cases.into_iter().enumerate() {
        fs::write(dir.join("false"), with_value_of(&answer, key, index, from)).unwrap();
        for (proofs, emit) in [("cells", "blobs"), ("blob", "blobs"), ("both", "cells")] {
            let out = format!("out-{number}-{proofs}");
            let job = [
                "pipeline",
                "false",
                "--input-format",
                "get-blobs-v4",
                "--out",
                &out,
            ];
            let job = [&job[..], &["--proofs", proofs, "--emit", emit]].concat();
            let message = stderr(&run(dir, &job, 1));
            assert!(
                message.contains("false: blob 1") && message.contains(named),
                "{message}"
            );
        }
    }
    fs::write(dir.join("true"), answer.to_string()).unwrap();
    let job = [
        "pipeline",
        "true",
        "--input-format",
        "get-blobs-v4",
        "--out",
        "o",
    ];
    run(
        dir,
        &[&job[..], &["--proofs", "both", "--emit", "cells"]].concat(),
        0,
    );
}

/// The commitment to the blob of 64 cells follows from them, and nothing says whether ten cells are right.
#[test]
fn a_file_with_a_blob_that_cannot_be_verified_is_not_verified() {
    let dir = raw_and_bundle();
    let dir = dir.path();
    convert(dir, "raw", "get-blobs-v4", "answer");
    let mut answer = json_of(dir, "answer");
    for (blob, kept) in [(0, 64), (1, 10)] {
        for key in ["blob_cells", "proofs"] {
            let items = answer[blob][key].as_array_mut().unwrap();
            items[kept..].fill(serde_json::Value::Null);
        }
    }
    let first = answer[0]["blob_cells"][0].clone();
    answer[1]["blob_cells"][3] = first;
    fs::write(dir.join("some"), answer.to_string()).unwrap();
    let named = "blob 1: nothing to verify: fewer than 64 cells, no commitment";
    let message = stderr(&run(dir, &["verify", "some"], 1));
    assert!(message.contains(named), "{message}");
    let inspected = run(dir, &["inspect", "some", "--json"], 0);
    let found = crate::json(&inspected);
    assert_eq!(found["valid"], serde_json::Value::Null, "{found}");
    assert_eq!(found["problems"], serde_json::json!([named]), "{found}");
    assert!(stderr(&inspected).contains(named));
    let arguments = ["convert", "some", "--to", "get-blobs-v4", "--out"];
    let converted = run(dir, &[&arguments[..], &["x", "--json"]].concat(), 0);
    assert_eq!(crate::json(&converted)["verified"], false);
    // Of 64 cells, each one is verified.
    answer.as_array_mut().unwrap().pop();
    fs::write(dir.join("whole"), answer.to_string()).unwrap();
    assert_eq!(
        crate::json(&run(dir, &["inspect", "whole", "--json"], 0))["valid"],
        true
    );
    let converted = run(
        dir,
        &["convert", "whole", "--to", "raw", "--out", "y", "--json"],
        0,
    );
    assert_eq!(crate::json(&converted)["verified"], true);
}
