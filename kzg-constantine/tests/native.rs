//! The properties of the protocol and the official test vectors on the native settings. The stock
//! shared library does not export their calls. `constantine-native` in `KZG_REQUIRE_BACKENDS`
//! requires these tests.

use std::process::ExitCode;
use std::sync::Arc;

use kzg_constantine::{Constantine, NativeSettings};
use kzg_testing::harness;
use kzg_traits::{KzgSettings, SettingsOptions, SetupError, TrustedSetup};

const NAME: &str = "constantine-native";

fn main() -> ExitCode {
    let loaded = load();
    if let (Ok(library), Ok(settings)) = (Constantine::load(), &loaded) {
        eprintln!("testing {library}");
        // Verification uses the context only if it exists, so the context is made first.
        settings.warm_up().expect("the context is made");
    }
    harness::loaded_settings(NAME, loaded)
}

fn load() -> Result<Arc<dyn KzgSettings>, SetupError> {
    match NativeSettings::load(&TrustedSetup::mainnet(), SettingsOptions::default()) {
        Ok(settings) => Ok(Arc::new(settings)),
        // A library without these calls still serves the low level, so this is not an error.
        Err(error @ SetupError::MissingSymbols { .. })
            if Constantine::load().is_ok_and(|library| !library.is_native()) =>
        {
            Err(SetupError::BackendUnavailable {
                backend: NAME.to_owned(),
                reason: error.to_string(),
            })
        }
        Err(error) => Err(error),
    }
}
