//! The errors: c-kzg's variants, and the meaning of our errors among them.

use std::fmt;

use kzg_backends::SetupError;
use kzg_backends::kzg_traits::{self, ErrorKind, SetupSection};

/// The status of a call in c-kzg's C interface.
#[repr(C)]
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
#[allow(
    non_camel_case_types,
    clippy::enum_variant_names,
    reason = "the names of the C interface"
)]
pub enum CkzgError {
    /// Success.
    C_KZG_OK = 0,
    /// The input is malformed.
    C_KZG_BADARGS = 1,
    /// The operation failed for a reason other than its input.
    C_KZG_ERROR = 2,
    /// There is no memory left.
    C_KZG_MALLOC = 3,
}

/// The reason why an operation has no result. [`last_error`](crate::last_error) has the details.
#[derive(Debug)]
pub enum Error {
    /// A byte type was given another number of bytes.
    InvalidBytesLength(String),
    /// A string is not hexadecimal.
    InvalidHexFormat(String),
    /// A proof was given another number of bytes.
    InvalidKzgProof(String),
    /// A commitment was given another number of bytes.
    InvalidKzgCommitment(String),
    /// A trusted setup is malformed or not valid.
    InvalidTrustedSetup(String),
    /// Lists that belong together differ in length.
    MismatchLength(String),
    /// The text of a trusted setup is malformed.
    LoadingTrustedSetupFailed(KzgErrors),
    /// An operation failed.
    CError(CkzgError),
}

/// The faults of the text of a trusted setup. c-kzg does not export this type either.
#[derive(Debug)]
pub enum KzgErrors {
    /// Unused; c-kzg has this variant.
    FailedCurrentDirectory,
    /// Unused; c-kzg has this variant.
    PathNotExists,
    /// Unused; c-kzg has this variant.
    IOError,
    /// Unused; c-kzg has this variant.
    NotValidFile,
    /// The text is too short or too long.
    FileFormatError,
    /// A count or a point is malformed.
    ParseError,
    /// A count of points is not that of this setup.
    MismatchedNumberOfPoints,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidBytesLength(text)
            | Self::InvalidHexFormat(text)
            | Self::InvalidKzgProof(text)
            | Self::InvalidKzgCommitment(text)
            | Self::InvalidTrustedSetup(text)
            | Self::MismatchLength(text) => f.write_str(text),
            Self::LoadingTrustedSetupFailed(fault) => write!(f, "KzgErrors: {fault:?}"),
            Self::CError(status) => write!(f, "{status:?}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<KzgErrors> for Error {
    fn from(fault: KzgErrors) -> Self {
        Self::LoadingTrustedSetupFailed(fault)
    }
}

impl Error {
    /// The error for one of an operation.
    pub(crate) fn of_operation(error: &kzg_traits::Error) -> Self {
        match error {
            kzg_traits::Error::Count { .. } => Self::MismatchLength(error.to_string()),
            _ => Self::CError(status(error.kind())),
        }
    }

    /// The error for one of the text of a trusted setup.
    pub(crate) fn of_text(error: &SetupError) -> Self {
        match error {
            // The last section has more points than the text announces.
            SetupError::Count {
                section: SetupSection::G1Monomial,
                ..
            }
            | SetupError::Empty
            | SetupError::Truncated { .. }
            | SetupError::MissingMonomial
            | SetupError::Trailing { .. } => KzgErrors::FileFormatError.into(),
            SetupError::Header { .. } | SetupError::Hex { .. } => KzgErrors::ParseError.into(),
            SetupError::Count { .. } => KzgErrors::MismatchedNumberOfPoints.into(),
            _ => Self::InvalidTrustedSetup(error.to_string()),
        }
    }
}

/// The status of c-kzg for a kind of error.
fn status(kind: ErrorKind) -> CkzgError {
    match kind {
        ErrorKind::Input => CkzgError::C_KZG_BADARGS,
        ErrorKind::Setup
        | ErrorKind::Busy
        | ErrorKind::Fault
        | ErrorKind::Io
        | ErrorKind::Integrity
        | ErrorKind::Deadline
        | ErrorKind::Cancelled => CkzgError::C_KZG_ERROR,
    }
}

/// Decodes hexadecimal digits, with or without `0x`.
pub(crate) fn decode_hex(text: &str) -> Result<Vec<u8>, Error> {
    let invalid = |reason: &str| Error::InvalidHexFormat(format!("not hexadecimal: {reason}"));
    let digits = text.strip_prefix("0x").unwrap_or(text);
    // The decoder would take another prefix.
    if let Some(at) = digits.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
        return Err(invalid(&format!("the character at {at} is no digit")));
    }
    hex::decode(digits).map_err(|error| invalid(&error.to_string()))
}

/// The text of an error of length.
pub(crate) fn expected_length(expected: usize, actual: usize) -> String {
    format!("{actual} bytes, expected {expected}")
}
