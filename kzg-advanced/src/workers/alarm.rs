//! A thread that runs functions at their moments.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::UNTIL_ENDED;
use crate::backend_call::users_code;
use crate::sync::{lock, wait, wait_timeout};

type Due = Box<dyn FnOnce() + Send>;

/// A moment; the number keeps equal moments apart.
type Key = (Instant, u64);

/// A moment that was set. When this is dropped, the moment is cleared, unless it has come.
#[derive(Debug)]
#[must_use = "the moment is cleared when this is dropped"]
pub(crate) struct Moment {
    shared: Arc<Shared>,
    key: Key,
    kept: bool,
}

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
    moments: BTreeMap<Key, Due>,
    next: u64,
    /// The thread that was started last.
    thread: Option<JoinHandle<()>>,
    /// Whether that thread waits for moments.
    runs: bool,
    /// Whether that thread runs a function.
    is_busy: bool,
    closed: bool,
}

impl Alarm {
    /// Has a function run at a moment, unless what is returned is dropped before.
    ///
    /// # Errors
    ///
    /// The operating system's, if the thread cannot be started.
    pub(crate) fn set(
        &self,
        at: Instant,
        due: impl FnOnce() + Send + 'static,
    ) -> io::Result<Moment> {
        let mut state = self.shared.lock();
        if !state.runs {
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new()
                .name("kzg-deadlines".to_owned())
                .spawn(move || shared.run())?;
            state.thread = Some(thread);
            state.runs = true;
        }
        let key = (at, state.next);
        state.next += 1;
        state.moments.insert(key, Box::new(due));
        if state.moments.first_key_value().map(|(first, _)| *first) == Some(key) {
            self.shared.changed.notify_one();
        }
        drop(state);
        Ok(Moment {
            shared: Arc::clone(&self.shared),
            key,
            kept: false,
        })
    }

    /// Has the thread end after the last moment, and joins it. Does not wait for a moment that is left, nor
    /// past `until` for a function that runs; the thread is joined by a later call then. A moment that is set
    /// later starts another thread.
    pub(crate) fn end(&self, until: Option<Instant>) {
        let mut state = self.shared.lock();
        state.closed = true;
        self.shared.changed.notify_all();
        while state.moments.is_empty()
            && let Some(thread) = state.thread.take()
        {
            if thread.is_finished() {
                // A panic does not leave the main function of the thread.
                let _ = thread.join();
                return;
            }
            let is_this = thread.thread().id() == thread::current().id();
            let is_late = until.is_some_and(|until| until <= Instant::now());
            state.thread = Some(thread);
            if is_this || (is_late && state.is_busy) {
                return;
            }
            drop(state);
            thread::sleep(UNTIL_ENDED);
            state = self.shared.lock();
        }
    }

    /// Whether the thread was started and not joined.
    #[cfg(test)]
    pub(crate) fn has_thread(&self) -> bool {
        self.shared.lock().thread.is_some()
    }

    /// The number of moments that have neither come nor been cleared. Only tests use this method.
    #[cfg(all(test, feature = "tokio"))]
    pub(crate) fn moments(&self) -> usize {
        self.shared.lock().moments.len()
    }
}

impl Moment {
    /// Leaves the moment set.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Moment {
    fn drop(&mut self) {
        if !self.kept {
            self.shared.clear(self.key);
        }
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
        lock(&self.state)
    }

    fn clear(&self, key: Key) {
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
                    state.is_busy = true;
                    drop(state);
                    if let Some((_, due)) = due {
                        users_code("the end of a call at its deadline", due);
                    }
                    state = self.lock();
                    state.is_busy = false;
                }
                None if state.closed => {
                    state.runs = false;
                    return;
                }
                Some(at) => state = wait_timeout(&self.changed, state, at - now),
                None => state = wait(&self.changed, state),
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
