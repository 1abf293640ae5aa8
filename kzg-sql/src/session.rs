//! Sessions of the engine with the functions, embedded and on a cluster.

use std::sync::Arc;

use ballista::prelude::{SessionConfigExt, SessionContextExt};
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::client::ClientIdentity;
use crate::{FileTables, Kzg, functions, register};

/// The rows of a record batch. A row with a blob has 128 KiB and a row with cells 256 KiB, so that a
/// batch has 8 MiB at most.
pub const BATCH_SIZE: usize = 32;

/// The partitions of a query on a cluster. Each is a task that is tried again by itself when an
/// executor is lost.
pub const CLUSTER_PARTITIONS: usize = 32;

/// The configuration for rows with blobs, embedded.
#[must_use]
pub fn config() -> SessionConfig {
    for_blobs(SessionConfig::new())
}

/// The configuration for rows with blobs on a cluster. Scheduler, executors and clients have the same.
#[must_use]
pub fn cluster_config() -> SessionConfig {
    // A task of several partitions would run them one after the other on one executor.
    for_blobs(SessionConfig::new_with_ballista())
        .with_option_extension(ClientIdentity::default())
        .with_target_partitions(CLUSTER_PARTITIONS)
        .set_str("ballista.scheduler.max_partitions_per_task", "1")
}

fn for_blobs(config: SessionConfig) -> SessionConfig {
    config
        .with_batch_size(BATCH_SIZE)
        .with_information_schema(true)
        // Two blobs are never equal by chance, and a dictionary of them is a second copy.
        .set_bool("datafusion.execution.parquet.dictionary_enabled", false)
}

/// A state with the functions and with object stores by URL.
///
/// # Errors
///
/// Errors of the engine.
pub fn state(kzg: &Kzg, config: SessionConfig) -> Result<SessionState> {
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime(kzg)?)
        .build();
    for function in functions(kzg) {
        datafusion::execution::FunctionRegistry::register_udf(&mut state, function)?;
    }
    Ok(state)
}

/// A runtime environment with object stores by URL.
///
/// # Errors
///
/// Errors of the engine.
pub fn runtime(kzg: &Kzg) -> Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new()
        .with_object_store_registry(kzg.stores().clone())
        .build_arc()
}

/// A session of this process, with names of files as tables.
///
/// # Errors
///
/// Errors of the engine.
pub fn embedded(kzg: &Kzg, config: SessionConfig) -> Result<SessionContext> {
    let context = SessionContext::new_with_state(state(kzg, config)?);
    Ok(FileTables::enable(context))
}

/// A session on the cluster of a scheduler at `host:port`, with names of files as tables.
///
/// # Errors
///
/// Errors of the engine. The scheduler is not asked before the first query. It refuses queries of a
/// client with another version of this crate or another trusted setup.
pub async fn remote(kzg: &Kzg, config: SessionConfig, scheduler: &str) -> Result<SessionContext> {
    let url = format!("df://{scheduler}");
    let config = config.with_option_extension(ClientIdentity::new(kzg.identity()));
    let context = SessionContext::remote_with_state(&url, state(kzg, config)?).await?;
    // The state for the cluster has the functions of Ballista alone.
    register(&context, kzg);
    Ok(FileTables::enable(context))
}
