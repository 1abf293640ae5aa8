//! The statement `COPY ... TO`: the check of its target, and small row groups for wide rows.

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use kzg_traits::Blob;

use crate::files::whole_url;

/// The bytes of a row group: 32 rows with a blob.
const ROW_GROUP: usize = 32 * Blob::LENGTH;

/// Gives `COPY ... TO` row groups of 4 MiB at most where its rows are wide, unless the query has the
/// option `max_row_group_size`. The statement may be a part of another one, such as `EXPLAIN ANALYZE`.
///
/// By default, a row group has a million rows, and with blobs it would have 128 GiB.
///
/// # Errors
///
/// Errors of the engine.
pub fn bound_row_groups(plan: LogicalPlan) -> Result<LogicalPlan> {
    let bounded = plan.transform_down(|mut node| {
        let LogicalPlan::Copy(copy) = &mut node else {
            return Ok(Transformed::no(node));
        };
        if copy.file_type.get_ext().eq_ignore_ascii_case("parquet") {
            let rows = (ROW_GROUP / width_of_all(copy.input.schema().fields()).max(1)).max(1);
            let option = copy.options.entry("format.max_row_group_size".to_owned());
            if rows < WIDEST_BY_DEFAULT {
                option.or_insert(rows.to_string());
            }
        }
        Ok(Transformed::yes(node))
    });
    Ok(bounded?.data)
}

/// Refuses `COPY ... TO` an address of which the names of the files would lack a part, so that several
/// addresses would name one file.
///
/// # Errors
///
/// An error of the planner.
pub fn check_target(plan: &LogicalPlan) -> Result<()> {
    plan.apply(|node| {
        if let LogicalPlan::Copy(copy) = node {
            whole_url(&copy.output_url)?;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Rows that fit into a row group more often than this keep the engine's default.
const WIDEST_BY_DEFAULT: usize = 8192;

/// The bytes of a value of each field.
fn width_of_all<'a>(fields: impl IntoIterator<Item = &'a FieldRef>) -> usize {
    let widths = fields.into_iter().map(|field| width(field.data_type()));
    widths.fold(0, usize::saturating_add)
}

/// The bytes of a value. A binary value whose length varies is taken for a blob, text for the digits
/// of a blob, and a list for one item or for a blob in many items, whichever is wider.
fn width(data_type: &DataType) -> usize {
    match data_type {
        DataType::FixedSizeBinary(length) => usize::try_from(*length).unwrap_or(0),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Blob::LENGTH,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => 2 * Blob::LENGTH,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::Map(item, _) => width(item.data_type()).max(Blob::LENGTH),
        DataType::FixedSizeList(item, length) => {
            let length = usize::try_from(*length).unwrap_or(0);
            length.saturating_mul(width(item.data_type()))
        }
        DataType::Struct(fields) => width_of_all(fields),
        DataType::Union(fields, _) => width_of_all(fields.iter().map(|(_, field)| field)),
        DataType::Dictionary(_, values) => width(values),
        DataType::RunEndEncoded(_, values) => width(values.data_type()),
        narrow => narrow.primitive_width().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::Field;

    use super::*;

    #[test]
    fn nested_types_are_as_wide_as_what_they_hold() {
        let blob = DataType::FixedSizeBinary(Blob::LENGTH as i32);
        let field = |data_type: &DataType| Arc::new(Field::new("item", data_type.clone(), true));
        let dictionary = |values| DataType::Dictionary(DataType::Int32.into(), Box::new(values));
        let pair = DataType::Struct(vec![field(&blob), field(&DataType::Int64)].into());
        for (data_type, expected) in [
            (DataType::Int64, 8),
            (blob.clone(), Blob::LENGTH),
            (DataType::BinaryView, Blob::LENGTH),
            (DataType::Utf8, 2 * Blob::LENGTH),
            (DataType::LargeUtf8, 2 * Blob::LENGTH),
            (DataType::Utf8View, 2 * Blob::LENGTH),
            (dictionary(DataType::Utf8), 2 * Blob::LENGTH),
            (dictionary(DataType::Int64), 8),
            (pair.clone(), Blob::LENGTH + 8),
            (DataType::new_list(DataType::UInt8, true), Blob::LENGTH),
            (DataType::new_list(pair, true), Blob::LENGTH + 8),
            (DataType::FixedSizeList(field(&blob), 6), 6 * Blob::LENGTH),
            (DataType::FixedSizeList(field(&DataType::Int64), 128), 1024),
        ] {
            assert_eq!(width(&data_type), expected, "{data_type}");
        }
    }
}
