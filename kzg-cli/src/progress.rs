//! A progress bar with rate and time left, where a person is watching.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use kzg_advanced::pipeline::{Phase, Progress};

/// A bar on standard error; nothing where that is no terminal.
#[derive(Debug, Default)]
pub(crate) struct Bar {
    current: Mutex<Option<ProgressBar>>,
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, bytes: Option<u64>) {
        let name = match phase {
            Phase::Process => "commit",
            Phase::Verify => "verify",
            Phase::Decode => "decode",
            _ => "work",
        };
        let (bar, template) = match bytes {
            Some(bytes) => (
                ProgressBar::new(bytes),
                "{msg:>8} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
            ),
            None => (
                ProgressBar::no_length(),
                "{msg:>8} {spinner} {bytes} {bytes_per_sec}",
            ),
        };
        let style = ProgressStyle::with_template(template).expect("a constant template");
        let bar = bar
            .with_style(style)
            .with_message(name)
            .with_finish(ProgressFinish::Abandon);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn advance(&self, _blobs: u64, bytes: u64) {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = &*current {
            bar.inc(bytes);
        }
    }
}
