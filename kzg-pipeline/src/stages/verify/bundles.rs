//! The bundles of a folder that is verified.

use std::io;

use kzg_advanced::files;
use kzg_traits::Blob;

use super::{ReadBlob, Verifier};
use crate::folder::bundle::{self, BLOBS_PER_BUNDLE};
use crate::folder::layout::bundle_file;
use crate::folder::stored::StoredFault;
use crate::manifest::BlobRecord;
use crate::report::Stage;

impl Verifier<'_> {
    /// Adds a blob to those that wait for their bundle, and checks the bundle if it is whole.
    pub(super) fn add_to_bundle(&mut self, read: ReadBlob) {
        let number = |read: &ReadBlob| read.record.blob / BLOBS_PER_BUNDLE as u64;
        let is_other = |first: &ReadBlob| number(first) != number(&read);
        if self.bundle.first().is_some_and(is_other) {
            // The line of another blob of that bundle is damaged.
            self.bundle.clear();
        }
        self.bundle.push(read);
        if self.bundle.len() == BLOBS_PER_BUNDLE {
            self.check_bundle();
        }
    }

    /// Checks the last bundle, which may have fewer blobs than others. In the folder of an unfinished
    /// job or with a damaged line, the bundle may have more blobs than lines.
    pub(super) fn check_last_bundle(&mut self, is_complete: bool) {
        if self.is_damaged || !is_complete || self.bundle.is_empty() {
            return;
        }
        let meter = self.check.meter;
        meter.time(Stage::Verify, || self.check_bundle());
        meter.count(Stage::Verify, 0, std::mem::take(&mut self.bytes_read));
    }

    /// Checks the bundle of the blobs that wait for it.
    fn check_bundle(&mut self) {
        let group = std::mem::take(&mut self.bundle);
        let (records, blobs): (Vec<BlobRecord>, Vec<&Blob>) = group
            .iter()
            .filter_map(|read| Some((read.record.clone(), &***read.blob.as_ref()?)))
            .unzip();
        if records.len() < group.len() {
            return; // the fault of the unreadable blob is already reported
        }
        let name = bundle_file(records[0].blob / BLOBS_PER_BUNDLE as u64);
        let expected = bundle::to_json(&records, blobs);
        self.bytes_read += expected.len() as u64;
        let path = self.check.dir.join(&name);
        match files::read_bounded(&path, expected.len() as u64) {
            Ok(text) if text == expected.as_bytes() => {}
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::FileTooLarge
                ) =>
            {
                self.found.fail(name, error);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.found.fail(name, StoredFault::Missing);
            }
            _ => {
                let reason = "the bundle does not say what the manifest and the blobs say";
                self.found.fail(name, reason);
            }
        }
    }
}
