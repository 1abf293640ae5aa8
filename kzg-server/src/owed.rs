//! The results that the server owes to the client of a stream.

use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The results of a stream. A client may wait for the result of an item before it sends the next one, so
/// its time for an item begins when it has no result to wait for.
#[derive(Debug)]
pub(crate) struct Owed(Mutex<State>);

#[derive(Debug)]
struct State {
    /// The number of results that are not handed out.
    under_way: usize,
    /// The moment of the last result, or the beginning of the stream.
    last: Instant,
}

impl Owed {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            under_way: 0,
            last: Instant::now(),
        })))
    }

    /// Counts an item that has arrived.
    pub(crate) fn begin(&self) {
        self.lock().under_way += 1;
    }

    /// Counts the result of an item, which is handed out.
    pub(crate) fn hand_out(&self) {
        let mut state = self.lock();
        state.under_way -= 1;
        state.last = Instant::now();
    }

    /// The moment by which the next item has to arrive, if `time` has passed without it; `None` if the
    /// client has had that time without a result to wait for.
    pub(crate) fn extended(&self, time: Duration) -> Option<Instant> {
        let (state, now) = (self.lock(), Instant::now());
        let from = if state.under_way > 0 { now } else { state.last };
        Some(from + time).filter(|end| *end > now)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_late_after_the_last_result() {
        let owed = Owed::new();
        let hour = Duration::from_secs(3600);
        let ago = |owed: &Owed, time| owed.lock().last -= time;
        assert!(owed.extended(hour).is_some());
        ago(&owed, 2 * hour);
        assert_eq!(owed.extended(hour), None);
        owed.begin();
        owed.begin();
        assert!(owed.extended(hour) > Some(Instant::now()));
        owed.hand_out();
        ago(&owed, 2 * hour);
        assert!(owed.extended(hour).is_some());
        owed.hand_out();
        let last = owed.lock().last;
        assert_eq!(owed.extended(hour), Some(last + hour));
        ago(&owed, 2 * hour);
        assert_eq!(owed.extended(hour), None);
    }
}
