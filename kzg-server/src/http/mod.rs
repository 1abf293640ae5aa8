//! The HTTP front. `Front::admit` checks the head of a request: path, method, credentials, limit of the
//! client, query, and memory for the head. The functions for a kind of endpoint, `call`, `stream` and
//! `bundle`, then check types and length, and reserve memory while they read the body.

mod admitted;
mod answer;
mod body;
pub(crate) mod endpoint;
mod media;
mod memory;
mod openapi;
mod query;
mod scrapes;
mod stream;

use core::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use kzg_advanced::resilience::InputGuard;
use tracing::Instrument;

use self::admitted::Admitted;
use self::answer::{
    discard_for, document_of, held, not_found, refusal, response, shared, text, version,
};
use self::body::{Bounds, announced, full};
use self::endpoint::Endpoint;
use self::media::Form;
use self::scrapes::Scrapes;
use crate::admission::{ClientLimit, REQUEST, Reservation};
use crate::bulk::Bulk;
use crate::bundle::{self, BundleForm, BundleInput};
use crate::credentials::Credentials;
use crate::problem::{Class, Problem};
use crate::service::{Admission, Service, State};
use crate::telemetry::record::{Record, RecordedBody};
use crate::telemetry::trace::TraceContext;
use crate::unsent::KeptWithBody;
use crate::wire::handler::{Handler, RawLength};
use crate::wire::operation::OperationRequest;
use crate::wire::{json, raw, scan};

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

    /// Checks an announced length, before the body is read. `beside` is the memory that a body of a
    /// length takes beside itself, if it is read whole.
    fn check_length(
        &self,
        parts: &Parts,
        most: u64,
        beside: Option<&dyn Fn(usize) -> usize>,
    ) -> Result<(), Problem> {
        let Some(length) = announced(&parts.headers) else {
            return Ok(());
        };
        if length > most {
            return Err(body::too_large(most));
        }
        let Some(beside) = beside else {
            return Ok(());
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let whole = length.saturating_add(beside(length));
        let budget = self.service.budget();
        match budget.has_room(whole) {
            true => Ok(()),
            false => Err(budget.refusal(whole.saturating_add(REQUEST))),
        }
    }

    /// Reads a body as a whole, after the checks of its announced length.
    async fn read(
        &self,
        parts: &Parts,
        mut body: Incoming,
        most: usize,
        deadline: Instant,
        reservation: &mut Reservation,
        beside: &(dyn Fn(usize) -> usize + Sync),
    ) -> Result<Bytes, Problem> {
        let bounds = Bounds {
            arrival: Instant::now() + self.service.options().body_timeout,
            deadline: Some(deadline),
        };
        if let Err(problem) = self.check_length(parts, most as u64, Some(beside)) {
            return Err(discard_for(parts, body, problem).await);
        }
        let length = announced(&parts.headers);
        match body::read(&mut body, length, most, reservation, bounds).await {
            Err(problem) => Err(discard_for(parts, body, problem).await),
            whole => whole,
        }
    }

    /// An operation of the specifications.
    async fn call(
        &self,
        handler: &'static Handler,
        parts: &Parts,
        body: Incoming,
        mut admitted: Admitted,
    ) -> Answered {
        let deadline = self.service.deadline(admitted.query.timeout);
        let forms = Form::of_body(&parts.headers)
            .and_then(|input| Ok((input, Form::of_answer(&parts.headers)?)));
        let (input, output) = match forms {
            Ok(forms) => forms,
            Err(problem) => return Err(discard_for(parts, body, problem).await),
        };
        let most = self.service.options().body_bytes;
        let most = match (input, handler.raw_length()) {
            (Form::Raw, Some(RawLength::Exactly(length))) => length,
            (Form::Json, Some(RawLength::Exactly(_))) => handler.json_length().unwrap_or(most),
            _ => most,
        };
        let reservation = &mut admitted.reservation;
        let inputs = move |length| memory::of_inputs(input, length);
        let whole = self.read(parts, body, most, deadline, reservation, &inputs);
        let whole = whole.await?;
        let memory = admitted.memory_of_inputs();
        let (call, memory) = read_call(handler, input, whole, memory).await?;
        let called = self.service.call(call, deadline, Admission::Single, memory);
        let answer = called.await?;
        let bytes = match output {
            Form::Json => json::write(&answer),
            Form::Raw => raw::write(&answer),
        };
        Ok(held(output.media_type(), bytes, admitted))
    }

    /// An operation on many items.
    async fn stream(
        &self,
        bulk: Bulk,
        parts: &Parts,
        body: Incoming,
        admitted: Admitted,
    ) -> Answered {
        let most = self.service.options().stream_bytes;
        let checked = Form::raw_only(&parts.headers, "the items are bytes side by side")
            .and_then(|()| Form::of_answer(&parts.headers))
            .and_then(|form| self.check_length(parts, most, None).map(|()| form));
        let form = match checked {
            Ok(form) => form,
            Err(problem) => return Err(discard_for(parts, body, problem).await),
        };
        let timeout = admitted.query.timeout;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let results = stream::results(&self.service, bulk, body, deadline);
        let body = stream::answer(bulk, form, results).await?;
        let mut response = response(StatusCode::OK, form.media_type(), body);
        response
            .extensions_mut()
            .insert(KeptWithBody::new(admitted));
        Ok(response)
    }

    /// A bundle of the Engine API.
    async fn bundle(&self, parts: &Parts, body: Incoming, mut admitted: Admitted) -> Answered {
        let deadline = self.service.deadline(admitted.query.timeout);
        let query = &admitted.query;
        let form = query
            .version
            .as_deref()
            .map_or(Ok(BundleForm::default()), BundleForm::by_name);
        let input = query
            .input
            .as_deref()
            .map_or(Ok(BundleInput::default()), BundleInput::by_name);
        let checked =
            Form::raw_only(&parts.headers, "the body is bytes").and_then(|()| Ok((form?, input?)));
        let (form, input) = match checked {
            Ok(checked) => checked,
            Err(problem) => return Err(discard_for(parts, body, problem).await),
        };
        let most = input.most().min(self.service.options().body_bytes);
        let reservation = &mut admitted.reservation;
        let answer = move |length| memory::of_bundle(input, form, length);
        let whole = self.read(parts, body, most, deadline, reservation, &answer);
        let whole = whole.await?;
        reservation.reserve(answer(whole.len()), 0)?;
        // The blobs take the memory of the body, and that of the answer while the body is there too.
        let blobs = input.blobs(&whole)?;
        drop(whole);
        let memory = admitted.memory_of_inputs().into();
        let bytes = bundle::make(&self.service, form, blobs, deadline, memory).await?;
        Ok(held(Form::Json.media_type(), bytes, admitted))
    }
}

/// Reads the input of a handler from a body, whose memory is `memory`. Returns the input with the memory
/// that is kept as long as the input.
async fn read_call(
    handler: &'static Handler,
    form: Form,
    body: Bytes,
    mut memory: Reservation,
) -> Result<(OperationRequest, InputGuard), Problem> {
    let read = move || {
        let inputs = match form {
            // A list of empty strings takes more memory than its text.
            Form::Json => scan::memory(&body)?,
            Form::Raw => body.len(),
        };
        memory.reserve(inputs, 0)?;
        let call = match form {
            Form::Json => json::read(handler, &body)?,
            Form::Raw => raw::read(handler, &body)?,
        };
        drop(body);
        memory.shrink_to(inputs);
        Ok((call, memory.into()))
    };
    if form == Form::Raw || handler.json_length().is_some() {
        return read();
    }
    let failed = |_| Problem::new(Class::Fault, "the body could not be read");
    tokio::task::spawn_blocking(read).await.map_err(failed)?
}
