//! Content that is compressed by gzip.

use std::borrow::Cow;
use std::io::Read;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use kzg_traits::{Blob, Bytes32, Bytes48, Cell};
use std::io::Write;

use super::{FormatError, LONGEST_FILE};

/// The first bytes of a file that is compressed by gzip with deflate.
const SIGNATURE: [u8; 3] = [0x1f, 0x8b, 8];

/// Whether a content is compressed. Content with the length of a value or of raw blobs is not,
/// even if it begins with the gzip signature.
#[must_use]
pub fn is_gzip(content: &[u8]) -> bool {
    let length = content.len();
    let is_value = [
        Bytes32::LENGTH,
        Bytes48::LENGTH,
        2 * Bytes48::LENGTH,
        Cell::LENGTH,
    ];
    content.starts_with(&SIGNATURE)
        && !is_value.contains(&length)
        && !length.is_multiple_of(Blob::LENGTH)
}

/// The content that a file compresses, or the content itself.
///
/// # Errors
///
/// [`FormatError::TooLong`] if there are more than [`LONGEST_FILE`] bytes, however many more;
/// [`FormatError::Gzip`] for damaged data.
pub fn decompressed(content: &[u8]) -> Result<Cow<'_, [u8]>, FormatError> {
    if !is_gzip(content) {
        return Ok(Cow::Borrowed(content));
    }
    let mut out = Vec::new();
    MultiGzDecoder::new(content)
        .take(LONGEST_FILE + 1)
        .read_to_end(&mut out)
        .map_err(FormatError::Gzip)?;
    if out.len() as u64 > LONGEST_FILE {
        return Err(FormatError::TooLong);
    }
    Ok(Cow::Owned(out))
}

/// Compresses a content.
pub(super) fn compressed(content: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).map_err(FormatError::Gzip)?;
    encoder.finish().map_err(FormatError::Gzip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_back_and_damage_is_an_error() {
        let content = b"{\"data\":[]}".repeat(50);
        let packed = compressed(&content).unwrap();
        assert!(is_gzip(&packed));
        assert_eq!(*decompressed(&packed).unwrap(), content);
        assert_eq!(*decompressed(&content).unwrap(), content);
        for cut in 3..packed.len() {
            // Some prefixes have the length of a value, which is never compressed content.
            if is_gzip(&packed[..cut]) {
                let damaged = decompressed(&packed[..cut]);
                assert!(matches!(damaged, Err(FormatError::Gzip(_))), "{cut}");
            }
        }
        let mut wrong = packed.clone();
        let crc = wrong.len() - 8;
        wrong[crc] ^= 1;
        assert!(matches!(decompressed(&wrong), Err(FormatError::Gzip(_))));
    }

    #[test]
    fn a_gzip_file_that_expands_beyond_the_limit_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![0; 1 << 20];
        for _ in 0..=LONGEST_FILE >> 20 {
            encoder.write_all(&zeros).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        assert!(matches!(decompressed(&bomb), Err(FormatError::TooLong)));
    }
}
