//! Threads that cannot be started are errors of kind `Io`, wherever the library starts threads.
//!
//! The test program starts itself a second time, as a user without other processes and under a
//! limit on the number of processes and threads, with [`LIMITED`] set. The second process runs
//! [`start_threads`] instead of the tests.

use std::env;
use std::future::Future;
use std::pin::pin;
use std::process::{Command, ExitCode, Output};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use kzg_advanced::audit::{AuditLogger, AuditOptions};
use kzg_advanced::batch::{BatchOptions, thread_pool};
use kzg_advanced::concurrent::Submission;
use kzg_advanced::resilience::{Request, WorkerOptions};
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{
    AdaptiveBackend, BackendId, BackendProfile, BatchProcessor, Blob, ConcurrentKzgProcessor,
    EnterpriseKzgManager, ErrorKind, KzgAdvancedError, KzgSettings, KzgTask, Operation,
    PerformanceMonitor, SettingsOptions, StreamProcessor, Threads, TrustedSetup, load,
};
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Gate, Scripted};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// The environment variable that holds the number of threads that the second process may have.
const LIMITED: &str = "KZG_TEST_THREADS";
/// A user without processes, so that the limit counts only the threads of the second process.
const USER: &str = "54322";
/// The time within which a result comes where a thread could be started.
const TIMEOUT: Duration = Duration::from_secs(30);
const COMMIT: Operation = Operation::BlobToKzgCommitment;

fn main() -> ExitCode {
    if let Ok(threads) = env::var(LIMITED) {
        start_threads(threads.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    let test = Trial::ignorable_test(
        "threads_that_cannot_be_started_are_a_typed_error",
        threads_that_cannot_be_started_are_a_typed_error,
    );
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit_code()
}

fn threads_that_cannot_be_started_are_a_typed_error() -> Result<Completion, Failed> {
    let program = env::current_exe().expect("this program");
    let limited = |threads: u32| -> std::io::Result<Output> {
        Command::new("setpriv")
            .args(["--reuid", USER, "--clear-groups", "prlimit"])
            .arg(format!("--nproc={threads}"))
            .arg(&program)
            .env(LIMITED, threads.to_string())
            .output()
    };
    let possible = limited(500);
    if !possible.is_ok_and(|output| output.status.success()) {
        let reason = "no permission to run as another user";
        kzg_testing::skipped(reason);
        return Ok(Completion::ignored_with(reason));
    }
    for threads in 1..=6 {
        let output = limited(threads).expect("the program starts");
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{threads} threads: {messages}");
        assert!(!messages.contains("panicked"), "{messages}");
    }
    Ok(Completion::Completed)
}

/// A place where threads are started, and the outcome.
type Outcome = (&'static str, Option<ErrorKind>);

/// Starts threads in every way. At most `limit` threads can exist, the main thread included.
fn start_threads(limit: u32) {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut tried = |what, error: Option<ErrorKind>| outcomes.push((what, error));
    tried("a pool", kind(thread_pool(16, "test")));
    tried("workers", kind(ConcurrentKzgProcessor::new(fake(), 16)));
    let setup = TrustedSetup::mainnet();
    let global = SettingsOptions::default().with_threads(Threads::Global);
    let loaded = load(BackendId::Blst.into(), &setup, global);
    tried("the global pool", kind(loaded.map_err(Into::into)));
    let log = tempfile::tempdir().expect("a folder");
    let log = AuditLogger::open(log.path().join("log"), AuditOptions::default());
    tried("the audit log", log.is_err().then_some(ErrorKind::Io));

    let manager = EnterpriseKzgManager::builder(fake())
        .with_worker_options(WorkerOptions::new(2, 2))
        .build();
    let timeout = || Request::default().with_timeout(TIMEOUT);
    for (what, request) in [
        ("a submitted call", Request::default()),
        ("a submitted call with a deadline", timeout()),
    ] {
        tried(
            what,
            kind(block_on(manager.submit(COMMIT, request, commit))),
        );
    }
    let blocking = manager.execute(COMMIT, &timeout(), commit);
    tried("a call with a deadline", kind(blocking));
    let bounded = commit(&manager.with_request(timeout()));
    tried("a bounded call", kind(bounded.map_err(Into::into)));

    // The first worker may be the last thread that can be started.
    if let Ok(processor) = ConcurrentKzgProcessor::new(fake(), 1) {
        let submission = Submission::default().with_deadline(Instant::now() + TIMEOUT);
        let submitted = processor.submit(task(), submission);
        tried(
            "the deadlines of a processor",
            kind(submitted.map(|handle| handle.wait())),
        );
        assert!(
            !processor
                .submit(task(), Submission::default())
                .expect("room")
                .wait()
                .is_error()
        );
    }
    tried("a worker that replaces another", replace_a_worker());
    for (what, error) in &outcomes {
        eprintln!("{what}: {error:?}");
        assert!(
            matches!(error, None | Some(ErrorKind::Io)),
            "{what}: {error:?}"
        );
        assert!(error.is_some() || limit > 1, "{what} under {limit}");
    }

    // These processors use threads where threads can be started, and the calling thread elsewhere.
    let blobs = [(); 3].map(|()| Blob::zeroed_on_heap());
    let options = BatchOptions::default().with_threads(Threads::Global);
    let batch = BatchProcessor::with_options(fake(), options);
    assert_eq!(batch.batch_commitments(&blobs).expect("results").len(), 3);
    let options = StreamOptions::default().with_threads(Threads::Global);
    let stream = StreamProcessor::with_options(fake(), options);
    assert_eq!(
        stream
            .stream_commitments(blobs)
            .filter_map(Result::ok)
            .count(),
        3
    );
    let mut adaptive = AdaptiveBackend::new();
    adaptive.register_backend(BackendProfile::named("fake"), fake());
    let _ = adaptive.calibrate(Duration::from_millis(50));
    assert!(commit(&adaptive).is_ok());
    assert!(PerformanceMonitor::new().get_report().elapsed_seconds >= 0.0);
}

/// The only worker of a processor hangs until its task is over its deadline. Returns the error of
/// the task that waits for the next worker, while no further thread can be started.
fn replace_a_worker() -> Option<ErrorKind> {
    let gate = Gate::default();
    let held = gate.clone();
    let hanging = Scripted::new(fake()).otherwise(move |operation, _| match operation {
        COMMIT => Action::hang(&held),
        _ => Action::Pass,
    });
    let started = ConcurrentKzgProcessor::new(Arc::new(hanging), 1);
    let processor = match started {
        Ok(processor) => processor,
        Err(error) => return Some(error.kind()),
    };
    let soon = Submission::default().with_deadline(Instant::now() + Duration::from_millis(300));
    let late = match processor.submit(task(), soon) {
        Ok(late) => late,
        Err(error) => return Some(error.kind()),
    };
    let cells = KzgTask::Cells {
        id: 1,
        blob: Blob::zeroed_on_heap().into(),
    };
    let waiting = processor.submit(cells, Submission::default());
    let waiting = waiting.expect("room");
    // These threads take what the limit leaves.
    let (end, others) = mpsc::channel::<()>();
    let others = Arc::new(Mutex::new(others));
    let wait = || {
        let others = Arc::clone(&others);
        move || drop(others.lock().map(|others| others.recv()))
    };
    while thread::Builder::new().spawn(wait()).is_ok() {}
    let late = late.wait();
    assert!(late.is_error());
    let answered = waiting.wait_timeout(TIMEOUT);
    drop(end);
    gate.open();
    let answered = answered.expect("an answer");
    answered.error().map(KzgAdvancedError::kind)
}

fn fake() -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new("fake"))
}

fn task() -> KzgTask {
    KzgTask::Commitment {
        id: 0,
        blob: Blob::zeroed_on_heap().into(),
    }
}

fn commit(settings: &dyn KzgSettings) -> Result<kzg_advanced::KzgCommitment, kzg_advanced::Error> {
    settings.blob_to_kzg_commitment(&Blob::zeroed_on_heap())
}

fn kind<T>(result: Result<T, KzgAdvancedError>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
