//! Every operation with each of our backends and tables of the default size.
//!
//! `cargo bench -p benches -- eip7594/compute_cells/blst` measures one operation.

use std::time::Duration;

use benches::libraries::candidates;
use benches::{Group, Inputs, Operation};
use criterion::{Criterion, criterion_group, criterion_main};
use kzg_traits::{Precompute, SettingsOptions};

fn operations(criterion: &mut Criterion) {
    let inputs = Inputs::new();
    let mut ours = candidates(
        &SettingsOptions::default(),
        &[Precompute::default()],
        &[1],
        false,
    );
    ours.retain(|candidate| candidate.backend.is_some());
    for group in Group::ALL {
        let mut benchmarks = criterion.benchmark_group(group.name());
        for operation in Operation::of(group) {
            for candidate in &ours {
                let library = candidate.load();
                let name = format!("{operation}/{}", candidate.backend.unwrap_or_default());
                benchmarks.bench_function(name, |bencher| {
                    // Criterion calls this closure only for the selected operations.
                    let run = library.prepare(operation, &inputs);
                    let run = run.expect("our backends have every operation");
                    bencher.iter_with_large_drop(run);
                });
            }
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = operations
}
criterion_main!(benches);
