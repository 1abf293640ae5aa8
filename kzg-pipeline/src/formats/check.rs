//! Verification of blobs with the commitments and proofs that a file holds.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks::check_count;
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::error::Result;
use kzg_traits::execution::kzg_to_versioned_hash;
use kzg_traits::{Blob, ErrorKind, Item, KzgCommitment, KzgProof, KzgSettings};

use super::beacon::Inclusion;
use super::cell_claims::{CELLS_PER_CALL, verify_each};
use super::cells::{CellFaults, CheckedCells, StoredCells, without_position};
use super::{BlobCells, FormatError, SidecarProofs, Sidecars};

/// The blobs whose cells are computed and verified together.
const BLOBS_AT_ONCE: usize = CELLS_PER_CALL / CELLS_PER_EXT_BLOB;

/// Whether a blob, or the cells of a blob, match what is claimed about it.
type Verdict = core::result::Result<(), SidecarFault>;

/// The reason why a blob does not match its commitment and proofs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SidecarFault {
    /// The file holds no proof for the blob, and the commitment is that of another blob.
    #[error("the commitment is that of another blob")]
    WrongCommitment,
    /// The blob, the commitment and the proof are well formed, and the proof does not verify.
    #[error("the proof does not verify")]
    WrongProof,
    /// The versioned hash is not that of the commitment.
    #[error("the versioned hash is not that of the commitment")]
    VersionedHash,
    /// The body of the block does not include the commitment.
    #[error("the inclusion proof does not verify: the block does not include the commitment")]
    InclusionProof,
    /// The root that the document names is not that of the block.
    #[error("the root of the block is not that of its header")]
    BlockRoot,
    /// Proofs of cells do not verify.
    #[error("{0}")]
    WrongCells(CellFaults),
    /// The blob, the commitment or a proof is malformed. The message does not name the blob.
    #[error("{}", without_position(.0))]
    Malformed(kzg_traits::Error),
}

impl SidecarFault {
    /// Whether the blob, its cells, its commitment or a proof is malformed, and not only false.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        match self {
            Self::Malformed(_) => true,
            Self::WrongCells(faults) => faults.malformed,
            _ => false,
        }
    }
}

impl Sidecars {
    /// Verifies each blob, or the cells of each blob, against everything that the document claims.
    /// Returns a verdict for each; `None` for a blob about which nothing is claimed.
    ///
    /// Verified are commitments, proofs, versioned hashes, the inclusion of commitments in the body
    /// of the block, and the root of the block. The signature of a block's header is not verified.
    /// Without proofs, the commitment is computed again. Proofs of cells are verified against the
    /// cells of the blob's extension. Without commitments, they are computed from the blob or from
    /// at least 64 cells.
    ///
    /// # Errors
    ///
    /// Any error of the backend that is not about malformed input; kind `Input` for lists whose
    /// lengths do not match the number of blobs.
    pub fn verify(&self, settings: &dyn KzgSettings) -> Result<Vec<Option<Verdict>>> {
        if !self.has_claims() {
            return Ok(vec![None; self.count()]);
        }
        let of_cells = (!self.cells.is_empty())
            .then(|| self.verify_cells(settings))
            .transpose()?;
        if let Some(verdicts) = of_cells {
            if self.blobs.is_empty() {
                return Ok(verdicts);
            }
            // Blobs that were made of the cells are verified beside them.
            check_count(Item::Cell, self.blobs.len(), verdicts.len())?;
            let of_blobs = self.verify_blobs(settings)?;
            let both = of_blobs.into_iter().zip(verdicts);
            return Ok(both
                .map(|(of_blob, of_cells)| match of_cells {
                    Some(Err(fault)) => Some(Err(fault)),
                    _ => of_blob,
                })
                .collect());
        }
        self.verify_blobs(settings)
    }

    fn verify_blobs(&self, settings: &dyn KzgSettings) -> Result<Vec<Option<Verdict>>> {
        let mut verdicts: Vec<Verdict> = vec![Ok(()); self.blobs.len()];
        let computed;
        let commitments = if self.commitments.is_empty() {
            computed = compute_commitments(settings, &self.blobs, &mut verdicts)?;
            &computed
        } else {
            check_count(Item::Commitment, self.blobs.len(), self.commitments.len())?;
            &self.commitments
        };
        let of_proofs = self.verify_proofs(settings, commitments)?;
        let of_hashes = self.hash_faults(&known(commitments));
        let all = verdicts.into_iter().zip(of_hashes).zip(of_proofs);
        let all = all.map(|((verdict, of_hashes), of_proofs)| {
            Some(verdict.and(of_hashes.map_or(Ok(()), Err)).and(of_proofs))
        });
        Ok(all.collect())
    }

    /// Checks what needs no backend: versioned hashes, the inclusion of commitments, and the root of
    /// the block.
    ///
    /// # Errors
    ///
    /// [`FormatError::False`] with the first blob about which a claim is false.
    pub fn check_hashes(&self) -> core::result::Result<(), FormatError> {
        let faults = self.hash_faults(&known(&self.commitments));
        for (position, fault) in faults.into_iter().enumerate() {
            if let Some(fault) = fault {
                return Err(FormatError::False {
                    name: self.name(position),
                    reason: Box::new(fault),
                });
            }
        }
        Ok(())
    }

    /// The first false claim about each blob that needs no backend. Nothing is said about the hash
    /// of a blob whose commitment is not known.
    fn hash_faults(&self, commitments: &[Option<KzgCommitment>]) -> Vec<Option<SidecarFault>> {
        let block = self.block.as_deref();
        let wrong_root =
            block.is_some_and(|block| block.root.is_some_and(|root| root != block.header.root()));
        // One branch for the list of all commitments holds or does not hold for all of them.
        let of_list = block.and_then(|block| match block.inclusion {
            Inclusion::List(_) => {
                let all: Option<Vec<KzgCommitment>> = commitments.iter().copied().collect();
                Some(all.is_some_and(|all| block.includes(0, 0, &all)))
            }
            Inclusion::Each(_) => None,
        });
        let faults = (0..self.count()).map(|position| {
            if wrong_root {
                return Some(SidecarFault::BlockRoot);
            }
            let commitment = commitments.get(position)?.as_ref()?;
            let hash = self.versioned_hashes.get(position);
            let claims_hashes = !self.versioned_hashes.is_empty();
            if claims_hashes && hash != Some(&kzg_to_versioned_hash(commitment)) {
                return Some(SidecarFault::VersionedHash);
            }
            let index = self
                .indices
                .get(position)
                .copied()
                .unwrap_or(position as u64);
            let included = of_list
                .or_else(|| block.map(|block| block.includes_at(position, index, commitment)));
            (included == Some(false)).then_some(SidecarFault::InclusionProof)
        });
        faults.collect()
    }

    fn verify_proofs(
        &self,
        settings: &dyn KzgSettings,
        commitments: &[KzgCommitment],
    ) -> Result<Vec<Verdict>> {
        match &self.proofs {
            SidecarProofs::Blobs(proofs) => {
                let blobs: Vec<&Blob> = self.blobs.iter().map(|blob| &**blob).collect();
                let each =
                    settings.verify_blob_kzg_proof_each((&blobs).into(), commitments, proofs)?;
                let each = each.into_iter().enumerate();
                each.map(|(position, verdict)| match verdict {
                    Ok(true) => Ok(Ok(())),
                    Ok(false) => Ok(Err(SidecarFault::WrongProof)),
                    Err(error) => malformed(position, error),
                })
                .collect()
            }
            // Commitments that were just computed from the blobs are theirs.
            SidecarProofs::None if self.commitments.is_empty() => {
                Ok(vec![Ok(()); self.blobs.len()])
            }
            SidecarProofs::None => {
                let each = self.blobs.iter().zip(commitments).enumerate();
                each.map(|(position, (blob, commitment))| {
                    match settings.blob_to_kzg_commitment(blob) {
                        Ok(computed) if computed == *commitment => Ok(Ok(())),
                        Ok(_) => Ok(Err(SidecarFault::WrongCommitment)),
                        Err(error) => malformed(position, error),
                    }
                })
                .collect()
            }
            SidecarProofs::Cells(proofs) => {
                let expected = CELLS_PER_EXT_BLOB * self.blobs.len();
                check_count(Item::Proof, expected, proofs.len())?;
                let each = self.blobs.chunks(BLOBS_AT_ONCE);
                let each = each.zip(commitments.chunks(BLOBS_AT_ONCE));
                let each = each.zip(proofs.chunks(CELLS_PER_EXT_BLOB * BLOBS_AT_ONCE));
                let mut verdicts = Vec::with_capacity(self.blobs.len());
                for ((blobs, commitments), proofs) in each {
                    let first = verdicts.len();
                    let of_call = verify_extensions(settings, first, blobs, commitments, proofs)?;
                    verdicts.extend(of_call);
                }
                Ok(verdicts)
            }
        }
    }

    /// Verifies the cells of each blob, where there are no blobs.
    fn verify_cells(&self, settings: &dyn KzgSettings) -> Result<Vec<Option<Verdict>>> {
        let claimed = !self.commitments.is_empty();
        if claimed {
            check_count(Item::Commitment, self.cells.len(), self.commitments.len())?;
        }
        let mut commitments = Vec::with_capacity(self.cells.len());
        for (position, cells) in self.cells.iter().enumerate() {
            commitments.push(match self.commitments.get(position) {
                Some(commitment) => Ok(Some(*commitment)),
                None => commitment_of_cells(settings, position, cells)?,
            });
        }
        let mut claims = Vec::with_capacity(self.cells.len());
        for (cells, commitment) in self.cells.iter().zip(&commitments) {
            claims.push(match commitment {
                Err(fault) => Err(Some(Err(fault.clone()))),
                Ok(Some(commitment)) if !cells.indices.is_empty() => Ok(cells.claim(commitment)?),
                Ok(_) => Err(None),
            });
        }
        let of_commitment = |position, error| Some(Err(malformed_at(position, error)));
        let checked = verify_each(settings, claims, of_commitment).map_err(|(_, error)| error)?;
        let verdicts = checked.into_iter().map(|checked| match checked {
            Ok(checked) => Some(verdict_on_cells(checked)),
            Err(verdict) => verdict,
        });
        let commitments: Vec<Option<KzgCommitment>> = commitments
            .iter()
            .map(|commitment| commitment.as_ref().ok().copied().flatten())
            .collect();
        let faults = self.hash_faults(&commitments);
        let both = verdicts.zip(faults);
        Ok(both
            .map(|(verdict, fault)| match fault {
                Some(fault) => Some(Err(fault)),
                None => verdict,
            })
            .collect())
    }
}

/// Commitments of which each is known.
fn known(commitments: &[KzgCommitment]) -> Vec<Option<KzgCommitment>> {
    commitments.iter().copied().map(Some).collect()
}

/// The commitments to blobs. A malformed blob gets a verdict and the commitment of no blob.
fn compute_commitments(
    settings: &dyn KzgSettings,
    blobs: &[Box<Blob>],
    verdicts: &mut [Verdict],
) -> Result<Vec<KzgCommitment>> {
    let each = blobs.iter().zip(verdicts).enumerate();
    each.map(
        |(position, (blob, verdict))| match settings.blob_to_kzg_commitment(blob) {
            Ok(commitment) => Ok(commitment),
            Err(error) => {
                *verdict = malformed(position, error)?;
                Ok(KzgCommitment::default())
            }
        },
    )
    .collect()
}

/// The commitment to the blob at this position, of at least 64 cells; `None` for fewer cells.
fn commitment_of_cells(
    settings: &dyn KzgSettings,
    position: usize,
    cells: &BlobCells,
) -> Result<core::result::Result<Option<KzgCommitment>, SidecarFault>> {
    if cells.indices.len() < CELLS_PER_BLOB {
        return Ok(Ok(None));
    }
    let mut blob = Blob::zeroed_on_heap();
    let recovered = cells
        .stored()
        .0
        .to_blob(settings, &cells.indices, &mut blob);
    match recovered.and_then(|()| settings.blob_to_kzg_commitment(&blob)) {
        Ok(commitment) => Ok(Ok(Some(commitment))),
        Err(error) => malformed(position, error).map(|verdict| verdict.map(|()| None)),
    }
}

/// Verifies the cells of a blob that a document holds; `None` if it holds none. Unlike in a file of cells, no
/// bytes stand for a lost cell here.
pub(crate) fn verify_present(
    settings: &dyn KzgSettings,
    cells: &BlobCells,
    commitment: &KzgCommitment,
) -> Result<Option<Verdict>> {
    let claim = cells.claim(commitment)?;
    if cells.indices.is_empty() {
        return Ok(None);
    }
    match claim.verify(settings) {
        Ok(checked) => Ok(Some(verdict_on_cells(checked))),
        Err(error) => malformed(0, error).map(Some),
    }
}

/// Verifies the proofs of all cells of each blob's extension. `first` is the position of the first blob.
fn verify_extensions(
    settings: &dyn KzgSettings,
    first: usize,
    blobs: &[Box<Blob>],
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
) -> Result<Vec<Verdict>> {
    let each = blobs.iter().zip(first..);
    let extended = each.map(|(blob, position)| match settings.compute_cells(blob) {
        Ok(cells) => Ok(Ok(StoredCells::from_cells(cells))),
        Err(error) => malformed(position, error).map(Err),
    });
    let extended: Vec<core::result::Result<StoredCells, Verdict>> =
        extended.collect::<Result<_>>()?;
    let each = extended.iter().zip(commitments);
    let each = each.zip(proofs.chunks(CELLS_PER_EXT_BLOB));
    let claims = each.map(|((cells, commitment), proofs)| match cells {
        Ok(cells) => cells.claim(commitment, proofs).map(Ok),
        Err(verdict) => Ok(Err(verdict.clone())),
    });
    let claims = claims.collect::<Result<_>>()?;
    let of_commitment = |place, error| Err(malformed_at(first + place, error));
    let checked = verify_each(settings, claims, of_commitment).map_err(|(_, error)| error)?;
    let verdicts = checked.into_iter();
    Ok(verdicts
        .map(|checked| checked.map_or_else(|verdict| verdict, verdict_on_cells))
        .collect())
}

fn verdict_on_cells(checked: CheckedCells) -> Verdict {
    match checked.faults() {
        None => Ok(()),
        Some(faults) => Err(SidecarFault::WrongCells(faults)),
    }
}

/// An error about malformed input is a verdict on the blob at this position; any other error ends the verification.
fn malformed(position: usize, error: kzg_traits::Error) -> Result<Verdict> {
    if error.kind() == ErrorKind::Input {
        Ok(Err(malformed_at(position, error)))
    } else {
        Err(error)
    }
}

/// The fault of the blob at this position. The position in an error about a cell is that of the cell.
fn malformed_at(position: usize, error: kzg_traits::Error) -> SidecarFault {
    let is_of_blob = matches!(
        error,
        kzg_traits::Error::FieldElement {
            item: Item::Blob,
            ..
        } | kzg_traits::Error::Point { .. }
    );
    SidecarFault::Malformed(if is_of_blob {
        error.with_index(position)
    } else {
        error
    })
}
