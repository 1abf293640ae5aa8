//! Selection of the engine that runs.
//!
//! The engine is selected once for the process: by the environment variable
//! [`ENGINE_VARIABLE`], or else the fastest engine for the processor. See [`Engine`].

#[cfg(test)]
mod required;
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

/// The environment variable that names the engine to use. An empty value counts as unset.
pub const ENGINE_VARIABLE: &str = "KZG_BLST_ENGINE";

/// The selected engine: its position in [`Engine::ALL`] plus one, or zero before the selection.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Engine {
    /// Returns whether this processor can run the engine.
    #[must_use]
    pub fn is_available(self) -> bool {
        self == Self::Scalar || available_vector(self).is_some()
    }

    /// Returns the engine that runs, and selects it at the first call.
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
                // Another thread may have selected an engine in the meantime.
                let chosen = CURRENT.compare_exchange(
                    0,
                    engine.code(),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
                chosen.map_or_else(Self::from_code, |_| engine)
            }
            code => Self::from_code(code),
        }
    }

    /// Selects the engine for the whole process from now on.
    ///
    /// # Errors
    ///
    /// [`EngineUnavailable::Unsupported`] if the engine is not [available](Self::is_available).
    pub fn select(self) -> Result<(), EngineUnavailable> {
        if !self.is_available() {
            return Err(EngineUnavailable::Unsupported { engine: self });
        }
        CURRENT.store(self.code(), Ordering::Relaxed);
        Ok(())
    }

    /// Returns the engine that the environment variable [`ENGINE_VARIABLE`] names; `None` if the
    /// variable is unset or empty.
    ///
    /// # Errors
    ///
    /// If the name is unknown, or this processor cannot run the engine.
    pub fn from_environment() -> Result<Option<Self>, EngineUnavailable> {
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

    fn code(self) -> u8 {
        self as u8 + 1
    }

    fn from_code(code: u8) -> Self {
        Self::ALL[usize::from(code) - 1]
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

/// The engine that runs, if it is a vector engine and exact on this thread. The thread that does
/// the work asks once for each batch, because a thread may change its floating point mode.
pub(crate) fn vector_engine() -> Option<&'static dyn VectorEngine> {
    let engine = available_vector(Engine::current());
    engine.filter(|engine| engine.is_exact_on_this_thread())
}

/// The engine, if it is a vector engine and this processor can run it. The floating point mode of
/// the thread does not matter: the selection is that of the whole process.
fn available_vector(engine: Engine) -> Option<&'static dyn VectorEngine> {
    match engine {
        #[cfg(target_arch = "x86_64")]
        Engine::Avx2 => Avx2::available().map(|engine| engine as _),
        #[cfg(target_arch = "x86_64")]
        Engine::Ifma => Ifma::available().map(|engine| engine as _),
        _ => None,
    }
}

/// Whether each engine was measured to be faster than the plainer ones on processors of this kind.
fn processor_is_known() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // The call is safe in later versions of Rust.
        #[allow(unused_unsafe)]
        // SAFETY: every x86_64 processor has the leaves 0 and 1.
        let (vendor, signature) = unsafe { (__cpuid(0), __cpuid(1).eax) };
        let vendor = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
        is_known(vendor.as_flattened(), signature)
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Whether the engines were measured on a processor: AMD's family 25, which is Zen 3 and Zen 4, AMD's family 26
/// with the model 2, which is Zen 5 in servers, and Intel's family 6 with the models 143 and 207, which are Sapphire
/// Rapids and Emerald Rapids.
///
/// Source of the fields of the signature: Intel 64 and IA-32 Architectures Software Developer's
/// Manual, CPUID leaf 1.
#[cfg(target_arch = "x86_64")]
fn is_known(vendor: &[u8], signature: u32) -> bool {
    let family = (signature >> 8 & 15) + (signature >> 20 & 255);
    let model = (signature >> 4 & 15) | (signature >> 12 & 0xf0);
    match vendor {
        b"AuthenticAMD" => family == 25 || (family, model) == (26, 2),
        b"GenuineIntel" => family == 6 && matches!(model, 143 | 207),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{execs_on, on_every_engine};
    use super::*;

    #[test]
    fn codes_stand_for_the_engines() {
        for engine in Engine::ALL.iter().copied() {
            assert_eq!(Engine::from_code(engine.code()), engine);
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

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn processors_are_known_by_family_and_model() {
        let known: [(&[u8], u32); 5] = [
            (b"AuthenticAMD", 0x00a2_0f10),
            (b"AuthenticAMD", 0x00a1_0f11),
            (b"AuthenticAMD", 0x00b0_0f21),
            (b"GenuineIntel", 0x0008_06f8),
            (b"GenuineIntel", 0x000c_06f2),
        ];
        // Zen 2, Zen 5 in desktops, Skylake, Granite Rapids, and AMD's numbers with Intel's name.
        let unknown: [(&[u8], u32); 5] = [
            (b"AuthenticAMD", 0x0083_0f10),
            (b"AuthenticAMD", 0x00b4_0f40),
            (b"GenuineIntel", 0x0005_0654),
            (b"GenuineIntel", 0x000a_06d1),
            (b"GenuineIntel", 0x00a2_0f10),
        ];
        for (vendor, signature) in known {
            assert!(is_known(vendor, signature), "{signature:#x}");
        }
        for (vendor, signature) in unknown {
            assert!(!is_known(vendor, signature), "{signature:#x}");
        }
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
