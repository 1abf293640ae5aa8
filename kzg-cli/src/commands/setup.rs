//! `kzg setup`: trusted setups in files.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use kzg_advanced::{SettingsOptions, SetupError, TrustedSetup};
use kzg_traits::{SetupFormat, SetupSection};
use serde::Serialize;

use crate::backend::{pool, read_setup, threads};
use crate::config::{CheckingSetup, Flags, keys};
use crate::errors::name;
use crate::exit::Exit;
use crate::files::{self, Overwriting};
use crate::output;

#[derive(Args, Debug)]
pub(crate) struct Setup {
    #[command(subcommand)]
    pub(crate) action: SetupAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetupAction {
    /// Show the format, the number of points and the hash of a trusted setup. The points are not
    /// checked.
    Inspect(SetupInspect),
    /// Check every point of a trusted setup, and that all points belong to one secret.
    Verify(SetupVerify),
    /// Write a trusted setup in another format.
    Convert(SetupConvert),
}

#[derive(Args, Debug)]
pub(crate) struct SetupInspect {
    /// The file: c-kzg's text format, the JSON format of the consensus specifications, or the bytes
    /// of the points; mainnet for the setup of Ethereum, - for standard input.
    file: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SetupVerify {
    /// The file: c-kzg's text format, the JSON format of the consensus specifications, or the bytes
    /// of the points; mainnet for the setup of Ethereum, - for standard input.
    file: PathBuf,
    #[command(flatten)]
    settings: Flags<CheckingSetup>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SetupConvert {
    /// The file: c-kzg's text format, the JSON format of the consensus specifications, or the bytes
    /// of the points; mainnet for the setup of Ethereum, - for standard input.
    file: PathBuf,
    /// The format to write.
    #[arg(long, value_name = "FORMAT")]
    to: Form,
    /// The file to write; - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Print one JSON document about the file that was written.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A format on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// c-kzg's text format.
    Text,
    /// The JSON format of the consensus specifications.
    Json,
    /// The compressed points without anything else: 4096 in G1 in Lagrange form, 65 in G2 and 4096
    /// in G1 in monomial form.
    Binary,
}

impl From<Form> for SetupFormat {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Json => Self::Json,
            Form::Binary => Self::Binary,
        }
    }
}

/// The facts about a setup that need no check of its points.
#[derive(Serialize)]
pub(crate) struct SetupFacts {
    pub(crate) format: String,
    pub(crate) bytes: usize,
    pub(crate) g1_lagrange: usize,
    pub(crate) g2_monomial: usize,
    pub(crate) g1_monomial: usize,
    /// The SHA-256 of all compressed points.
    pub(crate) sha256: String,
    pub(crate) is_mainnet: bool,
}

impl SetupFacts {
    pub(crate) fn new(setup: &TrustedSetup, format: &str, bytes: usize) -> Self {
        Self {
            format: format.to_owned(),
            bytes,
            g1_lagrange: SetupSection::G1Lagrange.points(),
            g2_monomial: SetupSection::G2Monomial.points(),
            g1_monomial: SetupSection::G1Monomial.points(),
            sha256: hex::encode_prefixed(setup.sha256()),
            is_mainnet: setup.is_mainnet(),
        }
    }

    /// Lines of a label and a value.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let mainnet = if self.is_mainnet {
            "yes: the setup of Ethereum, from the KZG ceremony of 2023"
        } else {
            "no"
        };
        vec![
            ("format", self.format.clone()),
            (
                "points",
                format!(
                    "{} in G1 in Lagrange form, {} in G2, {} in G1 in monomial form",
                    self.g1_lagrange, self.g2_monomial, self.g1_monomial
                ),
            ),
            (
                "sha256",
                format!("{} (of the compressed points)", self.sha256),
            ),
            ("mainnet", mainnet.to_owned()),
        ]
    }
}

pub(crate) fn inspect(arguments: &SetupInspect) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document {
        file: String,
        #[serde(flatten)]
        facts: SetupFacts,
    }
    let (setup, format, bytes) = read(&arguments.file)?;
    let document = Document {
        file: name(arguments.file.as_os_str()),
        facts: SetupFacts::new(&setup, &format, bytes),
    };
    output::print(arguments.json, &document, || {
        output::fields(&document.facts.lines())
    })?;
    Ok(Exit::Done)
}

pub(crate) fn verify(arguments: &SetupVerify) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document {
        file: String,
        valid: bool,
        is_mainnet: bool,
        backend: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    }
    let (setup, ..) = read(&arguments.file)?;
    let configuration = arguments.settings.configuration()?;
    let backend = configuration.value(&keys::BACKEND).resolve()?;
    let threads = threads(configuration.value(&keys::THREADS));
    let options = SettingsOptions::default().with_threads(pool(threads)?);
    // Loading checks every setup but that of mainnet, which is known by the hash of its points.
    let reason = match kzg_advanced::load(backend.into(), &setup, options) {
        Ok(_) => None,
        // The file is well formed, and its points are not those of a setup.
        Err(
            error @ (SetupError::Point { .. }
            | SetupError::Identity { .. }
            | SetupError::Order { .. }
            | SetupError::Inconsistent { .. }),
        ) => Some(error.to_string()),
        Err(error) => return Err(error.into()),
    };
    let document = Document {
        file: name(arguments.file.as_os_str()),
        valid: reason.is_none(),
        is_mainnet: setup.is_mainnet(),
        backend: backend.name(),
        reason,
    };
    output::print(arguments.json, &document, || match &document.reason {
        None if document.is_mainnet => {
            "valid: the setup of Ethereum mainnet, by the hash of its points".to_owned()
        }
        None => {
            "valid: all points belong to one secret; this is not the setup of mainnet".to_owned()
        }
        Some(reason) => format!("INVALID: {reason}"),
    })?;
    Ok(Exit::verdict(document.valid))
}

pub(crate) fn convert(arguments: &SetupConvert) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document {
        file: String,
        out: String,
        format: String,
        bytes: usize,
    }
    let to_stdout = files::is_stdout(&arguments.out, arguments.json)?;
    if !to_stdout {
        arguments.overwriting.check(&arguments.out)?;
    }
    let (setup, ..) = read(&arguments.file)?;
    let format = SetupFormat::from(arguments.to);
    let content = setup.to_format(format);
    if to_stdout {
        output::print_bytes(&*content)?;
        return Ok(Exit::Done);
    }
    arguments.overwriting.write(&arguments.out, &content)?;
    let document = Document {
        file: name(arguments.file.as_os_str()),
        out: arguments.out.display().to_string(),
        format: format.to_string(),
        bytes: content.len(),
    };
    output::print(arguments.json, &document, || {
        format!(
            "{}: {} bytes, {format} format",
            document.out, document.bytes
        )
    })?;
    Ok(Exit::Done)
}

/// A setup, its format and its length in that format.
fn read(file: &Path) -> Result<(TrustedSetup, String, usize)> {
    if file == Path::new(keys::MAINNET) {
        let setup = TrustedSetup::mainnet();
        return Ok((setup, "embedded".to_owned(), TrustedSetup::BINARY_LENGTH));
    }
    let (setup, format, bytes) = read_setup(file)?;
    Ok((setup, format.to_string(), bytes))
}
