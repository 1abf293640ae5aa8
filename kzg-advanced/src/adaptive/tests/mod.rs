//! The choice over given times: no test depends on the speed of the machine.

use core::time::Duration;
use std::sync::Arc;

use kzg_testing::Seeded;
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::selection::Selection;
use super::*;

mod figures;

const COMMIT: Operation = Operation::BlobToKzgCommitment;

/// Candidates without figures.
fn selection(candidates: usize) -> Selection {
    let mut selection = Selection::new();
    for number in 0..candidates {
        selection.add(&BackendProfile::named(number.to_string()), None);
    }
    selection
}

/// Makes a call that takes `cost(candidate)` microseconds. Returns the candidate, whether the call
/// was a probe, and the microseconds.
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
    // Each candidate is the faster one for some operation, the first one in total.
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
                    selection.assume(operation, items, candidate, cost / 1e6);
                }
            }
        }
        let mut seeded = Seeded::new(3);
        let (mut adaptive, mut singles, mut probes) = (0.0, [0.0; 2], 0.0);
        for number in 0..20_000 {
            let (operation, items, costs) = mix[number % mix.len()];
            // Five percent of noise.
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
        assert!(probes > 0.0, "the other candidate is measured too");
    }
}

#[test]
fn a_backend_that_becomes_ten_times_slower_is_left_within_twenty_calls() {
    for other in [1.2, 2.0, 8.0] {
        let selection = selection(2);
        for (candidate, cost) in [1.0, other].into_iter().enumerate() {
            selection.assume(COMMIT, 1, candidate, cost / 1e3);
        }
        let cost = |first: f64| move |candidate: usize| [first, other][candidate] * 1000.0;
        for _ in 0..1000 {
            call(&selection, COMMIT, 1, cost(1.0));
        }
        let slow = (0..100)
            .filter(|_| call(&selection, COMMIT, 1, cost(10.0)).0 == 0)
            .count();
        assert!(slow <= 20, "{slow} calls went to the slow candidate");
        // The first candidate gets the calls again once it is fast again.
        let mut last = 1;
        for _ in 0..20_000 {
            last = call(&selection, COMMIT, 1, cost(1.0)).0;
        }
        assert_eq!(last, 0);
    }
}

/// Such calls take microseconds, and would hide that a candidate has become slow.
#[test]
fn calls_without_work_are_no_measure_of_speed() {
    let mut adaptive = AdaptiveBackend::new();
    let fake = Arc::new(Fake::new("one"));
    adaptive.register_backend(BackendProfile::named("one"), fake);
    let none: [Blob; 0] = [];
    adaptive
        .blobs_to_kzg_commitments((&none).into())
        .expect("no item is malformed");
    let mut malformed = [Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
    malformed.iter_mut().for_each(|blob| blob.0.fill(0xff));
    let (commitments, proofs) = ([KzgCommitment::default(); 2], [KzgProof::default(); 2]);
    let malformed = malformed.as_slice();
    let verdicts = adaptive.verify_blob_kzg_proof_each(malformed.into(), &commitments, &proofs);
    let verdicts = verdicts.expect("lists of one length");
    assert!(verdicts.iter().all(Result::is_err), "{verdicts:?}");
    let (_, samples) = adaptive.get_performance_stats()["one"];
    assert_eq!(samples, 0);

    adaptive
        .blob_to_kzg_commitment(&Blob::zeroed_on_heap())
        .expect("well formed");
    let (_, samples) = adaptive.get_performance_stats()["one"];
    assert_eq!(samples, 1);
}

/// A candidate that was measured once, and then takes ten seconds to fail.
#[test]
fn probes_that_fail_stay_within_the_budget() {
    let selection = selection(2);
    for (candidate, seconds) in [0.001, 0.002].into_iter().enumerate() {
        selection.assume(COMMIT, 1, candidate, seconds);
    }
    let failure = Duration::from_secs(10);
    let (mut total, mut failing) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..100_000 {
        let pick = selection.pick(COMMIT, 1).unwrap();
        let time = if pick.candidate == 0 {
            let time = Duration::from_millis(1);
            selection.record(COMMIT, 1, pick, time);
            time
        } else {
            selection.record_failure(COMMIT, pick, failure);
            failing += failure;
            failure
        };
        total += time;
    }
    assert!(failing >= failure, "the other candidate is measured too");
    assert!(
        failing <= total.mul_f64(0.005) + failure,
        "{failing:?} of {total:?}"
    );
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

/// Calls that begin before a probe ends see the same figures.
#[test]
fn calls_at_the_same_time_do_not_all_become_probes() {
    let selection = selection(2);
    for (candidate, seconds) in [(0, 0.001), (1, 0.002)] {
        selection.assume(COMMIT, 1, candidate, seconds);
    }
    // The budget, which is 0.5 percent, pays for one probe.
    let pick = selection.pick(COMMIT, 1).unwrap();
    assert_eq!((pick.candidate, pick.probe), (0, false));
    selection.spend(pick, Duration::from_millis(500));
    let pick = || selection.pick(COMMIT, 1).unwrap();
    let picked = (0..100).map(|_| pick().probe);
    assert_eq!(picked.filter(|&probe| probe).count(), 1);
}

#[test]
fn each_size_is_measured_separately() {
    let selection = selection(2);
    // The first has the lower latency, the second the higher throughput, as a GPU has.
    let cost = |items: usize| {
        move |candidate: usize| match candidate {
            0 => 100.0 * items as f64,
            _ => 1000.0 + items as f64,
        }
    };
    for (items, candidate) in [(1, 0), (1, 1), (1024, 0), (1024, 1)] {
        selection.assume(COMMIT, items, candidate, cost(items)(candidate) / 1e6);
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
fn malformed_input_does_not_count_against_a_candidate() {
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

/// Hardware with one GPU.
fn with_gpu() -> Hardware {
    let mut hardware = Hardware::detect();
    let gpu = r#"{"name": "Stand-in", "memory": null, "driver": null}"#;
    hardware.gpus = vec![serde_json::from_str(gpu).unwrap()];
    hardware
}

/// A backend on a GPU needs settings and a profile, no support in this crate.
#[test]
fn a_gpu_is_chosen_where_it_is_faster_and_the_decision_gives_the_reason() {
    let hardware = with_gpu();
    let mut adaptive = AdaptiveBackend::on_hardware(hardware.clone());
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
        ..BackendProfile::on_gpu("gpu", &hardware)
    };
    let scripted = Arc::new(Scripted::new(Arc::new(Fake::new("gpu"))));
    adaptive.register_backend(cpu, Arc::new(Fake::new("cpu")));
    adaptive.register_backend(gpu, scripted.clone());

    let choose = |workload| adaptive.select_optimal_backend(workload).unwrap();
    let decision = choose(WorkloadType::RealTime);
    assert_eq!(decision.backend, "cpu", "verification counts");
    assert_eq!(decision.figures[0].seconds_per_item, Some(0.001));
    assert_eq!(decision.figures[0].source, Some(EstimateSource::Stated));
    assert_eq!(
        decision.to_string(),
        "cpu: 1.000 ms per item (stated), gpu 3.000 ms per item (stated)"
    );

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
    // By measurement, the GPU verifies many blobs at once much faster.
    for _ in 0..5 {
        let time = Duration::from_millis(1);
        adaptive.record_performance("gpu", Operation::VerifyBlobKzgProofBatch, 8, time);
    }
    let decision = choose(WorkloadType::SmallBatch { count: 8 });
    assert_eq!(decision.backend, "gpu");
    assert!(decision.figures[0].gpu);
    let decision = choose(WorkloadType::LargeBatch { count: 8 });
    assert_eq!(decision.backend, "gpu");
    // For streams, memory counts four times as much.
    if adaptive.hardware().memory.is_some() {
        assert_eq!(choose(WorkloadType::Streaming).backend, "cpu");
    }
    // The calls go to the fastest.
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
fn a_claimed_gpu_that_was_not_detected_is_cleared() {
    let mut hardware = Hardware::detect();
    hardware.gpus.clear();
    let mut adaptive = AdaptiveBackend::on_hardware(hardware);
    let claim = BackendProfile {
        gpu_available: true,
        ..BackendProfile::named("claims")
    };
    adaptive.register_backend(claim, Arc::new(Fake::new("claims")));
    assert!(adaptive.profiles().all(|profile| !profile.gpu_available));
}
