//! Reads stored blobs back from any of their artefacts.

use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use kzg_advanced::files;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Cell, MemoryPool};

use crate::folder::bundle::{self, BLOBS_PER_BUNDLE, BundleFault};
use crate::folder::layout::{self, blob_file, bundle_file, cells_file, number_in};
use crate::formats::cells::{CellsFileError, StoredCells};
use crate::options::{Artefact, Proofs};

/// The reason why a stored artefact does not hold a blob.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoredFault {
    #[error("missing")]
    Missing,
    #[error("{actual} bytes, expected {}", Blob::LENGTH)]
    Length { actual: u64 },
    #[error("a bundle of {blobs} blobs, which does not hold blob {place} of it")]
    NotInBundle { blobs: usize, place: usize },
    #[error(transparent)]
    Bundle(BundleFault),
    #[error(transparent)]
    Cells(CellsFileError),
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for StoredFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

impl From<BundleFault> for StoredFault {
    fn from(fault: BundleFault) -> Self {
        match fault {
            BundleFault::Io(error) => error.into(),
            fault => Self::Bundle(fault),
        }
    }
}

impl From<CellsFileError> for StoredFault {
    fn from(error: CellsFileError) -> Self {
        match error {
            CellsFileError::Io(error) => error.into(),
            error => Self::Cells(error),
        }
    }
}

/// Reads the blobs of an output folder, and caches the last bundle.
#[derive(Debug)]
pub(crate) struct StoredBlobs {
    dir: PathBuf,
    proofs: Proofs,
    bundle: Option<(u64, Vec<Pooled<Box<Blob>>>)>,
    /// The numbers of the blobs that have a file of one kind, in ascending order, once they are asked for.
    numbers: Option<(Artefact, Vec<u64>)>,
    /// The pool of buffers for blobs.
    pool: MemoryPool<Box<Blob>>,
}

impl StoredBlobs {
    pub(crate) fn new(dir: &Path, proofs: Proofs) -> Self {
        Self {
            dir: dir.to_owned(),
            proofs,
            bundle: None,
            numbers: None,
            pool: MemoryPool::new(BLOBS_PER_BUNDLE + 1, Blob::zeroed_on_heap),
        }
    }

    /// A buffer for a blob.
    pub(crate) fn buffer(&self) -> Pooled<Box<Blob>> {
        self.pool.get()
    }

    /// The name of the file that holds a blob.
    pub(crate) fn file_name(artefact: Artefact, blob: u64) -> String {
        match artefact {
            Artefact::Blobs => blob_file(blob),
            Artefact::Cells => cells_file(blob),
            Artefact::Bundles => bundle_file(blob / BLOBS_PER_BUNDLE as u64),
        }
    }

    /// The numbers of the blobs that have a file of this kind, which is not a bundle, under the name that a
    /// job gives it. No blob has the last number. The folder of the last kind is listed once; a folder that
    /// cannot be listed has none.
    pub(crate) fn numbers(&mut self, artefact: Artefact) -> &[u64] {
        let known = self.numbers.take().filter(|(kind, _)| *kind == artefact);
        let (_, numbers) = self.numbers.insert(known.unwrap_or_else(|| {
            let folder = self.dir.join(layout::folder(artefact));
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            let numbers =
                entries.filter_map(|entry| number_in(artefact, Path::new(&entry.file_name())));
            let mut numbers: Vec<u64> = numbers.filter(|number| *number < u64::MAX).collect();
            numbers.sort_unstable();
            (artefact, numbers)
        }));
        numbers
    }

    /// Whether a blob with a number in the range has a file of this kind, as [`numbers`](Self::numbers).
    pub(crate) fn has_file_in(&mut self, artefact: Artefact, range: &Range<u64>) -> bool {
        let numbers = self.numbers(artefact);
        let first = numbers.partition_point(|number| *number < range.start);
        numbers
            .get(first)
            .is_some_and(|number| range.contains(number))
    }

    /// Reads a blob's cells.
    pub(crate) fn read_cells(&self, blob: u64) -> Result<StoredCells, StoredFault> {
        Ok(StoredCells::read(&self.dir.join(cells_file(blob)))?)
    }

    /// Reads a blob from one kind of artefact, without any check of the content.
    pub(crate) fn read(
        &mut self,
        artefact: Artefact,
        blob: u64,
        into: &mut Blob,
    ) -> Result<(), StoredFault> {
        let path = self.dir.join(Self::file_name(artefact, blob));
        match artefact {
            Artefact::Blobs => {
                let mut file = files::open_regular(&path)?;
                let actual = file.metadata()?.len();
                if actual != Blob::LENGTH as u64 {
                    return Err(StoredFault::Length { actual });
                }
                Ok(file.read_exact(&mut into.0)?)
            }
            Artefact::Cells => {
                let cells = self.read_cells(blob)?;
                // The first half of an extended blob is the blob.
                for (part, cell) in into.0.chunks_exact_mut(Cell::LENGTH).zip(cells.cells()) {
                    part.copy_from_slice(cell.as_slice());
                }
                Ok(())
            }
            Artefact::Bundles => {
                let number = blob / BLOBS_PER_BUNDLE as u64;
                let place = (blob % BLOBS_PER_BUNDLE as u64) as usize;
                let blobs = match &mut self.bundle {
                    Some((kept, blobs)) if *kept == number => blobs,
                    slot => {
                        // Gives the buffers of the cached bundle back to the pool first.
                        *slot = None;
                        let blobs = bundle::read_blobs(&path, self.proofs, &self.pool)?;
                        &mut slot.insert((number, blobs)).1
                    }
                };
                let found = blobs.get(place).ok_or(StoredFault::NotInBundle {
                    blobs: blobs.len(),
                    place,
                })?;
                into.0.copy_from_slice(&found.0);
                Ok(())
            }
        }
    }
}
