//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kzg_backends::TrustedSetup;
use kzg_datafusion::Kzg;

use crate::exit::{Exit, Failure};

/// SQL with KZG functions over Parquet files, here or on a cluster.
///
/// Names of files in quotes are tables: kzg-sql "SELECT id, kzg_commitment(blob) FROM
/// 'blobs/*.parquet'". They are paths, or URLs of object stores such as s3://bucket/blobs/*.parquet,
/// whose credentials come from the environment. A malformed row gives null, and kzg_error tells the
/// reason.
///
/// Exit codes: 0 done; 1 a verification of an import said no; 2 wrong usage or SQL; 3 bad input; 4 a
/// fault of a backend, of the cluster or of the machine; 130 interrupted.
#[derive(Debug, Parser)]
#[command(
    name = "kzg-sql",
    version,
    about,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) query: Query,
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the blobs of files in any format that `kzg convert` knows as Parquet files.
    Import(Import),
    /// Run the scheduler of a cluster.
    Scheduler(Scheduler),
    /// Run an executor of a cluster.
    Executor(Executor),
}

/// The trusted setup.
#[derive(Args, Debug)]
pub(crate) struct Setup {
    /// A file with a trusted setup; by default the one of Ethereum mainnet, which is part of the
    /// program. All processes of a cluster must have the same.
    #[arg(long, global = true, value_name = "FILE")]
    trusted_setup: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Query {
    /// The statement; - for standard input.
    #[arg(required = true)]
    pub(crate) sql: Option<String>,
    /// Run the statement on the cluster of this scheduler.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) cluster: Option<String>,
    /// The number of partitions: threads here, by default one for each processor; tasks on a cluster.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) partitions: Option<u16>,
    /// Print the rows as one JSON document, an array of objects.
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Print the rows as comma-separated values with a header.
    #[arg(long)]
    pub(crate) csv: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// Files to read, and folders with all files in them.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The folder to write to. It must be empty or absent.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Scheduler {
    /// The address to listen at; with port 0 the system picks one. Anybody who can reach it can run
    /// queries and write files.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50050")]
    pub(crate) listen: SocketAddr,
    /// The name by which executors reach this machine [default: the address to listen at; needed if
    /// that is 0.0.0.0 or [::]].
    #[arg(long, value_name = "HOST")]
    pub(crate) external_host: Option<String>,
    /// Seconds after the last heartbeat of an executor until its tasks are given to others.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) executor_timeout: u64,
}

#[derive(Args, Debug)]
pub(crate) struct Executor {
    /// The scheduler.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    pub(crate) scheduler: String,
    /// The address to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,
    /// The name by which the scheduler, clients and other executors reach this machine [default: the
    /// address that the scheduler sees; for IPv6 the address to listen at; needed if that is ::].
    #[arg(long, value_name = "HOST")]
    pub(crate) external_host: Option<String>,
    /// The port for results [default: picked by the system].
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The port for tasks [default: picked by the system].
    #[arg(long)]
    pub(crate) task_port: Option<u16>,
    /// The number of tasks that run at the same time [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) slots: Option<u16>,
    /// The folder for intermediate results [default: a temporary one].
    #[arg(long, value_name = "DIR")]
    pub(crate) work_dir: Option<PathBuf>,
    /// Seconds between two heartbeats.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) heartbeat: u64,
    /// Seconds for which the scheduler is tried when the executor starts.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) connect_timeout: u64,
}

/// A scheduler as host and port.
pub(crate) fn host_and_port(text: &str) -> Result<(String, u16), Failure> {
    let parts = text.rsplit_once(':');
    let parts = parts.and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    // An IPv6 address has brackets, as in a URL.
    let is_host = |host: &str| !host.is_empty() && (!host.contains(':') || host.starts_with('['));
    parts.filter(|(host, _)| is_host(host)).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("{text:?} is no scheduler; expected HOST:PORT"),
        )
    })
}

/// Loads the trusted setup.
pub(crate) fn load(arguments: &Setup) -> Result<Kzg, Failure> {
    let Some(path) = &arguments.trusted_setup else {
        return Kzg::mainnet().map_err(|error| Failure::new((&error).into(), error.to_string()));
    };
    let kzg = TrustedSetup::load_file(path).and_then(|setup| Kzg::load(&setup));
    kzg.map_err(|error| Failure::new((&error).into(), format!("{}: {error}", path.display())))
}
