//! A user's choice of a backend, and loading it.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use kzg_traits::{KzgSettings, Precompute, SettingsOptions, SetupError, TrustedSetup};
use serde::{Deserialize, Serialize};

use crate::id::{BackendId, UnknownBackend, known_names};
use crate::status::BackendStatus;

/// A user's choice of a backend: a certain one, or the fastest that is available.
///
/// Parsing ignores case and surrounding white space: `auto` or a backend's name.
///
/// ```
/// use kzg_backends::{BackendChoice, BackendId};
///
/// assert_eq!("Auto".parse(), Ok(BackendChoice::Auto));
/// assert_eq!("arkworks ".parse(), Ok(BackendChoice::Fixed(BackendId::Arkworks)));
/// let error = "bls".parse::<BackendChoice>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "unknown backend \"bls\"; known: auto, blst, constantine, arkworks"
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum BackendChoice {
    /// The first of [`BackendId::ALL`] that is available.
    #[default]
    Auto,
    /// A certain backend, or an error.
    Fixed(BackendId),
}

impl BackendChoice {
    /// The name: `auto` or that of the backend.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fixed(id) => id.name(),
        }
    }

    /// The backend that the choice means on this machine.
    ///
    /// # Errors
    ///
    /// The error of a fixed backend that is not available, see [`BackendId::available`];
    /// [`SetupError::BackendUnavailable`] with the reason of each backend if none is available for
    /// [`Auto`](Self::Auto).
    pub fn resolve(self) -> Result<BackendId, SetupError> {
        match self {
            Self::Fixed(id) => id.available().map(|()| id),
            Self::Auto => {
                let mut known = BackendId::ALL.iter().copied();
                known
                    .find(|id| id.available().is_ok())
                    .ok_or_else(none_available)
            }
        }
    }

    /// The backends of this build that [`Auto`](Self::Auto) passes over because they are not
    /// available, each with its reason. A program shows them to its user. Empty for a fixed choice.
    #[must_use]
    pub fn passed_over(self) -> Vec<BackendStatus> {
        if self != Self::Auto {
            return Vec::new();
        }
        BackendId::ALL
            .iter()
            .map(|&id| BackendStatus::of(id))
            .take_while(|status| status.available.is_err())
            .filter(|status| status.compiled_in)
            .collect()
    }
}

/// The error of a machine on which no backend is available.
fn none_available() -> SetupError {
    let reasons: Vec<String> = BackendId::ALL
        .iter()
        .filter(|id| id.is_compiled_in())
        .filter_map(|id| Some(format!("{id}: {}", id.available().err()?)))
        .collect();
    let reason = if reasons.is_empty() {
        format!(
            "none of {} is compiled in; enable a feature of kzg-backends",
            known_names()
        )
    } else {
        format!(
            "no backend of this build is available: {}",
            reasons.join("; ")
        )
    };
    SetupError::BackendUnavailable {
        backend: BackendChoice::Auto.name().to_owned(),
        reason,
    }
}

impl From<BackendId> for BackendChoice {
    fn from(id: BackendId) -> Self {
        Self::Fixed(id)
    }
}

impl fmt::Display for BackendChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<BackendChoice> for &'static str {
    fn from(choice: BackendChoice) -> Self {
        choice.name()
    }
}

impl TryFrom<String> for BackendChoice {
    type Error = UnknownBackend;

    fn try_from(text: String) -> Result<Self, UnknownBackend> {
        text.parse()
    }
}

impl FromStr for BackendChoice {
    type Err = UnknownBackend;

    fn from_str(text: &str) -> Result<Self, UnknownBackend> {
        if text.trim().eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Fixed)
    }
}

/// Loads a trusted setup into the chosen backend.
///
/// A build without a backend feature compiles, and every choice is an error in it.
///
/// # Errors
///
/// As [`BackendChoice::resolve`]; another [`SetupError`] if the setup is not valid.
pub fn load(
    choice: BackendChoice,
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    let backend = choice.resolve()?;
    (backend.compiled_in()?.load)(setup, options)
}

/// The embedded mainnet setup in the chosen backend, shared by the whole process.
///
/// The first call of a process loads the setup, which takes milliseconds. Every further call takes
/// microseconds, also after the earlier results were dropped. All results for one backend share the
/// verifier's data, and those with the same memory budget share the prover's tables, which are
/// therefore built once. [`KzgSettings::release_tables`] frees the tables for all of them; the next
/// call that needs them builds them again. One backend differs: where `constantine` uses the protocol of
/// its library, only results for equal options share anything, and none do for
/// [`Threads::Pool`](kzg_traits::Threads::Pool), so that each such call takes seconds.
///
/// Use [`load`] for tables that nobody else can free.
///
/// # Errors
///
/// As [`BackendChoice::resolve`], and [`SetupError::Threads`] if the threads of the options cannot be
/// started.
///
/// ```
/// use kzg_backends::{BackendChoice, SettingsOptions, mainnet};
///
/// # if BackendChoice::Auto.resolve().is_ok() {
/// let kzg = mainnet(BackendChoice::Auto, SettingsOptions::default())?;
/// # }
/// # Ok::<(), kzg_backends::SetupError>(())
/// ```
pub fn mainnet(
    choice: BackendChoice,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    let backend = choice.resolve()?;
    (backend.compiled_in()?.mainnet)(options)
}

/// Loads a setup; mainnet's is shared by the process.
///
/// [`mainnet`] if `setup` is the embedded setup, and [`load`] otherwise.
///
/// # Errors
///
/// As [`mainnet`] and [`load`].
pub fn load_shared(
    choice: BackendChoice,
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    if setup.is_mainnet() {
        mainnet(choice, options)
    } else {
        load(choice, setup, options)
    }
}

/// The largest `precompute` of c-kzg.
pub const C_KZG_MAX_PRECOMPUTE: u64 = 15;

/// The memory for tables that stands for a `precompute` of c-kzg, which is the exponent of the size of its
/// tables: [`Precompute::SMALL`] from 0 to 8, [`Precompute::LARGE`] from 9 to 15; `None` above, as in c-kzg.
///
/// ```
/// use kzg_backends::c_kzg_precompute;
/// use kzg_backends::kzg_traits::Precompute;
///
/// assert_eq!(c_kzg_precompute(8), Some(Precompute::SMALL));
/// assert_eq!(c_kzg_precompute(15), Some(Precompute::LARGE));
/// assert_eq!(c_kzg_precompute(16), None);
/// ```
#[must_use]
pub fn c_kzg_precompute(precompute: u64) -> Option<Precompute> {
    match precompute {
        0..=8 => Some(Precompute::SMALL),
        9..=C_KZG_MAX_PRECOMPUTE => Some(Precompute::LARGE),
        _ => None,
    }
}
