//! Output that cannot be written is a failure; a closed pipe is not a failure.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{folder_with, kzg, line, run, sparse};

/// A folder with a blob, its cells, a commitment, proofs and the output of a pipeline.
fn prepared() -> tempfile::TempDir {
    let dir = folder_with(&[0; 131_072]);
    let path = dir.path();
    let commitment = line(&run(path, &["commit", "input"], 0));
    let proof = line(&run(
        path,
        &["prove", "input", "--commitment", &commitment],
        0,
    ));
    let proofs = line(&run(path, &["cells", "input", "--out", "cells"], 0));
    fs::write(path.join("commitment"), commitment).expect("written");
    fs::write(path.join("proof"), proof).expect("written");
    fs::write(path.join("proofs"), proofs).expect("written");
    fs::write(path.join("file"), sparse(1)).expect("written");
    run(path, &["pipeline", "file", "--out", "out"], 0);
    dir
}

fn commands() -> Vec<Vec<&'static str>> {
    let mut commands = vec![
        vec!["commit", "input"],
        vec!["commit", "input", "--json"],
        vec!["prove", "input", "--commitment", "commitment"],
        vec![
            "verify",
            "input",
            "--commitment",
            "commitment",
            "--proof",
            "proof",
        ],
        vec!["verify", "out"],
        vec!["cells", "input"],
        vec!["cells", "input", "--out", "again", "--force"],
        vec!["recover", "cells"],
        vec![
            "verify-cells",
            "cells",
            "--commitment",
            "commitment",
            "--proofs",
            "proofs",
        ],
        vec!["backends", "--json"],
        vec!["config", "show"],
        vec!["config", "template"],
        vec!["completions", "bash"],
        vec!["decode", "out", "--out", "back", "--force"],
        vec!["decode", "out", "--out", "-"],
        vec!["--help"],
        vec!["--version"],
    ];
    if cfg!(feature = "schema") {
        commands.push(vec!["schema", "report"]);
    }
    commands
}

#[test]
fn a_full_device_and_a_closed_stream_are_failures() {
    if !Path::new("/dev/full").exists() {
        kzg_testing::skipped("there is no /dev/full here");
        return;
    }
    let dir = prepared();
    for arguments in commands() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = kzg(dir.path(), &arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{arguments:?} > /dev/full");
        let message = crate::stderr(&output);
        assert!(message.contains("standard output"), "{message}");

        let closed = Command::new("sh")
            .args(["-c", "exec \"$@\" >&-", "sh", env!("CARGO_BIN_EXE_kzg")])
            .args(&arguments)
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert_eq!(closed.status.code(), Some(4), "{arguments:?} >&-");
    }
    let job = ["pipeline", "file", "--out", "other"];
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = kzg(dir.path(), &job).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn a_standard_input_that_is_closed_is_no_empty_input() {
    let dir = prepared();
    let dir = dir.path();
    for (arguments, code) in [
        (&["pipeline", "-", "--out", "closed"][..], 3),
        (&["inspect", "-"], 3),
        (&["setup", "inspect", "-"], 3),
        (&["commit", "input"], 0),
    ] {
        let closed = Command::new("sh")
            .args(["-c", "exec \"$@\" <&-", "sh", env!("CARGO_BIN_EXE_kzg")])
            .args(arguments)
            .current_dir(dir)
            .output()
            .unwrap();
        let message = crate::stderr(&closed);
        assert_eq!(closed.status.code(), Some(code), "{arguments:?}: {message}");
        assert_eq!(
            message.contains("standard input") && message.contains("the stream is closed"),
            code == 3,
            "{message}"
        );
    }
    assert!(!dir.join("closed").exists());
    // The null device is empty, and open.
    let mut command = kzg(dir, &["pipeline", "-", "--out", "empty"]);
    assert!(command.stdin(Stdio::null()).status().unwrap().success());
}

#[test]
fn a_null_device_and_a_reader_that_went_away_are_no_failures() {
    let dir = prepared();
    let null = File::options()
        .read(true)
        .write(true)
        .open("/dev/null")
        .unwrap();
    let mut command = kzg(dir.path(), &["commit", "input"]);
    assert!(command.stdout(null).status().unwrap().success());

    let mut child = kzg(dir.path(), &["cells", "input"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", crate::stderr(&output));
}

#[test]
fn messages_that_cannot_be_written_do_not_panic() {
    let dir = folder_with(b"no blob");
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        kzg_testing::skipped("there is no /dev/full here");
        return;
    };
    let mut command = kzg(dir.path(), &["commit", "input"]);
    assert_eq!(command.stderr(full).status().unwrap().code(), Some(3));
}

#[test]
fn a_quiet_program_prints_results_and_errors_only() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    fs::create_dir(dir.join("tree")).unwrap();
    fs::write(dir.join("tree/file"), "x").unwrap();
    std::os::unix::fs::symlink("file", dir.join("tree/link")).unwrap();
    let job = ["pipeline", "tree", "--out", "out"];
    let output = run(dir, &[&job[..], &["--quiet"]].concat(), 0);
    assert!(output.stderr.is_empty(), "{}", crate::stderr(&output));
    let output = run(dir, &["-q", "commit", "tree/file"], 3);
    assert!(!output.stderr.is_empty());
    run(dir, &["-q", "-v", "commit", "tree/file"], 2);
}
