//! The official test vectors over HTTP/1.1 and HTTP/2, as JSON, and as raw bodies where a vector's
//! input has the lengths of a raw body; and over gRPC. Without KZG_SPEC_VECTORS the tests are reported as ignored.

#[cfg(feature = "grpc")]
mod grpc;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;
use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
use kzg_server::ServerOptions;
use kzg_server::wire::handler::{FieldKind, Handler};
use kzg_testing::harness::{VECTORS_VARIABLE, vectors_path};
use kzg_testing::vectors::Vectors;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;
use support::{JSON, RAW, Received, Running, Version, post, send, start};

/// The number of requests at the same time.
const CONCURRENT: usize = 16;

/// An answer that differs from the vector's output.
#[derive(Debug, thiserror::Error)]
enum WrongAnswer {
    #[error("not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("{status} {body}")]
    Json { status: StatusCode, body: Value },
    #[error("{status}, {length} bytes")]
    Raw { status: StatusCode, length: usize },
    #[cfg(feature = "grpc")]
    #[error("another message")]
    Message,
    #[cfg(feature = "grpc")]
    #[error(transparent)]
    Status(#[from] tonic::Status),
}

type Cases = Arc<Vec<(&'static Handler, String, Value)>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match vectors_path() {
        None => {
            let reason = format!("{VECTORS_VARIABLE} is not set");
            vec![Trial::ignorable_test("vectors", || {
                Ok(Completion::ignored_with(reason))
            })]
        }
        Some(path) => match Vectors::load(path) {
            Ok(vectors) => trials(vectors),
            Err(error) => vec![Trial::test("vectors", || Err(error.into()))],
        },
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(vectors: Vectors) -> Vec<Trial> {
    let complete = vectors.is_complete();
    let read = || -> Result<Cases, Failed> {
        complete?;
        let cases = vectors.cases().iter().map(|case| {
            let handler = Handler::by_name(case.handler()).ok_or("an unknown handler")?;
            Ok((handler, format!("{case:?}"), case.to_json()?))
        });
        Ok(Arc::new(cases.collect::<Result<_, Failed>>()?))
    };
    let cases = match read() {
        Ok(cases) => cases,
        Err(failed) => return vec![Trial::test("vectors", || Err(failed))],
    };
    let trial = |name: &str, version, raw| {
        let cases = Arc::clone(&cases);
        Trial::test(name, move || run(&cases, version, raw))
    };
    vec![
        trial("json_over_http1", Version::Http1, false),
        trial("json_over_http2", Version::Http2, false),
        trial("raw_bodies_over_http1", Version::Http1, true),
        trial("raw_bodies_over_http2", Version::Http2, true),
        #[cfg(feature = "grpc")]
        Trial::test("messages_over_grpc", {
            let cases = Arc::clone(&cases);
            move || grpc::run(&cases)
        }),
    ]
}

fn run(cases: &Cases, version: Version, raw: bool) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = SettingsOptions::default();
        let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), options)?;
        let running = start(settings, |options| {
            options.service.workers = 2;
            with_long_times(options);
        })
        .await;
        let checks = (0..cases.len()).map(|index| {
            let (cases, running) = (Arc::clone(cases), &running);
            async move {
                let (handler, name, case) = &cases[index];
                let checked = match raw {
                    true => check_raw(running, version, handler, case).await,
                    false => check_json(running, version, handler, case)
                        .await
                        .map(|()| true),
                };
                checked.map_err(|wrong| (name.clone(), wrong))
            }
        });
        let checks: Vec<_> = checks.collect();
        let checked: Vec<_> = stream::iter(checks).buffered(CONCURRENT).collect().await;
        let done = count_passed(checked)?;
        // Inputs of other lengths, and the challenges of cells, have no raw form.
        let expected = if raw { 200 } else { cases.len() };
        if done < expected {
            return Err(format!("{done} cases, expected {expected} at least").into());
        }
        running.server.shut_down().await?;
        Ok(())
    })
}

/// Sets times that a busy machine does not reach, also with all requests at the same time.
fn with_long_times(options: &mut ServerOptions) {
    options.service.body_timeout = Duration::from_secs(600);
    options.service.timeout = Duration::from_secs(600);
}

/// Counts the vectors that were checked.
fn count_passed(checked: Vec<Result<bool, (String, WrongAnswer)>>) -> Result<usize, Failed> {
    let (mut passed, mut failed) = (0, Vec::new());
    for checked in checked {
        match checked {
            Ok(has_form) => passed += usize::from(has_form),
            Err((name, wrong)) => failed.push(format!("{name}: {wrong}")),
        }
    }
    if failed.is_empty() {
        Ok(passed)
    } else {
        Err(failed.join("\n").into())
    }
}

async fn check_json(
    running: &Running,
    version: Version,
    handler: &Handler,
    case: &Value,
) -> Result<(), WrongAnswer> {
    let path = format!("/v1/{}", handler.name());
    let body = case["input"].to_string();
    let request = post(running.address, &path, JSON, JSON, body);
    let received = send(running.address, version, request).await;
    if case["output"].is_null() {
        return refused(&received);
    }
    let expected = serde_json::json!({ "output": case["output"] });
    let body: Value = serde_json::from_slice(&received.body)?;
    if received.status != StatusCode::OK || body != expected {
        let status = received.status;
        return Err(WrongAnswer::Json { status, body });
    }
    Ok(())
}

/// Checks a raw body. Returns whether the input has one.
async fn check_raw(
    running: &Running,
    version: Version,
    handler: &Handler,
    case: &Value,
) -> Result<bool, WrongAnswer> {
    let Some(body) = raw_body(handler, &case["input"]) else {
        return Ok(false);
    };
    let path = format!("/v1/{}", handler.name());
    let request = post(running.address, &path, RAW, RAW, body);
    let received = send(running.address, version, request).await;
    if case["output"].is_null() {
        return refused(&received).map(|()| true);
    }
    let mut expected = Vec::new();
    flatten(&case["output"], &mut expected);
    if received.status != StatusCode::OK || received.body != expected {
        return Err(WrongAnswer::Raw {
            status: received.status,
            length: received.body.len(),
        });
    }
    Ok(true)
}

fn refused(received: &Received) -> Result<(), WrongAnswer> {
    let body: Value = serde_json::from_slice(&received.body)?;
    let media_type = received
        .headers
        .get(CONTENT_TYPE)
        .map(|value| value.as_bytes());
    let is_problem = media_type == Some(b"application/problem+json");
    if received.status != StatusCode::BAD_REQUEST || !is_problem || body["status"] != 400 {
        let status = received.status;
        return Err(WrongAnswer::Json { status, body });
    }
    Ok(())
}

/// The raw form of an input; `None` if a string has another length than its type, or lists have
/// different lengths.
fn raw_body(handler: &Handler, input: &Value) -> Option<Vec<u8>> {
    handler.raw_length()?;
    let mut body = Vec::new();
    let mut lengths = Vec::new();
    for field in handler.fields {
        let value = &input[field.name];
        let items = match value.as_array() {
            Some(items) => items.as_slice(),
            None => core::slice::from_ref(value),
        };
        lengths.push(items.len());
        for item in items {
            if field.kind == FieldKind::Index {
                body.extend_from_slice(&item.as_u64()?.to_be_bytes());
                continue;
            }
            let bytes = hex::decode(item.as_str()?).ok()?;
            if bytes.len() != field.kind.length() {
                return None;
            }
            body.extend_from_slice(&bytes);
        }
    }
    let equal = lengths.iter().all(|length| *length == lengths[0]);
    equal.then_some(body)
}

/// The raw form of an output.
fn flatten(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Bool(verdict) => out.push(u8::from(*verdict)),
        Value::String(text) => out.extend(hex::decode(text).expect("hexadecimal digits")),
        Value::Array(items) => items.iter().for_each(|item| flatten(item, out)),
        other => panic!("{other}"),
    }
}
