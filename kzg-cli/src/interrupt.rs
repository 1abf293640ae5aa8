//! The first interrupt cancels the job after its current step; the second ends the program.

#[cfg(target_os = "linux")]
use std::fs;

use kzg_advanced::CancellationToken;

use crate::exit::Exit;
use crate::output;

/// A token that the first interrupt, or request to terminate, cancels.
pub(crate) fn token() -> CancellationToken {
    let token = CancellationToken::default();
    let cancelled = token.clone();
    let installed = ctrlc::set_handler(move || {
        if cancelled.is_cancelled() {
            std::process::exit(Exit::Interrupted.code().into());
        }
        cancelled.cancel();
    });
    if let Err(error) = installed {
        // An interrupt then ends the program at once, which is safe too.
        output::note(&format!("interrupts are not handled: {error}"));
    }
    token
}

/// Keeps away the signals that this process was started to ignore, such as by `nohup` or as a job in the
/// background: the handler of interrupts would take them. A thread has the blocked signals of the thread
/// that starts it, so this function comes before any other thread.
#[cfg(target_os = "linux")]
pub(crate) fn keep_ignored() {
    use nix::sys::signal::{SigSet, Signal};

    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored(&status);
    let mut blocked = SigSet::empty();
    for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        if ignored >> (signal as u32 - 1) & 1 == 1 {
            blocked.add(signal);
        }
    }
    if let Err(error) = blocked.thread_block() {
        output::note(&format!("signals to ignore are not ignored: {error}"));
    }
}

/// On this system, the handler takes such signals.
#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_ignored() {}

/// The ignored signals in the status of a process, one bit for each.
#[cfg(target_os = "linux")]
fn ignored(status: &str) -> u64 {
    let mut fields = status
        .lines()
        .filter_map(|line| line.strip_prefix("SigIgn:"));
    let digits = fields.next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16).unwrap_or_default()
}
