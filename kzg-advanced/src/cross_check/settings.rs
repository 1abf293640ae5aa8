//! Cross-checking by itself, without a manager.

use std::sync::Arc;

use kzg_traits::{KzgSettings, Operation};

use super::{CrossCheckOptions, CrossChecker};
use crate::resilience::{
    BreakerOptions, Chain, CircuitBreaker, Clock, Member, MonotonicClock, RecoveryPolicy, Stack,
};
use crate::resilience::{delegate_to_stack, delegated};

/// Two or three backends as one: the first that works answers, and another has to confirm it.
///
/// ```
/// # #[cfg(all(feature = "blst", feature = "arkworks"))] {
/// use kzg_advanced::cross_check::{CrossCheck, CrossChecked};
/// use kzg_advanced::{BackendId, KzgSettings, SettingsOptions, TrustedSetup, load};
///
/// let setup = TrustedSetup::mainnet();
/// let backends = [BackendId::Blst, BackendId::Arkworks]
///     .map(|id| load(id.into(), &setup, SettingsOptions::default()).unwrap());
/// let settings = CrossChecked::new(backends, CrossCheck::Always);
/// let blob = kzg_advanced::Blob::zeroed_on_heap();
/// assert!(settings.blob_to_kzg_commitment(&blob).is_ok());
/// # }
/// ```
#[derive(Debug)]
pub struct CrossChecked {
    stack: Stack<Chain>,
}

impl CrossChecked {
    /// Cross-checks backends; those of the same name are not independent.
    ///
    /// # Panics
    ///
    /// If there is no backend.
    #[must_use]
    pub fn new(
        backends: impl IntoIterator<Item = Arc<dyn KzgSettings>>,
        options: impl Into<CrossCheckOptions>,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(MonotonicClock::default());
        let members = backends
            .into_iter()
            .map(|settings| Member::new(settings, None, BreakerOptions::default(), &clock, None))
            .collect();
        let checker = CrossChecker::new(options.into());
        Self {
            stack: Stack::new(Chain::new(
                members,
                Arc::new(RecoveryPolicy::default()),
                checker,
            )),
        }
    }

    /// The breaker of a backend for an operation.
    #[must_use]
    pub fn breaker(&self, backend: &str, operation: Operation) -> Option<&CircuitBreaker> {
        let members = self.stack.layers().members();
        let member = members.iter().find(|member| member.name() == backend)?;
        Some(member.breaker(operation))
    }
}

delegate_to_stack!(CrossChecked);
