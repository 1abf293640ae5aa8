//! Signals to a server, in a process of its own: their handlers belong to the whole process.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use kzg_advanced::{EnterpriseKzgManager, Operation};
use kzg_server::{Backends, ServerOptions, run};
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Gate, Scripted};
use nix::sys::signal::{Signal, raise};

/// A time that only a fault reaches.
const LONG: Duration = Duration::from_secs(60);

/// The time of the drain, a tenth of the time that the test waits for.
const DRAIN: Duration = Duration::from_secs(2);

#[test]
fn a_server_whose_start_hangs_ends_at_sigterm() {
    let gate = Gate::default();
    // The first call is the first of the self-test.
    let hung = Action::hang(&gate);
    let settings = Scripted::new(Arc::new(Fake::new("fake")));
    let settings = Arc::new(settings.on(Operation::BlobToKzgCommitment, 0, hung));
    let backends = Backends {
        manager: EnterpriseKzgManager::new(Arc::clone(&settings) as _),
        engine: None,
        setup_sha256: [7; 32],
    };
    let mut options = ServerOptions::new(["127.0.0.1:0".parse().unwrap()]);
    options.drain = DRAIN;
    options.service.workers = 1;
    let (begun, has_begun) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    thread::spawn(move || {
        let result = run(backends, options, |_| begun.send(()).unwrap());
        ended.send(result).unwrap();
    });
    // The signals are received from before this moment on.
    has_begun.recv_timeout(LONG).unwrap();
    while settings.calls(Operation::BlobToKzgCommitment) == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    raise(Signal::SIGTERM).unwrap();
    let result = has_ended.recv_timeout(10 * DRAIN);
    gate.open();
    result.expect("the server ends").unwrap();
}
