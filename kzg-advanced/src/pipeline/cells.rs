//! The cells of an extended blob in a file: 128 times 2048 bytes, where a lost cell is 2048
//! bytes of 0xff, which are no field elements and so unmistakable.

use std::fs;
use std::path::Path;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::{Blob, Cell, ErrorKind, KzgCommitment, KzgProof, KzgSettings};

/// The length of a file of cells.
pub const CELLS_FILE_LENGTH: usize = CELLS_PER_EXT_BLOB * Cell::LENGTH;

/// The cells of an extended blob, some of which may be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCells {
    cells: Vec<Cell>,
}

impl StoredCells {
    /// Takes the content of a file of cells.
    ///
    /// # Errors
    ///
    /// The length, if it is not [`CELLS_FILE_LENGTH`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() != CELLS_FILE_LENGTH {
            return Err(format!(
                "{} bytes, expected {CELLS_FILE_LENGTH}",
                bytes.len()
            ));
        }
        let cells = Cell::many_from_slice(bytes).map_err(|error| error.to_string())?;
        Ok(Self {
            cells: cells.to_vec(),
        })
    }

    /// Takes the 128 cells of an extended blob.
    pub(crate) fn from_cells(cells: Vec<Cell>) -> Self {
        debug_assert_eq!(cells.len(), CELLS_PER_EXT_BLOB);
        Self { cells }
    }

    /// No cell is there.
    pub(crate) fn all_lost() -> Self {
        Self::from_cells(vec![Cell([0xff; Cell::LENGTH]); CELLS_PER_EXT_BLOB])
    }

    /// Reads a file of cells. One of another length is not read.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let length = fs::metadata(path).map_err(|e| e.to_string())?.len();
        if length != CELLS_FILE_LENGTH as u64 {
            return Err(format!("{length} bytes, expected {CELLS_FILE_LENGTH}"));
        }
        Self::from_bytes(&fs::read(path).map_err(|e| e.to_string())?)
    }

    /// The 128 cells, lost ones included.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The indices of the cells that are not lost, in ascending order.
    #[must_use]
    pub fn present(&self) -> Vec<u64> {
        let is_lost = |cell: &Cell| cell.0.iter().all(|&byte| byte == 0xff);
        (0..)
            .zip(&self.cells)
            .filter(|(_, cell)| !is_lost(cell))
            .map(|(index, _)| index)
            .collect()
    }

    /// Checks the cells that are not lost against the blob's commitment and the proofs of all
    /// 128 cells: the indices of the good ones, and those of the others with what is wrong.
    ///
    /// # Errors
    ///
    /// An error of the backend that says nothing about the cells, and one about the number of
    /// proofs.
    pub fn verify(
        &self,
        settings: &dyn KzgSettings,
        commitment: &KzgCommitment,
        proofs: &[KzgProof],
    ) -> kzg_traits::error::Result<CheckedCells> {
        if proofs.len() != CELLS_PER_EXT_BLOB {
            return Err(kzg_traits::Error::Count {
                item: kzg_traits::Item::Proof,
                expected: CELLS_PER_EXT_BLOB,
                actual: proofs.len(),
            });
        }
        let present = self.present();
        let commitments = vec![*commitment; present.len()];
        let cells = self.select(&present);
        let proofs: Vec<KzgProof> = present.iter().map(|&k| proofs[k as usize]).collect();
        let verdicts = settings.verify_cell_kzg_proof_each(
            &commitments,
            &present,
            (&cells).into(),
            &proofs,
        )?;
        let mut checked = CheckedCells {
            good: Vec::new(),
            bad: Vec::new(),
        };
        for (verdict, index) in verdicts.into_iter().zip(present) {
            match verdict {
                Ok(true) => checked.good.push(index),
                Ok(false) => checked
                    .bad
                    .push((index, "the proof does not verify".to_owned())),
                Err(error) if error.kind() == ErrorKind::Input => {
                    checked
                        .bad
                        .push((index, error.with_index(index as usize).to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(checked)
    }

    /// The blob, from the given cells, which are known to be good: copied where they are the
    /// first 64, recovered otherwise.
    ///
    /// # Errors
    ///
    /// Kind `Input` for fewer than 64 cells or malformed ones; any error of the backend.
    pub fn to_blob(
        &self,
        settings: &dyn KzgSettings,
        good: &[u64],
        blob: &mut Blob,
    ) -> kzg_traits::error::Result<()> {
        let leading = good
            .iter()
            .zip(0..CELLS_PER_BLOB as u64)
            .filter(|(a, b)| *a == b)
            .count();
        if leading == CELLS_PER_BLOB {
            copy_leading(&self.cells, blob);
        } else {
            let recovered = settings.recover_cells(good, (&self.select(good)).into())?;
            copy_leading(&recovered, blob);
        }
        Ok(())
    }

    /// The cells at the given indices.
    #[must_use]
    pub fn select(&self, indices: &[u64]) -> Vec<&Cell> {
        indices
            .iter()
            .map(|&index| &self.cells[index as usize])
            .collect()
    }
}

/// The first half of an extended blob is the blob.
fn copy_leading(cells: &[Cell], blob: &mut Blob) {
    for (part, cell) in blob.0.chunks_exact_mut(Cell::LENGTH).zip(cells) {
        part.copy_from_slice(cell.as_slice());
    }
}

/// What the proofs say about the cells that are not lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCells {
    /// The indices of the good cells, in ascending order.
    pub good: Vec<u64>,
    /// The indices of the others, with what is wrong.
    pub bad: Vec<(u64, String)>,
}

impl CheckedCells {
    /// Takes lost cells for bad ones.
    pub(crate) fn count_lost(&mut self) {
        let known = |index: &u64| {
            self.good.binary_search(index).is_ok() || self.bad.iter().any(|(bad, _)| bad == index)
        };
        let lost: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64)
            .filter(|index| !known(index))
            .collect();
        self.bad
            .extend(lost.into_iter().map(|index| (index, "lost".to_owned())));
        self.bad.sort_unstable();
    }

    /// What is wrong, in one line; `None` if nothing is.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let (index, reason) = self.bad.first()?;
        Some(match self.bad.len() {
            1 => format!("cell {index}: {reason}"),
            more => format!("cell {index}: {reason}; and {} more cells", more - 1),
        })
    }
}
