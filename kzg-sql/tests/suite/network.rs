//! A cluster of two network namespaces, between which the network is cut.

use std::process::{self, Command};

use crate::cluster::{client, finished, statement};
use crate::processes::{Executor, Scheduler, printed, skipped};

/// A network namespace with a link to that of the test. It is removed at the end.
struct Network {
    namespace: String,
    /// The end of the link outside of the namespace.
    link: String,
    /// The address outside of the namespace.
    here: String,
    /// The address in the namespace.
    there: String,
}

impl Network {
    /// Makes a namespace; `None` where this is not allowed.
    fn new() -> Option<Self> {
        let id = process::id() % 64_000;
        let subnet = format!("10.{}.{}", 192 + id / 256 % 32, id % 256);
        let network = Self {
            namespace: format!("kzg-{id}"),
            link: format!("kzg{id}h"),
            here: format!("{subnet}.1"),
            there: format!("{subnet}.2"),
        };
        let (namespace, link, inner) = (&network.namespace, &network.link, format!("kzg{id}n"));
        let inside = |words: &str| ip(&format!("netns exec {namespace} ip {words}"));
        let made = ip(&format!("netns add {namespace}"))
            && ip(&format!("link add {link} type veth peer name {inner}"))
            && ip(&format!("link set {inner} netns {namespace}"))
            && ip(&format!("address add {}/30 dev {link}", network.here))
            && ip(&format!("link set {link} up"))
            && inside(&format!("address add {}/30 dev {inner}", network.there))
            && inside(&format!("link set {inner} up"))
            && inside("link set lo up");
        made.then_some(network)
    }

    fn cut(&self) {
        assert!(ip(&format!("link set {} down", self.link)));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // There may be neither.
        ip(&format!("link delete {}", self.link));
        ip(&format!("netns delete {}", self.namespace));
    }
}

/// Runs `ip`; returns whether it succeeds.
fn ip(words: &str) -> bool {
    let output = Command::new("ip").args(words.split(' ')).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_network_that_is_cut_changes_no_answer() {
    let Some(network) = Network::new() else {
        skipped("network namespaces need the program ip, and root");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let sql = statement(folder.path());
    let embedded = printed(&[&sql, "--csv"]);
    let work = tempfile::tempdir().expect("a folder");
    let scheduler = Scheduler::start(&format!("{}:0", network.here));
    let (namespace, there) = (&network.namespace, &network.there);
    let far = work.path().join("far");
    let far = Executor::start_in(namespace, there, &scheduler.address, &far);
    let near = work.path().join("near");
    let _near = Executor::start_at(&network.here, &scheduler.address, &near);

    // An executor is cut off after it has finished a task: its results are computed again.
    let running = client(&sql, &scheduler);
    far.wait_for_a_result();
    network.cut();
    let (exit, output, errors) = finished(running);
    assert_eq!(exit, Some(0), "{errors}");
    assert!(
        output == embedded,
        "the answer differs:\n{output}\n{embedded}"
    );
}
