//! `kzg convert`: from one format to another.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use kzg_advanced::{ErrorKind, KzgSettings};
use kzg_pipeline::formats::{self, Format, FormatError, Sidecars};
use serde::Serialize;

use crate::backend::Computing;
use crate::backend::load;
use crate::config::Proving;
use crate::errors::{bad, name};
use crate::exit::{Exit, Refuted};
use crate::values::Values;
use crate::values::given::{Given, InputFormat, name_parser, parser};
use crate::values::seen::Seen;
use crate::{files, output};

/// Converts blobs, cells and sidecars from one format to another.
///
/// The command verifies the claims of the file, then computes the parts that the other format
/// requires: commitments, proofs of blobs, proofs of cells, cells, and blobs from any 64 cells. For
/// example, a transaction
/// with a sidecar of version 0 becomes one of version 1 by --to transaction-v1.
#[derive(Args, Debug)]
pub(crate) struct Convert {
    /// The file; - for standard input.
    #[arg(value_name = "FILE")]
    file: OsString,
    /// The format to write.
    #[arg(long, value_name = "FORMAT", value_parser = name_parser())]
    to: &'static dyn Format,
    /// The format of the file: auto to detect the format, or a name as for --to.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "auto",
        hide_possible_values = true,
        value_parser = parser(),
    )]
    input_format: InputFormat,
    /// The file to write; - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    computing: Computing<Proving>,
    /// Print one JSON document about the file that was written.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Serialize)]
struct Document {
    file: String,
    input_format: &'static str,
    out: String,
    format: &'static str,
    blobs: usize,
    bytes: usize,
    /// Whether the file claimed something about each blob, which was verified.
    verified: bool,
}

pub(crate) fn run(arguments: &Convert) -> Result<Exit> {
    let to_stdout = files::is_stdout(&arguments.out, arguments.json)?;
    let overwriting = arguments.computing.overwriting;
    if !to_stdout {
        overwriting.check(&arguments.out)?;
    }
    arguments.computing.check()?;
    let file = name(&arguments.file);
    let given = Given {
        input_format: arguments.input_format,
        index: None,
    };
    let content = Values::new(given).whole_content(&arguments.file)?;
    let named = arguments.input_format.format();
    let Some(format) = named.or_else(|| formats::recognize(&content)) else {
        let reason = format!("{}: {}", FormatError::Unknown, Seen::of(&content));
        return Err(bad(file, reason));
    };
    let read = format.read(&content);
    let mut sidecars = read.map_err(|error| bad(file.clone(), error))?;
    drop(content);
    let settings = load(&arguments.computing)?.settings;
    let verified = verify(&file, &sidecars, &*settings)?;
    let blobs = sidecars.count();
    if blobs == 0 {
        output::note(&format!("{file}: there is no blob in it"));
    }
    let completed = sidecars.complete(arguments.to.holds(), &*settings);
    completed.map_err(|error| match error.kind() {
        ErrorKind::Input => bad(file.clone(), error),
        _ => error.into(),
    })?;
    let written = arguments.to.write(&sidecars);
    let written = written.map_err(|error| {
        bad(
            file.clone(),
            format!("cannot be written as {}: {error}", arguments.to.name()),
        )
    })?;
    let document = Document {
        file,
        input_format: format.name(),
        out: name(arguments.out.as_os_str()),
        format: arguments.to.name(),
        blobs,
        bytes: written.len(),
        verified,
    };
    if to_stdout {
        output::print_bytes(&*written)?;
        return Ok(Exit::Done);
    }
    overwriting.write(&arguments.out, &written)?;
    output::print(arguments.json, &document, || {
        format!(
            "{}: {} as {}, {}",
            document.out,
            output::counted(blobs as u64, "blob"),
            document.format,
            output::counted(document.bytes as u64, "byte")
        )
    })?;
    Ok(Exit::Done)
}

/// Verifies what the file claims; returns whether it claims something about each blob.
fn verify(file: &str, sidecars: &Sidecars, settings: &dyn KzgSettings) -> Result<bool> {
    let verdicts = sidecars.verify(settings)?;
    let mut claims = !verdicts.is_empty();
    let (mut wrong, mut is_malformed) = (Vec::new(), false);
    for (position, verdict) in verdicts.into_iter().enumerate() {
        match verdict {
            Some(Err(fault)) => {
                is_malformed |= fault.is_malformed();
                wrong.push(format!("{}: {fault}", sidecars.name(position)));
            }
            Some(Ok(())) => {}
            None => claims = false,
        }
    }
    if wrong.is_empty() {
        return Ok(claims);
    }
    let wrong = wrong.join("; ");
    if is_malformed {
        return Err(bad(file.to_owned(), wrong));
    }
    Err(Refuted(format!("{file}: {wrong}")).into())
}
