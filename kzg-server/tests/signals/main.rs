//! Signals to a server, in a process of its own: their handlers belong to the whole process.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kzg_advanced::{EnterpriseKzgManager, Operation};
use kzg_server::service::State;
use kzg_server::{Backends, ServerError, ServerOptions, Service, run};
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Gate, Scripted};
use nix::sys::signal::{Signal, raise};

/// A time that only a fault reaches.
const LONG: Duration = Duration::from_secs(60);

/// The time of the drain, a tenth of the time that the test waits for.
const DRAIN: Duration = Duration::from_secs(2);

/// Every server of the process receives a signal, so there is one server at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Runs a server in a thread. Returns the service, once signals are received, and where the end is reported.
fn begin(
    settings: Scripted,
    drain: Duration,
    drain_delay: Duration,
) -> (Arc<Service>, Receiver<Result<(), ServerError>>) {
    let backends = Backends {
        manager: EnterpriseKzgManager::new(Arc::new(settings)),
        engine: None,
        setup_sha256: [7; 32],
    };
    let mut options = ServerOptions::new(["127.0.0.1:0".parse().expect("an address")]);
    options.drain = drain;
    options.drain_delay = drain_delay;
    options.service.workers = 1;
    let (begun, has_begun) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    thread::spawn(move || {
        let result = run(backends, options, |server| {
            let _ = begun.send(Arc::clone(server.service()));
        });
        let _ = ended.send(result);
    });
    let service = has_begun.recv_timeout(LONG);
    (service.expect("signals are received"), has_ended)
}

/// Waits until a service has a state, which is certain to come.
fn wait_for(service: &Service, state: State) {
    while service.state() != state {
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_server_whose_start_hangs_ends_at_sigterm() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let gate = Gate::default();
    // The first call is the first of the self-test.
    let hung = Action::hang(&gate);
    let settings = Scripted::new(Arc::new(Fake::new("fake")));
    let settings = settings.on(Operation::BlobToKzgCommitment, 0, hung);
    let (_service, has_ended) = begin(settings, DRAIN, Duration::ZERO);
    gate.wait_for(1);
    raise(Signal::SIGTERM).unwrap();
    let result = has_ended.recv_timeout(10 * DRAIN);
    gate.open();
    result.expect("the server ends").unwrap();
}

/// The first signal begins the drain, and the second ends it.
#[test]
fn a_second_signal_ends_the_drain() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (first, second) in [
        (Signal::SIGTERM, Signal::SIGTERM),
        (Signal::SIGINT, Signal::SIGINT),
        (Signal::SIGTERM, Signal::SIGINT),
    ] {
        let settings = Scripted::new(Arc::new(Fake::new("fake")));
        let (service, has_ended) = begin(settings, 10 * LONG, 10 * LONG);
        wait_for(&service, State::Ready);
        raise(first).unwrap();
        wait_for(&service, State::Draining);
        raise(second).unwrap();
        let ended = has_ended.recv_timeout(LONG).expect("the server ends");
        assert!(matches!(ended, Err(ServerError::Interrupted)), "{ended:?}");
    }
}
