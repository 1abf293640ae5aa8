//! A server: from its options to the end of its drain.

mod error;
mod run;

use std::sync::Arc;

#[cfg(feature = "grpc")]
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::credentials::Credentials;
use crate::files::FileError;
use crate::http::{Front, least_memory};
use crate::listen::{Accepting, Connections, Protocol, Socket, Tls, check_plain_text};
use crate::options::{Address, ServerOptions};
use crate::problem::{Class, Problem};
use crate::service::{Backends, Service, State};
use crate::telemetry::metrics;

pub use self::error::ServerError;
use self::error::io_error;
pub use self::run::run;

/// A running server. One that is dropped accepts nothing more and ends when the requests under way are
/// answered.
#[derive(Debug)]
pub struct Server {
    service: Arc<Service>,
    options: ServerOptions,
    credentials: Arc<Credentials>,
    tls: Option<Arc<Tls>>,
    accepting: Accepting,
    addresses: Vec<Address>,
    grpc_addresses: Vec<Address>,
    prepared: Prepared,
    /// Tasks that end with the server.
    background: JoinSet<()>,
    #[cfg(feature = "grpc")]
    health: Health,
}

/// The preparation of the service.
#[derive(Debug)]
enum Prepared {
    /// It goes on.
    Begun(oneshot::Receiver<Result<(), Problem>>),
    Ended(Result<(), Problem>),
}

/// The health service of gRPC.
#[cfg(feature = "grpc")]
struct Health(crate::grpc::Grpc);

#[cfg(feature = "grpc")]
impl Drop for Health {
    /// A server that is dropped ends when no request is left, and the watch of a client has no other end.
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current() {
            let mut grpc = self.0.clone();
            runtime.spawn(async move { grpc.end_watches().await });
        }
    }
}

#[cfg(feature = "grpc")]
impl core::fmt::Debug for Health {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Health(..)")
    }
}

/// Binds an address. Returns the socket with the address that the system chose.
async fn listen(address: &Address) -> Result<(Socket, Address), ServerError> {
    let failed = || io_error(format!("cannot listen on {address}"));
    let socket = Socket::bind(address).await.map_err(failed())?;
    let bound = socket.address().map_err(failed())?;
    Ok((socket, bound))
}

impl Server {
    /// Listens, and prepares the service meanwhile. To be called in a tokio runtime.
    ///
    /// A thread for blocking calls prepares the service. A backend may hang, so end the runtime by
    /// `shutdown_timeout`: dropping the runtime waits for that thread.
    ///
    /// # Errors
    ///
    /// [`ServerError`].
    pub async fn start(backends: Backends, options: ServerOptions) -> Result<Self, ServerError> {
        metrics::install();
        check_plain_text(&options).map_err(ServerError::PlainText)?;
        if !cfg!(feature = "grpc") && !options.grpc_listen.is_empty() {
            return Err(ServerError::NoGrpc);
        }
        let (bytes, least) = (options.service.bytes, least_memory());
        if bytes < least {
            return Err(ServerError::Memory { bytes, least });
        }
        let (tokens, secret) = (options.tokens.as_deref(), options.jwt_secret.as_deref());
        let credentials = Credentials::load(tokens, secret)?;
        let credentials = Arc::new(credentials);
        let tls = options.tls.as_ref().map(Tls::load).transpose()?;
        let tls = tls.map(Arc::new);
        let service = Service::new(backends, options.service.clone())?;
        let (sender, receiver) = oneshot::channel();
        let front = Arc::new(Front::new(&service, &credentials));
        #[cfg(feature = "grpc")]
        let grpc = crate::grpc::Grpc::new(&front).await;
        let (most, stall) = (options.connections, options.service.body_timeout);
        let connections = Connections::new(tls.clone(), most, stall, options.idle);
        let mut server = Self {
            accepting: Accepting::new(connections),
            service,
            credentials,
            tls,
            addresses: Vec::new(),
            grpc_addresses: Vec::new(),
            prepared: Prepared::Begun(receiver),
            background: JoinSet::new(),
            #[cfg(feature = "grpc")]
            health: Health(grpc.clone()),
            options,
        };
        // Nothing is accepted before every address is bound.
        let mut sockets = Vec::new();
        for address in &server.options.listen {
            let (socket, bound) = listen(address).await?;
            sockets.push((socket, Protocol::Http(Arc::clone(&front))));
            server.addresses.push(bound);
        }
        #[cfg(feature = "grpc")]
        for address in &server.options.grpc_listen {
            let (socket, bound) = listen(address).await?;
            sockets.push((socket, Protocol::Grpc(grpc.clone())));
            server.grpc_addresses.push(bound);
        }
        for (socket, protocol) in sockets {
            server.accepting.begin(socket, protocol);
        }
        server.background.spawn(metrics::maintain());
        let service = Arc::clone(&server.service);
        let prepare = tokio::task::spawn_blocking(move || service.prepare());
        tokio::spawn(async move {
            let panicked = |_| Err(Problem::new(Class::Fault, "the self-test panicked"));
            let prepared = prepare.await.unwrap_or_else(panicked);
            #[cfg(feature = "grpc")]
            grpc.report(prepared.is_ok()).await;
            let _ = sender.send(prepared);
        });
        Ok(server)
    }

    /// Waits until the service is ready. A wait that was dropped can be begun again, and an error is
    /// returned again.
    ///
    /// # Errors
    ///
    /// [`ServerError::SelfTest`].
    pub async fn ready(&mut self) -> Result<(), ServerError> {
        let prepared = match &mut self.prepared {
            Prepared::Begun(receiver) => {
                let ended = |_| Err(Problem::new(Class::Cancelled, "the server has ended"));
                receiver.await.unwrap_or_else(ended)
            }
            Prepared::Ended(prepared) => prepared.clone(),
        };
        self.prepared = Prepared::Ended(prepared.clone());
        prepared.map_err(ServerError::SelfTest)
    }

    /// The addresses of HTTP, with the ports that the system chose.
    #[must_use]
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// The addresses of gRPC.
    #[must_use]
    pub fn grpc_addresses(&self) -> &[Address] {
        &self.grpc_addresses
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Reads tokens, secrets and certificates again. The earlier content of a file that cannot be
    /// used stays in use.
    ///
    /// # Errors
    ///
    /// The first file that cannot be used.
    pub fn reload(&self) -> Result<(), FileError> {
        let tls = self.tls.as_ref().map_or(Ok(()), |tls| tls.reload());
        self.credentials.reload().and(tls)
    }

    /// Answers the requests under way and ends the server. `/readyz` says no from the beginning.
    ///
    /// # Errors
    ///
    /// [`ServerError::Drain`] if requests were left at the end of the time.
    pub async fn shut_down(self) -> Result<(), ServerError> {
        let Self {
            service,
            options,
            mut accepting,
            #[cfg(feature = "grpc")]
            mut health,
            ..
        } = self;
        let was_ready = service.state() != State::Starting;
        service.begin_drain();
        #[cfg(feature = "grpc")]
        health.0.report(false).await;
        // No load balancer has to hear the end of a readiness that never was.
        if was_ready {
            tokio::time::sleep(options.drain_delay).await;
        }
        #[cfg(feature = "grpc")]
        health.0.end_watches().await;
        let drained = accepting.drain(options.drain).await;
        let _ = tokio::task::spawn_blocking(move || service.shut_down()).await;
        if drained {
            Ok(())
        } else {
            Err(ServerError::Drain)
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use kzg_advanced::EnterpriseKzgManager;
    use kzg_testing::fake::Fake;

    use super::*;

    fn backends() -> Backends {
        Backends {
            manager: EnterpriseKzgManager::new(Arc::new(Fake::new("fake"))),
            engine: None,
            setup_sha256: [7; 32],
        }
    }

    fn options() -> ServerOptions {
        let mut options = ServerOptions::new(["127.0.0.1:0".parse().expect("an address")]);
        options.service.workers = 1;
        options
    }

    /// Waits until an address can be bound again.
    async fn is_free(address: &Address) {
        let bound = async {
            while Socket::bind(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), bound)
            .await
            .expect("in time");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_start_that_fails_and_a_dropped_server_leave_no_socket() {
        let (free, _) = listen(&options().listen[0]).await.unwrap();
        let (_taken, occupied) = listen(&options().listen[0]).await.unwrap();
        let address = free.address().unwrap();
        drop(free);
        let mut both = options();
        both.listen = vec![address.clone(), occupied];
        let error = Server::start(backends(), both).await.unwrap_err();
        assert!(matches!(error, ServerError::Io { .. }), "{error}");
        is_free(&address).await;
        let server = Server::start(backends(), options()).await.unwrap();
        let address = server.addresses()[0].clone();
        drop(server);
        is_free(&address).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_does_the_upkeep_of_its_metrics() {
        let mut server = Server::start(backends(), options()).await.unwrap();
        let ended = tokio::time::timeout(Duration::ZERO, server.background.join_next());
        assert!(ended.await.is_err(), "the upkeep goes on");
        server.shut_down().await.unwrap();
    }
}
