//! The mainnet setup: one slot for each precompute value, for the life of the process.

use std::sync::{Arc, OnceLock};

use kzg_backends::{C_KZG_MAX_PRECOMPUTE, TrustedSetup};

use crate::KzgSettings;

/// The settings of Ethereum mainnet for a precompute value from 0 to 15.
///
/// Each value has one settings object, which is never dropped. All of them share the
/// verifier's data; 0 to 8 share their tables, and so do 9 to 15.
///
/// # Panics
///
/// For a value above 15, as c-kzg does; and if no backend can run, because the environment variable
/// `KZG_BLST_ENGINE` names an engine that is unknown or that the processor cannot run. The message
/// is the error that the methods of [`KzgSettings`] return for the same setup.
#[must_use]
pub fn ethereum_kzg_settings(precompute: u64) -> &'static KzgSettings {
    slot(precompute)
}

/// The object of [`ethereum_kzg_settings`] as an `Arc`.
///
/// # Panics
///
/// For a value above 15, as c-kzg does; and if no backend can run, because the environment variable
/// `KZG_BLST_ENGINE` names an engine that is unknown or that the processor cannot run. The message
/// is the error that the methods of [`KzgSettings`] return for the same setup.
#[must_use]
pub fn ethereum_kzg_settings_arc(precompute: u64) -> Arc<KzgSettings> {
    Arc::clone(slot(precompute))
}

fn slot(precompute: u64) -> &'static Arc<KzgSettings> {
    static SLOTS: [OnceLock<Arc<KzgSettings>>; C_KZG_MAX_PRECOMPUTE as usize + 1] =
        [const { OnceLock::new() }; C_KZG_MAX_PRECOMPUTE as usize + 1];
    assert!(
        precompute <= C_KZG_MAX_PRECOMPUTE,
        "precompute {precompute} is above {C_KZG_MAX_PRECOMPUTE}"
    );
    // Loading runs on this thread alone, so no other thread can be needed while the slot is locked.
    SLOTS[precompute as usize].get_or_init(|| {
        let settings = KzgSettings::load(&TrustedSetup::mainnet(), precompute);
        // The embedded setup is valid, so no backend can run: the environment forbids it.
        Arc::new(settings.unwrap_or_else(|error| panic!("{error}")))
    })
}
