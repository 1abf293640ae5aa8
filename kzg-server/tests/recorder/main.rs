//! A server in a program that has a metrics recorder of its own. The recorder belongs to the whole process.

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod support;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use kzg_testing::fake::Fake;
use metrics::NoopRecorder;
use support::{Version, send, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_keeps_its_own_recorder() {
    metrics::set_global_recorder(NoopRecorder).unwrap();
    let running = start(Arc::new(Fake::new("fake")), |_| ()).await;
    let request = Request::get("/metrics").header("host", "x");
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let answer = send(running.address, Version::Http1, request).await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    for line in ["kzg_ready 1", "# HELP kzg_ready "] {
        assert!(text.contains(line), "{text}");
    }
    running.server.shut_down().await.unwrap();
}
