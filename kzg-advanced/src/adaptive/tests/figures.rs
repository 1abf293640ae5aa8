//! Figures: guesses where there are none, and calibrations.

use super::*;

/// Two candidates by the name of backends, on one thread each.
fn of_backends(names: [&str; 2]) -> AdaptiveBackend {
    let mut adaptive = AdaptiveBackend::new();
    for name in names {
        let profile = BackendProfile {
            cpu_cores: 1,
            ..BackendProfile::named(name)
        };
        adaptive.register_backend(profile, Arc::new(Fake::new(name)));
    }
    adaptive
}

fn decide(adaptive: &AdaptiveBackend) -> Decision {
    let decision = adaptive.select_optimal_backend(WorkloadType::Interactive);
    decision.unwrap()
}

#[test]
fn without_figures_the_generally_fastest_is_chosen_and_marked_as_a_guess() {
    let adaptive = of_backends(["arkworks", "blst"]);
    let decision = decide(&adaptive);
    assert_eq!(decision.backend, "blst");
    assert!(!decision.is_informed());
    assert!(decision.to_string().contains("guess"), "{decision}");
}

#[test]
fn figures_for_one_operation_are_extrapolated_and_marked_as_a_guess() {
    let adaptive = of_backends(["arkworks", "blst"]);
    let second = Duration::from_secs(1);
    // Only arkworks was measured, and only its commitments.
    adaptive.record_performance("arkworks", COMMIT, 1, 4 * second);
    let decision = decide(&adaptive);
    assert_eq!(decision.backend, "blst", "{decision}");
    assert_eq!(decision.figures[0].source, Some(EstimateSource::General));
    assert_eq!(decision.figures[0].unknown.len(), 3);
    let arkworks = &decision.figures[1];
    assert_eq!(arkworks.source, Some(EstimateSource::Extrapolated));
    assert_eq!(
        arkworks.unknown,
        ["compute_blob_kzg_proof", "verify_blob_kzg_proof"]
    );
    assert!(decision.to_string().contains("explored"), "{decision}");
    for operation in [
        COMMIT,
        Operation::ComputeBlobKzgProof,
        Operation::VerifyBlobKzgProof,
    ] {
        for name in ["arkworks", "blst"] {
            adaptive.record_performance(name, operation, 1, second);
        }
    }
    let decision = decide(&adaptive);
    assert!(decision.is_informed(), "{decision}");
    assert!(!decision.to_string().contains("guess"), "{decision}");
}

#[test]
fn each_candidate_without_a_figure_is_explored_once() {
    let selection = selection(3);
    let cost = |candidate: usize| [3000.0, 1000.0, 2000.0][candidate];
    let made: Vec<usize> = (0..6)
        .map(|_| call(&selection, COMMIT, 1, cost).0)
        .collect();
    assert_eq!(made, [0, 1, 2, 1, 1, 1]);
    // Calls without a figure, such as those with malformed input, explore a few times only.
    let proofs = Operation::ComputeBlobKzgProof;
    let picked = |_| selection.pick(proofs, 1).unwrap().candidate;
    let made: Vec<usize> = (0..12).map(picked).collect();
    assert_eq!(made, [0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0]);
}

#[test]
fn a_candidate_that_is_slower_by_an_order_of_magnitude_in_general_is_not_explored() {
    let mut selection = Selection::new();
    for general in [10.0, 1.0] {
        selection.add(&BackendProfile::named("candidate"), Some(general));
    }
    let cost = |candidate: usize| [10_000.0, 1000.0][candidate];
    for _ in 0..100 {
        assert_eq!(call(&selection, COMMIT, 1, cost).0, 1);
    }
}

const QUIET: fn() -> Option<f64> = || Some(1.0);
const LONG: Duration = Duration::from_secs(600);

fn is_informed(adaptive: &AdaptiveBackend) -> bool {
    decide(adaptive).is_informed()
}

#[test]
fn a_calibration_is_adopted_on_its_machine_alone() {
    let one = of_backends(["fake", "other"]);
    let mut calibration = one.calibrate_by(LONG, &QUIET);
    assert!(is_informed(&one));
    let other = of_backends(["fake", "other"]);
    calibration.machine.push_str(" of another");
    let refused = other.adopt(&calibration);
    assert!(matches!(refused, Err(CalibrationRefused::Machine { .. })));
    assert!(!is_informed(&other));
    calibration.machine = other.hardware().fingerprint();
    assert_eq!(other.adopt(&calibration), Ok(()));
    assert!(is_informed(&other));
}

/// A candidate without a figure for a call cannot be compared with the others.
#[test]
fn a_call_that_failed_on_a_candidate_is_not_adopted() {
    let adaptive = of_backends(["fake", "other"]);
    let mut calibration = of_backends(["fake", "other"]).calibrate_by(LONG, &QUIET);
    calibration
        .entries
        .retain(|entry| entry.candidate == "fake" || entry.operation() != Some(COMMIT));
    assert_eq!(adaptive.adopt(&calibration), Ok(()));
    let decision = decide(&adaptive);
    assert!(!decision.is_informed(), "{decision}");
    for figure in &decision.figures {
        assert_eq!(figure.unknown, ["blob_to_kzg_commitment"], "{decision}");
    }
}

#[test]
fn a_calibration_of_a_busy_machine_is_not_adopted() {
    let adaptive = of_backends(["fake", "other"]);
    let calibration = adaptive.calibrate_by(LONG, &|| Some(0.5));
    assert!(!is_informed(&adaptive));
    assert_eq!(
        adaptive.adopt(&calibration),
        Err(CalibrationRefused::Busy { share: 0.5 })
    );
}

#[test]
fn a_calibration_does_not_put_a_backend_before_a_much_faster_one() {
    let adaptive = of_backends(["blst", "arkworks"]);
    let mut calibration = of_backends(["blst", "arkworks"]).calibrate_by(LONG, &QUIET);
    let mut set = |blst: f64, arkworks: f64| {
        for entry in &mut calibration.entries {
            entry.seconds = if entry.candidate == "blst" {
                blst
            } else {
                arkworks
            };
        }
        calibration.clone()
    };
    assert_eq!(adaptive.adopt(&set(1.0, 0.9)), Ok(()));
    assert!(!is_informed(&adaptive), "no figure was taken over");
    assert_eq!(decide(&adaptive).backend, "blst");
    assert_eq!(adaptive.adopt(&set(1.0, 4.0)), Ok(()));
    assert!(is_informed(&adaptive));
    assert_eq!(decide(&adaptive).backend, "blst");
}

#[test]
fn a_panic_in_a_measurement_costs_its_candidate_alone() {
    use super::sampling::sample;
    use super::tasks::{Inputs, tasks};

    let sound = Fake::new("sound");
    let panicking = Scripted::new(Arc::new(Fake::new("other"))).otherwise(|_, _| Action::Panic);
    let inputs = Inputs::new(&sound, 1).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(600);
    let candidates: [&dyn KzgSettings; 2] = [&sound, &panicking];
    let watch = |_, _: &_| panic!("scripted");
    let sampled = sample(&candidates, tasks(&[1]), &inputs, 1, deadline, &watch);
    assert_eq!(sampled.len(), tasks(&[1]).count());
    assert!(sampled.iter().all(|one| one.candidate == 0));
    assert!(sampled.iter().all(|one| one.seconds.len() == 1));
}
