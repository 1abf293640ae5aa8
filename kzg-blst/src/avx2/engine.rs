//! The way into the AVX2 engine.

use blst::blst_fp;
use kzg_traits::PointError;

use super::elements::Fp8;
use super::{cyclotomic, decoding, horner, jacobian};
use crate::curve::additions::Batch;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::engine::{
    CyclotomicSquares, LANES, PARAMETER_SQUARES, VectorEngine, VectorMemory, floating_point,
};

/// The AVX2 engine. A value exists only where the processor has AVX2 and FMA.
#[derive(Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The engine, if the processor can run it.
    pub(crate) fn available() -> Option<&'static Self> {
        let features = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        features.then_some(&Self(()))
    }
}

impl VectorEngine for Avx2 {
    /// In another mode the kernels are not exact, or trap: rounding is what they do.
    fn is_exact_on_this_thread(&self) -> bool {
        floating_point::mode_is_usual()
    }

    fn fewest_additions(&self) -> usize {
        8
    }

    fn fewest_points(&self) -> usize {
        3
    }

    fn add(
        &self,
        memory: &mut VectorMemory,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { memory.avx2.add(batch, out, exceptional) }
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
        // SAFETY: the processor has the features, by `self`.
        unsafe { Fp8::from_array(elements).carry().power(exponent).array() }
    }

    fn cyclotomic(&self) -> Option<&dyn CyclotomicSquares> {
        Some(self)
    }
}

impl CyclotomicSquares for Avx2 {
    fn repeated(
        &self,
        element: &[blst_fp; LANES],
        times: [usize; PARAMETER_SQUARES],
    ) -> [[blst_fp; LANES]; PARAMETER_SQUARES] {
        // SAFETY: the processor has the features, by `self`.
        unsafe { cyclotomic::repeated_squares(element, times) }
    }
}
