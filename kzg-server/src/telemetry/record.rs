//! The record of a request in metrics and logs.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::body::{Body, Frame, SizeHint};
use tracing::Span;

use super::metrics::{self, UnderWay};
use crate::problem::{BoxError, Class, Problem};

/// A request that is under way. It is recorded in metrics and logs when the value is dropped. A front drops the
/// value with the request where the client leaves.
#[derive(Debug)]
pub(crate) struct Record {
    front: &'static str,
    endpoint: &'static str,
    begun: Instant,
    span: Span,
    /// The HTTP status of the answer; `None` as long as there is no answer.
    status: Option<u16>,
    /// Whether the server has ended the requests that were left.
    is_ended: Arc<AtomicBool>,
    _under_way: UnderWay,
}

impl Record {
    /// A request that begins. `is_ended` is that of [`Service::is_ended`](crate::service::Service::is_ended).
    pub(crate) fn new(
        front: &'static str,
        endpoint: &'static str,
        span: Span,
        is_ended: Arc<AtomicBool>,
    ) -> Self {
        Self {
            front,
            endpoint,
            begun: Instant::now(),
            span,
            status: None,
            is_ended,
            _under_way: UnderWay::count("kzg_requests_in_flight"),
        }
    }

    /// Sets the status of the answer, if it is known.
    pub(crate) fn answered(&mut self, status: Option<u16>) {
        self.status = status.or(self.status);
    }

    /// The reason for which a request without a status was not answered to its end.
    fn unanswered(&self) -> Class {
        match () {
            () if thread::panicking() => Class::Fault,
            () if self.is_ended.load(Ordering::SeqCst) => Class::Cancelled,
            () => Class::Left,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let status = self.status;
        let status = status.unwrap_or_else(|| self.unanswered().row().status);
        let time = self.begun.elapsed();
        metrics::request(self.front, self.endpoint, status, time);
        self.span.in_scope(|| {
            let milliseconds = time.as_secs_f64() * 1000.0;
            tracing::info!(status, milliseconds, "request");
        });
    }
}

/// The body of an answer whose request is recorded when the body ends.
pub(crate) struct RecordedBody<B> {
    body: B,
    record: Record,
    /// The status of an answer that is sent to its end, unless trailers have it.
    at_end: Option<u16>,
    of_trailers: fn(&HeaderMap) -> Option<u16>,
}

impl<B> RecordedBody<B> {
    /// An answer whose end has a status.
    pub(crate) fn new(body: B, record: Record, status: u16) -> Self {
        let at_end = Some(status);
        Self {
            body,
            record,
            at_end,
            of_trailers: |_| None,
        }
    }

    /// An answer whose status is in its headers or in its trailers.
    #[cfg(feature = "grpc")]
    pub(crate) fn with_trailers(
        body: B,
        mut record: Record,
        headers: &HeaderMap,
        of_trailers: fn(&HeaderMap) -> Option<u16>,
    ) -> Self {
        record.answered(of_trailers(headers));
        Self {
            body,
            record,
            at_end: None,
            of_trailers,
        }
    }
}

impl<B> Body for RecordedBody<B>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        // The calls of a stream are begun while its answer is polled.
        let span = self.record.span.clone();
        let _entered = span.enter();
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let polled = polled.map_err(Into::into);
        let status = match &polled {
            Poll::Ready(None) => self.at_end,
            Poll::Ready(Some(Ok(frame))) => frame.trailers_ref().and_then(self.of_trailers),
            Poll::Ready(Some(Err(error))) => {
                let problem = error.downcast_ref::<Problem>();
                problem.map(|problem| problem.class.row().status)
            }
            Poll::Pending => None,
        };
        self.record.answered(status);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use core::task::Waker;

    use futures_util::stream;
    use http_body_util::StreamBody;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    fn record(endpoint: &'static str) -> Record {
        Record::new("http", endpoint, Span::none(), Arc::default())
    }

    /// The end of an answer, or the loss of its client, decides about the status.
    #[test]
    fn an_answer_is_under_way_until_its_end() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let text = || recorder.handle().render();
        ::metrics::with_local_recorder(&recorder, || {
            let late = || Err(Problem::new(Class::SlowBody, "late"));
            for (last, status) in [(None, 200), (Some(late()), 408)] {
                let first = Ok(Frame::data(Bytes::from_static(b"x")));
                let frames = [Some(first), last].into_iter().flatten();
                let body = StreamBody::new(stream::iter(frames));
                let mut body = RecordedBody::new(body, record("commitments"), 200);
                let mut context = Context::from_waker(Waker::noop());
                let mut poll = || Pin::new(&mut body).poll_frame(&mut context);
                assert!(matches!(poll(), Poll::Ready(Some(Ok(_)))));
                assert!(text().contains("kzg_requests_in_flight 1\n"), "{}", text());
                assert!(!matches!(poll(), Poll::Ready(Some(Ok(_)))));
                drop(body);
                assert!(text().contains("kzg_requests_in_flight 0\n"), "{}", text());
                let line = format!("endpoint=\"commitments\",status=\"{status}\"}} 1\n");
                assert!(text().contains(&line), "{}", text());
            }
            let frames = stream::pending::<Result<Frame<Bytes>, Problem>>();
            let body = StreamBody::new(frames);
            drop(RecordedBody::new(body, record("commitments"), 200));
            let line = "endpoint=\"commitments\",status=\"499\"} 1\n";
            assert!(text().contains(line), "{}", text());
        });
    }

    #[test]
    fn a_request_that_the_client_did_not_leave_has_the_status_of_its_end() {
        let recorder = PrometheusBuilder::new().build_recorder();
        ::metrics::with_local_recorder(&recorder, || {
            let panicked = std::panic::catch_unwind(|| {
                let _record = record("panicked");
                panic!("a test");
            });
            assert!(panicked.is_err());
            let ended = record("ended");
            ended.is_ended.store(true, Ordering::SeqCst);
            drop(ended);
            drop(record("left"));
            let mut answered = record("answered");
            answered.is_ended.store(true, Ordering::SeqCst);
            answered.answered(Some(200));
        });
        let text = recorder.handle().render();
        for (endpoint, status) in [
            ("panicked", 500),
            ("ended", 503),
            ("left", 499),
            ("answered", 200),
        ] {
            let line = format!("endpoint=\"{endpoint}\",status=\"{status}\"}} 1\n");
            assert!(text.contains(&line), "{text}");
        }
    }
}
