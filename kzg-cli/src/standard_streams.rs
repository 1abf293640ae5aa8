//! Standard streams that were closed when the process started.
//!
//! The standard library opens `/dev/null` in the place of a closed stream before `main` runs, and
//! bytes that are written there are lost without an error. This module therefore checks standard
//! output before the standard library runs.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// The error of a standard output that was closed when the process started.
///
/// # Errors
///
/// If it was closed.
pub(crate) fn check_stdout() -> io::Result<()> {
    if STDOUT_WAS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("the stream is closed"));
    }
    Ok(())
}

/// Checks standard output. On a system without the folder of descriptors, the stream counts as
/// open.
#[cfg(unix)]
fn look_at_stdout() {
    use std::fs::symlink_metadata;

    /// The folder of the open descriptors of this process.
    const DESCRIPTORS: &str = "/dev/fd/";

    let closed = symlink_metadata(DESCRIPTORS).is_ok()
        && symlink_metadata(format!("{DESCRIPTORS}1"))
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    STDOUT_WAS_CLOSED.store(closed, Ordering::Relaxed);
}

// The system runs the function before `main`. It uses files and memory only, which the standard
// library allows there.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn before_main() {
        look_at_stdout();
    }
}
