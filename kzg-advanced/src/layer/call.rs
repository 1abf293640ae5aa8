//! The call that a stack passes to its layers.

use core::fmt;
use core::time::Duration;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Blob, Blobs, Bytes32, Cell, Cells, Error, KzgCommitment, KzgProof, Operation};
use sha2::{Digest, Sha256};

use super::owned::{OwnedWork, Ownership};
use super::provenance::Trace;
use super::service::ServiceLevel;
use crate::CancellationToken;

/// The longest time that a wait goes on after a cancellation.
const SLICE: Duration = Duration::from_millis(10);

/// An input of a call, as the caller lent it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallInput<'a> {
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
    /// Indices of cells or of commitments.
    Indices(&'a [u64]),
}

macro_rules! input_from {
    ($($variant:ident($type:ty),)*) => { $(
        impl<'a> From<$type> for CallInput<'a> {
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

impl CallInput<'_> {
    /// The number of items: 1 for a single item.
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

    /// Whether the input is an empty list.
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

/// The inputs and options of a call. Layers receive the inputs, so that a layer can verify a new
/// proof or limit a call by its size.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The operation.
    pub operation: Operation,
    /// The inputs; empty where a caller's closure hides them.
    pub inputs: &'a [CallInput<'a>],
    /// The digest of the inputs as the caller states it, for a closure that hides them.
    pub stated_digest: Option<[u8; 32]>,
    /// The moment after which no answer is wanted.
    pub deadline: Option<Instant>,
    /// Tokens, each of which stops the call between attempts.
    pub cancel: &'a [CancellationToken],
    /// The moment after which no attempt is repeated, though an answer is still wanted.
    pub give_up: Option<Instant>,
    /// The service that the call gets.
    pub service: ServiceLevel,
    /// The place where layers note what they do.
    pub trace: &'a Trace,
    /// The source of the same job over owned copies of the inputs.
    pub(crate) ownership: Ownership<'a>,
    /// Whether the caller may leave before the call has ended, without a deadline.
    pub(crate) detached: bool,
    /// The admission that the call holds, which a pause gives back.
    pub(crate) admission: Option<&'a dyn Admitted>,
}

/// Admission to a bulkhead, which a call gives back while it pauses.
pub(crate) trait Admitted: Sync {
    /// Gives the admission back.
    fn give_back(&self);

    /// Acquires the admission, and waits for it in the queue.
    ///
    /// # Errors
    ///
    /// Of kind `Busy` if there is no room in the queue, and as [`Call::check`].
    fn acquire(&self, call: &Call<'_>) -> Result<()>;
}

impl Call<'_> {
    /// The number of items of the call: the length of its longest list, at least 1.
    #[must_use]
    pub fn items(&self) -> usize {
        self.inputs
            .iter()
            .map(CallInput::len)
            .max()
            .unwrap_or(1)
            .max(1)
    }

    /// Whether the call has lists only, and no item in them: its time says nothing about that of others.
    pub(crate) fn is_empty(&self) -> bool {
        self.inputs.iter().map(CallInput::len).max() == Some(0)
    }

    /// The number of bytes of all inputs.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.inputs.iter().map(CallInput::bytes).sum()
    }

    /// SHA-256 over the inputs, each preceded by its number of items. For a caller's closure, the
    /// digest that the caller states, and `None` if it states none.
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

    /// Checks that the answer is still wanted. Layers call this method before a call and between
    /// attempts.
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

    /// Whether an attempt may begin at this moment, after a pause.
    #[must_use]
    pub fn may_retry_at(&self, moment: Instant) -> bool {
        let limits = [self.give_up, self.deadline];
        limits.into_iter().flatten().all(|limit| moment < limit)
    }

    /// Waits, unless the call is stopped meanwhile. The call holds no admission during the
    /// pause: the admission is given back before the pause and acquired again after the pause.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] or [`Error::Deadline`], or the error of [`Admitted::acquire`].
    pub(crate) fn pause_until(&self, moment: Instant) -> Result<()> {
        if let Some(admission) = self.admission {
            admission.give_back();
        }
        loop {
            self.check()?;
            let left = moment.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            std::thread::sleep(left.min(SLICE));
        }
        match self.admission {
            Some(admission) => admission.acquire(self),
            None => Ok(()),
        }
    }

    /// The longest time to wait before the call must be checked again: until the deadline, and
    /// no longer than a slice where the call can be cancelled. `None`: any time.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub(crate) fn wait_limit(&self) -> Result<Option<Duration>> {
        self.check()?;
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let slice = (!self.cancel.is_empty()).then_some(SLICE);
        Ok([left, slice].into_iter().flatten().min())
    }

    /// The work of the call over inputs of its own, where attempts run on workers: where the
    /// call has a deadline, or its caller may leave.
    pub(crate) fn owned_work(&self) -> Option<&OwnedWork> {
        if self.deadline.is_some() || self.detached {
            self.ownership.work()
        } else {
            None
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn call<'a>(inputs: &'a [CallInput<'a>], trace: &'a Trace) -> Call<'a> {
        Call {
            operation: Operation::VerifyBlobKzgProofBatch,
            inputs,
            stated_digest: None,
            deadline: None,
            cancel: &[],
            give_up: None,
            service: ServiceLevel::Full,
            trace,
            ownership: Ownership::Borrowed,
            detached: false,
            admission: None,
        }
    }

    #[test]
    fn a_call_has_its_size_and_lists_are_digested_separately() {
        let trace = Trace::default();
        let points = [KzgCommitment([1; 48]), KzgCommitment([1; 48])];
        let split = |n: usize| [CallInput::from(&points[..n]), CallInput::from(&points[n..])];
        let (one, two) = (split(1), split(2));
        let (one, two) = (call(&one, &trace), call(&two, &trace));
        assert_eq!((one.items(), one.bytes()), (1, 96));
        assert_eq!((two.items(), two.bytes()), (2, 96));
        assert!(one.input_digest().is_some());
        assert_ne!(one.input_digest(), two.input_digest());
        assert_eq!(call(&[], &trace).input_digest(), None);
    }
}
