//! Comparisons of the blobs that an earlier run has stored with those of the inputs.

use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result, codec};
use kzg_traits::{Blob, KzgSettings};

use super::Resume;
use crate::folder::stored::StoredBlobs;
use crate::manifest::{BlobRecord, Header};
use crate::options::Artefact;

impl Resume {
    /// Checks that a blob of the input whose line is lost or wrong, as `fault` says, does not replace another
    /// one: the input may have changed, and the stored blob may be the only copy.
    pub(super) fn check_stored(
        &mut self,
        header: &Header,
        number: u64,
        blob: &Blob,
        fault: &str,
    ) -> Result<()> {
        let codec = codec::by_name(&header.encoding);
        let (Some(stored), Some(codec)) = (&mut self.stored, codec) else {
            return Ok(());
        };
        let (mut found, mut bytes) = (stored.buffer(), Vec::new());
        let mut other = None;
        for &artefact in &header.emit {
            if stored.read(artefact, number, &mut found).is_err() {
                continue;
            }
            if **found == *blob {
                return Ok(());
            }
            bytes.clear();
            if codec.decode(&found, &mut bytes).is_ok() {
                other = Some(StoredBlobs::file_name(artefact, number));
            }
        }
        other.map_or(Ok(()), |name| {
            Err(KzgAdvancedError::configuration(format!(
                "cannot resume with other inputs: blob {number} in {name} differs from that of the inputs \
                 that this run reads, and {fault}; if the inputs are the right ones, remove the file to have \
                 it written again"
            )))
        })
    }
}

/// Whether a line that does not match the blob of the input matches the stored blob. In that case
/// the line is intact and the input has changed.
pub(super) fn is_another_blobs(
    settings: &dyn KzgSettings,
    header: &Header,
    record: &BlobRecord,
    blob: &Blob,
    stored: &mut StoredBlobs,
) -> bool {
    let mut found = stored.buffer();
    header.emit.iter().any(|&artefact: &Artefact| {
        stored.read(artefact, record.blob, &mut found).is_ok()
            && **found != *blob
            && settings
                .blob_to_kzg_commitment(&found)
                .is_ok_and(|commitment| commitment == record.commitment)
    })
}
