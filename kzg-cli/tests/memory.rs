//! The memory of a job does not grow with the input and stays within its limit. This test program
//! has one test only, because the operating system reports one peak for all child processes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

/// The largest resident memory of any child process so far, in KiB.
fn children_peak() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .expect("always there")
        .max_rss()
}

fn pipeline(dir: &Path, mebibytes: usize) {
    let input = dir.join("input");
    // Commitments to zeros are fast, and zeros take as much memory as other bytes.
    let file = fs::File::create(&input).expect("created");
    file.set_len((mebibytes as u64) << 20).expect("extended");
    let status = Command::new(env!("CARGO_BIN_EXE_kzg"))
        .current_dir(dir)
        .args(["pipeline", "input", "--proofs", "none", "--threads", "2"])
        .args(["--out", &format!("out{mebibytes}")])
        .stdout(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success());
}

/// The peak memory in bytes of a job that runs within a limit.
fn peak_within(dir: &Path, limit: &str, artefacts: &[&str]) -> u64 {
    fs::write(dir.join("input"), vec![0x35; 2 << 20]).expect("written");
    let status = Command::new(env!("CARGO_BIN_EXE_kzg"))
        .current_dir(dir)
        .args(["pipeline", "input", "--threads", "2", "--out", limit])
        .args(artefacts)
        .args(["--memory-limit", limit])
        .stdout(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success());
    let report = fs::read(dir.join(limit).join("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    let peak = report["memory"]["peak_resident_bytes"].as_u64();
    peak.expect("a number")
}

#[test]
fn the_peak_is_the_same_for_8_and_64_mebibytes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    pipeline(dir.path(), 8);
    let small = children_peak();
    pipeline(dir.path(), 64);
    let large = children_peak();
    println!("peak: {small} KiB for 8 MiB, {large} KiB for 64 MiB");
    // The allocator may cause a difference of a few pages.
    assert!(large - small < 4 << 10, "{small} KiB, then {large} KiB");
    let everything = ["--proofs", "both", "--emit", "blobs,cells,bundles"];
    for (limit, mebibytes, artefacts) in [("48MiB", 48, &[][..]), ("96MiB", 96, &everything)] {
        let limited = peak_within(dir.path(), limit, artefacts);
        println!("peak: {} KiB of at most {limit}", limited >> 10);
        assert!(limited <= mebibytes << 20, "{limit}: {limited} bytes");
    }
}
