//! Blobs and cells, alone or with commitments and proofs.

use anyhow::Result;
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::{Blob, KzgSettings};
use kzg_pipeline::cells::StoredCells;
use kzg_pipeline::formats::{Format, FormatError, SidecarProofs, Sidecars};
use kzg_pipeline::kzg_to_versioned_hash;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, CELLS_PER_EXT_BLOB};
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::execution::BLS_MODULUS;

use super::Inspector;
use super::finding::{BlobFacts, Inspection};
use crate::commands::verify::NOTHING_TO_VERIFY;
use crate::output;

/// Most blobs whose commitments are shown.
const SHOWN: usize = 6;

/// Notes whether all field elements are canonical. `what` names the bytes in the problem.
pub(super) fn check_elements(finding: &mut Inspection, what: &str, bytes: &[u8]) {
    finding.canonical.get_or_insert(true);
    let mut elements = bytes.chunks_exact(BYTES_PER_FIELD_ELEMENT);
    if let Some(element) = elements.position(|element| *element >= BLS_MODULUS[..]) {
        finding.not_canonical(format!(
            "{what}field element {element}: not canonical, at or above the group order"
        ));
    }
}

impl Inspector {
    /// Blobs in a format, with what the format holds beside them.
    pub(super) fn sidecars(&self, format: &dyn Format, content: &[u8]) -> Result<Inspection> {
        let sidecars = match format.read(content) {
            Ok(sidecars) => sidecars,
            Err(error @ FormatError::Io(_)) => {
                return Err(crate::errors::bad(format.name().to_owned(), error));
            }
            Err(error) => {
                let mut finding = Inspection::new(format!("{} that is damaged", described(format)));
                finding.not_canonical(error.to_string());
                return Ok(finding.with("format", format.name()));
            }
        };
        let count = sidecars.count();
        let mut finding = match (count, sidecars.has_claims()) {
            (1, false) => Inspection::new("a blob"),
            (_, false) => Inspection::new(format!("{count} blobs")),
            _ => Inspection::new(described(format)),
        };
        finding = finding.with("format", format.name()).with("blobs", count);
        if !sidecars.commitments.is_empty() {
            finding = finding.with("commitments", sidecars.commitments.len());
        }
        if !sidecars.versioned_hashes.is_empty() {
            finding = finding.with("versioned_hashes", sidecars.versioned_hashes.len());
        }
        if let Some(block) = &sidecars.block {
            finding = finding
                .with("slot", block.header.slot)
                .with("block_root", block.header.root().to_string());
        }
        if let (Some(first), Some(last)) =
            (sidecars.slots.iter().min(), sidecars.slots.iter().max())
        {
            finding = finding.with("slots", format!("{first} to {last}"));
        }
        if let Some(cells) = sidecars.cells.first() {
            finding = finding.with("cells_of_each_blob", cells.indices.len());
        }
        finding = match &sidecars.proofs {
            SidecarProofs::Blobs(proofs) => finding.with("blob_proofs", proofs.len()),
            SidecarProofs::Cells(proofs) => finding.with("cell_proofs", proofs.len()),
            _ => finding,
        };
        for (index, blob) in sidecars.blobs.iter().enumerate() {
            let what = if count > 1 || sidecars.block.is_some() {
                format!("{}: ", sidecars.name(index))
            } else {
                String::new()
            };
            check_elements(&mut finding, &what, blob.as_slice());
        }
        for (index, cells) in sidecars.cells.iter().enumerate() {
            for (cell, bytes) in cells.indices.iter().zip(&cells.cells) {
                let what = format!("{}, cell {cell}: ", sidecars.name(index));
                check_elements(&mut finding, &what, bytes.as_slice());
            }
        }
        finding = held(finding, &sidecars.blobs);
        match self.settings()? {
            Some(settings) => self.verified(finding, &sidecars, &*settings),
            None => Ok(finding),
        }
    }

    /// Verifies what is claimed about blobs, and shows their commitments.
    fn verified(
        &self,
        mut finding: Inspection,
        sidecars: &Sidecars,
        settings: &dyn KzgSettings,
    ) -> Result<Inspection> {
        let mut unverified = Vec::new();
        for (index, verdict) in sidecars.verify(settings)?.into_iter().enumerate() {
            match verdict {
                Some(Ok(())) => {
                    finding.valid.get_or_insert(true);
                }
                Some(Err(fault)) => {
                    finding.invalid(format!("{}: {fault}", sidecars.name(index)));
                }
                None => unverified.push(index),
            }
        }
        if finding.valid == Some(true) && !unverified.is_empty() {
            finding.valid = None;
            for index in unverified {
                finding.problem(format!("{}: {NOTHING_TO_VERIFY}", sidecars.name(index)));
            }
        }
        let canonical = finding.canonical == Some(true);
        let shown = &sidecars.blobs[..sidecars.blobs.len().min(SHOWN)];
        let commitments = if !sidecars.commitments.is_empty() {
            let first = sidecars.commitments.iter().take(SHOWN);
            first.copied().collect()
        } else if canonical && !shown.is_empty() {
            let shown: Vec<&Blob> = shown.iter().map(|blob| &**blob).collect();
            settings.blobs_to_kzg_commitments((&shown).into())?
        } else {
            Vec::new()
        };
        let facts = commitments.iter().enumerate();
        finding.blobs = facts
            .map(|(index, commitment)| BlobFacts {
                index,
                commitment: *commitment,
                versioned_hash: kzg_to_versioned_hash(commitment),
            })
            .collect();
        Ok(finding)
    }

    /// 262144 bytes: the 128 cells of a blob, some of them lost, or two blobs. They are cells if
    /// the second half extends the first.
    pub(super) fn cells_or_blobs(&self, bytes: &[u8]) -> Result<Inspection> {
        let cells = StoredCells::from_bytes(bytes).map_err(anyhow::Error::from)?;
        let present = cells.present();
        let lost = CELLS_PER_EXT_BLOB - present.len();
        let settings = self.settings()?;
        let mut canonical = Inspection::default();
        for &index in &present {
            let cell = cells.cells()[index as usize].as_slice();
            check_elements(&mut canonical, &format!("cell {index}: "), cell);
        }
        let is_canonical = canonical.canonical != Some(false);
        let extends = match &settings {
            Some(settings) if is_canonical && present.len() >= CELLS_PER_BLOB => {
                let mut blob = Blob::zeroed_on_heap();
                cells.to_blob(&**settings, &present, &mut blob)?;
                let extension = settings.compute_cells(&blob)?;
                let mut present = present.iter().map(|&index| index as usize);
                Some(present.all(|index| extension[index] == cells.cells()[index]))
            }
            _ => None,
        };
        if lost == 0 && extends != Some(true) {
            if extends.is_none() {
                let mut finding = Inspection::new("2 blobs, or the 128 cells of one blob");
                finding.canonical = canonical.canonical;
                finding.problems = canonical.problems;
                return Ok(finding);
            }
            return self.sidecars(&kzg_pipeline::formats::Raw, bytes);
        }
        let mut finding = Inspection::new("the 128 cells of a blob")
            .with("cells", present.len())
            .with("lost", lost);
        finding.canonical = canonical.canonical;
        finding.problems = canonical.problems;
        if present.len() < CELLS_PER_BLOB {
            finding = finding.with(
                "recovery",
                format!("impossible: {CELLS_PER_BLOB} are needed"),
            );
        } else if present.len() == CELLS_PER_BLOB {
            // Any 64 cells are cells of a blob, so these are neither right nor wrong.
            finding = finding.with("recovery", "possible; exactly 64 contradict nothing");
        } else if let Some(extends) = extends {
            finding.valid = Some(extends);
            if !extends {
                let problem = "the cells contradict each other: they are not cells of one blob";
                finding.problems.push(problem.to_owned());
            }
        }
        Ok(finding)
    }
}

/// A format in words.
fn described(format: &dyn Format) -> String {
    const WORDS: [(&str, &str); 17] = [
        ("bundle-v1", "a bundle of the Engine API, BlobsBundleV1"),
        ("bundle-v2", "a bundle of the Engine API, BlobsBundleV2"),
        ("get-blobs-v1", "an answer to engine_getBlobsV1"),
        ("get-blobs-v2", "an answer to engine_getBlobsV2 or V3"),
        ("get-blobs-v4", "an answer to engine_getBlobsV4"),
        (
            "transaction-v0",
            "a blob transaction with a sidecar of version 0, in RLP",
        ),
        (
            "transaction-v1",
            "a blob transaction with a sidecar of version 1, in RLP",
        ),
        (
            "sidecar-v0",
            "a sidecar of a transaction, version 0, in RLP",
        ),
        (
            "sidecar-v1",
            "a sidecar of a transaction, version 1, in RLP",
        ),
        (
            "sidecar-v0-json",
            "a blob transaction with a sidecar of version 0, in JSON",
        ),
        (
            "sidecar-v1-json",
            "a sidecar of a transaction, version 1, in JSON",
        ),
        ("blob-sidecars", "blob sidecars of the Beacon API"),
        (
            "blob-sidecars-ssz",
            "blob sidecars of the Beacon API, in SSZ",
        ),
        (
            "data-column-sidecars",
            "data column sidecars of the Beacon API",
        ),
        (
            "data-column-sidecars-ssz",
            "data column sidecars of the Beacon API, in SSZ",
        ),
        ("blob-archiver", "an object of blob-archiver"),
        ("parquet", "a table of blobs, in Parquet"),
    ];
    let name = format.name();
    let known = WORDS.iter().find(|(known, _)| *known == name);
    known.map_or_else(
        || format!("blobs in the format {name}"),
        |(_, words)| (*words).to_owned(),
    )
}

/// Notes which blobs hold bytes in the encoding of `kzg pipeline`.
fn held(finding: Inspection, blobs: &[Box<Blob>]) -> Inspection {
    let mut bytes = Vec::new();
    let decoded = blobs
        .iter()
        .filter(|blob| SimpleCoder.decode(blob, &mut bytes).is_ok())
        .count();
    let length = output::counted(bytes.len() as u64, "byte");
    match decoded {
        0 => finding,
        all if all == blobs.len() => finding.with(
            "holds",
            format!("{length} in the encoding of `kzg pipeline`"),
        ),
        some => finding.with(
            "holds",
            format!("{length} in the encoding of `kzg pipeline`, in {some} of the blobs"),
        ),
    }
}
