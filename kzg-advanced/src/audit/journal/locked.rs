//! The lock of a journal, and the events for the user's subscriber of traces, which are sent without
//! the lock: the subscriber may use the log.

use core::ops::{Deref, DerefMut};
use core::time::Duration;
use std::sync::MutexGuard;

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

/// The locked state of a journal. When this is dropped, the messages are sent.
pub(super) struct Locked<'j> {
    // Dropped before the messages are sent.
    guard: MutexGuard<'j, State>,
    send: SendMessages<'j>,
}

struct SendMessages<'j>(&'j Journal);

impl Journal {
    pub(super) fn lock(&self) -> Locked<'_> {
        Locked {
            guard: lock(&self.state),
            send: SendMessages(self),
        }
    }

    /// Waits for a change. May return without one.
    pub(super) fn wait<'j>(&'j self, state: Locked<'j>) -> Locked<'j> {
        #[cfg(test)]
        self.waits.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        if !self.messages().is_empty() {
            drop(state);
            return self.lock();
        }
        let Locked { guard, send } = state;
        let guard = wait(&self.changed, guard);
        Locked { guard, send }
    }

    /// Waits for a change, no longer than a limit. May return without one.
    pub(super) fn wait_timeout<'j>(&'j self, state: Locked<'j>, limit: Duration) -> Locked<'j> {
        if !self.messages().is_empty() {
            drop(state);
            return self.lock();
        }
        let Locked { guard, send } = state;
        let guard = wait_timeout(&self.changed, guard, limit);
        Locked { guard, send }
    }

    /// Keeps a message until the lock is given back.
    pub(super) fn tell(&self, message: Message) {
        self.messages().push(message);
    }

    fn messages(&self) -> MutexGuard<'_, Vec<Message>> {
        lock(&self.messages)
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

impl Drop for SendMessages<'_> {
    fn drop(&mut self) {
        let messages = core::mem::take(&mut *self.0.messages());
        for message in messages {
            let path = self.0.path().display();
            traced(|| match &message {
                Message::Fault(fault) => tracing::error!(%path, %fault, "audit log"),
                Message::Replaced(replacement) => {
                    tracing::error!(%path, %replacement, "audit log");
                }
            });
        }
    }
}
