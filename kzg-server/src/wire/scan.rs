//! A pass over a JSON text before it is parsed.

use kzg_advanced::Blob;

use super::json::JsonError;

/// The most bytes of a string between its quotation marks: the digits of a blob and their prefix, each
/// written as an escape.
const STRING: usize = 6 * (2 + 2 * Blob::LENGTH);

/// The most bytes of an item of a list beside its text: a string or a list, in a vector that may have
/// grown to twice its length.
const ITEM: usize = 48;
/// The number of items for which a list in a list has room from its first item on, with its own place.
const LIST: usize = 4;

/// The number of bytes that parsing takes beside the text, with the inputs, which have a byte for two
/// digits.
///
/// # Errors
///
/// [`JsonError::Text`] for a string that no input has. The parser would write such a string into its
/// message, and a character that is not printed would take several bytes there.
pub(crate) fn memory(text: &[u8]) -> Result<usize, JsonError> {
    let mut items: usize = 0;
    let mut copied: usize = 0;
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b',' => items += 1,
            b'[' => items += LIST,
            b'"' => {
                let (string, after) = split_string(rest)?;
                rest = after;
                // The parser copies a string with escapes.
                if string.contains(&b'\\') {
                    items += 1;
                    copied += string.len();
                }
            }
            _ => {}
        }
    }
    let listed = items.saturating_mul(ITEM);
    Ok(listed.saturating_add(copied + text.len() / 2))
}

/// The string at the beginning of a text, without its quotation marks, and the text after it.
fn split_string(text: &[u8]) -> Result<(&[u8], &[u8]), JsonError> {
    let mut length = 0;
    loop {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let rest = text.get(length..).unwrap_or_default();
        let plain = rest.iter().position(|byte| !is_plain(byte));
        length += plain.unwrap_or(rest.len());
        if length > STRING {
            return Err(JsonError::Text("a string is longer than any value"));
        }
        match text.get(length) {
            Some(b'"') => return Ok((&text[..length], &text[length + 1..])),
            Some(b'\\') => length += 2,
            Some(_) => return Err(JsonError::Text("a string has characters of no value")),
            // The parser finds that the string has no end.
            None => return Ok((text, &[])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_no_input_has_are_refused() {
        let of = |string: &str| memory(format!("{{\"a\":[\"{string}\",1]}}").as_bytes());
        for string in [
            "",
            "0x00",
            "\\\",\\\\",
            "a,b",
            &"\\u0030".repeat(STRING / 6),
        ] {
            let copied = match string.contains('\\') {
                true => ITEM + string.len(),
                false => 0,
            };
            let expected = (LIST + 1) * ITEM + (string.len() + 12) / 2 + copied;
            assert!(of(string).is_ok_and(|bytes| bytes == expected), "{string}");
        }
        for string in [
            "\u{7f}",
            "é",
            "\n",
            &"0".repeat(STRING + 1),
            &"\\\"".repeat(STRING / 2 + 1),
        ] {
            assert!(matches!(of(string), Err(JsonError::Text(_))), "{string}");
        }
        for cut in ["", "\"", "\"\\", "\"a\\\"", "[1,"] {
            assert!(memory(cut.as_bytes()).is_ok(), "{cut}");
        }
    }
}
