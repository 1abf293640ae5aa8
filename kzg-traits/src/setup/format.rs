//! The file formats of trusted setups.

use core::fmt;

use crate::bytes::FIELD_ELEMENTS_PER_BLOB;
use crate::bytes::{BYTES_PER_G1_POINT, BYTES_PER_G2_POINT, TRUSTED_SETUP_G2_POINTS};
use crate::error::SetupError;
use crate::setup::TrustedSetup;

/// The length of the G1 points of one section.
const G1_BYTES: usize = FIELD_ELEMENTS_PER_BLOB * BYTES_PER_G1_POINT;
/// The length of the G2 points.
const G2_BYTES: usize = TRUSTED_SETUP_G2_POINTS * BYTES_PER_G2_POINT;

/// A file format of trusted setups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetupFormat {
    /// c-kzg's text format, see [`TrustedSetup::from_text`].
    Text,
    /// The JSON format of the consensus specifications, see [`TrustedSetup::from_json`].
    Json,
    /// The compressed points without anything else, see [`TrustedSetup::from_binary`].
    Binary,
}

impl SetupFormat {
    /// The format of a file's content. The JSON format begins with a brace, the text format with a
    /// digit. The binary format is no text and has [`TrustedSetup::BINARY_LENGTH`] bytes.
    ///
    /// # Errors
    ///
    /// [`SetupError::Empty`] or [`SetupError::UnknownFormat`].
    pub fn of(content: &[u8]) -> Result<Self, SetupError> {
        if core::str::from_utf8(content).is_err() {
            let is_binary = content.len() == TrustedSetup::BINARY_LENGTH;
            return is_binary
                .then_some(Self::Binary)
                .ok_or(SetupError::UnknownFormat);
        }
        match content.trim_ascii_start().first() {
            None => Err(SetupError::Empty),
            Some(b'{') => Ok(Self::Json),
            Some(b'0'..=b'9') => Ok(Self::Text),
            Some(_) => Err(SetupError::UnknownFormat),
        }
    }
}

impl fmt::Display for SetupFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Binary => "binary",
        })
    }
}

impl TrustedSetup {
    /// The length of a setup in the binary format, in bytes.
    pub const BINARY_LENGTH: usize = 2 * G1_BYTES + G2_BYTES;

    /// Reads the binary format: the compressed points, one after the other, in the order of the
    /// text format: G1 Lagrange points in natural order, G2 monomial points, G1 monomial points.
    ///
    /// # Errors
    ///
    /// [`SetupError::Truncated`] for fewer than [`BINARY_LENGTH`](Self::BINARY_LENGTH) bytes,
    /// [`SetupError::Count`] for more.
    pub fn from_binary(bytes: &[u8]) -> Result<Self, SetupError> {
        let (g1_lagrange, rest) = bytes.split_at(bytes.len().min(G1_BYTES));
        let (g2_monomial, g1_monomial) = rest.split_at(rest.len().min(G2_BYTES));
        Self::from_compressed(g1_lagrange, g2_monomial, g1_monomial)
    }

    /// The setup in the binary format, see [`from_binary`](Self::from_binary).
    #[must_use]
    pub fn to_binary(&self) -> Vec<u8> {
        self.with_points(|points| {
            [
                points.g1_lagrange.as_flattened(),
                points.g2_monomial.as_flattened(),
                points.g1_monomial.as_flattened(),
            ]
            .concat()
        })
    }

    /// The setup in a format.
    #[must_use]
    pub fn to_format(&self, format: SetupFormat) -> Vec<u8> {
        match format {
            SetupFormat::Text => self.to_text().into_bytes(),
            SetupFormat::Json => self.to_json().into_bytes(),
            SetupFormat::Binary => self.to_binary(),
        }
    }

    /// The SHA-256 of the setup in the binary format. Setups are equal if their hashes are.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.with_points(|points| points.sha256())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::SetupSection;

    #[test]
    fn every_format_is_recognised_and_read_back() {
        let setup = TrustedSetup::mainnet();
        for format in [SetupFormat::Text, SetupFormat::Json, SetupFormat::Binary] {
            let content = setup.to_format(format);
            assert_eq!(SetupFormat::of(&content), Ok(format));
            assert_eq!(
                TrustedSetup::parse(&content).as_ref(),
                Ok(&setup),
                "{format}"
            );
        }
        assert_eq!(setup.to_binary().len(), TrustedSetup::BINARY_LENGTH);
    }

    #[test]
    fn another_length_names_the_section() {
        let bytes = TrustedSetup::mainnet().to_binary();
        for (length, section, actual) in [
            (0, SetupSection::G1Lagrange, 0),
            (100, SetupSection::G1Lagrange, 2),
            (G1_BYTES + 96, SetupSection::G2Monomial, 1),
            (bytes.len() - 1, SetupSection::G1Monomial, 4095),
        ] {
            let error = SetupError::Truncated {
                section,
                expected: section.points(),
                actual,
            };
            assert_eq!(TrustedSetup::from_binary(&bytes[..length]), Err(error));
        }
        let error = SetupError::Count {
            section: SetupSection::G1Monomial,
            expected: 4096,
            actual: 4097,
        };
        let longer = [&*bytes, &[0xc0]].concat();
        assert_eq!(TrustedSetup::from_binary(&longer), Err(error));
        assert_eq!(SetupFormat::of(&longer), Err(SetupError::UnknownFormat));
        let message = SetupError::UnknownFormat.to_string();
        let expected = format!("the {} bytes", TrustedSetup::BINARY_LENGTH);
        assert!(message.contains(&expected), "{message}");
    }
}
