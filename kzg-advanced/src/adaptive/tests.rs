//! The choice, over times that are made up: nothing here depends on the machine's speed.

use core::time::Duration;
use std::sync::Arc;

use kzg_testing::Seeded;
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgSettings, Operation};

use super::selection::Selection;
use super::*;

const COMMIT: Operation = Operation::BlobToKzgCommitment;

/// Candidates of which nothing is known yet.
fn selection(candidates: usize) -> Selection {
    let mut selection = Selection::new();
    for number in 0..candidates {
        selection.add(&BackendProfile::named(number.to_string()));
    }
    selection
}

/// Makes a call that takes as many microseconds as `cost` says for a candidate; who made it,
/// and how long it took.
fn call(
    selection: &Selection,
    operation: Operation,
    items: usize,
    cost: impl Fn(usize) -> f64,
) -> (usize, bool, f64) {
    let pick = selection.pick(operation, items).unwrap();
    let micros = cost(pick.candidate);
    let time = Duration::from_secs_f64(micros / 1e6);
    selection.record(operation, items, pick, time);
    (pick.candidate, pick.probe, micros)
}

#[test]
fn a_mixed_workload_is_at_most_two_percent_slower_than_the_best_candidate() {
    // Each is the better one somewhere; the first is the better one on the whole.
    let mix = [
        (COMMIT, 1, [1000.0, 3000.0]),
        (Operation::VerifyBlobKzgProof, 1, [900.0, 850.0]),
        (Operation::VerifyBlobKzgProofBatch, 64, [20_000.0, 20_200.0]),
        (
            Operation::ComputeCellsAndKzgProofs,
            1,
            [150_000.0, 1_500_000.0],
        ),
    ];
    for calibrated in [false, true] {
        let selection = selection(2);
        if calibrated {
            for (operation, items, costs) in mix {
                for (candidate, cost) in costs.into_iter().enumerate() {
                    selection.assume(operation, items, candidate, cost / 1e6, false);
                }
            }
        }
        let mut seeded = Seeded::new(3);
        let (mut adaptive, mut singles, mut probes) = (0.0, [0.0; 2], 0.0);
        for number in 0..20_000 {
            let (operation, items, costs) = mix[number % mix.len()];
            // Give or take five percent.
            let noise = 0.95 + seeded.next_u64() as f64 / u64::MAX as f64 / 10.0;
            let (_, probe, micros) = call(&selection, operation, items, |candidate| {
                costs[candidate] * noise
            });
            adaptive += micros;
            probes += if probe { micros } else { 0.0 };
            for (single, cost) in singles.iter_mut().zip(costs) {
                *single += cost * noise;
            }
        }
        let best = singles[0].min(singles[1]);
        assert!(adaptive <= 1.02 * best, "{adaptive}, {best}");
        assert!(probes <= 0.005 * adaptive, "{probes}, {adaptive}");
        assert!(probes > 0.0, "the others are measured too");
    }
}

#[test]
fn a_backend_that_becomes_ten_times_slower_is_left_within_twenty_calls() {
    for other in [1.2, 2.0, 8.0] {
        let selection = selection(2);
        for (candidate, cost) in [1.0, other].into_iter().enumerate() {
            selection.assume(COMMIT, 1, candidate, cost / 1e3, false);
        }
        let cost = |first: f64| move |candidate: usize| [first, other][candidate] * 1000.0;
        for _ in 0..1000 {
            call(&selection, COMMIT, 1, cost(1.0));
        }
        let slow = (0..100)
            .filter(|_| call(&selection, COMMIT, 1, cost(10.0)).0 == 0)
            .count();
        assert!(slow <= 20, "{slow} calls went to it");
        // And it comes back once it has recovered.
        let mut last = 1;
        for _ in 0..20_000 {
            last = call(&selection, COMMIT, 1, cost(1.0)).0;
        }
        assert_eq!(last, 0);
    }
}

#[test]
fn equal_candidates_do_not_alternate() {
    let selection = selection(2);
    let mut seeded = Seeded::new(5);
    let (mut switches, mut before) = (0, 0);
    for _ in 0..10_000 {
        let noise = seeded.next_u64() as f64 / u64::MAX as f64;
        let (candidate, probe, _) = call(&selection, COMMIT, 1, |_| 1000.0 * (0.99 + noise / 50.0));
        if !probe {
            switches += usize::from(candidate != before);
            before = candidate;
        }
    }
    assert!(switches <= 20, "{switches}");
}

#[test]
fn sizes_are_judged_apart() {
    let selection = selection(2);
    // One is quick to start, the other has the higher throughput, as a GPU would.
    let cost = |items: usize| {
        move |candidate: usize| match candidate {
            0 => 100.0 * items as f64,
            _ => 1000.0 + items as f64,
        }
    };
    for (items, candidate) in [(1, 0), (1, 1), (1024, 0), (1024, 1)] {
        selection.assume(
            COMMIT,
            items,
            candidate,
            cost(items)(candidate) / 1e6,
            false,
        );
    }
    for _ in 0..10 {
        assert_eq!(call(&selection, COMMIT, 1, cost(1)).0, 0);
        assert_eq!(call(&selection, COMMIT, 1024, cost(1024)).0, 1);
    }
}

fn commit(settings: &dyn KzgSettings) -> Result<(), kzg_traits::Error> {
    settings
        .blob_to_kzg_commitment(&Blob::zeroed_on_heap())
        .map(drop)
}

#[test]
fn a_candidate_that_fails_is_passed_over_for_a_while() {
    for action in [Action::fault(), Action::Panic] {
        let flaky = Arc::new(Scripted::new(Arc::new(Fake::new("flaky"))).otherwise(
            move |_, number| match number {
                0..3 => action.clone(),
                _ => Action::Pass,
            },
        ));
        let steady = Arc::new(Scripted::new(Arc::new(Fake::new("steady"))));
        let mut adaptive = AdaptiveBackend::new();
        adaptive.register_backend(BackendProfile::named("flaky"), flaky.clone());
        adaptive.register_backend(BackendProfile::named("steady"), steady.clone());
        let error = commit(&adaptive).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Fault);
        for _ in 0..30 {
            commit(&adaptive).unwrap();
        }
        assert_eq!((flaky.total_calls(), steady.total_calls()), (1, 30));
    }
}

#[test]
fn malformed_input_says_nothing_about_a_candidate() {
    let only = Arc::new(Scripted::new(Arc::new(Fake::new("only"))));
    let mut adaptive = AdaptiveBackend::new();
    adaptive.register_backend(BackendProfile::named("only"), only.clone());
    let mut malformed = Blob::zeroed_on_heap();
    malformed.0[0] = 0xff;
    for calls in 1..=10 {
        let error = adaptive.blob_to_kzg_commitment(&malformed).unwrap_err();
        assert_eq!(
            (error.kind(), only.total_calls()),
            (ErrorKind::Input, calls)
        );
    }
    assert_eq!(adaptive.get_performance_stats()["only"].1, 0);
}

/// A backend on a GPU needs nothing of ours: its settings, and a profile.
#[test]
fn a_gpu_is_chosen_for_what_it_is_good_at_and_the_decision_says_why() {
    let mut adaptive = AdaptiveBackend::new();
    let cpu = BackendProfile {
        commitment_time: Duration::from_millis(2),
        proof_time: Duration::from_millis(2),
        verification_time: Duration::from_millis(1),
        cpu_cores: 1,
        ..BackendProfile::named("cpu")
    };
    let memory = adaptive.hardware().memory.unwrap_or(1 << 30);
    let gpu = BackendProfile {
        commitment_time: Duration::from_millis(1),
        proof_time: Duration::from_millis(1),
        verification_time: Duration::from_millis(3),
        // Half of the machine's.
        memory_usage: usize::try_from(memory / 2).unwrap(),
        gpu_available: true,
        ..BackendProfile::named("gpu")
    };
    let scripted = Arc::new(Scripted::new(Arc::new(Fake::new("gpu"))));
    adaptive.register_backend(cpu, Arc::new(Fake::new("cpu")));
    adaptive.register_backend(gpu, scripted.clone());

    let choose = |workload| adaptive.select_optimal_backend(workload).unwrap();
    let decision = choose(WorkloadType::RealTime);
    assert_eq!(decision.backend, "cpu", "verification counts");
    assert_eq!(decision.figures[0].seconds_per_item, Some(0.001));
    assert_eq!(decision.figures[0].source, Some(Source::Stated));
    assert_eq!(decision.to_string(), "cpu: 1.000 ms an item, gpu 3.000 ms");

    for (workload, best) in [
        (WorkloadType::SmallBatch { count: 2 }, "cpu"),
        (WorkloadType::LargeBatch { count: 100 }, "cpu"),
        (WorkloadType::Interactive, "cpu"),
    ] {
        assert_eq!(
            choose(workload).backend,
            best,
            "five each, and the first comes first"
        );
    }
    // Measured, it verifies many at once much faster.
    for _ in 0..5 {
        let time = Duration::from_millis(1);
        adaptive.record_performance("gpu", Operation::VerifyBlobKzgProofBatch, 8, time);
    }
    let decision = choose(WorkloadType::SmallBatch { count: 8 });
    assert_eq!(decision.backend, "gpu");
    assert!(decision.figures[0].gpu);
    let decision = choose(WorkloadType::LargeBatch { count: 8 });
    assert_eq!(decision.backend, "gpu");
    // Where memory counts four times as much, what it takes is too much.
    if adaptive.hardware().memory.is_some() {
        assert_eq!(choose(WorkloadType::Streaming).backend, "cpu");
    }
    // And the calls go where the times say.
    commit(&adaptive).unwrap();
    assert_eq!(scripted.total_calls(), 1);
}

#[test]
fn without_candidates_there_is_an_error() {
    let adaptive = AdaptiveBackend::new();
    assert_eq!(commit(&adaptive).unwrap_err().kind(), ErrorKind::Setup);
    let error = adaptive
        .select_optimal_backend(WorkloadType::Streaming)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setup);
}

#[test]
fn a_calibration_is_adopted_on_its_machine_alone() {
    let mut one = AdaptiveBackend::new();
    one.register_backend(BackendProfile::named("fake"), Arc::new(Fake::new("fake")));
    let mut calibration = one.calibrate(Duration::from_secs(600));
    let mut other = AdaptiveBackend::new();
    other.register_backend(BackendProfile::named("fake"), Arc::new(Fake::new("fake")));
    let known = |adaptive: &AdaptiveBackend| {
        let decision = adaptive
            .select_optimal_backend(WorkloadType::Interactive)
            .unwrap();
        decision.figures[0].seconds_per_item.is_some()
    };
    assert!(known(&one));
    calibration.machine.push_str(" of another");
    assert!(!other.adopt(&calibration));
    assert!(!known(&other));
    calibration.machine = other.hardware().fingerprint();
    assert!(other.adopt(&calibration));
    assert!(known(&other));
}
