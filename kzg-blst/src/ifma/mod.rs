//! The base field eight elements at a time, on processors with AVX-512 IFMA: multiplication takes
//! a third of blst's time.
//!
//! [`Lanes`] holds eight elements, `field` multiplies them, `points` reads and writes them in
//! blst's form. They stay in blst's Montgomery domain throughout, so that nothing is converted but
//! the places of bits, and every result can be compared with blst's.
//!
//! Everything here carries the processor features that it needs in its signature; whoever enters
//! from outside asks [`is_available`] first.

mod addition;
mod cyclotomic;
mod decoding;
mod field;
mod folding;
mod horner;
mod jacobian;
mod points;
mod scalar;

pub(crate) use addition::AdditionLanes;
pub(crate) use cyclotomic::repeated_squares;
pub(crate) use decoding::{in_subgroup, uncompress};
pub(crate) use folding::{FEWEST_VALUES, evaluate};
pub(crate) use horner::sum_rows;
pub(crate) use jacobian::double_many;
pub(crate) use points::LANES;

/// Whether the processor has what this module's functions need.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512ifma")
        && is_x86_feature_detected!("avx512vbmi")
}
