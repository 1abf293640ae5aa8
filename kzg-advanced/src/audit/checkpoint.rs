//! Signed checkpoints. Without the key, the records that a checkpoint covers cannot be changed
//! without detection.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::record::Head;

/// The prefix of what is signed, so that no other use of the key signs the same bytes.
const DOMAIN: &[u8] = b"kzg audit checkpoint 1";

/// The private key of an audit log: an Ed25519 key (RFC 8032).
///
/// Keep the seed where those who can write the log cannot read it.
#[derive(Clone)]
pub struct AuditKey(SigningKey);

impl AuditKey {
    /// The key of a secret seed of 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key, by which the log is verified.
    #[must_use]
    pub fn public(&self) -> AuditPublicKey {
        AuditPublicKey(self.0.verifying_key())
    }

    /// Signs a head together with a time in microseconds since 1970.
    pub(super) fn sign(&self, head: Head, time: u64, every: u64) -> Checkpoint {
        let unsigned = Checkpoint {
            next: head.next,
            hash: hex::encode(head.hash),
            time,
            every,
            signature: String::new(),
        };
        let signature = self.0.sign(&unsigned.message(head.hash));
        Checkpoint {
            signature: hex::encode(signature.to_bytes()),
            ..unsigned
        }
    }
}

impl fmt::Debug for AuditKey {
    /// Shows the public key alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", self.public())
    }
}

/// The public key of an audit log, as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuditPublicKey(VerifyingKey);

/// A string that is not the public key of an audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is an Ed25519 point in 64 hexadecimal digits")]
pub struct InvalidKey;

impl FromStr for AuditPublicKey {
    type Err = InvalidKey;

    fn from_str(digits: &str) -> Result<Self, InvalidKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| InvalidKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| InvalidKey)?;
        Ok(Self(key))
    }
}

impl fmt::Display for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditPublicKey({self})")
    }
}

/// A signed statement of the head of a log at a moment. A checkpoint that is kept elsewhere shows
/// later that no record before the checkpoint was changed or is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The number of records that the checkpoint covers.
    pub next: u64,
    /// The hash of the last of these records, in hexadecimal digits.
    pub hash: String,
    /// The time of the signature, in microseconds since 1970.
    pub time: u64,
    /// The number of records after which there is another checkpoint at the latest.
    pub every: u64,
    /// The Ed25519 signature, hexadecimal.
    pub signature: String,
}

impl Checkpoint {
    /// The head that the checkpoint covers; `None` if the hash is malformed.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        let mut hash = [0; 32];
        hex::decode_to_slice(&self.hash, &mut hash).ok()?;
        Some(Head {
            next: self.next,
            hash,
        })
    }

    /// Whether the checkpoint was signed by a key.
    #[must_use]
    pub fn is_signed_by(&self, key: &AuditPublicKey) -> bool {
        let mut signature = [0; 64];
        let decoded = hex::decode_to_slice(&self.signature, &mut signature).is_ok();
        let Some(head) = self.head().filter(|_| decoded) else {
            return false;
        };
        let signature = Signature::from_bytes(&signature);
        key.0
            .verify_strict(&self.message(head.hash), &signature)
            .is_ok()
    }

    fn message(&self, hash: [u8; 32]) -> Vec<u8> {
        let mut message = DOMAIN.to_vec();
        message.extend(self.next.to_be_bytes());
        message.extend(hash);
        message.extend(self.time.to_be_bytes());
        message.extend(self.every.to_be_bytes());
        message
    }
}

/// A receiver of checkpoints, which keeps them where those who can write the log cannot.
pub(super) type CheckpointSink = Arc<dyn Fn(&Checkpoint) + Send + Sync>;

/// The checkpoints of a log: the key, how often one is signed, and where copies go.
#[derive(Clone)]
#[non_exhaustive]
pub struct CheckpointOptions {
    /// The key.
    pub key: AuditKey,
    /// The number of records between two checkpoints at most; at least 1.
    pub every: u64,
    /// The time for which a record waits for its checkpoint at most.
    pub interval: Duration,
    pub(super) sink: Option<CheckpointSink>,
}

impl CheckpointOptions {
    /// Checkpoints signed by a key every 1024 records and every 10 seconds, and when the log is
    /// closed.
    #[must_use]
    pub fn new(key: AuditKey) -> Self {
        Self {
            key,
            every: 1024,
            interval: Duration::from_secs(10),
            sink: None,
        }
    }

    /// The same options with every number at its least, where a field was set below that.
    pub(super) fn within_bounds(self) -> Self {
        Self {
            every: self.every.max(1),
            ..self
        }
    }

    /// The same options with another number of records and another time between checkpoints.
    #[must_use]
    pub fn with_interval(mut self, records: u64, interval: Duration) -> Self {
        (self.every, self.interval) = (records.max(1), interval);
        self
    }

    /// The same options with a receiver of copies. Each checkpoint is handed to the receiver after
    /// the records that the checkpoint covers are on the disk. Checkpoints are handed over one at a
    /// time, in order. `flush`, `checkpoint` and the
    /// drop of the last handle wait until the receiver has them all. The receiver may use the log
    /// itself, but must not wait for another thread that calls one of these. While the receiver
    /// runs, records are synced when as many as the bound allows are not synced, and not after the
    /// time between syncs. A panic of the receiver is logged.
    #[must_use]
    pub fn with_sink(mut self, sink: impl Fn(&Checkpoint) + Send + Sync + 'static) -> Self {
        self.sink = Some(Arc::new(sink));
        self
    }
}

impl fmt::Debug for CheckpointOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckpointOptions")
            .field("key", &self.key)
            .field("every", &self.every)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_verifies_with_its_key_alone() {
        let key = AuditKey::from_seed(&[7; 32]);
        let head = Head {
            next: 9,
            hash: [3; 32],
        };
        let checkpoint = key.sign(head, 5, 100);
        assert_eq!(checkpoint.head(), Some(head));
        assert!(checkpoint.is_signed_by(&key.public()));
        let other = AuditKey::from_seed(&[8; 32]).public();
        assert!(!checkpoint.is_signed_by(&other));
        for changed in [
            Checkpoint {
                next: 8,
                ..checkpoint.clone()
            },
            Checkpoint {
                time: 6,
                ..checkpoint.clone()
            },
            Checkpoint {
                every: 101,
                ..checkpoint.clone()
            },
            Checkpoint {
                hash: hex::encode([4; 32]),
                ..checkpoint.clone()
            },
            Checkpoint {
                hash: "not a hash".to_owned(),
                ..checkpoint.clone()
            },
            Checkpoint {
                signature: String::new(),
                ..checkpoint.clone()
            },
        ] {
            assert!(!changed.is_signed_by(&key.public()), "{changed:?}");
        }
        let public = key.public().to_string();
        assert_eq!(public.parse(), Ok(key.public()));
        assert_eq!(public[1..].parse::<AuditPublicKey>(), Err(InvalidKey));
    }

    #[test]
    fn the_secret_key_is_not_printed() {
        let key = AuditKey::from_seed(&[7; 32]);
        let shown = format!("AuditKey({})", key.public());
        assert_eq!(format!("{key:?}"), shown);
        let options = CheckpointOptions::new(key);
        let expected =
            format!("CheckpointOptions {{ key: {shown}, every: 1024, interval: 10s, .. }}");
        assert_eq!(format!("{options:?}"), expected);
    }
}
