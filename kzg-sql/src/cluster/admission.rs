//! The executors and the clients that a scheduler accepts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::error::{BallistaError, Result};
use ballista_core::ids::{JobId, new_instance_id};
use ballista_core::serde::protobuf::ExecutorHeartbeat;
use ballista_core::serde::scheduler::{ExecutorData, ExecutorMetadata};
use ballista_scheduler::cluster::memory::InMemoryClusterState;
use ballista_scheduler::cluster::{BoundTask, ClusterState, ClusterStateEventStream, ExecutorSlot};
use ballista_scheduler::config::TaskDistributionPolicy;
use ballista_scheduler::state::task_manager::JobInfoCache;
use datafusion::common::config_err;
use datafusion::prelude::SessionConfig;

use crate::Identity;
use crate::client::ClientIdentity;

/// The state of a cluster in memory, which refuses executors with another identity.
///
/// Ballista has no field for what an application wants to tell at registration. The name of an
/// executor is free, is sent with each registration, and so carries the identity.
pub struct Admission {
    identity: Identity,
    inner: InMemoryClusterState,
}

impl core::fmt::Debug for Admission {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Admission")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

/// Separates the parts of an executor's name. It is in no version and in no hexadecimal number.
const SEPARATOR: char = '~';

impl Admission {
    /// An empty cluster of executors with this identity.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            inner: InMemoryClusterState::default(),
        }
    }

    /// A name for a new executor.
    #[must_use]
    pub fn executor_id(identity: &Identity) -> String {
        let (version, setup, unique) = (identity.version(), identity.setup(), new_instance_id());
        format!("kzg{SEPARATOR}{version}{SEPARATOR}{setup}{SEPARATOR}{unique}")
    }

    /// Whether the scheduler accepts an executor.
    ///
    /// # Errors
    ///
    /// A message with both identities.
    pub fn check(&self, executor_id: &str) -> Result<()> {
        let identity = identity_of(executor_id);
        let Some(reason) = refusal("executor", identity, &self.identity) else {
            return Ok(());
        };
        tracing::warn!(executor_id, reason, "executor refused");
        Err(BallistaError::Configuration(format!("refused: {reason}")))
    }
}

/// The identity in the name of an executor.
fn identity_of(executor_id: &str) -> Option<Identity> {
    let mut parts = executor_id.split(SEPARATOR);
    let (prefix, version, setup) = (parts.next()?, parts.next()?, parts.next()?);
    let is_complete = parts.next().is_some() && parts.next().is_none();
    (prefix == "kzg" && is_complete).then(|| Identity::new(version, setup))
}

/// Whether a scheduler accepts a query with these options.
///
/// # Errors
///
/// A message with both identities.
pub(super) fn check_client(
    config: &SessionConfig,
    expected: &Identity,
) -> datafusion::error::Result<()> {
    let client = config.options().extensions.get::<ClientIdentity>();
    let Some(reason) = refusal(
        "client",
        client.and_then(ClientIdentity::identity),
        expected,
    ) else {
        return Ok(());
    };
    tracing::warn!(reason, "client refused");
    config_err!("refused: {reason}")
}

/// The reason why a scheduler refuses a process; `None` if the identities are the same.
fn refusal(process: &str, identity: Option<Identity>, expected: &Identity) -> Option<String> {
    match identity {
        Some(identity) if identity == *expected => None,
        Some(identity) => Some(format!(
            "{process} has {identity}, scheduler has {expected}"
        )),
        None => Some(format!(
            "{process} is not kzg-sql, scheduler has {expected}"
        )),
    }
}

#[async_trait]
impl ClusterState for Admission {
    async fn register_executor(
        &self,
        metadata: ExecutorMetadata,
        spec: ExecutorData,
    ) -> Result<()> {
        self.check(&metadata.id)?;
        self.inner.register_executor(metadata, spec).await
    }

    async fn save_executor_metadata(&self, metadata: ExecutorMetadata) -> Result<()> {
        self.check(&metadata.id)?;
        self.inner.save_executor_metadata(metadata).await
    }

    async fn init(&self) -> Result<()> {
        self.inner.init().await
    }

    async fn bind_schedulable_tasks(
        &self,
        distribution: TaskDistributionPolicy,
        active_jobs: Arc<HashMap<JobId, JobInfoCache>>,
        executors: Option<HashSet<String>>,
    ) -> Result<Vec<BoundTask>> {
        self.inner
            .bind_schedulable_tasks(distribution, active_jobs, executors)
            .await
    }

    async fn unbind_tasks(&self, executor_slots: Vec<ExecutorSlot>) -> Result<()> {
        self.inner.unbind_tasks(executor_slots).await
    }

    async fn get_executor_metadata(&self, executor_id: &str) -> Result<ExecutorMetadata> {
        self.inner.get_executor_metadata(executor_id).await
    }

    async fn registered_executor_metadata(&self) -> Vec<ExecutorMetadata> {
        self.inner.registered_executor_metadata().await
    }

    async fn save_executor_heartbeat(&self, heartbeat: ExecutorHeartbeat) -> Result<()> {
        self.inner.save_executor_heartbeat(heartbeat).await
    }

    async fn remove_executor(&self, executor_id: &str) -> Result<()> {
        self.inner.remove_executor(executor_id).await
    }

    fn executor_heartbeats(&self) -> HashMap<String, ExecutorHeartbeat> {
        self.inner.executor_heartbeats()
    }

    fn get_executor_heartbeat(&self, executor_id: &str) -> Option<ExecutorHeartbeat> {
        self.inner.get_executor_heartbeat(executor_id)
    }

    async fn cluster_state_events(&self) -> Result<ClusterStateEventStream> {
        self.inner.cluster_state_events().await
    }
}

#[cfg(test)]
mod tests {
    use ballista_core::extension::SessionConfigHelperExt;
    use ballista_core::serde::protobuf::KeyValuePair;

    use super::*;
    use crate::session;

    fn identity() -> Identity {
        Identity::new("0.1.0-rc.1+build", "ab".repeat(32))
    }

    #[test]
    fn an_executor_with_the_same_identity_is_accepted() {
        let admission = Admission::new(identity());
        let id = Admission::executor_id(&identity());
        assert!(admission.check(&id).is_ok());
        assert_ne!(
            id,
            Admission::executor_id(&identity()),
            "names of executors are unique"
        );
    }

    #[test]
    fn another_version_another_setup_and_another_program_are_refused() {
        let admission = Admission::new(identity());
        let others = [
            Admission::executor_id(&Identity::new("0.1.0", "ab".repeat(32))),
            Admission::executor_id(&Identity::new("0.1.0-rc.1+build", "cd".repeat(32))),
            new_instance_id(),
            String::new(),
            format!("{}~", Admission::executor_id(&identity())),
        ];
        for id in others {
            let error = admission.check(&id).expect_err("refused").to_string();
            assert!(error.contains("refused: executor"), "{id}: {error}");
        }
    }

    /// The configuration of a session that the scheduler makes for a client with these options.
    fn received(options: &[KeyValuePair]) -> SessionConfig {
        session::cluster_config().update_from_key_value_pair(options)
    }

    /// The options that a client sends.
    fn sent(identity: &Identity) -> Vec<KeyValuePair> {
        let config = session::cluster_config();
        let config = config.with_option_extension(ClientIdentity::new(identity));
        config.to_key_value_pairs()
    }

    #[test]
    fn a_client_with_the_same_identity_is_accepted_and_others_are_refused() {
        let expected = Identity::new("0.1.0", "ab".repeat(32));
        let accepted = received(&sent(&expected));
        assert!(check_client(&accepted, &expected).is_ok());
        let mut without_setup = sent(&expected);
        without_setup.retain(|option| option.key != "kzg.setup");
        let message = |config| {
            let error = check_client(&config, &expected).expect_err("refused");
            error.strip_backtrace()
        };
        for (config, reason) in [
            (
                received(&sent(&Identity::new("0.2.0", "ab".repeat(32)))),
                "refused: client has version 0.2.0",
            ),
            (
                received(&sent(&Identity::new("0.1.0", "cd".repeat(32)))),
                "refused: client has version 0.1.0, trusted setup cdcd",
            ),
            (received(&without_setup), "refused: client is not kzg-sql"),
            (received(&[]), "refused: client is not kzg-sql"),
            (SessionConfig::new(), "refused: client is not kzg-sql"),
        ] {
            let message = message(config);
            assert!(message.contains(reason), "{message}");
        }
    }
}
