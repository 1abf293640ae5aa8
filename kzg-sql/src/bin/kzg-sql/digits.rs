//! Bytes as text: 0x and hexadecimal digits.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeListArray, GenericListArray, MapArray, OffsetSizeTrait,
    RecordBatch, RecordBatchOptions, StringArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;

/// The schema with text in place of bytes.
pub(crate) fn printed_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter();
    let fields =
        fields.map(|field| Field::new(field.name(), printed_type(field.data_type()), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A batch with 0x and hexadecimal digits in place of bytes. Values of more bytes than `longest` are
/// shortened.
pub(crate) fn printed(
    batch: &RecordBatch,
    longest: Option<usize>,
) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter();
    let columns = columns.map(|column| printed_array(column, longest));
    let columns = columns.collect::<Result<_, _>>()?;
    let schema = printed_schema(&batch.schema());
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, columns, &rows)
}

/// The type with text in place of bytes, at any depth. A type without bytes stays as it is.
fn printed_type(data_type: &DataType) -> DataType {
    if let Some(plain) = plain(data_type) {
        let printed = printed_type(&plain);
        return if printed == plain {
            data_type.clone()
        } else {
            printed
        };
    }
    match data_type {
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => DataType::Utf8,
        DataType::List(item) => DataType::List(printed_field(item)),
        DataType::LargeList(item) => DataType::LargeList(printed_field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(printed_field(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(printed_field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(printed_field(entries), *sorted),
        other => other.clone(),
    }
}

fn printed_field(field: &FieldRef) -> FieldRef {
    let data_type = printed_type(field.data_type());
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// The type of the same values without dictionaries, runs and views of lists.
fn plain(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Dictionary(_, value) => Some(value.as_ref().clone()),
        DataType::RunEndEncoded(_, values) => Some(values.data_type().clone()),
        DataType::ListView(item) => Some(DataType::List(item.clone())),
        DataType::LargeListView(item) => Some(DataType::LargeList(item.clone())),
        _ => None,
    }
}

/// An array of the printed type.
fn printed_array(array: &ArrayRef, longest: Option<usize>) -> Result<ArrayRef, ArrowError> {
    let printed = printed_type(array.data_type());
    if printed == *array.data_type() {
        return Ok(array.clone());
    }
    if let Some(plain) = plain(array.data_type()) {
        return printed_array(&cast(array, &plain)?, longest);
    }
    Ok(match printed {
        DataType::List(item) => Arc::new(printed_list::<i32>(array.as_list(), item, longest)?),
        DataType::LargeList(item) => Arc::new(printed_list::<i64>(array.as_list(), item, longest)?),
        DataType::FixedSizeList(item, size) => {
            let list = array.as_fixed_size_list();
            let (values, nulls) = (
                printed_array(list.values(), longest)?,
                list.nulls().cloned(),
            );
            let length = list.len();
            Arc::new(FixedSizeListArray::try_new_with_length(
                item, size, values, nulls, length,
            )?)
        }
        DataType::Struct(fields) => {
            let parts = array.as_struct();
            let columns = parts.columns().iter();
            let columns = columns.map(|column| printed_array(column, longest));
            let columns = columns.collect::<Result<_, _>>()?;
            let (nulls, length) = (parts.nulls().cloned(), parts.len());
            Arc::new(StructArray::try_new_with_length(
                fields, columns, nulls, length,
            )?)
        }
        DataType::Map(entries, sorted) => {
            let map = array.as_map();
            let (start, length, offsets) = used(map.offsets());
            let pairs: ArrayRef = Arc::new(map.entries().slice(start, length));
            let pairs = printed_array(&pairs, longest)?.as_struct().clone();
            let nulls = map.nulls().cloned();
            Arc::new(MapArray::try_new(entries, offsets, pairs, nulls, sorted)?)
        }
        _ => digits(array, longest),
    })
}

fn printed_list<O: OffsetSizeTrait>(
    list: &GenericListArray<O>,
    item: FieldRef,
    longest: Option<usize>,
) -> Result<GenericListArray<O>, ArrowError> {
    let (start, length, offsets) = used(list.offsets());
    let values = printed_array(&list.values().slice(start, length), longest)?;
    GenericListArray::try_new(item, offsets, values, list.nulls().cloned())
}

/// The place of the values that these offsets cover, the number of them, and the offsets in them
/// alone. A part of an array shares the values of all its rows.
fn used<O: OffsetSizeTrait>(offsets: &OffsetBuffer<O>) -> (usize, usize, OffsetBuffer<O>) {
    let start = offsets[0].as_usize();
    let end = offsets[offsets.len() - 1].as_usize();
    let from_zero = OffsetBuffer::from_lengths(offsets.lengths());
    (start, end - start, from_zero)
}

fn digits(bytes: &ArrayRef, longest: Option<usize>) -> ArrayRef {
    let text = |bytes: Option<&[u8]>| {
        bytes.map(|bytes| match longest {
            Some(longest) if bytes.len() > longest => {
                format!("0x{}... ({} bytes)", hex::encode(&bytes[..8]), bytes.len())
            }
            _ => format!("0x{}", hex::encode(bytes)),
        })
    };
    let texts: StringArray = match bytes.data_type() {
        DataType::FixedSizeBinary(_) => bytes.as_fixed_size_binary().iter().map(text).collect(),
        DataType::BinaryView => bytes.as_binary_view().iter().map(text).collect(),
        DataType::LargeBinary => bytes.as_binary::<i64>().iter().map(text).collect(),
        _ => bytes.as_binary::<i32>().iter().map(text).collect(),
    };
    Arc::new(texts)
}
