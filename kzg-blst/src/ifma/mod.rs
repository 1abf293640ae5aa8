//! The AVX-512 IFMA engine: eight elements at a time. A multiplication in the base field takes a third
//! of the time of blst's.
//!
//! `field` has the arithmetic of eight base field elements ([`Lanes`](field::Lanes)), and `points`
//! reads and writes them in blst's form. Elements stay in blst's Montgomery form throughout, so that
//! conversions only move bits, and every result can be compared with blst's. `scalar` has the same
//! for the scalar field.
//!
//! Every function states the processor features that it needs in its signature. [`Ifma`] is the entry
//! to the engine and the proof that the processor has them.

mod addition;
mod cyclotomic;
mod decoding;
mod decoding_two;
mod engine;
mod field;
mod folding;
mod fp12;
mod fp4;
mod horner;
#[cfg(feature = "internals")]
pub mod internals;
mod interpolation;
mod jacobian;
mod limbs;
mod miller;
mod opening;
mod pairings;
mod pairs;
mod points;
pub(crate) mod scalar;
mod scale;
mod transform;
mod weighted_sum;

pub(crate) use engine::Ifma;
