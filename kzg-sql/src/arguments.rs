//! The arguments of a call as rows of bytes, lists or text, without copies of blobs.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

/// The arguments of a call for a number of rows.
#[derive(Debug)]
pub(crate) struct Arguments {
    columns: Vec<Argument>,
    rows: usize,
}

/// An argument: a value for each row, or one value for all rows.
#[derive(Debug)]
struct Argument {
    array: ArrayRef,
    is_scalar: bool,
}

impl Arguments {
    /// The arguments of a call. Arguments that are all scalars have one row.
    pub(crate) fn new(values: &[ColumnarValue], rows: usize) -> Result<Self> {
        let all_scalars = values
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let columns = values.iter().map(|value| {
            Ok(match value {
                ColumnarValue::Array(array) => Argument {
                    array: array.clone(),
                    is_scalar: false,
                },
                ColumnarValue::Scalar(scalar) => Argument {
                    array: scalar.to_array_of_size(1)?,
                    is_scalar: true,
                },
            })
        });
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
            rows: if all_scalars { 1 } else { rows },
        })
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The number of arguments.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The same rows without the first argument.
    pub(crate) fn without_first(mut self) -> Self {
        self.columns.remove(0);
        self
    }

    /// The text that an argument has in all rows.
    pub(crate) fn constant_text(&self, index: usize) -> Option<&str> {
        let argument = self.columns.get(index)?;
        (argument.is_scalar && argument.array.is_valid(0)).then_some(())?;
        argument
            .array
            .as_string_opt::<i32>()
            .map(|array| array.value(0))
    }

    /// The rows of a binary argument of any type.
    pub(crate) fn bytes(&self, index: usize) -> Result<Vec<Option<&[u8]>>> {
        let argument = &self.columns[index];
        let array = &argument.array;
        let rows: Vec<Option<&[u8]>> = match array.data_type() {
            DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().iter().collect(),
            DataType::BinaryView => array.as_binary_view().iter().collect(),
            DataType::Binary => array.as_binary::<i32>().iter().collect(),
            DataType::LargeBinary => array.as_binary::<i64>().iter().collect(),
            DataType::Null => vec![None; array.len()],
            other => return exec_err!("argument {}: not binary but {other}", index + 1),
        };
        Ok(self.repeated(argument, rows))
    }

    /// The rows of an argument of text.
    pub(crate) fn text(&self, index: usize) -> Result<Vec<Option<&str>>> {
        let argument = &self.columns[index];
        let rows = match argument.array.data_type() {
            DataType::Utf8 => argument.array.as_string::<i32>().iter().collect(),
            DataType::Null => vec![None; argument.array.len()],
            other => return exec_err!("argument {}: not text but {other}", index + 1),
        };
        Ok(self.repeated(argument, rows))
    }

    /// The rows of an argument of cell indices. A null in a list, or a negative number, becomes the
    /// largest number, which is no index of a cell.
    pub(crate) fn cell_indices(&self, index: usize) -> Result<Vec<Option<Vec<u64>>>> {
        let argument = &self.columns[index];
        if *argument.array.data_type() == DataType::Null {
            return Ok(vec![None; self.rows]);
        }
        let Some(lists) = argument.array.as_list_opt::<i32>() else {
            let other = argument.array.data_type();
            return exec_err!("argument {}: not a list but {other}", index + 1);
        };
        let read = |list: ArrayRef| -> Result<Vec<u64>> {
            if let Some(numbers) = list.as_primitive_opt::<UInt64Type>() {
                return Ok(numbers
                    .iter()
                    .map(|number| number.unwrap_or(u64::MAX))
                    .collect());
            }
            let Some(numbers) = list.as_primitive_opt::<Int64Type>() else {
                return exec_err!("argument {}: not a list of integers", index + 1);
            };
            let numbers = numbers.iter().map(|number| {
                number
                    .and_then(|number| u64::try_from(number).ok())
                    .unwrap_or(u64::MAX)
            });
            Ok(numbers.collect())
        };
        let rows = lists.iter().map(|list| list.map(read).transpose());
        Ok(self.repeated(argument, rows.collect::<Result<_>>()?))
    }

    fn repeated<T: Clone>(&self, argument: &Argument, rows: Vec<T>) -> Vec<T> {
        if argument.is_scalar && self.rows != 1 {
            return rows.iter().cycle().take(self.rows).cloned().collect();
        }
        rows
    }
}
