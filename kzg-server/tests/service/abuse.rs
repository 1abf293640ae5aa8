//! Clients that lie, send slowly, send too much, or leave.

use futures_util::future::join_all;
use hyper::StatusCode;
use kzg_advanced::Operation;
use kzg_testing::scripted::{Action, Gate, Scripted};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::semantics::wait_until;
use super::*;

/// Sends bytes and reads the answer until the server closes the connection.
async fn exchange(running: &Running, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(running.address)
        .await
        .expect("a connection");
    // The server may close the connection before it has read all.
    let _ = stream.write_all(sent).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const HEAD: &str = "POST /v1/blob_to_kzg_commitment HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                    content-type: application/octet-stream\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn wrong_content_lengths_are_refused() {
    let running = start(fake(), |_| ()).await;
    let impatient = start(fake(), |options| {
        options.service.body_timeout = Duration::from_millis(200)
    })
    .await;
    let blob = blob(1).0.to_vec();
    let with = |length: &str, body: &[u8]| {
        [HEAD.as_bytes(), length.as_bytes(), b"\r\n\r\n", body].concat()
    };
    // Less than announced.
    let less = with("content-length: 131072", &blob[..1000]);
    let answer = exchange(&impatient, &less).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    wait_until(|| impatient.server.service().budget().used() == 0).await;
    // More than the endpoint takes, announced and not.
    for length in [
        "content-length: 131073",
        "content-length: 99999999999999999",
    ] {
        let answer = exchange(&running, &with(length, &blob)).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    for wrong in [
        "content-length: -1",
        "content-length: x",
        "content-length: 1\r\ncontent-length: 2",
    ] {
        let answer = exchange(&running, &with(wrong, &blob)).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    // A body without an end.
    let mut endless = with("transfer-encoding: chunked", b"");
    for _ in 0..40 {
        endless.extend_from_slice(b"8000\r\n");
        endless.extend_from_slice(&[1; 0x8000]);
        endless.extend_from_slice(b"\r\n");
    }
    let answer = exchange(&running, &endless).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let good = exchange(&running, &with("content-length: 131072", &blob)).await;
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_headers_and_json_without_a_floor() {
    let running = start(fake(), |_| ()).await;
    let headers: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    let answer = exchange(
        &running,
        format!("GET /livez HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes(),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = format!(
        "GET /livez HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let answer = exchange(&running, long.as_bytes()).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    for (open, endpoint) in [
        ("[", "verify_cell_kzg_proof_batch"),
        ("{\"a\":", "verify_blob_kzg_proof_batch"),
    ] {
        let deep = open.repeat(1_000_000);
        let request = post(
            running.address,
            &format!("/v1/{endpoint}"),
            JSON,
            JSON,
            deep,
        );
        let answer = send(running.address, Version::Http1, request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.len() < 1000, "{}", answer.text());
    }
    assert_eq!(get(&running, "/livez").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_keep_nothing_from_others() {
    let running = start(fake(), |options| options.service.bytes = 4 << 20).await;
    let head = format!("{HEAD}content-length: 131072\r\n\r\n");
    let slow = join_all((0..500).map(|number| {
        let (address, head) = (running.address, head.clone());
        async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // Some send a part of the head, the others a part of the body.
            let sent = if number % 2 == 0 { &head[..40] } else { &head };
            stream.write_all(sent.as_bytes()).await.unwrap();
            stream.write_all(b"\n").await.unwrap();
            stream
        }
    }))
    .await;
    for number in 0..10 {
        let answer = raw(
            &running,
            "/v1/blob_to_kzg_commitment",
            blob(number).0.to_vec(),
        )
        .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    // Bytes that were announced and not sent take no memory.
    assert!(running.server.service().budget().used() < 2 << 20);
    drop(slow);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_of_streams_keep_nothing_from_others() {
    let running = start(fake(), |options| options.service.bytes = 4 << 20).await;
    let head = HEAD.replace("blob_to_kzg_commitment", "commitments");
    let head = format!("{head}transfer-encoding: chunked\r\n\r\n");
    let slow = join_all((0..40).map(|number| {
        let (address, head) = (running.address, head.clone());
        async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // Some send the head alone, the others a part of an item too.
            let part = if number % 2 == 0 { "" } else { "3\r\nabc\r\n" };
            let sent = format!("{head}{part}");
            stream.write_all(sent.as_bytes()).await.unwrap();
            stream
        }
    }))
    .await;
    let budget = running.server.service().budget();
    // Each request counts as 4096 bytes itself.
    wait_until(|| budget.used() >= 40 * 4096).await;
    let answer = raw(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = raw(&running, "/v1/commitments", blob(1).0.to_vec()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(budget.used() < 1 << 20, "{}", budget.used());
    drop(slow);
    wait_until(|| budget.used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_whose_items_do_not_fit_together_do_not_wait_for_each_other() {
    let running = start(fake(), |options| {
        // Room for six items.
        options.service.bytes = 1 << 20;
        options.service.body_timeout = 10 * LONG;
    })
    .await;
    let streams = (0..40).map(|number| {
        let body: Vec<u8> = (0..3).flat_map(|item| blob(3 * number + item).0).collect();
        let request = post(running.address, "/v1/commitments", RAW, RAW, body);
        tokio::spawn(send(running.address, Version::Http1, request))
    });
    let streams: Vec<_> = streams.collect();
    let answers = tokio::time::timeout(LONG, join_all(streams)).await;
    let answers = answers.expect("no stream waits for another without an end");
    let mut complete = 0;
    for answer in answers.into_iter().map(Result::unwrap) {
        // A stream that finds no room for its first item is refused.
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 3 * 48));
            complete += 1;
        }
    }
    assert!(complete > 0);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_of_a_client_that_left_is_not_made() {
    let gate = Gate::default();
    let settings =
        Arc::new(Scripted::new(fake()).on(Operation::ComputeCells, 0, Action::hang(&gate)));
    let running = start(Arc::clone(&settings) as _, |_| ()).await;
    let operation = Operation::ComputeCellsAndKzgProofs;
    let calls = settings.calls(operation);
    let body = Bytes::copy_from_slice(&blob(1).0);
    let held = post(
        running.address,
        "/v1/compute_cells",
        RAW,
        JSON,
        body.clone(),
    );
    let held = tokio::spawn(send(running.address, Version::Http1, held));
    let service = Arc::clone(running.server.service());
    wait_until(|| service.statistics().active_tasks == 1).await;
    // No other test has such requests.
    let line = "kzg_requests_total{front=\"http\",endpoint=\"compute_cells_and_kzg_proofs\",status=\"499\"} ";
    assert!(!get(&running, "/metrics").await.text().contains(line));
    for version in [Version::Http1, Version::Http2] {
        let queued = service.statistics().queued_tasks;
        let request = post(
            running.address,
            "/v1/compute_cells_and_kzg_proofs",
            RAW,
            JSON,
            body.clone(),
        );
        let leaving = tokio::spawn(send(running.address, version, request));
        wait_until(|| service.statistics().queued_tasks == queued + 1).await;
        leaving.abort();
        let _ = leaving.await;
    }
    // The lane has the inputs of both until a worker takes them, and nothing else of the requests.
    wait_until(|| service.budget().used() < 3 * 131_072 + 2 * 4096).await;
    gate.open();
    assert_eq!(held.await.unwrap().status, StatusCode::OK);
    wait_until(|| service.statistics().failed_tasks == 2).await;
    assert_eq!(settings.calls(operation), calls);
    let counted = async {
        while !get(&running, "/metrics")
            .await
            .text()
            .contains(&format!("{line}2\n"))
        {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, counted).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inputs_of_abandoned_calls_count_until_the_calls_return() {
    let gate = Gate::default();
    let hung = gate.clone();
    let operation = Operation::VerifyCellKzgProofBatch;
    let settings = Scripted::new(fake()).otherwise(move |called, number| {
        // The first three are of the self-test.
        match called == operation && number >= 3 {
            true => Action::hang(&hung),
            false => Action::Pass,
        }
    });
    let settings = Arc::new(settings);
    let running = start(Arc::clone(&settings) as _, |options| {
        // Room for a body and its inputs.
        options.service.bytes = 13 << 20;
    })
    .await;
    assert_eq!(settings.calls(operation), 3);
    let cells = (6 << 20) / (48 + 8 + 2048 + 48);
    let body = vec![0; cells * (48 + 8 + 2048 + 48)];
    let path = "/v1/verify_cell_kzg_proof_batch";
    // A loaded machine may need the whole time for reading and parsing: then the call is not begun.
    // If it needs the time for the begin of the call, the next request finds the memory taken.
    let mut expected = vec![StatusCode::GATEWAY_TIMEOUT];
    while settings.calls(operation) == 3 {
        let first = raw(&running, &format!("{path}?timeout_ms=3000"), body.clone()).await;
        assert!(expected.contains(&first.status), "{}", first.status);
        expected.push(StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(settings.calls(operation), 4);
    // A sender that waits for the permission to send is refused by the announced length.
    let head = HEAD.replace("blob_to_kzg_commitment", "verify_cell_kzg_proof_batch");
    let length = body.len();
    let head = format!("{head}expect: 100-continue\r\ncontent-length: {length}\r\n\r\n");
    let second = exchange(&running, head.as_bytes()).await;
    assert!(second.starts_with("HTTP/1.1 503"), "{second}");
    assert!(second.contains("urn:kzg:problem:busy"), "{second}");
    let budget = running.server.service().budget();
    assert!(budget.used() >= body.len());
    gate.open();
    wait_until(|| budget.used() == 0).await;
    let third = raw(&running, path, body).await;
    assert_ne!(third.status, StatusCode::SERVICE_UNAVAILABLE);
    wait_until(|| budget.used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_overload_gives_200_and_503_within_the_memory() {
    let settings = Scripted::new(fake()).otherwise(|operation, number| match operation {
        Operation::BlobToKzgCommitment if number > 0 => Action::delay(Duration::from_millis(2)),
        _ => Action::Pass,
    });
    let limit = 8 << 20;
    let running = start(Arc::new(settings), |options| {
        options.service.queue = 8;
        options.service.bytes = limit;
    })
    .await;
    let body = Bytes::copy_from_slice(&blob(1).0);
    let clients = (0..90).map(|_| {
        let (address, body) = (running.address, body.clone());
        tokio::spawn(async move {
            let mut statuses = Vec::new();
            for _ in 0..5 {
                let request = post(
                    address,
                    "/v1/blob_to_kzg_commitment",
                    RAW,
                    RAW,
                    body.clone(),
                );
                statuses.push(send(address, Version::Http1, request).await.status.as_u16());
            }
            statuses
        })
    });
    let clients: Vec<_> = clients.collect();
    let statuses: Vec<u16> = join_all(clients)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    assert!(
        statuses.iter().all(|status| [200, 503].contains(status)),
        "{statuses:?}"
    );
    assert!(
        statuses.contains(&200) && statuses.contains(&503),
        "{statuses:?}"
    );
    let answer = raw(&running, "/v1/blob_to_kzg_commitment", body).await;
    assert_eq!(answer.status, StatusCode::OK);
    wait_until(|| running.server.service().budget().used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_do_not_take_their_answers_keep_no_memory() {
    let running = start(fake(), |options| {
        options.service.body_timeout = Duration::from_secs(5)
    })
    .await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let request = [
        HEAD.replace("connection: close\r\n", "")
            .replace("blob_to_kzg_commitment", "compute_cells")
            .as_bytes(),
        b"content-length: 131072\r\n\r\n",
        &blob(1).0,
    ]
    .concat();
    // The client reads nothing. The requests are many times as large as the buffers of sockets, so
    // the last request is sent only if the server goes on reading.
    let flood = async {
        let mut result = Ok(());
        for _ in 0..400 {
            result = result.and(stream.write_all(&request).await);
        }
        result
    };
    let sent = tokio::time::timeout(LONG, flood).await.unwrap();
    assert!(sent.is_err(), "the server has closed the connection");
    wait_until(|| running.server.service().budget().used() == 0).await;
    let answer = raw(&running, "/v1/blob_to_kzg_commitment", blob(1).0.to_vec()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_empty_strings_stay_within_the_memory_limit() {
    let running = start(fake(), |options| options.service.bytes = 8 << 20).await;
    let path = "/v1/verify_blob_kzg_proof_batch";
    for (items, status) in [
        // 12 MB of strings in 0.75 MB of text.
        (250_000, StatusCode::PAYLOAD_TOO_LARGE),
        (1000, StatusCode::BAD_REQUEST),
    ] {
        let list = vec!["\"\""; items].join(",");
        let body = format!("{{\"blobs\":[{list}],\"commitments\":[],\"proofs\":[]}}");
        let request = post(running.address, path, JSON, JSON, body);
        let answer = send(running.address, Version::Http1, request).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}
