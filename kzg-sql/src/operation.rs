//! The computation of each function, apart from the engine's interface.

use core::fmt::Debug;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;

use crate::arguments::Arguments;
use crate::batch::Row;
use crate::operations;
use crate::{Kzg, Reason};

/// A function over rows.
pub(crate) trait Operation: Debug + Send + Sync {
    /// The name of the function in SQL.
    fn name(&self) -> &'static str;

    /// The lists of arguments that the function takes.
    fn signatures(&self) -> &'static [&'static [Parameter]];

    /// The type of the results.
    fn returns(&self) -> DataType;

    /// Whether the engine may evaluate the function while it plans, or leave out evaluations.
    fn volatility(&self) -> Volatility {
        Volatility::Immutable
    }

    /// The results of all rows. The number and the types of the arguments are those of a signature.
    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>>;

    /// The reason why each row is null; `None` if the row has a result or a null among its
    /// arguments. An override is faster where the reasons are known without the results.
    fn reasons(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Option<Reason>>> {
        let rows = self.evaluate(kzg, arguments)?;
        Ok(rows.into_iter().map(|row| row?.err()).collect())
    }
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// The types that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every type of binary columns.
    Binary,
    /// Lists of integers.
    CellIndices,
    /// Text.
    Text,
}

/// A result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Bytes(Vec<u8>),
    Boolean(bool),
    Text(String),
}

impl Parameter {
    pub(crate) const BLOB: Self = Self::binary("blob");
    pub(crate) const COMMITMENT: Self = Self::binary("commitment");
    pub(crate) const PROOF: Self = Self::binary("proof");
    pub(crate) const CELLS: Self = Self::binary("cells");
    pub(crate) const PROOFS: Self = Self::binary("proofs");
    pub(crate) const CELL_INDICES: Self = Self {
        name: "cell_indices",
        kind: Kind::CellIndices,
    };
    pub(crate) const URL: Self = Self {
        name: "url",
        kind: Kind::Text,
    };

    const fn binary(name: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Binary,
        }
    }
}

impl Kind {
    /// The type to which the engine casts an argument; `None` if the type is refused.
    pub(crate) fn coerced(self, given: &DataType) -> Option<DataType> {
        match (self, given) {
            (
                Self::Binary,
                DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
                | DataType::FixedSizeBinary(_),
            ) => Some(given.clone()),
            (Self::Binary, DataType::Null) => Some(DataType::Binary),
            (Self::Binary, DataType::Dictionary(_, values)) => self.coerced(values),
            (
                Self::CellIndices,
                DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _),
            ) if item.data_type().is_integer() || item.data_type().is_null() => {
                // A cast that does not hold every value would fail the whole query.
                let item = match item.data_type() {
                    DataType::UInt64 => DataType::UInt64,
                    _ => DataType::Int64,
                };
                Some(DataType::new_list(item, true))
            }
            (Self::CellIndices, DataType::Null) => Some(DataType::new_list(DataType::Int64, true)),
            (
                Self::Text,
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null,
            ) => Some(DataType::Utf8),
            (Self::Text, DataType::Dictionary(_, values)) => self.coerced(values),
            _ => None,
        }
    }

    /// The types in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::CellIndices => "a list of integers",
            Self::Text => "text",
        }
    }
}

/// All functions but `kzg_error`.
pub(crate) static ALL: &[&dyn Operation] = &[
    &operations::Commitment,
    &operations::BlobProof,
    &operations::Cells,
    &operations::CellProofs,
    &operations::VersionedHash,
    &operations::VerifyBlob,
    &operations::VerifyCells,
    &operations::Recover,
    &operations::BlobOfCells,
    &operations::WriteCells,
];

/// The function of [`ALL`] with this name.
pub(crate) fn by_name(name: &str) -> Option<&'static dyn Operation> {
    ALL.iter()
        .copied()
        .find(|operation| operation.name() == name)
}
