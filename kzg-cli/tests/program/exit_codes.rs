//! Every exit code; with `--json`, every run prints exactly one document.

use std::fs;

use crate::{expect_exit, folder_with, json, kzg, line, run, run_with_stdin, sparse, stderr};

/// The point at infinity.
const INFINITY: &str = "0xc00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn exit_code_2_for_wrong_usage() {
    let dir = folder_with(b"x");
    let dir = dir.path();
    fs::create_dir(dir.join("full")).unwrap();
    fs::write(dir.join("full/letter"), "dear").unwrap();
    for arguments in [
        &["pipeline"][..],
        &["pipeline", "input"],
        &["pipeline", "input", "--out", "o", "--threads", "0"],
        &["pipeline", "input", "--out", "o", "--threads", "100000"],
        &["pipeline", "input", "--out", "o", "--backend", "abacus"],
        &["pipeline", "input", "--out", "o", "--proofs", "most"],
        &["pipeline", "input", "--out", "o", "--emit", "smoke"],
        &[
            "pipeline", "input", "--out", "o", "--emit", "bundles", "--proofs", "none",
        ],
        &["pipeline", "-", "-", "--out", "o"],
        &["pipeline", "-", "--trusted-setup", "-", "--out", "o"],
        &["commit", "-", "--trusted-setup", "-"],
        &["pipeline", "input", "--out", "full"],
        &["pipeline", "input", "--out", "full", "--resume"],
        &["decode", "full"],
        &["prove", "input"],
        &["prove", "input", "--z", "00", "--commitment", "00"],
        &["verify"],
        &["verify", "input"],
        &["verify", "input", "--commitment", INFINITY],
        &["verify", "-", "--commitment", "-", "--proof", INFINITY],
        &["commit", "input", "--input-format", "runes"],
        &["explain", "life"],
        &["selftest", "--trusted-setup", "missing.txt"],
        &["selftest", "--precompute", "none"],
        &["selftest", "--subgroup-check", "batched"],
        &["setup"],
        &["setup", "convert", "mainnet", "--to", "text"],
        &["setup", "convert", "mainnet", "--to", "runes", "--out", "o"],
        &[
            "setup", "convert", "mainnet", "--to", "text", "--out", "input",
        ],
        &["inspect"],
        &["frobnicate"],
    ] {
        let stdin = vec![0; 131_072];
        let output = run_with_stdin(dir, arguments, &stdin, 2);
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
    assert!(!dir.join("o").exists());
}

/// The setup would leave no bytes to the input, so that an empty job would succeed.
#[test]
fn standard_input_is_not_a_trusted_setup_and_an_input() {
    let dir = folder_with(b"content");
    let dir = dir.path();
    let write = ["setup", "convert", "mainnet", "--to", "binary"];
    run(dir, &[&write[..], &["--out", "setup"]].concat(), 0);
    let setup = fs::read(dir.join("setup")).unwrap();
    let by_flag = ["pipeline", "-", "--out", "o", "--trusted-setup", "-"];
    let message = stderr(&run_with_stdin(dir, &by_flag, &setup, 2));
    assert!(
        message.contains("standard input can be read once only"),
        "{message}"
    );
    let mut by_variable = kzg(dir, &by_flag[..4]);
    by_variable.env("KZG_TRUSTED_SETUP", "-");
    by_variable.stdin(fs::File::open(dir.join("setup")).unwrap());
    expect_exit(by_variable.output().unwrap(), &by_flag[..4], 2);
    assert!(!dir.join("o").exists());
    // One of them alone can be there.
    let job = ["pipeline", "input", "--out", "o", "--trusted-setup", "-"];
    run_with_stdin(dir, &job, &setup, 0);
    run(dir, &["verify", "o"], 0);
}

#[test]
fn exit_code_3_for_bad_input() {
    let dir = folder_with(b"no blob");
    let dir = dir.path();
    fs::write(dir.join("too-large"), vec![0xff; 131_072]).unwrap();
    fs::write(dir.join("larger"), vec![0; 300_000]).unwrap();
    fs::write(dir.join("zero"), vec![0; 131_072]).unwrap();
    fs::create_dir(dir.join("folder")).unwrap();
    let not_a_point = "00".repeat(48);
    for (arguments, named) in [
        (&["pipeline", "missing", "--out", "o"][..], "missing"),
        (&["pipeline", "folder", "--out", "o"], "folder"),
        (&["pipeline", "input", "missing", "--out", "o"], "missing"),
        (&["decode", "folder", "--out", "o"], "manifest.jsonl"),
        (&["verify", "folder"], "manifest.jsonl"),
        (&["verify", "missing"], "missing"),
        (&["commit", "input"], "input"),
        (&["commit", "missing"], "missing"),
        (
            &["commit", "larger"],
            "300000 bytes; a blob is 131072 bytes",
        ),
        (&["commit", "too-large"], "field element 0"),
        (&["commit", "zero", "too-large"], "too-large: "),
        (
            &["commit", "zero", "--input-format", "hex"],
            "no hexadecimal digit",
        ),
        (
            &["commit", "zero", "--input-format", "bundle-v1"],
            "a blob is 131072 bytes",
        ),
        (&["inspect", "missing"], "no such file or folder"),
        (&["setup", "inspect", "zero"], "trusted setup: "),
        (&["setup", "verify", "missing"], "missing"),
        (&["prove", "zero", "--commitment", "0xabcd"], "0xabcd"),
        (
            &["prove", "zero", "--commitment", &not_a_point],
            "commitment",
        ),
        (&["prove", "zero", "--z", &"ff".repeat(32)], "z"),
        (
            &[
                "verify",
                "zero",
                "--commitment",
                INFINITY,
                "--proof",
                &not_a_point,
            ],
            "proof",
        ),
    ] {
        let output = run(dir, arguments, 3);
        assert!(
            stderr(&output).contains(named),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty());
        let output = run(dir, &[arguments, &["--json"]].concat(), 3);
        assert_eq!(json(&output)["exit_code"], 3);
    }
    assert!(!dir.join("o").exists());
}

/// Programs that ask for JSON get a document for wrong usage too, whether the parser or the command
/// notices the mistake.
#[test]
fn wrong_usage_is_a_document_too() {
    let dir = folder_with(b"x");
    let dir = dir.path();
    for (arguments, named) in [
        (&["commit", "--json"][..], "<BLOB>"),
        (
            &["commit", "input", "--json", "--backend", "abacus"],
            "abacus",
        ),
        (&["commit", "input", "--threads", "0", "--json"], "'0'"),
        (&["abacus", "--json"], "abacus"),
        (&["config", "template", "--json"], "--json"),
        (
            &["decode", "input", "--out", "-", "--json"],
            "standard output",
        ),
    ] {
        let document = json(&run(dir, arguments, 2));
        assert_eq!(document["exit_code"], 2, "{document}");
        let error = document["error"].as_str().expect("a message");
        assert!(error.contains(named), "{error}");
    }
    assert!(run(dir, &["commit"], 2).stdout.is_empty());
    assert!(run(dir, &["commit", "--", "--json"], 3).stdout.is_empty());
}

#[test]
fn exit_code_4_where_writing_fails() {
    let dir = folder_with(b"x");
    let dir = dir.path();
    let output = run(
        dir,
        &["pipeline", "input", "--out", "input/out", "--json"],
        4,
    );
    assert_eq!(json(&output)["exit_code"], 4);
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    run(dir, &["decode", "out", "--out", "input/back"], 4);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure_in_the_document_too() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let job = ["pipeline", "input", "--out", "out", "--resume"];
    run(dir, &job, 0);
    for name in ["report.json", "report.html"] {
        let path = dir.join("out").join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let output = run(dir, &[&job[..], &["--json"]].concat(), 4);
        let report = json(&output);
        assert_eq!(report["outcome"], "failed");
        let error = report["error"].as_str().unwrap_or_default();
        assert!(error.contains(name), "{report}");
        let message = stderr(&output);
        assert_eq!(message.matches(error).count(), 1, "{message}");
        let output = run(dir, &job, 4);
        assert!(!line(&output).contains("report:"), "{}", line(&output));
        fs::remove_dir(&path).unwrap();
        run(dir, &job, 0);
    }
}

#[test]
fn an_unfinished_folder_does_not_verify_or_decode() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    let path = dir.join("out/manifest.jsonl");
    let manifest = fs::read_to_string(&path).unwrap();
    let without_end = manifest.split_inclusive('\n').take(4).collect::<String>();
    fs::write(&path, without_end).unwrap();
    let output = run(dir, &["verify", "out", "--json"], 1);
    assert_eq!(json(&output)["valid"], false);
    assert!(stderr(&output).contains("not finished"));
    run(dir, &["decode", "out", "--out", "back"], 3);
    run(dir, &["pipeline", "input", "--out", "out", "--resume"], 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), manifest);
}
