//! The known backends: which are compiled in, which can run here, and loading one by a value.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

#[cfg(any(feature = "blst", feature = "arkworks", feature = "constantine"))]
use kzg_traits::Backend;
use kzg_traits::{KzgSettings, SettingsOptions, SetupError, TrustedSetup};
use serde::{Deserialize, Serialize};

/// A backend that this version of the library knows, compiled in or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BackendId {
    /// blst: the fast one. Feature `blst`.
    Blst,
    /// arkworks: pure Rust. Feature `arkworks`.
    Arkworks,
    /// Constantine: a library that is loaded at run time. Feature `constantine`.
    Constantine,
}

impl BackendId {
    /// All known backends, the fastest first: as measured, blst takes less than half of
    /// Constantine's time, and Constantine two thirds of arkworks' but for the proofs of cells,
    /// where the two are equal.
    pub const ALL: &'static [Self] = &[Self::Blst, Self::Constantine, Self::Arkworks];

    /// The name that people and programs choose it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blst => "blst",
            Self::Arkworks => "arkworks",
            Self::Constantine => "constantine",
        }
    }

    /// Whether this build of the library contains it.
    #[must_use]
    pub fn is_compiled_in(self) -> bool {
        self.entry().is_some()
    }

    /// Whether it can be loaded here.
    ///
    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] with the reason, or what is wrong with the library that
    /// it loads, such as [`SetupError::LibraryNotFound`].
    pub fn available(self) -> Result<(), SetupError> {
        (self.compiled_in()?.available)()
    }

    /// What it runs on, where that differs between machines: the engine of its arithmetic in bulk,
    /// or the library that it has loaded and what that offers.
    ///
    /// # Errors
    ///
    /// As [`available`](Self::available).
    pub fn engine(self) -> Result<Option<String>, SetupError> {
        (self.compiled_in()?.engine)()
    }

    fn compiled_in(self) -> Result<Entry, SetupError> {
        self.entry().ok_or_else(|| SetupError::BackendUnavailable {
            backend: self.name().to_owned(),
            reason: format!("not compiled in; enable the feature `{self}` of kzg-backends"),
        })
    }

    /// The one place that names backend crates.
    fn entry(self) -> Option<Entry> {
        match self {
            #[cfg(feature = "blst")]
            Self::Blst => Some(Entry {
                available: kzg_blst::Blst::available,
                engine: || Ok(kzg_blst::Blst::engine().map(str::to_owned)),
                load: |setup, options| {
                    Ok(Arc::new(kzg_traits::Settings::<kzg_blst::Blst>::load(
                        setup, options,
                    )?))
                },
            }),
            #[cfg(not(feature = "blst"))]
            Self::Blst => None,
            #[cfg(feature = "arkworks")]
            Self::Arkworks => Some(Entry {
                available: kzg_arkworks::Arkworks::available,
                engine: || Ok(None),
                load: kzg_arkworks::load,
            }),
            #[cfg(not(feature = "arkworks"))]
            Self::Arkworks => None,
            #[cfg(feature = "constantine")]
            Self::Constantine => Some(Entry {
                available: kzg_constantine::Constantine::available,
                engine: || Ok(Some(kzg_constantine::Constantine::load()?.to_string())),
                load: kzg_constantine::load,
            }),
            #[cfg(not(feature = "constantine"))]
            Self::Constantine => None,
        }
    }
}

/// The error about a backend that this build does not contain.
pub(crate) fn not_compiled_in(id: BackendId) -> SetupError {
    SetupError::BackendUnavailable {
        backend: id.name().to_owned(),
        reason: format!("not compiled in; enable the feature `{id}` of kzg-backends"),
    }
}

/// What loading a trusted setup gives.
type LoadResult = Result<Arc<dyn KzgSettings>, SetupError>;

/// What a backend that is compiled in can be asked for.
struct Entry {
    available: fn() -> Result<(), SetupError>,
    engine: fn() -> Result<Option<String>, SetupError>,
    load: fn(&TrustedSetup, SettingsOptions) -> LoadResult,
}

impl fmt::Display for BackendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for BackendId {
    type Err = UnknownBackend;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|id| id.name() == text)
            .ok_or_else(|| UnknownBackend(text.to_owned()))
    }
}

/// A name that is no backend's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown backend {0:?}; known: {known}", known = known_names())]
pub struct UnknownBackend(pub String);

fn known_names() -> String {
    let names: Vec<&str> = BackendId::ALL.iter().map(|id| id.name()).collect();
    names.join(", ")
}

/// A user's choice of backend: a certain one, or the fastest that can run here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BackendChoice {
    /// The first of [`BackendId::ALL`] that is available.
    #[default]
    Auto,
    /// This one or an error.
    Fixed(BackendId),
}

impl BackendChoice {
    /// The backend that the choice means here.
    ///
    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] if it is not available, or for
    /// [`Auto`](Self::Auto) if none is.
    pub fn resolve(self) -> Result<BackendId, SetupError> {
        match self {
            Self::Fixed(id) => id.available().map(|()| id),
            Self::Auto => {
                let mut known = BackendId::ALL.iter().copied();
                known.find(|id| id.available().is_ok()).ok_or_else(|| {
                    SetupError::BackendUnavailable {
                        backend: "auto".to_owned(),
                        reason: format!(
                            "none of {} is compiled in and runs here; enable a feature of \
                             kzg-backends",
                            known_names()
                        ),
                    }
                })
            }
        }
    }
}

impl From<BackendId> for BackendChoice {
    fn from(id: BackendId) -> Self {
        Self::Fixed(id)
    }
}

impl fmt::Display for BackendChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Fixed(id) => id.fmt(f),
        }
    }
}

impl FromStr for BackendChoice {
    type Err = UnknownBackend;

    /// Reads `auto` or a backend's name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            name => name.parse().map(Self::Fixed),
        }
    }
}

/// What is known about a backend in this program on this machine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BackendStatus {
    /// Which backend.
    pub id: BackendId,
    /// Whether this build contains it.
    pub compiled_in: bool,
    /// Whether it can be loaded, and if not, why.
    pub available: Result<(), SetupError>,
    /// What it runs on, where that differs between machines: the engine of its arithmetic, or the
    /// library that it has loaded.
    pub engine: Option<String>,
}

/// Every known backend with its state, the fastest first.
#[must_use]
pub fn backends() -> Vec<BackendStatus> {
    BackendId::ALL
        .iter()
        .map(|&id| BackendStatus {
            id,
            compiled_in: id.is_compiled_in(),
            available: id.available(),
            engine: id.engine().unwrap_or_default(),
        })
        .collect()
}

/// Loads a trusted setup into the chosen backend.
///
/// A build of this crate with no backend feature compiles, and every choice is an error here.
///
/// # Errors
///
/// [`SetupError::BackendUnavailable`] if the choice cannot be met, another [`SetupError`] if
/// the setup is not valid.
pub fn load(
    choice: BackendChoice,
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    let backend = choice.resolve()?;
    (backend.compiled_in()?.load)(setup, options)
}
