//! Cross-checking without a manager.

use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{KzgSettings, Operation};

use super::{CrossCheckOptions, CrossChecker};
use crate::failover::{
    BreakerOptions, Chain, ChainOptions, CircuitBreaker, Clock, Member, MonotonicClock,
    RecoveryPolicy,
};
use crate::layer::{Boxed, Call, Job, Layer, Stack};

/// The number of attempts over their budget that may run on in one backend.
const ABANDONED: usize = 16;

/// Two or three backends as one: the first that works answers, and another has to confirm the
/// answer.
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
pub type CrossChecked = Stack<CheckedBackends>;

/// The layer of [`CrossChecked`].
#[derive(Clone, Debug)]
pub struct CheckedBackends {
    chain: Arc<Chain>,
}

impl CrossChecked {
    /// Cross-checks backends. Backends of the same name are not independent: neither confirms the
    /// other's result, and their results count once where backends disagree.
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
        let common = ChainOptions {
            breakers: BreakerOptions::default(),
            clock: &clock,
            listener: None,
            abandoned: ABANDONED,
        };
        let members = backends
            .into_iter()
            .map(|settings| Member::new(settings, None, &common))
            .collect();
        let chain = Chain::new(
            members,
            Arc::new(RecoveryPolicy::default()),
            Box::new(CrossChecker::new(options.into())),
        );
        Self::of(CheckedBackends {
            chain: Arc::new(chain),
        })
    }

    /// The breaker of a backend for an operation.
    #[must_use]
    pub fn breaker(&self, backend: &str, operation: Operation) -> Option<&CircuitBreaker> {
        let member = self.layers().chain.member(backend)?;
        Some(member.breaker(operation))
    }
}

impl Layer for CheckedBackends {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.chain)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        self.chain.dispatch(call, job)
    }
}
