//! The functions as the engine calls them.

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, FixedSizeBinaryBuilder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::arguments::Arguments;
use crate::batch::Row;
use crate::operation::{ALL, Kind, Operation, Parameter, Value, by_name};
use crate::{Kzg, Reason};

/// Registers all functions in a session.
pub fn register(context: &SessionContext, kzg: &Kzg) {
    for function in functions(kzg) {
        context.register_udf((*function).clone());
    }
}

/// The functions.
///
/// | function | result |
/// |---|---|
/// | `kzg_commitment(blob)` | 48 bytes |
/// | `kzg_blob_proof(blob, commitment)` | 48 bytes |
/// | `kzg_cells(blob)` | 128 cells of 2048 bytes, one after the other |
/// | `kzg_cell_proofs(blob)` | 128 proofs of 48 bytes, one after the other |
/// | `kzg_versioned_hash(commitment)` | 32 bytes |
/// | `kzg_verify_blob(blob, commitment, proof)` | boolean |
/// | `kzg_verify_cells(commitment, cells, proofs)` | boolean, for all 128 cells |
/// | `kzg_verify_cells(commitment, cell_indices, cells, proofs)` | boolean, for some cells |
/// | `kzg_recover(cells)` | all cells; a lost cell is 2048 bytes of 0xff |
/// | `kzg_recover(cell_indices, cells)` | all cells from some |
/// | `kzg_blob(cells)` | the blob of all cells |
/// | `kzg_write_cells(blob, url)` | writes the cells as an object, and returns `written` |
/// | `kzg_error('kzg_...', arguments...)` | why that function is null for these arguments |
/// | `kzg_error(blob)`, `kzg_error(blob, commitment)`, `kzg_error(blob, commitment, proof)` | the same for `kzg_commitment`, `kzg_blob_proof` and `kzg_verify_blob` |
///
/// Arguments are binary columns of any type, and scalars; indices of cells are lists of integers. A
/// null among the arguments gives null.
#[must_use]
pub fn functions(kzg: &Kzg) -> Vec<Arc<ScalarUDF>> {
    let operations = ALL.iter().map(|&operation| {
        ScalarUDF::from(Function {
            kzg: kzg.clone(),
            signature: Signature::user_defined(operation.volatility()),
            operation,
        })
    });
    let error = ScalarUDF::from(ErrorFunction {
        kzg: kzg.clone(),
        signature: Signature::user_defined(Volatility::Immutable),
    });
    operations.chain([error]).map(Arc::new).collect()
}

/// A function of [`ALL`].
#[derive(Debug)]
struct Function {
    operation: &'static dyn Operation,
    kzg: Kzg,
    signature: Signature,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        (self.operation.name(), self.kzg.identity())
            == (other.operation.name(), other.kzg.identity())
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.operation.name(), self.kzg.identity()).hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.operation.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerced(self.operation, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.operation.returns())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::new(&call.args, call.number_rows)?;
        let rows = self.operation.evaluate(&self.kzg, &arguments)?;
        let array = array(&self.operation.returns(), rows)?;
        result(&call, array)
    }
}

/// A scalar if all arguments are scalars.
fn result(call: &ScalarFunctionArgs, array: ArrayRef) -> Result<ColumnarValue> {
    let is_scalar = |value: &ColumnarValue| matches!(value, ColumnarValue::Scalar(_));
    Ok(if call.args.iter().all(is_scalar) {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)
    } else {
        ColumnarValue::Array(array)
    })
}

/// The types to which the engine casts the arguments of an operation.
fn coerced(operation: &dyn Operation, given: &[DataType]) -> Result<Vec<DataType>> {
    let signatures = operation.signatures();
    let Some(parameters) = signatures.iter().find(|list| list.len() == given.len()) else {
        let forms: Vec<String> = signatures
            .iter()
            .map(|list| form(operation, list))
            .collect();
        return plan_err!(
            "{} arguments given; the forms are {}",
            given.len(),
            forms.join(", ")
        );
    };
    let types = parameters.iter().zip(given).map(|(parameter, given)| {
        let Some(coerced) = parameter.kind.coerced(given) else {
            return plan_err!(
                "{}: {} must be {}, not {given}",
                form(operation, parameters),
                parameter.name,
                parameter.kind.words()
            );
        };
        Ok(coerced)
    });
    types.collect()
}

/// A call in words, such as `kzg_recover(cells)`.
fn form(operation: &dyn Operation, parameters: &[Parameter]) -> String {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    format!("{}({})", operation.name(), names.join(", "))
}

fn array(returns: &DataType, rows: Vec<Row<Value>>) -> Result<ArrayRef> {
    let values = rows.into_iter().map(|row| row?.ok());
    Ok(match returns {
        DataType::FixedSizeBinary(width) => {
            let mut builder = FixedSizeBinaryBuilder::with_capacity(values.len(), *width);
            for value in values {
                match value {
                    Some(Value::Bytes(bytes)) => builder.append_value(bytes)?,
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        DataType::Boolean => {
            let values = values.map(|value| match value {
                Some(Value::Boolean(value)) => Some(value),
                _ => None,
            });
            Arc::new(values.collect::<BooleanArray>())
        }
        DataType::Utf8 => {
            let mut builder = StringBuilder::new();
            for value in values {
                match value {
                    Some(Value::Text(text)) => builder.append_value(text),
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        other => return internal_err!("no function returns {other}"),
    })
}

/// `kzg_error`.
#[derive(Debug)]
struct ErrorFunction {
    kzg: Kzg,
    signature: Signature,
}

impl PartialEq for ErrorFunction {
    fn eq(&self, other: &Self) -> bool {
        self.kzg.identity() == other.kzg.identity()
    }
}

impl Eq for ErrorFunction {}

impl Hash for ErrorFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kzg.identity().hash(state);
    }
}

impl ScalarUDFImpl for ErrorFunction {
    fn name(&self) -> &str {
        "kzg_error"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if let Some(function) = unnamed(given.first(), given.len()) {
            return coerced(function, given);
        }
        // The function is known when the call is evaluated. Until then, the types of its arguments
        // can only be brought into the form that each function reads. A null has no type yet, because
        // the kind of its parameter is not known.
        let kinds = [Kind::Binary, Kind::CellIndices, Kind::Text];
        let types = given.iter().map(|given| match given {
            DataType::Null => Ok(DataType::Null),
            given => match kinds.iter().find_map(|kind| kind.coerced(given)) {
                Some(coerced) => Ok(coerced),
                None => plan_err!("kzg_error: no KZG function takes {given}"),
            },
        });
        types.collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::new(&call.args, call.number_rows)?;
        let first = call.args.first().map(ColumnarValue::data_type);
        let (operation, arguments) = match unnamed(first.as_ref(), call.args.len()) {
            Some(operation) => (operation, arguments),
            None => (named(&arguments)?, arguments.without_first()),
        };
        let types: Vec<DataType> = call.args.iter().map(ColumnarValue::data_type).collect();
        coerced(operation, &types[types.len() - arguments.len()..])?;
        let reasons = operation.reasons(&self.kzg, &arguments)?;
        let texts = reasons
            .iter()
            .map(|reason| reason.as_ref().map(Reason::to_string));
        result(&call, Arc::new(texts.collect::<StringArray>()))
    }
}

/// The function that is meant by a number of arguments of which the first is no name.
fn unnamed(first: Option<&DataType>, count: usize) -> Option<&'static dyn Operation> {
    let is_name = first? != &DataType::Null && Kind::Text.coerced(first?).is_some();
    if is_name {
        return None;
    }
    by_name(match count {
        1 => "kzg_commitment",
        2 => "kzg_blob_proof",
        3 => "kzg_verify_blob",
        _ => return None,
    })
}

/// The function that the first argument names.
fn named(arguments: &Arguments) -> Result<&'static dyn Operation> {
    let Some(name) = arguments.constant_text(0) else {
        return plan_err!("kzg_error: the first of several arguments is the name of a function");
    };
    match by_name(name) {
        Some(operation) => Ok(operation),
        None => plan_err!("kzg_error: no KZG function is called {name:?}"),
    }
}
