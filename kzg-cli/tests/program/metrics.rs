//! `--metrics FILE`.

use std::fs;

use crate::{folder_with, run, sparse};

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
