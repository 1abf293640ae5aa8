//! Standard streams that were closed when the process started, and a standard input that is read twice.
//!
//! The standard library opens `/dev/null` in the place of a closed stream before `main` runs, and
//! bytes that are written there are lost without an error, and bytes that are read there are none.
//! This module therefore checks standard input and output before the standard library runs.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;

use crate::errors::usage;

static STDIN_WAS_CLOSED: AtomicBool = AtomicBool::new(false);
static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether a part of the command has taken standard input to read all of it.
static STDIN_IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes standard input for one of a command's values. There would be no bytes for a second one.
///
/// # Errors
///
/// Wrong usage if it is taken already.
pub(crate) fn take_stdin() -> Result<()> {
    if STDIN_IS_TAKEN.swap(true, Ordering::Relaxed) {
        return Err(usage("standard input can be read once only"));
    }
    Ok(())
}

/// Standard input.
///
/// # Errors
///
/// If it was closed when the process started.
pub(crate) fn stdin() -> io::Result<io::Stdin> {
    check(&STDIN_WAS_CLOSED)?;
    Ok(io::stdin())
}

/// The error of a standard output that was closed when the process started.
///
/// # Errors
///
/// If it was closed.
pub(crate) fn check_stdout() -> io::Result<()> {
    check(&STDOUT_WAS_CLOSED)
}

fn check(was_closed: &AtomicBool) -> io::Result<()> {
    if was_closed.load(Ordering::Relaxed) {
        return Err(io::Error::other("the stream is closed"));
    }
    Ok(())
}

/// Checks standard input and output. On a system without the folder of descriptors, the streams count
/// as open.
#[cfg(unix)]
fn look_at_streams() {
    use std::fs::symlink_metadata;

    /// The folder of the open descriptors of this process.
    const DESCRIPTORS: &str = "/dev/fd/";

    let has_folder = symlink_metadata(DESCRIPTORS).is_ok();
    for (descriptor, was_closed) in [(0, &STDIN_WAS_CLOSED), (1, &STDOUT_WAS_CLOSED)] {
        let closed = has_folder
            && symlink_metadata(format!("{DESCRIPTORS}{descriptor}"))
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        was_closed.store(closed, Ordering::Relaxed);
    }
}

// The system runs the function before `main`. It uses files and memory only, which the standard
// library allows there.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn before_main() {
        look_at_streams();
    }
}
