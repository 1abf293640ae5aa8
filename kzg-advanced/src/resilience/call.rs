//! A call on its way through the layers: what is asked, and until when.

use core::fmt;
use core::time::Duration;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Blob, Blobs, Bytes32, Cell, Cells, Error, KzgCommitment, KzgProof, Operation};
use sha2::{Digest, Sha256};

use super::degrade::ServiceLevel;
use super::provenance::{ProvenanceSlot, Trace};
use crate::CancellationToken;

/// An input of a call, as the caller lent it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// A blob.
    Blob(&'a Blob),
    /// Several blobs.
    Blobs(Blobs<'a>),
    /// Several cells.
    Cells(Cells<'a>),
    /// A commitment.
    Commitment(&'a KzgCommitment),
    /// Several commitments.
    Commitments(&'a [KzgCommitment]),
    /// A proof.
    Proof(&'a KzgProof),
    /// Several proofs.
    Proofs(&'a [KzgProof]),
    /// A field element.
    Bytes32(&'a Bytes32),
    /// Positions of cells, or of commitments.
    Indices(&'a [u64]),
}

macro_rules! input_from {
    ($($variant:ident($type:ty),)*) => { $(
        impl<'a> From<$type> for Input<'a> {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        }
    )* };
}

input_from! {
    Blob(&'a Blob),
    Blobs(Blobs<'a>),
    Cells(Cells<'a>),
    Commitment(&'a KzgCommitment),
    Commitments(&'a [KzgCommitment]),
    Proof(&'a KzgProof),
    Proofs(&'a [KzgProof]),
    Bytes32(&'a Bytes32),
    Indices(&'a [u64]),
}

impl Input<'_> {
    /// The number of items: 1 for what is no list.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Blob(_) | Self::Commitment(_) | Self::Proof(_) | Self::Bytes32(_) => 1,
            Self::Blobs(blobs) => blobs.len(),
            Self::Cells(cells) => cells.len(),
            Self::Commitments(commitments) => commitments.len(),
            Self::Proofs(proofs) => proofs.len(),
            Self::Indices(indices) => indices.len(),
        }
    }

    /// Whether it is a list of nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let item = match self {
            Self::Blob(_) | Self::Blobs(_) => Blob::LENGTH,
            Self::Cells(_) => Cell::LENGTH,
            Self::Commitment(_) | Self::Commitments(_) => KzgCommitment::LENGTH,
            Self::Proof(_) | Self::Proofs(_) => KzgProof::LENGTH,
            Self::Bytes32(_) => Bytes32::LENGTH,
            Self::Indices(_) => size_of::<u64>(),
        };
        self.len() * item
    }

    fn hash_into(&self, hash: &mut Sha256) {
        // The length separates neighbouring lists.
        hash.update((self.len() as u64).to_be_bytes());
        match self {
            Self::Blob(blob) => hash.update(blob.as_slice()),
            Self::Blobs(blobs) => blobs.iter().for_each(|blob| hash.update(blob.as_slice())),
            Self::Cells(cells) => cells.iter().for_each(|cell| hash.update(cell.as_slice())),
            Self::Commitment(commitment) => hash.update(commitment.as_slice()),
            Self::Commitments(commitments) => {
                hash.update(KzgCommitment::bytes_of_many(commitments));
            }
            Self::Proof(proof) => hash.update(proof.as_slice()),
            Self::Proofs(proofs) => hash.update(KzgProof::bytes_of_many(proofs)),
            Self::Bytes32(bytes) => hash.update(bytes.as_slice()),
            Self::Indices(indices) => {
                for index in *indices {
                    hash.update(index.to_be_bytes());
                }
            }
        }
    }
}

/// A call as every layer sees it.
///
/// The inputs are lent to the layers, not only their digest, so that a layer can verify a proof
/// that was just made, or weigh a call by its size.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The operation that is asked for.
    pub operation: Operation,
    /// What it is asked about; empty where a caller's own closure keeps it to itself.
    pub inputs: &'a [Input<'a>],
    /// What the caller says the digest of the inputs is, for a closure of its own.
    pub stated_digest: Option<[u8; 32]>,
    /// When the answer is no longer wanted.
    pub deadline: Option<Instant>,
    /// Each of them stops the call between attempts.
    pub cancel: &'a [CancellationToken],
    /// When nothing is tried again, though an answer would still be welcome.
    pub give_up: Option<Instant>,
    /// How much service the call gets.
    pub service: ServiceLevel,
    /// Where the layers note what they did.
    pub trace: &'a Trace,
}

impl Call<'_> {
    /// The number of items that the call is about: the length of its longest list, at least 1.
    #[must_use]
    pub fn items(&self) -> usize {
        self.inputs.iter().map(Input::len).max().unwrap_or(1).max(1)
    }

    /// The number of bytes of all inputs.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.inputs.iter().map(Input::bytes).sum()
    }

    /// SHA-256 over the inputs, each preceded by its number of items; what the caller states
    /// for a closure of its own, and `None` if it states nothing.
    #[must_use]
    pub fn input_digest(&self) -> Option<[u8; 32]> {
        if self.stated_digest.is_some() || self.inputs.is_empty() {
            return self.stated_digest;
        }
        let mut hash = Sha256::new();
        self.inputs
            .iter()
            .for_each(|input| input.hash_into(&mut hash));
        Some(hash.finalize().into())
    }

    /// Whether the answer is still wanted: asked before a call and between attempts, never
    /// during one.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] or [`Error::Deadline`].
    pub fn check(&self) -> Result<()> {
        if self.cancel.iter().any(CancellationToken::is_cancelled) {
            return Err(Error::Cancelled);
        }
        if self.is_late() {
            return Err(Error::Deadline);
        }
        Ok(())
    }

    /// Whether a failure may be met by asking the same backend again.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        self.give_up.is_none_or(|give_up| Instant::now() < give_up)
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("items", &self.items())
            .field("bytes", &self.bytes())
            .field("deadline", &self.deadline)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// What a caller wants of a call beside its answer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Request {
    /// When answers are no longer wanted.
    pub deadline: Option<Instant>,
    /// How long each call may take, from when it is made.
    pub timeout: Option<Duration>,
    /// Each of them stops between attempts.
    pub cancel: Vec<CancellationToken>,
    /// The digest of the inputs, for the audit log, where a closure keeps them to itself.
    pub input_digest: Option<[u8; 32]>,
    /// Receives where each answer came from.
    pub provenance: Option<ProvenanceSlot>,
}

impl Request {
    /// The same with a deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same with a time that each call may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same with a token that stops it.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel.push(cancel);
        self
    }

    /// The same with the digest of the inputs.
    #[must_use]
    pub fn with_input_digest(mut self, digest: [u8; 32]) -> Self {
        self.input_digest = Some(digest);
        self
    }

    /// The same with a place for the provenance of answers.
    #[must_use]
    pub fn with_provenance(mut self, slot: &ProvenanceSlot) -> Self {
        self.provenance = Some(slot.clone());
        self
    }

    /// The earlier of the deadline and the timeout from now on.
    #[must_use]
    pub fn deadline_from_now(&self) -> Option<Instant> {
        // A timeout too long to be represented is none.
        let timeout = self
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout));
        match (self.deadline, timeout) {
            (Some(deadline), Some(timeout)) => Some(deadline.min(timeout)),
            (deadline, timeout) => deadline.or(timeout),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call<'a>(inputs: &'a [Input<'a>], trace: &'a Trace) -> Call<'a> {
        Call {
            operation: Operation::VerifyBlobKzgProofBatch,
            inputs,
            stated_digest: None,
            deadline: None,
            cancel: &[],
            give_up: None,
            service: ServiceLevel::Full,
            trace,
        }
    }

    #[test]
    fn a_call_knows_its_size_and_lists_do_not_run_into_each_other() {
        let trace = Trace::default();
        let points = [KzgCommitment([1; 48]), KzgCommitment([1; 48])];
        let split = |n: usize| [Input::from(&points[..n]), Input::from(&points[n..])];
        let (one, two) = (split(1), split(2));
        let (one, two) = (call(&one, &trace), call(&two, &trace));
        assert_eq!((one.items(), one.bytes()), (1, 96));
        assert_eq!((two.items(), two.bytes()), (2, 96));
        assert!(one.input_digest().is_some());
        assert_ne!(one.input_digest(), two.input_digest());
        assert_eq!(call(&[], &trace).input_digest(), None);
    }

    #[test]
    fn the_earlier_of_deadline_and_timeout_counts() {
        let now = Instant::now();
        let hour = Duration::from_secs(3600);
        let request = Request::default().with_deadline(now + hour);
        assert_eq!(request.deadline_from_now(), Some(now + hour));
        let sooner = request.clone().with_timeout(hour / 2);
        assert!(sooner.deadline_from_now() < Some(now + hour));
        let endless = Request::default().with_timeout(Duration::MAX);
        assert_eq!(endless.deadline_from_now(), None);
    }
}
