//! Overhead of the layers: a circuit breaker, a record of the monitor, an audit record, a manager
//! around a closure that computes nothing, and the selection between backends.

use std::sync::Arc;
use std::time::Duration;

use benches::Inputs;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kzg_advanced::adaptive::{AdaptiveBackend, BackendProfile};
use kzg_advanced::audit::{AuditCall, AuditLogger, AuditOptions};
use kzg_advanced::monitor::PerformanceMonitor;
use kzg_advanced::resilience::{BreakerOutcome, CircuitBreaker, EnterpriseKzgManager, Request};
use kzg_advanced::{
    Bytes32, KzgSettings, Operation, SettingsOptions, TrustedSetup, backends, load,
};

fn breaker(criterion: &mut Criterion) {
    let breaker = CircuitBreaker::new(5, Duration::from_secs(30));
    criterion.bench_function("breaker/call", |bencher| {
        bencher.iter(|| {
            let permit = breaker.try_acquire().expect("closed");
            permit.settle(BreakerOutcome::Success);
        });
    });
}

fn monitor(criterion: &mut Criterion) {
    let monitor = PerformanceMonitor::new();
    criterion.bench_function("monitor/record", |bencher| {
        bencher.iter(|| monitor.record("verify_blob_kzg_proof", Duration::from_millis(1), 1, None));
    });
}

fn audit(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    let log = AuditLogger::open(dir.path().join("audit.jsonl"), AuditOptions::default());
    let log = log.expect("a new log");
    let mut group = criterion.benchmark_group("audit");
    group.throughput(Throughput::Elements(1));
    group.bench_function("record", |bencher| {
        let mut call = AuditCall::new(0, Operation::VerifyBlobKzgProof, "blst");
        call.input = Some([7; 32]);
        bencher.iter(|| log.log_success(&call, [7; 32]).expect("written"));
    });
    group.finish();
}

fn manager(criterion: &mut Criterion) {
    let backend = backend();
    let manager = EnterpriseKzgManager::new(Arc::clone(&backend));
    let (request, expected) = (Request::default(), Bytes32::default());
    criterion.bench_function("manager/nothing", |bencher| {
        bencher.iter(|| {
            manager
                .execute(Operation::ComputeChallenge, &request, move |_| Ok(expected))
                .expect("nothing fails")
        });
    });
}

/// Compares adaptive selection between the backends with the default backend alone, over mixed
/// operations.
fn adaptive(criterion: &mut Criterion) {
    let backend = backend();
    let mut adaptive = AdaptiveBackend::new();
    let setup = TrustedSetup::mainnet();
    for status in backends() {
        if let Ok(settings) = load(status.id.into(), &setup, SettingsOptions::default()) {
            adaptive.register_backend(BackendProfile::named(status.id.name()), settings);
        }
    }
    let _ = adaptive.calibrate(Duration::from_secs(10));
    // Random: with zeros, a proof adds no points.
    let inputs = Inputs::random(1);
    let (blob, commitment) = (inputs.blob(), inputs.commitment());
    let mixed = |settings: &dyn KzgSettings| {
        let proof = settings
            .compute_blob_kzg_proof(blob, &commitment)
            .expect("well formed");
        let verdict = settings.verify_blob_kzg_proof(blob, &commitment, &proof);
        let cells = settings.compute_cells(blob).expect("well formed");
        (verdict, cells.len())
    };
    let mut group = criterion.benchmark_group("mixed");
    group.bench_function("fixed", |bencher| bencher.iter(|| mixed(&*backend)));
    group.bench_function("adaptive", |bencher| bencher.iter(|| mixed(&adaptive)));
    group.finish();
}

fn backend() -> Arc<dyn KzgSettings> {
    let setup = TrustedSetup::mainnet();
    load(Default::default(), &setup, SettingsOptions::default()).expect("a backend")
}

criterion_group!(benches, breaker, monitor, audit, manager, adaptive);
criterion_main!(benches);
