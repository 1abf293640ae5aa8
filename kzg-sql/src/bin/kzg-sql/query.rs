//! One statement.

use std::io::{self, Read};

use datafusion::common::tree_node::TreeNode;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use kzg_datafusion::{Kzg, bound_row_groups, check_target, session};
use tokio::signal;

use crate::args::{self, Query};
use crate::exit::{Exit, Failure};
use crate::output::Printer;

pub(crate) fn run(kzg: &Kzg, arguments: &Query) -> Result<Exit, Failure> {
    let sql = statement(arguments.sql.as_deref().unwrap_or_default())?;
    runtime()?.block_on(async {
        tokio::select! {
            outcome = execute(kzg, arguments, &sql) => outcome,
            _ = signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

/// The runtime of a query or of a process of a cluster.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Failure::new(Exit::Fault, format!("threads: {error}")))
}

/// The text of the statement.
fn statement(argument: &str) -> Result<String, Failure> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::new(Exit::BadInput, format!("standard input: {error}")))?;
    Ok(text)
}

async fn execute(kzg: &Kzg, arguments: &Query, sql: &str) -> Result<Exit, Failure> {
    let context = context(kzg, arguments).await?;
    let plan = context.state().create_logical_plan(sql).await?;
    SQLOptions::new().verify_plan(&plan)?;
    check_target(&plan)?;
    let copies = plan.exists(|node| Ok(matches!(node, LogicalPlan::Copy(_))))?;
    let failure = |error: DataFusionError| {
        if copies {
            Failure::of_copy(&error)
        } else {
            error.into()
        }
    };
    let plan = bound_row_groups(plan)?;
    let frame = context.execute_logical_plan(plan).await?;
    let mut printer = Printer::new(arguments, frame.schema().inner().clone())?;
    let mut batches = frame.execute_stream().await.map_err(failure)?;
    while let Some(batch) = batches.next().await {
        printer.print(&batch.map_err(failure)?)?;
    }
    printer.finish()?;
    Ok(Exit::Done)
}

async fn context(kzg: &Kzg, arguments: &Query) -> Result<SessionContext, Failure> {
    let mut config = match arguments.cluster {
        Some(_) => session::cluster_config(),
        None => session::config(),
    };
    if let Some(partitions) = arguments.partitions {
        config = config.with_target_partitions(partitions.into());
    }
    Ok(match &arguments.cluster {
        Some(scheduler) => {
            let (host, port) = args::host_and_port(scheduler)?;
            session::remote(kzg, config, &format!("{host}:{port}")).await?
        }
        None => session::embedded(kzg, config)?,
    })
}
