//! The way back: an output folder to the bytes of its inputs.

mod decoder;
mod names;
mod stored_cells;
mod target;

use std::path::Path;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result, codec};
use kzg_traits::KzgSettings;
use serde::{Deserialize, Serialize};

use crate::folder::survey::Survey;
use crate::manifest::{MANIFEST, ManifestFault, ManifestReader};
use crate::progress::{Phase, Progress, Reporter};
use crate::report::Verification;
use decoder::Decoder;
use target::Target;

/// What decoding an output folder gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecodeReport {
    /// The number of files that were written.
    pub files: u64,
    /// The length of these files in bytes.
    pub bytes: u64,
    /// The files that have another name than the recorded one, with both names.
    #[serde(default)]
    pub renamed: Vec<Renamed>,
    /// The inputs that could not be restored, and the lines and blobs at fault.
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
/// Blobs are read from any artefact that holds them. From cells, which are checked by their
/// proofs, any 64 good ones are enough, and `settings` recovers the rest. The only input of a job
/// becomes the file `out` unless it was given as a folder; otherwise `out` becomes a folder,
/// which must be empty or not there, of files under their recorded paths. A name that the file
/// system cannot hold, or that another file has, is replaced; the report lists these names.
///
/// An input that cannot be restored is not written, is named in the report, and does not keep the
/// others from being restored. A damaged line of the manifest costs what it describes and nothing
/// else: without the line of a blob, the input's hash decides; without the line of an input, its
/// name is lost; without the line of an input's end, each blob is checked against its commitment.
///
/// A panic of `progress` is caught, and `progress` is not called any more.
///
/// # Errors
///
/// [`KzgAdvancedError::DataValidation`] if the job was not finished or no line of the manifest can
/// be read; [`KzgAdvancedError::Configuration`] if `out` is in the way;
/// [`KzgAdvancedError::Io`] where reading or writing fails; [`KzgAdvancedError::Backend`];
/// [`KzgAdvancedError::Cancelled`].
pub fn decode(
    settings: &dyn KzgSettings,
    dir: &Path,
    out: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<DecodeReport> {
    let survey = Survey::read(dir)?;
    if survey.unfinished {
        let reason = "there is no end line: the job was not finished; complete it with the same \
                      `kzg pipeline` command and --resume";
        let manifest = dir.join(MANIFEST).display().to_string();
        return Err(KzgAdvancedError::data(manifest, reason));
    }
    let codec = codec::by_name(&survey.header.encoding).ok_or_else(|| {
        let reason = format!("unknown encoding {:?}", survey.header.encoding);
        KzgAdvancedError::data(MANIFEST, reason)
    })?;
    let target = Target::new(out, survey.is_one_file())?;
    let progress = Reporter::new(progress);
    progress.begin(Phase::Decode, survey.bytes());
    let path = dir.join(MANIFEST);
    let mut reader = ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&path))?;
    let mut decoder = Decoder::new(settings, dir, survey, codec, target);
    loop {
        cancel.check()?;
        match reader.next_line() {
            Ok(None) => break,
            Ok(Some(line)) => {
                let blobs_before = decoder.blobs;
                let bytes = decoder.admit(line.record)?;
                progress.advance(Phase::Decode, decoder.blobs - blobs_before, bytes);
            }
            Err(error) => match error.fault {
                ManifestFault::Io(error) => return Err(KzgAdvancedError::reading(&path)(error)),
                _ => decoder.fault(&error),
            },
        }
    }
    let report = decoder.finish()?;
    progress.end(Phase::Decode);
    Ok(report)
}
