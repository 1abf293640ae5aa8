//! The concurrent processor over fakes and scripted faults.

#[cfg(feature = "tokio")]
mod asynchronous;
mod gathering;
mod hangs;
mod queue;
mod results;
mod shutdown;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use kzg_testing::scripted::{Action, Gate, Scripted, eventually};
use kzg_traits::{Blob, Bytes32, Cell, ErrorKind, KzgSettings, Operation};

use super::{
    ConcurrentKzgProcessor, ConcurrentOptions, KzgResult, KzgTask, Priority, ProcessingStatistics,
    Shutdown, Submission, WhenFull,
};
use crate::cancellation::CancellationToken;
use crate::error::KzgAdvancedError;
use crate::fake::{
    blob, careless, cells_and_proofs, commitment, fake, malformed_blob, opening, proof,
};

/// A timeout that only a fault of the processor reaches.
const LONG: Duration = Duration::from_secs(60);

fn shared(number: u16) -> Arc<Blob> {
    blob(number).into()
}

fn commit_task(id: u64) -> KzgTask {
    KzgTask::Commitment {
        id,
        blob: shared(id as u16),
    }
}

fn batch_task(id: u64, blobs: u16) -> KzgTask {
    KzgTask::BatchCommitment {
        id,
        blobs: (0..blobs).map(shared).collect(),
    }
}

/// A call of [`gated`] settings that has begun. It continues when the sender sends or is dropped.
type Begun = (Operation, Sender<()>);

/// Settings whose calls report their beginning and then wait for a release.
fn gated() -> (Arc<dyn KzgSettings>, Receiver<Begun>) {
    let (begun, calls) = crossbeam_channel::unbounded();
    let settings = Scripted::new(fake(1)).otherwise(move |operation, _| {
        let (go, gate) = bounded(1);
        // Without a receiver, the call continues at once.
        if begun.send((operation, go)).is_ok() {
            let _ = gate.recv();
        }
        Action::Pass
    });
    (Arc::new(settings), calls)
}

fn assert_consistent(statistics: &ProcessingStatistics) {
    let ProcessingStatistics {
        total_tasks,
        completed_tasks,
        failed_tasks,
        queued_tasks,
        active_tasks,
        ..
    } = *statistics;
    assert_eq!(
        total_tasks,
        completed_tasks + failed_tasks + queued_tasks + active_tasks,
        "{statistics:?}"
    );
    assert_eq!(active_tasks, statistics.active_workers, "{statistics:?}");
    assert!(
        active_tasks <= statistics.peak_concurrent_tasks,
        "{statistics:?}"
    );
}
