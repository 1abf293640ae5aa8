//! The scheduler.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::Result;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::cluster::memory::InMemoryJobState;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

use super::admission::check_client;
use super::{Admission, host};
use crate::{Kzg, session};

/// The options of a scheduler.
#[derive(Clone, Debug)]
pub struct SchedulerOptions {
    /// The address to listen at. With port 0 the system picks a port.
    pub listen: SocketAddr,
    /// The name by which executors reach this machine. An IPv6 address has brackets.
    pub external_host: String,
    /// The time after the last heartbeat of an executor after which its tasks are given to others.
    pub executor_timeout: Duration,
}

/// Runs a scheduler until the process ends. `ready` receives the address.
///
/// # Errors
///
/// Errors of Ballista, such as an address in use.
pub async fn run_scheduler(
    kzg: Kzg,
    options: SchedulerOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let timeout = options.executor_timeout.as_secs().max(1);
    let config = SchedulerConfig {
        bind_host: host(address.ip()),
        bind_port: address.port(),
        external_host: options.external_host,
        scheduling_policy: TaskSchedulingPolicy::PushStaged,
        executor_timeout_seconds: timeout,
        expire_dead_executor_interval_seconds: (timeout / 5).max(1),
        no_executors_grace_period_seconds: timeout,
        ..SchedulerConfig::default()
    };
    let admission = Admission::new(kzg.identity().clone());
    let sessions = Arc::new(move |config: SessionConfig| {
        check_client(&config, kzg.identity())?;
        session::state(&kzg, config)
    });
    let jobs = InMemoryJobState::new(
        config.scheduler_id.clone(),
        sessions,
        Arc::new(session::cluster_config),
    );
    let cluster = BallistaCluster::new(Arc::new(admission), Arc::new(jobs));
    let scheduler =
        create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
    ready(address);
    start_grpc_service_with_listener(listener, scheduler).await
}
