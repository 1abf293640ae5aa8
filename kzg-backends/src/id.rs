//! The known backends by name.

use core::fmt;
use core::str::FromStr;

use kzg_traits::SetupError;
use serde::{Deserialize, Serialize};

use crate::functions::BackendFunctions;

/// A backend that this version of the library knows, compiled in or not.
///
/// Parsing ignores case and surrounding white space.
///
/// ```
/// use kzg_backends::BackendId;
///
/// assert_eq!(" BLST\n".parse(), Ok(BackendId::Blst));
/// assert_eq!(BackendId::Blst.to_string(), "blst");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[non_exhaustive]
pub enum BackendId {
    /// blst, the fastest. Feature `blst`.
    Blst,
    /// arkworks, in pure Rust. Feature `arkworks`.
    Arkworks,
    /// Constantine, a library that is loaded at run time. Feature `constantine`.
    Constantine,
}

impl BackendId {
    /// All known backends, in the order in which [`BackendChoice::Auto`](crate::BackendChoice::Auto)
    /// tries them: the order of their speed in the table of README.md that was measured on Zen 4.
    pub const ALL: &'static [Self] = &[Self::Blst, Self::Constantine, Self::Arkworks];

    /// The name of the backend in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blst => "blst",
            Self::Arkworks => "arkworks",
            Self::Constantine => "constantine",
        }
    }

    /// Whether this build contains the backend.
    #[must_use]
    pub fn is_compiled_in(self) -> bool {
        self.functions().is_some()
    }

    /// Checks that the backend can be loaded on this machine.
    ///
    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] with the reason, or the error of the library that the
    /// backend loads, such as [`SetupError::LibraryNotFound`].
    pub fn available(self) -> Result<(), SetupError> {
        (self.compiled_in()?.available)()
    }

    /// The part of the backend that differs between machines: the engine of its bulk arithmetic,
    /// or the library that it has loaded. `None` where nothing differs.
    ///
    /// # Errors
    ///
    /// As [`available`](Self::available).
    pub fn engine(self) -> Result<Option<String>, SetupError> {
        let functions = self.compiled_in()?;
        (functions.available)()?;
        (functions.engine)()
    }

    pub(crate) fn compiled_in(self) -> Result<BackendFunctions, SetupError> {
        self.functions().ok_or_else(|| not_compiled_in(self))
    }
}

/// The error of a backend that this build does not contain.
pub(crate) fn not_compiled_in(id: BackendId) -> SetupError {
    SetupError::BackendUnavailable {
        backend: id.name().to_owned(),
        reason: format!("not compiled in; enable the feature `{id}` of kzg-backends"),
    }
}

impl fmt::Display for BackendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<BackendId> for &'static str {
    fn from(id: BackendId) -> Self {
        id.name()
    }
}

impl TryFrom<String> for BackendId {
    type Error = UnknownBackend;

    fn try_from(text: String) -> Result<Self, UnknownBackend> {
        text.parse()
    }
}

impl FromStr for BackendId {
    type Err = UnknownBackend;

    fn from_str(text: &str) -> Result<Self, UnknownBackend> {
        let name = text.trim();
        let mut known = Self::ALL.iter().copied();
        known
            .find(|id| id.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownBackend {
                name: name.to_owned(),
            })
    }
}

/// The error of a name that no backend has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown backend {name:?}; known: auto, {known}", known = known_names())]
#[non_exhaustive]
pub struct UnknownBackend {
    /// The name, without surrounding white space.
    pub name: String,
}

pub(crate) fn known_names() -> String {
    let names: Vec<&str> = BackendId::ALL.iter().map(|id| id.name()).collect();
    names.join(", ")
}
