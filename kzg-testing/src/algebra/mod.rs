//! The laws of a backend's algebra.

use kzg_traits::backend::Backend;

use super::law::Law;

pub(super) mod bulk;
pub(super) mod encoding;
mod evaluation;
pub(super) mod field;
mod group;
mod msm;
mod opening;
mod oracle;
mod pairing;
mod transform;

/// The laws that every backend keeps.
#[must_use]
pub fn laws<B: Backend>() -> Vec<Law> {
    let laws: &[(&str, fn())] = &[
        ("field::ring", field::ring::<B::Fr>),
        ("field::integers", field::integers::<B::Fr>),
        ("field::inverses", field::inverses::<B::Fr>),
        (
            "field::derived_operations",
            field::derived_operations::<B::Fr>,
        ),
        ("field::canonical_bytes", field::canonical_bytes::<B::Fr>),
        ("field::reduced_bytes", field::reduced_bytes::<B::Fr>),
        ("field::raw_bytes", field::raw_bytes::<B::Fr>),
        ("g1::addition", group::addition::<B::G1>),
        ("g1::multiplication", group::multiplication::<B::G1>),
        (
            "g1::multiplication_of_many",
            group::multiplication_of_many::<B::G1>,
        ),
        ("g1::round_trips", encoding::g1_round_trips::<B::G1>),
        ("g1::flags", encoding::g1_flags::<B::G1>),
        ("g1::coordinates", encoding::g1_coordinates::<B::G1>),
        (
            "g1::curve_and_subgroup",
            encoding::g1_curve_and_subgroup::<B::G1>,
        ),
        ("g2::addition", group::addition::<B::G2>),
        ("g2::multiplication", group::multiplication::<B::G2>),
        (
            "g2::multiplication_of_many",
            group::multiplication_of_many::<B::G2>,
        ),
        ("g2::round_trips", encoding::g2_round_trips::<B::G2>),
        ("g2::flags", encoding::g2_flags::<B::G2>),
        ("g2::coordinates", encoding::g2_coordinates::<B::G2>),
        (
            "g2::curve_and_subgroup",
            encoding::g2_curve_and_subgroup::<B::G2>,
        ),
        ("msm::short", msm::short::<B>),
        ("msm::long", msm::long::<B>),
        ("msm::outside_subgroup", msm::outside_subgroup::<B>),
        ("msm::fixed_short", msm::fixed_short::<B>),
        ("msm::fixed_long", msm::fixed_long::<B>),
        ("msm::fixed_many", msm::fixed_many::<B>),
        ("msm::matrices", msm::matrices::<B>),
        ("msm::many", msm::many::<B>),
        ("msm::memory", msm::memory::<B>),
        ("pairing::bilinear", pairing::bilinear::<B>),
        ("pairing::infinities", pairing::infinities::<B>),
        ("pairing::products", pairing::products::<B>),
        ("pairing::many", pairing::many::<B>),
        ("pairing::exponents", pairing::exponents::<B>),
        ("transform::values", transform::values::<B>),
        ("transform::oracle", transform::oracle::<B>),
        ("transform::inverse", transform::inverse::<B>),
        ("transform::parts", transform::parts::<B>),
        ("transform::long_rows", transform::long_rows::<B>),
        ("evaluation::folding", evaluation::folding::<B>),
        ("evaluation::weighted_sums", evaluation::weighted_sums::<B>),
        ("evaluation::scaled_values", evaluation::scaled_values::<B>),
        (
            "evaluation::interpolations",
            evaluation::interpolations::<B>,
        ),
        (
            "evaluation::malformed_interpolations",
            evaluation::malformed_interpolations::<B>,
        ),
        ("evaluation::raw", evaluation::raw::<B>),
        ("evaluation::quotient", evaluation::quotient::<B::Fr>),
        ("bulk::field_elements", bulk::field_elements::<B>),
        ("bulk::g1_points", bulk::g1_points::<B>),
        ("bulk::hashes", bulk::hashes::<B>),
        ("opening::left_side", opening::left_side::<B>),
        ("opening::malformed_points", opening::malformed_points::<B>),
        ("bulk::trusted_affine", bulk::trusted_affine::<B>),
    ];
    laws.iter()
        .map(|&(name, check)| Law::new(format!("algebra::{name}"), check))
        .collect()
}
