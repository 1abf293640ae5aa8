//! The options of a manager.

use core::fmt;
use std::sync::Arc;
use std::thread;

use kzg_traits::{KzgSettings, Operation};
use serde::{Deserialize, Serialize};

use super::admission::{Admission, AdmissionOptions};
use super::deadline::Deadline;
use super::degrade::Degrade;
use super::manager::{EnterpriseKzgManager, ManagedBackends};
use super::submission::Submissions;
#[cfg(feature = "audit")]
use crate::audit::{AuditLogger, Audited};
use crate::cross_check::{CrossCheck, CrossCheckOptions, CrossChecker};
use crate::failover::{
    BreakerOptions, Chain, ChainOptions, Clock, Member, MonotonicClock, RecoveryPolicy, Transition,
    TransitionListener,
};
use crate::layer::{Layer, Stack};
use crate::workers::{Alarm, ClosurePool, Limits};

/// The threads of submitted calls, and the bound of abandoned ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WorkerOptions {
    /// The number of threads at most; threads are started when they are needed. Zero counts as
    /// one.
    pub threads: usize,
    /// The number of calls that may wait for a thread.
    pub queue: usize,
    /// The number of attempts over their budget that may run on in one backend. Each keeps its
    /// thread until it returns. At that number the backend is not called. At least 1. Attempts
    /// whose caller stopped waiting within the budget do not count.
    pub abandoned: usize,
}

impl Default for WorkerOptions {
    /// As many threads as the machine offers, a queue of 1024, 64 abandoned attempts.
    fn default() -> Self {
        Self::new(thread::available_parallelism().map_or(1, usize::from), 1024)
    }
}

impl WorkerOptions {
    /// Options with a number of threads, and a number of calls that may wait.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        Self {
            threads,
            queue,
            abandoned: 64,
        }
    }

    /// The same options with another bound of abandoned attempts in one backend; at least 1.
    #[must_use]
    pub fn with_abandoned(mut self, attempts: usize) -> Self {
        self.abandoned = attempts;
        self
    }
}

/// A backend, and the same with fewer threads where there is one.
type Registered = (Arc<dyn KzgSettings>, Option<Arc<dyn KzgSettings>>);

/// The builder of a manager.
pub struct ManagerBuilder {
    backends: Vec<Registered>,
    policy: RecoveryPolicy,
    breakers: BreakerOptions,
    listener: Option<TransitionListener>,
    cross_check: CrossCheckOptions,
    admission: AdmissionOptions,
    #[cfg(feature = "audit")]
    audit: Option<AuditLogger>,
    workers: WorkerOptions,
    clock: Arc<dyn Clock>,
}

impl ManagerBuilder {
    /// A manager with one backend, and the defaults.
    pub(super) fn new(primary: Arc<dyn KzgSettings>) -> Self {
        Self {
            backends: vec![(primary, None)],
            policy: RecoveryPolicy::default(),
            breakers: BreakerOptions::default(),
            listener: None,
            cross_check: CrossCheck::Off.into(),
            admission: AdmissionOptions::default(),
            #[cfg(feature = "audit")]
            audit: None,
            workers: WorkerOptions::default(),
            clock: Arc::new(MonotonicClock::default()),
        }
    }

    /// Adds a fallback, which is called after the backends that were added before.
    #[must_use]
    pub fn with_fallback(mut self, settings: Arc<dyn KzgSettings>) -> Self {
        self.backends.push((settings, None));
        self
    }

    /// Adds settings with fewer threads to the backend that was added last, for degraded service.
    #[must_use]
    pub fn with_reduced(mut self, settings: Arc<dyn KzgSettings>) -> Self {
        if let Some((_, reduced)) = self.backends.last_mut() {
            *reduced = Some(settings);
        }
        self
    }

    /// Sets the reactions to failures.
    #[must_use]
    pub fn with_policy(mut self, policy: RecoveryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the options of breakers.
    #[must_use]
    pub fn with_breakers(mut self, options: BreakerOptions) -> Self {
        self.breakers = options;
        self
    }

    /// Sets a listener for changes of state of breakers: of which backend, for which operation.
    /// The listener is called on the thread that caused the change. A panic of the listener is
    /// logged, and does not reach the call.
    #[must_use]
    pub fn on_transition(
        mut self,
        listener: impl Fn(&str, Operation, Transition) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Sets which results a second backend has to confirm.
    #[must_use]
    pub fn with_cross_check(mut self, options: impl Into<CrossCheckOptions>) -> Self {
        self.cross_check = options.into();
        self
    }

    /// Sets the limits of concurrent calls.
    #[must_use]
    pub fn with_admission(mut self, options: AdmissionOptions) -> Self {
        self.admission = options;
        self
    }

    /// Sets the audit log, where each call is recorded.
    #[cfg(feature = "audit")]
    #[must_use]
    pub fn with_audit(mut self, log: AuditLogger) -> Self {
        self.audit = Some(log);
        self
    }

    /// Sets the threads of submitted calls.
    #[must_use]
    pub fn with_worker_options(mut self, options: WorkerOptions) -> Self {
        self.workers = options;
        self
    }

    /// Sets the clock of breakers and of degraded service.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the manager.
    #[must_use]
    pub fn build(self) -> EnterpriseKzgManager {
        let policy = Arc::new(self.policy);
        let clock = self.clock;
        let common = ChainOptions {
            breakers: self.breakers,
            clock: &clock,
            listener: self.listener.as_ref(),
            abandoned: self.workers.abandoned,
        };
        let members = self
            .backends
            .into_iter()
            .map(|(settings, reduced)| Member::new(settings, reduced, &common))
            .collect();
        let checker = Box::new(CrossChecker::new(self.cross_check));
        let chain = Arc::new(Chain::new(members, Arc::clone(&policy), checker));
        let select = Arc::clone(&chain) as Arc<dyn Layer>;
        let service = Arc::new(Degrade::new(select, Arc::clone(&policy), clock));
        let admission = Admission::new(Arc::clone(&service) as _, self.admission);
        let deadline = Deadline::new(Arc::new(admission), policy);
        let layers: Arc<dyn Layer> = Arc::new(deadline);
        #[cfg(feature = "audit")]
        let layers = match self.audit {
            Some(log) => Arc::new(Audited::new(layers, log)),
            None => layers,
        };
        let calls = Limits {
            threads: self.workers.threads.max(1),
            idle: self.workers.threads.max(1),
            abandoned: 0,
        };
        Stack::of(Arc::new(ManagedBackends {
            layers,
            service,
            chain,
            submissions: Submissions {
                pool: ClosurePool::new("kzg-worker", calls, self.workers.queue),
                expiries: Arc::default(),
                answers: Alarm::default(),
            },
        }))
    }
}

impl fmt::Debug for ManagerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut builder = f.debug_struct("ManagerBuilder");
        builder
            .field("backends", &self.backends)
            .field("policy", &self.policy)
            .field("breakers", &self.breakers)
            .field("cross_check", &self.cross_check)
            .field("admission", &self.admission);
        #[cfg(feature = "audit")]
        builder.field("audit", &self.audit);
        builder.finish_non_exhaustive()
    }
}
