//! The fuzz targets of the workspace, as functions of bytes.
//!
//! Each module is one target: `run` takes any bytes and panics if an implementation breaks its promise.
//! The programs in `fuzz_targets/` hand them to libFuzzer; `tests/corpus.rs` runs every target over its
//! committed seeds and over pseudorandom inputs, on stable Rust.

#![forbid(unsafe_code)]

mod damage;
mod implementations;
mod inputs;
mod limbs;

#[cfg(feature = "layers")]
pub mod audit_log;
pub mod batch_additions;
pub mod blob_operations;
pub mod blob_verification;
#[cfg(feature = "layers")]
pub mod breaker;
pub mod cell_verification;
pub mod cells;
#[cfg(feature = "layers")]
pub mod ckzg_compatibility;
#[cfg(feature = "layers")]
pub mod codec;
pub mod configuration;
#[cfg(feature = "layers")]
pub mod formats;
pub mod lanes;
#[cfg(feature = "layers")]
pub mod manifest;
pub mod multi_scalar;
pub mod pairings;
#[cfg(feature = "layers")]
pub mod parquet;
pub mod points;
pub mod recovery;
#[cfg(feature = "layers")]
pub mod resilience;
#[cfg(feature = "layers")]
pub mod restore;
pub mod scalar_field;
pub mod trusted_setup;

/// A target: its name, its body, and the number of pseudorandom inputs that fit into about a second.
pub struct Target {
    /// The name of the module and of the program.
    pub name: &'static str,
    /// Runs the target on any bytes.
    pub run: fn(&[u8]),
    /// The number of pseudorandom inputs of the test program.
    pub inputs: u64,
}

macro_rules! targets {
    ($(#[$list:meta] $constant:ident { $($name:ident: $inputs:literal),* $(,)? })*) => {
        $(
            #[$list]
            const $constant: &[Target] = &[
                $(Target { name: stringify!($name), run: $name::run, inputs: $inputs }),*
            ];
        )*
    };
}

targets! {
    #[doc = "The targets of protocol, arithmetic and setup files."]
    PROTOCOL_TARGETS {
        batch_additions: 100,
        blob_operations: 2,
        blob_verification: 3,
        cell_verification: 3,
        cells: 1,
        configuration: 100,
        lanes: 500,
        multi_scalar: 20,
        pairings: 10,
        points: 20,
        recovery: 1,
        scalar_field: 40,
        trusted_setup: 20,
    }
    #[cfg(feature = "layers")]
    LAYER_TARGETS {
        audit_log: 100,
        breaker: 2000,
        ckzg_compatibility: 2,
        codec: 500,
        formats: 100,
        manifest: 500,
        parquet: 200,
        resilience: 50,
        restore: 50,
    }
    #[cfg(not(feature = "layers"))]
    LAYER_TARGETS {}
}

/// All targets that are compiled in.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    PROTOCOL_TARGETS.iter().chain(LAYER_TARGETS)
}
