//! The artefacts of shards, which a merge moves.

use std::fs;
use std::io;
use std::path::Path;

use kzg_advanced::files;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_traits::Blob;

use super::manifests::Part;
use super::refused;
use crate::Shard;
use crate::folder::disk::Disk;
use crate::folder::stored::StoredBlobs;
use crate::formats::cells::CELLS_FILE_LENGTH;
use crate::manifest::Record;
use crate::options::Artefact;
use crate::stages::store::holds;

/// The artefacts that a shard can have.
pub(super) const KINDS: [Artefact; 2] = [Artefact::Blobs, Artefact::Cells];

/// The length of a file of an artefact, which is the same for each blob; `None` for a bundle, which no
/// shard has.
fn length(kind: Artefact) -> Option<u64> {
    match kind {
        Artefact::Blobs => Some(Blob::LENGTH as u64),
        Artefact::Cells => Some(CELLS_FILE_LENGTH as u64),
        Artefact::Bundles => None,
    }
}

/// Checks that the artefact of a blob is in the folder of its shard, or was moved by a merge that was
/// killed, and that no other file is in its place. Where the shard has no such file any more, only the length
/// of the file in its place is known to be right.
pub(super) fn check_move(dir: &Path, shard: Shard, artefact: Artefact, blob: u64) -> Result<()> {
    let name = StoredBlobs::file_name(artefact, blob);
    let from = dir.join(shard.folder()).join(&name);
    let to = dir.join(&name);
    // A symbolic link that leads nowhere is in the way, too.
    let reason = match (from.exists(), to.symlink_metadata()) {
        (false, _) if from.symlink_metadata().is_ok() => {
            format!("{name} of shard {shard} is a link that leads nowhere: run the shard again")
        }
        (false, Err(_)) => format!("{name} is missing: run shard {shard} again"),
        (false, Ok(moved)) if !(moved.is_file() && Some(moved.len()) == length(artefact)) => {
            format!(
                "{name} is there already and does not have the length of that of shard {shard}, which is \
                 missing; move it elsewhere and run shard {shard} again"
            )
        }
        (true, Ok(_)) if !are_equal(&from, &to)? => format!(
            "{name} is there already and differs from that of shard {shard}; move it elsewhere"
        ),
        _ => return Ok(()),
    };
    Err(refused(dir, reason))
}

/// Moves the artefacts of a shard that the lines of its manifest name.
pub(super) fn move_artefacts(dir: &Path, shard: Shard, disk: &Disk) -> Result<()> {
    let mut part = Part::open(dir, shard)?;
    let mut emit = Vec::new();
    while let Some(record) = part.line()? {
        match record {
            Record::Header(header) => emit = header.emit,
            Record::Blob(blob) => {
                for &artefact in &emit {
                    let name = StoredBlobs::file_name(artefact, blob.blob);
                    let to = dir.join(&name);
                    let moved = rename_into(disk, &dir.join(shard.folder()).join(&name), &to);
                    moved.map_err(KzgAdvancedError::writing(&to))?;
                }
            }
            Record::Input(_) | Record::InputEnd(_) | Record::End(_) => {}
        }
    }
    Ok(())
}

/// Renames a file, and creates the folder if it is missing. A file that a killed merge has renamed stays.
fn rename_into(disk: &Disk, from: &Path, to: &Path) -> io::Result<()> {
    match disk.rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if to.exists() {
                return Ok(());
            }
            if let Some(folder) = to.parent() {
                disk.create_dir(folder)?;
            }
            disk.rename(from, to)
        }
        renamed => renamed,
    }
}

/// Whether two files have the same bytes. A merge that was killed and a shard that was run again leave the
/// same artefact in both folders.
fn are_equal(from: &Path, to: &Path) -> Result<bool> {
    let reading = |error| KzgAdvancedError::reading(from)(error);
    let length = fs::metadata(from).map_err(reading)?.len();
    if fs::metadata(to)
        .map_err(KzgAdvancedError::reading(to))?
        .len()
        != length
    {
        return Ok(false);
    }
    let content = files::read_bounded(from, length).map_err(reading)?;
    Ok(holds(to, &content))
}
