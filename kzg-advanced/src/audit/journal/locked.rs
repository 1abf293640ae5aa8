//! The lock of a journal, and the events for the user's subscriber of traces, which are sent without
//! the lock: the subscriber may use the log.

use core::ops::{Deref, DerefMut};
use core::time::Duration;
use std::sync::MutexGuard;
#[cfg(test)]
use std::sync::atomic::Ordering;

use super::{Journal, State};
use crate::audit::fault::{AuditFault, Replacement};
use crate::backend_call::traced;
use crate::sync::{lock, wait, wait_timeout};

/// An event for the subscriber of traces.
pub(super) enum Message {
    /// The log fails, or cannot begin another file.
    Fault(AuditFault),
    /// The file was renamed, removed or cut.
    Replaced(Replacement),
}

/// The locked state of a journal, and the messages of this thread. When this is dropped, the
/// messages are sent.
pub(super) struct Locked<'j> {
    // Dropped before the messages are sent.
    guard: MutexGuard<'j, State>,
    unsent: Unsent<'j>,
}

struct Unsent<'j> {
    journal: &'j Journal,
    messages: Vec<Message>,
}

impl Journal {
    pub(super) fn lock(&self) -> Locked<'_> {
        Locked {
            guard: lock(&self.state),
            unsent: Unsent {
                journal: self,
                messages: Vec::new(),
            },
        }
    }

    /// Waits for a change. May return without one.
    pub(super) fn wait<'j>(&'j self, state: Locked<'j>) -> Locked<'j> {
        #[cfg(test)]
        self.counts.waits.fetch_add(1, Ordering::SeqCst);
        self.wait_by(state, |guard| wait(&self.changed, guard))
    }

    /// Waits for a change, no longer than a limit. May return without one.
    pub(super) fn wait_timeout<'j>(&'j self, state: Locked<'j>, limit: Duration) -> Locked<'j> {
        self.wait_by(state, |guard| wait_timeout(&self.changed, guard, limit))
    }

    /// Waits, unless this thread has messages, which are sent instead.
    fn wait_by<'j>(
        &'j self,
        state: Locked<'j>,
        wait: impl FnOnce(MutexGuard<'j, State>) -> MutexGuard<'j, State>,
    ) -> Locked<'j> {
        if !state.unsent.messages.is_empty() {
            drop(state);
            return self.lock();
        }
        let Locked { guard, unsent } = state;
        let guard = wait(guard);
        Locked { guard, unsent }
    }

    /// Wakes the threads that wait for a change.
    pub(in crate::audit) fn notify(&self) {
        #[cfg(test)]
        self.counts.notifications.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_all();
    }
}

impl Locked<'_> {
    /// Keeps a message until this thread gives the lock back.
    pub(super) fn tell(&mut self, message: Message) {
        if self.unsent.messages.is_empty() {
            self.guard.sending += 1;
            // The subscriber may wait for a thread that waits for a sync, which that thread makes then.
            self.unsent.journal.notify();
        }
        self.unsent.messages.push(message);
    }
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.guard
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.guard
    }
}

impl Drop for Unsent<'_> {
    fn drop(&mut self) {
        if self.messages.is_empty() {
            return;
        }
        let path = self.journal.path().display();
        for message in &self.messages {
            traced(|| match message {
                Message::Fault(fault) => tracing::error!(%path, %fault, "audit log"),
                Message::Replaced(replacement) => {
                    tracing::error!(%path, %replacement, "audit log");
                }
            });
        }
        lock(&self.journal.state).sending -= 1;
    }
}
