//! Values in what the commands of this program print: one value, lines of a label and a value, or
//! a JSON document.

use kzg_advanced::KzgProof;
use kzg_pipeline::formats::{FormatError, read_hex, resembles_hex};
use kzg_traits::Cell;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use serde_json::Value;

use super::document;
use super::fault::ValueFault;
use super::seen::Seen;

/// The value of `length` bytes in the content of a file. If there are several, `index` chooses one.
pub(super) fn value(
    content: &[u8],
    labels: &'static [&'static str],
    length: usize,
    index: Option<usize>,
) -> Result<Vec<u8>, ValueFault> {
    let text = core::str::from_utf8(content).unwrap_or_default().trim();
    if text.starts_with('{') {
        let digits = chosen(in_document(text, labels)?, index)?;
        return from_digits(digits.as_bytes(), length, None);
    }
    if let Some(digits) = in_lines(text, labels) {
        return from_digits(digits.as_bytes(), length, None);
    }
    if resembles_hex(content) {
        from_digits(content, length, index)
    } else {
        Err(ValueFault::Other(Seen::of(content)))
    }
}

/// The value of `length` bytes that hexadecimal digits hold. If there are several, `index` chooses
/// one.
pub(super) fn from_digits(
    content: &[u8],
    length: usize,
    index: Option<usize>,
) -> Result<Vec<u8>, ValueFault> {
    chosen(read_hex(content, length)?, index)
}

/// The chosen one of several values, or the only one.
pub(super) fn chosen<T>(mut values: Vec<T>, index: Option<usize>) -> Result<T, ValueFault> {
    let count = values.len();
    match index {
        None if count == 0 => Err(ValueFault::NoValue),
        None if count != 1 => Err(ValueFault::Several { count }),
        // A single value stands for every index: that of a blob which was chosen elsewhere.
        _ if count == 1 => Ok(values.remove(0)),
        Some(index) if index < count => Ok(values.swap_remove(index)),
        index => Err(ValueFault::NoSuchIndex {
            index: index.unwrap_or_default(),
            count,
        }),
    }
}

/// The value in a line `label value`.
fn in_lines<'t>(text: &'t str, labels: &[&str]) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (label, value) = line.trim().split_once(char::is_whitespace)?;
        labels.contains(&label).then(|| value.trim())
    })
}

/// The strings under the first of the keys that a JSON document has.
fn in_document(text: &str, labels: &'static [&'static str]) -> Result<Vec<String>, ValueFault> {
    let document = document::read(text.as_bytes()).map_err(ValueFault::document)?;
    let mut found = labels.iter().filter(|label| document.get(label).is_some());
    match found.next() {
        Some(key) => strings(&document[*key], key),
        None => Err(ValueFault::MissingKey { key: labels[0] }),
    }
}

/// A string, or a list of strings.
fn strings(value: &Value, key: &'static str) -> Result<Vec<String>, ValueFault> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => core::slice::from_ref(single),
    };
    let strings = items.iter().map(|item| item.as_str().map(str::to_owned));
    strings
        .collect::<Option<_>>()
        .ok_or(ValueFault::NotStrings { key })
}

/// The bytes of 128 cells: hexadecimal digits, lines that begin with a cell each, or the list
/// `cells` of a JSON document.
pub(super) fn cells(content: &[u8]) -> Result<Vec<u8>, ValueFault> {
    let Ok(text) = core::str::from_utf8(content) else {
        return Err(ValueFault::Other(Seen::of(content)));
    };
    let text = text.trim();
    if text.starts_with('{') {
        let cells = in_document(text, &["cells"])?;
        return items(cells.iter().map(String::as_str), "cell", Cell::LENGTH);
    }
    let cell_and_proof = |line: &str| line.split_whitespace().nth(1).is_some();
    if text.lines().count() == CELLS_PER_EXT_BLOB && text.lines().all(cell_and_proof) {
        let cells = text
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        return items(cells, "cell", Cell::LENGTH);
    }
    if !resembles_hex(content) {
        return Err(ValueFault::Other(Seen::of(content)));
    }
    let cells = read_hex(content, Cell::LENGTH)?;
    check_count("cells", cells.len())?;
    Ok(cells.concat())
}

/// The proofs of 128 cells: lines that end with a proof each, the list `proofs` of a JSON document,
/// or hexadecimal digits.
pub(super) fn cell_proofs(content: &[u8]) -> Result<Vec<KzgProof>, ValueFault> {
    let Ok(text) = core::str::from_utf8(content) else {
        return Err(ValueFault::Other(Seen::of(content)));
    };
    let text = text.trim();
    let proofs = if text.starts_with('{') {
        let proofs = in_document(text, &["proofs"])?;
        items(proofs.iter().map(String::as_str), "proof", KzgProof::LENGTH)?
    } else {
        // Where a line has a cell too, the proof is the shorter word.
        let mut proofs = String::with_capacity(text.len() + 1);
        for word in text.split_whitespace() {
            if word.len() < 2 * Cell::LENGTH {
                proofs.push_str(word);
                proofs.push('\n');
            }
        }
        if !resembles_hex(proofs.as_bytes()) {
            return Err(ValueFault::Other(Seen::of(content)));
        }
        let proofs = read_hex(proofs.as_bytes(), KzgProof::LENGTH)?;
        check_count("proofs", proofs.len())?;
        proofs.concat()
    };
    Ok(KzgProof::many_from_slice(&proofs)
        .expect("a multiple of the length of a proof")
        .to_vec())
}

/// The bytes of one item for each cell of an extended blob.
fn items<'t>(
    texts: impl Iterator<Item = &'t str>,
    what: &'static str,
    length: usize,
) -> Result<Vec<u8>, ValueFault> {
    let (mut bytes, mut count) = (Vec::new(), 0);
    for (index, text) in texts.enumerate() {
        let item = read_hex(text.as_bytes(), length);
        let item = item.map_err(|reason| FormatError::At {
            path: format!("{what} {index}"),
            reason: reason.into(),
        })?;
        count += item.len();
        bytes.extend(item.concat());
    }
    check_count(if what == "cell" { "cells" } else { "proofs" }, count)?;
    Ok(bytes)
}

fn check_count(what: &'static str, actual: usize) -> Result<(), FormatError> {
    if actual == CELLS_PER_EXT_BLOB {
        return Ok(());
    }
    Err(FormatError::Count {
        what,
        actual,
        expected: CELLS_PER_EXT_BLOB,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_form_is_read() {
        let read = |text: &str, index| value(text.as_bytes(), &["proof"], 2, index);
        for text in [
            "0x0aff",
            "0AFF\n",
            "0X0aff",
            "\"0x0aff\"",
            "\u{feff}0a\nff",
            "proof 0x0aff\ny     0x01",
            r#"{"proof": "0x0aff", "y": "0x01"}"#,
            r#"{"proof": ["0x0aff"]}"#,
        ] {
            assert_eq!(read(text, None).unwrap(), [10, 255], "{text}");
        }
        let two = r#"{"proof": ["0x0aff", "0x0102"]}"#;
        assert_eq!(read(two, Some(1)).unwrap(), [1, 2]);
        assert_eq!(read("0x0aff\n0x0102", Some(0)).unwrap(), [10, 255]);
        for (text, expected) in [
            ("0x0af", "3 hexadecimal digits"),
            ("proof 0x0a", "2 hexadecimal digits"),
            (two, "2 values, expected one; choose one with --index N"),
            ("0aff 0102", "2 values, expected one"),
            (r#"{"proof": []}"#, "no value, expected one"),
            (r#"{"proof": [5]}"#, "neither a string nor a list"),
            (r#"{"y": "0x01"}"#, "has no proof"),
            ("{", "not JSON: EOF"),
            (
                r#"{"proof": "0x0aff", "proof": "0x0102"}"#,
                "duplicate key \"proof\"",
            ),
            ("no proof", "a text of 8 bytes"),
        ] {
            let reason = read(text, None).unwrap_err().to_string();
            assert!(reason.contains(expected), "{text}: {reason}");
        }
        let reason = read(two, Some(2)).unwrap_err().to_string();
        assert_eq!(reason, "index 2 is out of range: the file has 2 values");
        let reason = value(&[0xff; 3], &[], 2, None).unwrap_err();
        assert_eq!(reason.to_string(), "3 bytes");
    }

    #[test]
    fn cells_and_their_proofs_are_counted() {
        let cell = format!("0x{}", "00".repeat(Cell::LENGTH));
        let proof = format!("0xc0{}", "00".repeat(47));
        let lines = |count: usize, line: &str| vec![line; count].join("\n");
        for text in [
            lines(128, &cell),
            lines(128, &format!("{cell} {proof}")),
            format!("{{\"cells\":[\"{}\"]}}", vec![&*cell; 128].join("\",\"")),
        ] {
            assert_eq!(cells(text.as_bytes()).unwrap().len(), 128 * Cell::LENGTH);
        }
        for text in [
            lines(128, &proof),
            lines(128, &format!("{cell} {proof}")),
            format!("{{\"proofs\":[\"{}\"]}}", vec![&*proof; 128].join("\",\"")),
        ] {
            assert_eq!(cell_proofs(text.as_bytes()).unwrap().len(), 128);
        }
        let message = |text: &str| cells(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(message(&lines(127, &cell)), "127 cells, expected 128");
        assert!(message("a letter").contains("a text of 8 bytes"));
        let message = |text: &str| cell_proofs(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(message(&lines(3, &proof)), "3 proofs, expected 128");
        let wrong = format!("{{\"proofs\":[\"{proof}\",\"0x00\"]}}");
        assert!(message(&wrong).starts_with("proof 1: item 0 has 2"));
    }
}
