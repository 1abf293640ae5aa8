//! Reading stored blobs back, from whichever artefacts hold them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use kzg_traits::Blob;

use super::bundle::{self, BLOBS_PER_BUNDLE};
use super::options::Artefact;
use super::store::{blob_file, bundle_file};

/// The blobs of an output folder. Keeps the bundle that was read last.
#[derive(Debug)]
pub(crate) struct StoredBlobs {
    dir: PathBuf,
    bundle: Option<(u64, Vec<Box<Blob>>)>,
}

impl StoredBlobs {
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            bundle: None,
        }
    }

    /// The name of the file that holds a blob.
    pub(crate) fn file_name(artefact: Artefact, blob: u64) -> String {
        match artefact {
            Artefact::Blobs => blob_file(blob),
            Artefact::Bundles => bundle_file(blob / BLOBS_PER_BUNDLE as u64),
        }
    }

    /// Reads a blob from one kind of artefact.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub(crate) fn read(
        &mut self,
        artefact: Artefact,
        blob: u64,
        into: &mut Blob,
    ) -> Result<(), String> {
        let path = self.dir.join(Self::file_name(artefact, blob));
        match artefact {
            Artefact::Blobs => {
                let mut file = File::open(path).map_err(|e| e.to_string())?;
                let length = file.metadata().map_err(|e| e.to_string())?.len();
                if length != Blob::LENGTH as u64 {
                    return Err(format!("{length} bytes, expected {}", Blob::LENGTH));
                }
                file.read_exact(&mut into.0).map_err(|e| e.to_string())
            }
            Artefact::Bundles => {
                let number = blob / BLOBS_PER_BUNDLE as u64;
                let place = (blob % BLOBS_PER_BUNDLE as u64) as usize;
                let blobs = match &mut self.bundle {
                    Some((kept, blobs)) if *kept == number => blobs,
                    slot => &mut slot.insert((number, bundle::read_blobs(&path)?)).1,
                };
                let found = blobs
                    .get(place)
                    .ok_or_else(|| format!("only {} blobs", blobs.len()))?;
                into.0.copy_from_slice(&found.0);
                Ok(())
            }
        }
    }
}
