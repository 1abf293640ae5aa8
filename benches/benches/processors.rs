//! Overhead of the processors for each call, over settings that compute nothing, and their
//! throughput over the default backend.

use std::sync::Arc;

use benches::Inputs;
use benches::processors::Way;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kzg_advanced::{Arena, BackendChoice, MemoryPool, load};
use kzg_testing::fake::Fake;
use kzg_traits::{Blob, Cell, KzgSettings, SettingsOptions, TrustedSetup};

fn ways(
    criterion: &mut Criterion,
    name: &str,
    settings: &Arc<dyn KzgSettings>,
    blobs: &[Arc<Blob>],
) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(blobs.len() as u64));
    for threads in [1, 2] {
        for way in Way::ALL {
            if way == Way::Loop && threads > 1 {
                continue;
            }
            let run = way.prepare(settings, blobs, threads);
            group.bench_function(BenchmarkId::new(way.name(), threads), |bencher| {
                bencher.iter(&run);
            });
        }
    }
}

fn processors(criterion: &mut Criterion) {
    let null: Arc<dyn KzgSettings> = Arc::new(Fake::instant("null"));
    let blobs = vec![Arc::<Blob>::from(Blob::zeroed_on_heap()); 1000];
    ways(criterion, "processors/overhead", &null, &blobs);
    let settings = load(
        BackendChoice::Auto,
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
    );
    let settings = settings.expect("a backend");
    // Random: a commitment to zeros adds no points.
    let inputs = Inputs::random(16);
    let blobs = inputs.blobs(16).iter();
    let blobs: Vec<Arc<Blob>> = blobs.map(|blob| Arc::from(blob.clone())).collect();
    ways(criterion, "processors/commitments", &settings, &blobs);
}

/// Allocates memory for the cells of a blob: from the heap, an arena and a pool.
fn memory(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("memory/128_cells");
    group.bench_function("heap", |bencher| {
        bencher.iter(|| vec![Cell::default(); 128]);
    });
    let mut arena = Arena::with_capacity(1 << 20);
    group.bench_function("arena", |bencher| {
        bencher.iter(|| {
            arena.reset();
            arena.alloc::<Cell>(128)[127].0[0]
        });
    });
    let pool = MemoryPool::new(4, || vec![Cell::default(); 128]);
    group.bench_function("pool", |bencher| {
        bencher.iter(|| pool.get()[127].0[0]);
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = processors, memory
}
criterion_main!(benches);
