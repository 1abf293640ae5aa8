//! The service behind all fronts: calls go through admission to the processor, which makes them on
//! the manager's backends.

mod tasks;

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;
use std::time::Instant;

use kzg_advanced::concurrent::{ConcurrentOptions, Priority, Shutdown, Submission, WhenFull};
use kzg_advanced::resilience::InputGuard;
use kzg_advanced::{
    Blob, CancellationToken, ConcurrentKzgProcessor, EnterpriseKzgManager, Error,
    KzgAdvancedResult, KzgProof, KzgSettings, ProcessingStatistics,
};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout_at;
use tracing::Instrument;

use crate::admission::{ByteBudget, Reservation};
use crate::options::ServiceOptions;
use crate::problem::{Class, Problem};
use crate::telemetry::metrics;
use crate::wire::operation::{OperationRequest, OperationResponse};

/// The pause between two attempts to reserve memory of a stream.
const PAUSE: Duration = Duration::from_millis(5);

/// The backends of a service, and facts about them.
#[derive(Clone, Debug)]
pub struct Backends {
    /// The backends, behind the layers of a manager.
    pub manager: EnterpriseKzgManager,
    /// The engine of the primary backend.
    pub engine: Option<String>,
    /// The SHA-256 digest of the trusted setup.
    pub setup_sha256: [u8; 32],
}

/// The state of a service, as `/readyz` reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Tables are built and the backends are tested.
    Starting = 0,
    /// Requests are served.
    Ready = 1,
    /// Requests are served, and clients should send no more of them.
    Draining = 2,
}

/// The service.
#[derive(Debug)]
pub struct Service {
    backends: Backends,
    /// `None` once the service is dropped.
    processor: Option<ConcurrentKzgProcessor>,
    budget: Arc<ByteBudget>,
    /// The places that the calls of streams may take in their lane. A call that finds the lane full is
    /// refused unless it is one of a stream, so streams must not take every place.
    stream_places: Arc<Semaphore>,
    options: ServiceOptions,
    state: AtomicU8,
    is_ended: Arc<AtomicBool>,
}

/// The treatment of a call while its lane is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// The call is refused. Its lane is that of its operation.
    Single,
    /// The call waits in the lane of batches: it is one of a stream, and its sender has to wait. The calls of
    /// all streams have half of the places of the lane, at least one.
    OfStream,
}

impl Service {
    /// A service that has not been prepared.
    ///
    /// # Errors
    ///
    /// [`Io`](kzg_advanced::KzgAdvancedError::Io) if threads cannot be started.
    pub fn new(backends: Backends, options: ServiceOptions) -> KzgAdvancedResult<Arc<Self>> {
        let concurrent = ConcurrentOptions::default()
            .with_workers(options.workers)
            .with_queue_capacity(options.queue)
            .with_gathered_items(options.gathered_items);
        let manager = backends.manager.clone();
        Ok(Arc::new(Self {
            processor: Some(ConcurrentKzgProcessor::over_manager(manager, &concurrent)?),
            backends,
            budget: ByteBudget::new(options.bytes),
            stream_places: Arc::new(Semaphore::new(
                (options.queue / 2).clamp(1, Semaphore::MAX_PERMITS),
            )),
            options,
            state: AtomicU8::new(State::Starting as u8),
            is_ended: Arc::default(),
        }))
    }

    /// Builds the tables and tests the backends, then the service is ready. This blocks.
    ///
    /// # Errors
    ///
    /// A backend that does not work, or that computes something wrong.
    pub fn prepare(&self) -> Result<(), Problem> {
        let manager = &self.backends.manager;
        manager.warm_up()?;
        self_test(manager)?;
        // A drain that has begun meanwhile goes on.
        let (starting, ready) = (State::Starting as u8, State::Ready as u8);
        let order = Ordering::SeqCst;
        let _ = self.state.compare_exchange(starting, ready, order, order);
        Ok(())
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        match self.state.load(Ordering::SeqCst) {
            0 => State::Starting,
            1 => State::Ready,
            _ => State::Draining,
        }
    }

    /// Begins the drain: clients should send no more requests.
    pub fn begin_drain(&self) {
        self.state.store(State::Draining as u8, Ordering::SeqCst);
    }

    /// Whether [`shut_down`](Self::shut_down) has begun: requests that are left have no answer.
    pub(crate) fn is_ended(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_ended)
    }

    /// Answers the waiting calls, and ends the worker threads. This blocks.
    pub fn shut_down(&self) {
        self.is_ended.store(true, Ordering::SeqCst);
        self.processor().shutdown(Shutdown::Cancel);
    }

    fn processor(&self) -> &ConcurrentKzgProcessor {
        self.processor.as_ref().expect("the service exists")
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &ServiceOptions {
        &self.options
    }

    /// The backends.
    #[must_use]
    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// The bytes under way.
    #[must_use]
    pub fn budget(&self) -> &Arc<ByteBudget> {
        &self.budget
    }

    /// The statistics of the workers.
    #[must_use]
    pub fn statistics(&self) -> ProcessingStatistics {
        self.processor().get_statistics()
    }

    /// The moment at which a request that begins now is answered at the latest.
    #[must_use]
    pub fn deadline(&self, asked: Option<Duration>) -> Instant {
        let time = self.options.timeout;
        Instant::now() + asked.map_or(time, |asked| asked.min(time))
    }

    /// The moment at which an item of a stream that is taken now is answered at the latest. `whole` is
    /// the deadline of the stream.
    #[must_use]
    pub fn deadline_of_item(&self, whole: Option<Instant>) -> Instant {
        let own = self.deadline(None);
        whole.map_or(own, |whole| whole.min(own))
    }

    /// Reserves memory for a part of an item of a stream, as [`Reservation::grow_towards`] does.
    /// The stream waits for it as long as for an item.
    ///
    /// # Errors
    ///
    /// Class `Busy` if the memory stays full, `TooLarge` at once if the whole item never fits.
    pub(crate) async fn grow(
        &self,
        reservation: &mut Reservation,
        bytes: usize,
        whole: usize,
    ) -> Result<(), Problem> {
        let until = Instant::now() + self.options.body_timeout;
        loop {
            match reservation.reserve(bytes, whole.saturating_sub(bytes)) {
                Err(problem) if problem.class == Class::Busy && Instant::now() < until => {
                    tokio::time::sleep(PAUSE).await;
                }
                reserved => return reserved,
            }
        }
    }

    /// Makes a call. If the future is dropped, a call that waits is not made.
    ///
    /// `memory` is kept as long as the inputs of the call, which may be longer than this waits: a
    /// call that is abandoned at its deadline keeps them until the backend returns.
    ///
    /// # Errors
    ///
    /// The problem of the call, or its refusal.
    pub async fn call(
        &self,
        call: OperationRequest,
        deadline: Instant,
        admission: Admission,
        memory: InputGuard,
    ) -> Result<OperationResponse, Problem> {
        let cancel = CancellationToken::new();
        let _guard = CancelOnDrop(cancel.clone());
        let submission = match admission {
            Admission::Single => Submission::default()
                .with_priority(tasks::priority(call.operation()))
                .when_full(WhenFull::Refuse),
            Admission::OfStream => Submission::default()
                .with_priority(Priority::Batch)
                .when_full(WhenFull::Wait)
                .with_lane_guard(self.stream_place(deadline).await?),
        };
        let submission = submission
            .with_deadline(deadline)
            .with_cancellation(cancel)
            .with_input_guard(memory);
        let submitted = self.processor().submit_async(tasks::task(call), submission);
        let result = match submitted.await {
            Ok(handle) => tasks::answer(handle.await),
            Err(error) => Err(error.into()),
        };
        result.map_err(reported)
    }

    /// Waits for one of the places of streams. The place is kept until the call leaves the lane, also where its
    /// client leaves before.
    ///
    /// # Errors
    ///
    /// Class `Deadline` if no place is free in time.
    async fn stream_place(&self, deadline: Instant) -> Result<InputGuard, Problem> {
        let place = Arc::clone(&self.stream_places).acquire_owned();
        let place = timeout_at(deadline.into(), place);
        let place = place.await.map_err(|_| Error::Deadline)?;
        Ok(InputGuard::new(place.map_err(|_| Error::Cancelled)?))
    }

    /// Makes a call of a stream in a task of its own: results are taken in order, and a client that takes
    /// none must not keep the call from going on, for which calls of other streams wait. If the future is
    /// dropped, the task ends.
    pub(crate) fn spawn_call(
        self: &Arc<Self>,
        call: OperationRequest,
        deadline: Instant,
        memory: InputGuard,
    ) -> impl Future<Output = Result<OperationResponse, Problem>> + Send + use<> {
        let service = Arc::clone(self);
        let called = async move {
            let called = service.call(call, deadline, Admission::OfStream, memory);
            called.await
        };
        let mut task = JoinSet::new();
        task.spawn(called.in_current_span());
        async move {
            let panicked = || Err(Problem::new(Class::Fault, "the call panicked"));
            let joined = task.join_next().await;
            joined.and_then(Result::ok).unwrap_or_else(panicked)
        }
    }
}

impl Drop for Service {
    /// The processor waits for its calls when it is dropped, and a backend may hang: a runtime must not
    /// wait for them.
    fn drop(&mut self) {
        let processor = self.processor.take();
        if Handle::try_current().is_ok() {
            let name = "kzg-server-end".to_owned();
            let _ = thread::Builder::new()
                .name(name)
                .spawn(move || drop(processor));
        }
    }
}

/// Logs a problem that is not the client's. The client is not told its message, which may name files
/// and addresses of the machine.
fn reported(mut problem: Problem) -> Problem {
    match problem.class {
        Class::Integrity => {
            metrics::integrity_alarm();
            tracing::error!(detail = %problem.detail, "integrity alarm: results disagree");
            problem.detail = "results disagree, so the answer is withheld".to_owned();
        }
        Class::Fault => {
            tracing::error!(detail = %problem.detail, "a call failed");
            problem.detail = "the call failed; the log of the server has the reason".to_owned();
        }
        _ => {}
    }
    problem
}

/// Cancels a call whose caller has left.
struct CancelOnDrop(CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Checks that a right proof is accepted and wrong ones are not, for blobs and for cells.
fn self_test(settings: &dyn KzgSettings) -> Result<(), Problem> {
    let mut blob = Blob::zeroed_on_heap();
    for (index, element) in blob.0.chunks_exact_mut(32).enumerate() {
        element[24..].copy_from_slice(&(index as u64 + 1).pow(3).to_be_bytes());
    }
    let commitment = settings.blob_to_kzg_commitment(&blob)?;
    let proof = settings.compute_blob_kzg_proof(&blob, &commitment)?;
    let wrong = KzgProof(commitment.0);
    let (cells, proofs) = settings.compute_cells_and_kzg_proofs(&blob)?;
    let (first, last) = (0, cells.len() - 1);
    let cell = |index: usize, proof: usize| {
        settings.verify_cell_kzg_proof_batch(
            &[commitment],
            &[index as u64],
            (&cells[index..=index]).into(),
            &proofs[proof..=proof],
        )
    };
    let checks = [
        (
            settings.verify_blob_kzg_proof(&blob, &commitment, &proof)?,
            true,
        ),
        (
            settings.verify_blob_kzg_proof(&blob, &commitment, &wrong)?,
            false,
        ),
        (cell(first, first)?, true),
        (cell(last, last)?, true),
        (cell(last, first)?, false),
    ];
    if checks.iter().all(|(verdict, expected)| verdict == expected) {
        return Ok(());
    }
    let message = "the self-test gave a wrong verdict".to_owned();
    Err(Error::Integrity { message }.into())
}
