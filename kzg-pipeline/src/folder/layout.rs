//! The names of the files in an output folder.

use std::path::Path;

use crate::Shard;
use crate::manifest::MANIFEST;
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
    artefact_file(Artefact::Blobs, blob)
}

/// The name of a blob's file of cells in an output folder.
pub(crate) fn cells_file(blob: u64) -> String {
    artefact_file(Artefact::Cells, blob)
}

/// The name of a bundle's file in an output folder.
pub(crate) fn bundle_file(bundle: u64) -> String {
    artefact_file(Artefact::Bundles, bundle)
}

/// The name of the file of an artefact with this number.
pub(crate) fn artefact_file(artefact: Artefact, number: u64) -> String {
    let kind = match artefact {
        Artefact::Blobs => "blob",
        Artefact::Cells => "cells",
        Artefact::Bundles => "json",
    };
    format!("{}/{number:08}.{kind}", folder(artefact))
}

/// The number in the name of an artefact's file, without the folder; `None` for any other name.
pub(crate) fn number_in(artefact: Artefact, name: &Path) -> Option<u64> {
    let number = name.file_stem()?.to_str()?.parse().ok()?;
    let expected = artefact_file(artefact, number);
    (Path::new(&expected).file_name() == Some(name.as_os_str())).then_some(number)
}

/// Whether a job writes a file of this name into the output folder itself.
pub(crate) fn is_job_file(name: &Path) -> bool {
    [MANIFEST, REPORT, REPORT_PAGE]
        .iter()
        .any(|ours| name == Path::new(ours))
}

/// The folders of artefacts.
pub(crate) fn folder(artefact: Artefact) -> &'static str {
    match artefact {
        Artefact::Blobs => "blobs",
        Artefact::Cells => "cells",
        Artefact::Bundles => "bundles",
    }
}
