//! The rows of the tables of inputs and blobs, from the records of the manifest.

use kzg_traits::Bytes32;

use super::quantity::{bytes, count};
use super::table::Cell;
use crate::chart::escape::Escaped;
use crate::folder::bundle::BLOBS_PER_BUNDLE;
use crate::folder::layout::{blob_file, bundle_file, cells_file};
use crate::manifest::{BlobRecord, Record};
use crate::options::Artefact;
use crate::report::Verification;

/// The result of the verification of an input or a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Failed,
    Verified,
    /// The verification did not reach the item.
    NotVerified,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Verified => "verified",
            Self::NotVerified => "not verified",
        }
    }
}

/// An input with the facts of its manifest lines.
#[derive(Clone, Debug, Default)]
pub(super) struct InputItem {
    path: String,
    first_blob: Option<u64>,
    blobs: u64,
    failed: bool,
    verified: bool,
    /// `None` if the job ended before the end of the input.
    end: Option<(u64, Bytes32)>,
}

/// A row of a table.
pub(super) enum Row<'a> {
    Input(&'a InputItem),
    /// A blob with the path of its input.
    Blob(&'a BlobRecord, &'a str, Status),
}

impl Row<'_> {
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Input(input) if input.failed => Status::Failed,
            Self::Input(input) if input.verified => Status::Verified,
            Self::Input(_) => Status::NotVerified,
            Self::Blob(.., status) => *status,
        }
    }

    /// The cells of the row. `up` is the prefix of links to the output folder.
    pub(super) fn cells(&self, emit: &[Artefact], up: &str) -> Vec<Cell> {
        let status = self.status();
        let number = |number| Cell::number(number, count(number));
        let digits = |name, digits: String| Cell::markup(hex(name, &digits));
        match self {
            Self::Input(input) => {
                let (length, sha256) = match &input.end {
                    Some((length, sha256)) => (
                        Cell::number(*length, bytes(*length as f64)),
                        digits("SHA-256", sha256.to_string()),
                    ),
                    None => (Cell::unknown(), Cell::unknown()),
                };
                vec![
                    Cell::text(&input.path),
                    Cell::text(status.name()),
                    length,
                    number(input.blobs),
                    input.first_blob.map_or_else(Cell::unknown, number),
                    sha256,
                ]
            }
            Self::Blob(blob, input, _) => vec![
                number(blob.blob),
                Cell::text(status.name()),
                Cell::text(input),
                digits("commitment", blob.commitment.to_string()),
                digits("versioned hash", blob.versioned_hash.to_string()),
                match (&blob.proof, &blob.cell_proofs) {
                    (Some(proof), None) => digits("proof", proof.to_string()),
                    (Some(proof), Some(proofs)) => Cell::markup(format!(
                        "{} {}",
                        hex("proof", &proof.to_string()),
                        cell_proofs(proofs.len())
                    )),
                    (None, Some(proofs)) => Cell::markup(cell_proofs(proofs.len())),
                    (None, None) => Cell::unknown(),
                },
                Cell::markup(files(emit, blob.blob, up)),
            ],
        }
    }
}

/// The number of cell proofs. The digits stand in the manifest.
fn cell_proofs(number: usize) -> String {
    format!("<span class=\"more\">{number} cell proofs</span>")
}

/// Shortened hexadecimal digits that can be unfolded, with a button to copy all digits.
pub(super) fn hex(name: &str, digits: &str) -> String {
    let (head, tail) = (&digits[..8], &digits[digits.len() - 4..]);
    format!(
        "<span class=\"digits\"><details><summary>{head}…{tail}</summary><code>{digits}</code>\
         </details><button type=\"button\" class=\"copy\" aria-label=\"Copy the {name}\">Copy\
         </button></span>"
    )
}

fn files(emit: &[Artefact], blob: u64, up: &str) -> String {
    let links = emit.iter().map(|artefact| {
        let (file, words) = match artefact {
            Artefact::Blobs => (blob_file(blob), "blob"),
            Artefact::Cells => (cells_file(blob), "cells"),
            Artefact::Bundles => (bundle_file(blob / BLOBS_PER_BUNDLE as u64), "bundle"),
        };
        format!("<a href=\"{up}{}\">{words}</a>", Escaped(file))
    });
    links.collect::<Vec<_>>().join(" ")
}

/// Turns the records of a manifest into one row for each blob and for each input.
///
/// Verification goes through the lines in order, so the first lines of blobs and of ends of inputs
/// are those that it has counted. In a shard, the numbers in these lines are those of the whole job.
#[derive(Default)]
pub(super) struct Follower {
    open: Option<InputItem>,
    /// The number of lines of blobs so far.
    blobs: u64,
    /// The number of lines of ends of inputs so far.
    ended_inputs: u64,
}

impl Follower {
    /// Takes a record, and calls `each` with each row that the record completes.
    pub(super) fn record(
        &mut self,
        record: &Record,
        verification: &Verification,
        mut each: impl FnMut(&Row<'_>),
    ) {
        match record {
            Record::Input(input) => {
                self.finish(&mut each);
                self.open = Some(InputItem {
                    path: input.path.clone(),
                    verified: true,
                    ..InputItem::default()
                });
            }
            Record::Blob(blob) => {
                let status = if verification.has_failed(blob.blob) {
                    Status::Failed
                } else if self.blobs < verification.blobs {
                    Status::Verified
                } else {
                    Status::NotVerified
                };
                self.blobs += 1;
                // Without the line of its input, a blob has no name of an input.
                let input = self.open.get_or_insert_default();
                input.first_blob.get_or_insert(blob.blob);
                input.blobs += 1;
                each(&Row::Blob(blob, &input.path, status));
                input.failed |= status == Status::Failed;
                input.verified &= status == Status::Verified;
            }
            Record::InputEnd(end) => {
                if let Some(input) = &mut self.open {
                    input.end = Some((end.bytes, end.sha256));
                    input.verified &= self.ended_inputs < verification.inputs;
                }
                self.ended_inputs += 1;
                self.close(each);
            }
            Record::Header(_) | Record::End(_) => {}
        }
    }

    /// Completes the row of an input whose end the manifest does not have.
    pub(super) fn finish(&mut self, each: impl FnMut(&Row<'_>)) {
        if let Some(input) = &mut self.open {
            input.verified = false;
        }
        self.close(each);
    }

    fn close(&mut self, mut each: impl FnMut(&Row<'_>)) {
        if let Some(input) = self.open.take() {
            each(&Row::Input(&input));
        }
    }
}
