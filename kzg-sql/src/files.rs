//! Names of files in quotes as tables: `SELECT ... FROM 'blobs/*.parquet'`.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use datafusion::catalog::{DynamicFileCatalog, TableProvider, UrlTableFactory};
use datafusion::common::{plan_datafusion_err, plan_err};
use datafusion::datasource::listing::{
    ListingTable, ListingTableConfig, ListingTableConfigExt, ListingTableUrl,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use glob::Pattern;
use object_store::ObjectStoreExt;
use parking_lot::RwLock;
use url::Url;

use crate::stores::dropped_part;

/// Tables over files whose name is given instead of a table's.
///
/// A name is a path or a URL of an object store, of one file, of a folder with a slash at the end, or
/// with a pattern in its last part. A pattern is resolved here into the names of the files, because
/// the engine's plan for a cluster has no place for it.
#[derive(Debug, Default)]
pub struct FileTables {
    state: OnceLock<Weak<RwLock<SessionState>>>,
}

impl FileTables {
    /// The same session with names of files as tables.
    #[must_use]
    pub fn enable(context: SessionContext) -> SessionContext {
        let tables = Arc::new(Self::default());
        let catalogs = context.state().catalog_list().clone();
        let catalogs = DynamicFileCatalog::new(catalogs, tables.clone());
        let session = context.session_id();
        let state = context.into_state_builder();
        let context: SessionContext = state
            .with_session_id(session)
            .with_catalog_list(Arc::new(catalogs))
            .build()
            .into();
        // The cell is new, so that it is empty.
        let _ = tables.state.set(context.state_weak_ref());
        context
    }

    fn state(&self) -> Result<SessionState> {
        let state = self.state.get().and_then(Weak::upgrade);
        let state = state.ok_or_else(|| plan_datafusion_err!("the session has ended"))?;
        Ok(state.read().clone())
    }
}

#[async_trait]
impl UrlTableFactory for FileTables {
    async fn try_new(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        // A name without any of these is that of a table which does not exist.
        if !name.contains(['/', '.', '*']) {
            return Ok(None);
        }
        let state = self.state()?;
        let urls = resolve(&state, name).await?;
        let config = ListingTableConfig::new_with_multi_paths(urls);
        let config = config
            .infer_options(&state)
            .await?
            .infer_schema(&state)
            .await?;
        Ok(Some(Arc::new(ListingTable::try_new(config)?)))
    }
}

/// The files that a name stands for.
async fn resolve(state: &SessionState, name: &str) -> Result<Vec<ListingTableUrl>> {
    let Some((folder, pattern)) = split(name) else {
        return existing(state, name).await.map(|url| vec![url]);
    };
    let pattern =
        Pattern::new(pattern).map_err(|error| plan_datafusion_err!("{name:?}: {error}"))?;
    let folder = whole_url(if folder.is_empty() { "./" } else { folder })?;
    let root = folder.object_store();
    let store = state.runtime_env().object_store(&root)?;
    let mut files: Vec<String> = store
        .list(Some(folder.prefix()))
        .try_filter_map(|file| {
            let inside = file.location.prefix_match(folder.prefix()).map(|parts| {
                let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
                parts.join("/")
            });
            let matches = inside.is_some_and(|inside| pattern.matches_with(&inside, WITHIN_FOLDER));
            let location = (matches && file.size > 0).then(|| file.location.to_string());
            futures::future::ready(Ok(location))
        })
        .try_collect()
        .await?;
    if files.is_empty() {
        return Err(not_found(name, "no file matches"));
    }
    // Object stores list in any order.
    files.sort_unstable();
    let root =
        Url::parse(root.as_str()).map_err(|error| DataFusionError::External(error.into()))?;
    let urls = files.iter().map(|file| {
        let mut url = root.clone();
        url.set_path(&file.replace('%', "%25"));
        ListingTableUrl::try_new(url, None)
    });
    urls.collect()
}

/// The file or the folder with this name. Without a file, the engine's error would be an internal one.
async fn existing(state: &SessionState, name: &str) -> Result<ListingTableUrl> {
    let url = whole_url(name)?;
    let store = state.runtime_env().object_store(url.object_store())?;
    if !url.is_collection() {
        store.head(url.prefix()).await?;
    } else if store.list(Some(url.prefix())).try_next().await?.is_none() {
        return Err(not_found(name, "no file in the folder"));
    }
    Ok(url)
}

/// The URL of a name without a pattern. Its prefix has all of the name.
pub(crate) fn whole_url(name: &str) -> Result<ListingTableUrl> {
    let url = ListingTableUrl::parse(name);
    let url = url.map_err(|error| plan_datafusion_err!("{name:?}: {}", error.strip_backtrace()))?;
    match dropped_part(name, &url) {
        None => Ok(url),
        Some(part) => plan_err!("{name:?} has {part}, which would not be in the name of a file"),
    }
}

fn not_found(name: &str, reason: &'static str) -> DataFusionError {
    let path = name.to_owned();
    let source = reason.into();
    object_store::Error::NotFound { path, source }.into()
}

/// A `*` does not match a slash.
const WITHIN_FOLDER: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The folder of a name with a pattern, and the pattern; `None` for a name without a pattern.
fn split(name: &str) -> Option<(&str, &str)> {
    let first = name.find(['*', '?', '['])?;
    let folder = name[..first].rfind('/').map_or(0, |slash| slash + 1);
    Some(name.split_at(folder))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_pattern_begins_at_the_first_part_with_a_wildcard() {
        let cases = [
            ("blobs/a.parquet", None),
            ("blobs/*.parquet", Some(("blobs/", "*.parquet"))),
            ("*.parquet", Some(("", "*.parquet"))),
            (
                "s3://b/day=*/part-?.parquet",
                Some(("s3://b/", "day=*/part-?.parquet")),
            ),
        ];
        for (name, expected) in cases {
            assert_eq!(split(name), expected, "{name}");
        }
    }
}
