//! An executor.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::Result;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};

use super::{Admission, host};
use crate::{Kzg, functions, session};

/// The options of an executor.
#[derive(Clone, Debug)]
pub struct ExecutorOptions {
    /// The host of the scheduler.
    pub scheduler_host: String,
    /// The port of the scheduler.
    pub scheduler_port: u16,
    /// The address to listen at.
    pub bind_host: IpAddr,
    /// The name by which the scheduler, clients and other executors reach this machine; by default
    /// the address that the scheduler sees, and for IPv6 the address to listen at. An IPv6 address has
    /// brackets.
    pub external_host: Option<String>,
    /// The port for results; by default the system picks one.
    pub port: Option<u16>,
    /// The port for tasks; by default the system picks one.
    pub task_port: Option<u16>,
    /// The number of tasks that run at the same time.
    pub slots: usize,
    /// The folder for intermediate results; by default a temporary one.
    pub work_dir: Option<PathBuf>,
    /// The time between two heartbeats.
    pub heartbeat: Duration,
    /// The time for which an executor tries to reach its scheduler when it starts.
    pub connect_timeout: Duration,
}

/// Runs an executor until it gets SIGTERM or SIGINT, or its scheduler stops it.
///
/// # Errors
///
/// Errors of Ballista: the scheduler cannot be reached, or refuses the executor.
pub async fn run_executor(kzg: Kzg, options: ExecutorOptions) -> Result<()> {
    // The folder is removed when the executor ends.
    let temporary = tempfile::Builder::new().prefix("kzg-sql-").tempdir()?;
    let work_dir = options
        .work_dir
        .unwrap_or_else(|| temporary.path().to_owned());
    let free = || free_port(options.bind_host);
    let mut registry = BallistaFunctionRegistry::default();
    for function in functions(&kzg) {
        registry
            .scalar_functions
            .insert(function.name().to_owned(), function);
    }
    // Ballista writes the address that the scheduler sees without the brackets of IPv6.
    let external_host = options.external_host.or_else(|| {
        let address = options.bind_host;
        address.is_ipv6().then(|| host(address))
    });
    let config = ExecutorProcessConfig {
        executor_id: Admission::executor_id(kzg.identity()),
        scheduler_host: options.scheduler_host,
        scheduler_port: options.scheduler_port,
        scheduler_connect_timeout_seconds: seconds(options.connect_timeout),
        bind_host: host(options.bind_host),
        external_host,
        port: options.port.map_or_else(free, Ok)?,
        grpc_port: options.task_port.map_or_else(free, Ok)?,
        task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
        vcores: options.slots,
        work_dir: Some(work_dir.to_string_lossy().into_owned()),
        executor_heartbeat_interval_seconds: options.heartbeat.as_secs().max(1),
        override_function_registry: Some(Arc::new(registry)),
        override_config_producer: Some(Arc::new(session::cluster_config)),
        override_runtime_producer: Some(Arc::new(move |_| session::runtime(&kzg))),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await
}

fn seconds(duration: Duration) -> u16 {
    u16::try_from(duration.as_secs()).unwrap_or(u16::MAX)
}

/// A free port. Ballista must know the number before it listens.
fn free_port(host: IpAddr) -> io::Result<u16> {
    Ok(TcpListener::bind((host, 0))?.local_addr()?.port())
}
