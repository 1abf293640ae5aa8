//! The engines under everything that is done in bulk, and which of them runs.
//!
//! All give the same bytes. Which one runs is decided once for the process, by what the
//! processor has and is good at; see [`Engine`]. The seam between the algorithms in
//! [`msm`](crate::msm) and the vector engines is [`VectorEngine`](vector::VectorEngine). The
//! method of the AVX2 engine is explained in `docs/engine.md`.

#[cfg(target_arch = "x86_64")]
pub(crate) mod compressed;
#[cfg(target_arch = "x86_64")]
pub(crate) mod exponent;
#[cfg(target_arch = "x86_64")]
pub(crate) mod floating_point;
pub(crate) mod parameter;
mod trial;
mod vector;

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicU8, Ordering};
use std::sync::OnceLock;

pub(crate) use vector::{
    CyclotomicSquares, LANES, PARAMETER_SQUARES, VectorEngine, VectorMemory, vector_engine,
};

/// The environment variable that names the engine to use.
pub const ENGINE_VARIABLE: &str = "KZG_BLST_ENGINE";

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

/// The engine that runs, by its place in [`Engine::ALL`] plus one; zero until it is chosen.
static CURRENT: AtomicU8 = AtomicU8::new(0);

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

    /// Whether it can run on this processor.
    #[must_use]
    pub fn is_available(self) -> bool {
        self == Self::Scalar || self.vector().is_some()
    }

    /// The engine that runs.
    #[must_use]
    pub fn current() -> Self {
        #[cfg(test)]
        if let Some(engine) = ON_THIS_THREAD.get() {
            return engine;
        }
        match CURRENT.load(Ordering::Relaxed) {
            0 => {
                let engine = Self::from_environment()
                    .ok()
                    .flatten()
                    .unwrap_or_else(fastest);
                // Another thread may have come first, or have selected one.
                let chosen = CURRENT.compare_exchange(
                    0,
                    engine.place(),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
                chosen.map_or_else(Self::at, |_| engine)
            }
            place => Self::at(place),
        }
    }

    /// Makes it the one that runs from now on, in the whole process.
    ///
    /// # Errors
    ///
    /// If it is not [available](Self::is_available).
    pub fn select(self) -> Result<(), EngineUnavailable> {
        if !self.is_available() {
            return Err(EngineUnavailable::Unsupported { engine: self });
        }
        CURRENT.store(self.place(), Ordering::Relaxed);
        Ok(())
    }

    /// The engine that the environment asks for, if it asks for one.
    ///
    /// # Errors
    ///
    /// If there is no such engine, or not on this processor.
    pub fn from_environment() -> Result<Option<Self>, EngineUnavailable> {
        // An empty variable counts as not set.
        let name = std::env::var_os(ENGINE_VARIABLE).filter(|name| !name.is_empty());
        let Some(name) = name else {
            return Ok(None);
        };
        let engine: Self = name.to_string_lossy().parse()?;
        if engine.is_available() {
            Ok(Some(engine))
        } else {
            Err(EngineUnavailable::Unsupported { engine })
        }
    }

    fn place(self) -> u8 {
        self as u8 + 1
    }

    fn at(place: u8) -> Self {
        Self::ALL[usize::from(place) - 1]
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

/// The fastest engine for this processor.
fn fastest() -> Engine {
    static FASTEST: OnceLock<Engine> = OnceLock::new();
    *FASTEST.get_or_init(|| {
        let available = Engine::ALL.iter().copied().filter(|e| e.is_available());
        let available: Vec<Engine> = available.collect();
        if vector::processor_is_known() {
            available.last().copied().unwrap_or(Engine::Scalar)
        } else {
            trial::fastest_of(&available)
        }
    })
}

#[cfg(test)]
thread_local! {
    static ON_THIS_THREAD: core::cell::Cell<Option<Engine>> = const { core::cell::Cell::new(None) };
}

/// Runs `f` with every engine that is available, each on this thread alone, so that tests do not
/// disturb each other. Work for other threads goes to those of [`execs_on`].
#[cfg(test)]
pub(crate) fn on_every_engine(f: impl Fn(Engine)) {
    for engine in Engine::ALL.iter().filter(|engine| engine.is_available()) {
        let before = ON_THIS_THREAD.replace(Some(*engine));
        f(*engine);
        ON_THIS_THREAD.set(before);
    }
}

/// This thread, and so many others on which that engine runs.
#[cfg(test)]
pub(crate) fn execs_on(engine: Engine, threads: usize) -> [kzg_traits::Exec; 2] {
    use kzg_traits::{Exec, Threads};
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| ON_THIS_THREAD.set(Some(engine)))
        .build()
        .expect("a pool");
    [Exec::serial(), Exec::new(Threads::Pool(pool.into()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_are_those_of_the_engines() {
        for engine in Engine::ALL.iter().copied() {
            assert_eq!(engine.name().parse(), Ok(engine));
            assert_eq!(Engine::at(engine.place()), engine);
        }
        let error = "avx3".parse::<Engine>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown engine \"avx3\"; known: scalar, avx2, ifma"
        );
    }

    #[test]
    fn every_engine_runs_on_other_threads_too() {
        on_every_engine(|engine| {
            for exec in execs_on(engine, 2) {
                let mut ran = [None; 20];
                exec.for_each_mut(&mut ran, |_, ran| *ran = Some(Engine::current()));
                assert_eq!(ran, [Some(engine); 20]);
            }
        });
    }

    #[test]
    fn the_fastest_engine_can_run_and_stays_the_same() {
        assert!(fastest().is_available());
        assert_eq!(fastest(), fastest());
    }
}
