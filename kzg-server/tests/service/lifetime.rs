//! The ends of connections, servers and services.

use http_body_util::Full;
use hyper::{Request, StatusCode};

use super::unread::{Narrow, taken};
use super::*;

fn livez(address: &str) -> Request<Full<Bytes>> {
    let request = Request::get(format!("http://{address}/livez"));
    request.body(Full::default()).expect("a request")
}

/// A connection of HTTP/2 answers pings for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_requests_ends() {
    let running = start(fake(), |options| options.idle = Duration::from_millis(200)).await;
    let address = running.address.to_string();
    let mut client = Narrow::connect(&address, 65_535).await;
    let answer = client.ask(livez(&address)).await;
    assert_eq!(taken(answer).await.unwrap(), "live\n");
    let ended = tokio::time::timeout(LONG, client.connection).await;
    let ended = ended.expect("the server ends the connection");
    ended.expect("no panic").expect("no error");
    // A request under way keeps its connection, though the client takes nothing of the answer.
    let mut client = Narrow::connect(&address, 0).await;
    let answer = client.ask(livez(&address)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let other = client.ask(livez(&address)).await;
    assert_eq!(other.status(), StatusCode::OK);
    drop(answer);
}
