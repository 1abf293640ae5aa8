//! `kzg decode`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use kzg_advanced::KzgAdvancedError;
use kzg_pipeline::manifest::{Header, MANIFEST, SetupId};
use kzg_pipeline::{DecodeReport, decode, describe_shards, input_count};
use serde::Serialize;

use crate::args::Decode;
use crate::backend::{Loaded, load};
use crate::errors::{bad, usage};
use crate::exit::Exit;
use crate::progress::Bars;
use crate::{files, interrupt, output};

#[derive(Serialize)]
struct Document<'a> {
    dir: String,
    out: String,
    #[serde(flatten)]
    report: &'a DecodeReport,
}

pub(crate) fn run(arguments: &Decode) -> Result<Exit> {
    let to_stdout = files::is_stdout(&arguments.out, arguments.json)?;
    if !to_stdout {
        check(&arguments.out, arguments)?;
    }
    if !arguments.dir.join(MANIFEST).exists() {
        let reason = describe_shards(&arguments.dir).unwrap_or_else(|| {
            format!("there is no {MANIFEST} in it; a folder that `kzg pipeline` wrote is expected")
        });
        return Err(bad(arguments.dir.display().to_string(), reason));
    }
    if to_stdout && input_count(&arguments.dir)? > 1 {
        return Err(usage(
            "--out - writes a single file, and the folder holds several",
        ));
    }
    let Loaded {
        settings, setup, ..
    } = load(&arguments.computing)?;
    let temporary = to_stdout.then(TemporaryFolder::new).transpose()?;
    let out = match &temporary {
        Some(folder) => folder.0.join("out"),
        None => arguments.out.clone(),
    };
    let report = decode(
        &*settings,
        &arguments.dir,
        &out,
        &Bars::default(),
        &interrupt::token(),
    )?;
    let difference = Header::of(&arguments.dir)
        .and_then(|header| header.trusted_setup.difference(&SetupId::from(&setup)));
    // Blobs are restored with any setup, and cells only with that of the job.
    if let Some(difference) = difference.filter(|_| !report.verification.passed()) {
        output::finding(&difference);
    }
    for failure in &report.verification.failures {
        output::finding(&format!("{}: {}", failure.item, failure.reason));
    }
    for renamed in &report.renamed {
        let path = renamed.path.as_deref().unwrap_or("a lost name");
        output::note(&format!(
            "input {} ({path:?}) became {:?}",
            renamed.input, renamed.restored
        ));
    }
    if to_stdout {
        if report.verification.passed() {
            let out = only_file(out)?;
            let file = File::open(&out).map_err(KzgAdvancedError::reading(&out))?;
            output::print_bytes(file)?;
        }
        return Ok(Exit::verdict(report.verification.passed()));
    }
    let document = Document {
        dir: arguments.dir.display().to_string(),
        out: out.display().to_string(),
        report: &report,
    };
    output::print(arguments.json, &document, || text(&report))?;
    Ok(Exit::verdict(report.verification.passed()))
}

/// Refuses an output that must not be written. A folder is checked by the decoder.
fn check(out: &Path, arguments: &Decode) -> Result<()> {
    match fs::metadata(out) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(metadata) if !metadata.is_file() => Err(usage(&format!(
            "{} is not a regular file; --out - writes to standard output",
            out.display()
        ))),
        _ => arguments.computing.overwriting.check(out),
    }
}

/// The only file that was restored: `out` itself, or the one below it where a folder was the input.
fn only_file(mut out: PathBuf) -> Result<PathBuf> {
    while out.is_dir() {
        let mut entries = fs::read_dir(&out).map_err(KzgAdvancedError::reading(&out))?;
        let missing = || Err(io::ErrorKind::NotFound.into());
        let entry = entries.next().unwrap_or_else(missing);
        out = entry.map_err(KzgAdvancedError::reading(&out))?.path();
    }
    Ok(out)
}

fn text(report: &DecodeReport) -> String {
    let files = output::counted(report.files, "file");
    let restored = format!("{files}, {}", output::counted(report.bytes, "byte"));
    if report.verification.passed() {
        return restored;
    }
    match report.inputs.saturating_sub(report.files) {
        0 => format!("DAMAGED: {restored}; the folder has faults, and not every file was checked"),
        lost => {
            let inputs = output::counted(report.inputs, "input");
            format!("INCOMPLETE: {restored}; {lost} of {inputs} could not be restored")
        }
    }
}

/// A folder of this process for one file, removed at the end.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Creates the folder under a name that is free. A killed process with the same number may have left
    /// its folder.
    fn new() -> Result<Self> {
        /// The number of names to try.
        const ATTEMPTS: usize = 1000;

        let name = format!("kzg-decode-{}", std::process::id());
        let names = (1..ATTEMPTS).map(|attempt| format!("{name}-{attempt}"));
        let mut path = std::env::temp_dir().join(&name);
        let mut created = create_private(&path);
        for name in names {
            let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
            if !created.as_ref().is_err_and(is_taken) {
                break;
            }
            path.set_file_name(name);
            created = create_private(&path);
        }
        created.map_err(KzgAdvancedError::writing(&path))?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // A folder that is left does no harm: the next process takes another name.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that no other user can enter.
fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
