//! The official test vectors of the consensus specifications for this backend.

use std::process::ExitCode;

use kzg_traits::{SettingsOptions, TrustedSetup};

fn main() -> ExitCode {
    let loaded = kzg_blst::load(&TrustedSetup::mainnet(), SettingsOptions::default());
    kzg_testing::harness::loaded_vectors("blst", loaded)
}
