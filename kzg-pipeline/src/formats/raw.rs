//! The bytes of blobs, one blob after the other.

use kzg_traits::Blob;

use super::sidecars::Contents;
use super::{Format, FormatError, Sidecars};

/// The 131072 bytes of each blob, one blob after the other.
///
/// Every content whose length is a positive multiple of 131072 bytes looks like this format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Raw;

impl Format for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        !content.is_empty() && content.len().is_multiple_of(Blob::LENGTH)
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        if !self.recognizes(content) {
            return Err(FormatError::RawLength {
                actual: content.len(),
            });
        }
        Ok(Sidecars::of_blobs(content.chunks_exact(Blob::LENGTH)))
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        Ok(sidecars.only_blobs()?.collect::<Vec<_>>().concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::KzgCommitment;

    #[test]
    fn several_blobs_are_written_and_read_back() {
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[5] = 0xef;
        let sidecars = Sidecars {
            blobs,
            ..Sidecars::default()
        };
        let bytes = Raw.write(&sidecars).unwrap();
        assert_eq!(bytes.len(), 2 * Blob::LENGTH);
        assert_eq!(Raw.read(&bytes).unwrap(), sidecars);
        let with_commitments = Sidecars {
            commitments: vec![KzgCommitment([0xc0; 48])],
            ..sidecars
        };
        assert!(matches!(
            Raw.write(&with_commitments),
            Err(FormatError::OnlyBlobs)
        ));
    }

    #[test]
    fn another_length_is_refused() {
        for length in [0, 1, Blob::LENGTH - 1, Blob::LENGTH + 1] {
            let error = Raw.read(&vec![0; length]).unwrap_err();
            assert!(matches!(error, FormatError::RawLength { actual } if actual == length));
        }
    }
}
