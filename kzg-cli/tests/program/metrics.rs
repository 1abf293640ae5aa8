//! `--metrics FILE`.

use std::fs;

use crate::{folder_with, json, run, sparse, stderr};

#[test]
fn metrics_are_written_in_the_form_of_prometheus() {
    let dir = folder_with(&sparse(1));
    let arguments = [
        "pipeline",
        "input",
        "--out",
        "out",
        "--threads",
        "1",
        "--metrics",
        "metrics.prom",
    ];
    run(dir.path(), &arguments, 0);
    let text = fs::read_to_string(dir.path().join("metrics.prom")).expect("written");
    for expected in [
        "# TYPE kzg_calls_total counter",
        "kzg_calls_total{operation=\"blobs_to_kzg_commitments\"} 1",
        "kzg_bytes_total{operation=\"blobs_to_kzg_commitments\"} 131072",
        "kzg_call_seconds_count{operation=\"blobs_to_kzg_commitments\"} 1",
        "kzg_errors_total{operation=\"blobs_to_kzg_commitments\",kind=\"fault\"} 0",
        "# TYPE kzg_peak_resident_bytes gauge",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn metrics_that_cannot_be_written_are_a_fault_of_a_command_that_succeeded() {
    let dir = folder_with(b"");
    let dir = dir.path();
    fs::write(dir.join("blob"), [0; 131_072]).unwrap();
    // The folder of the metrics is a file.
    let metrics = ["--metrics", "input/metrics.prom", "--quiet", "--json"];
    let output = run(dir, &[&["commit", "blob"], &metrics[..]].concat(), 4);
    assert!(json(&output)["commitments"].is_array());
    let message = stderr(&output);
    assert!(message.contains("metrics.prom"), "{message}");
    // The exit code of a command that failed stays.
    let identity = format!("0xc0{}", "00".repeat(47));
    fs::write(
        dir.join("other"),
        [&[0; 31][..], &[7], &[0; 131_040]].concat(),
    )
    .unwrap();
    let verify = [
        "verify",
        "other",
        "--commitment",
        &identity,
        "--proof",
        &identity,
    ];
    let output = run(dir, &[&verify, &metrics[..]].concat(), 1);
    assert_eq!(json(&output)["valid"], false);
    assert!(stderr(&output).contains("metrics.prom"));
}
