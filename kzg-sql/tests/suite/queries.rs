//! Queries over one table in memory.

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::prelude::SessionContext;
use kzg_datafusion::{Kzg, session};

pub(crate) type Columns = Vec<(&'static str, ArrayRef)>;

/// A session with one table `t`.
pub(crate) fn session_with(kzg: &Kzg, columns: Columns) -> SessionContext {
    let context = session::embedded(kzg, session::config()).expect("a session");
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    context.register_batch("t", batch).expect("a new table");
    context
}

/// The first column of a result.
pub(crate) async fn column(context: &SessionContext, sql: &str) -> ArrayRef {
    let frame = context
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let schema = frame.schema().inner().clone();
    let batches = frame
        .collect()
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batch = datafusion::arrow::compute::concat_batches(&schema, &batches);
    batch.expect("batches of one schema").column(0).clone()
}

pub(crate) async fn bytes(context: &SessionContext, sql: &str) -> Vec<Option<Vec<u8>>> {
    let column = column(context, sql).await;
    let rows = column.as_fixed_size_binary().iter();
    rows.map(|row| row.map(<[u8]>::to_vec)).collect()
}

pub(crate) async fn booleans(context: &SessionContext, sql: &str) -> Vec<Option<bool>> {
    column(context, sql).await.as_boolean().iter().collect()
}

pub(crate) async fn texts(context: &SessionContext, sql: &str) -> Vec<Option<String>> {
    let column = column(context, sql).await;
    column
        .as_string::<i32>()
        .iter()
        .map(|row| row.map(str::to_owned))
        .collect()
}
