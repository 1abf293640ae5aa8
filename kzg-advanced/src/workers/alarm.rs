//! A thread that runs functions at their moments.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::backend_call::users_code;

type Due = Box<dyn FnOnce() + Send>;

/// A moment; the number keeps equal moments apart.
pub(crate) type AlarmKey = (Instant, u64);

/// Runs functions at their moments, on one thread that is started when it is first needed. When
/// this is dropped, the thread ends after the last moment.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified when an earlier moment is set, when a moment is cleared after the end, and at the
    /// end.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    moments: BTreeMap<AlarmKey, Due>,
    next: u64,
    runs: bool,
    closed: bool,
}

impl Alarm {
    /// Has a function run at a moment.
    ///
    /// # Errors
    ///
    /// The operating system's, if the thread cannot be started.
    pub(crate) fn set(
        &self,
        at: Instant,
        due: impl FnOnce() + Send + 'static,
    ) -> io::Result<AlarmKey> {
        let mut state = self.shared.lock();
        if !state.runs {
            let shared = Arc::clone(&self.shared);
            thread::Builder::new()
                .name("kzg-deadlines".to_owned())
                .spawn(move || shared.run())?;
            state.runs = true;
        }
        let key = (at, state.next);
        state.next += 1;
        state.moments.insert(key, Box::new(due));
        if state.moments.first_key_value().map(|(first, _)| *first) == Some(key) {
            self.shared.changed.notify_one();
        }
        Ok(key)
    }

    /// Clears a moment, unless it has come.
    pub(crate) fn clear(&self, key: AlarmKey) {
        self.shared.clear(key);
    }

    /// A handle that clears moments.
    pub(crate) fn clearer(&self) -> impl Fn(AlarmKey) + Send + Sync + 'static {
        let shared = Arc::clone(&self.shared);
        move |key| shared.clear(key)
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clear(&self, key: AlarmKey) {
        let mut state = self.lock();
        let cleared = state.moments.remove(&key);
        if state.closed {
            self.changed.notify_one();
        }
        drop(state);
        drop(cleared);
    }

    /// Alarm thread main loop.
    fn run(&self) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            match state.moments.first_key_value().map(|(&(at, _), _)| at) {
                Some(at) if at <= now => {
                    let due = state.moments.pop_first();
                    drop(state);
                    if let Some((_, due)) = due {
                        users_code("the end of a call at its deadline", due);
                    }
                    state = self.lock();
                }
                None if state.closed => return,
                Some(at) => {
                    let waited = self.changed.wait_timeout(state, at - now);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    let waited = self.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("State")
            .field("moments", &self.moments.len())
            .finish_non_exhaustive()
    }
}
