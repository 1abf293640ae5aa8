//! A server that runs until a signal ends it.

use core::time::Duration;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Server;
use super::error::{ServerError, io_error};
use crate::options::ServerOptions;
use crate::service::Backends;

/// The time that threads have to end after the drain. The thread of a call that hangs is left.
const END: Duration = Duration::from_secs(1);

/// Runs a server until SIGTERM or SIGINT, and its drain, which another of these signals ends. SIGHUP
/// reads tokens, secrets and certificates again. `begun` receives the addresses. A start that hangs, or
/// a call that does, is not waited for: its thread is left when this returns.
///
/// # Errors
///
/// [`ServerError`].
pub fn run(
    backends: Backends,
    options: ServerOptions,
    begun: impl FnOnce(&Server),
) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(io_error("cannot start the threads of the server"))?;
    let ended = runtime.block_on(serve(backends, options, begun));
    runtime.shutdown_timeout(END);
    ended
}

/// Serves until a signal ends the server.
async fn serve(
    backends: Backends,
    options: ServerOptions,
    begun: impl FnOnce(&Server),
) -> Result<(), ServerError> {
    let failed = || io_error("cannot receive signals");
    let mut ends = Ends {
        terminate: signal(SignalKind::terminate()).map_err(failed())?,
        interrupt: signal(SignalKind::interrupt()).map_err(failed())?,
    };
    let mut hang_up = signal(SignalKind::hangup()).map_err(failed())?;
    let mut server = Server::start(backends, options).await?;
    begun(&server);
    let mut is_ready = false;
    loop {
        tokio::select! {
            ready = server.ready(), if !is_ready => {
                if let Err(error) = ready {
                    let _ = drain(server, &mut ends).await;
                    return Err(error);
                }
                is_ready = true;
                tracing::info!("ready");
            }
            _ = hang_up.recv() => match server.reload() {
                Ok(()) => tracing::info!("tokens and certificates were read again"),
                Err(error) => tracing::error!(%error, "the earlier content of the file stays in use"),
            },
            () = ends.recv() => break,
        }
    }
    tracing::info!("draining");
    let drained = drain(server, &mut ends).await;
    tracing::info!("ended");
    drained
}

/// The signals that end a server.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    /// Waits for one of the signals.
    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
    }
}

/// Ends a server after its drain, or at a signal. A person who repeats a signal does not want to wait.
async fn drain(server: Server, ends: &mut Ends) -> Result<(), ServerError> {
    let service = Arc::clone(server.service());
    tokio::select! {
        drained = server.shut_down() => drained,
        () = ends.recv() => {
            // The calls that are left end as after the time of the drain.
            let _ = tokio::task::spawn_blocking(move || service.shut_down()).await;
            Err(ServerError::Interrupted)
        }
    }
}
