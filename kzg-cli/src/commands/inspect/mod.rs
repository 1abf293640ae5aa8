//! `kzg inspect`: identifies a file or a folder.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use kzg_advanced::KzgSettings;
use serde::Serialize;

use crate::backend::{Loaded, load_into};
use crate::config::{Configuration, Flags, Verifying, keys};
use crate::errors::{STANDARD_STREAM, bad, name};
use crate::exit::Exit;
use crate::output;
use crate::values::Values;
use crate::values::given::{Given, InputFormat, parser};

mod blobs;
mod content;
mod documents;
mod finding;
mod folder;
mod points;

use finding::Inspection;

/// Identifies a file or a folder.
#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// A file, or a folder that `kzg pipeline` wrote; - for standard input.
    #[arg(value_name = "FILE|DIR")]
    target: OsString,
    /// The format of a file of blobs: auto to detect the format, or the name of a format.
    /// `kzg convert --help` lists the names.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "auto",
        hide_possible_values = true,
        value_parser = parser(),
    )]
    input_format: InputFormat,
    /// Identify the content only; verify no commitment and no proof.
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    settings: Flags<Verifying>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The depth of an inspection.
pub(crate) struct Inspector {
    given: Given,
    verifies: bool,
    configuration: Configuration,
}

impl Inspector {
    /// The backend that verifies; `None` if nothing is to be verified.
    fn loaded(&self) -> Result<Option<Loaded>> {
        if !self.verifies {
            return Ok(None);
        }
        let backend = self.configuration.value(&keys::BACKEND);
        load_into(backend, self.configuration.clone()).map(Some)
    }

    fn settings(&self) -> Result<Option<Arc<dyn KzgSettings>>> {
        Ok(self.loaded()?.map(|loaded| loaded.settings))
    }
}

pub(crate) fn run(arguments: &Inspect) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document<'a> {
        file: &'a str,
        #[serde(flatten)]
        finding: &'a Inspection,
    }
    let inspector = Inspector {
        given: Given {
            input_format: arguments.input_format,
            index: None,
        },
        verifies: !arguments.no_verify,
        configuration: arguments.settings.configuration()?,
    };
    let file = name(&arguments.target);
    let finding = inspector.target(&arguments.target)?;
    let document = Document {
        file: &file,
        finding: &finding,
    };
    output::print(arguments.json, &document, || finding.text(&file))?;
    for problem in &finding.problems {
        output::finding(problem);
    }
    Ok(match finding.is_known {
        false => Exit::BadInput,
        true => Exit::verdict(finding.is_good()),
    })
}

impl Inspector {
    fn target(&self, target: &OsStr) -> Result<Inspection> {
        let path = Path::new(target);
        let is_stdin = target == STANDARD_STREAM;
        if !is_stdin && path.is_dir() {
            return self.folder(path);
        }
        if !is_stdin && !path.exists() {
            // Digits on the command line.
            let text = target.to_str().unwrap_or_default();
            if kzg_pipeline::formats::resembles_hex(text.as_bytes()) {
                return self.content(text.as_bytes(), None);
            }
            return Err(bad(name(target), "no such file or folder"));
        }
        let content = Values::new(self.given).whole_content(target)?;
        self.content(&content, (!is_stdin).then_some(path))
    }
}
