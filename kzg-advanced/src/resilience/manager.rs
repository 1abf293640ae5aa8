//! All layers in their order, as one `KzgSettings`.

use core::fmt;
use std::sync::Arc;

use kzg_traits::{Error, KzgSettings, Operation, Result};

use super::admission::{Admission, AdmissionOptions};
use super::breaker::{BreakerOptions, CircuitBreaker, Transition};
use super::call::Request;
use super::chain::Chain;
use super::clock::{Clock, MonotonicClock};
use super::degrade::{Degrading, ServiceLevel};
use super::member::{Member, TransitionListener};
use super::outcome::Outcome;
use super::patience::Patient;
use super::policy::RecoveryPolicy;
use super::provenance::{Answer, Provenance};
use super::stack::{Stack, delegate_to_stack, delegated};
use super::waiter::{Pending, Waiter};
use super::workers::{WorkerOptions, Workers};
use crate::CancellationToken;
use crate::audit::{AuditLogger, Audited};
use crate::cross_check::{CrossCheck, CrossCheckOptions, CrossChecker};
use crate::error::{FailedCall, KzgAdvancedError};

/// The layers, the outermost first.
type Layers = Audited<Patient<Admission<Degrading<Chain>>>>;

/// A primary backend, fallbacks in order, and everything that keeps answers coming and right.
///
/// It is itself a [`KzgSettings`]: every call goes through the layers. Calls with deadlines, or
/// whose provenance matters, go through [`with_request`](Self::with_request); closures of one's
/// own through [`execute`](Self::execute), or without blocking through
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
#[derive(Debug)]
pub struct EnterpriseKzgManager {
    stack: Stack<Arc<Layers>>,
    workers: Workers,
}

impl EnterpriseKzgManager {
    /// A manager with one backend and what is right without configuration: a fault is met by
    /// one more try, breakers open at 5 faults within a minute, nothing is limited or logged.
    #[must_use]
    pub fn new(primary: Arc<dyn KzgSettings>) -> Self {
        Self::builder(primary).build()
    }

    /// A manager with choices.
    #[must_use]
    pub fn builder(primary: Arc<dyn KzgSettings>) -> ManagerBuilder {
        ManagerBuilder {
            backends: vec![(primary, None)],
            policy: RecoveryPolicy::default(),
            breakers: BreakerOptions::default(),
            listener: None,
            cross_check: CrossCheck::Off.into(),
            admission: AdmissionOptions::default(),
            audit: None,
            workers: WorkerOptions::default(),
            clock: Arc::new(MonotonicClock::default()),
        }
    }

    /// The same backends and layers, for calls with a deadline, a token that cancels them, or
    /// a place for their provenance.
    #[must_use]
    pub fn with_request(&self, request: Request) -> impl KzgSettings + use<> {
        Stack::with_request(Arc::clone(self.stack.layers()), request)
    }

    /// Runs a job on a backend, with recovery; the answer says where it came from.
    ///
    /// The operation decides about policy and breaker. The job may run several times, and for a
    /// cross-check on several backends.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError`] with the call and the last error.
    pub fn execute<T: Outcome>(
        &self,
        operation: Operation,
        request: &Request,
        mut job: impl FnMut(&dyn KzgSettings) -> Result<T> + Send,
    ) -> Result<Answer<T>, KzgAdvancedError> {
        let (result, provenance) = self.stack.entry_with(request).run(operation, &[], &mut job);
        answer(operation, result, provenance)
    }

    /// Runs a job on a backend, with recovery, on a thread of the manager: for callers that
    /// must not block. See [`submit`](Self::submit) for deadlines.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError`] with the call and the last error.
    pub async fn execute_with_recovery<T: Outcome>(
        &self,
        operation: Operation,
        job: impl FnMut(&dyn KzgSettings) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>, KzgAdvancedError> {
        self.submit(operation, Request::default(), job).await
    }

    /// Begins a job on a thread of the manager. The future is ready at the deadline of the
    /// request at the latest, whatever the job does; a job that hangs occupies its thread until
    /// it returns.
    ///
    /// The future needs no runtime. Where every thread is taken and the queue is full, it is
    /// ready with an error of kind `Busy`.
    pub fn submit<T: Outcome>(
        &self,
        operation: Operation,
        request: Request,
        mut job: impl FnMut(&dyn KzgSettings) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        let waiter = Waiter::new();
        let abandoned = CancellationToken::default();
        // The time in the queue counts.
        let deadline = request.deadline_from_now();
        let request = Request {
            deadline,
            timeout: None,
            ..request
        }
        .with_cancel(abandoned.clone());

        let expiring = Arc::clone(&waiter);
        let expired = move || {
            let error = unanswered(operation, Error::Deadline);
            expiring.answer(Err(error));
        };
        let stack = Stack::with_request(Arc::clone(self.stack.layers()), request);
        let answering = Arc::clone(&waiter);
        let task = move || {
            let (result, provenance) = stack.entry().run(operation, &[], &mut job);
            answering.answer(answer(operation, result, provenance));
        };
        let deadline = deadline.map(|at| (at, Box::new(expired) as _));
        if let Err(reason) = self.workers.submit(task, deadline) {
            waiter.answer(Err(unanswered(operation, Error::Busy { reason })));
        }
        Pending::new(waiter, abandoned)
    }

    /// The manager's threads that run a job now, those that hang among them.
    #[must_use]
    pub fn busy_workers(&self) -> usize {
        self.workers.busy()
    }

    /// The breaker of a backend for an operation.
    #[must_use]
    pub fn breaker(&self, backend: &str, operation: Operation) -> Option<&CircuitBreaker> {
        let members = self.degrading().inner().members();
        let member = members.iter().find(|member| member.name() == backend)?;
        Some(member.breaker(operation))
    }

    /// The names of the backends, the primary first.
    pub fn backends(&self) -> impl Iterator<Item = &str> {
        self.degrading().inner().members().iter().map(Member::name)
    }

    /// How much service the operations get whose strategy is to degrade.
    #[must_use]
    pub fn service_level(&self) -> ServiceLevel {
        self.degrading().level()
    }

    fn degrading(&self) -> &Degrading<Chain> {
        self.stack.layers().inner().inner().inner()
    }
}

delegate_to_stack!(EnterpriseKzgManager);

/// The answer of a call, or its error with the call.
fn answer<T>(
    operation: Operation,
    result: Result<T>,
    provenance: Provenance,
) -> Result<Answer<T>, KzgAdvancedError> {
    match result {
        Ok(value) => Ok(Answer { value, provenance }),
        Err(error) => Err(failed(operation, provenance, error)),
    }
}

/// The error of a call for which no backend was asked.
fn unanswered(operation: Operation, error: Error) -> KzgAdvancedError {
    failed(operation, Provenance::default(), error)
}

fn failed(operation: Operation, provenance: Provenance, error: Error) -> KzgAdvancedError {
    FailedCall {
        operation: Some(operation),
        backend: Some(provenance.backend).filter(|backend| !backend.is_empty()),
        attempts: provenance.attempts,
        index: error.index().map(|index| index as u64),
    }
    .failed_with(error)
}

/// A backend, and the same with fewer threads where there is one.
type Registered = (Arc<dyn KzgSettings>, Option<Arc<dyn KzgSettings>>);

/// The choices that a manager has.
pub struct ManagerBuilder {
    backends: Vec<Registered>,
    policy: RecoveryPolicy,
    breakers: BreakerOptions,
    listener: Option<TransitionListener>,
    cross_check: CrossCheckOptions,
    admission: AdmissionOptions,
    audit: Option<AuditLogger>,
    workers: WorkerOptions,
    clock: Arc<dyn Clock>,
}

impl ManagerBuilder {
    /// Another backend, after those before it.
    #[must_use]
    pub fn with_fallback(mut self, settings: Arc<dyn KzgSettings>) -> Self {
        self.backends.push((settings, None));
        self
    }

    /// The backend added last, with fewer threads: used while service is degraded.
    #[must_use]
    pub fn with_reduced(mut self, settings: Arc<dyn KzgSettings>) -> Self {
        if let Some((_, reduced)) = self.backends.last_mut() {
            *reduced = Some(settings);
        }
        self
    }

    /// What is done when things go wrong.
    #[must_use]
    pub fn with_policy(mut self, policy: RecoveryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// When breakers open and close.
    #[must_use]
    pub fn with_breakers(mut self, options: BreakerOptions) -> Self {
        self.breakers = options;
        self
    }

    /// Who is told when a breaker changes its state: of which backend, for which operation.
    /// Called on the thread whose call caused it.
    #[must_use]
    pub fn on_transition(
        mut self,
        listener: impl Fn(&str, Operation, Transition) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Which results a second backend has to confirm.
    #[must_use]
    pub fn with_cross_check(mut self, options: impl Into<CrossCheckOptions>) -> Self {
        self.cross_check = options.into();
        self
    }

    /// How much may be going on at once.
    #[must_use]
    pub fn with_admission(mut self, options: AdmissionOptions) -> Self {
        self.admission = options;
        self
    }

    /// Where calls are recorded.
    #[must_use]
    pub fn with_audit(mut self, log: AuditLogger) -> Self {
        self.audit = Some(log);
        self
    }

    /// The threads for calls that must not block their caller.
    #[must_use]
    pub fn with_workers(mut self, options: WorkerOptions) -> Self {
        self.workers = options;
        self
    }

    /// The clock of breakers and of degraded service.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The manager.
    #[must_use]
    pub fn build(self) -> EnterpriseKzgManager {
        let policy = Arc::new(self.policy);
        let (clock, listener) = (self.clock, self.listener.as_ref());
        let members = self
            .backends
            .into_iter()
            .map(|(settings, reduced)| {
                Member::new(settings, reduced, self.breakers, &clock, listener)
            })
            .collect();
        let checker = CrossChecker::new(self.cross_check);
        let chain = Chain::new(members, Arc::clone(&policy), checker);
        let degrading = Degrading::new(chain, Arc::clone(&policy), clock);
        let admission = Admission::new(degrading, self.admission);
        let layers = Audited::new(Patient::new(admission, policy), self.audit);
        EnterpriseKzgManager {
            stack: Stack::new(Arc::new(layers)),
            workers: Workers::new(self.workers),
        }
    }
}

impl fmt::Debug for ManagerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagerBuilder")
            .field("backends", &self.backends)
            .field("policy", &self.policy)
            .field("breakers", &self.breakers)
            .field("cross_check", &self.cross_check)
            .field("admission", &self.admission)
            .field("audit", &self.audit)
            .finish_non_exhaustive()
    }
}
