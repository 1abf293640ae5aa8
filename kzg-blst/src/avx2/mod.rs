//! The AVX2 engine: the base field eight elements at a time. A multiplication takes less than half of
//! the time of blst's.
//!
//! Elements are limbs of 48 bits, each an exact `f64`, in blst's own Montgomery form. `docs/engine.md`
//! describes the method, and `kernels` the contract that keeps it exact. `radix48` and `model` are
//! plain Rust, and their tests run on every target.
//!
//! Every other function states the processor features that it needs in its signature. `Avx2` is the
//! entry to the engine and the proof that the processor has them.

#[cfg(test)]
mod limbs_at_the_bounds;
#[cfg(test)]
mod model;
mod radix48;

#[cfg(target_arch = "x86_64")]
mod addition;
#[cfg(target_arch = "x86_64")]
mod cyclotomic;
#[cfg(target_arch = "x86_64")]
mod decoding;
#[cfg(target_arch = "x86_64")]
mod decoding_two;
#[cfg(target_arch = "x86_64")]
mod elements;
#[cfg(target_arch = "x86_64")]
mod engine;
#[cfg(target_arch = "x86_64")]
mod fp12;
#[cfg(target_arch = "x86_64")]
mod horner;
#[cfg(all(target_arch = "x86_64", feature = "internals"))]
pub mod internals;
#[cfg(target_arch = "x86_64")]
mod inversion;
#[cfg(target_arch = "x86_64")]
mod jacobian;
#[cfg(target_arch = "x86_64")]
mod kernels;
#[cfg(target_arch = "x86_64")]
mod miller;
#[cfg(target_arch = "x86_64")]
mod opening;
#[cfg(target_arch = "x86_64")]
mod pairs;
#[cfg(target_arch = "x86_64")]
mod points;

#[cfg(target_arch = "x86_64")]
pub(crate) use engine::Avx2;
