//! The record of a request in metrics and logs.

use std::time::Instant;

use tracing::Span;

use super::metrics;
use crate::problem::Class;

/// A request, which is recorded in metrics and logs when the value is dropped: a front drops it with the
/// request where the client leaves.
#[derive(Debug)]
pub(crate) struct Record {
    front: &'static str,
    endpoint: &'static str,
    begun: Instant,
    span: Span,
    /// The HTTP status of the answer; `None` as long as there is no answer.
    status: Option<u16>,
}

impl Record {
    pub(crate) fn new(front: &'static str, endpoint: &'static str, span: Span) -> Self {
        Self {
            front,
            endpoint,
            begun: Instant::now(),
            span,
            status: None,
        }
    }

    /// The span of the request.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Sets the status of the answer, if it is known.
    pub(crate) fn answered(&mut self, status: Option<u16>) {
        self.status = status.or(self.status);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // A request without a status was not answered to its end: the client has left.
        let status = self.status.unwrap_or(Class::Left.row().status);
        let time = self.begun.elapsed();
        metrics::request(self.front, self.endpoint, status, time);
        self.span.in_scope(|| {
            let milliseconds = time.as_secs_f64() * 1000.0;
            tracing::info!(status, milliseconds, "request");
        });
    }
}
