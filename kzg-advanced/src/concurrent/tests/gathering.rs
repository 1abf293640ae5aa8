//! Verifications that share calls. The only worker is held in a first call while the others wait.

use super::*;
use crate::resilience::{AttemptBudget, EnterpriseKzgManager, RecoveryPolicy};

/// One worker that gathers a number of items, held in a first call until the sender is dropped.
fn held(items: usize) -> (ConcurrentKzgProcessor, Receiver<Begun>, Sender<()>) {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_gathered_items(items);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let first = processor.submit(commit_task(999), Submission::real_time());
    drop(first.unwrap());
    let (_, go) = calls.recv().unwrap();
    (processor, calls, go)
}

fn verification(id: u64) -> KzgTask {
    KzgTask::BlobVerification {
        id,
        blob: shared(id as u16),
        commitment: commitment(id as u16),
        proof: proof(id as u16),
    }
}

fn cell_verification(id: u64) -> KzgTask {
    let (cells, proofs) = cells_and_proofs(id as u16);
    KzgTask::CellVerification {
        id,
        commitments: vec![commitment(id as u16); 2],
        cell_indices: vec![0, 127],
        cells: [cells[0].clone(), cells[127].clone()].into(),
        proofs: vec![proofs[0], proofs[127]],
    }
}

fn submit(processor: &ConcurrentKzgProcessor, task: KzgTask) -> super::super::TaskHandle {
    processor.submit(task, Submission::real_time()).unwrap()
}

fn verdict(result: KzgResult) -> Result<bool, KzgAdvancedError> {
    match result {
        KzgResult::Verification { result, .. } => result,
        other => panic!("{other:?}"),
    }
}

/// The operations of the calls, as long as there are any within a moment.
fn operations(calls: &Receiver<Begun>) -> Vec<Operation> {
    calls.try_iter().map(|(operation, _)| operation).collect()
}

#[test]
fn waiting_verifications_share_one_call_and_each_has_its_own_answer() {
    let (processor, calls, go) = held(64);
    let wrong = KzgTask::BlobVerification {
        id: 62,
        blob: shared(62),
        commitment: commitment(62),
        proof: proof(1),
    };
    let malformed = KzgTask::BlobVerification {
        id: 63,
        blob: malformed_blob().into(),
        commitment: commitment(63),
        proof: proof(63),
    };
    let tasks = (0..62).map(verification).chain([wrong, malformed]);
    let waiting: Vec<_> = tasks.map(|task| submit(&processor, task)).collect();
    drop(go);
    let (operation, go) = calls.recv().unwrap();
    assert_eq!(operation, Operation::VerifyBlobKzgProofEach);
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    assert_eq!((statistics.active_tasks, statistics.queued_tasks), (1, 63));
    drop(go);
    for (id, handle) in waiting.into_iter().enumerate() {
        let verdict = verdict(handle.wait());
        match id {
            62 => assert!(!verdict.unwrap()),
            63 => {
                let error = verdict.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Input, "{error}");
            }
            _ => assert!(verdict.unwrap()),
        }
    }
    assert_eq!(operations(&calls), [], "one call for all");
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    assert_eq!(
        (statistics.gathered_calls, statistics.gathered_tasks),
        (1, 64)
    );
    assert_eq!(
        (statistics.completed_tasks, statistics.failed_tasks),
        (64, 1)
    );
}

#[test]
fn a_lone_verification_has_a_call_of_its_own() {
    let (processor, calls, go) = held(64);
    let alone = submit(&processor, verification(1));
    drop(go);
    let (operation, go) = calls.recv().unwrap();
    assert_eq!(operation, Operation::VerifyBlobKzgProof);
    drop(go);
    assert!(verdict(alone.wait()).unwrap());
    assert_eq!(processor.get_statistics().gathered_calls, 0);
}

#[test]
fn blobs_and_cells_have_calls_of_their_own_within_the_bound() {
    let (processor, calls, go) = held(4);
    let batch = KzgTask::BatchVerification {
        id: 9,
        blobs: vec![shared(1), shared(2)],
        commitments: vec![commitment(1), commitment(2)],
        proofs: vec![proof(1), proof(2)],
    };
    let tasks = [
        verification(0),
        cell_verification(1),
        batch,
        cell_verification(2),
        commit_task(5),
        verification(3),
        verification(4),
    ];
    let waiting: Vec<_> = tasks.map(|task| submit(&processor, task)).into();
    drop(go);
    let order: Vec<_> = (0..4)
        .map(|_| {
            let (operation, go) = calls.recv().unwrap();
            drop(go);
            operation
        })
        .collect();
    for handle in waiting {
        assert!(!handle.wait().is_error());
    }
    use Operation::{
        BlobToKzgCommitment, VerifyBlobKzgProof, VerifyBlobKzgProofEach, VerifyCellKzgProofEach,
    };
    assert_eq!(
        order,
        [
            VerifyBlobKzgProofEach,
            VerifyCellKzgProofEach,
            BlobToKzgCommitment,
            VerifyBlobKzgProof
        ]
    );
    let statistics = processor.get_statistics();
    assert_eq!(
        (statistics.gathered_calls, statistics.gathered_tasks),
        (2, 5)
    );
}

#[test]
fn an_error_names_the_item_of_its_own_task() {
    let (processor, calls, go) = held(64);
    let first = submit(&processor, verification(1));
    let batch = KzgTask::BatchVerification {
        id: 2,
        blobs: vec![shared(1), malformed_blob().into()],
        commitments: vec![commitment(1); 2],
        proofs: vec![proof(1); 2],
    };
    let second = submit(&processor, batch);
    drop((go, calls));
    assert!(verdict(first.wait()).unwrap());
    let error = verdict(second.wait()).unwrap_err();
    let KzgAdvancedError::DataValidation { source, .. } = error else {
        panic!("{error}");
    };
    let source = source.downcast_ref::<kzg_traits::Error>().unwrap();
    assert_eq!(source.index(), Some(1));
}

#[test]
fn a_fault_of_the_shared_call_is_the_answer_to_all() {
    let gate = Gate::default();
    let settings = Scripted::new(fake(1))
        .on(Operation::BlobToKzgCommitment, 0, Action::hang(&gate))
        .on(Operation::VerifyBlobKzgProofEach, 0, Action::Panic);
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_gathered_items(8);
    let processor = ConcurrentKzgProcessor::with_options(Arc::new(settings), options).unwrap();
    let first = submit(&processor, commit_task(0));
    while processor.active_workers() == 0 {
        thread::yield_now();
    }
    let waiting = [1, 2, 3].map(|id| submit(&processor, verification(id)));
    gate.open();
    assert!(!first.wait().is_error());
    for handle in waiting {
        let error = verdict(handle.wait()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Fault, "{error}");
    }
}

#[test]
fn a_cancelled_or_late_task_leaves_the_others_their_call() {
    let (processor, calls, go) = held(64);
    let cancel = CancellationToken::new();
    let submission = Submission::real_time().with_cancellation(cancel.clone());
    let cancelled = processor.submit(verification(1), submission).unwrap();
    let moment = Instant::now() + Duration::from_millis(20);
    let submission = Submission::real_time().with_deadline(moment);
    let late = processor.submit(verification(2), submission).unwrap();
    let others = [3, 4].map(|id| submit(&processor, verification(id)));
    cancel.cancel();
    drop(go);
    let (operation, go) = calls.recv().unwrap();
    assert_eq!(operation, Operation::VerifyBlobKzgProofEach);
    // The deadline passes at the latest while the shared call is under way.
    let error = verdict(late.wait()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert_eq!(processor.get_statistics().abandoned_workers, 0);
    drop(go);
    let error = verdict(cancelled.wait()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    for handle in others {
        assert!(verdict(handle.wait()).unwrap());
    }
    assert_consistent(&processor.get_statistics());
}

#[test]
fn a_shared_call_is_abandoned_at_the_last_deadline_of_its_tasks() {
    let (processor, calls, go) = held(8);
    let moment = Instant::now() + Duration::from_millis(300);
    let waiting = [1, 2, 3].map(|id| {
        let submission = Submission::real_time().with_deadline(moment);
        processor.submit(verification(id), submission).unwrap()
    });
    drop(go);
    for handle in waiting {
        let error = verdict(handle.wait()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline);
    }
    // The worker of the shared call, which still runs, is replaced.
    let next = submit(&processor, commit_task(4));
    let mut begun = Vec::new();
    while !matches!(begun.last(), Some((Operation::BlobToKzgCommitment, _))) {
        begun.push(calls.recv_timeout(LONG).expect("a worker for the task"));
    }
    begun.pop();
    assert!(!next.wait().is_error());
    // On a busy machine, the deadline may come before the shared call.
    assert!(begun.len() <= 1, "{begun:?}");
    eventually(LONG, || {
        processor.get_statistics().abandoned_workers == begun.len()
    });
}

#[test]
fn a_shutdown_answers_gathered_tasks() {
    let (processor, calls, go) = held(64);
    let waiting = [1, 2, 3].map(|id| submit(&processor, verification(id)));
    drop(go);
    let (_, go) = calls.recv().unwrap();
    processor.shutdown(Shutdown::Cancel);
    for handle in waiting {
        let error = verdict(handle.wait()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
    drop(go);
    assert_consistent(&processor.get_statistics());
}

#[test]
fn a_manager_gets_the_deadlines_and_asks_the_next_backend_in_time() {
    let gate = Gate::default();
    let hung = gate.clone();
    let hanging = Scripted::new(fake(1))
        .named("hanging")
        .otherwise(move |_, _| Action::hang(&hung));
    let budget = AttemptBudget::Fixed(Duration::from_secs(1));
    let manager = EnterpriseKzgManager::builder(Arc::new(hanging))
        .with_fallback(fake(1))
        .with_policy(RecoveryPolicy::default().with_attempt_budget(budget))
        .build();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_gathered_items(8);
    let processor = ConcurrentKzgProcessor::over_manager(manager, &options).unwrap();
    let submission = Submission::real_time().with_deadline(Instant::now() + LONG);
    let waiting = [1, 2, 3].map(|id| {
        let submission = submission.clone();
        processor.submit(verification(id), submission).unwrap()
    });
    for handle in waiting {
        assert!(verdict(handle.wait()).unwrap());
    }
    gate.open();
}

#[test]
fn a_call_of_any_kind_has_its_value_or_its_error() {
    let processor = ConcurrentKzgProcessor::new(fake(1), 1).unwrap();
    let task = |blob: Box<Blob>| {
        KzgTask::call(3, Operation::ComputeKzgProof, move |settings| {
            settings.compute_kzg_proof(&blob, &Bytes32::default())
        })
    };
    let KzgResult::Call { id: 3, result } = submit(&processor, task(blob(7))).wait() else {
        panic!("another result");
    };
    let value = result
        .unwrap()
        .downcast::<(kzg_traits::KzgProof, Bytes32)>();
    assert_eq!(*value.unwrap(), opening(7));
    let result = submit(&processor, task(malformed_blob())).wait();
    assert_eq!(result.error().unwrap().kind(), ErrorKind::Input);
    assert!(matches!(result, KzgResult::Call { id: 3, .. }));
    let task = KzgTask::call(4, Operation::WarmUp, |_| -> Result<(), _> {
        panic!("a test")
    });
    let result = submit(&processor, task).wait();
    assert_eq!(result.error().unwrap().kind(), ErrorKind::Fault);
}

#[test]
fn a_batch_begins_anew_when_the_shared_call_that_interrupts_it_is_abandoned() {
    let (first_item, verifications) = (Gate::default(), Gate::default());
    let settings = Scripted::new(fake(1))
        .on(
            Operation::BlobsToKzgCommitments,
            0,
            Action::hang(&first_item),
        )
        .on(
            Operation::VerifyBlobKzgProofEach,
            0,
            Action::hang(&verifications),
        );
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_gathered_items(8);
    let processor = ConcurrentKzgProcessor::with_options(Arc::new(settings), options).unwrap();
    let batch = processor.submit(batch_task(0, 3), Submission::default());
    first_item.wait_for(1);
    let moment = Instant::now() + Duration::from_millis(300);
    let late = [1, 2].map(|id| {
        let submission = Submission::real_time().with_deadline(moment);
        processor.submit(verification(id), submission).unwrap()
    });
    first_item.open();
    for handle in late {
        let error = verdict(handle.wait()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline);
    }
    assert!(!batch.unwrap().wait().is_error());
    verifications.open();
    assert_consistent(&processor.get_statistics());
}
