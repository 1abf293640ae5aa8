//! `kzg pipeline`, `kzg verify DIR` and `kzg decode`.

use std::fs;

use crate::{CAPACITY, contents, folder_with, json, line, run, run_with_stdin, sparse, stderr};

#[test]
fn a_file_is_encoded_and_restored() {
    for (length, blobs) in [(0, 0), (1, 1), (CAPACITY, 1), (2 * CAPACITY + 9, 3)] {
        let input = &sparse(4)[..length];
        let dir = folder_with(input);
        let dir = dir.path();
        run(dir, &["pipeline", "input", "--out", "out"], 0);
        assert_eq!(contents(&dir.join("out")).len(), blobs + 2);
        let verified = run(dir, &["verify", "out"], 0);
        assert!(line(&verified).starts_with("valid"));
        run(dir, &["decode", "out", "--out", "back"], 0);
        assert_eq!(fs::read(dir.join("back")).unwrap(), input);
    }
}

#[test]
fn every_choice_of_artefacts_decodes() {
    let input = sparse(8);
    let dir = folder_with(&input);
    let dir = dir.path();
    for (out, choice) in [
        ("o1", &["--emit", "bundles"][..]),
        ("o2", &["--emit", "bundles,blobs"]),
        ("o3", &["--proofs", "none"]),
        ("o4", &["--backend", "auto", "--threads", "1"]),
    ] {
        run(
            dir,
            &[&["pipeline", "input", "--out", out], choice].concat(),
            0,
        );
        run(dir, &["verify", out], 0);
        run(dir, &["decode", out, "--out", "back", "--force"], 0);
        assert!(fs::read(dir.join("back")).unwrap() == input, "{choice:?}");
    }
    let bundle = fs::read(dir.join("o1/bundles/00000001.json")).unwrap();
    let bundle: serde_json::Value = serde_json::from_slice(&bundle).unwrap();
    for key in ["commitments", "proofs", "blobs"] {
        assert_eq!(bundle[key].as_array().unwrap().len(), 2, "{key}");
    }
}

#[test]
fn threads_and_backends_give_the_same_bytes() {
    let dir = folder_with(&sparse(2));
    let dir = dir.path();
    run(
        dir,
        &["pipeline", "input", "--out", "o1", "--threads", "1"],
        0,
    );
    run(
        dir,
        &["pipeline", "input", "--out", "o3", "--threads", "3"],
        0,
    );
    assert_eq!(contents(&dir.join("o1")), contents(&dir.join("o3")));

    let listed = json(&run(dir, &["backends", "--json"], 0));
    let mut manifests = Vec::new();
    for backend in listed["backends"].as_array().unwrap() {
        if backend["available"] == true {
            let name = backend["name"].as_str().unwrap();
            let out = format!("by-{name}");
            run(
                dir,
                &["pipeline", "input", "--out", &out, "--backend", name],
                0,
            );
            let manifest = fs::read_to_string(dir.join(out).join("manifest.jsonl")).unwrap();
            let (header, rest) = manifest.split_once('\n').unwrap();
            assert!(header.contains(name));
            let (rest, _end) = rest.split_once("{\"type\":\"end\"").unwrap();
            manifests.push(rest.to_owned());
        }
    }
    assert!(manifests.iter().all(|manifest| *manifest == manifests[0]));
}

#[test]
fn several_inputs_and_standard_input_come_back_as_files() {
    let root = folder_with(b"");
    let dir = &root.path().join("work");
    fs::create_dir_all(dir.join("sub")).unwrap();
    fs::write(dir.join("input"), b"first").unwrap();
    fs::write(dir.join("sub/empty"), b"").unwrap();
    // `../etc/passwd` leads out of the folder to an existing file.
    fs::create_dir(root.path().join("etc")).unwrap();
    fs::write(root.path().join("etc/passwd"), b"not the system's").unwrap();
    let files = ["pipeline", "input", "-", "sub/empty", "../etc/passwd"];
    run_with_stdin(
        dir,
        &[&files[..], &["--out", "out"]].concat(),
        b"from a pipe",
        0,
    );
    run(dir, &["decode", "out", "--out", "back"], 0);
    let back = contents(&dir.join("back"));
    let names: Vec<&str> = back.keys().map(|name| name.to_str().unwrap()).collect();
    assert_eq!(names, ["etc/passwd", "input", "stdin", "sub/empty"]);
    let all: Vec<u8> = back.into_values().flatten().collect();
    assert_eq!(all, b"not the system'sfirstfrom a pipe");
    // `kzg decode` refuses a folder that is not empty.
    run(dir, &["decode", "out", "--out", "back"], 2);
}

#[test]
fn the_report_says_what_was_done() {
    let dir = folder_with(&sparse(3));
    let dir = dir.path();
    let printed = json(&run(
        dir,
        &["pipeline", "input", "--out", "out", "--json"],
        0,
    ));
    let stored = fs::read(dir.join("out/report.json")).unwrap();
    let stored: serde_json::Value = serde_json::from_slice(&stored).unwrap();
    assert_eq!(printed, stored);
    let page = fs::read_to_string(dir.join("out/report.html")).unwrap();
    assert!(page.contains("Complete: 3 blobs verified"));
    assert_eq!(printed["blobs"], 3);
    assert_eq!(printed["bytes"], 3 * CAPACITY - 1000);
    assert_eq!(printed["verification"]["blobs"], 3);
    assert_eq!(printed["verification"]["failed"], 0);
    let stages: Vec<&str> = printed["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage["stage"].as_str().unwrap())
        .collect();
    assert_eq!(stages, ["convert", "commit", "prove", "write", "verify"]);
}

#[test]
fn a_folder_comes_back_and_what_is_no_file_is_left_out() {
    let dir = folder_with(b"");
    let dir = dir.path();
    fs::create_dir_all(dir.join("tree/sub")).unwrap();
    fs::write(dir.join("tree/sub/b"), b"second").unwrap();
    fs::write(dir.join("tree/a"), b"first").unwrap();
    std::os::unix::fs::symlink("a", dir.join("tree/link")).unwrap();
    let output = run(dir, &["pipeline", "tree", "--out", "out", "--json"], 0);
    assert!(stderr(&output).contains("left out: tree/link: a symbolic link"));
    assert_eq!(json(&output)["inputs"], 2);
    run(dir, &["decode", "out", "--out", "back"], 0);
    let back = contents(&dir.join("back"));
    let names: Vec<&str> = back.keys().map(|name| name.to_str().unwrap()).collect();
    assert_eq!(names, ["tree/a", "tree/sub/b"]);
    let all: Vec<u8> = back.into_values().flatten().collect();
    assert_eq!(all, b"firstsecond");
}

#[test]
fn a_missing_file_is_left_out_if_that_is_asked_for() {
    let dir = folder_with(b"content");
    let dir = dir.path();
    let files = ["pipeline", "missing", "input", "--out", "out"];
    run(dir, &files, 3);
    assert!(!dir.join("out").exists());
    let output = run(dir, &[&files[..], &["--keep-going", "--json"]].concat(), 3);
    let report = json(&output);
    assert_eq!(report["outcome"], "complete");
    assert_eq!(report["failures"][0]["item"], "missing");
    assert_eq!(report["failures"][0]["stage"], "convert");
    assert!(stderr(&output).contains("kzg: missing: "));
    run(dir, &["verify", "out"], 0);
}

#[cfg(unix)]
#[test]
fn a_socket_is_left_out_like_a_missing_file() {
    let dir = folder_with(b"content");
    let dir = dir.path();
    let _socket = std::os::unix::net::UnixListener::bind(dir.join("socket")).unwrap();
    let files = ["pipeline", "socket", "input", "--out", "out"];
    run(dir, &files, 3);
    assert!(!dir.join("out").exists());
    let output = run(dir, &[&files[..], &["--keep-going", "--json"]].concat(), 3);
    let report = json(&output);
    assert_eq!(
        (&report["inputs"], &report["failed"]),
        (&1.into(), &1.into())
    );
    assert_eq!(report["outcome"], "complete");
    assert_eq!(report["failures"][0]["item"], "socket");
    run(dir, &["verify", "out"], 0);
}

#[test]
fn the_report_names_who_proved_and_who_verified() {
    let dir = folder_with(b"content");
    let dir = dir.path();
    let backends = |out: &str, more: &[&str]| {
        let arguments = [&["pipeline", "input", "--json", "--out", out], more].concat();
        let report = json(&run(dir, &arguments, 0));
        let name = |role: usize| report["backends"][role]["backend"].clone();
        assert_eq!(report["backends"][0]["role"], "prove");
        assert_eq!(report["backends"][1]["role"], "verify");
        (name(0), name(1))
    };
    let (prover, verifier) = backends("o1", &[]);
    assert_ne!(prover, verifier);
    let (prover, verifier) = backends("o2", &["--verify-backend", "same", "--cross-check", "all"]);
    assert_eq!(prover, verifier);
    let (_, verifier) = backends("o3", &["--verify-backend", "arkworks"]);
    assert_eq!(verifier, "arkworks");
}

#[test]
fn a_limit_that_is_too_low_is_refused_with_the_least() {
    let dir = folder_with(b"content");
    let dir = dir.path();
    let job = ["pipeline", "input", "--out", "out", "--memory-limit"];
    let output = run(dir, &[&job[..], &["1MB"]].concat(), 2);
    let message = stderr(&output);
    // The least is printed in the form that the flag reads.
    let least = message.split("--memory-limit ").nth(1).expect("named");
    let least = least.split(' ').next().unwrap();
    assert!(!dir.join("out").exists());
    run(dir, &[&job[..], &[least]].concat(), 0);
}
