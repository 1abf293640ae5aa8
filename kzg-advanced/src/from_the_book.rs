//! Where each type, field, variant and function of the book's chapter is in this crate.
//!
//! The document is read with the links below in the place of its own, so that building the
//! documentation fails where a name does not exist.
//!
//! [`AdaptiveBackend`]: crate::AdaptiveBackend
//! [`AdaptiveBackend::get_performance_stats`]: crate::AdaptiveBackend::get_performance_stats
//! [`AdaptiveBackend::new`]: crate::AdaptiveBackend::new
//! [`AdaptiveBackend::profiles`]: crate::AdaptiveBackend::profiles
//! [`AdaptiveBackend::record_performance`]: crate::AdaptiveBackend::record_performance
//! [`AdaptiveBackend::register_backend`]: crate::AdaptiveBackend::register_backend
//! [`AdaptiveBackend::select_optimal_backend`]: crate::AdaptiveBackend::select_optimal_backend
//! [`Arena`]: crate::Arena
//! [`Arena::alloc`]: crate::Arena::alloc
//! [`Arena::alloc_copy`]: crate::Arena::alloc_copy
//! [`Arena::new`]: crate::Arena::new
//! [`Arena::reset`]: crate::Arena::reset
//! [`Arena::total_memory`]: crate::Arena::total_memory
//! [`Arena::used_memory`]: crate::Arena::used_memory
//! [`Arena::with_capacity`]: crate::Arena::with_capacity
//! [`AuditEvent`]: crate::AuditEvent
//! [`AuditEvent::attempts`]: crate::AuditEvent::attempts
//! [`AuditEvent::error`]: crate::AuditEvent::error
//! [`AuditEvent::event_type`]: crate::AuditEvent::event_type
//! [`AuditEvent::micros`]: crate::AuditEvent::micros
//! [`AuditEvent::operation`]: crate::AuditEvent::operation
//! [`AuditEvent::time`]: crate::AuditEvent::time
//! [`AuditEvent::to`]: crate::AuditEvent::to
//! [`AuditEventType`]: crate::AuditEventType
//! [`AuditEventType::Failure`]: crate::AuditEventType::Failure
//! [`AuditEventType::Fallback`]: crate::AuditEventType::Fallback
//! [`AuditEventType::Retry`]: crate::AuditEventType::Retry
//! [`AuditEventType::Success`]: crate::AuditEventType::Success
//! [`AuditLogger`]: crate::AuditLogger
//! [`AuditLogger::head`]: crate::AuditLogger::head
//! [`AuditLogger::log_failure`]: crate::AuditLogger::log_failure
//! [`AuditLogger::log_fallback`]: crate::AuditLogger::log_fallback
//! [`AuditLogger::log_retry`]: crate::AuditLogger::log_retry
//! [`AuditLogger::log_success`]: crate::AuditLogger::log_success
//! [`AuditLogger::open`]: crate::AuditLogger::open
//! [`BackendProfile`]: crate::BackendProfile
//! [`BackendProfile::commitment_time`]: crate::BackendProfile::commitment_time
//! [`BackendProfile::cpu_cores`]: crate::BackendProfile::cpu_cores
//! [`BackendProfile::gpu_available`]: crate::BackendProfile::gpu_available
//! [`BackendProfile::memory_usage`]: crate::BackendProfile::memory_usage
//! [`BackendProfile::name`]: crate::BackendProfile::name
//! [`BackendProfile::proof_time`]: crate::BackendProfile::proof_time
//! [`BackendProfile::verification_time`]: crate::BackendProfile::verification_time
//! [`BatchOptions::chunk_size`]: crate::batch::BatchOptions::chunk_size
//! [`BatchProcessor`]: crate::BatchProcessor
//! [`BatchProcessor::batch_commitments`]: crate::BatchProcessor::batch_commitments
//! [`BatchProcessor::batch_commitments_into`]: crate::BatchProcessor::batch_commitments_into
//! [`BatchProcessor::batch_proofs`]: crate::BatchProcessor::batch_proofs
//! [`BatchProcessor::new`]: crate::BatchProcessor::new
//! [`BatchProcessor::with_chunk_size`]: crate::BatchProcessor::with_chunk_size
//! [`BatchProcessor::with_pool`]: crate::BatchProcessor::with_pool
//! [`BatchProcessor::with_workers`]: crate::BatchProcessor::with_workers
//! [`Blob`]: crate::Blob
//! [`BlobCodec::encode`]: crate::codec::BlobCodec::encode
//! [`BreakerOptions::threshold`]: crate::resilience::BreakerOptions::threshold
//! [`BreakerOptions::timeout`]: crate::resilience::BreakerOptions::timeout
//! [`BreakerState`]: crate::resilience::BreakerState
//! [`BreakerState::Closed`]: crate::resilience::BreakerState::Closed
//! [`BreakerState::HalfOpen`]: crate::resilience::BreakerState::HalfOpen
//! [`BreakerState::Open`]: crate::resilience::BreakerState::Open
//! [`ByteItem`]: crate::memory::ByteItem
//! [`CircuitBreaker`]: crate::CircuitBreaker
//! [`CircuitBreaker::can_execute`]: crate::CircuitBreaker::can_execute
//! [`CircuitBreaker::new`]: crate::CircuitBreaker::new
//! [`CircuitBreaker::record_failure`]: crate::CircuitBreaker::record_failure
//! [`CircuitBreaker::record_success`]: crate::CircuitBreaker::record_success
//! [`CircuitBreaker::state`]: crate::CircuitBreaker::state
//! [`CircuitBreaker::try_acquire`]: crate::CircuitBreaker::try_acquire
//! [`CircuitBreaker::with_options`]: crate::CircuitBreaker::with_options
//! [`Collect`]: crate::Collect
//! [`ConcurrentKzgProcessor`]: crate::ConcurrentKzgProcessor
//! [`ConcurrentKzgProcessor::active_workers`]: crate::ConcurrentKzgProcessor::active_workers
//! [`ConcurrentKzgProcessor::get_result`]: crate::ConcurrentKzgProcessor::get_result
//! [`ConcurrentKzgProcessor::get_statistics`]: crate::ConcurrentKzgProcessor::get_statistics
//! [`ConcurrentKzgProcessor::new`]: crate::ConcurrentKzgProcessor::new
//! [`ConcurrentKzgProcessor::results`]: crate::ConcurrentKzgProcessor::results
//! [`ConcurrentKzgProcessor::submit`]: crate::ConcurrentKzgProcessor::submit
//! [`ConcurrentKzgProcessor::submit_task`]: crate::ConcurrentKzgProcessor::submit_task
//! [`ConcurrentKzgProcessor::with_options`]: crate::ConcurrentKzgProcessor::with_options
//! [`ConcurrentOptions::max_uncollected`]: crate::concurrent::ConcurrentOptions::max_uncollected
//! [`ConcurrentOptions::queue_capacity`]: crate::concurrent::ConcurrentOptions::queue_capacity
//! [`ConcurrentOptions::workers`]: crate::concurrent::ConcurrentOptions::workers
//! [`DataProcessingPipeline`]: crate::DataProcessingPipeline
//! [`DataProcessingPipeline::new`]: crate::DataProcessingPipeline::new
//! [`DataProcessingPipeline::process_dataset`]: crate::DataProcessingPipeline::process_dataset
//! [`DataProcessingPipeline::process_dataset_into`]: crate::DataProcessingPipeline::process_dataset_into
//! [`DataProcessingPipeline::run`]: crate::DataProcessingPipeline::run
//! [`DataProcessingPipeline::verify`]: crate::DataProcessingPipeline::verify
//! [`Decision`]: crate::adaptive::Decision
//! [`EnterpriseKzgManager`]: crate::EnterpriseKzgManager
//! [`EnterpriseKzgManager::backends`]: crate::EnterpriseKzgManager::backends
//! [`EnterpriseKzgManager::breaker`]: crate::EnterpriseKzgManager::breaker
//! [`EnterpriseKzgManager::builder`]: crate::EnterpriseKzgManager::builder
//! [`EnterpriseKzgManager::execute`]: crate::EnterpriseKzgManager::execute
//! [`EnterpriseKzgManager::execute_with_recovery`]: crate::EnterpriseKzgManager::execute_with_recovery
//! [`EnterpriseKzgManager::new`]: crate::EnterpriseKzgManager::new
//! [`Error`]: crate::Error
//! [`FailFast`]: crate::FailFast
//! [`FailedCall`]: crate::FailedCall
//! [`FailedCall::backend`]: crate::FailedCall::backend
//! [`JobBackends::choose`]: crate::pipeline::JobBackends::choose
//! [`KzgAdvancedError`]: crate::KzgAdvancedError
//! [`KzgAdvancedError::Backend`]: crate::KzgAdvancedError::Backend
//! [`KzgAdvancedError::Backend::source`]: crate::KzgAdvancedError::Backend::source
//! [`KzgAdvancedError::Cancelled`]: crate::KzgAdvancedError::Cancelled
//! [`KzgAdvancedError::Configuration`]: crate::KzgAdvancedError::Configuration
//! [`KzgAdvancedError::Configuration::reason`]: crate::KzgAdvancedError::Configuration::reason
//! [`KzgAdvancedError::DataValidation`]: crate::KzgAdvancedError::DataValidation
//! [`KzgAdvancedError::DataValidation::item`]: crate::KzgAdvancedError::DataValidation::item
//! [`KzgAdvancedError::DataValidation::source`]: crate::KzgAdvancedError::DataValidation::source
//! [`KzgAdvancedError::Integrity`]: crate::KzgAdvancedError::Integrity
//! [`KzgAdvancedError::Io`]: crate::KzgAdvancedError::Io
//! [`KzgAdvancedError::Performance`]: crate::KzgAdvancedError::Performance
//! [`KzgAdvancedError::Performance::call`]: crate::KzgAdvancedError::Performance::call
//! [`KzgAdvancedError::ResourceExhausted`]: crate::KzgAdvancedError::ResourceExhausted
//! [`KzgAdvancedError::ResourceExhausted::item`]: crate::KzgAdvancedError::ResourceExhausted::item
//! [`KzgAdvancedError::ResourceExhausted::source`]: crate::KzgAdvancedError::ResourceExhausted::source
//! [`KzgAdvancedError::kind`]: crate::KzgAdvancedError::kind
//! [`KzgCommitment`]: crate::KzgCommitment
//! [`KzgProof`]: crate::KzgProof
//! [`KzgResult`]: crate::KzgResult
//! [`KzgResult::BatchCommitment`]: crate::KzgResult::BatchCommitment
//! [`KzgResult::BatchCommitment::id`]: crate::KzgResult::BatchCommitment::id
//! [`KzgResult::BatchCommitment::result`]: crate::KzgResult::BatchCommitment::result
//! [`KzgResult::Commitment`]: crate::KzgResult::Commitment
//! [`KzgResult::Commitment::id`]: crate::KzgResult::Commitment::id
//! [`KzgResult::Commitment::result`]: crate::KzgResult::Commitment::result
//! [`KzgResult::Proof`]: crate::KzgResult::Proof
//! [`KzgResult::Proof::id`]: crate::KzgResult::Proof::id
//! [`KzgResult::Proof::result`]: crate::KzgResult::Proof::result
//! [`KzgResult::Verification`]: crate::KzgResult::Verification
//! [`KzgResult::Verification::id`]: crate::KzgResult::Verification::id
//! [`KzgResult::Verification::result`]: crate::KzgResult::Verification::result
//! [`KzgResult::error`]: crate::KzgResult::error
//! [`KzgResult::is_error`]: crate::KzgResult::is_error
//! [`KzgSettings`]: crate::KzgSettings
//! [`KzgSettings::blob_to_kzg_commitment`]: crate::KzgSettings::blob_to_kzg_commitment
//! [`KzgSettings::compute_blob_kzg_proof`]: crate::KzgSettings::compute_blob_kzg_proof
//! [`KzgSettings::items_per_call`]: crate::KzgSettings::items_per_call
//! [`KzgTask`]: crate::KzgTask
//! [`KzgTask::BatchCommitment`]: crate::KzgTask::BatchCommitment
//! [`KzgTask::BatchCommitment::blobs`]: crate::KzgTask::BatchCommitment::blobs
//! [`KzgTask::BatchCommitment::id`]: crate::KzgTask::BatchCommitment::id
//! [`KzgTask::Commitment`]: crate::KzgTask::Commitment
//! [`KzgTask::Commitment::blob`]: crate::KzgTask::Commitment::blob
//! [`KzgTask::Commitment::id`]: crate::KzgTask::Commitment::id
//! [`KzgTask::Proof`]: crate::KzgTask::Proof
//! [`KzgTask::Proof::blob`]: crate::KzgTask::Proof::blob
//! [`KzgTask::Proof::commitment`]: crate::KzgTask::Proof::commitment
//! [`KzgTask::Proof::id`]: crate::KzgTask::Proof::id
//! [`KzgTask::Verification`]: crate::KzgTask::Verification
//! [`KzgTask::Verification::commitment`]: crate::KzgTask::Verification::commitment
//! [`KzgTask::Verification::id`]: crate::KzgTask::Verification::id
//! [`KzgTask::Verification::point`]: crate::KzgTask::Verification::point
//! [`KzgTask::Verification::proof`]: crate::KzgTask::Verification::proof
//! [`KzgTask::Verification::value`]: crate::KzgTask::Verification::value
//! [`ManagerBuilder::with_audit`]: crate::resilience::ManagerBuilder::with_audit
//! [`ManagerBuilder::with_fallback`]: crate::resilience::ManagerBuilder::with_fallback
//! [`MemoryPool`]: crate::MemoryPool
//! [`MemoryPool::capacity`]: crate::MemoryPool::capacity
//! [`MemoryPool::get`]: crate::MemoryPool::get
//! [`MemoryPool::new`]: crate::MemoryPool::new
//! [`MemoryPool::put`]: crate::MemoryPool::put
//! [`MemoryPool::size`]: crate::MemoryPool::size
//! [`OnAuditFailure`]: crate::audit::OnAuditFailure
//! [`OperationMetrics`]: crate::monitor::OperationMetrics
//! [`OperationMetrics::count`]: crate::monitor::OperationMetrics::count
//! [`OperationMetrics::errors`]: crate::monitor::OperationMetrics::errors
//! [`OperationMetrics::max_seconds`]: crate::monitor::OperationMetrics::max_seconds
//! [`OperationMetrics::mean_seconds`]: crate::monitor::OperationMetrics::mean_seconds
//! [`OperationMetrics::min_seconds`]: crate::monitor::OperationMetrics::min_seconds
//! [`PerformanceMetrics`]: crate::PerformanceMetrics
//! [`PerformanceMetrics::elapsed_seconds`]: crate::PerformanceMetrics::elapsed_seconds
//! [`PerformanceMetrics::peak_resident_bytes`]: crate::PerformanceMetrics::peak_resident_bytes
//! [`PerformanceMetrics::resident_bytes`]: crate::PerformanceMetrics::resident_bytes
//! [`PerformanceMonitor`]: crate::PerformanceMonitor
//! [`PerformanceMonitor::enable_detailed_logging`]: crate::PerformanceMonitor::enable_detailed_logging
//! [`PerformanceMonitor::get_report`]: crate::PerformanceMonitor::get_report
//! [`PerformanceMonitor::measure`]: crate::PerformanceMonitor::measure
//! [`PerformanceMonitor::new`]: crate::PerformanceMonitor::new
//! [`PerformanceMonitor::record`]: crate::PerformanceMonitor::record
//! [`PerformanceMonitor::reset`]: crate::PerformanceMonitor::reset
//! [`Permit`]: crate::resilience::Permit
//! [`PipelineOptions::chunk_blobs`]: crate::pipeline::PipelineOptions::chunk_blobs
//! [`ProcessingReport`]: crate::ProcessingReport
//! [`ProcessingReport::blobs`]: crate::ProcessingReport::blobs
//! [`ProcessingReport::failed`]: crate::ProcessingReport::failed
//! [`ProcessingReport::failures`]: crate::ProcessingReport::failures
//! [`ProcessingReport::seconds`]: crate::ProcessingReport::seconds
//! [`ProcessingReport::stages`]: crate::ProcessingReport::stages
//! [`ProcessingReport::succeeded`]: crate::ProcessingReport::succeeded
//! [`ProcessingReport::to_html`]: crate::ProcessingReport::to_html
//! [`ProcessingReport::to_json`]: crate::ProcessingReport::to_json
//! [`ProcessingStatistics`]: crate::ProcessingStatistics
//! [`ProcessingStatistics::average_processing_time`]: crate::ProcessingStatistics::average_processing_time
//! [`ProcessingStatistics::completed_tasks`]: crate::ProcessingStatistics::completed_tasks
//! [`ProcessingStatistics::failed_tasks`]: crate::ProcessingStatistics::failed_tasks
//! [`ProcessingStatistics::peak_concurrent_tasks`]: crate::ProcessingStatistics::peak_concurrent_tasks
//! [`ProcessingStatistics::total_tasks`]: crate::ProcessingStatistics::total_tasks
//! [`RecoveryPolicy::with_strategy`]: crate::resilience::RecoveryPolicy::with_strategy
//! [`RecoveryStrategy`]: crate::RecoveryStrategy
//! [`RecoveryStrategy::Degrade`]: crate::RecoveryStrategy::Degrade
//! [`RecoveryStrategy::Degrade::level`]: crate::RecoveryStrategy::Degrade::level
//! [`RecoveryStrategy::FailFast`]: crate::RecoveryStrategy::FailFast
//! [`RecoveryStrategy::Fallback`]: crate::RecoveryStrategy::Fallback
//! [`RecoveryStrategy::Fallback::alternative`]: crate::RecoveryStrategy::Fallback::alternative
//! [`RecoveryStrategy::Retry`]: crate::RecoveryStrategy::Retry
//! [`RecoveryStrategy::Retry::delay`]: crate::RecoveryStrategy::Retry::delay
//! [`RecoveryStrategy::Retry::max_attempts`]: crate::RecoveryStrategy::Retry::max_attempts
//! [`ServiceLevel`]: crate::resilience::ServiceLevel
//! [`SimpleCoder`]: crate::codec::SimpleCoder
//! [`Stage::Commit`]: crate::pipeline::Stage::Commit
//! [`Stage::Convert`]: crate::pipeline::Stage::Convert
//! [`Stage::Prove`]: crate::pipeline::Stage::Prove
//! [`Stage::Verify`]: crate::pipeline::Stage::Verify
//! [`StageReport::seconds`]: crate::pipeline::StageReport::seconds
//! [`StreamOptions::buffer_size`]: crate::stream::StreamOptions::buffer_size
//! [`StreamProcessor`]: crate::StreamProcessor
//! [`StreamProcessor::max_blobs_in_memory`]: crate::StreamProcessor::max_blobs_in_memory
//! [`StreamProcessor::new`]: crate::StreamProcessor::new
//! [`StreamProcessor::process_file`]: crate::StreamProcessor::process_file
//! [`StreamProcessor::stream_commitments`]: crate::StreamProcessor::stream_commitments
//! [`VerifierChoice`]: crate::pipeline::VerifierChoice
//! [`Watched`]: crate::monitor::Watched
//! [`WorkloadType`]: crate::WorkloadType
//! [`WorkloadType::Interactive`]: crate::WorkloadType::Interactive
//! [`WorkloadType::LargeBatch`]: crate::WorkloadType::LargeBatch
//! [`WorkloadType::LargeBatch::count`]: crate::WorkloadType::LargeBatch::count
//! [`WorkloadType::RealTime`]: crate::WorkloadType::RealTime
//! [`WorkloadType::SmallBatch`]: crate::WorkloadType::SmallBatch
//! [`WorkloadType::SmallBatch::count`]: crate::WorkloadType::SmallBatch::count
//! [`WorkloadType::Streaming`]: crate::WorkloadType::Streaming
//! [`ZeroCopyView`]: crate::ZeroCopyView
//! [`ZeroCopyView::as_slice`]: crate::ZeroCopyView::as_slice
//! [`ZeroCopyView::into_inner`]: crate::ZeroCopyView::into_inner
//! [`ZeroCopyView::new`]: crate::ZeroCopyView::new
//! [`ZeroCopyView::shared_subview`]: crate::ZeroCopyView::shared_subview
//! [`ZeroCopyView::subview`]: crate::ZeroCopyView::subview
//! [`kzg_traits::Fr`]: kzg_traits::Fr
//! [`kzg_traits::Fr::ZERO`]: kzg_traits::Fr::ZERO
//! [`kzg_traits::Fr::from_bytes`]: kzg_traits::Fr::from_bytes
//! [`kzg_traits::G1`]: kzg_traits::G1
//! [`load`]: crate::load
#![doc = include_str!("../../docs/from-the-book.md")]

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    const DOCUMENT: &str = include_str!("../../docs/from-the-book.md");
    const MODULE: &str = include_str!("from_the_book.rs");

    /// The names that lines of this form define: `` [`name`]: target ``.
    fn defined<'t>(text: &'t str, prefix: &str) -> Vec<(&'t str, &'t str)> {
        text.lines()
            .filter_map(|line| line.strip_prefix(prefix)?.strip_prefix("[`"))
            .filter_map(|line| line.split_once("`]: "))
            .collect()
    }

    #[test]
    fn every_name_of_the_document_is_looked_up_and_leads_to_its_source() {
        let (table, _) = DOCUMENT.split_once("\n[`").expect("definitions at the end");
        let used: BTreeSet<&str> = table
            .split("[`")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once("`]")?.0))
            .collect();
        let looked_up = defined(MODULE, "//! ");
        let names = |defined: &[(&'static str, _)]| -> BTreeSet<&str> {
            defined.iter().map(|(name, _)| *name).collect()
        };
        assert_eq!(used, names(&looked_up));
        for (name, path) in looked_up {
            let end = name.strip_prefix("kzg_traits::").unwrap_or(name);
            assert!(path.ends_with(end), "{name} is looked up as {path}");
        }

        let sources = defined(DOCUMENT, "");
        assert_eq!(used, names(&sources));
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        for (name, source) in sources {
            let last = name.rsplit("::").next().expect("one part at least");
            let text = fs::read_to_string(docs.join(source)).expect(name);
            let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(words.any(|word| word == last), "{name} is not in {source}");
        }
    }

    /// The types, fields, variants and functions of the chapter, by its sections.
    const CHAPTER: [(&str, &str); 6] = [
        (
            "11.2",
            "BatchProcessor settings chunk_size parallel_workers StreamProcessor \
             buffer_size new with_chunk_size batch_commitments batch_proofs \
             process_file stream_commitments",
        ),
        (
            "11.3",
            "BackendProfile name commitment_time proof_time verification_time \
             memory_usage cpu_cores gpu_available AdaptiveBackend profiles \
             current_backend performance_history WorkloadType SmallBatch count \
             LargeBatch Streaming RealTime Interactive PerformanceMetrics \
             operations_count total_time average_time min_time max_time \
             memory_peak error_count PerformanceMonitor metrics enable_detailed_logging \
             new register_backend select_optimal_backend has_gpu_backend record_performance \
             get_performance_stats default measure update_metrics get_memory_usage \
             get_report reset",
        ),
        (
            "11.4",
            "KzgAdvancedError Configuration message DataValidation field \
             value Performance operation expected_time actual_time \
             ResourceExhausted resource limit Backend backend \
             inner Network endpoint RecoveryStrategy Retry \
             max_attempts delay Fallback alternative Degrade \
             level FailFast EnterpriseKzgManager primary_backend fallback_backends \
             error_recovery circuit_breaker audit_logger CircuitBreaker failure_count \
             failure_threshold timeout last_failure_time state CircuitBreakerState \
             Closed Open HalfOpen AuditLogger logs \
             AuditEvent timestamp event_type details AuditEventType \
             Success Failure SimpleError fmt source \
             new execute_with_recovery can_execute record_success record_failure \
             log_success log_failure log_retry log_fallback",
        ),
        (
            "11.5",
            "Arena chunks current_chunk current_pos Chunk \
             data size capacity ZeroCopyView _phantom \
             MemoryPool pool max_size new with_capacity \
             add_chunk alloc reset used_memory total_memory \
             drop as_slice subview get put",
        ),
        (
            "11.6",
            "ConcurrentKzgProcessor settings worker_count task_queue result_queue \
             active_workers statistics KzgTask Commitment id \
             blob Proof commitment Verification proof \
             point value BatchCommitment blobs KzgResult \
             result ProcessingStatistics total_tasks completed_tasks failed_tasks \
             average_processing_time peak_concurrent_tasks new worker_thread submit_task \
             get_result get_statistics is_error",
        ),
        (
            "11.7",
            "DataProcessingPipeline batch_processor concurrent_processor performance_monitor adaptive_backend \
             memory_pool arena ProcessingReport total_time conversion_time \
             commitment_time proof_time verification_time blob_count success_count \
             failure_count new process_dataset process_large_batch convert_to_blob \
             verify_proofs print_report",
        ),
    ];

    #[test]
    fn every_name_of_the_chapter_has_its_row() {
        for (section, names) in CHAPTER {
            let (_, rest) = DOCUMENT
                .split_once(&format!("\n## {section} "))
                .expect(section);
            let body = rest.split("\n## ").next().expect("one part at least");
            let cells = body.lines().filter_map(|line| line.split('|').nth(1));
            let there: BTreeSet<&str> = cells
                .flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric() && c != '_'))
                .collect();
            for name in names.split_whitespace() {
                assert!(there.contains(name), "{section}: {name}");
            }
        }
    }
}
