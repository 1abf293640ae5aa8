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
mod field;
mod folding;
mod horner;
mod jacobian;
mod limbs;
mod points;
mod scalar;
mod transform;

use blst::blst_fp;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Exec, PointError};

pub(crate) use addition::AdditionLanes;
use field::Lanes;
use folding::FEWEST_VALUES;

use crate::curve::additions::Batch;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::engine::{CyclotomicSquares, LANES, PARAMETER_SQUARES, VectorEngine, VectorMemory};
use crate::field::Fr;

/// The AVX-512 IFMA engine. A value exists only where the processor has what it needs.
#[derive(Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    /// The engine, if the processor can run it.
    pub(crate) fn available() -> Option<&'static Self> {
        let features = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512vbmi");
        features.then_some(&Self(()))
    }
}

impl VectorEngine for Ifma {
    fn fewest_additions(&self) -> usize {
        8
    }

    fn fewest_points(&self) -> usize {
        2
    }

    fn add(
        &self,
        memory: &mut VectorMemory,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { memory.ifma.add(batch, out, exceptional) }
    }

    fn sum_rows(&self, sums: &[G1Affine], bits: usize, out: &mut [G1]) -> u8 {
        // SAFETY: the processor has the features, by `self`.
        unsafe { horner::sum_rows(sums, bits, out) }
    }

    fn double_many(&self, points: &mut [G1], times: usize) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { jacobian::double_many(points, times) }
    }

    fn times_parameter(&self, points: &[G1; LANES]) -> ([G1; LANES], u8) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { jacobian::times_parameter(points) }
    }

    fn uncompress(&self, encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { decoding::uncompress(encodings, out) }
    }

    fn in_subgroup(&self, points: &[G1Affine]) -> u8 {
        // SAFETY: the processor has the features, by `self`.
        unsafe { decoding::in_subgroup(points) }
    }

    fn power(&self, elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES] {
        let mut powers = [blst_fp::default(); LANES];
        // SAFETY: the processor has the features, by `self`.
        unsafe {
            let lanes = Lanes::read(|lane| &elements[lane]).power(exponent);
            for (power, element) in powers.iter_mut().zip(lanes.canonical().elements()) {
                element.write(power);
            }
        }
        powers
    }

    fn evaluate(&self, folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Option<Fr> {
        // SAFETY: the processor has the features, by `self`.
        (values.len() >= FEWEST_VALUES)
            .then(|| unsafe { folding::evaluate(folding, values, z, exec) })
    }

    fn split(&self, domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) -> bool {
        let is_possible = transform::is_possible(values.len(), row_len);
        if is_possible {
            // SAFETY: the processor has the features, by `self`.
            unsafe { transform::split(domain, values, block, row_len) }
        }
        is_possible
    }

    fn merge(&self, domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) -> bool {
        let is_possible = transform::is_possible(values.len(), row_len);
        if is_possible {
            // SAFETY: the processor has the features, by `self`.
            unsafe { transform::merge(domain, values, block, row_len) }
        }
        is_possible
    }

    fn cyclotomic(&self) -> Option<&dyn CyclotomicSquares> {
        Some(self)
    }
}

impl CyclotomicSquares for Ifma {
    fn repeated(
        &self,
        element: &[blst_fp; LANES],
        times: [usize; PARAMETER_SQUARES],
    ) -> [[blst_fp; LANES]; PARAMETER_SQUARES] {
        // SAFETY: the processor has the features, by `self`.
        unsafe { cyclotomic::repeated_squares(element, times) }
    }
}
