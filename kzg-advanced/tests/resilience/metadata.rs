//! A stack reports the metadata of its backends, and an error names the backend and the attempts.

use std::sync::Arc;

use kzg_advanced::adaptive::{AdaptiveBackend, BackendProfile};
use kzg_advanced::cross_check::{CrossCheck, CrossChecked};
use kzg_advanced::monitor::{PerformanceMonitor, Watched};
use kzg_advanced::resilience::{
    Base, BreakerOptions, BreakerOutcome, ProvenanceSlot, Request, Stack,
};
use kzg_advanced::{
    BackendId, BatchProcessor, ConcurrentKzgProcessor, KzgAdvancedError, KzgTask, Precompute,
    SettingsOptions, StreamProcessor, TrustedSetup, load,
};

use crate::*;

type Settings = Arc<dyn KzgSettings>;
type Stacked = fn(&Settings) -> Settings;

fn managed(settings: &Settings) -> Settings {
    Arc::new(EnterpriseKzgManager::new(Arc::clone(settings)))
}

fn cross_checked(settings: &Settings) -> Settings {
    Arc::new(CrossChecked::new([Arc::clone(settings)], CrossCheck::Off))
}

fn watched(settings: &Settings) -> Settings {
    let monitor = Arc::new(PerformanceMonitor::new());
    Arc::new(Watched::new(Arc::clone(settings), monitor))
}

fn based(settings: &Settings) -> Settings {
    Arc::new(Stack::of(Base::new(Arc::clone(settings))))
}

fn adaptive(settings: &Settings) -> Settings {
    let mut adaptive = AdaptiveBackend::new();
    let profile = BackendProfile::named(settings.backend());
    adaptive.register_backend(profile, Arc::clone(settings));
    Arc::new(adaptive)
}

const STACKS: [(&str, Stacked); 8] = [
    ("manager", managed),
    ("cross-check", cross_checked),
    ("watched", watched),
    ("base", based),
    ("adaptive", adaptive),
    ("manager over watched", |settings| {
        managed(&watched(settings))
    }),
    ("watched over manager", |settings| {
        watched(&managed(settings))
    }),
    (
        "manager over adaptive over cross-check over manager",
        |settings| managed(&adaptive(&cross_checked(&managed(settings)))),
    ),
];

#[test]
fn a_stack_reports_what_its_backend_reports() {
    let options = SettingsOptions::default().with_precompute(Precompute::SMALL);
    let setup = TrustedSetup::mainnet();
    let backend = load(BackendId::Blst.into(), &setup, options).expect("blst");
    for (name, stacked) in STACKS {
        let stack = stacked(&backend);
        if !name.contains("adaptive") {
            assert_eq!(stack.backend(), "blst", "{name}");
        }
        for &operation in Operation::ALL {
            assert_eq!(
                stack.items_per_call(operation),
                backend.items_per_call(operation),
                "{name}"
            );
        }
        stack.warm_up().expect("tables");
        assert!(backend.tables_memory() > 0);
        assert_eq!(stack.tables_memory(), backend.tables_memory(), "{name}");
        stack.release_tables();
        assert_eq!(
            (stack.tables_memory(), backend.tables_memory()),
            (0, 0),
            "{name}"
        );
    }
}

/// The backend and the attempts of an error.
fn called(error: &KzgAdvancedError) -> (Option<&str>, u32) {
    let KzgAdvancedError::Backend { call, .. } = error else {
        panic!("{error}");
    };
    (call.backend.as_deref(), call.attempts)
}

#[test]
fn the_errors_of_processors_name_the_backend_that_was_called_and_how_often() {
    let over_two = || -> Settings {
        let (first, second) = (failing("first", fault()), failing("second", fault()));
        // The breakers stay closed, however often the layers above ask again.
        let breakers = BreakerOptions::default().with_threshold(1000, Duration::from_secs(60));
        Arc::new(builder(&[&first, &second]).with_breakers(breakers).build())
    };
    for (name, stacked) in STACKS {
        let settings = || stacked(&over_two());
        // The manager at the bottom makes two attempts on each of its two backends. Each manager
        // and each cross-check above it asks a second time.
        let above = name.matches("manager").count() + name.matches("cross-check").count();
        let expected = (Some("second"), 4 << above);
        let blobs = [blob(1)];
        let error = BatchProcessor::new(settings())
            .batch_commitments(&blobs)
            .expect_err("both fail");
        assert_eq!(called(&error), expected, "{name}");

        let error = StreamProcessor::new(settings())
            .stream_commitments([blob(1)])
            .next()
            .expect("a result")
            .expect_err("both fail");
        assert_eq!(called(&error), expected, "{name}");

        let processor = ConcurrentKzgProcessor::new(settings(), 1).expect("threads");
        let task = KzgTask::Commitment {
            id: 0,
            blob: blob(1).into(),
        };
        processor.submit_task(task).expect("room");
        let result = processor.results().next().expect("a result");
        assert_eq!(
            called(result.error().expect("both fail")),
            expected,
            "{name}"
        );
    }
}

#[test]
fn an_error_of_which_no_backend_knows_names_none() {
    let first = sound("first");
    let manager = manager(&[&first]);
    let breaker = manager.breaker("first", Operation::BlobsToKzgCommitments);
    breaker.expect("a backend").record(BreakerOutcome::Fatal);
    let error = BatchProcessor::new(Arc::new(manager))
        .batch_commitments(&[blob(1)])
        .expect_err("open");
    assert!(!error.to_string().contains("backend"), "{error}");
}

/// A fault with a message of its own.
fn fault_of(backend: &str) -> Error {
    Error::Fault {
        backend: backend.to_owned(),
        message: format!("of {backend}"),
    }
}

#[test]
fn an_error_belongs_to_the_backend_that_is_named() {
    let busy_of = |backend: &str| Error::Busy {
        reason: format!("{backend} is busy"),
    };
    let rows = [
        // The last error is returned.
        ([fault_of("first"), fault_of("second")], "second", 4),
        ([busy_of("first"), busy_of("second")], "second", 2),
        ([busy_of("first"), fault_of("second")], "second", 3),
        // `Busy` replaces no error of another kind.
        ([fault_of("first"), busy_of("second")], "first", 3),
    ];
    for ([of_first, of_second], named, attempts) in rows {
        let expected = match named {
            "first" => of_first.clone(),
            _ => of_second.clone(),
        };
        let (first, second) = (failing("first", of_first), failing("second", of_second));
        let manager = manager(&[&first, &second]);
        let slot = ProvenanceSlot::default();
        let request = Request::default().with_provenance(&slot);
        assert_eq!(commit(&manager.with_request(request)), Err(expected));
        let provenance = slot.last().expect("a call");
        assert_eq!(
            (&*provenance.backend, provenance.attempts),
            (named, attempts)
        );
    }

    // The breaker of the second backend is open, so the second backend is not called.
    for error in [fault_of("first"), busy_of("first")] {
        let (first, second) = (failing("first", error.clone()), sound("second"));
        let manager = manager(&[&first, &second]);
        let breaker = manager.breaker("second", COMMIT).expect("a backend");
        breaker.force_open();
        let slot = ProvenanceSlot::default();
        let request = Request::default().with_provenance(&slot);
        assert_eq!(commit(&manager.with_request(request)), Err(error));
        assert_eq!(slot.last().expect("a call").backend, "first");
    }
}

/// The fallback of the manager above is busy, and its primary is itself a manager.
#[test]
fn an_error_of_a_stack_below_names_the_backend_below() {
    let (lowest, busy) = (
        failing("lowest", fault_of("lowest")),
        failing("busy", busy()),
    );
    let below = Arc::new(manager(&[&lowest]));
    let manager = EnterpriseKzgManager::builder(below).with_fallback(busy);
    let slot = ProvenanceSlot::default();
    let request = Request::default().with_provenance(&slot);
    let answer = commit(&manager.build().with_request(request));
    assert_eq!(answer, Err(fault_of("lowest")));
    assert_eq!(slot.last().expect("a call").backend, "lowest");
}
