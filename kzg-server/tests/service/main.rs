//! A server over fakes and scripted faults, as clients see it.

#[path = "../support/mod.rs"]
mod support;

mod abuse;
mod bulk;
mod fairness;
mod files;
mod gathering;
#[cfg(feature = "grpc")]
mod grpc;
mod lifetime;
mod memory;
mod operation;
mod record;
mod semantics;
mod tls;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kzg_advanced::{Blob, EnterpriseKzgManager, KzgSettings};
use kzg_server::admission::Reservation;
use kzg_testing::fake::Fake;
use serde_json::Value;

use support::{JSON, RAW, Received, Running, Version, post, send, start, start_manager};

/// A time that only a fault reaches.
const LONG: Duration = Duration::from_secs(60);

fn fake() -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new("fake"))
}

/// Blob `number` of a test.
fn blob(number: u16) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[1..3].copy_from_slice(&number.to_be_bytes());
    blob
}

/// The body for the verification of blob `number`: blob, commitment, proof.
fn proven(number: u16) -> Vec<u8> {
    let (blob, fake) = (blob(number), fake());
    let commitment = fake.blob_to_kzg_commitment(&blob).expect("a commitment");
    let proof = fake
        .compute_blob_kzg_proof(&blob, &commitment)
        .expect("a proof");
    [&blob.0[..], &commitment.0, &proof.0].concat()
}

/// A blob with a field element that is not canonical.
fn malformed() -> Vec<u8> {
    let mut blob = blob(0);
    blob.0[0] = 0xff;
    blob.0.to_vec()
}

/// Sends a raw body. Asks for JSON.
async fn raw(running: &Running, path: &str, body: impl Into<Bytes>) -> Received {
    let request = post(running.address, path, RAW, JSON, body);
    send(running.address, Version::Http1, request).await
}

async fn get(running: &Running, path: &str) -> Received {
    let request = hyper::Request::get(format!("http://{}{path}", running.address))
        .header("host", "test")
        .body(http_body_util::Full::new(Bytes::new()))
        .expect("a request");
    send(running.address, Version::Http1, request).await
}

impl Received {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn text(&self) -> &str {
        core::str::from_utf8(&self.body).expect("a text")
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// The value of a metric whose line begins with a text.
fn metric(text: &str, begins: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(begins));
    let line = line.unwrap_or_else(|| panic!("no {begins} in\n{text}"));
    let (_, value) = line.rsplit_once(' ').expect("a value");
    value.parse().expect("a number")
}

/// Takes the memory for requests but for `free` bytes.
fn all_but(running: &Running, free: usize) -> Reservation {
    let budget = running.server.service().budget();
    let mut others = budget.reservation();
    others.grow_beyond(budget.limit() - free);
    others
}

fn manager(settings: Arc<dyn KzgSettings>) -> EnterpriseKzgManager {
    EnterpriseKzgManager::new(settings)
}
