//! Where an answer came from.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kzg_traits::Error;
use serde::Serialize;

use super::degrade::ServiceLevel;
use crate::cross_check::Evidence;

/// Where an answer came from, and what it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Provenance {
    /// The backend that gave the answer, or that was asked last; empty if none was asked.
    pub backend: String,
    /// How often a backend was asked for the answer. Calls that only check it do not count.
    pub attempts: u32,
    /// How often the same backend was asked again after a fault.
    pub retries: u32,
    /// How often another backend was asked after one gave no answer.
    pub fallbacks: u32,
    /// How much service the call got.
    pub service: ServiceLevel,
    /// The backend that confirmed the answer, if one did.
    pub cross_checked: Option<String>,
}

impl Provenance {
    /// Whether the call got less than full service.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.service != ServiceLevel::Full
    }
}

/// Something that happened to a call on its way.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The same backend is asked again.
    Retry {
        /// The backend.
        backend: String,
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// How it failed.
        error: Error,
    },
    /// Another backend is asked.
    Fallback {
        /// The backend that gave no answer.
        from: String,
        /// The backend that is asked now.
        to: String,
        /// Why the first gave none.
        error: Error,
    },
    /// Two backends disagree.
    Mismatch(Evidence),
}

/// What the layers note about one call.
#[derive(Debug, Default)]
pub struct Trace {
    state: Mutex<(Provenance, Vec<Note>)>,
}

impl Trace {
    /// A backend is asked for the answer.
    pub fn asked(&self, backend: &str, service: ServiceLevel) {
        self.with(|(provenance, _)| {
            if provenance.backend != backend {
                backend.clone_into(&mut provenance.backend);
            }
            provenance.attempts += 1;
            provenance.service = service;
        });
    }

    /// A backend gave the answer. Only of interest after others were asked to check it.
    pub fn answered(&self, backend: &str) {
        self.with(|(provenance, _)| backend.clone_into(&mut provenance.backend));
    }

    /// A backend confirmed the answer.
    pub fn confirmed(&self, backend: &str) {
        self.with(|(provenance, _)| provenance.cross_checked = Some(backend.to_owned()));
    }

    /// Keeps a note, for the audit log.
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

    /// Where the answer came from.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.with(|(provenance, _)| provenance.clone())
    }

    /// The notes so far; they are handed out once.
    #[must_use]
    pub fn take_notes(&self) -> Vec<Note> {
        self.with(|(_, notes)| std::mem::take(notes))
    }

    fn with<R>(&self, f: impl FnOnce(&mut (Provenance, Vec<Note>)) -> R) -> R {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
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

/// What it took to answer several calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recoveries {
    /// How often the same backend was asked again after a fault.
    pub retries: u64,
    /// How often another backend was asked after one gave no answer.
    pub fallbacks: u64,
}

impl ProvenanceSlot {
    /// The provenance of the call that ended last, if any has.
    #[must_use]
    pub fn last(&self) -> Option<Provenance> {
        self.lock().last.clone()
    }

    /// What all calls together took that have ended.
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
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The result.
    pub value: T,
    /// Where it came from.
    pub provenance: Provenance,
}
