use core::time::Duration;
use std::cell::Cell;
use std::sync::Arc;

use kzg_advanced::BackendId;
use kzg_advanced::adaptive::Hardware;
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{KzgSettings, Operation, TrustedSetup};

use super::advice::{Advice, advise_chunk, advise_machine, advise_tables, compared_blobs};
use super::report::{BenchmarkReport, Candidate, Measurement, TableMemory};
use super::run::Benchmark;

const LONG: Duration = Duration::from_secs(600);

fn report() -> BenchmarkReport {
    BenchmarkReport::new(Hardware::detect())
}

fn candidate(backend: BackendId, threads: usize, precompute: &str) -> Candidate {
    Candidate {
        backend,
        threads,
        precompute: precompute.to_owned(),
    }
}

/// Adds measurements of a candidate: `seconds` for a call of each operation.
fn measured(
    report: &mut BenchmarkReport,
    candidate: &Candidate,
    operations: &[Operation],
    blobs: usize,
    seconds: f64,
) {
    for operation in operations {
        report.measurements.push(Measurement {
            candidate: candidate.clone(),
            operation: operation.name().to_owned(),
            blobs,
            runs: 3,
            min_seconds: seconds,
            median_seconds: 1.5 * seconds,
        });
    }
}

#[test]
fn the_fastest_backend_on_the_fewest_threads_that_are_as_fast() {
    let mut found = report();
    for (backend, threads, seconds) in [
        (BackendId::Arkworks, 1, 2.0),
        (BackendId::Arkworks, 2, 1.1),
        (BackendId::Blst, 1, 1.0),
        (BackendId::Blst, 2, 0.51),
        (BackendId::Blst, 4, 0.50),
    ] {
        let candidate = candidate(backend, threads, "small");
        measured(
            &mut found,
            &candidate,
            &Advice::CHUNK_OPERATIONS,
            8,
            seconds,
        );
    }
    advise_machine(&mut found, compared_blobs(2));
    let backend = found.advice.backend.take().unwrap();
    assert_eq!(backend.value, BackendId::Blst);
    // The best figures of both backends: three operations of half a second on eight blobs.
    assert_eq!(backend.reasons.len(), 2);
    assert!(backend.reasons[0].starts_with("blst, 4 threads: 187.50 ms a blob of 8"));
    assert!(backend.reasons[1].starts_with("arkworks, 2 threads: 412.50 ms a blob of 8"));
    let threads = found.advice.threads.take().unwrap();
    assert_eq!(threads.value, 2);
    assert_eq!(threads.reasons.len(), 3);
}

#[test]
fn larger_tables_are_chosen_only_where_they_save_time() {
    let proving = [
        Operation::BlobToKzgCommitment,
        Operation::ComputeCellsAndKzgProofs,
    ];
    let mut found = report();
    for (precompute, bytes, seconds) in [
        ("none", 1_000_000, 0.100),
        ("small", 21_000_000, 0.060),
        ("large", 71_000_000, 0.0595),
        ("300MB", 230_000_000, 0.040),
    ] {
        found.tables.push(TableMemory {
            backend: BackendId::Blst,
            precompute: precompute.to_owned(),
            bytes,
            build_seconds: 0.1,
        });
        let candidate = candidate(BackendId::Blst, 1, precompute);
        measured(&mut found, &candidate, &proving, 1, seconds);
    }
    for (budget, expected) in [
        (u64::MAX, Some("300MB")),
        (100_000_000, Some("small")),
        (20_000_000, Some("none")),
        // No table fits into the budget.
        (10, Some("none")),
    ] {
        advise_tables(&mut found, BackendId::Blst, budget);
        let advised = found.advice.precompute.as_ref();
        assert_eq!(advised.map(|advised| &*advised.value), expected);
    }
    advise_tables(&mut found, BackendId::Blst, u64::MAX);
    let reasons = found.advice.precompute.unwrap().reasons;
    // 80 ms for 20 MB.
    assert!(reasons[2].ends_with("4.000 ms gained a MB"), "{reasons:?}");
}

#[test]
fn larger_chunks_are_chosen_only_where_they_save_time() {
    let mut found = report();
    let candidate = candidate(BackendId::Blst, 2, "small");
    for (blobs, seconds) in [(6, 0.6), (12, 0.9), (24, 1.79)] {
        measured(
            &mut found,
            &candidate,
            &Advice::CHUNK_OPERATIONS,
            blobs,
            seconds,
        );
    }
    advise_chunk(&mut found, &candidate, &[6, 12, 24, 48]);
    assert_eq!(found.advice.chunk_blobs.unwrap().value, 12);
}

#[test]
fn everything_is_measured_if_there_is_time_and_nothing_is_made_up_if_not() {
    let two = || {
        Benchmark::new(LONG, TrustedSetup::mainnet())
            .with_threads(3)
            .with_backends_of_fakes(&[BackendId::Blst, BackendId::Arkworks], |_| {
                Arc::new(Fake::new("fake"))
            })
    };
    let found = two().run(&|_| ()).unwrap();
    assert!(found.skipped.is_empty());
    assert_eq!(found.cpu_share, Some(1.0));
    for threads in [1, 2, 3] {
        for backend in [BackendId::Blst, BackendId::Arkworks] {
            let expected = candidate(backend, threads, "small");
            let of = |one: &&Measurement| one.candidate == expected && one.blobs == 1;
            assert!(found.measurements.iter().filter(of).count() >= 19);
        }
    }
    let advice = &found.advice;
    assert!(advice.backend.is_some() && advice.threads.is_some());
    assert!(advice.precompute.is_some() && advice.chunk_blobs.is_some());
    for one in &found.measurements {
        assert!(one.runs > 0 && one.min_seconds <= one.median_seconds);
    }

    let found = two().with_limit(Duration::ZERO).run(&|_| ()).unwrap();
    assert!(found.measurements.is_empty());
    let advice = &found.advice;
    assert!(advice.backend.is_none() && advice.threads.is_none());
    assert!(advice.precompute.is_none() && advice.chunk_blobs.is_none());
}

#[test]
fn the_share_of_the_processors_is_read_before_between_and_after_the_phases() {
    for busy in 0..4 {
        let readings = Cell::new(0);
        let found = Benchmark::new(Duration::ZERO, TrustedSetup::mainnet())
            .with_threads(1)
            .with_backends_of_fakes(&[BackendId::Blst], |_| Arc::new(Fake::new("fake")))
            .with_cpu_share(move || {
                let reading = readings.replace(readings.get() + 1);
                Some(if reading == busy { 0.5 } else { 1.0 })
            })
            .run(&|_| ())
            .unwrap();
        assert_eq!(found.cpu_share, Some(0.5), "reading {busy}");
    }
}

#[test]
fn a_backend_that_fails_is_not_advised() {
    let found = Benchmark::new(LONG, TrustedSetup::mainnet())
        .with_threads(1)
        .with_backends_of_fakes(&[BackendId::Arkworks, BackendId::Blst], |candidate| {
            let fake: Arc<dyn KzgSettings> = Arc::new(Fake::new("fake"));
            match candidate.backend {
                BackendId::Blst => {
                    Arc::new(
                        Scripted::new(fake).otherwise(|operation, _| match operation {
                            Operation::VerifyBlobKzgProofBatch => Action::fault(),
                            _ => Action::Pass,
                        }),
                    )
                }
                _ => fake,
            }
        })
        .run(&|_| ())
        .unwrap();
    assert_eq!(found.advice.backend.unwrap().value, BackendId::Arkworks);
}
