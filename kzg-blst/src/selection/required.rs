//! Which engines the tests must not skip.
//!
//! The integration tests include this file by its path, so that one place decides.

use core::fmt;
use std::cell::RefCell;
use std::io::Write;
use std::{env, io, thread};

/// The environment variable with the engines that must be available, separated by commas.
const REQUIRED_VARIABLE: &str = "KZG_REQUIRE_ENGINES";

/// The names that the variable may hold.
const NAMES: [&str; 3] = ["scalar", "avx2", "ifma"];

thread_local! {
    /// The engines that were reported as skipped on this thread, which is that of one test.
    static REPORTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Whether a test can run on an engine. A missing engine is reported on standard error, once for
/// each test.
///
/// # Panics
///
/// If the engine is missing although `KZG_REQUIRE_ENGINES` names it, or if the variable names an
/// unknown engine.
pub(crate) fn can_test(engine: &'static str, is_available: bool) -> bool {
    let required = env::var(REQUIRED_VARIABLE).unwrap_or_default();
    let runs = decide(&required, engine, is_available).unwrap_or_else(|fault| panic!("{fault}"));
    if !runs {
        report_skipped(engine);
    }
    runs
}

/// A value of the variable that cannot be met.
enum Unmet<'a> {
    UnknownEngine(&'a str),
    MissingEngine(&'a str),
}

impl fmt::Display for Unmet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEngine(name) => {
                write!(f, "{REQUIRED_VARIABLE} names the unknown engine {name:?}")
            }
            Self::MissingEngine(name) => write!(
                f,
                "this processor cannot run the engine {name}, which {REQUIRED_VARIABLE} names"
            ),
        }
    }
}

/// Decides whether a test runs on an engine, given the value of the variable.
fn decide<'a>(required: &'a str, engine: &'a str, is_available: bool) -> Result<bool, Unmet<'a>> {
    let names = required.split(',').map(str::trim);
    let required: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = required.iter().find(|name| !NAMES.contains(name)) {
        return Err(Unmet::UnknownEngine(unknown));
    }
    if !is_available && required.contains(&engine) {
        return Err(Unmet::MissingEngine(engine));
    }
    Ok(is_available)
}

/// Writes past the capture of the test harness, which shows nothing of a test that passes.
fn report_skipped(engine: &'static str) {
    let is_new = REPORTED.with_borrow_mut(|reported| {
        let is_new = !reported.contains(&engine);
        if is_new {
            reported.push(engine);
        }
        is_new
    });
    if is_new {
        let thread = thread::current();
        let test = thread.name().unwrap_or("a test");
        let line = format!("{test}: skipped engine {engine}: this processor cannot run it\n");
        // A test does not depend on whether the report can be written.
        drop(io::stderr().write_all(line.as_bytes()));
    }
}

#[test]
fn a_missing_engine_is_skipped_unless_it_is_required() {
    for (required, is_available, expected) in [
        ("", true, Some(true)),
        ("", false, Some(false)),
        ("scalar, avx2", false, Some(false)),
        ("scalar,ifma", true, Some(true)),
        ("scalar, ifma,", false, None),
        ("scalar,avx512", true, None),
    ] {
        let decided = decide(required, "ifma", is_available).ok();
        assert_eq!(decided, expected, "{required:?}, {is_available}");
    }
}
