//! The base field eight elements at a time, on processors with AVX2 and FMA: multiplication takes
//! less than half of blst's time.
//!
//! Elements are limbs of 48 bits, each an exact `f64`, in blst's own Montgomery domain; see
//! `docs/engine.md` for the method, and `kernels` for the contract that keeps it exact.
//! `radix48` and `model` are plain Rust and are tested on every target.
//!
//! Everything else carries the processor features that it needs in its signature; [`Avx2`] is the
//! way in, and the proof that they are there.

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
mod elements;
#[cfg(target_arch = "x86_64")]
mod engine;
#[cfg(target_arch = "x86_64")]
mod horner;
#[cfg(target_arch = "x86_64")]
mod inversion;
#[cfg(target_arch = "x86_64")]
mod jacobian;
#[cfg(target_arch = "x86_64")]
mod kernels;
#[cfg(target_arch = "x86_64")]
mod points;

#[cfg(target_arch = "x86_64")]
pub(crate) use engine::Avx2;
