//! Object stores by URL.

use std::env;
use std::ffi::OsString;
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use datafusion::common::config_err;
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
/// Credentials and endpoints come from the variables of the environment whose names begin with `AWS_`,
/// `GOOGLE_` or `AZURE_`. The names are those that object_store documents, such as
/// `AWS_ACCESS_KEY_ID` and `AWS_ENDPOINT`.
#[derive(Debug, Default)]
pub struct Stores {
    /// The stores that the engine uses.
    open: DashMap<String, Arc<dyn ObjectStore>>,
    /// The stores that the thread for writing uses. A client over a network is not that of `open`: its
    /// idle connections would belong to threads of the engine, which wait until the object is written.
    open_for_writer: DashMap<String, Arc<dyn ObjectStore>>,
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
    /// The name of the object would lack a part of the address, so that several addresses would name
    /// one object.
    #[error("{address:?} has {part}, which would not be in the name of the object")]
    Dropped {
        /// The address.
        address: String,
        /// The first such part.
        part: DroppedPart,
    },
}

/// A part of an address that is in no name of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DroppedPart {
    /// A question mark in a URL, and what follows it.
    #[error("a query (write ? as %3F)")]
    Query,
    /// A number sign in a URL, and what follows it.
    #[error("a fragment (write # as %23)")]
    Fragment,
    /// White space that parsers of URLs remove.
    #[error("white space at an end, a tab or a line break")]
    WhiteSpace,
    /// The part of a path from the first folder or file with a wildcard on.
    #[error("a pattern")]
    Pattern,
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
        if let Some(part) = dropped_part(address, &url) {
            return Err(AddressFault::Dropped {
                address: address.to_owned(),
                part,
            });
        }
        let path = url.prefix().clone();
        if url.is_collection() || path.as_ref().is_empty() {
            return Err(AddressFault::Folder {
                address: address.to_owned(),
            });
        }
        let root: ObjectStoreUrl = url.object_store();
        let store = self.store_for_writer(root.as_ref())?;
        Ok(Object { store, path })
    }

    /// The store at a URL for the thread that writes objects.
    fn store_for_writer(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let root = root(url);
        if let Some(store) = self.open_for_writer.get(&root) {
            return Ok(store.clone());
        }
        // These two have no connections, and objects in memory are those of one store.
        let store = match url.scheme() {
            "file" | "memory" => self.get_store(url)?,
            _ => open(url)?,
        };
        Ok(self.open_for_writer.entry(root).or_insert(store).clone())
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
        self.open_for_writer.insert(root(url), store.clone());
        self.open.insert(root(url), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let root = root(url);
        if let Some(store) = self.open.get(&root) {
            return Ok(store.clone());
        }
        let store = open(url)?;
        // Two threads may open a store at the same time. The first one stays.
        Ok(self.open.entry(root).or_insert(store).clone())
    }
}

/// Opens the store at a URL. Nothing is sent to it.
fn open(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    let options = options(env::vars_os());
    // A URL with http asks for an unencrypted connection, which object_store refuses by default.
    let http = (url.scheme() == "http").then(|| ("allow_http".to_owned(), "true".to_owned()));
    match parse_url_opts(url, options.chain(http)) {
        Ok((store, _)) => Ok(store.into()),
        // The URL or a variable of the environment is wrong.
        Err(error) => config_err!("{error}"),
    }
}

/// The beginnings of the names of variables for object stores.
const PREFIXES: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// The options of object stores among the variables of an environment.
///
/// object_store takes the same options without a prefix, such as `token` and `timeout`. In an
/// environment, a variable of such a name belongs to any program.
fn options(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (String, String)> {
    variables.filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let is_option = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        is_option.then_some(())?;
        Some((name.to_ascii_lowercase(), value.into_string().ok()?))
    })
}

/// The first part of an address that the prefix of its URL lacks.
pub(crate) fn dropped_part(address: &str, parsed: &ListingTableUrl) -> Option<DroppedPart> {
    let url: &Url = parsed.as_ref();
    // The engine takes any other address for a path, and keeps the white space of a path.
    let is_url = !std::path::Path::new(address).is_absolute() && Url::parse(address).is_ok();
    let trimmed = address.trim_matches(|character: char| character <= ' ');
    let has_removed = trimmed != address || address.contains(['\t', '\n', '\r']);
    if parsed.get_glob().is_some() {
        Some(DroppedPart::Pattern)
    } else if url.query().is_some() {
        Some(DroppedPart::Query)
    } else if url.fragment().is_some() {
        Some(DroppedPart::Fragment)
    } else {
        (is_url && has_removed).then_some(DroppedPart::WhiteSpace)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_for_object_stores_are_options() {
        let variables = [
            ("AWS_ACCESS_KEY_ID", "a"),
            ("GOOGLE_SERVICE_ACCOUNT", "b"),
            ("AZURE_STORAGE_ACCOUNT_NAME", "c"),
            ("TOKEN", "secret"),
            ("TIMEOUT", "30"),
            ("ENDPOINT", "http://localhost"),
            ("region", "here"),
            ("MY_AWS_TOKEN", "secret"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let options: Vec<_> = options(variables.into_iter()).collect();
        let expected = [
            ("aws_access_key_id", "a"),
            ("google_service_account", "b"),
            ("azure_storage_account_name", "c"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(options, expected);
    }

    /// Whether the engine and the thread for writing use one store at a URL.
    fn is_shared(stores: &Stores, address: &str) -> bool {
        let url = Url::parse(address).expect(address);
        let read = stores.get_store(&url).expect(address);
        let object = stores.object(address).expect(address);
        Arc::ptr_eq(&read, &object.store)
    }

    #[test]
    fn stores_without_connections_and_registered_ones_are_shared_with_the_writer() {
        let stores = Stores::default();
        for address in ["memory:///a", "file:///a"] {
            assert!(is_shared(&stores, address), "{address}");
        }
        let registered = "kept://host/a";
        let store = Arc::new(object_store::memory::InMemory::new());
        let url = Url::parse(registered).expect("a URL");
        stores.register_store(&url, store);
        assert!(is_shared(&stores, registered));
    }

    #[cfg(feature = "cloud")]
    #[test]
    fn a_client_over_a_network_is_not_shared_with_the_writer() {
        let stores = Stores::default();
        for address in ["http://127.0.0.1/a", "s3://bucket/a"] {
            assert!(!is_shared(&stores, address), "{address}");
            // All objects of a store have one client.
            let client = || stores.object(address).expect(address).store;
            assert!(Arc::ptr_eq(&client(), &client()), "{address}");
        }
    }

    #[test]
    fn an_address_of_which_a_part_would_be_dropped_names_no_object() {
        let stores = Stores::default();
        for (address, part) in [
            ("memory:///a#1", DroppedPart::Fragment),
            ("memory:///a#", DroppedPart::Fragment),
            ("memory:///a?1", DroppedPart::Query),
            ("file:///cells/a?1#2", DroppedPart::Query),
            ("memory:///a ", DroppedPart::WhiteSpace),
            (" memory:///a", DroppedPart::WhiteSpace),
            ("memory:///a\tb", DroppedPart::WhiteSpace),
            ("memory:///a\nb", DroppedPart::WhiteSpace),
            ("/cells/a[1]", DroppedPart::Pattern),
            ("cells/a?1", DroppedPart::Pattern),
        ] {
            let fault = stores.object(address).expect_err(address);
            let address = address.to_owned();
            assert_eq!(fault, AddressFault::Dropped { address, part });
        }
    }

    #[test]
    fn a_url_is_decoded_and_a_path_is_not() {
        let stores = Stores::default();
        for (address, expected) in [
            ("memory:///a b", "a b"),
            ("memory:///%41", "A"),
            ("memory:///a%231", "a#1"),
            ("memory:///a%3F1", "a?1"),
            ("memory:///a%2541", "a%41"),
            ("/cells/a#1", "cells/a#1"),
            ("/cells/%41", "cells/%41"),
            ("/cells/a ", "cells/a "),
        ] {
            let object = stores.object(address).expect(address);
            assert_eq!(object.path.as_ref(), expected, "{address}");
        }
    }
}
