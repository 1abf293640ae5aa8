//! Progress on standard error: bars on a terminal. Elsewhere, [`Steps`] prints lines at intervals, and
//! [`Bars`] prints nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use kzg_pipeline::{Phase, Progress};

use crate::output::{self, Verbosity};

/// Columns below which a bar shows a share and the time left only.
const NARROW: u16 = 70;

/// Interval of the lines that stand for a bar where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(5);

/// Standard error, or nothing for a quiet program.
fn target() -> ProgressDrawTarget {
    if output::shows(Verbosity::Normal) {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

fn is_narrow() -> bool {
    let terminal = Term::stderr();
    let columns = terminal.size_checked().map(|(_, columns)| columns);
    columns.is_some_and(|columns| columns < NARROW)
}

/// A bar for each stage of a job, with its rate and the time left.
#[derive(Debug)]
pub(crate) struct Bars {
    together: MultiProgress,
    bars: Mutex<Vec<(Phase, ProgressBar)>>,
}

impl Default for Bars {
    fn default() -> Self {
        Self {
            together: MultiProgress::with_draw_target(target()),
            bars: Mutex::default(),
        }
    }
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
            output::end_line();
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
        let (bar, template) = match (bytes, is_narrow()) {
            (Some(bytes), false) => (
                ProgressBar::new(bytes),
                "{msg:>8} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
            ),
            (Some(bytes), true) => (
                ProgressBar::new(bytes),
                "{msg:>7} {wide_bar} {percent:>3}% {eta:>4}",
            ),
            (None, false) => (
                ProgressBar::no_length(),
                "{msg:>8} {spinner} {bytes} {bytes_per_sec}",
            ),
            (None, true) => (ProgressBar::no_length(), "{msg:>7} {bytes}"),
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
            // The bar stays as it is, full or not.
            bar.abandon();
        }
    }
}

/// The progress of work that is counted in steps, such as checks or seconds.
pub(crate) struct Steps {
    what: String,
    bar: ProgressBar,
    printed: Mutex<Instant>,
}

impl Steps {
    /// A bar of `total` steps; `what` names the work.
    pub(crate) fn new(what: impl Into<String>, total: u64) -> Self {
        let what = what.into();
        let template = if is_narrow() {
            "{prefix} {wide_bar} {pos}/{len}"
        } else {
            "{prefix} {wide_bar} {pos}/{len} {msg}"
        };
        let style = ProgressStyle::with_template(template).expect("a constant template");
        let bar = ProgressBar::with_draw_target(Some(total), target()).with_style(style);
        bar.set_prefix(what.clone());
        Self {
            what,
            bar,
            printed: Mutex::new(Instant::now()),
        }
    }

    /// Sets the number of finished steps; `message` names the last or the next step.
    pub(crate) fn reach(&self, done: u64, message: impl Into<String>) {
        self.bar.set_position(done);
        self.bar.set_message(message.into());
        if !self.bar.is_hidden() {
            return;
        }
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        if printed.elapsed() >= INTERVAL {
            *printed = Instant::now();
            let total = self.bar.length().unwrap_or(done);
            output::note(&format!("{}: {done} of {total}", self.what));
        }
    }

    /// Prints while the bar is hidden.
    #[cfg(feature = "selftest")]
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
