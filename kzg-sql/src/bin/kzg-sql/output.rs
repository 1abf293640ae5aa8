//! The one place that prints: results on standard output, messages on standard error.

use core::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{ArrayWriter, JsonArray, WriterBuilder};
use datafusion::arrow::util::pretty::pretty_format_batches;

use crate::args::Query;
use crate::digits::{printed, printed_schema};
use crate::exit::{Exit, Failure};

type Output = BufWriter<StdoutLock<'static>>;

/// Prints record batches as they come; a table needs all of them.
pub(crate) enum Printer {
    Table {
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    },
    Csv(Box<csv::Writer<Output>>, SchemaRef, bool),
    Json(Box<ArrayWriter<Output>>),
}

/// The length of a value, in bytes, that a table shows as a whole: a commitment or a proof.
const WHOLE_IN_TABLE: usize = 48;

impl Printer {
    /// A printer of rows with this schema.
    ///
    /// # Errors
    ///
    /// Wrong usage if comma-separated values have no form for a column.
    pub(crate) fn new(arguments: &Query, schema: SchemaRef) -> Result<Self, Failure> {
        let output = BufWriter::new(io::stdout().lock());
        let schema = printed_schema(&schema);
        if arguments.csv {
            let mut fields = schema.fields().iter();
            if let Some(field) = fields.find(|field| field.data_type().is_nested()) {
                let (name, data_type) = (field.name(), field.data_type());
                let message = format!("--csv: the column {name:?} is nested, {data_type}");
                return Err(Failure::new(Exit::Usage, message));
            }
        }
        Ok(if arguments.json {
            let builder = WriterBuilder::new().with_explicit_nulls(true);
            Self::Json(Box::new(builder.build::<_, JsonArray>(output)))
        } else if arguments.csv {
            Self::Csv(
                Box::new(csv::WriterBuilder::new().build(output)),
                schema,
                false,
            )
        } else {
            let batches = Vec::new();
            Self::Table { schema, batches }
        })
    }

    pub(crate) fn print(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        match self {
            Self::Table { batches, .. } => batches.push(printed(batch, Some(WHOLE_IN_TABLE))?),
            Self::Csv(writer, _, any) => {
                writer.write(&printed(batch, None)?)?;
                *any = true;
            }
            Self::Json(writer) => writer.write(&printed(batch, None)?)?,
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), Failure> {
        let mut output = match self {
            Self::Table {
                schema,
                mut batches,
            } => {
                // Without rows, the table has its header.
                batches.push(RecordBatch::new_empty(schema));
                let mut output = BufWriter::new(io::stdout().lock());
                writeln!(output, "{}", pretty_format_batches(&batches)?).map_err(unprinted)?;
                output
            }
            Self::Csv(mut writer, schema, any) => {
                if !any {
                    writer.write(&RecordBatch::new_empty(schema))?;
                }
                writer.into_inner()
            }
            Self::Json(mut writer) => {
                writer.finish()?;
                let mut output = writer.into_inner();
                writeln!(output).map_err(unprinted)?;
                output
            }
        };
        output.flush().map_err(unprinted)
    }
}

/// Prints a result that is text, and ends the line.
///
/// # Errors
///
/// A fault if standard output cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    let written = writeln!(output, "{text}").and_then(|()| output.flush());
    written.map_err(unprinted)
}

/// Prints the help text or the version, or the message about wrong usage.
///
/// # Errors
///
/// As [`print()`].
pub(crate) fn print_parser_message(message: &clap::Error) -> Result<Exit, Failure> {
    let written = message.print();
    if message.use_stderr() {
        // The exit code reports wrong usage in any case.
        return Ok(Exit::Usage);
    }
    let written = written.and_then(|()| io::stdout().flush());
    written.map(|()| Exit::Done).map_err(unprinted)
}

/// Prints a message on standard error. The exit code tells of it too, so that a message that cannot
/// be written changes nothing.
pub(crate) fn message(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn unprinted(error: io::Error) -> Failure {
    Failure::new(Exit::Fault, format!("standard output: {error}"))
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::new(Exit::Fault, format!("standard output: {error}"))
    }
}
