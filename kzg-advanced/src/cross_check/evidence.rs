//! What is kept of a disagreement.

use core::fmt;

use kzg_traits::{Error, Operation};

/// What a backend found: a result, by its digest, or that the input is malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A result with this digest.
    Result([u8; 32]),
    /// The input was refused.
    Refused(Error),
}

/// Who is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// This backend is wrong, by the word of a third or by verification.
    Loser(String),
    /// Nothing could decide.
    Undecided,
}

/// Two backends disagree, and what else is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The operation.
    pub operation: Operation,
    /// The digest of the inputs, where it is known.
    pub input: Option<[u8; 32]>,
    /// What each backend found, in the order in which they were asked.
    pub findings: Vec<(String, Finding)>,
    /// Who is right.
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
            write!(f, ", {third} was asked")?;
        }
        Ok(())
    }
}
