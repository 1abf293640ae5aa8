//! The manifests of the shards that a merge reads, and the one that it writes.

use std::path::{Path, PathBuf};

use kzg_advanced::files::NewFile;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};
use sha2::{Digest, Sha256};

use crate::Shard;
use crate::manifest::{MANIFEST, ManifestError, ManifestFault, ManifestReader, Record};

/// The manifest that is written.
pub(super) struct Merged {
    pub(super) file: NewFile,
    pub(super) path: PathBuf,
    pub(super) hash: Sha256,
    pub(super) text: String,
}

impl Merged {
    pub(super) fn push(&mut self, record: &Record) -> Result<()> {
        let line = record.to_line();
        self.hash.update(&line);
        self.text.push_str(&line);
        if self.text.len() < 1 << 20 {
            return Ok(());
        }
        self.flush()
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        let written = self.file.write_all(self.text.as_bytes());
        self.text.clear();
        written.map_err(KzgAdvancedError::writing(&self.path))
    }
}

/// The manifest of a shard, up to its next input.
pub(super) struct Part {
    pub(super) shard: Shard,
    path: PathBuf,
    reader: ManifestReader,
}

impl Part {
    pub(super) fn open(dir: &Path, shard: Shard) -> Result<Self> {
        let folder = dir.join(shard.folder());
        let path = folder.join(MANIFEST);
        let reader = ManifestReader::open(&folder).map_err(KzgAdvancedError::reading(&path))?;
        Ok(Self {
            shard,
            path,
            reader,
        })
    }

    /// The next line.
    pub(super) fn line(&mut self) -> Result<Option<Record>> {
        match self.reader.next_line() {
            Ok(line) => Ok(line.map(|line| line.record)),
            Err(error) => match error.fault {
                ManifestFault::Torn => Ok(None),
                _ => Err(damaged(&self.path, error, "; run the shard again")),
            },
        }
    }
}

/// The error of a line of the manifest at `path` that cannot be read. `hint` follows the reason.
pub(super) fn damaged(path: &Path, error: ManifestError, hint: &str) -> KzgAdvancedError {
    match error.fault {
        ManifestFault::Io(error) => KzgAdvancedError::reading(path)(error),
        _ => KzgAdvancedError::data(path.display().to_string(), format!("{error}{hint}")),
    }
}
