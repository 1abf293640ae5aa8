//! Object stores by URL.

use std::env;
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::{ObjectStoreRegistry, ObjectStoreUrl};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, parse_url_opts};
use tokio::runtime::{Builder, Handle, Runtime};
use url::Url;

/// The object stores of a process, opened when a URL first names them: `file`, and with the feature
/// `cloud` `s3`, `gs`, `az`, `http` and what else the crate object_store knows.
///
/// Credentials and endpoints come from the environment under the names that object_store documents,
/// such as `AWS_ACCESS_KEY_ID` and `AWS_ENDPOINT`.
#[derive(Debug, Default)]
pub struct Stores {
    open: DashMap<String, Arc<dyn ObjectStore>>,
    writer: OnceLock<Writer>,
}

/// An object that `kzg_write_cells` writes.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    store: Arc<dyn ObjectStore>,
    path: Path,
}

/// The reason why an address names no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressFault {
    /// The address is neither a URL nor a path, or its store cannot be opened.
    #[error("{reason}")]
    Engine {
        /// The message of the engine.
        reason: String,
    },
    /// The address ends where the name of an object is expected.
    #[error("{address:?} names a folder, not an object")]
    Folder {
        /// The address.
        address: String,
    },
}

impl From<DataFusionError> for AddressFault {
    fn from(error: DataFusionError) -> Self {
        Self::Engine {
            reason: error.strip_backtrace(),
        }
    }
}

impl Stores {
    /// The object at a URL or at a path of this machine.
    pub(crate) fn object(&self, address: &str) -> Result<Object, AddressFault> {
        let url = ListingTableUrl::parse(address)?;
        let path = url.prefix().clone();
        if url.is_collection() || path.as_ref().is_empty() {
            return Err(AddressFault::Folder {
                address: address.to_owned(),
            });
        }
        let root: ObjectStoreUrl = url.object_store();
        let store = self.get_store(root.as_ref())?;
        Ok(Object { store, path })
    }

    /// Writes an object on the thread for this purpose, and sends the outcome.
    pub(crate) fn write(
        &self,
        object: &Object,
        content: Vec<u8>,
        outcome: Sender<object_store::Result<()>>,
    ) {
        let Some(writer) = self.writer.get_or_init(Writer::start).handle() else {
            // The receiver sees that there is no outcome.
            return;
        };
        let Object { store, path } = object.clone();
        writer.spawn(async move {
            let written = store.put(&path, content.into()).await;
            // A receiver that is gone belongs to a query that has failed.
            let _ = outcome.send(written.map(|_| ()));
        });
    }
}

impl ObjectStoreRegistry for Stores {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.open.insert(root(url), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let root = root(url);
        if let Some(store) = self.open.get(&root) {
            return Ok(store.clone());
        }
        let options = env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?.to_ascii_lowercase();
            Some((name, value.into_string().ok()?))
        });
        // A URL with http asks for an unencrypted connection, which object_store refuses by
        // default.
        let http = (url.scheme() == "http").then(|| ("allow_http".to_owned(), "true".to_owned()));
        let (store, _) = parse_url_opts(url, options.chain(http))
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        // Two threads may open a store at the same time. The first one stays.
        Ok(self.open.entry(root).or_insert(store.into()).clone())
    }
}

/// The part of a URL that names a store.
fn root(url: &Url) -> String {
    url[..url::Position::BeforePath].to_owned()
}

/// The thread that writes objects, because functions of the engine are not asynchronous and the
/// thread that calls them must not wait for its own runtime.
#[derive(Debug)]
struct Writer(Option<Runtime>);

impl Writer {
    /// `None` inside if the system refuses a thread.
    fn start() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("kzg-write-cells")
            .enable_all()
            .build();
        Self(runtime.ok())
    }

    fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Writer {
    /// A runtime must not be dropped on a thread of another runtime, because it waits for its tasks.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
