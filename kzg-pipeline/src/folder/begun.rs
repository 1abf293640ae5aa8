//! Whether a job may write to a folder: the folder is empty, or an earlier run of a job has begun there.

use std::fs;
use std::io;
use std::path::Path;

use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

use super::disk::is_temporary;
use super::layout::{JOB_LOCK, folder, number_in};
use super::shards::describe_shards;
use crate::manifest::MANIFEST;
use crate::options::Artefact;

/// Whether an earlier run has begun to write to a folder.
///
/// # Errors
///
/// [`KzgAdvancedError::Configuration`] for a folder that is not empty, if that run is not to be
/// resumed or no run wrote there.
pub(crate) fn has_begun(dir: &Path, resume: bool) -> Result<bool> {
    let is_empty = is_empty(dir).map_err(KzgAdvancedError::writing(dir))?;
    if !is_empty && !resume {
        return Err(KzgAdvancedError::configuration(format!(
            "{} is not empty; resume the run that wrote the folder (--resume), or choose another folder",
            dir.display()
        )));
    }
    if !is_empty {
        check_ours(dir)?;
    }
    Ok(!is_empty)
}

/// Whether a folder is missing, or has no entry but the file of the lock.
fn is_empty(dir: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    for entry in entries {
        if entry?.file_name() != JOB_LOCK {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses a folder that has artefacts, but no line of a manifest. A run writes the first line before the
/// first artefact, so the artefacts are those of another job, which may have no copy.
pub(crate) fn check_no_artefacts(dir: &Path) -> Result<()> {
    let artefact = artefact_in(dir, &Artefact::ALL).map_err(KzgAdvancedError::writing(dir))?;
    let Some(artefact) = artefact else {
        return Ok(());
    };
    Err(KzgAdvancedError::configuration(format!(
        "{}: it holds {artefact}, but no {MANIFEST} with the lines of a job; choose another folder, or \
         move the artefacts elsewhere",
        dir.display()
    )))
}

/// Refuses a folder with artefacts that a job does not emit. Where the header of the manifest is lost, only
/// the artefacts show that an earlier run had other options.
pub(crate) fn check_no_others(dir: &Path, emit: &[Artefact]) -> Result<()> {
    let others: Vec<Artefact> = Artefact::ALL
        .into_iter()
        .filter(|artefact| !emit.contains(artefact))
        .collect();
    let artefact = artefact_in(dir, &others).map_err(KzgAdvancedError::reading(dir))?;
    artefact.map_or(Ok(()), |artefact| {
        Err(KzgAdvancedError::configuration(format!(
            "cannot resume with other options: the folder holds {artefact}, which this run does not emit, and \
             the header of {MANIFEST} is damaged; emit these artefacts too, or move them elsewhere"
        )))
    })
}

/// The name of an entry in the folders of these artefacts, except the temporary files of a killed run.
fn artefact_in(dir: &Path, artefacts: &[Artefact]) -> io::Result<Option<String>> {
    for &artefact in artefacts {
        let folder = folder(artefact);
        let entries = match fs::read_dir(dir.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            if !is_temporary(&entry, |name| number_in(artefact, name).is_some())? {
                let name = entry.file_name();
                return Ok(Some(format!("{folder}/{}", name.to_string_lossy())));
            }
        }
    }
    Ok(None)
}

/// Refuses a folder that no run has written to.
fn check_ours(dir: &Path) -> Result<()> {
    if dir.join(MANIFEST).is_file() {
        return Ok(());
    }
    let [blobs, cells, bundles] = Artefact::ALL.map(folder);
    let ours = [blobs, cells, bundles, JOB_LOCK];
    for entry in fs::read_dir(dir).map_err(KzgAdvancedError::writing(dir))? {
        let entry = entry.map_err(KzgAdvancedError::writing(dir))?;
        if !ours.iter().any(|name| entry.file_name() == *name) {
            let reason = describe_shards(dir).unwrap_or_else(|| {
                format!(
                    "it holds no {MANIFEST} but other files, and is not an earlier run's folder"
                )
            });
            let dir = dir.display();
            return Err(KzgAdvancedError::configuration(format!("{dir}: {reason}")));
        }
    }
    check_no_artefacts(dir)
}
