//! The kinds of values: their lengths, the names under which commands print them, and the errors
//! about them.

use kzg_advanced::{Blob, Bytes32, KzgCommitment, KzgProof};
use kzg_pipeline::formats::{SidecarProofs, Sidecars};

use super::fault::ValueFault;

/// A kind of value.
#[derive(Debug)]
pub(super) struct Kind {
    /// The word for it in messages.
    pub(super) what: &'static str,
    /// The length in bytes.
    pub(super) length: usize,
    /// The keys and labels under which commands print it.
    pub(super) labels: &'static [&'static str],
    /// The value of a blob among those that a file in a format holds.
    pub(super) in_sidecars: fn(&Sidecars) -> Vec<&[u8]>,
    /// Advice for bytes of another length.
    pub(super) advice: &'static str,
}

pub(super) const BLOB: Kind = Kind {
    what: "blob",
    length: Blob::LENGTH,
    labels: &["blob"],
    in_sidecars: |_| Vec::new(),
    advice: ", or a document with blobs; `kzg pipeline` turns files of any size into blobs",
};
pub(super) const COMMITMENT: Kind = Kind {
    what: "commitment",
    length: KzgCommitment::LENGTH,
    labels: &["commitment", "commitments"],
    in_sidecars: |sidecars| {
        let commitments = sidecars.commitments.iter();
        commitments.map(KzgCommitment::as_slice).collect()
    },
    advice: "",
};
pub(super) const PROOF: Kind = Kind {
    what: "proof",
    length: KzgProof::LENGTH,
    labels: &["proof", "proofs"],
    in_sidecars: |sidecars| match &sidecars.proofs {
        SidecarProofs::Blobs(proofs) => proofs.iter().map(KzgProof::as_slice).collect(),
        _ => Vec::new(),
    },
    advice: "",
};
pub(super) const POINT: Kind = Kind {
    what: "point",
    length: Bytes32::LENGTH,
    labels: &["z"],
    in_sidecars: |_| Vec::new(),
    advice: ", big-endian",
};
pub(super) const EVALUATION: Kind = Kind {
    what: "value",
    length: Bytes32::LENGTH,
    labels: &["y"],
    in_sidecars: |_| Vec::new(),
    advice: ", big-endian",
};

impl Kind {
    /// The forms that a value of this kind has.
    pub(super) fn expected(&self) -> String {
        let (what, length) = (self.what, self.length);
        format!(
            "a {what} is {length} bytes, or 0x and their {} hexadecimal digits{}",
            2 * length,
            self.advice
        )
    }

    /// The error about a value under a name.
    pub(super) fn error(&self, name: &str, fault: ValueFault) -> anyhow::Error {
        let (what, expected) = (self.what, self.expected());
        fault.named(name.to_owned(), |fault| {
            format!("not a {what}: {fault}; {expected}")
        })
    }
}
