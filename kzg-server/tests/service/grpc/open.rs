//! Health and reflection, which need no token.

use futures_util::{StreamExt, stream};
use kzg_advanced::Operation;
use kzg_server::{Address, Backends, Server};
use kzg_testing::scripted::{Action, Gate, Scripted};
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::*;
use crate::semantics::wait_until;

const NAME: &str = "kzg.v1.Kzg";

#[tokio::test(flavor = "multi_thread")]
async fn health_follows_the_service_and_watches_hold_up_no_drain() {
    let gate = Gate::default();
    let settings = Scripted::new(fake()).on(Operation::WarmUp, 0, Action::hang(&gate));
    let backends = Backends {
        manager: manager(Arc::new(settings)),
        engine: None,
        setup_sha256: [0; 32],
    };
    let mut options = ServerOptions::new([support::any_port()]);
    options.grpc_listen.push(support::any_port());
    let server = Server::start(backends, options).await.unwrap();
    let Address::Tcp(address) = server.addresses()[0] else {
        panic!("not TCP");
    };
    let mut running = Running { server, address };
    let mut health = HealthClient::new(running.channel().await);
    let mut watch = health.watch(health_of(NAME)).await.unwrap().into_inner();
    let mut next = async || {
        let answer = tokio::time::timeout(LONG, watch.message()).await.unwrap();
        answer.unwrap().map(|answer| answer.status())
    };
    assert_eq!(next().await, Some(ServingStatus::NotServing));
    gate.open();
    running.server.ready().await.unwrap();
    assert_eq!(next().await, Some(ServingStatus::Serving));
    for name in ["", NAME] {
        let answer = health.check(health_of(name)).await.unwrap();
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    }
    let unknown = health.check(health_of("other")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let drained = tokio::spawn(running.server.shut_down());
    // The end may come before the last status is sent.
    let mut last = next().await;
    if last.is_some() {
        assert_eq!(last, Some(ServingStatus::NotServing));
        last = next().await;
    }
    assert_eq!(last, None);
    drained.await.unwrap().unwrap();
}

/// An orchestrator would end a server that is busy.
#[tokio::test(flavor = "multi_thread")]
async fn health_is_answered_while_the_memory_is_full() {
    let running = start_grpc(fake()).await;
    let others = all_but(&running, 0);
    let mut health = HealthClient::new(running.channel().await);
    for name in ["", NAME] {
        let answer = health.check(health_of(name)).await.unwrap();
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    }
    drop(others);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_is_reflected() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let running = start_grpc(fake()).await;
    let channel = running.channel().await;
    let asked = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol(NAME.to_owned()),
    ];
    let requests = asked.map(|asked| ServerReflectionRequest {
        host: String::new(),
        message_request: Some(asked),
    });
    let mut client = ServerReflectionClient::new(channel);
    let answers = client
        .server_reflection_info(stream::iter(requests))
        .await
        .unwrap();
    let answers: Vec<_> = answers.into_inner().collect().await;
    let [listed, file] = &answers[..] else {
        panic!("{} answers", answers.len());
    };
    let Some(MessageResponse::ListServicesResponse(listed)) =
        &listed.as_ref().unwrap().message_response
    else {
        panic!("{listed:?}");
    };
    let names: Vec<&str> = listed.service.iter().map(|it| it.name.as_str()).collect();
    assert!(names.contains(&NAME), "{names:?}");
    let Some(MessageResponse::FileDescriptorResponse(file)) =
        &file.as_ref().unwrap().message_response
    else {
        panic!("{file:?}");
    };
    let descriptor = &file.file_descriptor_proto[0];
    let method = b"ComputeVerifyCellKzgProofBatchChallenge";
    assert!(descriptor.windows(method.len()).any(|it| it == method));
}
