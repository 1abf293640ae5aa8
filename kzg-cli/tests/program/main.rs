//! The program as a user runs it: its exit codes, its output and the files that it writes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Once;

use kzg_pipeline::ProcessingReport;
use serde_json::Value;

mod audit;
mod bench;
mod cells;
mod completions;
mod configuration;
mod convert;
mod damage;
#[cfg(all(feature = "metrics", feature = "schema", feature = "vectors"))]
mod documents;
mod exit_codes;
mod explain;
mod formats;
mod inspect;
mod interrupted;
mod limits;
mod malformed;
mod messages;
#[cfg(feature = "metrics")]
mod metrics;
mod next_steps;
mod output;
mod overwriting;
mod pipeline;
mod recording;
#[cfg(feature = "vectors")]
mod selftest;
#[cfg(feature = "serve")]
mod serve;
mod setup;
mod shards;
mod single;
#[cfg(unix)]
mod sql;
mod terminals;
#[cfg(not(all(
    feature = "constantine",
    feature = "metrics",
    feature = "schema",
    feature = "selftest",
    feature = "serve",
    feature = "vectors"
)))]
mod without_features;

/// Bytes of input that one blob holds.
const CAPACITY: usize = 126_945;

/// Has programs that the tests start begin with the usual reaction to signals. Where the tests run as a job in
/// the background, they ignore interrupts, and programs inherit that unless the tests handle interrupts.
fn handle_interrupts() {
    static HANDLED: Once = Once::new();
    HANDLED.call_once(|| {
        ctrlc::set_handler(|| std::process::exit(130)).expect("no other handler");
    });
}

/// The program in a folder, without the configuration of the user who runs the tests.
fn kzg(dir: &Path, arguments: &[&str]) -> Command {
    handle_interrupts();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kzg"));
    for (name, _) in std::env::vars_os() {
        // `KZG_BLST_ENGINE` stays set: the tests run on the engine that it names.
        let forced = name == "KZG_BLST_ENGINE";
        if name.as_encoded_bytes().starts_with(b"KZG_") && !forced {
            command.env_remove(name);
        }
    }
    command
        .current_dir(dir)
        .env("XDG_CONFIG_HOME", dir.join("configuration"))
        .args(arguments);
    command
}

/// Runs the program, checks its exit code and returns its output.
fn run(dir: &Path, arguments: &[&str], exit_code: i32) -> Output {
    expect_exit(
        kzg(dir, arguments).output().expect("the program starts"),
        arguments,
        exit_code,
    )
}

/// Runs the program with bytes on its standard input.
fn run_with_stdin(dir: &Path, arguments: &[&str], stdin: &[u8], exit_code: i32) -> Output {
    let mut child = kzg(dir, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("piped");
    // A program that refuses its arguments does not read standard input, so the write may fail.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    let output = child.wait_with_output().expect("the program ends");
    expect_exit(output, arguments, exit_code)
}

fn expect_exit(output: Output, arguments: &[&str], exit_code: i32) -> Output {
    assert_eq!(
        output.status.code(),
        Some(exit_code),
        "kzg {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Standard output as a line.
fn line(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.trim_end().to_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output, which must be exactly one JSON document.
fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "not one JSON document: {error}: {}",
            String::from_utf8_lossy(&output.stdout)
        )
    })
}

/// Input bytes for `blobs` blobs that are all different. Most bytes are zero, so that commitments
/// are fast.
fn sparse(blobs: usize) -> Vec<u8> {
    let mut bytes = vec![0; blobs * CAPACITY - 1000];
    for (number, blob) in bytes.chunks_mut(CAPACITY).enumerate() {
        blob[7..15].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    }
    bytes
}

/// A folder with a file `input` in it.
fn folder_with(input: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("input"), input).expect("written");
    dir
}

/// Every file under a folder with its content, without the file of the lock, without `report.html`,
/// which shows measurements, and without the measurements of `report.json`.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, found);
                continue;
            }
            if path.ends_with("report.html") || path.ends_with("job.lock") {
                continue;
            }
            let mut content = fs::read(&path).expect("a file");
            if path.ends_with("report.json") {
                let report: ProcessingReport = serde_json::from_slice(&content).expect("a report");
                content = report.without_measurements().to_json().into();
            }
            let name = path.strip_prefix(root).expect("under the root");
            found.insert(name.to_owned(), content);
        }
    }
    let mut found = BTreeMap::new();
    walk(dir, dir, &mut found);
    found
}
