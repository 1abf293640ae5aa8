//! Arithmetic below the public interface, for the fuzz targets of this repository.
//!
//! The module exists with the feature `internals` only and is no part of the interface: names here
//! change without notice.

use kzg_traits::Exec;

use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::INFINITY;
use crate::curve::jacobian::{G1, to_affine};
use crate::msm::batch_adder::BatchAdder;
use crate::selection::vector_engine;
#[cfg(target_arch = "x86_64")]
pub use crate::{
    avx2::internals as avx2, ifma::internals as ifma, ifma::scalar::internals as ifma_scalar,
};

/// Eight limbs of 48 bits for each of eight lanes, least significant limb first.
pub type Limbs = [[i64; 8]; 8];

/// Eight elements of the base field as words, least significant word first.
pub type Elements = [[u64; 6]; 8];

/// Two points of a list to add: the position of each, and whether the point is negated.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The left operand.
    pub left: (usize, bool),
    /// The right operand.
    pub right: (usize, bool),
}

/// Adds pairs of points by batch affine additions on the engine that runs.
///
/// # Panics
///
/// If a position lies outside the list.
#[must_use]
pub fn add_pairs(points: &[G1], pairs: &[Pair]) -> Vec<G1> {
    let mut source = vec![INFINITY; points.len()];
    to_affine(points, &mut source, &Exec::serial());
    let operand = |(index, negate): (usize, bool)| {
        assert!(index < points.len(), "the position {index} is outside");
        Operand::new(index, negate)
    };
    let additions: Vec<Addition> = (0..)
        .zip(pairs)
        .map(|(out, pair)| Addition {
            left: operand(pair.left),
            right: operand(pair.right),
            out,
        })
        .collect();
    let mut out = vec![INFINITY; pairs.len()];
    BatchAdder::default().add(&source, &additions, &mut out);
    out.iter().map(|sum| G1::from_affine(sum)).collect()
}

/// Raises eight elements of the base field, as words in Montgomery form, to one power, least
/// significant word first; `None` where the engine that runs is no vector engine.
///
/// # Panics
///
/// If the exponent is zero.
#[must_use]
pub fn powers(elements: &Elements, exponent: &[u64; 6]) -> Option<Elements> {
    let engine = vector_engine()?;
    let elements = elements.map(|l| blst::blst_fp { l });
    Some(engine.power(&elements, exponent).map(|power| power.l))
}
