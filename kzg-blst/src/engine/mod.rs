//! What an engine is: its name, the trait that the vector engines implement, and what they share.
//!
//! The engines themselves are [`avx2`](crate::avx2) and [`ifma`](crate::ifma);
//! [`selection`](crate::selection) says which one runs. `docs/engine.md` explains the method of
//! the AVX2 engine.

#[cfg(target_arch = "x86_64")]
pub(crate) mod compressed;
#[cfg(target_arch = "x86_64")]
pub(crate) mod exponent;
#[cfg(target_arch = "x86_64")]
pub(crate) mod floating_point;
mod vector;

use core::fmt;
use core::str::FromStr;

#[cfg(target_arch = "x86_64")]
pub(crate) use vector::delegate;
pub(crate) use vector::{CyclotomicSquares, PARAMETER_SQUARES, VectorAdder, VectorEngine};

/// What arithmetic in bulk runs on. All engines give the same bytes.
///
/// One is chosen at the first use: the one that the environment variable `KZG_BLST_ENGINE` names,
/// or else the fastest for this processor. Processors that the engines were measured on are
/// known; on others all engines that can run do so for about a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// blst's scalar arithmetic, on any processor.
    Scalar,
    /// Eight elements side by side, on `x86_64` processors with AVX2 and FMA.
    Avx2,
    /// Eight elements side by side, on `x86_64` processors with AVX-512 IFMA and VBMI.
    Ifma,
}

impl Engine {
    /// All engines that this version knows, from the plainest to the fastest.
    pub const ALL: &'static [Self] = &[Self::Scalar, Self::Avx2, Self::Ifma];

    /// The name that people choose it by.
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
        let found = Self::ALL.iter().find(|engine| engine.name() == text);
        found.copied().ok_or_else(|| EngineUnavailable::Unknown {
            name: text.to_owned(),
        })
    }
}

/// Why an engine cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineUnavailable {
    /// There is none of that name.
    #[error("unknown engine {name:?}; known: scalar, avx2, ifma")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The processor lacks what it needs.
    #[error("this processor cannot run the engine {engine}")]
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
        }
        let error = "avx3".parse::<Engine>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown engine \"avx3\"; known: scalar, avx2, ifma"
        );
    }
}
