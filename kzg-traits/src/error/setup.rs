//! The errors of trusted setups and of loading a backend.

use core::fmt;

use super::point::PointError;

/// The reason why a trusted setup or a backend cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The file cannot be read.
    #[error("trusted setup {path}: {reason}")]
    Read {
        /// The file's path.
        path: String,
        /// The operating system's description of the error.
        reason: String,
    },
    /// The file is larger than any setup of this size can be; it was not read to its end.
    #[error("trusted setup {path}: larger than {limit} bytes")]
    TooLarge {
        /// The file's path.
        path: String,
        /// The number of bytes that a file may have.
        limit: usize,
    },
    /// The input is empty or white space.
    #[error("trusted setup: empty")]
    Empty,
    /// The bytes are in none of the known formats.
    #[error(
        "trusted setup: neither c-kzg's text format, nor the consensus-specs JSON format, nor the \
         399456 bytes of the points"
    )]
    UnknownFormat,
    /// The text does not begin with the two counts.
    #[error("trusted setup: line {line}: a count of points expected")]
    Header {
        /// The line of the text, from 1.
        line: usize,
    },
    /// The JSON is malformed, or not an object of lists of strings.
    #[error("trusted setup: line {line}, column {column}: {reason}")]
    Json {
        /// The line of the text, from 1.
        line: usize,
        /// The byte of that line, from 1.
        column: usize,
        /// The expected and the actual content.
        reason: String,
    },
    /// The JSON ends early.
    #[error("trusted setup: truncated in line {line}, column {column}")]
    TruncatedJson {
        /// The line of the text, from 1.
        line: usize,
        /// The byte of that line, from 1.
        column: usize,
    },
    /// The text ends early.
    #[error("trusted setup: truncated, {actual} of {expected} {section} points")]
    Truncated {
        /// The section that is cut short.
        section: SetupSection,
        /// The number of points there should be.
        expected: usize,
        /// The number of whole points there are.
        actual: usize,
    },
    /// A section, or its count at the beginning of the text, has the wrong number of points.
    #[error("trusted setup: {actual} {section} points, expected {expected}")]
    Count {
        /// The section.
        section: SetupSection,
        /// The number of points there should be.
        expected: usize,
        /// The number of points there are.
        actual: usize,
    },
    /// The JSON lacks a section.
    #[error("trusted setup: no {section}")]
    MissingSection {
        /// The section.
        section: SetupSection,
    },
    /// The file is of the form from before EIP-7594, without G1 points in monomial form.
    #[error("trusted setup: the old form without g1_monomial points; use the current file")]
    MissingMonomial,
    /// A point is not written in hexadecimal digits, or has the wrong number of them.
    #[error("trusted setup: {section} point {index}: not a point in hexadecimal")]
    Hex {
        /// The section of the point.
        section: SetupSection,
        /// The position of the point in the section.
        index: usize,
    },
    /// The text goes on after the last section.
    #[error("trusted setup: line {line}: more text after the last point")]
    Trailing {
        /// The line of the text, from 1.
        line: usize,
    },
    /// A point is invalid.
    #[error("trusted setup: {section} point {index}: {reason}")]
    Point {
        /// The section of the point.
        section: SetupSection,
        /// The position of the point in the section.
        index: usize,
        /// The first check that failed.
        reason: PointError,
    },
    /// A point is the identity. This happens only if the secret is zero or a root of unity, and the
    /// secret can then be computed from the points.
    #[error("trusted setup: {section} point {index} is the identity: the secret is known")]
    Identity {
        /// The section of the point.
        section: SetupSection,
        /// The position of the point in the section.
        index: usize,
    },
    /// The points are those of a setup, but not in the order of the format.
    #[error("trusted setup: wrong order: {found}")]
    Order {
        /// The order of the points.
        found: SetupOrder,
    },
    /// The sections do not belong to one secret.
    #[error("trusted setup: inconsistent: {check}")]
    Inconsistent {
        /// The check that failed.
        check: SetupCheck,
    },
    /// The backend cannot run in this program or on this machine.
    #[error("backend {backend} is unavailable: {reason}")]
    BackendUnavailable {
        /// The backend's name.
        backend: String,
        /// The reason, and what to do about it.
        reason: String,
    },
    /// The threads that the options ask for cannot be started.
    #[error("cannot start rayon's global pool: {reason}")]
    Threads {
        /// The operating system's description of the error.
        reason: String,
    },
    /// The library that a backend loads at run time was not found.
    #[error("library not found: tried {}", tried.join(", "))]
    LibraryNotFound {
        /// Each place that was tried, with the error of the attempt.
        tried: Vec<String>,
    },
    /// The library lacks functions that the backend needs.
    #[error("library {library} lacks {}", missing.join(", "))]
    MissingSymbols {
        /// The library's path.
        library: String,
        /// The names of all functions that the library lacks.
        missing: Vec<String>,
    },
    /// The library failed its self-test: it gives a wrong result for a known input.
    #[error("library {library} fails the self-test: {check}")]
    SelfTest {
        /// The library's path.
        library: String,
        /// The check that failed.
        check: String,
    },
    /// Another library is loaded already. A process uses one library only.
    #[error("library {requested} cannot be loaded: {loaded} is in use")]
    LibraryConflict {
        /// The library in use.
        loaded: String,
        /// The library that was requested.
        requested: String,
    },
}

impl SetupError {
    /// Whether the backend or the threads are unavailable on this machine. Every other error is about
    /// the trusted setup, which is malformed or cannot be read.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::BackendUnavailable { .. }
                | Self::LibraryNotFound { .. }
                | Self::MissingSymbols { .. }
                | Self::SelfTest { .. }
                | Self::LibraryConflict { .. }
                | Self::Threads { .. }
        )
    }
}

/// A part of a trusted setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetupSection {
    /// The commitments to the Lagrange polynomials, in natural order.
    G1Lagrange,
    /// The powers of the secret in G1.
    G1Monomial,
    /// The powers of the secret in G2.
    G2Monomial,
}

impl fmt::Display for SetupSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::G1Lagrange => "g1_lagrange",
            Self::G1Monomial => "g1_monomial",
            Self::G2Monomial => "g2_monomial",
        })
    }
}

/// A wrong order of the points of a trusted setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetupOrder {
    /// The points of a section are in bit-reversed order.
    BitReversed {
        /// The section.
        section: SetupSection,
    },
    /// The two G1 sections are swapped.
    SwappedSections,
}

impl fmt::Display for SetupOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BitReversed { section } => write!(f, "{section} is in bit-reversed order"),
            Self::SwappedSections => f.write_str("g1_lagrange holds the points of g1_monomial"),
        }
    }
}

/// A check that the sections of a trusted setup belong to one secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetupCheck {
    /// The first power in G1 is the generator.
    G1Generator,
    /// The first power in G2 is the generator.
    G2Generator,
    /// Each G1 monomial point is the point before it times the secret of G2 monomial point 1.
    G1Powers,
    /// Each G2 monomial point is the point before it times the secret of G1 monomial point 1.
    G2Powers,
    /// The G1 Lagrange points are the commitments to the Lagrange polynomials with the G1 monomial
    /// points.
    Lagrange,
    /// The backend reads the same points from the embedded affine form as from the compressed form.
    Embedded,
}

impl fmt::Display for SetupCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::G1Generator => "g1_monomial does not begin with the generator",
            Self::G2Generator => "g2_monomial does not begin with the generator",
            Self::G1Powers => "g1_monomial is not the powers of the secret in g2_monomial point 1",
            Self::G2Powers => "g2_monomial is not the powers of the secret in g1_monomial point 1",
            Self::Lagrange => "g1_lagrange does not match g1_monomial",
            Self::Embedded => "the backend misreads the embedded points",
        })
    }
}
