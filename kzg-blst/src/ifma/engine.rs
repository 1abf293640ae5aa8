//! The AVX-512 IFMA engine as a [`VectorEngine`].

use blst::{blst_fp, blst_fp12};
use kzg_traits::bytes::FIELD_ELEMENTS_PER_CELL;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Exec, PointError};

use super::addition::AdditionLanes;
use super::folding::FEWEST_VALUES;
use super::{
    cyclotomic, decoding, decoding_two, field, folding, fp12, horner, interpolation, jacobian,
    miller, opening, pairings, scale, transform, weighted_sum,
};
use crate::curve::additions::LANES;
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::line::{Line, LinePoint, MillerPair};
use crate::engine::{
    CyclotomicPowers, Engine, OpeningDecoder, OpeningScalars, VectorAdder, VectorEngine, delegate,
};
use crate::field::Fr;

/// The AVX-512 IFMA engine. A value exists only where the processor has AVX-512 F, IFMA and VBMI.
#[derive(Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    /// Returns the engine if the processor can run it.
    pub(crate) fn available() -> Option<&'static Self> {
        let features = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512vbmi");
        features.then_some(&Self(()))
    }
}

impl VectorEngine for Ifma {
    fn engine(&self) -> Engine {
        Engine::Ifma
    }

    fn fewest_additions(&self) -> usize {
        8
    }

    fn fewest_points(&self) -> usize {
        2
    }

    fn new_adder(&self) -> Box<dyn VectorAdder> {
        Box::new(AdditionLanes::new(self))
    }

    fn opening_decoder(&self) -> Option<&dyn OpeningDecoder> {
        Some(self)
    }

    fn cyclotomic(&self) -> Option<&dyn CyclotomicPowers> {
        Some(self)
    }

    fn uncompress_and_check(
        &self,
        encodings: &[[u8; 48]],
        out: &mut [Result<G1Affine, PointError>],
    ) -> Option<u8> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        (encodings.len() <= decoding_two::MOST_POINTS)
            .then(|| unsafe { decoding_two::uncompress_and_check(encodings, out) })
    }

    fn miller_loops(&self, pairs: &[MillerPair<'_>]) -> Option<blst_fp12> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        Some(unsafe { miller::miller_loops(pairs) })
    }

    fn computes_pairings_side_by_side(&self) -> bool {
        true
    }

    fn pairings_are_one(
        &self,
        lines: [&[Line]; 2],
        points: &[[LinePoint; LANES]; 2],
    ) -> Option<u8> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        Some(unsafe { pairings::are_one(lines, points) })
    }

    fn evaluate(&self, folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Option<Fr> {
        // SAFETY: a value of the engine exists only where the processor has the features.
        (values.len() >= FEWEST_VALUES)
            .then(|| unsafe { folding::evaluate(folding, values, z, exec) })
    }

    fn weighted_sum<'a>(
        &self,
        weights: &[Fr],
        row: &dyn Fn(usize) -> &'a [Fr],
        out: &mut [Fr],
    ) -> bool {
        // SAFETY: a value of the engine exists only where the processor has the features.
        unsafe { weighted_sum::add_rows(weights, row, out) }
    }

    fn add_interpolations<'a>(
        &self,
        domain: &Domain<Fr>,
        cell_indices: &[usize],
        weights: &[Fr],
        row: &dyn Fn(usize) -> &'a [Fr],
        sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
    ) -> bool {
        // SAFETY: a value of the engine exists only where the processor has the features.
        unsafe { interpolation::add_if_faster(domain, cell_indices, weights, row, sum) }
    }

    delegate! {
        fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) = horner::sum_rows;
        fn double_many(points: &mut [G1], times: usize) = jacobian::double_many;
        fn times_parameter(points: &[G1; LANES]) -> ([G1; LANES], u8) = jacobian::times_parameter;
        fn uncompress(encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>])
            = decoding::uncompress;
        fn in_subgroup(points: &[G1Affine]) -> u8 = decoding::in_subgroup;
        fn power(elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES]
            = field::power::powers;
        fn scale(values: &mut [Fr], factor: &Fr) -> bool = scale::scale;
        fn split(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) -> bool
            = transform::split_if_possible;
        fn merge(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) -> bool
            = transform::merge_if_possible;
    }
}

impl OpeningDecoder for Ifma {
    delegate! {
        fn uncompress_opening(
            encodings: &[[u8; 48]; 2],
            scalars: &OpeningScalars,
            out: &mut [Result<G1Affine, PointError>; 2]
        ) -> (u8, Option<G1>) = opening::uncompress_opening;
    }
}

impl CyclotomicPowers for Ifma {
    delegate! {
        fn power_by_parameter(f: &blst_fp12) -> Option<blst_fp12>
            = cyclotomic::power_by_parameter;
        fn product(factors: &[blst_fp12]) -> blst_fp12 = fp12::product;
    }
}
