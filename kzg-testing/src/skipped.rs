//! Reports of tests that cannot run here.

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::thread;

/// The environment variable with the path of the file that reports are appended to. `.ci/run` sets
/// the variable, and prints the reports in its summary.
pub const SKIPPED_VARIABLE: &str = "KZG_SKIPPED";

/// Reports that a test, or the rest of it, cannot run here. The test passes in spite of that, since
/// a test of the standard harness cannot ignore itself.
///
/// The report goes to standard error past the capture of the harness, which shows nothing of a test
/// that passes, and to the file that [`SKIPPED_VARIABLE`] names. A report that cannot be written
/// fails no test.
pub fn skipped(reason: &str) {
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("skipped {test}: {reason}\n");
    drop(io::stderr().write_all(line.as_bytes()));
    let file = env::var_os(SKIPPED_VARIABLE).filter(|path| !path.is_empty());
    if let Some(Ok(mut file)) = file.map(|path| File::options().append(true).open(path)) {
        drop(file.write_all(line.as_bytes()));
    }
}
