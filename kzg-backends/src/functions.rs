//! The functions of the backends that are compiled in. The backend crates are named here and in
//! `visitor`.

use std::sync::Arc;

#[cfg(any(feature = "blst", feature = "arkworks", feature = "constantine"))]
use kzg_traits::Backend;
use kzg_traits::{KzgSettings, SettingsOptions, SetupError, TrustedSetup};

use crate::id::BackendId;

/// The result of loading a trusted setup.
type LoadResult = Result<Arc<dyn KzgSettings>, SetupError>;

/// The functions of a backend that is compiled in.
pub(crate) struct BackendFunctions {
    pub(crate) available: fn() -> Result<(), SetupError>,
    pub(crate) engine: fn() -> Result<Option<String>, SetupError>,
    pub(crate) load: fn(&TrustedSetup, SettingsOptions) -> LoadResult,
    pub(crate) mainnet: fn(SettingsOptions) -> LoadResult,
}

impl BackendId {
    /// The functions of the backend; `None` if it is not compiled in.
    pub(crate) fn functions(self) -> Option<BackendFunctions> {
        match self {
            #[cfg(feature = "blst")]
            Self::Blst => Some(BackendFunctions {
                available: kzg_blst::Blst::available,
                engine: || Ok(kzg_blst::Blst::engine().map(str::to_owned)),
                load: kzg_blst::load,
                mainnet: kzg_blst::mainnet,
            }),
            #[cfg(not(feature = "blst"))]
            Self::Blst => None,
            #[cfg(feature = "arkworks")]
            Self::Arkworks => Some(BackendFunctions {
                available: kzg_arkworks::Arkworks::available,
                engine: || Ok(None),
                load: kzg_arkworks::load,
                mainnet: kzg_arkworks::mainnet,
            }),
            #[cfg(not(feature = "arkworks"))]
            Self::Arkworks => None,
            #[cfg(feature = "constantine")]
            Self::Constantine => Some(BackendFunctions {
                available: kzg_constantine::Constantine::available,
                engine: || Ok(Some(kzg_constantine::Constantine::load()?.to_string())),
                load: kzg_constantine::load,
                mainnet: kzg_constantine::mainnet,
            }),
            #[cfg(not(feature = "constantine"))]
            Self::Constantine => None,
        }
    }
}
