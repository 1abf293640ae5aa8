//! One line of a manifest and its checksum.
//!
//! The last member of a line is `"crc"`: the CRC-32 (that of zlib) of the bytes from the opening
//! brace up to the comma before `"crc"`, as eight lower-case hexadecimal digits.

use super::Record;
use super::reader::ManifestFault;

/// Precedes the checksum.
const CRC: &str = ",\"crc\":\"";
/// The length of what follows the checked part of a line, without the line feed.
const SEAL_LENGTH: usize = CRC.len() + 8 + "\"}".len();
/// Begins each line. An unescaped quotation mark cannot stand within a JSON string, so this text
/// is nowhere else in a line.
const BEGIN: &[u8] = b"{\"type\":\"";

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
    // The one form that is written: whatever else is read as the same record is damage.
    if record.to_line().as_bytes() != text {
        return Err(ManifestFault::Checksum);
    }
    Ok(record)
}

/// The records that are whole in a text which is no line: where a line feed was damaged, there
/// may be several.
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
