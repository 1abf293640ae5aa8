//! Answers with metrics. Their memory is bounded apart from that of requests: the metrics are read while the
//! memory for requests is full, too.

use std::sync::Arc;

use hyper::Response;

use super::answer::document_of;
use super::body::AnswerBody;
use crate::admission::ByteBudget;
use crate::problem::{Class, Problem};
use crate::service::Service;
use crate::telemetry::metrics;
use crate::unsent::OwnMemory;

/// The bytes of unsent answers with metrics from which on no further one begins.
const MOST: usize = 1 << 20;

/// The answers with metrics that are not sent.
#[derive(Debug)]
pub(super) struct Scrapes(Arc<ByteBudget>);

impl Scrapes {
    pub(super) fn new() -> Self {
        Self(ByteBudget::new(MOST))
    }

    /// An answer with the metrics as of now.
    ///
    /// # Errors
    ///
    /// Class `Busy` where clients have left too many such answers untaken.
    pub(super) fn answer(&self, service: &Service) -> Result<Response<AnswerBody>, Problem> {
        if !self.0.has_room(1) {
            let detail = "busy: earlier answers with metrics are not taken";
            return Err(Problem::new(Class::Busy, detail));
        }
        let text = metrics::render(service);
        let mut memory = self.0.reservation();
        memory.grow_beyond(text.len());
        let mut response = document_of("text/plain; version=0.0.4; charset=utf-8", text);
        response.extensions_mut().insert(OwnMemory::new(memory));
        Ok(response)
    }
}
