//! Parquet files with small row groups for wide rows.

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::logical_expr::LogicalPlan;
use kzg_traits::Blob;

/// The bytes of a row group: 32 rows with a blob.
const ROW_GROUP: usize = 32 * Blob::LENGTH;

/// Gives `COPY ... TO` row groups of 4 MiB at most where its rows are wide, unless the query has the
/// option `max_row_group_size`.
///
/// By default, a row group has a million rows, and with blobs it would have 128 GiB.
#[must_use]
pub fn bound_row_groups(mut plan: LogicalPlan) -> LogicalPlan {
    if let LogicalPlan::Copy(copy) = &mut plan
        && copy.file_type.get_ext().eq_ignore_ascii_case("parquet")
    {
        let rows = (ROW_GROUP / width(copy.input.schema().as_arrow()).max(1)).max(1);
        let option = copy.options.entry("format.max_row_group_size".to_owned());
        if rows < WIDEST_BY_DEFAULT {
            option.or_insert(rows.to_string());
        }
    }
    plan
}

/// Rows that fit into a row group more often than this keep the engine's default.
const WIDEST_BY_DEFAULT: usize = 8192;

/// The bytes of a row. A binary column whose length varies is taken for one of blobs.
fn width(schema: &Schema) -> usize {
    let columns = schema.fields().iter().map(|field| match field.data_type() {
        DataType::FixedSizeBinary(width) => usize::try_from(*width).unwrap_or(0),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Blob::LENGTH,
        _ => 0,
    });
    columns.sum()
}
