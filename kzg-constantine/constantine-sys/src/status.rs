//! The statuses that the library's functions return.
//!
//! The C enumerations are packed into one byte. The functions return a `u8`, which is compared with
//! these constants. The result is never a Rust enumeration: a value that is not listed would be
//! undefined behaviour.

/// Statuses of the codec of scalars: `ctt_codec_scalar_status`.
pub mod scalar {
    /// Canonical and not zero.
    pub const SUCCESS: u8 = 0;
    /// Zero, which is a valid value.
    pub const ZERO: u8 = 1;
    /// At or above the group order.
    pub const TOO_LARGE: u8 = 2;
}

/// Statuses of the codecs of points: `ctt_codec_ecc_status`.
pub mod point {
    /// A point other than infinity.
    pub const SUCCESS: u8 = 0;
    /// The flag bits contradict each other or the remaining bits.
    pub const INVALID_ENCODING: u8 = 1;
    /// A coordinate at or above the field modulus.
    pub const COORDINATE_TOO_LARGE: u8 = 2;
    /// The coordinate belongs to no point of the curve.
    pub const NOT_ON_CURVE: u8 = 3;
    /// The point is on the curve, but outside the subgroup.
    pub const NOT_IN_SUBGROUP: u8 = 4;
    /// Infinity, which is a valid value.
    pub const INFINITY: u8 = 5;
}

/// Statuses of the EVM precompiles: `ctt_evm_status`.
pub mod evm {
    /// The result is in the output.
    pub const SUCCESS: u8 = 0;
    /// The length of the input is no positive multiple of 384.
    pub const INPUT_SIZE: u8 = 1;
    /// The length of the output is not 32.
    pub const OUTPUT_SIZE: u8 = 2;
}

/// Statuses of the calls on a context: `ctt_eth_kzg_status`.
pub mod kzg {
    /// The call succeeded, or the proof holds.
    pub const SUCCESS: u8 = 0;
    /// The proof is well formed but does not hold.
    pub const VERIFICATION_FAILURE: u8 = 1;
}

/// Statuses of loading a trusted setup: `ctt_eth_trusted_setup_status`.
pub mod setup {
    /// The context is made.
    pub const SUCCESS: u8 = 0;
    /// The file is missing or cannot be read.
    pub const MISSING_FILE: u8 = 1;
    /// The file's content is not valid.
    pub const INVALID_FILE: u8 = 2;
}
