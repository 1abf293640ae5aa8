//! The settings and inputs of the tests.

use std::sync::Arc;

use kzg_advanced::{
    BackendChoice, BackendId, Blob, KzgSettings, SettingsOptions, TrustedSetup, load as load_any,
};

/// kzg-blst with one thread and the mainnet setup.
pub(crate) fn load() -> Arc<dyn KzgSettings> {
    let choice = BackendChoice::Fixed(BackendId::Blst);
    let settings = load_any(choice, &TrustedSetup::mainnet(), SettingsOptions::default());
    settings.expect("compiled in")
}

/// A canonical blob that depends on the seed.
pub(crate) fn blob(seed: u8) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    for (index, byte) in blob.0.iter_mut().enumerate() {
        // The first byte of each field element is zero: all are canonical.
        if index % 32 != 0 {
            *byte = (index as u8)
                .wrapping_mul(seed)
                .wrapping_add((index >> 8) as u8);
        }
    }
    blob
}
