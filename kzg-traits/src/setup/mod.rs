//! Trusted setups: the embedded mainnet setup, files, and checks.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::backend::Backend;
use crate::domain::Domain;
use crate::error::{SetupCheck, SetupError, SetupSection};
use crate::exec::Exec;
use compressed::CompressedPoints;

mod compressed;
mod format;
mod insecure;
mod json;
mod mainnet;
mod points;
mod text;
mod validate;

pub use format::SetupFormat;
pub(crate) use points::SetupPoints;

/// The public points that commitments and verification use: 4096 in G1, in two forms, and 65 in G2.
///
/// A value of this type has the right number of points. Whether the points are valid is checked
/// when the setup is loaded into a backend. Clones are cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedSetup {
    source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// The embedded points, whose hash is pinned.
    Mainnet,
    /// Any other points.
    Other(Arc<CompressedPoints>),
}

impl TrustedSetup {
    /// The largest length of a file that [`load_file`](Self::load_file) reads, in bytes: about twenty
    /// times the length of the published files. Programs that read a setup from elsewhere have the
    /// same limit.
    pub const FILE_LIMIT: usize = 16 << 20;

    /// The setup of Ethereum mainnet, from the KZG ceremony of 2023; embedded.
    #[must_use]
    pub fn mainnet() -> Self {
        Self {
            source: Source::Mainnet,
        }
    }

    /// **Insecure**: the setup whose secret is `secret`, for development networks and tests.
    /// Anyone who knows the secret can prove anything about any commitment.
    ///
    /// # Errors
    ///
    /// [`SetupError::Identity`] if the secret is zero or a root of unity, such as one;
    /// [`SetupError::BackendUnavailable`] if the backend cannot run on this machine.
    pub fn insecure_development_setup<B: Backend>(
        secret: u64,
        exec: &Exec,
    ) -> Result<Self, SetupError> {
        B::available()?;
        insecure::points::<B>(secret, exec).map(Self::from_points)
    }

    /// Reads a file in any of the three formats, see [`parse`](Self::parse).
    ///
    /// # Errors
    ///
    /// [`SetupError::Read`] or [`SetupError::TooLarge`], otherwise as [`parse`](Self::parse).
    pub fn load_file(path: impl AsRef<Path>) -> Result<Self, SetupError> {
        let path = path.as_ref();
        let mut bytes = Vec::new();
        // The limit applies to the bytes that are read, because a pipe or a device reports no size.
        File::open(path)
            .and_then(|file| {
                file.take(Self::FILE_LIMIT as u64 + 1)
                    .read_to_end(&mut bytes)
            })
            .map_err(|error| SetupError::Read {
                path: path.display().to_string(),
                reason: error.to_string(),
            })?;
        if bytes.len() > Self::FILE_LIMIT {
            return Err(SetupError::TooLarge {
                path: path.display().to_string(),
                limit: Self::FILE_LIMIT,
            });
        }
        Self::parse(&bytes)
    }

    /// Reads a file's content in the format that it has, see [`SetupFormat::of`].
    ///
    /// # Errors
    ///
    /// [`SetupError::Empty`] or [`SetupError::UnknownFormat`], otherwise as
    /// [`from_text`](Self::from_text), [`from_json`](Self::from_json) or
    /// [`from_binary`](Self::from_binary).
    pub fn parse(bytes: &[u8]) -> Result<Self, SetupError> {
        let format = SetupFormat::of(bytes)?;
        let text = || core::str::from_utf8(bytes).map_err(|_| SetupError::UnknownFormat);
        match format {
            SetupFormat::Json => Self::from_json(text()?),
            SetupFormat::Text => Self::from_text(text()?),
            SetupFormat::Binary => Self::from_binary(bytes),
        }
    }

    /// Reads c-kzg's text format: the counts 4096 and 65, then in hexadecimal the compressed
    /// G1 Lagrange points in natural order, the G2 monomial and the G1 monomial points.
    ///
    /// # Errors
    ///
    /// [`SetupError::Empty`], [`SetupError::Header`], [`SetupError::Truncated`],
    /// [`SetupError::Count`], [`SetupError::MissingMonomial`] for the form from before
    /// EIP-7594, [`SetupError::Hex`] or [`SetupError::Trailing`].
    pub fn from_text(text: &str) -> Result<Self, SetupError> {
        text::parse(text).map(Self::from_points)
    }

    /// Reads the JSON format of the consensus specifications: lists `g1_monomial`,
    /// `g1_lagrange` in natural order, and `g2_monomial` of hexadecimal strings. Other keys are
    /// ignored.
    ///
    /// # Errors
    ///
    /// [`SetupError::Json`], [`SetupError::TruncatedJson`], [`SetupError::MissingSection`],
    /// [`SetupError::MissingMonomial`] for the form from before EIP-7594,
    /// [`SetupError::Count`] or [`SetupError::Hex`].
    pub fn from_json(text: &str) -> Result<Self, SetupError> {
        json::parse(text).map(Self::from_points)
    }

    /// A setup from compressed points, one after the other: 4096 G1 Lagrange points in natural
    /// order, 65 G2 monomial points of 96 bytes, and 4096 G1 monomial points. Points of G1 have
    /// 48 bytes. The order of the sections is that of the text format.
    ///
    /// # Errors
    ///
    /// [`SetupError::Truncated`] for a section that is too short, [`SetupError::Count`] for one
    /// that is too long.
    pub fn from_compressed(
        g1_lagrange: &[u8],
        g2_monomial: &[u8],
        g1_monomial: &[u8],
    ) -> Result<Self, SetupError> {
        Ok(Self::from_points(CompressedPoints {
            g1_lagrange: SetupSection::G1Lagrange.split(g1_lagrange)?,
            g2_monomial: SetupSection::G2Monomial.split(g2_monomial)?,
            g1_monomial: SetupSection::G1Monomial.split(g1_monomial)?,
        }))
    }

    /// The setup in c-kzg's text format. For mainnet the text equals c-kzg's own file, byte for
    /// byte.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.with_points(text::write)
    }

    /// The setup in the JSON format of the consensus specifications. For mainnet the text equals
    /// the file of the specifications, byte for byte.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.with_points(json::write)
    }

    /// Whether this setup is that of Ethereum mainnet, embedded or read from another source.
    #[must_use]
    pub fn is_mainnet(&self) -> bool {
        matches!(self.source, Source::Mainnet)
    }

    /// Checks every point, and that all points belong to one secret. Loading makes the same checks,
    /// except for the mainnet setup; this method checks the mainnet setup too.
    ///
    /// # Errors
    ///
    /// [`SetupError::Point`], [`SetupError::Identity`], [`SetupError::Order`],
    /// [`SetupError::Inconsistent`], or [`SetupError::BackendUnavailable`] if the backend cannot
    /// run on this machine.
    pub fn validate<B: Backend>(&self, exec: &Exec) -> Result<(), SetupError> {
        B::available()?;
        let domain = Domain::new();
        let validated =
            self.with_points(|points| validate::validate::<B>(points, &domain, exec))?;
        if self.is_mainnet() && !validated.are_embedded(&domain, exec) {
            return Err(SetupError::Inconsistent {
                check: SetupCheck::Embedded,
            });
        }
        Ok(())
    }

    /// Loads the points into the backend `B`, which must be available.
    pub(crate) fn load<B: Backend>(
        &self,
        domain: &Domain<B::Fr>,
        exec: &Exec,
    ) -> Result<SetupPoints<B>, SetupError> {
        match &self.source {
            Source::Mainnet => Ok(SetupPoints::Mainnet),
            Source::Other(points) => {
                validate::validate(points, domain, exec).map(SetupPoints::Validated)
            }
        }
    }

    fn from_points(points: CompressedPoints) -> Self {
        if points.sha256() == mainnet::COMPRESSED_SHA256 {
            return Self::mainnet();
        }
        Self {
            source: Source::Other(Arc::new(points)),
        }
    }

    fn with_points<R>(&self, f: impl FnOnce(&CompressedPoints) -> R) -> R {
        match &self.source {
            Source::Mainnet => f(&mainnet::compressed()),
            Source::Other(points) => f(points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_character_selects_the_format() {
        let setup = TrustedSetup::mainnet();
        for text in [setup.to_text(), setup.to_json()] {
            assert_eq!(TrustedSetup::parse(text.as_bytes()).as_ref(), Ok(&setup));
            let indented = format!(" \r\n\t{text}");
            assert_eq!(
                TrustedSetup::parse(indented.as_bytes()).as_ref(),
                Ok(&setup)
            );
        }
    }

    #[test]
    fn bytes_that_are_no_setup_are_refused() {
        for nothing in ["", " \n\t "] {
            assert_eq!(
                TrustedSetup::parse(nothing.as_bytes()),
                Err(SetupError::Empty)
            );
        }
        for garbage in [
            &b"garbage"[..],
            b"\xff\xfe4096",
            b"4096\n65\n\xf0",
            b"[]",
            b"\0",
        ] {
            assert_eq!(TrustedSetup::parse(garbage), Err(SetupError::UnknownFormat));
        }
    }

    #[test]
    fn no_changed_byte_makes_the_reader_panic() {
        let setup = TrustedSetup::mainnet();
        for text in [setup.to_text(), setup.to_json()] {
            let mut bytes = text.into_bytes();
            for value in 0..=u8::MAX {
                let place = usize::from(value) * bytes.len() / 256;
                let kept = core::mem::replace(&mut bytes[place], value);
                if let Ok(read) = TrustedSetup::parse(&bytes) {
                    assert_eq!(read.is_mainnet(), value.eq_ignore_ascii_case(&kept));
                }
                bytes[place] = kept;
            }
            assert_eq!(TrustedSetup::parse(&bytes).as_ref(), Ok(&setup));
        }
    }

    #[test]
    fn compressed_points_are_those_of_the_file() {
        let points = mainnet::compressed();
        let lagrange = points.g1_lagrange.as_flattened();
        let (g2, monomial) = (
            points.g2_monomial.as_flattened(),
            points.g1_monomial.as_flattened(),
        );
        let setup = TrustedSetup::from_compressed(lagrange, g2, monomial).unwrap();
        assert!(setup.is_mainnet());
        let swapped = TrustedSetup::from_compressed(monomial, g2, lagrange).unwrap();
        assert!(!swapped.is_mainnet());
        assert_eq!(TrustedSetup::from_text(&swapped.to_text()), Ok(swapped));

        let longer = [g2, &[0]].concat();
        for (g1_lagrange, g2_monomial, error) in [
            (
                &lagrange[..lagrange.len() - 1],
                g2,
                SetupError::Truncated {
                    section: SetupSection::G1Lagrange,
                    expected: 4096,
                    actual: 4095,
                },
            ),
            (
                lagrange,
                &longer,
                SetupError::Count {
                    section: SetupSection::G2Monomial,
                    expected: 65,
                    actual: 66,
                },
            ),
        ] {
            let refused = TrustedSetup::from_compressed(g1_lagrange, g2_monomial, monomial);
            assert_eq!(refused, Err(error));
        }
    }

    #[test]
    fn the_debug_form_is_short() {
        let mut points = mainnet::compressed();
        points.g1_lagrange.swap(0, 1);
        let setup = TrustedSetup::from_points(points);
        assert!(format!("{setup:?}").len() < 200);
    }
}
