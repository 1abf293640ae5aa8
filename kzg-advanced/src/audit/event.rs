//! The content of a record.

use core::time::Duration;

use kzg_traits::{Error, Operation};
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::fault::Replacement;
use crate::layer::{Evidence, Finding, Judgement};

/// The number of characters of a text that are kept, such as of an error's message or of a name: a
/// reader refuses a line that is too long.
const TEXT: usize = 300;

fn shortened(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditEventType {
    /// A call gave a result. Each call ends with a success or a failure, exactly once.
    Success,
    /// A call gave an error.
    Failure,
    /// A call was made again, as a whole or on one backend.
    Retry,
    /// Another backend was called.
    Fallback,
    /// Two backends disagreed.
    Mismatch,
    /// Events could not be recorded; the record has their number.
    Gap,
    /// The log was opened. The record has the length of a torn last line, which was cut off.
    Opened,
    /// The file was renamed, removed or cut while the log was open; the chain goes on in a new
    /// file, or after the cut.
    Replaced,
    /// A signature over all records before this one.
    Checkpoint,
}

/// One record of the log. Fields that do not apply are absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The number of the record, from 0, across all files of the log.
    pub seq: u64,
    /// The time of the record, in microseconds since 1970.
    pub time: u64,
    /// The kind of the event.
    #[serde(rename = "type")]
    pub event_type: AuditEventType,
    /// The number of the call, which its records share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    /// The number of the next call, where it is larger than that of the next record: calls without a
    /// record have used numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_call: Option<u64>,
    /// The operation's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The backend that answered, or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// The backend that is called instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The number of times that a backend was called so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// The number of items of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// The bytes of the call's inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 of the inputs, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// SHA-256 of the result, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The time that the call took, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micros: Option<u64>,
    /// Whether the call got less than full service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degraded: Option<bool>,
    /// The backend that confirmed the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// The kind of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The error's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The finding of each backend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<AuditFinding>,
    /// The backend that was found wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loser: Option<String>,
    /// The number of missing events, or of bytes that were cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<u64>,
    /// The signed checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
}

/// The finding of one backend where two disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFinding {
    /// The backend.
    pub backend: String,
    /// SHA-256 of its result, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The reason why it refused the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The call that records are about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditCall {
    /// The number of the call, which its records share.
    pub number: u64,
    /// The operation.
    pub operation: Operation,
    /// The backend whose result the call has, or that was called last; empty if none was called.
    pub backend: String,
    /// The number of times that a backend was called.
    pub attempts: u32,
    /// Whether the call got less than full service.
    pub degraded: bool,
    /// The backend that confirmed the result.
    pub confirmed_by: Option<String>,
    /// The number of items.
    pub items: usize,
    /// The bytes of the inputs.
    pub bytes: usize,
    /// SHA-256 of the inputs, where it is known.
    pub input: Option<[u8; 32]>,
    /// The time that the call took.
    pub duration: Duration,
}

impl AuditCall {
    /// A call of an operation by a backend.
    #[must_use]
    pub fn new(number: u64, operation: Operation, backend: impl Into<String>) -> Self {
        Self {
            number,
            operation,
            backend: backend.into(),
            attempts: 1,
            degraded: false,
            confirmed_by: None,
            items: 1,
            bytes: 0,
            input: None,
            duration: Duration::ZERO,
        }
    }

    /// The record that the call gave a result with this digest.
    pub(super) fn success(&self, output: [u8; 32]) -> AuditEvent {
        AuditEvent {
            output: Some(hex::encode(output)),
            ..self.ended(AuditEventType::Success)
        }
    }

    /// The record that the call gave an error.
    pub(super) fn failure(&self, error: &Error) -> AuditEvent {
        self.ended(AuditEventType::Failure).with_error(error)
    }

    /// The record that a backend is called again.
    pub(super) fn retry(&self, backend: &str, attempt: u32, error: &Error) -> AuditEvent {
        AuditEvent {
            backend: Some(shortened(backend)),
            attempts: Some(attempt),
            ..self.event(AuditEventType::Retry).with_error(error)
        }
    }

    /// The record that another backend is called.
    pub(super) fn fallback(&self, from: &str, to: &str, error: &Error) -> AuditEvent {
        AuditEvent {
            backend: Some(shortened(from)),
            to: Some(shortened(to)),
            ..self.event(AuditEventType::Fallback).with_error(error)
        }
    }

    /// The record that two backends disagree.
    pub(super) fn mismatch(&self, evidence: &Evidence) -> AuditEvent {
        let findings = evidence.findings.iter().map(|(backend, finding)| {
            let (output, refused) = match finding {
                Finding::Result(digest) => (Some(hex::encode(digest)), None),
                Finding::Refused(error) => (None, Some(shortened(&error.to_string()))),
            };
            AuditFinding {
                backend: shortened(backend),
                output,
                refused,
            }
        });
        AuditEvent {
            input: evidence.input.map(hex::encode),
            findings: findings.collect(),
            loser: match &evidence.judgement {
                Judgement::Loser(loser) => Some(shortened(loser)),
                Judgement::Undecided => None,
            },
            ..self.event(AuditEventType::Mismatch)
        }
    }

    fn event(&self, event_type: AuditEventType) -> AuditEvent {
        AuditEvent {
            call: Some(self.number),
            operation: Some(self.operation.name().to_owned()),
            ..AuditEvent::new(event_type)
        }
    }

    fn ended(&self, event_type: AuditEventType) -> AuditEvent {
        AuditEvent {
            backend: Some(shortened(&self.backend)).filter(|backend| !backend.is_empty()),
            attempts: Some(self.attempts),
            items: Some(self.items as u64),
            bytes: Some(self.bytes as u64),
            input: self.input.map(hex::encode),
            micros: Some(u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX)),
            degraded: self.degraded.then_some(true),
            confirmed_by: self.confirmed_by.as_deref().map(shortened),
            ..self.event(event_type)
        }
    }
}

impl AuditEvent {
    /// An event of a kind, without details. Its number and time are set when it is recorded.
    pub(super) fn new(event_type: AuditEventType) -> Self {
        Self {
            seq: 0,
            time: 0,
            event_type,
            call: None,
            next_call: None,
            operation: None,
            backend: None,
            to: None,
            attempts: None,
            items: None,
            bytes: None,
            input: None,
            output: None,
            micros: None,
            degraded: None,
            confirmed_by: None,
            kind: None,
            error: None,
            findings: Vec::new(),
            loser: None,
            lost: None,
            checkpoint: None,
        }
    }

    /// An event with a number of lost events or bytes.
    pub(super) fn lost(event_type: AuditEventType, lost: u64) -> Self {
        Self {
            lost: Some(lost),
            ..Self::new(event_type)
        }
    }

    /// The record of a checkpoint.
    pub(super) fn checkpoint(checkpoint: Checkpoint) -> Self {
        Self {
            checkpoint: Some(checkpoint),
            ..Self::new(AuditEventType::Checkpoint)
        }
    }

    /// The record that the file was replaced, or that a number of bytes were cut off.
    pub(super) fn replaced(replacement: Replacement, lost: u64) -> Self {
        Self {
            error: Some(replacement.to_string()),
            ..Self::lost(AuditEventType::Replaced, lost)
        }
    }

    fn with_error(self, error: &Error) -> Self {
        Self {
            kind: Some(error.kind().to_string()),
            error: Some(shortened(&error.to_string())),
            ..self
        }
    }
}
