//! The base field eight elements at a time, on processors with AVX-512 IFMA: multiplication takes
//! a third of blst's time.
//!
//! [`Lanes`] holds eight elements, `field` multiplies them, `points` reads and writes them in
//! blst's form. They stay in blst's Montgomery domain throughout, so that nothing is converted but
//! the places of bits, and every result can be compared with blst's.
//!
//! Everything here carries the processor features that it needs in its signature; [`Ifma`] is
//! the way in, and the proof that they are there.

mod addition;
mod cyclotomic;
mod decoding;
mod engine;
mod field;
mod folding;
mod horner;
mod jacobian;
mod limbs;
mod points;
mod scalar;
mod transform;

pub(crate) use engine::Ifma;
