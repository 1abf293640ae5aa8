//! A record as a line: the event between the hash of the record before it and its own.
//!
//! `{"prev":"..","seq":0, .. ,"hash":".."}`, where `hash` is the SHA-256 of the bytes of the line
//! before `,"hash"`. A change of any byte changes the hash, even of a byte that a JSON parser
//! ignores.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::event::AuditEvent;

/// The text at the beginning of a line, before the hash of the record before it.
pub(super) const BEGIN: &str = "{\"prev\":\"";
/// The text before a line's hash, and the text after it.
const BEFORE_HASH: &str = ",\"hash\":\"";
const AFTER_HASH: &str = "\"}";
const HASH_DIGITS: usize = 64;

/// The number that no record and no call reaches. A log may begin with any record, and one that was made by
/// hand must not make the numbers of further records and calls overflow.
const TOO_LARGE: u64 = 1 << 63;

/// The end of a chain: the number of records, and the hash of the last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of the next record.
    pub next: u64,
    /// The hash of the last record; zeros where there is none.
    pub hash: [u8; 32],
}

/// The reason why a line of an audit log is not the record that belongs there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordFault {
    /// The line does not have the shape of a record.
    #[error("the line is no record")]
    NotARecord,
    /// The line does not end.
    #[error("the line does not end")]
    Endless,
    /// The bytes of the line do not have the hash that the line states.
    #[error("the hash in the line is not that of its content")]
    Hash,
    /// The hash is right, but the line does not describe an event.
    #[error("the line does not describe an event: {message}")]
    Event {
        /// The message of the JSON parser.
        message: String,
    },
    /// The hash of the record before it has another form.
    #[error("\"prev\" is not a hash")]
    Previous,
    /// The line states the hash of another record as the one before it.
    #[error("the record does not follow the record before it")]
    OutOfChain,
    /// The line has another number.
    #[error("the number of the record is {number}, not {expected}")]
    Number {
        /// The number in the line.
        number: u64,
        /// The number that follows the one before.
        expected: u64,
    },
    /// The number is that of no log: no further record could have a number.
    #[error("the number of the record is {number}, above the largest number of a log")]
    LargeNumber {
        /// The number in the line.
        number: u64,
    },
    /// The number of the next call is that of no log: no further call could have a number.
    #[error("the number of the next call is {number}, above the largest number of a log")]
    LargeCall {
        /// The number in the line.
        number: u64,
    },
    /// The line is the first record of a log, but states a record before it.
    #[error("the first record states the hash of a previous record")]
    BeforeTheFirst,
    /// The checkpoint in the record has the signature of another key, or none.
    #[error("the checkpoint is not signed by the key")]
    Signature,
    /// The checkpoint in the record has the head of other records.
    #[error("the checkpoint is that of other records")]
    Checkpoint,
}

/// Serialised as the message of the fault.
impl Serialize for RecordFault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A string that is not a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number of records, a colon and a hash of 64 hexadecimal digits")]
pub struct InvalidHead;

impl fmt::Display for Head {
    /// The number of records, a colon and the hash of the last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.next, hex::encode(self.hash))
    }
}

impl FromStr for Head {
    type Err = InvalidHead;

    fn from_str(head: &str) -> Result<Self, InvalidHead> {
        let (next, digits) = head.split_once(':').ok_or(InvalidHead)?;
        let next = next.parse().map_err(|_| InvalidHead)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(digits, &mut hash).map_err(|_| InvalidHead)?;
        Ok(Self { next, hash })
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({}, {})", self.next, hex::encode(self.hash))
    }
}

impl Head {
    /// The event as the next record: its line, and the head after it.
    pub(super) fn record(self, mut event: AuditEvent) -> (Vec<u8>, Self) {
        event.seq = self.next;
        let event = serde_json::to_string(&event).expect("strings and numbers only");
        let members = &event[1..event.len() - 1];
        let mut line = format!("{BEGIN}{}\",{members}", hex::encode(self.hash));
        let hash: [u8; 32] = Sha256::digest(line.as_bytes()).into();
        line.push_str(BEFORE_HASH);
        line.push_str(&hex::encode(hash));
        line.push_str(AFTER_HASH);
        line.push('\n');
        let head = Self {
            next: self.next + 1,
            hash,
        };
        (line.into_bytes(), head)
    }

    /// Checks that a line, without its end, is the next record. Returns the head after it, and the
    /// record's event.
    pub(super) fn follow(self, line: &[u8]) -> Result<(Self, AuditEvent), RecordFault> {
        let record = Parsed::read(line)?;
        if record.prev != hex::encode(self.hash) {
            return Err(RecordFault::OutOfChain);
        }
        let number = record.event.seq;
        if number != self.next {
            let expected = self.next;
            return Err(RecordFault::Number { number, expected });
        }
        Ok((record.head(), record.event))
    }

    /// The head before a line as the line states it, for the first record of a file.
    pub(super) fn claimed_before(line: &[u8]) -> Result<Self, RecordFault> {
        let record = Parsed::read(line)?.with_small_number()?;
        let mut hash = [0; 32];
        hex::decode_to_slice(&record.prev, &mut hash).map_err(|_| RecordFault::Previous)?;
        Ok(Self {
            next: record.event.seq,
            hash,
        })
    }

    /// The head after a line as the line states it, and the record's event.
    pub(super) fn claimed_after(line: &[u8]) -> Result<(Self, AuditEvent), RecordFault> {
        let record = Parsed::read(line)?.with_small_number()?;
        Ok((record.head(), record.event))
    }
}

/// A record whose own hash is right.
struct Parsed {
    prev: String,
    event: AuditEvent,
    hash: [u8; 32],
}

impl Parsed {
    fn read(line: &[u8]) -> Result<Self, RecordFault> {
        #[derive(Deserialize)]
        struct Record {
            prev: String,
            #[serde(flatten)]
            event: AuditEvent,
        }
        let tail = BEFORE_HASH.len() + HASH_DIGITS + AFTER_HASH.len();
        let (body, tail) = line
            .len()
            .checked_sub(tail)
            .map(|at| line.split_at(at))
            .ok_or(RecordFault::NotARecord)?;
        let stated = tail
            .strip_prefix(BEFORE_HASH.as_bytes())
            .and_then(|tail| tail.strip_suffix(AFTER_HASH.as_bytes()))
            .ok_or(RecordFault::NotARecord)?;
        let hash: [u8; 32] = Sha256::digest(body).into();
        if hex::encode(hash).as_bytes() != stated {
            return Err(RecordFault::Hash);
        }
        let record: Record = serde_json::from_slice(line).map_err(|error| RecordFault::Event {
            message: error.to_string(),
        })?;
        if let Some(number) = record.event.next_call
            && number >= TOO_LARGE
        {
            return Err(RecordFault::LargeCall { number });
        }
        Ok(Self {
            prev: record.prev,
            event: record.event,
            hash,
        })
    }

    /// The same record, whose number a log can reach.
    fn with_small_number(self) -> Result<Self, RecordFault> {
        let number = self.event.seq;
        if number >= TOO_LARGE {
            return Err(RecordFault::LargeNumber { number });
        }
        Ok(self)
    }

    /// The head after a record that follows another one, or whose number is small.
    fn head(&self) -> Head {
        Head {
            next: self.event.seq.saturating_add(1),
            hash: self.hash,
        }
    }
}
