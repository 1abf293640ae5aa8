#[cfg(feature = "tokio")]
mod asynchronous;
mod queue;
mod results;
mod shutdown;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, Bytes32, Cell, ErrorKind, KzgSettings, Operation};

use super::{
    ConcurrentKzgProcessor, ConcurrentOptions, KzgResult, KzgTask, Priority, ProcessingStatistics,
    Shutdown, Submission, WhenFull,
};
use crate::cancellation::CancellationToken;
use crate::error::KzgAdvancedError;
use crate::fake::{Odd, blob, cells_and_proofs, commitment, fake, malformed_blob, opening, proof};

/// Far beyond what anything here takes: only a bug waits so long.
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

/// A call of [`gated`] settings that has begun; it goes on when the sender sends or is dropped.
type Begun = (Operation, Sender<()>);

/// Settings whose every call tells that it has begun, and waits to be let go.
fn gated() -> (Arc<dyn KzgSettings>, Receiver<Begun>) {
    let (begun, calls) = crossbeam_channel::unbounded();
    let settings = Scripted::new(fake(1)).otherwise(move |operation, _| {
        let (go, gate) = bounded(1);
        // Nobody may be listening any more: then it goes on at once.
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
