//! Answers: documents, texts and refusals, with their headers.

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, EXPECT, HeaderValue, RETRY_AFTER, VARY,
    WWW_AUTHENTICATE,
};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};

use super::admitted::Admitted;
use super::body::{self, AnswerBody, full};
use super::endpoint::Endpoint;
use crate::problem::{Class, Problem};
use crate::service::Service;
use crate::unsent::{KeptWithBody, SharedByAll};

/// An answer that counts as memory until it is sent.
pub(super) fn held(
    media_type: &'static str,
    bytes: Bytes,
    mut admitted: Admitted,
) -> Response<AnswerBody> {
    // The memory of the inputs has a guard of its own, and that of the answer is counted as unsent.
    admitted.reservation.shrink_to(0);
    let mut response = response(StatusCode::OK, media_type, full(bytes));
    response
        .extensions_mut()
        .insert(KeptWithBody::new(admitted));
    response
}

pub(super) fn response(
    status: StatusCode,
    media_type: &'static str,
    body: AnswerBody,
) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(VARY, HeaderValue::from_name(ACCEPT));
    response
}

pub(super) fn document_of(
    media_type: &'static str,
    bytes: impl Into<Bytes>,
) -> Response<AnswerBody> {
    let mut response = response(StatusCode::OK, media_type, full(bytes));
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, no_cache);
    response
}

/// A document that exists once for all clients.
pub(super) fn shared(media_type: &'static str, bytes: Bytes) -> Response<AnswerBody> {
    let mut response = document_of(media_type, bytes);
    response.extensions_mut().insert(SharedByAll);
    response
}

pub(super) fn text(status: StatusCode, text: &'static str) -> Response<AnswerBody> {
    let mut response = shared(
        "text/plain; charset=utf-8",
        Bytes::from_static(text.as_bytes()),
    );
    *response.status_mut() = status;
    response
}

pub(super) fn not_found() -> Problem {
    Problem::new(
        Class::NotFound,
        "there is no such endpoint; /openapi.json lists all",
    )
}

/// Reads and drops the rest of the body before its refusal, unless its sender waits for a permission to
/// send.
pub(super) async fn discard_for(parts: &Parts, body: Incoming, problem: Problem) -> Problem {
    if !parts.headers.contains_key(EXPECT) && problem.class != Class::SlowBody {
        body::discard(body).await;
    }
    problem
}

/// The answer to a request with a problem.
pub(super) fn refusal(endpoint: Option<Endpoint>, problem: &Problem) -> Response<AnswerBody> {
    let row = problem.class.row();
    let status = StatusCode::from_u16(row.status).expect("a status of the table");
    let mut response = response(status, "application/problem+json", full(problem.to_json()));
    let headers = response.headers_mut();
    if problem.is_temporary() {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if problem.class == Class::Unauthorized {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if problem.class == Class::Method
        && let Some(endpoint) = endpoint
    {
        headers.insert(ALLOW, HeaderValue::from_static(endpoint.allow()));
    }
    response
}

/// The document of `/version`.
pub(super) fn version(service: &Service) -> Vec<u8> {
    let backends = service.backends();
    let names: Vec<&str> = backends.manager.backends().collect();
    let document = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "backend": names.first(),
        "backends": names,
        "engine": backends.engine,
        "trusted_setup_sha256": format!("0x{}", hex::encode(backends.setup_sha256)),
    });
    serde_json::to_vec(&document).expect("a JSON value")
}
