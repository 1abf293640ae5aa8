//! The memory of requests that try to take more than they count for.

use hyper::StatusCode;

use super::semantics::wait_until;
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
