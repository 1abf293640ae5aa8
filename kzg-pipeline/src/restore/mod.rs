//! Restores the bytes of the inputs from an output folder.

mod decoder;
mod fault;
mod names;
mod stored_cells;
mod target;

use std::path::Path;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result, codec};
use kzg_traits::KzgSettings;
use serde::{Deserialize, Serialize};

use crate::folder::disk::Disk;
use crate::folder::survey::Survey;
use crate::manifest::{MANIFEST, ManifestFault, ManifestReader};
use crate::progress::{Phase, Progress, Reporter};
use crate::report::Verification;
use decoder::Decoder;
use target::Target;

/// The result of decoding an output folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecodeReport {
    /// The number of inputs that the folder has lines of.
    #[serde(default)]
    pub inputs: u64,
    /// The number of files that were written.
    pub files: u64,
    /// The length of these files in bytes.
    pub bytes: u64,
    /// The files whose names differ from the recorded names, with both names.
    #[serde(default)]
    pub renamed: Vec<Renamed>,
    /// The inputs that could not be restored, and the damaged lines and blobs.
    pub verification: Verification,
}

/// A file that was restored under another name than the recorded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Renamed {
    /// The number of the input.
    pub input: u64,
    /// The recorded path; `null` where its line in the manifest is damaged.
    pub path: Option<String>,
    /// The path of the file below the target folder.
    pub restored: String,
}

/// Restores the inputs of a finished job from its output folder and checks each against its
/// recorded hash.
///
/// Blobs are read from any artefact that holds them. Cells are checked by their proofs: any 64 good
/// cells of a blob are enough, and `settings` recovers the other cells. If the job had one input
/// that was not given as a folder, `out` becomes that file. Otherwise `out`, which must be empty or
/// missing, becomes a folder of files under their recorded paths. A name that the file system
/// cannot hold, or that another file has, is replaced; the report lists the replaced names. If `out` is
/// a symbolic link to a file, the link stays, and the file is replaced.
///
/// An input that cannot be restored is not written. The report names the input, and the other
/// inputs are restored. A damaged line of the manifest affects only the item that the line
/// describes: without the line of a blob, the hash of the input decides; without the line of an
/// input, the name of the input is lost; without the line of an input's end, each blob is checked
/// against its commitment, and the input is restored only if no blob without a line may belong to it.
/// Without the header, the encoding is the one in which the blobs of an input give its hash; if no input
/// shows the encoding, an input without the line of its end is not restored.
///
/// After an error, the files that were restored before stay, and their names are durable.
///
/// A panic of `progress` is caught, and `progress` is not called again.
///
/// # Errors
///
/// [`KzgAdvancedError::DataValidation`] if the job was not finished or had no input, or no line of
/// the manifest can be read; [`KzgAdvancedError::Configuration`] if `out` is a folder that is not
/// empty, is or can only be a folder where a file is to be written, or is a file where a folder is;
/// [`KzgAdvancedError::Io`] if reading or
/// writing fails; [`KzgAdvancedError::Backend`]; [`KzgAdvancedError::Cancelled`].
pub fn decode(
    settings: &dyn KzgSettings,
    dir: &Path,
    out: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<DecodeReport> {
    decode_on(settings, dir, out, progress, cancel, &Disk::default())
}

/// As [`decode`], with the steps of a disk.
pub(crate) fn decode_on(
    settings: &dyn KzgSettings,
    dir: &Path,
    out: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
    disk: &Disk,
) -> Result<DecodeReport> {
    let mut survey = Survey::read(dir)?;
    if survey.unfinished {
        let reason = "there is no end line: the job was not finished; complete it with the same \
                      `kzg pipeline` command and --resume";
        let manifest = dir.join(MANIFEST).display().to_string();
        return Err(KzgAdvancedError::data(manifest, reason));
    }
    if survey.inputs == 0 && !survey.damaged {
        let reason = "there is no input: nothing to restore";
        return Err(KzgAdvancedError::data(dir.display().to_string(), reason));
    }
    let encoding_is_lost = !survey.find_encoding(dir, cancel)?;
    let codec = codec::by_name(&survey.header.encoding).ok_or_else(|| {
        let reason = format!("unknown encoding {:?}", survey.header.encoding);
        KzgAdvancedError::data(dir.join(MANIFEST).display().to_string(), reason)
    })?;
    let target = Target::new(out, survey.is_one_file(), disk)?;
    let progress = Reporter::new(progress);
    progress.begin(Phase::Decode, survey.bytes());
    let path = dir.join(MANIFEST);
    let reader = ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&path))?;
    let mut decoder = Decoder::new(settings, dir, survey, codec, encoding_is_lost, target);
    let restored = restore_lines(&mut decoder, reader, &path, &progress, cancel);
    let report = decoder.finish(restored)?;
    progress.end(Phase::Decode);
    Ok(report)
}

/// Restores what the lines of the manifest at `path` describe.
fn restore_lines(
    decoder: &mut Decoder<'_>,
    mut reader: ManifestReader,
    path: &Path,
    progress: &Reporter<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    loop {
        cancel.check()?;
        match reader.next_line() {
            Ok(None) => return Ok(()),
            Ok(Some(line)) => {
                let blobs_before = decoder.blobs;
                let bytes = decoder.admit(line.record)?;
                progress.advance(Phase::Decode, decoder.blobs - blobs_before, bytes);
            }
            Err(error) => match error.fault {
                ManifestFault::Io(error) => return Err(KzgAdvancedError::reading(path)(error)),
                _ => decoder.fault(&error),
            },
        }
    }
}
