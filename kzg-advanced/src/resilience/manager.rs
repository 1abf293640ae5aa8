//! All layers in their order, as one `KzgSettings`.

use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{KzgSettings, Operation};

use super::builder::ManagerBuilder;
use super::degrade::Degrade;
use super::pending::Pending;
use super::submission::{Submissions, answer};
use crate::error::KzgAdvancedError;
use crate::failover::{Chain, CircuitBreaker, Member};
use crate::layer::{
    Answer, Boxed, Call, Job, Layer, Outcome, OwnedWork, Request, ServiceLevel, Stack, Trace,
    run_job,
};

/// A primary backend with fallbacks in order, behind all layers: audit log, deadlines, admission,
/// degraded service, retries, breakers and cross-checks.
///
/// The manager is itself a [`KzgSettings`]: every call goes through the layers. Calls with
/// deadlines, or whose provenance matters, go through [`with_request`](Stack::with_request);
/// a caller's own closures go through [`execute`](Self::execute), or without blocking through
/// [`execute_with_recovery`](Self::execute_with_recovery).
///
/// ```
/// # #[cfg(feature = "blst")] {
/// use kzg_advanced::{BackendChoice, KzgSettings, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::resilience::EnterpriseKzgManager;
///
/// let setup = TrustedSetup::mainnet();
/// let primary = load(BackendChoice::Auto, &setup, SettingsOptions::default()).unwrap();
/// let manager = EnterpriseKzgManager::new(primary);
/// let blob = kzg_advanced::Blob::zeroed_on_heap();
/// assert!(manager.blob_to_kzg_commitment(&blob).is_ok());
/// # }
/// ```
pub type EnterpriseKzgManager = Stack<Arc<ManagedBackends>>;

/// The layers of an [`EnterpriseKzgManager`], and its threads.
#[derive(Debug)]
pub struct ManagedBackends {
    pub(super) layers: Arc<dyn Layer>,
    pub(super) service: Arc<Degrade>,
    pub(super) chain: Arc<Chain>,
    pub(super) submissions: Submissions,
}

impl Layer for ManagedBackends {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.layers)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        self.layers.dispatch(call, job)
    }
}

impl EnterpriseKzgManager {
    /// A manager with one backend and the defaults: a fault is retried once, breakers open at 5
    /// faults within a minute, nothing is limited or logged.
    #[must_use]
    pub fn new(primary: Arc<dyn KzgSettings>) -> Self {
        Self::builder(primary).build()
    }

    /// The builder of a manager.
    #[must_use]
    pub fn builder(primary: Arc<dyn KzgSettings>) -> ManagerBuilder {
        ManagerBuilder::new(primary)
    }

    /// Runs a job on a backend, with recovery. The answer comes with its provenance.
    ///
    /// The operation decides about policy and breaker. The job may run several times, and for a
    /// cross-check on several backends. With a deadline, the job runs on a thread of the manager,
    /// and `execute` returns at the deadline even if the job does not. `execute` waits until the
    /// audit record of the call is written, even past the deadline.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError`] with the call and the last error of the backend that the call names. If
    /// several backends failed, that is the last one whose error is not of kind `Busy`, if there is
    /// one.
    pub fn execute<T: Outcome>(
        &self,
        operation: Operation,
        request: &Request,
        job: impl Fn(&dyn KzgSettings) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Answer<T>, KzgAdvancedError> {
        let trace = Trace::default();
        let work = OwnedWork::opaque(&request.input_guards, job);
        let layers = &*self.layers().layers;
        let result = run_job(layers, operation, request, &trace, &work, false);
        answer(operation, result, trace.provenance())
    }

    /// Runs a job on a backend, with recovery, on threads of the manager: for callers that must
    /// not block. [`submit`](Self::submit) takes a deadline.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError`] with the call and the last error of the backend that the call names. If
    /// several backends failed, that is the last one whose error is not of kind `Busy`, if there is
    /// one.
    pub async fn execute_with_recovery<T: Outcome>(
        &self,
        operation: Operation,
        job: impl Fn(&dyn KzgSettings) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Answer<T>, KzgAdvancedError> {
        self.submit(operation, Request::default(), job).await
    }

    /// Begins a job on threads of the manager. The future is ready at the deadline of the request,
    /// whatever the job does on a backend. Where the call is stuck elsewhere at its deadline, such as
    /// in an observer or in the write of an audit record, the future is ready at most 50 milliseconds
    /// later.
    ///
    /// An attempt that is over its budget is abandoned and the next backend is called, see
    /// [`AttemptBudget`](super::AttemptBudget). The future needs no runtime. Where every thread is
    /// taken and the queue is full, `submit` writes the audit record of the refusal, and the future is
    /// ready with an error of kind `Busy`.
    pub fn submit<T: Outcome>(
        &self,
        operation: Operation,
        request: Request,
        job: impl Fn(&dyn KzgSettings) -> Result<T> + Send + Sync + 'static,
    ) -> Pending<T> {
        let managed = self.layers();
        let work = OwnedWork::opaque(&request.input_guards, job);
        managed
            .submissions
            .submit(&managed.layers, operation, request, work)
    }

    /// The number of submitted calls that run now.
    #[must_use]
    pub fn busy_workers(&self) -> usize {
        self.layers().submissions.pool.running()
    }

    /// The number of attempts that were abandoned because they were over their budget, and that
    /// have not returned. Each keeps a thread.
    #[must_use]
    pub fn abandoned_attempts(&self) -> usize {
        let members = self.layers().chain.members();
        members.iter().map(Member::abandoned).sum()
    }

    /// The breaker of a backend for an operation.
    #[must_use]
    pub fn breaker(&self, backend: &str, operation: Operation) -> Option<&CircuitBreaker> {
        let member = self.layers().chain.member(backend)?;
        Some(member.breaker(operation))
    }

    /// The names of the backends, the primary first.
    pub fn backends(&self) -> impl Iterator<Item = &str> {
        self.layers().chain.members().iter().map(Member::name)
    }

    /// The service of the operations whose strategy is to degrade.
    #[must_use]
    pub fn service_level(&self) -> ServiceLevel {
        self.layers().service.level()
    }
}
