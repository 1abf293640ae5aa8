//! Hexadecimal digits in the notations of people and programs.

use core::fmt;

use kzg_traits::Blob;

use super::sidecars::Contents;
use super::{Format, FormatError, Sidecars};

/// Blobs as hexadecimal digits.
///
/// Reading accepts digits of both cases, an optional `0x` or `0X`, optional quotation marks, a byte
/// order mark, and digits that are broken into lines. White space or commas separate several blobs,
/// and a JSON list is accepted too. Writing produces one line of lower-case digits with `0x` for
/// each blob.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hex;

impl Format for Hex {
    fn name(&self) -> &'static str {
        "hex"
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        // Bytes with the length of a blob are a blob, whatever they look like.
        content.len() != Blob::LENGTH && resembles_hex(content)
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        let items = read_hex(content, Blob::LENGTH)?;
        Ok(Sidecars::of_blobs(items.iter().map(Vec::as_slice)))
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        let blobs = sidecars.only_blobs()?;
        let lines = blobs.map(|blob| hex::encode_prefixed(blob) + "\n");
        Ok(lines.collect::<String>().into_bytes())
    }
}

/// The byte order mark that some editors write at the beginning of a UTF-8 text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The reason why a text cannot be read as hexadecimal digits of the expected length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HexError {
    /// The text has no digit.
    Empty,
    /// A byte that is not a hexadecimal digit.
    Digit {
        /// The position of the byte in the text, from 0.
        position: usize,
        /// The byte.
        byte: u8,
    },
    /// An item with a wrong number of digits.
    Length {
        /// The number of the item in the text, from 0.
        item: usize,
        /// The number of digits of the item.
        digits: usize,
        /// The expected number of digits.
        expected: usize,
    },
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no hexadecimal digits"),
            Self::Digit { position, byte } => {
                let byte = byte.escape_ascii();
                write!(
                    f,
                    "byte {position} is '{byte}', which is no hexadecimal digit"
                )
            }
            Self::Length {
                item,
                digits,
                expected,
            } => {
                let plural = if *digits == 1 { "" } else { "s" };
                write!(
                    f,
                    "item {item} has {digits} hexadecimal digit{plural}, expected {expected}"
                )
            }
        }
    }
}

impl std::error::Error for HexError {}

/// Whether a content was meant to be hexadecimal digits in the notations that [`Hex`] lists: nine of
/// ten bytes are digits or stand between items and the first is a digit, or the content is a text
/// that begins with `0x`.
/// A content with a wrong digit counts too, so that the digit can be named.
#[must_use]
pub fn resembles_hex(content: &[u8]) -> bool {
    let text = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let start = text.iter().position(|&byte| !is_between(byte));
    let Some(start) = start else {
        return false;
    };
    let text = &text[start..];
    let is_prefixed = text.starts_with(b"0x") || text.starts_with(b"0X");
    if is_prefixed
        && text
            .iter()
            .all(|byte| !byte.is_ascii_control() || is_between(*byte))
    {
        return core::str::from_utf8(text).is_ok();
    }
    if !text[0].is_ascii_hexdigit() {
        return false;
    }
    let expected = |byte: &&u8| {
        byte.is_ascii_hexdigit() || is_between(**byte) || matches!(**byte, b'x' | b'X')
    };
    text.iter().filter(expected).count() * 10 >= text.len() * 9
}

/// Whether a byte may stand between items.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b'[' | b']')
}

/// Reads items of `length` bytes each from hexadecimal digits, in the notations that [`Hex`] lists.
///
/// # Errors
///
/// [`HexError`] with the position of a byte that is not a digit, or with the number of an item of
/// another length.
pub fn read_hex(content: &[u8], length: usize) -> Result<Vec<Vec<u8>>, HexError> {
    let expected = 2 * length;
    let skipped = if content.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let mut items: Vec<Vec<u8>> = Vec::new();
    let mut digits: Vec<u8> = Vec::new();
    // Whether the next digits may continue the previous item: only white space came between.
    let mut joins = true;
    let mut position = skipped;
    while position < content.len() {
        let byte = content[position];
        if is_between(byte) {
            joins &= byte.is_ascii_whitespace();
            position += 1;
            continue;
        }
        let word = content[position..]
            .iter()
            .position(|&byte| is_between(byte));
        let end = word.map_or(content.len(), |length| position + length);
        let word = &content[position..end];
        let has_prefix = word.starts_with(b"0x") || word.starts_with(b"0X");
        let start = position + if has_prefix { 2 } else { 0 };
        let begins = has_prefix || !joins || digits.len() == expected;
        if begins && !digits.is_empty() {
            push(&mut items, &digits, expected)?;
            digits.clear();
        }
        for (offset, &byte) in content[start..end].iter().enumerate() {
            if !byte.is_ascii_hexdigit() {
                let position = start + offset;
                return Err(HexError::Digit { position, byte });
            }
        }
        digits.extend(&content[start..end]);
        // Items without separators. All but the last one end here.
        if digits.len() > expected && digits.len().is_multiple_of(expected) {
            let last = digits.split_off(digits.len() - expected);
            for item in digits.chunks(expected) {
                push(&mut items, item, expected)?;
            }
            digits = last;
        }
        joins = true;
        position = end;
    }
    if digits.is_empty() && items.is_empty() {
        return Err(HexError::Empty);
    }
    if !digits.is_empty() {
        push(&mut items, &digits, expected)?;
    }
    Ok(items)
}

/// Ends an item.
fn push(items: &mut Vec<Vec<u8>>, digits: &[u8], expected: usize) -> Result<(), HexError> {
    let wrong_length = HexError::Length {
        item: items.len(),
        digits: digits.len(),
        expected,
    };
    if digits.len() != expected {
        return Err(wrong_length);
    }
    items.push(hex::decode(digits).map_err(|_| wrong_length)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::SidecarProofs;

    #[test]
    fn digits_are_read_however_they_are_written() {
        let item = [0x0a, 0xbc, 0xde, 0xf1];
        let one = vec![item.to_vec()];
        for text in [
            "0x0abcdef1",
            "0X0ABCDEF1",
            "0abcdef1\n",
            "  \"0x0AbCdEf1\"\r\n",
            "'0abcdef1'",
            "\u{feff}0x0abcdef1",
            "0x0abc\ndef1\n",
            "[\"0x0abcdef1\"]",
        ] {
            assert_eq!(read_hex(text.as_bytes(), 4).as_ref(), Ok(&one), "{text:?}");
        }
        let two = vec![item.to_vec(), vec![0; 4]];
        for text in [
            "0x0abcdef1\n0x00000000",
            "0abcdef1 00000000",
            "0abcdef100000000",
            "0abc def1 0000 0000",
            "[\"0x0abcdef1\", \"0x00000000\"]",
            "0x0abcdef1,00000000",
        ] {
            assert_eq!(read_hex(text.as_bytes(), 4).as_ref(), Ok(&two), "{text:?}");
        }
    }

    /// The time is linear in the length: a second pass over the rest for each item would take hours.
    #[test]
    fn very_many_items_without_separators_are_read() {
        let digits = vec![b'7'; 64 * 200_000];
        let items = read_hex(&digits, 32).unwrap();
        assert_eq!(items.len(), 200_000);
        assert!(items.iter().all(|item| *item == [0x77; 32]));
        assert_eq!(
            read_hex(&digits[..130], 32).unwrap_err().to_string(),
            "item 0 has 130 hexadecimal digits, expected 64"
        );
    }

    #[test]
    fn a_wrong_digit_and_a_wrong_length_are_named() {
        let digit = |position, byte| HexError::Digit { position, byte };
        let length = |item, digits| HexError::Length {
            item,
            digits,
            expected: 8,
        };
        for (text, error) in [
            ("", HexError::Empty),
            (" \n[]", HexError::Empty),
            ("0x0abcdeg1", digit(8 + 1 - 1, b'g')),
            ("0x0abcdef1 00z", digit(13, b'z')),
            ("0x0abcdef", length(0, 7)),
            ("0x0abcdef1 0x00", length(1, 2)),
            ("\"0abc\" \"def1\"", length(0, 4)),
            ("0x", HexError::Empty),
            ("0abcdef12", length(0, 9)),
        ] {
            assert_eq!(read_hex(text.as_bytes(), 4), Err(error), "{text:?}");
        }
        let message = digit(8, b'\n').to_string();
        assert_eq!(message, "byte 8 is '\\n', which is no hexadecimal digit");
    }

    #[test]
    fn blobs_are_written_and_read_back() {
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[77] = 0xaf;
        let sidecars = Sidecars {
            blobs,
            ..Sidecars::default()
        };
        let text = Hex.write(&sidecars).unwrap();
        assert!(Hex.recognizes(&text));
        assert_eq!(Hex.read(&text).unwrap(), sidecars);
        for other in [
            &b"{\"blobs\":[]}"[..],
            b"",
            b" \n",
            b"[]",
            b"0x\0\0",
            &[0; 64],
        ] {
            assert!(!Hex.recognizes(other), "{other:?}");
        }
        // A blob whose bytes begin like digits.
        let mut blob = vec![0; Blob::LENGTH];
        blob[..64].fill(b'0');
        assert!(!Hex.recognizes(&blob));
        blob.fill(b'0');
        assert!(!Hex.recognizes(&blob));
        for meant in ["0xzz", "0X", "00112233445566778899z", "\"ab\""] {
            assert!(Hex.recognizes(meant.as_bytes()), "{meant}");
        }
        let proved = Sidecars {
            proofs: SidecarProofs::Blobs(Vec::new()),
            ..sidecars
        };
        assert!(matches!(Hex.write(&proved), Err(FormatError::OnlyBlobs)));
    }
}
