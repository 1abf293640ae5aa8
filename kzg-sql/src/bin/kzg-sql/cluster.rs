//! `kzg-sql scheduler` and `kzg-sql executor`.

use std::net::IpAddr;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use ballista_core::error::BallistaError;
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{Either, select};
use kzg_datafusion::Kzg;
use kzg_datafusion::cluster::{
    ExecutorOptions, SchedulerOptions, host, run_executor, run_scheduler,
};
use tokio::signal;

use crate::args::{self, Executor, Scheduler};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::query::runtime;

pub(crate) fn scheduler(kzg: Kzg, arguments: Scheduler) -> Result<Exit, Failure> {
    let listen = arguments.listen;
    let external_host = match arguments.external_host {
        Some(name) => name,
        None if listen.ip().is_unspecified() => return Err(without_name(listen.ip())),
        None => host(listen.ip()),
    };
    let options = SchedulerOptions {
        listen,
        external_host,
        executor_timeout: Duration::from_secs(arguments.executor_timeout),
    };
    let (sender, unprinted) = oneshot::channel();
    let run = run_scheduler(kzg, options, |address| {
        if let Err(failure) = output::print(&format!("scheduler at {address}")) {
            // The receiver is there until the scheduler has ended.
            let _ = sender.send(failure);
        }
    });
    runtime()?.block_on(async {
        tokio::select! {
            outcome = run => outcome.map(|()| Exit::Done).map_err(failure),
            Ok(failure) = unprinted => Err(failure),
            _ = signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

pub(crate) fn executor(kzg: Kzg, arguments: Executor) -> Result<Exit, Failure> {
    let (scheduler_host, scheduler_port) = args::host_and_port(&arguments.scheduler)?;
    // Of an executor at all IPv4 addresses, the scheduler sees one.
    let listen = arguments.listen;
    if arguments.external_host.is_none() && listen.is_ipv6() && listen.is_unspecified() {
        return Err(without_name(listen));
    }
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let options = ExecutorOptions {
        scheduler_host,
        scheduler_port,
        bind_host: listen,
        external_host: arguments.external_host,
        port: arguments.port,
        task_port: arguments.task_port,
        slots: arguments.slots.map_or_else(processors, usize::from),
        work_dir: arguments.work_dir,
        heartbeat: Duration::from_secs(arguments.heartbeat),
        connect_timeout: Duration::from_secs(arguments.connect_timeout),
    };
    runtime()?.block_on(async {
        // An executor ends in order at an interrupt. So it is not cancelled here.
        let run = pin!(run_executor(kzg, options));
        let (outcome, interrupt) = match select(run, pin!(signal::ctrl_c())).await {
            Either::Left((outcome, interrupt)) => (outcome, interrupt.now_or_never()),
            Either::Right((interrupt, run)) => (run.await, Some(interrupt)),
        };
        outcome.map_err(failure)?;
        Ok(match interrupt {
            Some(Ok(())) => Exit::Interrupted,
            _ => Exit::Done,
        })
    })
}

/// The failure for a process that listens at every address, so that others have no address for it.
fn without_name(listen: IpAddr) -> Failure {
    let reason = "give --external-host, by which other machines reach this one";
    Failure::new(
        Exit::Usage,
        format!("--listen {listen} is every address: {reason}"),
    )
}

fn failure(error: BallistaError) -> Failure {
    Failure::new(Exit::Fault, error.to_string())
}
