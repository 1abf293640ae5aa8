//! The cells of an extended blob in a file: 128 times 2048 bytes. A lost cell is 2048 bytes of
//! 0xff. These bytes are not canonical field elements, so no computed cell equals a lost cell.

use core::fmt;
use std::io;
use std::path::Path;

use kzg_advanced::files;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks::{check_cell_index, check_count};
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::{Blob, Cell, ErrorKind, Item, KzgCommitment, KzgProof, KzgSettings};

use super::cell_claims::CellsClaim;

/// The length of a file of cells.
pub const CELLS_FILE_LENGTH: usize = CELLS_PER_EXT_BLOB * Cell::LENGTH;

/// The cells of an extended blob, some of which may be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCells {
    cells: Vec<Cell>,
}

impl StoredCells {
    /// Parses the content of a file of cells.
    ///
    /// # Errors
    ///
    /// [`CellsFileError::Length`] if there are not [`CELLS_FILE_LENGTH`] bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CellsFileError> {
        let wrong_length = || CellsFileError::Length {
            actual: bytes.len() as u64,
        };
        if bytes.len() != CELLS_FILE_LENGTH {
            return Err(wrong_length());
        }
        let cells = Cell::many_from_slice(bytes).map_err(|_| wrong_length())?;
        Ok(Self {
            cells: cells.to_vec(),
        })
    }

    /// Creates the cells from the 128 cells of an extended blob.
    pub(crate) fn from_cells(cells: Vec<Cell>) -> Self {
        debug_assert_eq!(cells.len(), CELLS_PER_EXT_BLOB);
        Self { cells }
    }

    /// Sets a cell.
    pub(super) fn set(&mut self, index: usize, cell: &Cell) {
        self.cells[index].0.copy_from_slice(&cell.0);
    }

    /// Creates 128 lost cells.
    pub(crate) fn all_lost() -> Self {
        Self::from_cells(vec![Cell([0xff; Cell::LENGTH]); CELLS_PER_EXT_BLOB])
    }

    /// Reads a file of cells. A file of another length is refused without being read.
    ///
    /// # Errors
    ///
    /// [`CellsFileError::Length`]; [`CellsFileError::Io`] for a file that cannot be read or is not
    /// a regular file.
    pub fn read(path: &Path) -> Result<Self, CellsFileError> {
        let actual = files::open_regular(path)?.metadata()?.len();
        if actual != CELLS_FILE_LENGTH as u64 {
            return Err(CellsFileError::Length { actual });
        }
        Self::from_bytes(&files::read_bounded(path, CELLS_FILE_LENGTH as u64)?)
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

    /// Checks the cells that are not lost against the blob's commitment and the proofs of all 128
    /// cells. Returns the indices of the good cells, and the indices and faults of the bad cells.
    ///
    /// If every cell is lost, there is nothing to check, and [`CheckedCells::is_valid`] is false.
    ///
    /// # Errors
    ///
    /// An error for a wrong number of proofs or a malformed commitment, and any error of the backend
    /// that is not about a malformed cell or proof.
    pub fn verify(
        &self,
        settings: &dyn KzgSettings,
        commitment: &KzgCommitment,
        proofs: &[KzgProof],
    ) -> kzg_traits::error::Result<CheckedCells> {
        let claim = self.claim(commitment, proofs)?;
        claim.verify(settings)
    }

    /// The cells that are not lost, with the blob's commitment and their proofs among those of all 128 cells.
    ///
    /// # Errors
    ///
    /// [`Error::Count`](kzg_traits::Error::Count) for a wrong number of proofs.
    pub(crate) fn claim<'a>(
        &'a self,
        commitment: &'a KzgCommitment,
        proofs: &'a [KzgProof],
    ) -> kzg_traits::error::Result<CellsClaim<'a>> {
        check_count(Item::Proof, CELLS_PER_EXT_BLOB, proofs.len())?;
        let indices = self.present();
        Ok(CellsClaim {
            commitment,
            cells: self.select(&indices)?,
            proofs: indices.iter().map(|&k| &proofs[k as usize]).collect(),
            indices: indices.into(),
        })
    }

    /// The blob of the given cells, which must be good. If the first 64 cells are among them, the
    /// blob is a copy; otherwise the backend recovers the blob.
    ///
    /// # Errors
    ///
    /// Kind `Input` for fewer than 64 cells or malformed ones, and
    /// [`Error::CellIndex`](kzg_traits::Error::CellIndex) for an index of 128 or more; any error of
    /// the backend.
    pub fn to_blob(
        &self,
        settings: &dyn KzgSettings,
        good: &[u64],
        blob: &mut Blob,
    ) -> kzg_traits::error::Result<()> {
        let selected = self.select(good)?;
        let leading = good
            .iter()
            .zip(0..CELLS_PER_BLOB as u64)
            .filter(|(a, b)| *a == b)
            .count();
        if leading == CELLS_PER_BLOB {
            blob.copy_from_cells(&self.cells);
        } else {
            let recovered = settings.recover_cells(good, (&selected).into())?;
            blob.copy_from_cells(&recovered);
        }
        Ok(())
    }

    /// The cells at the given indices.
    ///
    /// # Errors
    ///
    /// [`Error::CellIndex`](kzg_traits::Error::CellIndex) for an index of 128 or more, with the
    /// position of the index.
    pub fn select(&self, indices: &[u64]) -> kzg_traits::error::Result<Vec<&Cell>> {
        let cells = indices.iter().enumerate().map(|(place, &index)| {
            check_cell_index(place, index)?;
            Ok(&self.cells[index as usize])
        });
        cells.collect()
    }
}

/// The good and the bad ones among the cells that are not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedCells {
    /// The indices of the good cells, in ascending order.
    pub good: Vec<u64>,
    /// The indices of the bad cells with their faults, in ascending order.
    pub bad: Vec<(u64, CellFault)>,
}

/// The fault of a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellFault {
    /// The cell is lost.
    #[error("lost")]
    Lost,
    /// The cell is well formed, and its proof does not verify.
    #[error("the proof does not verify")]
    WrongProof,
    /// The cell or its proof is malformed.
    #[error("{}", without_position(.0))]
    Malformed(kzg_traits::Error),
}

/// An error about an item, in words for a message that names the item already.
pub(super) fn without_position(error: &kzg_traits::Error) -> String {
    match error {
        kzg_traits::Error::FieldElement {
            item: Item::Blob | Item::Cell,
            element,
            ..
        } => format!("field element {element}: not canonical, at or above the group order"),
        kzg_traits::Error::Point { item, reason, .. } => format!("{item}: {reason}"),
        error => error.to_string(),
    }
}

/// The reason why a file of cells cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CellsFileError {
    /// The file does not have [`CELLS_FILE_LENGTH`] bytes.
    #[error("{actual} bytes, expected {CELLS_FILE_LENGTH}")]
    Length {
        /// The length of the file in bytes.
        actual: u64,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CheckedCells {
    /// Whether at least one cell was checked and all checked cells are good.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.bad.is_empty() && !self.good.is_empty()
    }

    /// Counts lost cells among the bad ones.
    pub(crate) fn count_lost(&mut self) {
        let known = |index: &u64| {
            self.good.binary_search(index).is_ok() || self.bad.iter().any(|(bad, _)| bad == index)
        };
        let lost: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64)
            .filter(|index| !known(index))
            .collect();
        let lost = lost.into_iter().map(|index| (index, CellFault::Lost));
        self.bad.extend(lost);
        self.bad.sort_unstable_by_key(|(index, _)| *index);
    }

    /// Adds the verdict of the backend on a cell. An error that is not about a malformed cell or
    /// proof is returned.
    pub(super) fn push(
        &mut self,
        index: u64,
        verdict: kzg_traits::error::Result<bool>,
    ) -> kzg_traits::error::Result<()> {
        match verdict {
            Ok(true) => self.good.push(index),
            Ok(false) => self.bad.push((index, CellFault::WrongProof)),
            Err(error) if error.kind() == ErrorKind::Input => {
                let error = error.with_index(index as usize);
                self.bad.push((index, CellFault::Malformed(error)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The faults of all bad cells as one error; `None` if no cell is bad.
    #[must_use]
    pub fn faults(&self) -> Option<CellFaults> {
        let (index, fault) = self.bad.first()?;
        Some(CellFaults {
            index: *index,
            fault: fault.clone(),
            more: self.bad.len() - 1,
            malformed: (self.bad.iter()).any(|(_, fault)| matches!(fault, CellFault::Malformed(_))),
        })
    }
}

/// The faults of the cells of one blob.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CellFaults {
    /// The index of the first bad cell.
    pub index: u64,
    /// The fault of the first bad cell.
    pub fault: CellFault,
    /// The number of the other bad cells.
    pub more: usize,
    /// Whether one of the bad cells, or its proof, is malformed.
    pub malformed: bool,
}

impl fmt::Display for CellFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cell {}: {}", self.index, self.fault)?;
        match self.more {
            0 => Ok(()),
            1 => f.write_str("; and 1 more cell"),
            more => write!(f, "; and {more} more cells"),
        }
    }
}

impl std::error::Error for CellFaults {}
