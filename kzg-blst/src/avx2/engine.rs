//! The AVX2 engine as a [`VectorEngine`].

use blst::{blst_fp, blst_fp12};
use kzg_traits::PointError;

use super::addition::AdditionLanes;
use super::{
    cyclotomic, decoding, decoding_two, elements, fp12, horner, jacobian, miller, opening,
};
use crate::curve::additions::LANES;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::line::MillerPair;
use crate::engine::{
    CyclotomicPowers, Engine, OpeningDecoder, OpeningScalars, PARAMETER_SQUARES, VectorAdder,
    VectorEngine, delegate, floating_point,
};

/// The AVX2 engine. A value exists only where the processor has AVX2 and FMA.
#[derive(Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// Returns the engine if the processor can run it.
    pub(crate) fn available() -> Option<&'static Self> {
        let features = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        features.then_some(&Self(()))
    }
}

impl VectorEngine for Avx2 {
    fn engine(&self) -> Engine {
        Engine::Avx2
    }

    /// In another mode the kernels are not exact, or trap: they depend on the rounding.
    fn is_exact_on_this_thread(&self) -> bool {
        floating_point::mode_is_usual()
    }

    fn fewest_additions(&self) -> usize {
        8
    }

    fn fewest_points(&self) -> usize {
        3
    }

    fn new_adder(&self) -> Box<dyn VectorAdder> {
        Box::new(AdditionLanes::new(self))
    }

    fn opening_decoder(&self) -> Option<&dyn OpeningDecoder> {
        Some(self)
    }

    /// A single point takes less time by scalar arithmetic.
    fn uncompress_and_check(
        &self,
        encodings: &[[u8; 48]],
        out: &mut [Result<G1Affine, PointError>],
    ) -> Option<u8> {
        let encodings = encodings.try_into().ok()?;
        // SAFETY: a value of the engine exists only where the processor has the features.
        Some(unsafe { decoding_two::uncompress_and_visit(encodings, out, None) })
    }

    fn miller_loops(&self, pairs: &[MillerPair<'_>]) -> Option<blst_fp12> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        Some(unsafe { miller::miller_loops(pairs) })
    }

    fn cyclotomic(&self) -> Option<&dyn CyclotomicPowers> {
        Some(self)
    }

    delegate! {
        fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) = horner::sum_rows;
        fn double_many(points: &mut [G1], times: usize) = jacobian::double_many;
        fn times_parameter(points: &[G1; LANES]) -> ([G1; LANES], u8) = jacobian::times_parameter;
        fn uncompress(encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>])
            = decoding::uncompress;
        fn in_subgroup(points: &[G1Affine]) -> u8 = decoding::in_subgroup;
        fn power(elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES]
            = elements::power::powers;
    }
}

impl OpeningDecoder for Avx2 {
    delegate! {
        fn uncompress_opening(
            encodings: &[[u8; 48]; 2],
            scalars: &OpeningScalars,
            out: &mut [Result<G1Affine, PointError>; 2]
        ) -> (u8, Option<G1>) = opening::uncompress_opening;
    }
}

impl CyclotomicPowers for Avx2 {
    fn repeated_squares(
        &self,
        element: &[blst_fp; LANES],
        times: [usize; PARAMETER_SQUARES],
    ) -> Option<[[blst_fp; LANES]; PARAMETER_SQUARES]> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        Some(unsafe { cyclotomic::repeated_squares(element, times) })
    }

    delegate! {
        fn product(factors: &[blst_fp12]) -> blst_fp12 = fp12::product;
    }
}
