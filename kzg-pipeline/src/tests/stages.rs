//! The stages run at the same time: their overlap, their memory, and how the stages stop.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{ErrorKind, Operation};

use super::*;
use crate::run::Run;
use crate::run::stage_threads::Target;
use crate::stages::compute::{Made, TakenUp};
use crate::stages::convert::Totals;
use crate::stages::resume::Resume;

pub(super) const CHUNK: usize = 6;

pub(super) fn options() -> PipelineOptions {
    PipelineOptions {
        chunk_blobs: CHUNK,
        ..PipelineOptions::default()
    }
}

pub(super) fn fake() -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new("fake"))
}

pub(super) fn scripted(
    script: impl Fn(Operation, usize) -> Action + Send + Sync + 'static,
) -> Arc<dyn KzgSettings> {
    Arc::new(Scripted::new(fake()).otherwise(script))
}

/// An input with this number of blobs.
pub(super) fn input(blobs: usize) -> Input {
    let bytes: Vec<u8> = (0..blobs * CAPACITY).map(|i| (i / 1000) as u8).collect();
    Input::reader("input", io::Cursor::new(bytes))
}

/// Counts the written blobs.
pub(super) struct Counts(pub(super) usize);
impl Target for Counts {
    const WRITES: bool = true;
    fn write(&mut self, made: Made) -> Result<u64> {
        self.0 += made.chunk.blobs.len();
        Ok(0)
    }
    fn end(&mut self, _: Totals, _: &mut TakenUp) -> Result<()> {
        Ok(())
    }
}

/// Counts the finished bytes of a phase.
#[derive(Debug)]
struct Watch(Phase, Arc<AtomicUsize>);

impl Progress for Watch {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, phase: Phase, _: u64, bytes: u64) {
        if phase == self.0 {
            self.1.fetch_add(bytes as usize, Ordering::SeqCst);
        }
    }
}

/// Waits at most a minute for a condition.
pub(super) fn waited(happened: impl Fn() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(60) {
        if happened() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

#[test]
fn a_chunk_is_verified_while_a_later_one_is_computed_and_one_more_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (verified, read) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    #[derive(Debug)]
    struct Both(Watch, Watch);
    impl Progress for Both {
        fn begin(&self, _: Phase, _: Option<u64>) {}
        fn advance(&self, phase: Phase, blobs: u64, bytes: u64) {
            self.0.advance(phase, blobs, bytes);
            self.1.advance(phase, blobs, bytes);
        }
    }
    let (seen_verified, seen_read) = (Arc::clone(&verified), Arc::clone(&read));
    let prover = scripted(move |operation, number| {
        let second = operation == Operation::BlobsToKzgCommitments && number == 1;
        let overlaps = || {
            let chunk = CHUNK * CAPACITY;
            seen_verified.load(Ordering::SeqCst) >= chunk
                && seen_read.load(Ordering::SeqCst) >= 3 * chunk
        };
        if second && !waited(overlaps) {
            return Action::fault();
        }
        Action::Pass
    });
    let progress = Both(Watch(Phase::Verify, verified), Watch(Phase::Convert, read));
    let backends = JobBackends::single(prover).with_verifier(fake());
    let report = DataProcessingPipeline::with_backends(backends, options())
        .with_progress(Arc::new(progress))
        .run(vec![input(4 * CHUNK)], &dir.path().join("out"))
        .unwrap();
    let span = |stage: Stage| {
        let mut stages = report.stages.iter();
        let found = stages.find(|report| report.stage == stage).unwrap();
        (found.start_seconds, found.end_seconds)
    };
    assert!(span(Stage::Verify).0 < span(Stage::Commit).1);
    assert_eq!(report.backends[1].used[0].backend, "fake");
}

#[test]
fn the_blobs_in_memory_stay_within_the_plan() {
    let dir = tempfile::tempdir().unwrap();
    // Reading and computing run ahead of verification, which is slow.
    let slow = scripted(|operation, _| match operation {
        Operation::VerifyBlobKzgProofEach => Action::delay(Duration::from_millis(2)),
        _ => Action::Pass,
    });
    let backends = JobBackends::single(fake()).with_verifier(slow);
    let report = DataProcessingPipeline::with_backends(backends, options())
        .run(vec![input(20 * CHUNK)], &dir.path().join("out"))
        .unwrap();
    let memory = report.memory;
    assert_eq!(
        (memory.chunk_blobs, memory.queued_chunks),
        (CHUNK as u64, 1)
    );
    let planned_blobs = (6 * CHUNK * Blob::LENGTH) as u64;
    assert!(memory.peak_blob_bytes <= planned_blobs, "{memory:?}");
    assert!(memory.planned_buffer_bytes >= planned_blobs);
    for stage in &report.stages {
        assert!(stage.items == 20 * CHUNK as u64, "{stage:?}");
        if let Some(QueueDepth {
            capacity: Some(capacity),
            peak,
            mean,
        }) = stage.queue
        {
            assert!(peak <= capacity && mean <= peak as f64, "{stage:?}");
        }
    }
    assert!(report.throughput.len() <= 120);
    assert_eq!(report.succeeded, 20 * CHUNK as u64);
}

#[test]
fn an_error_of_any_stage_stops_the_others_and_what_was_written_stays() {
    struct Breaks(io::Cursor<Vec<u8>>);
    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("unplugged")),
                read => Ok(read),
            }
        }
    }
    let fails_at = |operation, at| {
        scripted(move |called, number| {
            if (called, number) == (operation, at) {
                Action::Panic
            } else {
                Action::Pass
            }
        })
    };
    let whole = || input(4 * CHUNK);
    let broken = || {
        let bytes = vec![7; 3 * CHUNK * CAPACITY];
        Input::reader("input", Breaks(io::Cursor::new(bytes)))
    };
    let cases: [(JobBackends, Input, Stage, ErrorKind, u64); 3] = [
        (
            JobBackends::single(fake()),
            broken(),
            Stage::Convert,
            ErrorKind::Io,
            18,
        ),
        (
            JobBackends::single(fails_at(Operation::ComputeBlobKzgProofs, 2)),
            whole(),
            Stage::Prove,
            ErrorKind::Fault,
            12,
        ),
        (
            JobBackends::single(fake())
                .with_verifier(fails_at(Operation::VerifyBlobKzgProofEach, 1)),
            whole(),
            Stage::Verify,
            ErrorKind::Fault,
            12,
        ),
    ];
    for (backends, failing, stage, kind, least_kept) in cases {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let attempt =
            DataProcessingPipeline::with_backends(backends, options()).attempt(vec![failing], &out);
        let error = attempt.error.unwrap();
        assert_eq!(error.kind(), kind, "{error}");
        let report = attempt.report.unwrap();
        assert_is_stored(&report, &out);
        assert_eq!(report.outcome, JobOutcome::Failed);
        assert_eq!(report.error, Some(error.to_string()));
        assert_eq!(report.failures[0].stage, stage);
        assert_eq!(report.failed, 1);
        // The blobs before the error were written, and the resumed run keeps them.
        if stage != Stage::Convert {
            let resumed = options().with_resume(true);
            let report = DataProcessingPipeline::new(fake(), resumed)
                .run(vec![whole()], &out)
                .unwrap();
            let kept = report.resumed.unwrap().kept_blobs;
            assert!(kept >= least_kept, "{stage:?}: {kept}");
            assert!(report.verification.passed());
        } else {
            assert_eq!(report.verification.right_blobs, least_kept);
        }
    }
}

/// A run of four chunks that is interrupted by the second call of an operation.
fn interrupted_at(interrupting: Operation, out: &Path) -> ProcessingReport {
    let token = CancellationToken::default();
    let cancelling = token.clone();
    let prover = scripted(move |operation, number| {
        if (operation, number) == (interrupting, 1) {
            cancelling.cancel();
        }
        Action::Pass
    });
    let attempt = DataProcessingPipeline::new(prover, options())
        .with_cancellation(token)
        .attempt(vec![input(4 * CHUNK)], out);
    assert!(matches!(attempt.error, Some(KzgAdvancedError::Cancelled)));
    attempt.report.unwrap()
}

#[test]
fn a_chunk_that_was_begun_is_written_when_the_run_is_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let report = interrupted_at(Operation::ComputeBlobKzgProofs, &out);
    assert_eq!(report.throughput.last().unwrap().blobs, 2 * CHUNK as u64);
    let report = DataProcessingPipeline::new(fake(), options().with_resume(true))
        .run(vec![input(4 * CHUNK)], &out)
        .unwrap();
    assert_eq!(report.resumed.unwrap().kept_blobs, 2 * CHUNK as u64);
}

#[test]
fn a_chunk_is_written_too_where_verification_notices_the_interrupt_first() {
    #[derive(Debug, Default)]
    struct Verified(AtomicBool);
    impl Progress for Verified {
        fn begin(&self, _: Phase, _: Option<u64>) {}
        fn advance(&self, _: Phase, _: u64, _: u64) {}
        fn end(&self, phase: Phase) {
            self.0.fetch_or(phase == Phase::Verify, Ordering::SeqCst);
        }
    }

    let verified = Arc::new(Verified::default());
    let token = CancellationToken::default();
    let (cancelling, noticed) = (token.clone(), Arc::clone(&verified));
    let prover = scripted(move |operation, number| {
        if (operation, number) == (Operation::ComputeBlobKzgProofs, 1) {
            cancelling.cancel();
            assert!(waited(|| noticed.0.load(Ordering::SeqCst)));
        }
        Action::Pass
    });
    let pipeline = DataProcessingPipeline::new(prover, options())
        .with_progress(verified)
        .with_cancellation(token.clone());
    let run = Run::begin(&pipeline.job).unwrap();
    let ended = run.stage_threads(None).run(
        run.converter(input(4 * CHUNK).open(&crate::input::Opener::default())),
        run.computer(Resume::default()),
        Counts(0),
        || {
            assert!(waited(|| token.check().is_err()));
            token.check()
        },
        |target| target.0,
    );
    assert!(matches!(
        ended.error,
        Some((_, KzgAdvancedError::Cancelled))
    ));
    assert_eq!(ended.left, Some(2 * CHUNK));
}

#[test]
fn an_interrupted_run_says_what_it_did() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let report = interrupted_at(Operation::BlobsToKzgCommitments, &out);
    assert_is_stored(&report, &out);
    assert_eq!(
        (report.outcome, report.failed),
        (JobOutcome::Interrupted, 0)
    );
    assert!(report.blobs < 4 * CHUNK as u64 || report.succeeded < report.blobs);
}
