//! The names of the files in an output folder.

use crate::Shard;
use crate::options::Artefact;

/// The report's name in an output folder.
pub(crate) const REPORT: &str = "report.json";
/// The name of the report as an HTML page.
pub(crate) const REPORT_PAGE: &str = "report.html";
/// The name of the file in an output folder that a process locks while it writes to the folder.
pub(crate) const JOB_LOCK: &str = "job.lock";

/// The name of the file in an output folder that a process locks while it works on a shard.
pub(crate) fn shard_lock(shard: Shard) -> String {
    format!("{}.lock", shard.folder())
}

/// The name of a blob's file in an output folder.
pub(crate) fn blob_file(blob: u64) -> String {
    format!("blobs/{blob:08}.blob")
}

/// The name of a blob's file of cells in an output folder.
pub(crate) fn cells_file(blob: u64) -> String {
    format!("cells/{blob:08}.cells")
}

/// The name of a bundle's file in an output folder.
pub(crate) fn bundle_file(bundle: u64) -> String {
    format!("bundles/{bundle:08}.json")
}

/// The folders of artefacts.
pub(crate) fn folder(artefact: Artefact) -> &'static str {
    match artefact {
        Artefact::Blobs => "blobs",
        Artefact::Cells => "cells",
        Artefact::Bundles => "bundles",
    }
}
