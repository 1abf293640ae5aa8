//! The form of a command's blobs, cells and proofs: the format, and the one that is taken of several.

use std::fmt;
use std::ops::Range;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use kzg_pipeline::Encoding;
use kzg_pipeline::formats::{self, Format};

use crate::errors::usage;
use crate::output;

/// The options of a command that reads blobs, cells or proofs.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Given {
    /// The format of the given blobs, cells and proofs: auto to detect the format, or
    /// the name of a format, such as raw, hex, bundle-v2 or blob-sidecars. `kzg convert --help` lists
    /// the names.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "auto",
        hide_possible_values = true,
        value_parser = parser(),
    )]
    pub(crate) input_format: InputFormat,
    /// Take the blob with this index, from 0, of files that hold several, and its commitment and
    /// proofs.
    #[arg(long, value_name = "N")]
    pub(crate) index: Option<usize>,
}

impl Given {
    /// The positions of the chosen blobs of a file that holds `count`: all of them without an index.
    ///
    /// # Errors
    ///
    /// Wrong usage if no blob has the index.
    pub(crate) fn chosen(&self, file: &str, count: usize) -> Result<Range<usize>> {
        match self.index {
            None => Ok(0..count),
            Some(index) if index < count => Ok(index..index + 1),
            Some(index) => {
                let count = output::counted(count as u64, "blob");
                Err(usage(&format!(
                    "--index {index}: {file} holds {count}, and the first has index 0"
                )))
            }
        }
    }

    /// Whether an option differs from its default.
    pub(crate) fn is_set(&self) -> bool {
        self.index.is_some() || !matches!(self.input_format, InputFormat::Auto)
    }
}

/// The format of an input that holds blobs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum InputFormat {
    /// The format that the content shows.
    #[default]
    Auto,
    Named(&'static dyn Format),
}

impl InputFormat {
    /// The format; `None` to detect the format.
    pub(crate) fn format(self) -> Option<&'static dyn Format> {
        match self {
            Self::Auto => None,
            Self::Named(format) => Some(format),
        }
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format().map_or("auto", Format::name))
    }
}

/// Reads the name of a format.
pub(crate) fn name_parser() -> impl TypedValueParser<Value = &'static dyn Format> {
    PossibleValuesParser::new(formats::names())
        .map(|name| formats::by_name(&name).expect("the parser knows these names only"))
}

/// Reads the name of a format, or auto.
pub(crate) fn parser() -> impl TypedValueParser<Value = InputFormat> {
    PossibleValuesParser::new(["auto"].into_iter().chain(formats::names()))
        .map(|name| formats::by_name(&name).map_or(InputFormat::Auto, InputFormat::Named))
}

/// The content of a pipeline's inputs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PipelineInput {
    /// Bytes that are encoded into blobs.
    Bytes(Encoding),
    /// Blobs in a format.
    Blobs(InputFormat),
}

impl fmt::Display for PipelineInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(Encoding::Simple) => f.write_str("bytes"),
            Self::Bytes(encoding) => f.write_str(encoding.codec().name()),
            Self::Blobs(format) => format.fmt(f),
        }
    }
}

/// The encodings of a job, by the name of the format that reads the same bytes.
const ENCODINGS: [(&str, Encoding); 4] = [
    ("bytes", Encoding::Simple),
    ("simple", Encoding::Simple),
    ("op-stack", Encoding::OpStack),
    ("eigenda", Encoding::EigenDa),
];

/// Reads the content of a pipeline's inputs. A job restores the bytes of encodings with one item for
/// each blob; it stores the blobs of every other format.
pub(crate) fn pipeline_parser() -> impl TypedValueParser<Value = PipelineInput> {
    PossibleValuesParser::new(["bytes", "auto"].into_iter().chain(formats::names())).map(|name| {
        let mut encodings = ENCODINGS.iter();
        match (
            encodings.find(|(known, _)| *known == name),
            formats::by_name(&name),
        ) {
            (Some((_, encoding)), _) => PipelineInput::Bytes(*encoding),
            (None, Some(format)) => PipelineInput::Blobs(InputFormat::Named(format)),
            (None, None) => PipelineInput::Blobs(InputFormat::Auto),
        }
    })
}
