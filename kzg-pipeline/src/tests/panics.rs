//! Panics of the caller's functions, and threads that cannot be started.

use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use kzg_testing::scripted::Action;
use kzg_traits::{ErrorKind, Operation};

use super::stages::{CHUNK, Counts, fake, input, options, scripted};
use super::*;
use crate::run::Run;
use crate::stages::resume::Resume;

#[test]
fn a_panic_of_a_reader_is_an_error_of_the_job() {
    struct Panics;
    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("the reader's")
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let reader = Input::reader("input", Panics);
    let attempt =
        DataProcessingPipeline::new(fake(), options()).attempt(vec![input(6), reader], &out);
    let error = attempt.error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Fault);
    assert!(error.to_string().contains("the reader's"), "{error}");
    let report = attempt.report.unwrap();
    assert_eq!(report.failures[0].stage, Stage::Convert);
    assert_is_stored(&report, &out);
}

#[test]
fn a_panic_of_the_progress_does_not_touch_the_job() {
    #[derive(Debug)]
    struct PanicsAt(Phase, AtomicUsize);
    impl Progress for PanicsAt {
        fn begin(&self, _: Phase, _: Option<u64>) {}
        fn advance(&self, phase: Phase, _: u64, _: u64) {
            if phase == self.0 {
                self.1.fetch_add(1, Ordering::SeqCst);
                panic!("the progress's")
            }
        }
        fn end(&self, _: Phase) {
            assert_eq!(self.1.load(Ordering::SeqCst), 0, "called after a panic");
        }
    }
    let phases = [Phase::Convert, Phase::Prove, Phase::Write, Phase::Verify];
    for phase in phases {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let progress = Arc::new(PanicsAt(phase, AtomicUsize::new(0)));
        let report = DataProcessingPipeline::new(fake(), options())
            .with_progress(Arc::clone(&progress) as Arc<dyn Progress>)
            .run(vec![input(4 * CHUNK)], &out)
            .unwrap();
        assert!(report.is_success(), "{phase:?}");
        assert_eq!(progress.1.load(Ordering::SeqCst), 1);
        let back = dir.path().join("back");
        let progress = PanicsAt(Phase::Decode, AtomicUsize::new(0));
        let token = CancellationToken::default();
        let restored = decode(&*fake(), &out, &back, &progress, &token).unwrap();
        assert_eq!(restored.files, 1);
    }
}

#[test]
fn a_thread_that_cannot_be_started_is_an_error_of_kind_io() {
    for stage in [Stage::Convert, Stage::Prove, Stage::Write, Stage::Verify] {
        let pipeline = DataProcessingPipeline::new(fake(), options());
        let run = Run::begin(&pipeline.job).unwrap();
        let mut threads = run.stage_threads(None);
        threads.refused = Some(stage);
        let inputs = input(4 * CHUNK).open(&crate::input::Opener::default());
        let ended = threads.run(
            run.converter(inputs),
            run.computer(Resume::default()),
            Counts(0),
            || Ok(()),
            |target| target.0,
        );
        let (failed, error) = ended.error.unwrap();
        assert_eq!((failed, error.kind()), (stage, ErrorKind::Io), "{error}");
        assert_eq!(ended.left.is_none(), stage == Stage::Write);
    }
}

#[test]
fn a_dataset_ends_too_when_whoever_verifies_or_receives_it_does_not_go_on() {
    let items: Vec<Vec<u8>> = (0..8 * CHUNK).map(|item| vec![item as u8; 100]).collect();
    let failed = DataProcessingPipeline::new(fake(), options())
        .process_dataset_into(&items, |_| panic!("the receiver's"))
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Fault, "{failed}");
    assert_eq!(failed.report.unwrap().outcome, JobOutcome::Failed);
    let broken = scripted(|operation, _| match operation {
        Operation::VerifyBlobKzgProofEach => Action::Panic,
        _ => Action::Pass,
    });
    let backends = JobBackends::single(fake()).with_verifier(broken);
    let failed = DataProcessingPipeline::with_backends(backends, options())
        .process_dataset(&items)
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Fault, "{failed}");
}
