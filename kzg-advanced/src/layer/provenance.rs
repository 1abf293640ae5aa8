//! The provenance of an answer: which backend gave it, and after how many attempts.

use std::sync::{Arc, Mutex, MutexGuard};

use kzg_traits::{Attempts, Error};
use serde::Serialize;

use super::evidence::Evidence;
use super::service::ServiceLevel;
use crate::sync::lock;

/// The backend that gave an answer, and the attempts that the answer took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Provenance {
    /// The backend that gave the answer. If the call failed, the backend whose error it returns, or,
    /// where the error is not that of a backend, the backend that was called last. Empty if none was
    /// called.
    pub backend: String,
    /// The number of times that a backend was called for the answer. Calls that only confirm the
    /// answer do not count.
    pub attempts: u32,
    /// The number of times that the same backend was called again.
    pub retries: u32,
    /// The number of times that another backend was called after one gave no answer.
    pub fallbacks: u32,
    /// The service that the call got.
    pub service: ServiceLevel,
    /// The backend that confirmed the answer, if one did.
    pub cross_checked: Option<String>,
}

impl Provenance {
    /// The backend of the call's result, and how often backends were called.
    pub(crate) fn called(&self) -> Attempts {
        Attempts {
            backend: Some(self.backend.clone()).filter(|backend| !backend.is_empty()),
            attempts: self.attempts,
        }
    }

    /// Whether the call got less than full service.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.service != ServiceLevel::Full
    }
}

/// An event in the course of a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The same backend is called again.
    Retry {
        /// The backend.
        backend: String,
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// The error of that attempt.
        error: Error,
    },
    /// Another backend is called.
    Fallback {
        /// The backend that gave no answer.
        from: String,
        /// The backend that is called now.
        to: String,
        /// The error of the first.
        error: Error,
    },
    /// Two backends disagree.
    Mismatch(Evidence),
}

/// The notes of the layers about one call.
#[derive(Debug, Default)]
pub struct Trace {
    state: Mutex<(Provenance, Vec<Note>)>,
}

impl Trace {
    /// Notes that a backend is called for the answer.
    pub fn called(&self, backend: &str, service: ServiceLevel) {
        self.with(|(provenance, _)| {
            if provenance.backend != backend {
                backend.clone_into(&mut provenance.backend);
            }
            provenance.attempts += 1;
            provenance.service = service;
        });
    }

    /// Notes the service of a call that no backend is called to answer.
    pub(crate) fn served(&self, service: ServiceLevel) {
        self.with(|(provenance, _)| provenance.service = service);
    }

    /// Notes that the backend that was called last is a stack, which called backends itself.
    pub(super) fn called_below(&self, below: &Attempts, service: ServiceLevel) {
        self.with(|(provenance, _)| {
            if let Some(backend) = &below.backend {
                provenance.backend.clone_from(backend);
            }
            // The attempt of the stack itself was counted as one.
            provenance.attempts = (provenance.attempts + below.attempts).saturating_sub(1);
            provenance.service = service;
        });
    }

    /// Notes the backend whose answer or error the call returns, though others were called after it.
    pub fn answered(&self, backend: &str) {
        self.with(|(provenance, _)| backend.clone_into(&mut provenance.backend));
    }

    /// The number of times that a backend was called for the answer so far.
    pub(crate) fn attempts(&self) -> u32 {
        self.with(|(provenance, _)| provenance.attempts)
    }

    /// Notes that a backend confirmed the answer.
    pub fn confirmed(&self, backend: &str) {
        self.with(|(provenance, _)| provenance.cross_checked = Some(backend.to_owned()));
    }

    /// Keeps a note for the audit log.
    pub fn note(&self, note: Note) {
        self.with(|(provenance, notes)| {
            match note {
                Note::Retry { .. } => provenance.retries += 1,
                Note::Fallback { .. } => provenance.fallbacks += 1,
                Note::Mismatch(_) => {}
            }
            notes.push(note);
        });
    }

    /// The provenance of the answer so far.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.with(|(provenance, _)| provenance.clone())
    }

    /// Takes the notes so far.
    #[must_use]
    pub fn take_notes(&self) -> Vec<Note> {
        self.with(|(_, notes)| std::mem::take(notes))
    }

    fn with<R>(&self, f: impl FnOnce(&mut (Provenance, Vec<Note>)) -> R) -> R {
        f(&mut lock(&self.state))
    }
}

/// Receives the provenance of the calls that are made with it. A clone is another handle.
#[derive(Clone, Debug, Default)]
pub struct ProvenanceSlot {
    received: Arc<Mutex<Received>>,
}

#[derive(Debug, Default)]
struct Received {
    last: Option<Provenance>,
    recoveries: Recoveries,
}

/// The retries and fallbacks of several calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recoveries {
    /// The number of times that the same backend was called again.
    pub retries: u64,
    /// The number of times that another backend was called after one gave no answer.
    pub fallbacks: u64,
}

impl ProvenanceSlot {
    /// The provenance of the call that ended last, if any has.
    #[must_use]
    pub fn last(&self) -> Option<Provenance> {
        self.lock().last.clone()
    }

    /// The sum over all calls that have ended.
    #[must_use]
    pub fn recoveries(&self) -> Recoveries {
        self.lock().recoveries
    }

    pub(super) fn put(&self, provenance: Provenance) {
        let mut received = self.lock();
        received.recoveries.retries += u64::from(provenance.retries);
        received.recoveries.fallbacks += u64::from(provenance.fallbacks);
        received.last = Some(provenance);
    }

    fn lock(&self) -> MutexGuard<'_, Received> {
        lock(&self.received)
    }
}

/// A value and its provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The result.
    pub value: T,
    /// The provenance of the result.
    pub provenance: Provenance,
}
