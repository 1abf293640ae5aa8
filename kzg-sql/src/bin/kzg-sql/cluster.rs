//! `kzg-sql scheduler` and `kzg-sql executor`.

use std::thread;
use std::time::Duration;

use ballista_core::error::BallistaError;
use kzg_datafusion::Kzg;
use kzg_datafusion::cluster::{ExecutorOptions, SchedulerOptions, run_executor, run_scheduler};

use crate::args::{self, Executor, Scheduler};
use crate::exit::{Exit, Failure};
use crate::query::runtime;

pub(crate) fn scheduler(kzg: Kzg, arguments: Scheduler) -> Result<Exit, Failure> {
    let listen = arguments.listen;
    let options = SchedulerOptions {
        listen,
        external_host: arguments
            .external_host
            .unwrap_or_else(|| listen.ip().to_string()),
        executor_timeout: Duration::from_secs(arguments.executor_timeout),
    };
    let run = run_scheduler(kzg, options, |address| println!("scheduler at {address}"));
    runtime()?.block_on(async {
        tokio::select! {
            outcome = run => outcome.map(|()| Exit::Done).map_err(failure),
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

pub(crate) fn executor(kzg: Kzg, arguments: Executor) -> Result<Exit, Failure> {
    let (scheduler_host, scheduler_port) = args::host_and_port(&arguments.scheduler)?;
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let options = ExecutorOptions {
        scheduler_host,
        scheduler_port,
        bind_host: arguments.listen,
        external_host: arguments.external_host,
        port: arguments.port,
        task_port: arguments.task_port,
        slots: arguments.slots.map_or_else(processors, usize::from),
        work_dir: arguments.work_dir,
        heartbeat: Duration::from_secs(arguments.heartbeat),
        connect_timeout: Duration::from_secs(arguments.connect_timeout),
    };
    let outcome = runtime()?.block_on(run_executor(kzg, options));
    outcome.map(|()| Exit::Done).map_err(failure)
}

fn failure(error: BallistaError) -> Failure {
    Failure::new(Exit::Fault, error.to_string())
}
