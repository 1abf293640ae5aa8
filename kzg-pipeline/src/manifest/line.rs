//! A line of a manifest and its checksum.
//!
//! The last member of a line is `"crc"`: the CRC-32 (that of zlib) of the bytes from the opening
//! brace up to the comma before `"crc"`, as eight lower-case hexadecimal digits.

use super::Record;
use super::fault::ManifestFault;

/// The text before the checksum.
const CRC: &str = ",\"crc\":\"";
/// The length of the `crc` member and the closing brace, which follow the checked part of a line.
const SEAL_LENGTH: usize = CRC.len() + 8 + "\"}".len();
/// The beginning of each line. A JSON string cannot contain an unescaped quotation mark, so this
/// text occurs nowhere else in a line.
const BEGIN: &[u8] = b"{\"type\":\"";

/// Whether a text without a line feed may be the beginning of a line, as a killed process leaves it. Zeros
/// after a power failure and joined lines are something else.
pub(super) fn is_beginning(text: &[u8]) -> bool {
    let shared = text.len().min(BEGIN.len());
    let begins = text[..shared] == BEGIN[..shared];
    let mut windows = text.windows(BEGIN.len()).skip(1);
    // A JSON string cannot contain an unescaped control character.
    begins && !windows.any(|window| window == BEGIN) && !text.iter().any(|byte| *byte < b' ')
}

/// Adds the checksum and the line feed to a JSON object.
pub(super) fn seal(mut object: String) -> String {
    debug_assert!(object.ends_with('}'));
    object.pop();
    let crc = crc32fast::hash(object.as_bytes());
    object.push_str(&format!("{CRC}{crc:08x}\"}}\n"));
    object
}

/// Reads a line, which ends with a line feed.
pub(super) fn open(text: &[u8]) -> Result<Record, ManifestFault> {
    let object = text.strip_suffix(b"\n").unwrap_or(text);
    let record: Record = serde_json::from_slice(object)?;
    if object.len() < SEAL_LENGTH
        || &object[object.len() - SEAL_LENGTH..][..CRC.len()] != CRC.as_bytes()
    {
        return Err(ManifestFault::NoChecksum);
    }
    // A record has one written form only. Any other text of the same record is damaged.
    if record.to_line().as_bytes() != text {
        return Err(ManifestFault::Checksum);
    }
    Ok(record)
}

/// The intact records in a damaged line. A damaged line feed joins lines, so there may be several.
pub(super) fn salvage(text: &[u8]) -> Vec<Record> {
    let starts: Vec<usize> = text
        .windows(BEGIN.len())
        .enumerate()
        .filter(|(_, window)| *window == BEGIN)
        .map(|(start, _)| start)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pieces = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &text[start..end]);
    let records = pieces.filter_map(|piece| {
        let end = piece.iter().rposition(|&byte| byte == b'}')?;
        let line = [&piece[..=end], b"\n"].concat();
        open(&line).ok()
    });
    records.collect()
}
