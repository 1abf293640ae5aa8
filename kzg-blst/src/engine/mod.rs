//! The engines by name, the trait that vector engines implement, and code that they share.
//!
//! The vector engines are in the modules `avx2` and `ifma`, above this one;
//! [`selection`](crate::selection) selects the engine that runs. `docs/engine.md` explains the
//! methods of both.

#[cfg(target_arch = "x86_64")]
pub(crate) mod compressed;
#[cfg(target_arch = "x86_64")]
pub(crate) mod exponent;
#[cfg(target_arch = "x86_64")]
pub(crate) mod floating_point;
mod opening;
#[cfg(target_arch = "x86_64")]
pub(crate) mod pairing;
mod vector;

use core::fmt;
use core::str::FromStr;

pub(crate) use opening::{
    FEWEST_TERMS, GENERATOR_BITS, MOST_TERMS, OpeningDecoder, OpeningScalars,
};
#[cfg(target_arch = "x86_64")]
pub(crate) use vector::delegate;
pub(crate) use vector::{CyclotomicPowers, PARAMETER_SQUARES, VectorAdder, VectorEngine};

/// An implementation of bulk arithmetic. All engines give the same bytes.
///
/// One engine is selected at the first use: the one that the environment variable
/// `KZG_BLST_ENGINE` names, or else the fastest for this processor. The fastest engine is known for
/// processors that the engines were measured on. On others, all engines that can run are measured
/// once, which takes about a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// blst's scalar arithmetic, on any processor.
    Scalar,
    /// Eight elements side by side, on `x86_64` processors with AVX2 and FMA.
    Avx2,
    /// Eight elements side by side, on `x86_64` processors with AVX-512 F, IFMA and VBMI.
    Ifma,
}

impl Engine {
    /// All engines, from the plainest to the fastest.
    pub const ALL: &'static [Self] = &[Self::Scalar, Self::Avx2, Self::Ifma];

    /// Returns the name that [`FromStr`] and `KZG_BLST_ENGINE` accept, in any case and with white space
    /// at its ends.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "avx2",
            Self::Ifma => "ifma",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Engine {
    type Err = EngineUnavailable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |engine: &&Self| engine.name().eq_ignore_ascii_case(text.trim());
        let found = Self::ALL.iter().find(named);
        found.copied().ok_or_else(|| EngineUnavailable::Unknown {
            name: text.to_owned(),
        })
    }
}

/// The reason why an engine cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineUnavailable {
    /// No engine has this name.
    #[error("unknown engine {name:?}; known engines: scalar, avx2, ifma")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The processor lacks features that the engine needs.
    #[error(
        "this processor cannot run the engine {engine}; unset KZG_BLST_ENGINE, or name an engine that \
         `kzg backends` shows"
    )]
    Unsupported {
        /// The engine.
        engine: Engine,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_parsed_from_their_names() {
        for engine in Engine::ALL.iter().copied() {
            assert_eq!(engine.name().parse(), Ok(engine));
            let shouted = format!(" {} ", engine.name().to_ascii_uppercase());
            assert_eq!(shouted.parse(), Ok(engine));
        }
        let error = "avx3".parse::<Engine>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown engine \"avx3\"; known engines: scalar, avx2, ifma"
        );
    }
}
