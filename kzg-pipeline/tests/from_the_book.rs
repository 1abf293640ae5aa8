//! `docs/from-the-book.md` maps the names of a textbook chapter to items of these crates. This test
//! names each linked item in Rust code, so that a missing item does not compile, and checks that
//! the document links no other items and that each linked file exists.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use kzg_advanced::adaptive::{Decision, Hardware};
use kzg_advanced::audit::{AuditEvent, AuditEventType, AuditLogger, AuditOptions, OnAuditFailure};
use kzg_advanced::batch::{BatchOptions, thread_pool};
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::concurrent::ConcurrentOptions;
use kzg_advanced::memory::ByteItem;
use kzg_advanced::monitor::{OperationMetrics, PerformanceMetrics, Watched};
use kzg_advanced::resilience::{
    BreakerOptions, BreakerState, ManagerBuilder, Permit, RecoveryPolicy, Request, ServiceLevel,
};
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{
    AdaptiveBackend, Arena, BackendProfile, BatchProcessor, Blob, CircuitBreaker, Collect,
    ConcurrentKzgProcessor, EnterpriseKzgManager, Error, FailFast, FailedCall, KzgAdvancedError,
    KzgCommitment, KzgProof, KzgResult, KzgSettings, KzgTask, MemoryPool, Operation,
    PerformanceMonitor, ProcessingStatistics, RecoveryStrategy, StreamProcessor, WorkloadType,
    ZeroCopyView, load,
};
use kzg_pipeline::{
    DataProcessingPipeline, JobBackends, PipelineOptions, ProcessingReport, Stage, StageReport,
    VerifierChoice,
};

const DOCUMENT: &str = include_str!("../../docs/from-the-book.md");

/// Types, and object-safe traits as `dyn Trait`.
macro_rules! types {
    ($($name:literal $type:ty,)*) => {{
        $(let _ = size_of::<&$type>();)*
        [$($name),*]
    }};
}

/// Functions and methods whose type parameters need not be inferred.
macro_rules! functions {
    ($($type:ident { $($method:ident),* $(,)? })*) => {{
        $($(let _ = <$type>::$method;)*)*
        [$($(concat!(stringify!($type), "::", stringify!($method)),)*)*]
    }};
}

/// Functions and methods with type parameters: named with their parameters, or by a call in a
/// closure that is never called.
macro_rules! calls {
    ($($name:literal $function:expr,)*) => {{
        $(let _ = $function;)*
        [$($name),*]
    }};
}

/// Public fields of structs.
macro_rules! fields {
    ($($type:ident { $($field:ident),* $(,)? })*) => {{
        $($(let _ = |value: &$type| { let _ = &value.$field; };)*)*
        [$($(concat!(stringify!($type), "::", stringify!($field)),)*)*]
    }};
}

/// Variants of enums.
macro_rules! variants {
    ($($type:ident { $($variant:ident),* $(,)? })*) => {{
        $($(let _ = |value: &$type| matches!(value, $type::$variant { .. });)*)*
        [$($(concat!(stringify!($type), "::", stringify!($variant)),)*)*]
    }};
}

/// Fields of variants.
macro_rules! variant_fields {
    ($($type:ident :: $variant:ident { $($field:ident),* $(,)? })*) => {{
        $(let _ = |value: &$type| matches!(value, $type::$variant { $($field: _,)* .. });)*
        [$($(concat!(
            stringify!($type), "::", stringify!($variant), "::", stringify!($field)
        ),)*)*]
    }};
}

/// The names of all items that this file names.
fn names() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    names.extend(types());
    names.extend(traits_of_the_algebra());
    names.extend(functions());
    names.extend(calls());
    names.extend(fields());
    names.extend(variants());
    names
}

fn types() -> impl IntoIterator<Item = &'static str> {
    types! {
        "AdaptiveBackend" AdaptiveBackend,
        "Arena" Arena,
        "AuditEvent" AuditEvent,
        "AuditEventType" AuditEventType,
        "AuditLogger" AuditLogger,
        "BackendProfile" BackendProfile,
        "BatchProcessor" BatchProcessor,
        "Blob" Blob,
        "BreakerState" BreakerState,
        "CircuitBreaker" CircuitBreaker,
        "Collect" Collect,
        "ConcurrentKzgProcessor" ConcurrentKzgProcessor,
        "DataProcessingPipeline" DataProcessingPipeline,
        "Decision" Decision,
        "EnterpriseKzgManager" EnterpriseKzgManager,
        "Error" Error,
        "FailFast" FailFast,
        "FailedCall" FailedCall,
        "KzgAdvancedError" KzgAdvancedError,
        "KzgCommitment" KzgCommitment,
        "KzgProof" KzgProof,
        "KzgResult" KzgResult,
        "KzgSettings" dyn KzgSettings,
        "KzgTask" KzgTask,
        "MemoryPool" MemoryPool<Box<Blob>>,
        "OnAuditFailure" OnAuditFailure,
        "OperationMetrics" OperationMetrics,
        "PerformanceMetrics" PerformanceMetrics,
        "PerformanceMonitor" PerformanceMonitor,
        "Permit" Permit<'_>,
        "ProcessingReport" ProcessingReport,
        "ProcessingStatistics" ProcessingStatistics,
        "RecoveryStrategy" RecoveryStrategy,
        "ServiceLevel" ServiceLevel,
        "SimpleCoder" SimpleCoder,
        "StreamProcessor" StreamProcessor,
        "VerifierChoice" VerifierChoice,
        "Watched" Watched,
        "WorkloadType" WorkloadType,
        "ZeroCopyView" ZeroCopyView<Blob, Vec<u8>>,
    }
}

/// Traits that are not object-safe.
fn traits_of_the_algebra() -> impl IntoIterator<Item = &'static str> {
    #[expect(dead_code, reason = "it only has to compile")]
    fn named<F: kzg_traits::Fr, G: kzg_traits::G1, I: ByteItem>(bytes: &[u8; 32]) {
        let _ = (F::ZERO, F::from_bytes(bytes), size_of::<(G, I)>());
    }
    [
        "ByteItem",
        "kzg_traits::Fr",
        "kzg_traits::Fr::ZERO",
        "kzg_traits::Fr::from_bytes",
        "kzg_traits::G1",
    ]
}

fn functions() -> impl IntoIterator<Item = &'static str> {
    functions! {
        AdaptiveBackend {
            new, register_backend, select_optimal_backend, record_performance,
            get_performance_stats, profiles,
        }
        Arena { new, with_capacity, reset, used_memory, total_memory }
        AuditLogger { log_success, log_failure, log_retry, log_fallback, head }
        BatchOptions { with_threads }
        BatchProcessor { new, with_chunk_size, batch_commitments_into }
        CircuitBreaker {
            new, with_options, can_execute, try_acquire, record_success, record_failure, state,
        }
        ConcurrentKzgProcessor {
            new, with_options, submit_task, submit, get_result, results, get_statistics,
            active_workers,
        }
        DataProcessingPipeline { new, run, process_dataset, verify }
        EnterpriseKzgManager { new, builder, backends, breaker }
        JobBackends { choose }
        KzgAdvancedError { call, kind }
        KzgResult { is_error, error }
        ManagerBuilder { with_fallback, with_audit }
        PerformanceMonitor { new, enable_detailed_logging, record, get_report, reset }
        ProcessingReport { to_html, to_json }
        RecoveryPolicy { with_strategy }
        StreamProcessor { new, max_blobs_in_memory }
    }
}

fn calls() -> impl IntoIterator<Item = &'static str> {
    calls! {
        "load" load,
        "thread_pool" thread_pool,
        "Arena::alloc" Arena::alloc::<Blob>,
        "Arena::alloc_copy" Arena::alloc_copy::<u64>,
        "AuditLogger::open" || AuditLogger::open("audit.jsonl", AuditOptions::default()),
        "BackendProfile::on_gpu" |hardware: &Hardware| BackendProfile::on_gpu("gpu", hardware),
        "BatchProcessor::batch_commitments" |batch: &BatchProcessor, blobs: &[Blob]| {
            batch.batch_commitments(blobs).is_ok()
        },
        "BatchProcessor::batch_proofs" |batch: &BatchProcessor, blobs: &[Blob]| {
            batch.batch_proofs(blobs, &[]).is_ok()
        },
        "BlobCodec::encode" <SimpleCoder as BlobCodec>::encode,
        "DataProcessingPipeline::process_dataset_into" |pipeline: &DataProcessingPipeline| {
            pipeline.process_dataset_into(&[], |_| ()).is_ok()
        },
        "EnterpriseKzgManager::execute" |manager: &EnterpriseKzgManager, request: &Request| {
            let operation = Operation::BlobToKzgCommitment;
            manager.execute(operation, request, |_| Ok(true)).is_ok()
        },
        "EnterpriseKzgManager::execute_with_recovery" |manager: &EnterpriseKzgManager| {
            let operation = Operation::BlobToKzgCommitment;
            drop(manager.execute_with_recovery(operation, |_| Ok(true)));
        },
        "KzgSettings::blob_to_kzg_commitment" <dyn KzgSettings>::blob_to_kzg_commitment,
        "KzgSettings::compute_blob_kzg_proof" <dyn KzgSettings>::compute_blob_kzg_proof,
        "KzgSettings::items_per_call" <dyn KzgSettings>::items_per_call,
        "MemoryPool::new" || MemoryPool::new(1, Blob::zeroed_on_heap),
        "MemoryPool::get" MemoryPool::<Box<Blob>>::get,
        "MemoryPool::put" MemoryPool::<Box<Blob>>::put,
        "MemoryPool::size" MemoryPool::<Box<Blob>>::size,
        "MemoryPool::capacity" MemoryPool::<Box<Blob>>::capacity,
        "PerformanceMonitor::measure" |monitor: &PerformanceMonitor| {
            monitor.measure("operation", || Ok(true)).is_ok()
        },
        "StreamProcessor::process_file" |stream: &StreamProcessor, path: &Path| {
            stream.process_file(path, |chunk| Ok::<_, Error>(chunk.len())).is_ok()
        },
        "StreamProcessor::stream_commitments" |stream: &StreamProcessor, blob: Arc<Blob>| {
            stream.stream_commitments([blob]).count()
        },
        "ZeroCopyView::new" ZeroCopyView::<Blob, Vec<u8>>::new,
        "ZeroCopyView::as_slice" ZeroCopyView::<Blob, Vec<u8>>::as_slice,
        "ZeroCopyView::subview" ZeroCopyView::<Blob, Vec<u8>>::subview,
        "ZeroCopyView::shared_subview" ZeroCopyView::<Blob, _>::shared_subview,
        "ZeroCopyView::into_inner" ZeroCopyView::<Blob, Vec<u8>>::into_inner,
    }
}

fn fields() -> impl IntoIterator<Item = &'static str> {
    fields! {
        AuditEvent { time, operation, event_type, error, micros, to, attempts }
        BackendProfile {
            name, commitment_time, proof_time, verification_time, memory_usage, cpu_cores,
            gpu_available,
        }
        BatchOptions { chunk_size }
        BreakerOptions { threshold, timeout }
        ConcurrentOptions { workers, queue_capacity, max_uncollected }
        FailedCall { backend }
        Hardware { gpus }
        OperationMetrics { count, mean_seconds, min_seconds, max_seconds, errors }
        PerformanceMetrics { elapsed_seconds, peak_resident_bytes, resident_bytes }
        PipelineOptions { chunk_blobs }
        ProcessingReport { seconds, stages, blobs, succeeded, failed, failures }
        ProcessingStatistics {
            total_tasks, completed_tasks, failed_tasks, average_processing_time,
            peak_concurrent_tasks,
        }
        StageReport { seconds }
        StreamOptions { buffer_size }
    }
}

fn variants() -> impl IntoIterator<Item = &'static str> {
    let variants = variants! {
        AuditEventType { Success, Failure, Retry, Fallback }
        BreakerState { Closed, Open, HalfOpen }
        KzgAdvancedError {
            Configuration, DataValidation, Performance, ResourceExhausted, Backend, Io, Integrity,
            Cancelled,
        }
        KzgResult { Commitment, Proof, Verification, BatchCommitment }
        KzgTask { Commitment, Proof, Verification, BatchCommitment }
        RecoveryStrategy { Retry, Fallback, Degrade, FailFast }
        Stage { Convert, Commit, Prove, Verify }
        WorkloadType { SmallBatch, LargeBatch, Streaming, RealTime, Interactive }
    };
    let fields = variant_fields! {
        KzgAdvancedError::Configuration { reason }
        KzgAdvancedError::DataValidation { item, source }
        KzgAdvancedError::Performance { call }
        KzgAdvancedError::ResourceExhausted { item, source }
        KzgAdvancedError::Backend { source }
        KzgResult::Commitment { id, result }
        KzgResult::Proof { id, result }
        KzgResult::Verification { id, result }
        KzgResult::BatchCommitment { id, result }
        KzgTask::Commitment { id, blob }
        KzgTask::Proof { id, blob, commitment }
        KzgTask::Verification { id, commitment, proof, point, value }
        KzgTask::BatchCommitment { id, blobs }
        RecoveryStrategy::Retry { max_attempts, delay }
        RecoveryStrategy::Fallback { alternative }
        RecoveryStrategy::Degrade { level }
        WorkloadType::SmallBatch { count }
        WorkloadType::LargeBatch { count }
    };
    variants.into_iter().chain(fields)
}

/// The names in links such as ``[`Arena::new`]``, and the definitions of the links.
fn links() -> (BTreeSet<&'static str>, Vec<(&'static str, &'static str)>) {
    let (mut used, mut defined) = (BTreeSet::new(), Vec::new());
    for line in DOCUMENT.lines() {
        let definition = line.strip_prefix("[`");
        match definition.and_then(|rest| rest.split_once("`]: ")) {
            Some(definition) => defined.push(definition),
            None => {
                let parts = line.split("[`").skip(1);
                used.extend(parts.filter_map(|part| Some(part.split_once("`]")?.0)));
            }
        }
    }
    (used, defined)
}

#[test]
fn every_linked_item_exists_and_every_named_item_is_linked() {
    let (names, (used, _)) = (names(), links());
    let unknown: Vec<_> = used.difference(&names).collect();
    assert!(unknown.is_empty(), "not named by this test: {unknown:?}");
    let unlinked: Vec<_> = names.difference(&used).collect();
    assert!(
        unlinked.is_empty(),
        "not linked by the document: {unlinked:?}"
    );
}

#[test]
fn every_link_is_defined_once_and_its_file_mentions_the_item() {
    let (used, defined) = links();
    let names: BTreeSet<_> = defined.iter().map(|&(name, _)| name).collect();
    assert_eq!(names.len(), defined.len(), "a link is defined twice");
    assert_eq!(names, used);
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, target) in defined {
        let path = docs.join(target);
        let source = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{name}: {}: {error}", path.display()));
        let item = name.rsplit("::").next().unwrap_or(name);
        assert!(source.contains(item), "{target} does not mention {name}");
    }
}
