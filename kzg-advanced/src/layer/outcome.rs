//! The result of a call, as layers see it: without its type.

use core::any::Any;

use kzg_traits::error::Result;
use kzg_traits::{Blob, Bytes32, Bytes48, Cell, Error, ErrorKind, KzgCommitment, KzgProof};
use sha2::{Digest, Sha256};

/// A result that layers can compare, audit and verify.
pub trait Outcome: Any + Send + Sync {
    /// SHA-256 over the bytes of the result. Results that differ have digests that differ.
    fn digest(&self) -> [u8; 32];

    /// An error inside the result of another kind than `Input`, such as a fault in the verdict on
    /// one item. Such an error fails the whole call, as if the call had returned it.
    fn failure(&self) -> Option<&Error> {
        None
    }

    /// Whether the result says of every item that it is malformed. Then the time of the call is no measure of speed.
    fn is_malformed(&self) -> bool {
        false
    }

    /// Whether the result says of one of several items that it is false. Such a call may take many times as long as
    /// others.
    fn has_false_item(&self) -> bool {
        false
    }
}

/// A type-erased result. The entry of a stack downcasts the result.
pub type Boxed = Box<dyn Outcome>;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Outcome for () {
    fn digest(&self) -> [u8; 32] {
        sha256(&[])
    }
}

impl Outcome for bool {
    fn digest(&self) -> [u8; 32] {
        sha256(&[u8::from(*self)])
    }
}

macro_rules! outcome_by_bytes {
    ($($type:ty),*) => { $(
        impl Outcome for $type {
            fn digest(&self) -> [u8; 32] {
                sha256(self.as_slice())
            }
        }
    )* };
}

outcome_by_bytes!(Bytes32, Bytes48, Cell, KzgCommitment, KzgProof);

impl Outcome for Box<Blob> {
    fn digest(&self) -> [u8; 32] {
        sha256(self.as_slice())
    }
}

/// The verdict on one of several items.
impl Outcome for Result<bool> {
    fn digest(&self) -> [u8; 32] {
        match self {
            Ok(verdict) => verdict.digest(),
            Err(error) => sha256(format!("{error:?}").as_bytes()),
        }
    }

    fn failure(&self) -> Option<&Error> {
        self.as_ref()
            .err()
            .filter(|error| error.kind() != ErrorKind::Input)
    }

    fn is_malformed(&self) -> bool {
        self.as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Input)
    }

    fn has_false_item(&self) -> bool {
        matches!(self, Ok(false))
    }
}

/// The digest is over the digests of the items.
impl<T: Outcome> Outcome for Vec<T> {
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for item in self {
            hash.update(item.digest());
        }
        hash.finalize().into()
    }

    fn failure(&self) -> Option<&Error> {
        self.iter().find_map(Outcome::failure)
    }

    fn is_malformed(&self) -> bool {
        !self.is_empty() && self.iter().all(Outcome::is_malformed)
    }

    fn has_false_item(&self) -> bool {
        self.iter().any(Outcome::has_false_item)
    }
}

/// The digest is over the digests of the two parts.
impl<A: Outcome, B: Outcome> Outcome for (A, B) {
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.digest());
        hash.update(self.1.digest());
        hash.finalize().into()
    }

    fn failure(&self) -> Option<&Error> {
        self.0.failure().or_else(|| self.1.failure())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::Item;

    #[test]
    fn one_bit_changes_the_digest() {
        let mut cells = vec![Cell::default(); 3];
        let before = cells.digest();
        cells[2].0[2047] ^= 1;
        assert_ne!(cells.digest(), before);
        assert_ne!(Ok(true).digest(), Ok(false).digest());
        let proofs = (vec![KzgProof::default()], vec![Cell::default()]);
        let mut other = proofs.clone();
        other.0[0].0[47] ^= 1;
        assert_ne!(proofs.digest(), other.digest());
    }

    #[test]
    fn a_fault_in_one_verdict_fails_the_call_and_a_malformed_item_does_not() {
        let fault = Error::Fault {
            backend: "prover".to_owned(),
            message: "gone".to_owned(),
        };
        let malformed = Error::Point {
            item: Item::Proof,
            index: 1,
            reason: kzg_traits::PointError::Curve,
        };
        let verdicts = vec![Ok(true), Err(malformed.clone())];
        assert_eq!(verdicts.failure(), None);
        let verdicts = vec![Ok(true), Err(malformed), Err(fault.clone())];
        assert_eq!(verdicts.failure(), Some(&fault));
    }
}
