//! The rows of a result on standard output.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{ArrayWriter, JsonArray, WriterBuilder};
use datafusion::arrow::util::pretty::pretty_format_batches;

use crate::args::Query;
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

fn unprinted(error: io::Error) -> Failure {
    Failure::new(Exit::Fault, format!("standard output: {error}"))
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::new(Exit::Fault, format!("standard output: {error}"))
    }
}

/// The schema with binary columns as text.
fn printed_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let data_type = match field.data_type() {
            binary if is_binary(binary) => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(field.name(), data_type, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A batch with binary columns as 0x and hexadecimal digits, of which a table shows some.
fn printed(batch: &RecordBatch, longest: Option<usize>) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            binary if is_binary(binary) => digits(column, longest),
            _ => column.clone(),
        });
    let schema = printed_schema(&batch.schema());
    let rows =
        datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, columns.collect(), &rows)
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    )
}

fn digits(column: &ArrayRef, longest: Option<usize>) -> ArrayRef {
    let text = |bytes: Option<&[u8]>| {
        bytes.map(|bytes| match longest {
            Some(longest) if bytes.len() > longest => {
                format!("0x{}... ({} bytes)", hex::encode(&bytes[..8]), bytes.len())
            }
            _ => format!("0x{}", hex::encode(bytes)),
        })
    };
    let texts: StringArray = match column.data_type() {
        DataType::FixedSizeBinary(_) => column.as_fixed_size_binary().iter().map(text).collect(),
        DataType::BinaryView => column.as_binary_view().iter().map(text).collect(),
        DataType::LargeBinary => column.as_binary::<i64>().iter().map(text).collect(),
        _ => column.as_binary::<i32>().iter().map(text).collect(),
    };
    Arc::new(texts)
}
