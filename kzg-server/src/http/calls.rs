//! The requests of each kind of endpoint, after the checks of their heads.

use std::time::Instant;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use kzg_advanced::resilience::InputGuard;

use super::admitted::Admitted;
use super::answer::{discard_for, held, response};
use super::body::{self, Bounds, announced};
use super::media::Form;
use super::{Answered, Front, memory, stream};
use crate::admission::{REQUEST, Reservation};
use crate::bulk::Bulk;
use crate::bundle::{self, BundleForm, BundleInput};
use crate::problem::{Class, Problem};
use crate::service::Admission;
use crate::unsent::KeptWithBody;
use crate::wire::handler::{Handler, RawLength};
use crate::wire::operation::OperationRequest;
use crate::wire::{json, raw, scan};

impl Front {
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
    pub(super) async fn call(
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
    pub(super) async fn stream(
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
    pub(super) async fn bundle(
        &self,
        parts: &Parts,
        body: Incoming,
        mut admitted: Admitted,
    ) -> Answered {
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
