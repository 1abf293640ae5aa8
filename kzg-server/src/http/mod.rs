//! The HTTP front. `Front::admit` checks the head of a request: path, method, credentials, limit of the
//! client, query, and memory for the head. The functions for a kind of endpoint, `call`, `stream` and
//! `bundle`, then check types and length, and reserve memory while they read the body.

mod admitted;
mod answer;
mod body;
mod calls;
pub(crate) mod endpoint;
mod media;
mod memory;
mod openapi;
mod query;
mod scrapes;
mod stream;

use core::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use tracing::Instrument;

use self::answer::{discard_for, document_of, not_found, refusal, shared, text, version};
use self::body::full;
use self::endpoint::Endpoint;
use self::scrapes::Scrapes;
use crate::admission::ClientLimit;
use crate::credentials::Credentials;
use crate::problem::Problem;
use crate::service::{Service, State};
use crate::telemetry::record::{Record, RecordedBody};
use crate::telemetry::trace::TraceContext;

pub(crate) use self::body::AnswerBody;
#[cfg(feature = "grpc")]
pub(crate) use self::body::too_large;
pub(crate) use self::memory::least as least_memory;

/// The HTTP front of a service.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) service: Arc<Service>,
    credentials: Arc<Credentials>,
    /// By the address of the client.
    clients: Option<Arc<ClientLimit<String>>>,
    /// The OpenAPI document.
    document: Bytes,
    scrapes: Scrapes,
}

type Answered = Result<Response<AnswerBody>, Problem>;

impl Front {
    /// The front of a service.
    pub(crate) fn new(service: &Arc<Service>, credentials: &Arc<Credentials>) -> Self {
        Self {
            service: Arc::clone(service),
            credentials: Arc::clone(credentials),
            clients: service.options().per_client.map(ClientLimit::new),
            document: openapi::document(service).to_string().into(),
            scrapes: Scrapes::new(),
        }
    }

    /// Answers a request.
    pub(crate) async fn respond(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Arc<str>,
    ) -> Result<Response<AnswerBody>, Infallible> {
        let endpoint = Endpoint::at(request.uri().path());
        let name = endpoint.map_or("none", Endpoint::name);
        let header = request.headers().get("traceparent");
        let context = TraceContext::of(header.and_then(|value| value.to_str().ok()));
        let span = context.span(name);
        let mut record = Record::new("http", name, span.clone(), self.service.is_ended());
        let head = request.method() == Method::HEAD;
        let answered = self.answer(endpoint, request, &peer).instrument(span).await;
        let mut response = answered.unwrap_or_else(|problem| refusal(endpoint, &problem));
        if head {
            *response.body_mut() = full(Bytes::new());
        }
        let status = response.status().as_u16();
        // The answer of a stream has no known length, and is under way until its end.
        if response.body().size_hint().exact().is_some() {
            record.answered(Some(status));
            return Ok(response);
        }
        Ok(response.map(|body| RecordedBody::new(body, record, status).boxed_unsync()))
    }

    async fn answer(
        self: &Arc<Self>,
        endpoint: Option<Endpoint>,
        request: Request<Incoming>,
        peer: &str,
    ) -> Answered {
        let (parts, body) = request.into_parts();
        let admitted = self.admit(endpoint, &parts, peer);
        let (admitted, endpoint) = match (admitted, endpoint) {
            (Ok(admitted), Some(endpoint)) => (admitted, endpoint),
            (Ok(_), None) => return Err(not_found()),
            (Err(problem), _) => return Err(discard_for(&parts, body, problem).await),
        };
        match endpoint {
            Endpoint::Live => Ok(text(StatusCode::OK, "live\n")),
            Endpoint::Ready => Ok(match self.service.state() {
                State::Ready => text(StatusCode::OK, "ready\n"),
                State::Starting => text(StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
                State::Draining => text(StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
            }),
            Endpoint::Version => Ok(document_of("application/json", version(&self.service))),
            Endpoint::Metrics => self.scrapes.answer(&self.service),
            Endpoint::OpenApi => Ok(shared("application/json", self.document.clone())),
            Endpoint::Page => {
                let page = Bytes::from_static(openapi::PAGE.as_bytes());
                Ok(shared("text/html; charset=utf-8", page))
            }
            Endpoint::Handler(handler) => self.call(handler, &parts, body, admitted).await,
            Endpoint::Bulk(bulk) => self.stream(bulk, &parts, body, admitted).await,
            Endpoint::Bundle => self.bundle(&parts, body, admitted).await,
        }
    }
}
