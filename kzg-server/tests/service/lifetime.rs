//! The ends of connections, servers and services.

use http_body_util::Full;
use hyper::{Request, StatusCode};

use kzg_advanced::Operation;
use kzg_server::service::Admission;
use kzg_server::wire::operation::OperationRequest;
use kzg_server::{ServerError, ServerOptions, Service};
use kzg_testing::scripted::{Action, Gate, Scripted};

use super::semantics::wait_until;
use super::unread::{Narrow, taken};
use super::*;

fn livez(address: &str) -> Request<Full<Bytes>> {
    let request = Request::get(format!("http://{address}/livez"));
    request.body(Full::default()).expect("a request")
}

/// A connection of HTTP/2 answers pings for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_requests_ends() {
    let running = start(fake(), |options| {
        options.idle = Duration::from_secs(3);
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let address = running.address.to_string();
    // A request under way keeps its connection, though the client takes nothing of the answer.
    let mut kept = Narrow::connect(&address, 0).await;
    let under_way = kept.ask(livez(&address)).await;
    let mut client = Narrow::connect(&address, 65_535).await;
    let answer = client.ask(livez(&address)).await;
    assert_eq!(taken(answer).await.unwrap(), "live\n");
    let ended = tokio::time::timeout(LONG, client.connection).await;
    let ended = ended.expect("the server ends the connection");
    ended.expect("no panic").expect("no error");
    // The first connection is older than the one that has ended.
    let other = kept.ask(livez(&address)).await;
    assert_eq!(other.status(), StatusCode::OK);
    drop(under_way);
}

/// The watch of a client has no end of its own.
#[cfg(feature = "grpc")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_dropped_ends_its_watches() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;

    let running = grpc::start_grpc_with(fake(), |_| ()).await;
    let mut health = HealthClient::new(running.channel().await);
    let service = String::new();
    let watch = health.watch(HealthCheckRequest { service }).await;
    let mut watch = watch.unwrap().into_inner();
    assert!(watch.message().await.unwrap().is_some());
    drop(running);
    let ended = async { while let Ok(Some(_)) = watch.message().await {} };
    let ended = tokio::time::timeout(LONG, ended).await;
    ended.expect("the server ends the watch");
}

/// The thread that drops a service may be that of a runtime.
#[tokio::test]
async fn a_service_that_is_dropped_waits_for_no_call() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate));
    let backends = support::backends(manager(Arc::new(settings)));
    let service = Service::new(backends, Default::default()).unwrap();
    let caller = Arc::clone(&service);
    let call = OperationRequest::ComputeCells {
        blob: blob(1).into(),
    };
    let memory = service.budget().reservation().into();
    let deadline = service.deadline(None);
    let called = tokio::spawn(async move {
        let called = caller.call(call, deadline, Admission::Single, memory);
        called.await
    });
    wait_until(|| service.statistics().active_tasks == 1).await;
    called.abort();
    let _ = called.await;
    let (dropped, receiver) = std::sync::mpsc::channel();
    let opener = std::thread::spawn(move || {
        let in_time = receiver.recv_timeout(LONG).is_ok();
        gate.open();
        in_time
    });
    drop(service);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let _ = dropped.send(());
    assert!(opener.join().unwrap(), "the drop waited for the call");
}

/// No load balancer has heard that the server is ready.
#[test]
fn a_failed_self_test_ends_the_program_at_once() {
    let settings = Scripted::new(fake()).on(Operation::BlobToKzgCommitment, 0, Action::Flip);
    let backends = support::backends(manager(Arc::new(settings)));
    let mut options = ServerOptions::new([support::any_port()]);
    options.drain_delay = 10 * LONG;
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _ = sender.send(kzg_server::run(backends, options, |_| ()));
    });
    let ended = receiver.recv_timeout(LONG).expect("in time");
    assert!(matches!(ended, Err(ServerError::SelfTest(_))), "{ended:?}");
}
