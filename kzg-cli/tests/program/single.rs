//! One operation each: `kzg commit`, `kzg prove`, `kzg verify`, `kzg backends`.

use std::fs;

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
    // Built without this backend, it is listed as not compiled in.
    let Some(scalar) = blst("scalar").filter(|backend| backend["compiled_in"] == true) else {
        return;
    };
    assert_eq!(scalar["engine"], "scalar");
    let unknown = blst("steam").unwrap();
    assert_eq!(unknown["available"], false);
    let reason = unknown["reason"].as_str().unwrap();
    assert!(
        reason.contains("KZG_BLST_ENGINE") && reason.contains("steam"),
        "{reason}"
    );
}

/// A backend that cannot run here is an error that says why, in every form, and no other backend
/// takes its place.
#[test]
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

    // The choice that is left to the program finds another.
    let arguments = ["commit", "input", "--backend", "auto"];
    expect_exit(without_library(&arguments), &arguments, 0);
}
