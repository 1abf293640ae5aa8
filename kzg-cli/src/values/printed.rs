//! Values in what the commands of this program print: one value, lines of a label and a value, or
//! a JSON document.

use kzg_advanced::KzgProof;
use kzg_pipeline::cells::CELLS_FILE_LENGTH;
use kzg_traits::Cell;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use serde_json::Value;

use super::digits;

/// The value of `length` bytes in the content of a file.
///
/// # Errors
///
/// The reason why there is none.
pub(super) fn value(bytes: &[u8], labels: &[&str], length: usize) -> Result<Vec<u8>, String> {
    let wrong_length = || format!("{} bytes, expected {length}", bytes.len());
    let Ok(text) = core::str::from_utf8(bytes) else {
        return Err(wrong_length());
    };
    let text = text.trim();
    if text.starts_with('{') {
        let digits = in_document(text, labels)?;
        return digits::decode(&digits, length);
    }
    if let Some(digits) = in_lines(text, labels) {
        return digits::decode(digits, length);
    }
    if digits::resemble_digits(text) {
        digits::decode(text, length)
    } else {
        Err(wrong_length())
    }
}

/// The value in a line `label value`.
fn in_lines<'t>(text: &'t str, labels: &[&str]) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (label, value) = line.trim().split_once(char::is_whitespace)?;
        labels.contains(&label).then(|| value.trim())
    })
}

/// The value under one of the keys of a JSON document: a string, or a list of one string.
fn in_document(text: &str, labels: &[&str]) -> Result<String, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let found = labels.iter().find_map(|label| document.get(label));
    match found {
        Some(Value::String(digits)) => Ok(digits.clone()),
        Some(Value::Array(items)) => match items.as_slice() {
            [Value::String(digits)] => Ok(digits.clone()),
            _ => Err(format!("a list of {}, expected one", items.len())),
        },
        _ => Err(format!("the document has no {}", labels[0])),
    }
}

/// The bytes of 128 cells: hexadecimal digits, lines that begin with a cell each, or the list
/// `cells` of a JSON document.
pub(super) fn cells(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if let Ok(bytes) = digits::decode(text, CELLS_FILE_LENGTH) {
        return Some(bytes);
    }
    let lines = if text.starts_with('{') {
        list(text, "cells").ok()?
    } else {
        let first = text.lines().map(|line| line.split_whitespace().next());
        first
            .map(|word| word.map(str::to_owned))
            .collect::<Option<_>>()?
    };
    if lines.len() != CELLS_PER_EXT_BLOB {
        return None;
    }
    let cells = lines.iter().map(|line| digits::decode(line, Cell::LENGTH));
    Some(cells.collect::<Result<Vec<_>, _>>().ok()?.concat())
}

/// The proofs of 128 cells: lines that end with a proof each, or the list `proofs` of a JSON
/// document.
///
/// # Errors
///
/// The reason, with the number of the proof.
pub(super) fn cell_proofs(text: &str) -> Result<Vec<KzgProof>, String> {
    let text = text.trim();
    let proofs = if text.starts_with('{') {
        list(text, "proofs")?
    } else {
        let words = text.split_whitespace();
        // Where a line has a cell too, the proof is shorter.
        let proofs = words.filter(|word| word.len() < 2 * Cell::LENGTH);
        proofs.map(str::to_owned).collect()
    };
    let decoded = proofs.iter().enumerate().map(|(index, text)| {
        let bytes = digits::decode(text, KzgProof::LENGTH)
            .map_err(|reason| format!("proof {index}: {reason}"))?;
        KzgProof::from_slice(&bytes)
            .copied()
            .map_err(|error| error.to_string())
    });
    decoded.collect()
}

/// The list of strings under a key of a JSON document.
fn list(text: &str, key: &str) -> Result<Vec<String>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let items = document.get(key).and_then(Value::as_array);
    let items = items.ok_or_else(|| format!("the document has no {key}"))?;
    let strings = items.iter().map(|item| item.as_str().map(str::to_owned));
    strings
        .collect::<Option<_>>()
        .ok_or_else(|| format!("{key} is not a list of strings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_form_is_read() {
        let read = |text: &str| value(text.as_bytes(), &["proof"], 2);
        for text in [
            "0x0aff",
            "0AFF\n",
            "proof 0x0aff\ny     0x01",
            r#"{"proof": "0x0aff", "y": "0x01"}"#,
            r#"{"proof": ["0x0aff"]}"#,
        ] {
            assert_eq!(read(text), Ok(vec![10, 255]), "{text}");
        }
        for (text, expected) in [
            ("0x0af", "3 hexadecimal digits"),
            ("proof 0x0a", "2 hexadecimal digits"),
            (r#"{"proof": ["0x0aff", "0x0aff"]}"#, "a list of 2"),
            (r#"{"y": "0x01"}"#, "has no proof"),
            ("{", "EOF"),
            ("no proof", "8 bytes, expected 2"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.contains(expected), "{text}: {reason}");
        }
        assert_eq!(
            value(&[0xff; 3], &[], 2).unwrap_err(),
            "3 bytes, expected 2"
        );
    }
}
