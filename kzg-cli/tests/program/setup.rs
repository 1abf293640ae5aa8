//! `kzg setup`.

use std::fs;

use kzg_pipeline::manifest::SetupId;

use crate::{folder_with, json, line, run, run_with_stdin, sparse, stderr};

#[test]
fn every_format_is_written_read_and_used() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let expected = json(&run(dir, &["setup", "inspect", "mainnet", "--json"], 0));
    assert_eq!(expected["is_mainnet"], true);
    let mut from = "mainnet".to_owned();
    for format in ["text", "json", "binary"] {
        let convert = ["setup", "convert", &from, "--to", format, "--out", format];
        let written = line(&run(dir, &convert, 0));
        assert!(written.contains(&format!("{format} format")), "{written}");
        run(dir, &convert, 2);
        run(dir, &[&convert[..], &["--force"]].concat(), 0);
        let found = json(&run(dir, &["setup", "inspect", format, "--json"], 0));
        assert_eq!(found["format"], format);
        assert_eq!(found["sha256"], expected["sha256"]);
        assert_eq!(found["is_mainnet"], true);
        let commit = ["commit", "input", "--trusted-setup", format];
        let commitment = line(&run(dir, &commit, 0));
        assert_eq!(commitment, line(&run(dir, &["commit", "input"], 0)));
        let verdict = line(&run(dir, &["setup", "verify", format], 0));
        assert!(
            verdict.starts_with("valid: the setup of Ethereum"),
            "{verdict}"
        );
        from = format.to_owned();
    }
    let text = fs::read(dir.join("text")).unwrap();
    let piped = run_with_stdin(dir, &["setup", "inspect", "-"], &text, 0);
    assert!(line(&piped).contains("mainnet"));
    let refused = run(
        dir,
        &[
            "setup", "convert", "text", "--to", "text", "--out", "-", "--json",
        ],
        2,
    );
    assert_eq!(json(&refused)["exit_code"], 2);
    let to_stdout = ["setup", "convert", "binary", "--to", "text", "--out", "-"];
    assert!(run(dir, &to_stdout, 0).stdout == text);
}

#[test]
fn a_malformed_setup_is_refused_and_an_inconsistent_one_is_invalid() {
    let dir = folder_with(b"letter");
    let dir = dir.path();
    let message = stderr(&run(dir, &["setup", "verify", "input"], 3));
    assert!(message.contains("neither c-kzg's text format"), "{message}");
    let convert = ["setup", "convert", "mainnet", "--to", "text", "--out", "s"];
    run(dir, &convert, 0);
    let text = fs::read_to_string(dir.join("s")).unwrap();
    fs::write(dir.join("cut"), &text[..text.len() / 2]).unwrap();
    let message = stderr(&run(dir, &["setup", "inspect", "cut"], 3));
    assert!(
        message.contains("cut: ") && message.contains("truncated"),
        "{message}"
    );
    // Two points of the same section change places.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(10, 11);
    fs::write(dir.join("false"), lines.join("\n")).unwrap();
    run(dir, &["setup", "inspect", "false"], 0);
    let output = run(dir, &["setup", "verify", "false", "--json"], 1);
    let document = json(&output);
    assert_eq!(document["valid"], false);
    assert!(
        document["reason"]
            .as_str()
            .unwrap()
            .contains("trusted setup")
    );
}

/// A job names its trusted setup, so that a run with another one does not take the job for damaged.
#[test]
fn another_trusted_setup_than_that_of_a_job_is_named() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let setup = insecure_setup();
    fs::write(dir.join("other.txt"), setup.to_text()).unwrap();
    let hash = SetupId::from(&setup);
    let flag = ["--trusted-setup", "other.txt"];
    let job = [
        "pipeline", "input", "--out", "out", "--proofs", "cells", "--emit", "cells", "--json",
    ];
    let report = json(&run(dir, &[&job[..], &flag].concat(), 0));
    assert_eq!(report["trusted_setup"], *hash.to_string());
    let manifest = fs::read(dir.join("out/manifest.jsonl")).unwrap();
    let resume = [&job[..], &["--resume"]].concat();
    let message = stderr(&run(dir, &resume, 2));
    let options = format!("--trusted-setup {hash}, this one --trusted-setup mainnet");
    assert!(message.contains(&options), "{message}");
    assert!(fs::read(dir.join("out/manifest.jsonl")).unwrap() == manifest);
    for command in [
        &["verify", "out"][..],
        &["inspect", "out"],
        &["decode", "out", "--out", "back"],
    ] {
        let message = stderr(&run(dir, command, 1));
        let setups =
            format!("the trusted setup of the job is {hash}, and the one that is given is");
        assert!(message.contains(&setups), "{command:?}: {message}");
    }
    run(
        dir,
        &[&["decode", "out", "--out", "restored"], &flag[..]].concat(),
        0,
    );
    run(dir, &[&resume[..], &flag].concat(), 0);
    assert!(fs::read(dir.join("out/manifest.jsonl")).unwrap() == manifest);
}

/// The trusted setup of the secret 7, computed by the first backend that is compiled in.
pub(crate) fn insecure_setup() -> kzg_traits::TrustedSetup {
    use kzg_advanced::{Backend, BackendChoice, BackendVisitor, Exec, TrustedSetup};

    struct Insecure;

    impl BackendVisitor for Insecure {
        type Output = TrustedSetup;

        fn visit<B: Backend>(self) -> TrustedSetup {
            TrustedSetup::insecure_development_setup::<B>(7, &Exec::serial()).expect("a setup")
        }
    }

    let backend = BackendChoice::Auto.resolve().expect("a backend");
    backend.visit(Insecure).expect("compiled in")
}
