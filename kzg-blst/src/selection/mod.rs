//! Which engine runs.
//!
//! The engine is chosen once for the process, by the environment or by what the processor has and
//! is good at; see [`Engine`].

#[cfg(test)]
pub(crate) mod testing;
mod trial;

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::__cpuid;
use core::sync::atomic::{AtomicU8, Ordering};
use std::sync::OnceLock;

use crate::engine::{Engine, EngineUnavailable, VectorEngine};
#[cfg(target_arch = "x86_64")]
use crate::{avx2::Avx2, ifma::Ifma};

/// The environment variable that names the engine to use.
pub const ENGINE_VARIABLE: &str = "KZG_BLST_ENGINE";

/// The engine that runs, by its place in [`Engine::ALL`] plus one; zero until it is chosen.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Engine {
    /// Whether it can run on this processor.
    #[must_use]
    pub fn is_available(self) -> bool {
        self == Self::Scalar || available_vector(self).is_some()
    }

    /// The engine that runs.
    #[must_use]
    pub fn current() -> Self {
        #[cfg(test)]
        if let Some(engine) = testing::ON_THIS_THREAD.get() {
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
        let Some(name) = std::env::var_os(ENGINE_VARIABLE) else {
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

/// The fastest engine for this processor.
fn fastest() -> Engine {
    static FASTEST: OnceLock<Engine> = OnceLock::new();
    *FASTEST.get_or_init(|| {
        let available = Engine::ALL.iter().copied().filter(|e| e.is_available());
        let available: Vec<Engine> = available.collect();
        if processor_is_known() {
            available.last().copied().unwrap_or(Engine::Scalar)
        } else {
            trial::fastest_of(&available)
        }
    })
}

/// The engine that runs, if it is a vector engine. To be asked for by the thread that does the
/// work, once for a batch: not every floating point mode will do, and a thread may change its own.
pub(crate) fn vector_engine() -> Option<&'static dyn VectorEngine> {
    let engine = available_vector(Engine::current());
    engine.filter(|engine| engine.is_exact_on_this_thread())
}

/// The engine, if it is a vector engine and this processor can run it. What mode the thread
/// is in is of no matter: the choice is the whole process'.
fn available_vector(engine: Engine) -> Option<&'static dyn VectorEngine> {
    match engine {
        #[cfg(target_arch = "x86_64")]
        Engine::Avx2 => Avx2::available().map(|engine| engine as _),
        #[cfg(target_arch = "x86_64")]
        Engine::Ifma => Ifma::available().map(|engine| engine as _),
        _ => None,
    }
}

/// Whether the engines were measured on processors of this kind, and won, each over the plainer
/// ones: AMD's family 25, that is Zen 3 and Zen 4.
fn processor_is_known() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // A safe call in later versions of Rust.
        #[allow(unused_unsafe)]
        // SAFETY: every x86_64 processor has the leaves 0 and 1.
        let (vendor, model) = unsafe { (__cpuid(0), __cpuid(1)) };
        let family = (model.eax >> 8 & 15) + (model.eax >> 20 & 255);
        let amd = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
        amd.as_flattened() == b"AuthenticAMD" && family == 25
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[cfg(test)]
mod tests {
    use super::testing::{execs_on, on_every_engine};
    use super::*;

    #[test]
    fn every_engine_has_a_place() {
        for engine in Engine::ALL.iter().copied() {
            assert_eq!(Engine::at(engine.place()), engine);
        }
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

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn another_mode_keeps_the_floats_away_from_this_thread_alone() {
        use crate::engine::floating_point::{USUAL, in_mode};
        const TOWARDS_ZERO: u32 = USUAL | 0x6000;
        const INEXACT_TRAPS: u32 = USUAL & !0x1000;
        on_every_engine(|engine| {
            let runs = || vector_engine().is_some();
            assert_eq!(runs(), engine != Engine::Scalar, "{engine}");
            for mode in [TOWARDS_ZERO, INEXACT_TRAPS] {
                let (here, available) = in_mode(mode, || (runs(), engine.is_available()));
                assert_eq!(here, engine == Engine::Ifma, "{engine} in mode {mode:#x}");
                assert!(available, "{engine} in mode {mode:#x}");
            }
        });
    }
}
