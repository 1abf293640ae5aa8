//! A server that runs until a signal ends it.

use core::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::Server;
use super::error::{ServerError, io_error};
use crate::options::ServerOptions;
use crate::service::Backends;

/// The time that threads have to end after the drain. The thread of a call that hangs is left.
const END: Duration = Duration::from_secs(1);

/// Runs a server until SIGTERM or SIGINT, and its drain. SIGHUP reads tokens, secrets and
/// certificates again. `begun` receives the addresses. A start that hangs, or a call that does, is
/// not waited for: its thread is left when this returns.
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
    let mut terminate = signal(SignalKind::terminate()).map_err(failed())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed())?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(failed())?;
    let mut server = Server::start(backends, options).await?;
    begun(&server);
    let mut is_ready = false;
    loop {
        tokio::select! {
            ready = server.ready(), if !is_ready => {
                if let Err(error) = ready {
                    let _ = server.shut_down().await;
                    return Err(error);
                }
                is_ready = true;
                tracing::info!("ready");
            }
            _ = hang_up.recv() => match server.reload() {
                Ok(()) => tracing::info!("tokens and certificates were read again"),
                Err(error) => tracing::error!(%error, "the earlier content of the file stays in use"),
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    tracing::info!("draining");
    let drained = server.shut_down().await;
    tracing::info!("ended");
    drained
}
