//! Comparisons of the lines of an earlier run with what this run would write.

use kzg_advanced::KzgAdvancedError;

use crate::manifest::{BlobRecord, EndRecord, InputRecord, MANIFEST, Record};
use crate::options::Proofs;
use crate::stages::convert::ChunkEntry;

/// Whether the text of the first line is the beginning of the header, or has zeros in the place of the
/// rest: after a power failure, a file may have its length and not yet its content.
pub(super) fn is_torn_header(text: &[u8], header: &[u8]) -> bool {
    /// The length of a page, which a file system may fill with zeros.
    const PAGE: usize = 4096;

    let zeros = text.iter().rev().take_while(|&&byte| byte == 0).count();
    let beginning = &text[..text.len() - zeros];
    header.starts_with(beginning) && text.len() <= header.len().max(PAGE)
}

/// Whether a record has the proofs of a kind, and no other proofs.
pub(super) fn has_proofs(record: &BlobRecord, proofs: Proofs) -> bool {
    record.proof.is_some() == proofs.of_blobs() && record.cell_proofs.is_some() == proofs.of_cells()
}

/// Whether two records describe the same input. The mode of the file may have changed.
pub(super) fn is_same(expected: &InputRecord, found: &InputRecord) -> bool {
    let mode = found.mode.clone();
    *found
        == InputRecord {
            mode,
            ..expected.clone()
        }
}

/// Whether a line describes an item before an entry that it is not the line of: it is the line of no
/// later entry either. `blob` is the number of the next blob.
pub(super) fn is_before(record: &Record, entry: &ChunkEntry, blob: u64, is_shard: bool) -> bool {
    let (place, blobs) = match entry {
        ChunkEntry::Input(input) => ((input.input, 0), blob),
        ChunkEntry::Blob { input, .. } => ((*input, 1), blob + 1),
        ChunkEntry::InputEnd(end) => ((end.input, 2), blob),
    };
    match record {
        Record::Header(_) => false,
        Record::Input(found) => (found.input, 0) < place,
        Record::Blob(found) => found.blob < blobs || (found.input, 1) < place,
        Record::InputEnd(found) => (found.input, 2) < place,
        // The totals of a shard are not the numbers behind its last ones.
        Record::End(found) => !is_shard && (found.inputs <= place.0 || found.blobs < blobs),
    }
}

/// The numbers of inputs, blobs and bytes.
pub(super) fn totals(end: &EndRecord) -> (u64, u64, u64) {
    (end.inputs, end.blobs, end.bytes)
}

pub(super) fn other_inputs(line: u64, more: &str) -> KzgAdvancedError {
    KzgAdvancedError::configuration(format!(
        "cannot resume with other inputs: {MANIFEST} line {line} is not of the inputs that this run \
         reads{more}"
    ))
}
