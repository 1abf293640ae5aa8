//! The requests of connections: the time for which a connection has none under way, and the number that are
//! not answered.

use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::time::sleep_until;

use crate::unsent::Unanswered;

/// The requests of a connection.
#[derive(Debug)]
pub(super) struct Requests {
    unanswered: Arc<Unanswered>,
    state: Mutex<State>,
    /// Notified when no request is left.
    ended: Notify,
}

#[derive(Debug)]
struct State {
    under_way: usize,
    /// The end of the last request, or the beginning of the connection.
    since: Instant,
}

/// A request that is under way until the value is dropped.
#[derive(Debug)]
pub(super) struct OpenRequest(Arc<Requests>);

impl Requests {
    pub(super) fn new(unanswered: &Arc<Unanswered>) -> Arc<Self> {
        Arc::new(Self {
            unanswered: Arc::clone(unanswered),
            state: Mutex::new(State {
                under_way: 0,
                since: Instant::now(),
            }),
            ended: Notify::new(),
        })
    }

    /// Counts a request.
    pub(super) fn begin(self: &Arc<Self>) -> OpenRequest {
        self.unanswered.begin();
        self.lock().under_way += 1;
        OpenRequest(Arc::clone(self))
    }

    /// Waits until the connection has had no request for a time.
    pub(super) async fn idle(&self, time: Duration) {
        loop {
            let end = {
                let state = self.lock();
                (state.under_way == 0).then(|| state.since.checked_add(time))
            };
            match end {
                None => self.ended.notified().await,
                Some(Some(end)) if end <= Instant::now() => return,
                Some(Some(end)) => sleep_until(end.into()).await,
                Some(None) => core::future::pending().await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.under_way -= 1;
        if state.under_way == 0 {
            state.since = Instant::now();
            self.0.ended.notify_one();
        }
        drop(state);
        self.0.unanswered.end();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_connection_is_idle_after_its_requests() {
        let unanswered = Arc::default();
        let requests = Requests::new(&unanswered);
        let (long, none) = (Duration::from_secs(3600), Duration::ZERO);
        assert!(requests.idle(none).now_or_never().is_some());
        assert!(requests.idle(long).now_or_never().is_none());
        let (first, second) = (requests.begin(), requests.begin());
        drop(first);
        assert!(!unanswered.is_none());
        let mut idle = Box::pin(requests.idle(none));
        assert!((&mut idle).now_or_never().is_none());
        drop(second);
        assert!(unanswered.is_none());
        assert!((&mut idle).now_or_never().is_some());
        assert!(requests.idle(Duration::MAX).now_or_never().is_none());
    }
}
