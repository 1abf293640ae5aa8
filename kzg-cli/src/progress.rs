//! Progress bars with rate and time left, one for each stage, where a person is watching.

use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use kzg_pipeline::{Phase, Progress};

/// Bars on standard error; nothing where that is no terminal.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    together: MultiProgress,
    bars: Mutex<Vec<(Phase, ProgressBar)>>,
}

impl Bars {
    fn bar(&self, phase: Phase) -> Option<ProgressBar> {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bars = bars.iter();
        bars.find(|(of, _)| *of == phase)
            .map(|(_, bar)| bar.clone())
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        let bars = self.bars.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !bars.is_empty() && !self.together.is_hidden() {
            // The last bar has no line feed, and what is printed next begins a line.
            eprintln!();
        }
    }
}

impl Progress for Bars {
    fn begin(&self, phase: Phase, bytes: Option<u64>) {
        let name = match phase {
            Phase::Convert => "convert",
            Phase::Prove => "prove",
            Phase::Write => "write",
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
        let bar = self.together.add(bar.with_style(style).with_message(name));
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.push((phase, bar));
    }

    fn advance(&self, phase: Phase, _blobs: u64, bytes: u64) {
        if let Some(bar) = self.bar(phase) {
            bar.inc(bytes);
        }
    }

    fn end(&self, phase: Phase) {
        if let Some(bar) = self.bar(phase) {
            // It stays as it is, full or not.
            bar.abandon();
        }
    }
}
