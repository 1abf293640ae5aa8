//! Settings from the file, the environment and flags, as a user sees them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{expect_exit, folder_with, json, kzg, line, run, sparse, stderr};

/// The value of a setting and its origin.
fn setting<'a>(document: &'a Value, key: &str) -> (&'a str, &'a Value) {
    let mut settings = document["settings"].as_array().expect("a list").iter();
    let setting = settings
        .find(|setting| setting["key"] == key)
        .expect("there");
    (setting["value"].as_str().expect("text"), &setting["origin"])
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

#[test]
fn every_value_says_where_it_came_from() {
    let dir = folder_with(b"");
    let path = dir.path().join("configuration/kzg/config.toml");
    write(
        &path,
        "# ours\nthreads = 3\nproofs = 'both'\nemit = ['cells']\n",
    );
    let arguments = ["config", "show", "--json", "--emit", "blobs,cells"];
    let output = kzg(dir.path(), &arguments)
        .env("KZG_PROOFS", "cells")
        .output()
        .unwrap();
    let shown = json(&expect_exit(output, &arguments, 0));
    assert_eq!(shown["file"], json!({"path": path, "read": true}));
    let from_file = json!({"source": "file", "path": path, "line": 2});
    assert_eq!(setting(&shown, "threads"), ("3", &from_file));
    let from_variable = json!({"source": "environment", "variable": "KZG_PROOFS"});
    assert_eq!(setting(&shown, "proofs"), ("cells", &from_variable));
    let from_flag = json!({"source": "flag", "flag": "--emit"});
    assert_eq!(setting(&shown, "emit"), ("blobs,cells", &from_flag));
    let default = json!({"source": "default"});
    assert_eq!(setting(&shown, "backend"), ("auto", &default));

    let text = line(&run(dir.path(), &["config", "show"], 0));
    assert!(text.contains("config.toml, line 2"), "{text}");
}

#[test]
fn commands_obey_the_file_and_flags_go_first() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let named = dir.join("named.toml");
    write(
        &named,
        "backend = 'arkworks'\nproofs = 'none'\nprecompute = '1 MB'\n",
    );
    let pipeline = ["pipeline", "input", "--out", "out", "--json"];
    let report = json(&run(
        dir,
        &[&pipeline[..], &["--config", "named.toml"]].concat(),
        0,
    ));
    assert_eq!(report["backend"], "arkworks");
    assert_eq!(report["proofs"], "none");
    let pipeline = ["pipeline", "input", "--out", "other", "--json"];
    let flag = ["--backend", "blst"];
    let arguments = [&["--config", "named.toml"], &pipeline[..], &flag].concat();
    let report = json(&run(dir, &arguments, 0));
    assert_eq!(report["backend"], "blst");
    let output = kzg(dir, &["verify", "out", "--json"])
        .env("KZG_CONFIG", &named)
        .env("KZG_BACKEND", "abacus")
        .output();
    let refused = expect_exit(output.unwrap(), &["verify"], 2);
    assert!(
        stderr(&refused).contains("KZG_BACKEND"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(json(&refused)["exit_code"], 2);
}

#[test]
fn mistakes_are_wrong_usage_and_name_the_line() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    for (text, expected) in [
        (
            "backend = 'blst'\nthread = 2\n",
            "line 2: unknown key \"thread\"",
        ),
        ("\n\nthreads = 'four'\n", "line 3: threads:"),
        ("threads = = 2\n", "line 1:"),
    ] {
        write(&dir.join("kzg.toml"), text);
        for command in [
            &["config", "show"][..],
            &["pipeline", "input", "--out", "out"],
            &["selftest"],
        ] {
            let refused = run(dir, &[command, &["--config", "kzg.toml"]].concat(), 2);
            let said = stderr(&refused);
            assert!(
                said.contains("kzg.toml") && said.contains(expected),
                "{said}"
            );
            assert!(refused.stdout.is_empty());
        }
    }
    let refused = run(dir, &["config", "show", "--config", "missing.toml"], 2);
    assert!(stderr(&refused).contains("missing.toml"));
    assert!(!dir.join("out").exists());
}

/// Only `kzg serve` writes an audit log. A flag that has no effect is refused.
#[test]
fn a_job_takes_no_audit_log() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let job = ["pipeline", "input", "--out", "out", "--audit-log", "log"];
    let message = stderr(&run(dir, &job, 2));
    assert!(message.contains("--audit-log"), "{message}");
    assert!(!dir.join("out").exists() && !dir.join("log").exists());
    run(dir, &["config", "show", "--audit-log", "log"], 0);
}

/// A path is any name that the operating system takes, from every source.
#[cfg(target_os = "linux")]
#[test]
fn the_path_of_a_setting_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let convert = [
        "setup", "convert", "mainnet", "--to", "binary", "--out", "setup",
    ];
    run(dir, &convert, 0);
    let folder = OsStr::from_bytes(b"folder \xff");
    fs::create_dir(dir.join(folder)).unwrap();
    let setup = Path::new(folder).join("setup");
    fs::rename(dir.join("setup"), dir.join(&setup)).unwrap();
    let file = Path::new(folder).join("kzg.toml");
    write(&dir.join(&file), "trusted_setup = 'setup'\n");

    let commit = ["commit", "input"];
    for exit_code in [0, 3] {
        let mut of_flag = kzg(dir, &commit);
        of_flag.arg("--trusted-setup").arg(&setup);
        let mut of_environment = kzg(dir, &commit);
        of_environment.env("KZG_TRUSTED_SETUP", &setup);
        let mut of_file = kzg(dir, &commit);
        of_file.arg("--config").arg(&file);
        for mut command in [of_flag, of_environment, of_file] {
            expect_exit(command.output().unwrap(), &commit, exit_code);
        }
        // The second round is without the file.
        let _ = fs::remove_file(dir.join(&setup));
    }
    let mut threads = kzg(dir, &commit);
    threads.arg("--threads").arg(OsStr::from_bytes(b"\xff"));
    let refused = expect_exit(threads.output().unwrap(), &commit, 2);
    assert!(
        stderr(&refused).contains("not UTF-8 text"),
        "{}",
        stderr(&refused)
    );
}

/// The template lists the default values, so uncommenting any line changes no setting.
#[test]
fn the_template_changes_nothing() {
    let dir = folder_with(b"");
    let template = line(&run(dir.path(), &["config", "template"], 0));
    let settings: Vec<&str> = template
        .lines()
        .filter_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")))
        .collect();
    write(&dir.path().join("all.toml"), &settings.join("\n"));
    let show = ["config", "show", "--json"];
    let plain = json(&run(dir.path(), &show, 0));
    let given = json(&run(
        dir.path(),
        &[&show[..], &["--config", "all.toml"]].concat(),
        0,
    ));
    let values = |shown: &Value| {
        let all = shown["settings"].as_array().unwrap().iter();
        all.map(|setting| setting["value"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&plain), values(&given));
    assert_eq!(settings.len(), values(&plain).len());
}
