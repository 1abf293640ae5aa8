//! Degraded service: calls that fail are made again with less service.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind};

use crate::backend_call::traced;
use crate::failover::{Clock, RecoveryPolicy, RecoveryStrategy, time_of};
use crate::layer::{Boxed, Call, Job, Layer, ServiceLevel};
use crate::sync::lock;

/// The time for which service stays at a level after the last failure, before it is raised.
const RESTORE_AFTER: Duration = Duration::from_secs(30);

/// Degrades the service of the operations whose strategy is [`RecoveryStrategy::Degrade`].
#[derive(Debug)]
pub(super) struct Degrade {
    inner: Arc<dyn Layer>,
    policy: Arc<RecoveryPolicy>,
    clock: Arc<dyn Clock>,
    /// The level, and the moment of the last failure or of the last restored level.
    state: Mutex<(ServiceLevel, Duration)>,
}

impl Degrade {
    pub(super) fn new(
        inner: Arc<dyn Layer>,
        policy: Arc<RecoveryPolicy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            inner,
            policy,
            clock,
            state: Mutex::default(),
        }
    }

    /// The level now. Each time without a failure raises it by one.
    pub(super) fn level(&self) -> ServiceLevel {
        let now = time_of(&*self.clock);
        let mut state = lock(&self.state);
        let (level, since) = &mut *state;
        while *level != ServiceLevel::Full && now.saturating_sub(*since) >= RESTORE_AFTER {
            *level = level.above();
            *since += RESTORE_AFTER;
        }
        *level
    }

    /// Records a failure, and lowers the service to the level below the one at which the call failed,
    /// unless the service is there already. `None` where that is below the floor.
    fn lower(&self, failed: ServiceLevel, floor: ServiceLevel) -> Option<ServiceLevel> {
        let next = failed.below().filter(|next| *next <= floor);
        let now = time_of(&*self.clock);
        let mut state = lock(&self.state);
        let (level, since) = &mut *state;
        let arrived = next.filter(|next| *level < *next);
        *level = arrived.unwrap_or(*level);
        // A failure at a better level says nothing about the present level.
        if failed >= *level || arrived.is_some() {
            *since = now;
        }
        drop(state);
        if let Some(level) = arrived {
            traced(|| tracing::warn!(?level, "service is degraded"));
            if level == ServiceLevel::WithoutTables {
                self.inner.release_tables();
            }
        }
        next
    }
}

impl Layer for Degrade {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.inner)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        let Some(&RecoveryStrategy::Degrade { level: floor }) =
            self.policy.strategy(call.operation)
        else {
            return self.inner.dispatch(call, job);
        };
        let mut service = self.level().min(floor);
        loop {
            if !service.serves(call.operation) {
                call.trace.served(service);
                return Err(Error::Busy {
                    reason: format!("{} is refused while service is degraded", call.operation),
                });
            }
            let error = match self.inner.dispatch(&Call { service, ..*call }, job) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let lack_of_service = matches!(
                error.kind(),
                ErrorKind::Busy | ErrorKind::Fault | ErrorKind::Setup
            );
            if !lack_of_service {
                return Err(error);
            }
            service = match self.lower(service, floor) {
                Some(next) if next.serves(call.operation) => next,
                _ => return Err(error),
            };
        }
    }
}
