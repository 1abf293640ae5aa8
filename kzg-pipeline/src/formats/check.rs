//! Verification of blobs with the commitments and proofs that a file holds.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::error::Result;
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgProof, KzgSettings};

use super::cells::{CellFaults, StoredCells};
use super::{SidecarProofs, Sidecars};

/// Why a blob does not match its commitment and proofs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SidecarFault {
    /// The file holds no proof for the blob, and the commitment is that of another blob.
    #[error("the commitment is that of another blob")]
    WrongCommitment,
    /// The blob, the commitment and the proof are well formed, and the proof does not verify.
    #[error("the proof does not verify")]
    WrongProof,
    /// Proofs of cells do not verify.
    #[error("{0}")]
    WrongCells(CellFaults),
    /// The blob, the commitment or a proof is malformed.
    #[error(transparent)]
    Malformed(kzg_traits::Error),
}

impl Sidecars {
    /// Verifies each blob against its commitment and proofs. Returns a verdict for each blob;
    /// `None` for a blob without a commitment, about which nothing is claimed.
    ///
    /// Without proofs, the commitment is computed again. Proofs of cells are verified against the
    /// cells of the blob's extension.
    ///
    /// # Errors
    ///
    /// Any error of the backend that is not about malformed input; kind `Input` for lists whose
    /// lengths do not match the number of blobs.
    pub fn verify(
        &self,
        settings: &dyn KzgSettings,
    ) -> Result<Vec<Option<core::result::Result<(), SidecarFault>>>> {
        if self.commitments.is_empty() {
            return Ok(vec![None; self.blobs.len()]);
        }
        let verdicts = match &self.proofs {
            SidecarProofs::Blobs(proofs) => {
                let blobs: Vec<&Blob> = self.blobs.iter().map(|blob| &**blob).collect();
                let commitments = &self.commitments;
                let each =
                    settings.verify_blob_kzg_proof_each((&blobs).into(), commitments, proofs)?;
                each.into_iter()
                    .map(|verdict| match verdict {
                        Ok(true) => Ok(Ok(())),
                        Ok(false) => Ok(Err(SidecarFault::WrongProof)),
                        Err(error) => malformed(error),
                    })
                    .collect::<Result<Vec<_>>>()?
            }
            SidecarProofs::None => {
                self.each(
                    |blob, commitment, _| match settings.blob_to_kzg_commitment(blob) {
                        Ok(computed) if computed == *commitment => Ok(Ok(())),
                        Ok(_) => Ok(Err(SidecarFault::WrongCommitment)),
                        Err(error) => malformed(error),
                    },
                )?
            }
            SidecarProofs::Cells(_) => self.each(|blob, commitment, proofs| {
                let cells = match settings.compute_cells(blob) {
                    Ok(cells) => StoredCells::from_cells(cells),
                    Err(error) => return malformed(error),
                };
                match cells.verify(settings, commitment, proofs) {
                    Ok(checked) => Ok(checked
                        .faults()
                        .map_or(Ok(()), |faults| Err(SidecarFault::WrongCells(faults)))),
                    Err(error) => malformed(error),
                }
            })?,
        };
        Ok(verdicts.into_iter().map(Some).collect())
    }

    /// Calls a function with each blob, its commitment and the proofs of its cells.
    fn each<T>(
        &self,
        mut call: impl FnMut(&Blob, &KzgCommitment, &[KzgProof]) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mismatch = |item, expected, actual| kzg_traits::Error::Count {
            item,
            expected,
            actual,
        };
        let blobs = self.blobs.len();
        if self.commitments.len() != blobs {
            let actual = self.commitments.len();
            return Err(mismatch(kzg_traits::Item::Commitment, blobs, actual));
        }
        let mut of_cells: &[KzgProof] = &[];
        if let SidecarProofs::Cells(proofs) = &self.proofs {
            if proofs.len() != CELLS_PER_EXT_BLOB * blobs {
                let expected = CELLS_PER_EXT_BLOB * blobs;
                return Err(mismatch(kzg_traits::Item::Proof, expected, proofs.len()));
            }
            of_cells = proofs;
        }
        let each = self.blobs.iter().zip(&self.commitments).enumerate();
        each.map(|(index, (blob, commitment))| {
            let first = index * CELLS_PER_EXT_BLOB;
            let proofs = of_cells.get(first..first + CELLS_PER_EXT_BLOB);
            call(blob, commitment, proofs.unwrap_or_default())
        })
        .collect()
    }
}

/// An error about malformed input is a verdict on the blob; any other error ends the verification.
fn malformed(error: kzg_traits::Error) -> Result<core::result::Result<(), SidecarFault>> {
    if error.kind() == ErrorKind::Input {
        Ok(Err(SidecarFault::Malformed(error)))
    } else {
        Err(error)
    }
}

#[cfg(all(test, feature = "blst"))]
mod tests {
    use super::*;
    use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};

    #[test]
    fn every_kind_of_proof_is_verified() {
        let setup = TrustedSetup::mainnet();
        let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default()).unwrap();
        let settings = &*settings;
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[0].0[31] = 5;
        blobs[1].0[63] = 7;
        let refs: Vec<&Blob> = blobs.iter().map(|blob| &**blob).collect();
        let commitments = settings.blobs_to_kzg_commitments((&refs).into()).unwrap();
        let of_blobs = settings
            .compute_blob_kzg_proofs((&refs).into(), &commitments)
            .unwrap();
        let of_cells = refs
            .iter()
            .flat_map(|blob| settings.compute_cell_kzg_proofs(blob).unwrap())
            .collect();
        for proofs in [
            SidecarProofs::None,
            SidecarProofs::Blobs(of_blobs),
            SidecarProofs::Cells(of_cells),
        ] {
            let mut sidecars = Sidecars {
                blobs: blobs.clone(),
                commitments: commitments.clone(),
                proofs,
            };
            let verify = |sidecars: &Sidecars| sidecars.verify(settings).unwrap();
            assert_eq!(verify(&sidecars), [Some(Ok(())), Some(Ok(()))]);
            sidecars.blobs[1].0[95] = 1;
            let verdicts = verify(&sidecars);
            assert_eq!(verdicts[0], Some(Ok(())));
            assert!(matches!(verdicts[1], Some(Err(_))), "{verdicts:?}");
            sidecars.blobs[1].0[64] = 0xff;
            let verdicts = verify(&sidecars);
            assert!(
                matches!(verdicts[1], Some(Err(SidecarFault::Malformed(_)))),
                "{verdicts:?}"
            );
            sidecars.commitments.pop();
            assert!(sidecars.verify(settings).is_err());
            sidecars.commitments.clear();
            assert_eq!(verify(&sidecars), [None, None]);
        }
    }
}
