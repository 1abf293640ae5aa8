//! The evidence of a disagreement between backends.

use core::fmt;

use kzg_traits::{Error, Operation};

/// The finding of one backend: a result, by its digest, or a refusal of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// A result with this digest.
    Result([u8; 32]),
    /// The backend refused the input as malformed.
    Refused(Error),
}

/// The decision on a disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Judgement {
    /// This backend is wrong, by the finding of a third backend or by verification.
    Loser(String),
    /// There is no decision.
    Undecided,
}

/// A disagreement between two backends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The operation.
    pub operation: Operation,
    /// The digest of the inputs, where it is known.
    pub input: Option<[u8; 32]>,
    /// The finding of each backend, in the order in which the backends were called.
    pub findings: Vec<(String, Finding)>,
    /// The decision.
    pub judgement: Judgement,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.findings.iter().map(|(name, _)| &**name).collect();
        let (two, more) = names.split_at(names.len().min(2));
        write!(f, "{} disagree about {}", two.join(" and "), self.operation)?;
        match &self.judgement {
            Judgement::Loser(loser) => write!(f, ": {loser} is wrong")?,
            Judgement::Undecided => f.write_str(": undecided")?,
        }
        if let [third, ..] = more {
            write!(f, ", {third} was called")?;
        }
        Ok(())
    }
}
