//! `KzgSettings`: loading a trusted setup, and identity.

use std::ffi::CStr;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;

use kzg_backends::kzg_traits;
use kzg_backends::{
    BackendChoice, C_KZG_MAX_PRECOMPUTE, SettingsOptions, SetupError, TrustedSetup,
    c_kzg_precompute, load_shared,
};

use crate::error::Error;
use crate::last_error;

/// A loaded trusted setup, with c-kzg's calls.
///
/// Loading takes milliseconds, and microseconds for the mainnet setup when a program loads it again:
/// all settings of the mainnet setup share their data. Tables are built by the first call that
/// commits or proves. `precompute` chooses their memory: 8 and below
/// [`Precompute::SMALL`](kzg_traits::Precompute::SMALL), above
/// [`Precompute::LARGE`](kzg_traits::Precompute::LARGE).
///
/// Two values are equal only if they are the same settings, as in c-kzg.
pub struct KzgSettings {
    inner: Arc<dyn kzg_traits::KzgSettings>,
}

impl KzgSettings {
    /// Loads a setup from compressed points, one after the other: 4096 G1 points in monomial form,
    /// 4096 G1 points in Lagrange form in natural order, and 65 G2 points in monomial form.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTrustedSetup`] for another number of bytes, points that are not valid or not
    /// of one secret, or a `precompute` above 15.
    pub fn load_trusted_setup(
        g1_monomial_bytes: &[u8],
        g1_lagrange_bytes: &[u8],
        g2_monomial_bytes: &[u8],
        precompute: u64,
    ) -> Result<Self, Error> {
        TrustedSetup::from_compressed(g1_lagrange_bytes, g2_monomial_bytes, g1_monomial_bytes)
            .map_err(invalid)
            .and_then(|setup| Self::load(&setup, precompute))
    }

    /// Loads a setup from a file in c-kzg's text format or the JSON format of the consensus
    /// specifications.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTrustedSetup`] if the file cannot be read or its content is not valid, or for
    /// a `precompute` above 15.
    #[cfg(feature = "std")]
    pub fn load_trusted_setup_file(
        file_path: &std::path::Path,
        precompute: u64,
    ) -> Result<Self, Error> {
        TrustedSetup::load_file(file_path)
            .map_err(invalid)
            .and_then(|setup| Self::load(&setup, precompute))
    }

    /// As [`load_trusted_setup_file_inner`](Self::load_trusted_setup_file_inner).
    ///
    /// # Errors
    ///
    /// As [`load_trusted_setup_file_inner`](Self::load_trusted_setup_file_inner).
    #[cfg(not(feature = "std"))]
    pub fn load_trusted_setup_file(file_path: &CStr, precompute: u64) -> Result<Self, Error> {
        Self::load_trusted_setup_file_inner(file_path, precompute)
    }

    /// Loads a setup from a file whose path is a C string.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTrustedSetup`] if the file cannot be read or its content is not valid, or for
    /// a `precompute` above 15.
    pub fn load_trusted_setup_file_inner(file_path: &CStr, precompute: u64) -> Result<Self, Error> {
        TrustedSetup::load_file(path(file_path)?)
            .map_err(invalid)
            .and_then(|setup| Self::load(&setup, precompute))
    }

    /// Loads a setup from c-kzg's text format.
    ///
    /// # Errors
    ///
    /// [`Error::LoadingTrustedSetupFailed`] for text of another format;
    /// [`Error::InvalidTrustedSetup`] for points that are not valid or not of one secret, or a
    /// `precompute` above 15.
    pub fn parse_kzg_trusted_setup(trusted_setup: &str, precompute: u64) -> Result<Self, Error> {
        match TrustedSetup::from_text(trusted_setup) {
            Ok(setup) => Self::load(&setup, precompute),
            Err(error) => {
                let text = Error::of_text(&error);
                last_error::keep(Some(error.into()));
                Err(text)
            }
        }
    }

    /// The settings behind these, with every operation of [`kzg_traits::KzgSettings`]:
    /// verdicts on each item, many blobs in one call, proofs without cells, cells without proofs.
    /// The functions of [`views`](crate::views) convert the arguments.
    #[must_use]
    pub fn inner(&self) -> &Arc<dyn kzg_traits::KzgSettings> {
        &self.inner
    }

    pub(crate) fn load(setup: &TrustedSetup, precompute: u64) -> Result<Self, Error> {
        let budget = c_kzg_precompute(precompute).ok_or_else(|| {
            last_error::keep(None);
            Error::InvalidTrustedSetup(format!(
                "precompute {precompute} is above {C_KZG_MAX_PRECOMPUTE}"
            ))
        })?;
        let options = SettingsOptions::default().with_precompute(budget);
        load_shared(BackendChoice::Auto, setup, options)
            .map(Self::from)
            .map_err(invalid)
    }
}

/// Any settings, for example a stack of layers, as c-kzg's.
impl From<Arc<dyn kzg_traits::KzgSettings>> for KzgSettings {
    fn from(inner: Arc<dyn kzg_traits::KzgSettings>) -> Self {
        Self { inner }
    }
}

fn invalid(error: SetupError) -> Error {
    let text = error.to_string();
    last_error::keep(Some(error.into()));
    Error::InvalidTrustedSetup(text)
}

#[cfg(unix)]
fn path(path: &CStr) -> Result<PathBuf, Error> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(path.to_bytes()).into())
}

#[cfg(not(unix))]
fn path(path: &CStr) -> Result<PathBuf, Error> {
    path.to_str().map(PathBuf::from).map_err(|_| {
        last_error::keep(None);
        Error::InvalidTrustedSetup(format!("the path {path:?} is not UTF-8"))
    })
}

impl fmt::Debug for KzgSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KzgSettings")
            .field("backend", &self.inner.backend())
            .field("address", &self.address())
            .finish()
    }
}

impl KzgSettings {
    fn address(&self) -> *const () {
        Arc::as_ptr(&self.inner).cast()
    }
}

impl PartialEq for KzgSettings {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for KzgSettings {}

// As in c-kzg. An operation that panics leaves the settings as they were: it changes nothing but the
// tables that it builds, and tables are entered when they are complete.
impl UnwindSafe for KzgSettings {}
impl RefUnwindSafe for KzgSettings {}

impl Hash for KzgSettings {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}
