//! Export of one operation's figures to the `metrics` facade.

use core::fmt;
use core::time::Duration;

use metrics::{Counter, Histogram, Label};

use super::report::KINDS;
use crate::backend_call::users_code;

/// Handles to the counters and the histogram of one operation.
pub(super) struct Export {
    calls: Counter,
    bytes: Counter,
    seconds: Histogram,
    errors: [Counter; KINDS.len()],
}

impl Export {
    /// Registers the metrics with the label `operation`. A recorder that panics gets none.
    pub(super) fn new(operation: &str) -> Self {
        let mut export = Self::none();
        users_code("a metrics recorder", || {
            export = Self::registered(operation)
        });
        export
    }

    /// Handles that export nothing.
    fn none() -> Self {
        Self {
            calls: Counter::noop(),
            bytes: Counter::noop(),
            seconds: Histogram::noop(),
            errors: KINDS.map(|_| Counter::noop()),
        }
    }

    fn registered(operation: &str) -> Self {
        let label = Label::new("operation", operation.to_owned());
        let labels = || vec![label.clone()];
        let errors = KINDS.map(|kind| {
            let labels = vec![label.clone(), Label::new("kind", kind.to_string())];
            metrics::counter!("kzg_errors_total", labels)
        });
        Self {
            calls: metrics::counter!("kzg_calls_total", labels()),
            bytes: metrics::counter!("kzg_bytes_total", labels()),
            seconds: metrics::histogram!("kzg_call_seconds", labels()),
            errors,
        }
    }

    /// Exports one call; `kind` is the position of its error's kind in [`KINDS`].
    pub(super) fn record(&self, time: Duration, bytes: usize, kind: Option<usize>) {
        users_code("a metrics recorder", || {
            self.calls.increment(1);
            self.bytes.increment(bytes as u64);
            self.seconds.record(time);
            if let Some(kind) = kind {
                self.errors[kind].increment(1);
            }
        });
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export").finish_non_exhaustive()
    }
}
