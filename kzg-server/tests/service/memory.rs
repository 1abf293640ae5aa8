//! The memory of requests that try to take more than they count for.

use hyper::{Request, StatusCode};

use kzg_advanced::Operation;
use kzg_server::bulk::Bulk;
use kzg_server::wire::handler::{FieldKind, HANDLERS, RawLength};
use kzg_server::{Server, ServerError, ServerOptions};

use super::semantics::wait_until;
use super::unread::Narrow;
use super::*;

/// Sends a JSON body.
async fn json(running: &Running, path: &str, body: impl Into<Bytes>) -> Received {
    let request = post(running.address, path, JSON, JSON, body);
    send(running.address, Version::Http1, request).await
}

/// The parser of JSON writes a string of a wrong type, and an unknown name, into its message.
#[tokio::test(flavor = "multi_thread")]
async fn long_strings_have_short_answers() {
    let running = start(fake(), |_| ()).await;
    let path = "/v1/recover_cells_and_kzg_proofs";
    let digits = "0".repeat(2_000_000);
    for (value, name) in [
        ("\u{7f}".repeat(1_000_000), "cells".to_owned()),
        ("x".repeat(1_000_000), "cells".to_owned()),
        ("\\u007f".repeat(200_000), "cells".to_owned()),
        (String::new(), "k".repeat(1_000_000)),
        // Longer than any value, with escapes that are no ends of it.
        (format!("{digits}\\\""), "cells".to_owned()),
    ] {
        let body = format!("{{\"cell_indices\":[\"{value}\"],\"{name}\":[]}}");
        let answer = json(&running, path, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert!(answer.body.len() < 1000, "{}", answer.body.len());
    }
    let body = format!("{{\"cell_indices\":[],\"cells\":[\"0x{digits}\"]}}");
    let answer = json(&running, path, body).await;
    let detail = answer.json()["detail"].clone();
    assert!(detail.as_str().unwrap().contains("string"), "{detail}");
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// A value may be written in escapes.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_escapes_is_read() {
    let running = start(fake(), |_| ()).await;
    let (blob, fake) = (blob(1), fake());
    let commitment = fake.blob_to_kzg_commitment(&blob).unwrap();
    let proof = fake.compute_blob_kzg_proof(&blob, &commitment).unwrap();
    let escaped = |text: String| {
        let digits = text.bytes().map(|byte| format!("\\u{byte:04x}"));
        digits.collect::<String>()
    };
    let blob = escaped(blob.to_string());
    let body = format!(
        "{{\"blobs\":[\"{blob}\"],\"commitments\":[\"{commitment}\"],\"proofs\":[\"{proof}\"]}}"
    );
    let answer = json(&running, "/v1/verify_blob_kzg_proof_batch", body).await;
    assert_eq!(answer.json(), serde_json::json!({"output": true}));
}

/// The documents that need no token are not copied for each client.
#[tokio::test(flavor = "multi_thread")]
async fn documents_that_nobody_takes_leave_room_for_requests() {
    let running = start(fake(), |options| options.service.bytes = 1 << 20).await;
    let address = running.address.to_string();
    let mut clients = Vec::new();
    for path in ["/openapi.json", "/"] {
        let mut client = Narrow::connect(&address, 0).await;
        let mut answers = Vec::new();
        for _ in 0..100 {
            let request = Request::get(format!("http://{address}{path}"))
                .body(http_body_util::Full::new(Bytes::new()))
                .unwrap();
            let answer = client.ask(request).await;
            assert_eq!(answer.status(), StatusCode::OK);
            answers.push(answer);
        }
        clients.push((client, answers));
    }
    let answer = raw(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    drop(clients);
}

/// A scrape finds room whatever fills the memory for requests.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_answered_while_the_memory_is_full() {
    let running = start(fake(), |options| options.service.bytes = 1 << 20).await;
    let budget = running.server.service().budget();
    let mut others = budget.reservation();
    others.grow_beyond(16 << 20);
    assert_eq!(get(&running, "/metrics").await.status, StatusCode::OK);
    drop(others);
    wait_until(|| budget.used() == 0).await;
}

/// Scrapes whose answers nobody takes have a bound of their own, and take no memory from requests.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_that_nobody_takes_leave_room_for_requests() {
    let running = start(fake(), |options| {
        options.service.bytes = 1 << 20;
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let address = running.address.to_string();
    let mut clients = Vec::new();
    let (mut bytes, mut refused) = (0, false);
    while !refused {
        // The server hands over the whole answer, of which the client takes a byte.
        let mut client = Narrow::connect(&address, 1).await;
        let mut answers = Vec::new();
        while !refused && answers.len() < 100 {
            let request = Request::get(format!("http://{address}/metrics"))
                .body(http_body_util::Full::new(Bytes::new()))
                .unwrap();
            let answer = client.ask(request).await;
            refused = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
            if !refused {
                assert_eq!(answer.status(), StatusCode::OK);
                let length = answer.headers()["content-length"].to_str().unwrap();
                bytes += length.parse::<usize>().unwrap();
            }
            answers.push(answer);
        }
        clients.push((client, answers));
        assert!(bytes < 4 << 20, "{bytes}");
    }
    assert!(bytes >= 1 << 20, "{bytes}");
    let answer = raw(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(running.server.service().budget().used() < 1 << 19);
    drop(clients);
    let scraped = async {
        while get(&running, "/metrics").await.status != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, scraped).await.unwrap();
}

/// The inputs exist beside the body from which they are read.
#[tokio::test(flavor = "multi_thread")]
async fn inputs_count_beside_their_body() {
    const CELL: usize = 48 + 8 + 2048 + 48;
    // There is room for 1,310,720 bytes.
    let running = start(fake(), |options| options.service.bytes = 4 << 20).await;
    let budget = running.server.service().budget();
    let mut others = budget.reservation();
    others.grow_beyond(11 << 18);
    let path = "/v1/verify_cell_kzg_proof_batch";
    let refused = raw(&running, path, vec![0; 450 * CELL]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let taken = raw(&running, path, vec![0; 250 * CELL]).await;
    assert_ne!(taken.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = |cells: usize| {
        let cell = format!("\"0x{}\"", "00".repeat(2048));
        let cells = vec![cell; cells].join(",");
        format!("{{\"cell_indices\":[],\"cells\":[{cells}]}}")
    };
    // Two digits are a byte of a cell.
    let path = "/v1/recover_cells_and_kzg_proofs";
    let refused = json(&running, path, text(240)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let taken = json(&running, path, text(150)).await;
    assert_eq!(taken.status, StatusCode::BAD_REQUEST);
    drop(others);
    wait_until(|| budget.used() == 0).await;
}

/// A list in a list takes the room of four strings, and a string with escapes is copied.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_lists_and_escapes_stay_within_the_memory_limit() {
    let running = start(fake(), |options| options.service.bytes = 16 << 20).await;
    let budget = running.server.service().budget();
    let mut others = budget.reservation();
    others.grow_beyond(8 << 20);
    let path = "/v1/compute_verify_cell_kzg_proof_batch_challenge";
    for (item, count, expected) in [
        ("[\"\"]", 50_000, StatusCode::SERVICE_UNAVAILABLE),
        ("[\"\"]", 1000, StatusCode::BAD_REQUEST),
        ("[\"\\n\"]", 30_000, StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let lists = vec![item; count].join(",");
        let rest = "\"commitments\":[],\"commitment_indices\":[],\"cell_indices\":[],\"proofs\":[]";
        let answer = json(
            &running,
            path,
            format!("{{\"cosets_evals\":[{lists}],{rest}}}"),
        )
        .await;
        assert_eq!(answer.status, expected, "{item}: {}", answer.text());
    }
}

/// Waiting does not help a request that needs more memory than there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_fits_is_too_large() {
    let running = start(fake(), |options| options.service.bytes = 1 << 20).await;
    let path = "/v1/verify_cell_kzg_proof_batch";
    let body = vec![0; (48 + 8 + 2048 + 48) * 300];
    let answer = raw(&running, path, body.clone()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("1048576 bytes"), "{}", answer.text());
    // The body with its inputs would fit, but for the 4096 bytes of its request.
    let body = vec![0; (48 + 8 + 2048 + 48) * 243];
    assert!(2 * body.len() < 1 << 20 && 2 * body.len() + 4096 > 1 << 20);
    let answer = raw(&running, path, body.clone()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Without an announced length.
    let sending = bulk::Sending::begin_at(&running, path, JSON).await;
    sending.send(&body).await;
    sending.send(&body).await;
    let (answer, pieces) = sending.answer().await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    drop(pieces);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

/// Starts a server with a memory for requests. Returns the least that it needs, if that is more.
async fn least_beyond(bytes: usize) -> Option<usize> {
    let backends = support::backends(manager(fake()));
    let mut options = ServerOptions::new([support::any_port()]);
    options.service.bytes = bytes;
    match Server::start(backends, options).await {
        Err(ServerError::Memory { least, .. }) => Some(least),
        started => started.map(|_| None).expect("a server"),
    }
}

/// A server that has begun refuses no kind of call for ever.
#[tokio::test(flavor = "multi_thread")]
async fn the_least_memory_has_room_for_one_call_of_each_kind() {
    let least = least_beyond(0).await.unwrap();
    assert_eq!(least_beyond(least - 1).await, Some(least));
    assert_eq!(least_beyond(least).await, None);
    let running = start(fake(), |options| options.service.bytes = least).await;
    let budget = running.server.service().budget();
    let answered = async |path: &str, content: &str, body: Vec<u8>| {
        let request = post(running.address, path, content, JSON, body);
        let answer = send(running.address, Version::Http1, request).await;
        let refused = [
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        assert!(
            !refused.contains(&answer.status),
            "{path}: {}",
            answer.text()
        );
        wait_until(|| budget.used() == 0).await;
    };
    for handler in &HANDLERS {
        let rows = match handler.operation {
            Operation::RecoverCellsAndKzgProofs => 64,
            _ => 1,
        };
        let path = format!("/v1/{}", handler.name());
        let fields = handler.fields.iter().map(|field| {
            let value = match field.kind {
                FieldKind::Index => Value::from(1),
                FieldKind::Evaluations => vec![format!("0x{}", "00".repeat(32)); 64].into(),
                kind => format!("0x{}", "00".repeat(kind.length())).into(),
            };
            let value = match field.list {
                true => vec![value; rows].into(),
                false => value,
            };
            (field.name.to_owned(), value)
        });
        let body = Value::Object(fields.collect()).to_string();
        answered(&path, JSON, body.into()).await;
        if let Some(RawLength::Exactly(length) | RawLength::MultipleOf(length)) =
            handler.raw_length()
        {
            answered(&path, RAW, vec![0; rows * length]).await;
        }
    }
    for bulk in Bulk::ALL {
        let path = format!("/v1/{}", bulk.name());
        answered(&path, RAW, vec![0; bulk.item_length()]).await;
    }
    for version in ["1", "2", "cells"] {
        for (input, length) in [("blobs", 131_072), ("bytes", 1)] {
            let path = format!("/v1/bundle?version={version}&input={input}");
            answered(&path, RAW, vec![0; length]).await;
        }
    }
}
