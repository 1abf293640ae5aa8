//! Computes what a format needs and a document does not hold.

use kzg_traits::error::Result;
use kzg_traits::{Blob, KzgSettings};

use super::sidecars::{BlobCells, Contents, ProofKind};
use super::{SidecarProofs, Sidecars};

impl Sidecars {
    /// Computes what is missing of the contents of a format, and leaves out what the format does not
    /// hold: recovers blobs from at least 64 cells, commits, proves, extends blobs to cells. What is
    /// there already is taken as it is; [`verify`](Self::verify) it before.
    ///
    /// # Errors
    ///
    /// Any error of the backend, with the position of the blob; kind `Input` for a malformed blob
    /// and for fewer than 64 cells.
    pub fn complete(&mut self, contents: Contents, settings: &dyn KzgSettings) -> Result<()> {
        if self.blobs.is_empty() && !(contents.cells || self.cells.is_empty()) {
            self.recover(settings)?;
        }
        if contents.commitments && self.commitments.is_empty() {
            if self.blobs.is_empty() {
                self.recover(settings)?;
            }
            self.commitments = settings.blobs_to_kzg_commitments((&self.refs()).into())?;
        }
        if contents.cells {
            return self.extend(settings);
        }
        match (contents.proofs, &self.proofs) {
            (ProofKind::Blobs, SidecarProofs::Blobs(_))
            | (ProofKind::Cells, SidecarProofs::Cells(_)) => {}
            (ProofKind::Any, _) => {}
            (ProofKind::None, _) => self.proofs = SidecarProofs::None,
            (ProofKind::Blobs, _) => {
                let blobs = self.refs();
                let computed;
                let commitments = if self.commitments.is_empty() {
                    computed = settings.blobs_to_kzg_commitments((&blobs).into())?;
                    &computed
                } else {
                    &self.commitments
                };
                let proofs = settings.compute_blob_kzg_proofs((&blobs).into(), commitments)?;
                self.proofs = SidecarProofs::Blobs(proofs);
            }
            (ProofKind::Cells, _) => {
                let mut proofs = Vec::new();
                for (index, blob) in self.blobs.iter().enumerate() {
                    let of_blob = settings.compute_cell_kzg_proofs(blob);
                    proofs.extend(of_blob.map_err(|error| error.with_index(index))?);
                }
                self.proofs = SidecarProofs::Cells(proofs);
            }
        }
        if !contents.commitments {
            self.commitments.clear();
        }
        Ok(())
    }

    fn refs(&self) -> Vec<&Blob> {
        self.blobs.iter().map(|blob| &**blob).collect()
    }

    /// Makes blobs of cells.
    fn recover(&mut self, settings: &dyn KzgSettings) -> Result<()> {
        let mut blobs = Vec::with_capacity(self.cells.len());
        for (index, cells) in self.cells.iter().enumerate() {
            let mut blob = Blob::zeroed_on_heap();
            let recovered = cells
                .stored()
                .0
                .to_blob(settings, &cells.indices, &mut blob);
            recovered.map_err(|error| error.with_index(index))?;
            blobs.push(blob);
        }
        self.blobs = blobs;
        Ok(())
    }

    /// Makes all cells of blobs, with the proofs, unless there are cells.
    fn extend(&mut self, settings: &dyn KzgSettings) -> Result<()> {
        self.proofs = SidecarProofs::None;
        let blobs = std::mem::take(&mut self.blobs);
        if !self.cells.is_empty() {
            return Ok(());
        }
        for (index, blob) in blobs.iter().enumerate() {
            let made = settings.compute_cells_and_kzg_proofs(blob);
            let (cells, proofs) = made.map_err(|error| error.with_index(index))?;
            self.cells.push(BlobCells {
                indices: (0..cells.len() as u64).collect(),
                cells,
                proofs,
            });
        }
        Ok(())
    }
}
