//! Reports of every kind.

use crate::report::{
    BackendCandidate, BackendDecision, BackendUse, BlobRange, FigureSource, JobOutcome, MemoryUse,
    ProcessingReport, QueueDepth, Resumed, Role, RunInfo, Stage, StageFailure, StageReport,
    ThroughputSample, Verification,
};
use crate::{Artefact, Failure, Proofs};
use kzg_advanced::monitor::{Latency, LatencyClass};

pub(super) const HOSTILE: &str = "<script>alert(\"&amp;\")</script>' onload='x";

fn latency(count: u64) -> Latency {
    Latency {
        count,
        min_seconds: 0.001,
        mean_seconds: 0.05,
        p50_seconds: 0.04,
        p90_seconds: 0.2,
        p99_seconds: 0.25,
        max_seconds: 0.26,
        classes: vec![
            LatencyClass {
                up_to_seconds: 0.016,
                count: 1,
            },
            LatencyClass {
                up_to_seconds: 0.064,
                count: 0,
            },
            LatencyClass {
                up_to_seconds: 0.256,
                count: count - 1,
            },
        ],
    }
}

fn stage(stage: Stage, start_seconds: f64, end_seconds: f64) -> StageReport {
    StageReport {
        stage,
        // More than the span: a stage may work on several threads.
        seconds: 1.5 * (end_seconds - start_seconds),
        start_seconds,
        end_seconds,
        items: 48,
        bytes: 48 * 131_072,
        queue: Some(QueueDepth {
            capacity: Some(2),
            peak: 2,
            mean: 1.4,
        }),
        latency: latency(9),
    }
}

/// A run in which every part of the report has content.
pub(in crate::html) fn busy() -> ProcessingReport {
    ProcessingReport {
        version: "0.1.0".to_owned(),
        run: RunInfo {
            started: "2026-11-28T16:00:00Z".to_owned(),
            command: vec!["kzg".to_owned(), HOSTILE.to_owned()],
            command_bytes: Vec::new(),
            processor: "A <processor>".to_owned(),
            cores: 2,
            system: "linux x86_64".to_owned(),
        },
        outcome: JobOutcome::Complete,
        error: None,
        backend: "blst".to_owned(),
        encoding: "simple".to_owned(),
        proofs: Proofs::Both,
        emit: vec![Artefact::Blobs, Artefact::Bundles],
        trusted_setup: serde_json::from_str(&format!("\"0x{}\"", "5e".repeat(32))).expect("a hash"),
        inputs: 3,
        blobs: 48,
        bytes: 6_000_000,
        bytes_written: 14_000_000,
        seconds: 12.5,
        bytes_per_second: 480_000,
        succeeded: 45,
        failed: 3,
        false_claims: 0,
        failures: vec![
            StageFailure {
                stage: Stage::Convert,
                item: HOSTILE.to_owned(),
                reason: "permission denied".to_owned(),
            },
            StageFailure {
                stage: Stage::Verify,
                item: "blob 7".to_owned(),
                reason: "the proof <is> wrong & so on".to_owned(),
            },
            StageFailure {
                stage: Stage::Verify,
                item: "blob 9".to_owned(),
                reason: "missing".to_owned(),
            },
        ],
        skipped: 1,
        skipped_items: vec![Failure {
            item: "a pipe\u{1b}[31m".to_owned(),
            reason: "neither file nor folder".to_owned(),
        }],
        stages: vec![
            stage(Stage::Convert, 0.0, 8.0),
            stage(Stage::Commit, 0.1, 11.0),
            stage(Stage::Prove, 0.4, 12.0),
            stage(Stage::Write, 1.0, 12.3),
            stage(Stage::Verify, 2.0, 12.5),
        ],
        throughput: (1..=10)
            .map(|sample| ThroughputSample {
                seconds: 1.2 * sample as f64,
                blobs: sample * 5 - sample % 3,
                bytes: sample * 600_000,
            })
            .collect(),
        backends: vec![
            BackendDecision {
                role: Role::Prove,
                backend: "blst".to_owned(),
                reason: "the fastest as measured".to_owned(),
                fallbacks: vec!["arkworks".to_owned()],
                candidates: vec![BackendCandidate {
                    name: "blst".to_owned(),
                    seconds_per_item: Some(0.02),
                    source: Some(FigureSource::Measured),
                    memory_bytes: 0,
                }],
                used: vec![BackendUse {
                    backend: "blst".to_owned(),
                    calls: 12,
                    failed_calls: 1,
                    items: 96,
                    seconds: 2.0,
                }],
            },
            BackendDecision {
                role: Role::Verify,
                backend: "arkworks".to_owned(),
                reason: "independent of the prover".to_owned(),
                fallbacks: Vec::new(),
                candidates: Vec::new(),
                used: vec![BackendUse {
                    backend: "arkworks".to_owned(),
                    calls: 2,
                    failed_calls: 0,
                    items: 48,
                    seconds: 0.5,
                }],
            },
        ],
        retries: 1,
        fallbacks: 0,
        memory: MemoryUse {
            limit_bytes: Some(1 << 28),
            peak_resident_bytes: 60 << 20,
            resident_bytes: 50 << 20,
            planned_buffer_bytes: 1 << 23,
            peak_blob_bytes: 6 << 20,
            table_budget_bytes: Some(13_000_000),
            chunk_blobs: 24,
            queued_chunks: 2,
        },
        verification: Verification {
            inputs: 3,
            blobs: 48,
            right_blobs: 46,
            failed: 2,
            failures: Vec::new(),
            failed_blobs: vec![
                BlobRange { first: 7, last: 7 },
                BlobRange { first: 9, last: 9 },
            ],
        },
        resumed: Some(Resumed {
            seconds: 0.4,
            kept_blobs: 12,
            mended: 1,
            mended_items: vec!["blobs/00000003.blob".to_owned()],
        }),
    }
}

/// A run over empty inputs that takes no time.
pub(super) fn empty() -> ProcessingReport {
    ProcessingReport {
        blobs: 0,
        bytes: 0,
        seconds: 0.0,
        bytes_per_second: 0,
        succeeded: 0,
        failed: 0,
        failures: Vec::new(),
        skipped: 0,
        skipped_items: Vec::new(),
        stages: Vec::new(),
        throughput: Vec::new(),
        backends: Vec::new(),
        retries: 0,
        memory: MemoryUse::default(),
        verification: Verification::default(),
        resumed: None,
        ..busy()
    }
}

pub(super) fn interrupted() -> ProcessingReport {
    ProcessingReport {
        outcome: JobOutcome::Interrupted,
        error: Some("cancelled".to_owned()),
        failed: 0,
        failures: Vec::new(),
        ..busy()
    }
}

/// A failed run with extreme figures.
pub(super) fn failed() -> ProcessingReport {
    let mut report = ProcessingReport {
        outcome: JobOutcome::Failed,
        error: Some(HOSTILE.to_owned()),
        seconds: f64::MAX,
        bytes: u64::MAX,
        blobs: u64::MAX,
        failed: 250,
        ..busy()
    };
    report.stages[0].seconds = 0.0;
    report.stages[1].end_seconds = 0.0;
    report.throughput.truncate(1);
    report
}
