//! Runs a server until a signal ends it.

use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Result;
use kzg_advanced::{IoAction, KzgAdvancedError};
use kzg_server::telemetry::logs::{self, LogForm};
use kzg_server::{
    Address, InvalidAddress, Server, ServerError, ServerOptions, ServiceOptions, TlsFiles,
};

use super::{Log, Serve, backends};
use crate::backend::threads;
use crate::config::keys;
use crate::errors::usage;
use crate::exit::Exit;
use crate::output::{self, Verbosity};

pub(crate) fn run(arguments: &Serve) -> Result<Exit> {
    let configuration = arguments.settings.configuration()?;
    let options = options(arguments, threads(configuration.value(&keys::THREADS)))?;
    let level = match () {
        () if output::shows(Verbosity::Verbose) => tracing::Level::DEBUG,
        () if output::shows(Verbosity::Normal) => tracing::Level::INFO,
        () => tracing::Level::ERROR,
    };
    logs::install(
        match arguments.log {
            Log::Text => LogForm::Text,
            Log::Json => LogForm::Json,
        },
        level,
    );
    // Metrics of the first call are counted too.
    kzg_server::telemetry::metrics::install();
    let backends = backends::load(&configuration)?;
    kzg_server::run(backends, options, announce).map_err(error)?;
    Ok(Exit::Done)
}

/// Prints the addresses of the server: a program that starts the server may have asked for any
/// port.
fn announce(server: &Server) {
    for address in server.addresses() {
        tracing::info!(%address, "HTTP");
    }
    for address in server.grpc_addresses() {
        tracing::info!(%address, "gRPC");
    }
}

fn options(arguments: &Serve, workers: usize) -> Result<ServerOptions> {
    let addresses = |texts: &[String]| -> Result<Vec<Address>> {
        let read = texts.iter().map(|text| text.parse());
        let read: Result<_, InvalidAddress> = read.collect();
        read.map_err(|error| usage(&error.to_string()))
    };
    let mut service = ServiceOptions::default();
    service.workers = workers;
    service.queue = arguments.queue.get();
    service.gathered_items = arguments.gather.get();
    service.bytes = length("--request-memory", arguments.request_memory)?;
    service.body_bytes = length("--body-limit", arguments.body_limit)?;
    service.stream_bytes = arguments.stream_limit;
    service.timeout = Duration::from_secs(arguments.timeout);
    service.body_timeout = Duration::from_secs(arguments.body_timeout);
    service.per_client = arguments.per_client.map(NonZeroUsize::get);
    let mut options = ServerOptions::new(addresses(&arguments.listen)?);
    options.grpc_listen = addresses(&arguments.grpc_listen)?;
    options.tls = match (&arguments.tls_certificates, &arguments.tls_key) {
        (Some(certificates), Some(key)) => Some(TlsFiles {
            certificates: certificates.clone(),
            key: key.clone(),
            client_authorities: arguments.tls_client_authorities.clone(),
        }),
        _ => None,
    };
    options.plain_text_beyond_loopback = arguments.plain_text;
    options.tokens.clone_from(&arguments.tokens);
    options.jwt_secret.clone_from(&arguments.jwt_secret);
    options.drain = Duration::from_secs(arguments.drain);
    options.drain_delay = Duration::from_secs(arguments.drain_delay);
    options.connections = arguments.connections.get();
    options.service = service;
    Ok(options)
}

fn length(flag: &str, bytes: u64) -> Result<usize> {
    let too_long = |_| usage(&format!("{flag}: more than this machine can address"));
    usize::try_from(bytes).map_err(too_long)
}

/// The error of a server as one of the program's.
fn error(error: ServerError) -> anyhow::Error {
    match error {
        ServerError::PlainText(_)
        | ServerError::NoGrpc
        | ServerError::Memory { .. }
        | ServerError::File(_) => usage(&error.to_string()),
        ServerError::Service(error) => error.into(),
        ServerError::Io { what, source } => {
            KzgAdvancedError::io(IoAction::Start, what)(source).into()
        }
        other => kzg_advanced::Error::Fault {
            backend: "server".to_owned(),
            message: other.to_string(),
        }
        .into(),
    }
}
