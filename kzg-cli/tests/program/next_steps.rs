//! The next steps that the program suggests.

use std::fs;
use std::process::Stdio;

use crate::interrupted::{lines, reached};
use crate::{folder_with, json, kzg, line, run, sparse, stderr};

#[test]
fn a_finished_job_names_its_report_and_the_next_commands() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let text = line(&run(dir, &["pipeline", "input", "--out", "an out"], 0));
    for step in [
        "report:  'an out/report.html'",
        "verify:  kzg verify 'an out'",
        "restore: kzg decode 'an out' --out PATH",
    ] {
        assert!(text.contains(step), "{text}");
    }
}

/// A shell runs the commands that are printed, whatever the folder is called.
#[cfg(target_os = "linux")]
#[test]
fn the_next_commands_work_for_a_name_that_is_no_text_or_looks_like_a_flag() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    if Command::new("bash").arg("--version").output().is_err() {
        kzg_testing::skipped("there is no program `bash` here");
        return;
    }
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    for out in [&b"--out=-out"[..], b"--out=it's \xff", b"--out=-\xffa\n"] {
        let job = ["pipeline", "input", "--proofs", "none"];
        let mut job = kzg(dir, &job);
        let output = job.arg(OsStr::from_bytes(out)).output().unwrap();
        let output = crate::expect_exit(output, &["pipeline"], 0);
        let text = line(&output);
        let verify = text.split("verify:  kzg ").nth(1).unwrap();
        let verify = verify.lines().next().unwrap();
        let run = Command::new("bash")
            .args(["-c", &format!("\"$0\" {verify}")])
            .arg(env!("CARGO_BIN_EXE_kzg"))
            .current_dir(dir)
            .env("XDG_CONFIG_HOME", dir.join("configuration"))
            .output()
            .unwrap();
        crate::expect_exit(run, &[verify], 0);
    }
}

#[test]
fn an_interrupted_job_names_the_command_that_completes_it() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    let job = ["pipeline", "-", "--out", "an out", "--proofs=both"];
    let mut child = kzg(dir, &job)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let _stdin = child.stdin.take();
    let manifest = dir.join("an out/manifest.jsonl");
    assert!(reached(&mut child, || lines(&manifest) >= 1));
    crate::interrupted::interrupt(&child);
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130));
    let expected = format!(
        "to complete the interrupted job: {} pipeline - --out 'an out' --proofs=both --resume",
        env!("CARGO_BIN_EXE_kzg")
    );
    assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
}

#[test]
fn resuming_with_other_options_names_them() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let job = ["pipeline", "input", "--out", "out", "--backend", "arkworks"];
    run(dir, &job, 0);
    let resume = ["pipeline", "input", "--out", "out", "--resume"];
    for (options, expected) in [
        (
            &["--backend", "arkworks", "--proofs", "cells"][..],
            &["--proofs blob, this one --proofs cells"][..],
        ),
        (
            &["--backend", "arkworks", "--emit", "blobs,cells"],
            &["--emit blobs, this one --emit blobs,cells"],
        ),
        (
            &["--backend", "blst", "--proofs", "none"],
            &["--backend arkworks, this one --backend blst", "--proofs"],
        ),
    ] {
        let message = stderr(&run(dir, &[&resume[..], options].concat(), 2));
        for part in expected {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(options.contains(&"--emit"), message.contains("--emit"));
    }
    fs::write(dir.join("another"), "x").unwrap();
    let job_of_another = [&["pipeline", "another"][..], &job[2..], &["--resume"]].concat();
    let message = stderr(&run(dir, &job_of_another, 2));
    let expected = "the earlier run read \"input\", this run reads \"another\"";
    assert!(message.contains(expected), "{message}");
    run(dir, &[&job[..], &["--resume"]].concat(), 0);
}

#[test]
fn verify_says_what_is_unfinished_wrong_or_no_folder_of_a_pipeline() {
    let dir = folder_with(&sparse(8));
    let dir = dir.path();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    let valid = line(&run(dir, &["verify", "out"], 0));
    assert_eq!(valid, "valid: 8 blobs of 1 input");

    let blob = dir.join("out/blobs/00000005.blob");
    let good = fs::read(&blob).unwrap();
    let mut bad = good.clone();
    bad[1000] ^= 1;
    fs::write(&blob, bad).unwrap();
    let invalid = line(&run(dir, &["verify", "out"], 1));
    assert!(invalid.starts_with("INVALID: 1 of 8 blobs are wrong, of 1 input: "));
    assert!(
        invalid.contains("blob 5 (blobs/00000005.blob)"),
        "{invalid}"
    );
    let failed = line(&run(dir, &["decode", "out", "--out", "back"], 1));
    let expected = "INCOMPLETE: 0 files, 0 bytes; 1 of 1 input could not be restored";
    assert_eq!(failed, expected);
    fs::write(&blob, good).unwrap();

    let manifest = dir.join("out/manifest.jsonl");
    let text = fs::read_to_string(&manifest).unwrap();
    let begun: String = text.split_inclusive('\n').take(5).collect();
    fs::write(&manifest, begun).unwrap();
    let unfinished = run(dir, &["verify", "out"], 1);
    assert!(line(&unfinished).starts_with("UNFINISHED: 3 of 3 blobs so far are right"));
    let document = json(&run(dir, &["verify", "out", "--json"], 1));
    assert_eq!(document["finished"], false);
    // A killed process may leave the first half of a line.
    let torn = text
        .split_inclusive('\n')
        .take(5)
        .map(str::len)
        .sum::<usize>()
        + 40;
    fs::write(&manifest, &text[..torn]).unwrap();
    let unfinished = run(dir, &["verify", "out"], 1);
    assert!(line(&unfinished).starts_with("UNFINISHED: 3 of 3 blobs so far are right"));
    assert!(stderr(&unfinished).contains("manifest.jsonl line 6: cut short"));
    let document = json(&run(dir, &["verify", "out", "--json"], 1));
    assert_eq!(document["finished"], false);
    let message = stderr(&run(dir, &["decode", "out", "--out", "back"], 3));
    assert!(message.contains("the job was not finished"), "{message}");
    // A last line that is damaged, but whole, is the end of a job.
    let damaged = text.replace("\"type\":\"end\"", "\"type\":\"And\"");
    fs::write(&manifest, damaged).unwrap();
    let document = json(&run(dir, &["verify", "out", "--json"], 1));
    assert_eq!(document["finished"], true);

    fs::create_dir(dir.join("folder")).unwrap();
    for command in [
        &["verify", "folder"][..],
        &["decode", "folder", "--out", "o"],
    ] {
        let message = stderr(&run(dir, command, 3));
        assert!(message.contains("there is no manifest.jsonl"), "{message}");
        assert!(message.contains("`kzg pipeline` wrote"), "{message}");
    }
}

#[test]
fn a_job_without_inputs_does_not_verify() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    let job = ["pipeline", "missing", "--out", "out", "--keep-going"];
    run(dir, &job, 3);
    let message = stderr(&run(dir, &["verify", "out"], 3));
    assert!(message.contains("nothing to verify"), "{message}");
    // An empty file is an input too: its hash is checked.
    run(dir, &["pipeline", "input", "--out", "empty"], 0);
    let valid = line(&run(dir, &["verify", "empty"], 0));
    assert_eq!(
        valid,
        "valid: no blob; 1 input, with the hash of an empty file"
    );
}
