//! The effect of each recovery strategy, and what no strategy changes.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use kzg_advanced::resilience::{
    AdmissionOptions, BreakerOptions, BreakerOutcome, BreakerState, EnterpriseKzgManager,
    ManualClock, RecoveryPolicy, RecoveryStrategy, Request, ServiceLevel,
};
use kzg_advanced::{CancellationToken, Error, ErrorKind, Item, KzgAdvancedError};
use kzg_testing::scripted::{Action, Gate, Scripted, eventually};

use crate::*;

fn with(strategy: RecoveryStrategy, backends: &[&Arc<Scripted>]) -> EnterpriseKzgManager {
    let policy = RecoveryPolicy::default()
        .with_strategy(COMMIT, strategy)
        .with_jitter(false);
    builder(backends).with_policy(policy).build()
}

fn retry(max_attempts: u32) -> RecoveryStrategy {
    RecoveryStrategy::Retry {
        max_attempts,
        delay: MILLISECOND,
    }
}

fn all_strategies() -> [RecoveryStrategy; 4] {
    [
        retry(5),
        RecoveryStrategy::Fallback {
            alternative: "second".to_owned(),
        },
        RecoveryStrategy::Degrade {
            level: ServiceLevel::VerifyOnly,
        },
        RecoveryStrategy::FailFast,
    ]
}

#[test]
fn malformed_input_costs_one_call_whatever_the_strategy() {
    let malformed = Error::CellCount { actual: 3 };
    for strategy in all_strategies() {
        let first = failing("first", malformed.clone());
        let (second, third) = (sound("second"), sound("third"));
        let manager = with(strategy, &[&first, &second, &third]);
        for calls in 1..=10 {
            assert_eq!(commit(&manager), Err(malformed.clone()));
            assert_eq!(first.total_calls(), calls);
        }
        assert_eq!((second.total_calls(), third.total_calls()), (0, 0));
        assert_eq!(state(&manager, "first"), BreakerState::Closed);
        assert_eq!(manager.service_level(), ServiceLevel::Full);
    }
}

#[test]
fn an_integrity_error_is_never_retried() {
    for strategy in all_strategies() {
        let (first, second) = (failing("first", integrity()), sound("second"));
        let manager = with(strategy, &[&first, &second]);
        assert_eq!(commit(&manager), Err(integrity()));
        assert_eq!((first.total_calls(), second.total_calls()), (1, 0));
    }
}

#[test]
fn retry_waits_where_all_are_busy() {
    let first = scripted("first", |_, number| match number {
        0..3 => Action::Fail(busy()),
        _ => Action::Pass,
    });
    assert_eq!(commit(&with(retry(4), &[&first])), right());
    assert_eq!(first.total_calls(), 4);

    let first = failing("first", busy());
    assert_eq!(commit(&with(retry(4), &[&first])), Err(busy()));
    assert_eq!(first.total_calls(), 4);
}

#[test]
fn retry_gives_up_before_its_overall_deadline() {
    let first = failing("first", busy());
    let policy = RecoveryPolicy::default()
        .with_default(RecoveryStrategy::Retry {
            max_attempts: 5,
            delay: 3_600_000 * MILLISECOND,
        })
        .with_max_delay(3_600_000 * MILLISECOND)
        .with_overall_deadline(Some(1000 * MILLISECOND));
    let manager = builder(&[&first]).with_policy(policy).build();
    assert_eq!(commit(&manager), Err(busy()), "without a pause of an hour");
    assert_eq!(first.total_calls(), 1);
}

#[test]
fn retry_says_how_often_a_fault_is_retried() {
    for attempts in [1, 2, 9] {
        let (first, second) = (failing("first", fault()), sound("second"));
        assert_eq!(commit(&with(retry(attempts), &[&first, &second])), right());
        let calls = (first.total_calls(), second.total_calls());
        assert_eq!(calls, (attempts as usize, 1));
    }
    let first = scripted("first", |_, number| match number {
        0..3 => Action::fault(),
        _ => Action::Pass,
    });
    assert_eq!(commit(&with(retry(4), &[&first])), right());
    assert_eq!(first.total_calls(), 4);
}

/// The test checks a lower bound only: a sleep is never shorter than the delay.
#[test]
fn a_fault_is_retried_after_its_delay_and_not_beyond_the_deadline() {
    let delayed = |delay| RecoveryStrategy::Retry {
        max_attempts: 3,
        delay,
    };
    let first = scripted("first", |_, number| match number {
        0 | 1 => Action::fault(),
        _ => Action::Pass,
    });
    let start = Instant::now();
    assert_eq!(commit(&with(delayed(20 * MILLISECOND), &[&first])), right());
    // The two delays are 20 and 40 milliseconds.
    assert!(start.elapsed() >= 60 * MILLISECOND, "{:?}", start.elapsed());

    // If the deadline leaves no time for the delay, the call goes to the next backend.
    let (first, second) = (failing("first", fault()), sound("second"));
    let manager = with(delayed(3_600_000 * MILLISECOND), &[&first, &second]);
    let request = Request::default().with_timeout(5000 * MILLISECOND);
    assert_eq!(commit(&manager.with_request(request)), right());
    assert_eq!((first.total_calls(), second.total_calls()), (1, 1));
}

#[test]
fn a_retry_holds_no_permit_while_it_waits() {
    // On a busy machine, the delay of a retry may be over before the other call is made.
    assert!((0..5).any(|_| another_call_is_made_before_a_retry()));
}

/// While one call waits for its retry, another call gets the permit and the backend. Returns whether
/// the other call ended before the retry was made.
fn another_call_is_made_before_a_retry() -> bool {
    let first = scripted("first", |_, number| match number {
        0 => Action::fault(),
        _ => Action::Pass,
    });
    let policy = RecoveryPolicy::default().with_default(RecoveryStrategy::Retry {
        max_attempts: 2,
        delay: 1000 * MILLISECOND,
    });
    let manager = builder(&[&first])
        .with_policy(policy)
        .with_admission(AdmissionOptions::default().with_concurrency(1, 1))
        .build();
    let before = thread::scope(|scope| {
        let waiting = scope.spawn(|| commit(&manager));
        while first.total_calls() < 1 {
            thread::yield_now();
        }
        assert_eq!(commit(&manager), right());
        let before = first.total_calls() == 2;
        assert_eq!(waiting.join().expect("no panic"), right());
        before
    });
    assert_eq!(first.total_calls(), 3);
    before
}

/// The breaker opens during the first attempt, and its timeout passes, so the retry is a probe.
#[test]
fn a_retry_that_is_a_probe_is_the_last_attempt_and_counts() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, number| match number {
        0 => Action::Hang(held.clone(), Box::new(Action::fault())),
        _ => Action::fault(),
    });
    let (clock, timeout) = (ManualClock::default(), 1000 * MILLISECOND);
    let policy = RecoveryPolicy::default()
        .with_default(retry(5))
        .with_jitter(false);
    let manager = builder(&[&first])
        .with_policy(policy)
        .with_breakers(
            BreakerOptions::default()
                .with_threshold(1, timeout)
                .with_timeout(timeout),
        )
        .with_clock(clock.clone())
        .build();
    thread::scope(|scope| {
        let call = scope.spawn(|| commit(&manager));
        gate.wait_for(1);
        let breaker = manager.breaker("first", COMMIT).expect("a backend");
        breaker.record_failure();
        clock.advance(timeout);
        gate.open();
        assert_eq!(call.join().expect("no panic"), Err(fault()));
    });
    assert_eq!(first.total_calls(), 2);
    assert_eq!(state(&manager, "first"), BreakerState::Open);
}

/// The breaker opens and its timeout passes while a call waits for its retry. The failure is not that
/// of a probe.
#[test]
fn a_call_that_is_cancelled_before_its_retry_fails_no_probe() {
    let first = failing("first", fault());
    let clock = ManualClock::default();
    let policy = RecoveryPolicy::default().with_default(RecoveryStrategy::Retry {
        max_attempts: 2,
        delay: 10_000 * MILLISECOND,
    });
    let manager = builder(&[&first])
        .with_policy(policy)
        .with_clock(clock.clone())
        .build();
    let cancel = CancellationToken::new();
    let waiting = manager.with_request(Request::default().with_cancellation(cancel.clone()));
    thread::scope(|scope| {
        let call = scope.spawn(move || commit(&waiting));
        eventually(10_000 * MILLISECOND, || first.total_calls() == 1);
        let breaker = manager.breaker("first", COMMIT).expect("a backend");
        breaker.record(BreakerOutcome::Fatal);
        clock.advance(60_000 * MILLISECOND);
        cancel.cancel();
        assert_eq!(call.join().expect("no panic"), Err(Error::Cancelled));
    });
    assert_eq!(state(&manager, "first"), BreakerState::HalfOpen);
}

#[test]
fn fallback_asks_the_alternative_first_and_no_backend_twice() {
    let fallback = |alternative: &str| RecoveryStrategy::Fallback {
        alternative: alternative.to_owned(),
    };
    let (first, second, third) = (failing("first", fault()), sound("second"), sound("third"));
    let manager = with(fallback("third"), &[&first, &second, &third]);
    assert_eq!(commit(&manager), right());
    let calls = [&first, &second, &third].map(|backend| backend.total_calls());
    assert_eq!(calls, [1, 0, 1]);

    let third = failing("third", fault());
    let manager = with(fallback("third"), &[&first, &second, &third]);
    assert_eq!(commit(&manager), right());
    assert_eq!((third.total_calls(), second.total_calls()), (1, 1));
}

#[test]
fn fail_fast_is_one_call_on_one_backend() {
    let (first, second) = (failing("first", fault()), sound("second"));
    let manager = with(RecoveryStrategy::FailFast, &[&first, &second]);
    assert_eq!(commit(&manager), Err(fault()));
    assert_eq!((first.total_calls(), second.total_calls()), (1, 0));
}

#[test]
fn a_strategy_is_for_its_operation() {
    let (first, second) = (failing("first", fault()), sound("second"));
    let manager = with(RecoveryStrategy::FailFast, &[&first, &second]);
    assert!(manager.compute_cells(&blob(1)).is_ok());
}

#[test]
fn errors_of_closures_name_the_call() {
    let (first, second) = (failing("first", fault()), failing("second", fault()));
    let manager = manager(&[&first, &second]);
    let error = manager
        .execute(COMMIT, &Request::default(), |settings| {
            settings.blob_to_kzg_commitment(&blob(1))
        })
        .expect_err("both fail");
    assert_eq!(error.kind(), ErrorKind::Fault);
    let KzgAdvancedError::Backend { call, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(
        (call.operation, call.backend.as_deref(), call.attempts),
        (Some(COMMIT), Some("second"), 4)
    );

    let error = manager
        .execute::<()>(COMMIT, &Request::default(), |_| {
            Err(Error::CellCount { actual: 1 }.with_index(7))
        })
        .expect_err("malformed");
    assert!(
        matches!(error, KzgAdvancedError::DataValidation { .. }),
        "{error}"
    );
    let item = Error::Length {
        item: Item::Blob,
        index: 7,
        expected: 1,
        actual: 0,
    };
    let error = manager
        .execute::<()>(COMMIT, &Request::default(), move |_| Err(item.clone()))
        .expect_err("malformed");
    assert!(error.to_string().contains("item 7"), "{error}");
}
