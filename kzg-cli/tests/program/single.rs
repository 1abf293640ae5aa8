//! The commands for one operation: `kzg commit`, `kzg prove`, `kzg verify`, `kzg backends`.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::{expect_exit, folder_with, json, kzg, line, run, run_with_stdin, stderr};

/// A blob of small field elements.
fn blob() -> Vec<u8> {
    let mut blob = vec![0; 131_072];
    for (index, element) in blob.chunks_mut(32).enumerate() {
        element[31] = index as u8;
    }
    blob
}

fn hexadecimal(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

#[test]
fn commit_prove_and_verify_a_blob() {
    let dir = folder_with(&blob());
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    assert!(commitment.starts_with("0x") && commitment.len() == 98);

    // The same blob in every form.
    fs::write(
        dir.join("as-text"),
        format!("0x{}\n", hexadecimal(&blob()).to_uppercase()),
    )
    .unwrap();
    let both = run(dir, &["commit", "input", "as-text"], 0);
    assert_eq!(line(&both), format!("{commitment}\n{commitment}"));
    let piped = run_with_stdin(dir, &["commit", "-", "--json"], &blob(), 0);
    assert_eq!(json(&piped)["commitments"][0], *commitment);

    let proof = line(&run(
        dir,
        &["prove", "input", "--commitment", &commitment],
        0,
    ));
    fs::write(dir.join("commitment"), &commitment).unwrap();
    fs::write(dir.join("proof"), hex::decode(&proof).unwrap()).unwrap();
    let claim = ["--commitment", "commitment", "--proof", "proof"];
    let valid = run(dir, &[&["verify", "input"], &claim[..]].concat(), 0);
    assert_eq!(line(&valid), "valid");
    let mut other = blob();
    other[63] = 9;
    let verify_other = [&["verify", "-", "--json"], &claim[..]].concat();
    let invalid = run_with_stdin(dir, &verify_other, &other, 1);
    assert_eq!(json(&invalid)["valid"], false);
}

#[test]
fn prove_and_verify_a_value() {
    let dir = folder_with(&blob());
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    let z = format!("0x{:064x}", 12_345);
    let proved = json(&run(dir, &["prove", "input", "--z", &z, "--json"], 0));
    let (proof, y) = (
        proved["proof"].as_str().unwrap(),
        proved["y"].as_str().unwrap(),
    );
    let claim = |y| {
        [
            "verify",
            "--commitment",
            &commitment,
            "--z",
            &z,
            "--y",
            y,
            "--proof",
            proof,
        ]
    };
    assert_eq!(line(&run(dir, &claim(y), 0)), "valid");
    assert_eq!(line(&run(dir, &claim(&z), 1)), "INVALID");
    let text = line(&run(dir, &["prove", "input", "--z", &z], 0));
    assert_eq!(text, format!("proof {proof}\ny     {y}"));
}

#[test]
fn backends_are_listed() {
    let dir = folder_with(b"");
    let listed = json(&run(dir.path(), &["backends", "--json"], 0));
    let backends = listed["backends"].as_array().unwrap();
    assert!(backends.iter().any(|backend| backend["available"] == true));
    for backend in backends {
        assert_eq!(backend["available"] == true, backend["reason"].is_null());
    }
    let text = line(&run(dir.path(), &["backends"], 0));
    assert!(text.contains("blst"), "{text}");
}

/// Runs the program with an environment variable.
fn with_variable(dir: &Path, arguments: &[&str], name: &str, value: &str, exit: i32) -> Output {
    let mut program = kzg(dir, arguments);
    let output = program.env(name, value).output();
    expect_exit(output.expect("the program starts"), arguments, exit)
}

#[test]
fn an_empty_variable_counts_as_not_set_and_an_unknown_value_is_wrong_usage() {
    let dir = folder_with(&blob());
    let dir = dir.path();
    let engine = "KZG_BLST_ENGINE";
    let listed = json(&with_variable(dir, &["backends", "--json"], engine, "", 0));
    for backend in listed["backends"].as_array().unwrap() {
        let there = backend["available"] == true;
        assert!(there || backend["name"] == "constantine", "{backend}");
    }
    let output = with_variable(dir, &["commit", "input"], engine, "", 0);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    for name in [
        "KZG_BACKEND",
        "KZG_THREADS",
        "KZG_CONFIG",
        "CONSTANTINE_LIB",
    ] {
        let output = with_variable(dir, &["commit", "input"], name, "", 0);
        assert!(output.stderr.is_empty(), "{name}: {}", stderr(&output));
    }
    for command in [
        &["commit", "input"][..],
        &["backends"],
        &["bench", "--quick"],
        &["selftest"],
        &["pipeline", "input", "--out", "out"],
    ] {
        let output = with_variable(dir, command, engine, "steam", 2);
        let message = stderr(&output);
        assert!(
            message.contains(engine) && message.contains("steam"),
            "{message}"
        );
    }
}

#[test]
fn a_backend_that_cannot_run_for_a_reason_is_reported_when_it_is_passed_over() {
    let dir = folder_with(&blob());
    let dir = dir.path();
    let library = "CONSTANTINE_LIB";
    let job = ["pipeline", "input", "--out", "out"];
    let output = with_variable(dir, &job, library, "no/library.so", 0);
    let message = stderr(&output);
    assert!(
        message.contains("backend constantine is passed over"),
        "{message}"
    );
    let output = with_variable(dir, &["bench", "--limit", "1"], library, "no/library.so", 0);
    let message = stderr(&output);
    assert!(
        message.contains("backend constantine is passed over"),
        "{message}"
    );
    // The program chooses blst before it tries to load Constantine.
    let commit = ["commit", "input"];
    let output = with_variable(dir, &commit, library, "no/library.so", 0);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    // An engine that this processor lacks, if there is one.
    for engine in ["avx2", "ifma"] {
        let backends = ["backends", "--json"];
        let listed = json(&with_variable(dir, &backends, "KZG_BLST_ENGINE", engine, 0));
        let lacking = listed["backends"][0]["available"] == false;
        let output = with_variable(dir, &commit, "KZG_BLST_ENGINE", engine, 0);
        let reported = stderr(&output).contains("backend blst is passed over");
        assert_eq!(reported, lacking, "{engine}: {}", stderr(&output));
    }
}

#[cfg(feature = "blst")]
#[test]
fn the_environment_chooses_the_engine_of_blst() {
    let dir = folder_with(b"");
    let blst = |engine: &str| {
        let mut program = kzg(dir.path(), &["backends", "--json"]);
        let output = program.env("KZG_BLST_ENGINE", engine).output();
        let listed = json(&output.expect("the program starts"));
        let backends = listed["backends"].as_array().unwrap();
        backends
            .iter()
            .find(|backend| backend["name"] == "blst")
            .cloned()
    };
    assert_eq!(blst("scalar").expect("a row")["engine"], "scalar");
}

/// A named backend that cannot run here is an error with the reason, in every form of the option.
/// The program does not fall back to another backend.
#[test]
#[cfg_attr(not(feature = "constantine"), ignore = "needs the feature constantine")]
fn an_unavailable_backend_is_an_error_and_says_why() {
    let dir = folder_with(&blob());
    let without_library = |arguments: &[&str]| {
        kzg(dir.path(), arguments)
            .env("CONSTANTINE_LIB", "no/libconstantine.so")
            .output()
            .expect("the program starts")
    };
    let named = "CONSTANTINE_LIB=no/libconstantine.so";
    let arguments = ["commit", "input", "--backend", "constantine"];
    let refused = expect_exit(without_library(&arguments), &arguments, 4);
    assert!(refused.stdout.is_empty());
    assert!(stderr(&refused).contains(named), "{}", stderr(&refused));

    let listed = json(&without_library(&["backends", "--json"]));
    let rows = listed["backends"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["name"] == "constantine")
        .unwrap();
    assert_eq!(row["compiled_in"], true);
    assert_eq!(row["available"], false);
    assert!(row["reason"].as_str().unwrap().contains(named), "{row}");
    assert!(row["engine"].is_null());

    // With `auto`, the program chooses another backend.
    let arguments = ["commit", "input", "--backend", "auto"];
    expect_exit(without_library(&arguments), &arguments, 0);
}
