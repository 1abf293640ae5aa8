//! A wait for what other threads do.

use std::thread;
use std::time::{Duration, Instant};

/// Waits until other threads have made a condition true.
///
/// # Panics
///
/// If the condition is not true within `limit`.
pub fn eventually(limit: Duration, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < limit,
            "the condition is still false after {limit:?}"
        );
        thread::sleep(Duration::from_millis(1));
    }
}
