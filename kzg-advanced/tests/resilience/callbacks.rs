//! Callbacks of the user's that panic: they cost no result and panic no caller.

use std::future::Future;
use std::panic::panic_any;
use std::pin::pin;
use std::sync::{Arc, OnceLock, mpsc};
use std::task::{Context, Poll, Wake, Waker};

use kzg_advanced::batch::Consecutive;
use kzg_advanced::monitor::{CallObserver, ObservedCall, Watched};
use kzg_advanced::resilience::{
    BreakerOptions, Clock, RecoveryPolicy, RecoveryStrategy, Request, ServiceLevel,
};
use kzg_advanced::{
    AdaptiveBackend, BackendProfile, BatchProcessor, ErrorKind, KzgAdvancedError,
    KzgAdvancedResult, KzgSettingsWrapper, PerformanceMonitor, StreamProcessor,
};
use kzg_testing::scripted::{Action, Gate};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::budgets::abandon_one;
use crate::not_blocking::block_on;
use crate::*;

/// A message of a panic that panics once more when it is dropped.
#[derive(Debug)]
struct Again;

impl Drop for Again {
    fn drop(&mut self) {
        panic!("scripted again");
    }
}

#[derive(Debug)]
struct Panicking;

impl Clock for Panicking {
    fn now(&self) -> Duration {
        panic_any(Again)
    }
}

impl CallObserver for Panicking {
    fn observe(&self, _: &ObservedCall) {
        panic_any(Again)
    }
}

impl Wake for Panicking {
    fn wake(self: Arc<Self>) {
        panic_any(Again)
    }
}

impl Subscriber for Panicking {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        panic_any(Again)
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A subscriber that panics in one of its methods about spans.
#[derive(Debug)]
struct PanickingInSpans(&'static str);

impl PanickingInSpans {
    const METHODS: [&'static str; 4] = ["new_span", "enter", "exit", "try_close"];

    fn reach(&self, method: &'static str) {
        if self.0 == method {
            panic_any(Again)
        }
    }
}

impl Subscriber for PanickingInSpans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.reach("new_span");
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {
        self.reach("enter");
    }

    fn exit(&self, _: &Id) {
        self.reach("exit");
    }

    fn try_close(&self, _: Id) -> bool {
        self.reach("try_close");
        true
    }
}

/// Settings whose methods without a result panic.
#[derive(Debug)]
struct Unanswering(Arc<Scripted>);

impl KzgSettingsWrapper for Unanswering {
    fn inner(&self) -> &dyn KzgSettings {
        &*self.0
    }

    fn backend(&self) -> &str {
        panic_any(Again)
    }

    fn items_per_call(&self, _: Operation) -> usize {
        panic_any(Again)
    }

    fn tables_memory(&self) -> usize {
        panic_any(Again)
    }

    fn release_tables(&self) {
        panic_any(Again)
    }
}

#[test]
fn spans_of_a_subscriber_that_panics_cost_no_call() {
    for method in PanickingInSpans::METHODS {
        let monitor = Arc::new(PerformanceMonitor::new());
        let watched = Watched::new(sound("first"), Arc::clone(&monitor));
        tracing::subscriber::with_default(PanickingInSpans(method), || {
            assert_eq!(commit(&watched), right());
            assert_eq!(monitor.measure("job", || Ok(7)), Ok(7));
        });
        let report = monitor.get_report();
        let counts: Vec<u64> = report.operations.values().map(|op| op.count).collect();
        assert_eq!(counts, [1, 1], "{method}");
    }
}

#[test]
fn methods_of_settings_that_panic_cost_no_answer() {
    let settings = || -> Arc<dyn KzgSettings> { Arc::new(Unanswering(sound("first"))) };
    let watched = Watched::new(settings(), Arc::new(PerformanceMonitor::new()));
    assert_eq!(commit(&watched), right());
    let mut adaptive = AdaptiveBackend::new();
    adaptive.register_backend(BackendProfile::named("first"), settings());
    let manager = EnterpriseKzgManager::builder(settings())
        .with_reduced(settings())
        .build();
    let stacks: [&dyn KzgSettings; 3] = [&watched, &adaptive, &manager];
    for stack in stacks {
        assert_eq!(commit(stack), right());
        assert_eq!(stack.items_per_call(COMMIT), 1);
        assert_eq!(stack.tables_memory(), 0);
        stack.release_tables();
    }
    let blobs = vec![blob(1), blob(1), blob(1)];
    let all = Ok(vec![right().expect("well formed"); 3]);
    let batch = BatchProcessor::new(settings()).batch_commitments(&blobs);
    assert_eq!(batch.map_err(|error| error.kind()), all);
    let stream = StreamProcessor::new(settings()).stream_commitments([blob(1), blob(1), blob(1)]);
    let streamed: KzgAdvancedResult<Vec<_>> = stream.collect();
    assert_eq!(streamed.map_err(|error| error.kind()), all);
    let settings = settings();
    let chunk = Consecutive::new(&*settings, 0).cells_and_proofs((&blobs).into());
    assert_eq!(
        chunk.map(|made| made.len()).map_err(|error| error.kind()),
        Ok(3)
    );
}

/// Tables are freed while a call is dispatched.
#[test]
fn a_release_of_tables_that_panics_costs_no_error_and_no_answer() {
    let manager = || {
        let strategy = RecoveryStrategy::Degrade {
            level: ServiceLevel::WithoutTables,
        };
        EnterpriseKzgManager::builder(Arc::new(Unanswering(failing("first", busy()))))
            .with_policy(RecoveryPolicy::default().with_default(strategy))
            .build()
    };
    let direct = manager();
    assert_eq!(commit(&direct), Err(busy()));
    assert_eq!(direct.service_level(), ServiceLevel::WithoutTables);
    let submitted = manager().submit(COMMIT, Request::default(), |settings| commit(settings));
    let error = block_on(submitted).expect_err("no backend answers");
    assert_eq!(error.kind(), ErrorKind::Busy);
}

#[test]
fn a_manager_whose_callbacks_all_panic_gives_every_answer() {
    let degrade = RecoveryStrategy::Degrade {
        level: ServiceLevel::WithoutTables,
    };
    for strategy in [None, Some(RecoveryStrategy::FailFast), Some(degrade)] {
        let first = scripted("first", |_, number| match number % 2 {
            0 => Action::fault(),
            _ => Action::Panic,
        });
        let second = sound("second");
        let policy = match &strategy {
            Some(strategy) => RecoveryPolicy::default().with_strategy(COMMIT, strategy.clone()),
            None => RecoveryPolicy::default(),
        };
        let manager = builder(&[&first, &second])
            .with_policy(policy)
            .with_breakers(BreakerOptions::default().with_threshold(1, Duration::from_secs(60)))
            .on_transition(|_, _, _| panic_any(Again))
            .with_clock(Panicking)
            .build();
        let watched = Watched::new(Arc::new(manager), Arc::new(Panicking));
        tracing::subscriber::with_default(Panicking, || {
            for _ in 0..4 {
                match commit(&watched) {
                    Err(error) if strategy.is_some() => {
                        let kind = error.kind();
                        assert!(matches!(kind, ErrorKind::Fault | ErrorKind::Busy), "{kind}");
                    }
                    answered => assert_eq!(answered, right()),
                }
            }
        });
    }
}

/// A breaker opens because a call that is over its budget, and not counted, ends as a fault.
#[test]
fn a_listener_may_make_a_call() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, number| match number {
        0 => Action::delay(1000 * MILLISECOND),
        _ => Action::Hang(held.clone(), Box::new(Action::fault())),
    });
    let manager: Arc<OnceLock<EnterpriseKzgManager>> = Arc::default();
    let within = Arc::clone(&manager);
    let (told, heard) = mpsc::channel();
    let built = builder(&[&first])
        .with_breakers(BreakerOptions::default().with_threshold(1, Duration::from_secs(60)))
        .on_transition(move |_, _, _| {
            let answer = within.get().map(|manager| commit(manager));
            told.send(answer).expect("a receiver");
        })
        .build();
    let manager = manager.get_or_init(|| built);
    assert_eq!(commit(manager), right());
    let bounded = manager.with_request(Request::default().with_timeout(200 * MILLISECOND));
    abandon_one(manager, || {
        assert_eq!(commit(&bounded), Err(Error::Deadline));
    });
    gate.open();
    let answer = heard.recv_timeout(Duration::from_secs(20));
    let error = answer.expect("no deadlock").expect("a manager");
    assert_eq!(
        error.map_err(|error| error.kind()),
        Err(ErrorKind::Busy),
        "the breaker is open"
    );
    assert_eq!(state(manager, "first"), BreakerState::Open);
}

#[test]
fn a_waker_that_panics_costs_no_answer() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = manager(&[&first]);
    let mut pending = pin!(manager.submit(COMMIT, Request::default(), |settings| commit(settings)));
    let waker = Waker::from(Arc::new(Panicking));
    let mut context = Context::from_waker(&waker);
    assert!(matches!(pending.as_mut().poll(&mut context), Poll::Pending));
    assert!(matches!(pending.as_mut().poll(&mut context), Poll::Pending));
    gate.open();
    assert_eq!(Ok(block_on(pending).expect("an answer").value), right());
    // The worker accepts further calls.
    let next = manager.submit(COMMIT, Request::default(), |settings| commit(settings));
    assert!(block_on(next).is_ok());
}

#[test]
fn a_measured_job_that_panics_is_a_fault() {
    let monitor = PerformanceMonitor::new().enable_detailed_logging();
    let measured = tracing::subscriber::with_default(Panicking, || {
        monitor.measure("job", || -> Result<()> { panic_any(Again) })
    });
    assert_eq!(
        measured.map_err(|error| error.kind()),
        Err(ErrorKind::Fault)
    );
    let report = monitor.get_report();
    assert_eq!(report.operations["job"].count, 1);
    let error: KzgAdvancedError = fault().into();
    assert_eq!(error.kind(), ErrorKind::Fault);
}
