//! Decoding of many compressed points.

use kzg_traits::{Exec, PointError};

use crate::curve::additions::LANES;
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::jacobian::G1;
use crate::engine::VectorEngine;
use crate::msm::subgroup::all_in_subgroup;
use crate::selection::vector_engine;
use crate::sha256::sha256;

/// Fewest points for which one subgroup check of all points takes less time than single checks.
const FEWEST_TOGETHER: usize = 80;
/// Fewest points for which one subgroup check of all points takes less time than single checks by a
/// vector engine, which take a quarter of the scalar time.
const FEWEST_TOGETHER_IN_LANES: usize = 192;

/// A decoded point of the curve, before the subgroup check.
type Uncompressed = Result<G1Affine, PointError>;

/// Decodes points, and checks for each of them whether it lies in the subgroup.
pub(crate) fn g1_many(encodings: &[[u8; 48]], out: &mut [Result<G1, PointError>], exec: &Exec) {
    // Without lanes, a thread takes one point at a time.
    let at_once = if vector_engine().is_some() { LANES } else { 1 };
    exec.for_each_chunk_mut(out, at_once, |index, out| {
        let encodings = &encodings[index * at_once..][..out.len()];
        let mut points = [const { Ok(INFINITY) }; LANES];
        let points = &mut points[..out.len()];
        if !decode_few(encodings, points) {
            uncompress(encodings, points);
            check_each(points);
        }
        for (out, point) in out.iter_mut().zip(points) {
            *out = point.map(|affine| G1::from_affine(&affine));
        }
    });
}

/// Decodes points, and checks for all of them together whether they lie in the subgroup. Only if that
/// check fails, each point is checked by itself.
pub(crate) fn g1_batched(encodings: &[[u8; 48]], out: &mut [Result<G1, PointError>], exec: &Exec) {
    let fewest = match vector_engine() {
        Some(_) => FEWEST_TOGETHER_IN_LANES,
        None => FEWEST_TOGETHER,
    };
    if encodings.len() < fewest {
        g1_many(encodings, out, exec);
        return;
    }
    let mut points = exec.scratch_vec();
    points.resize(encodings.len(), Ok(INFINITY));
    exec.for_each_chunk_mut(&mut points, LANES, |index, points| {
        uncompress(&encodings[index * LANES..][..points.len()], points);
    });
    let mut affine = exec.scratch_vec();
    affine.extend(points.iter().map(|point| point.unwrap_or(INFINITY)));
    if !all_in_subgroup(&affine, &sha256(encodings.as_flattened()), exec) {
        exec.for_each_chunk_mut(&mut points, LANES, |_, points| check_each(points));
    }
    for (out, point) in out.iter_mut().zip(points.iter()) {
        *out = point.map(|affine| G1::from_affine(&affine));
    }
}

/// Decodes and checks few points by an engine that does both at the same time; returns false, without
/// a change, if there is none.
fn decode_few(encodings: &[[u8; 48]], points: &mut [Uncompressed]) -> bool {
    if encodings.iter().any(has_infinity_flag) {
        return false;
    }
    let inside = vector_engine().and_then(|engine| engine.uncompress_and_check(encodings, points));
    if let Some(inside) = inside {
        reject_others(points, inside);
    }
    inside.is_some()
}

/// Replaces each finite point that has no bit in `inside` by an error.
pub(crate) fn reject_others(points: &mut [Uncompressed], inside: u8) {
    for (lane, point) in points.iter_mut().enumerate() {
        if inside >> lane & 1 == 0 && point.is_ok_and(|point| !is_infinity(&point)) {
            *point = Err(PointError::Subgroup);
        }
    }
}

/// Decodes at most [`LANES`] points.
fn uncompress(encodings: &[[u8; 48]], out: &mut [Uncompressed]) {
    // Infinity takes no square root, so only finite points count for the choice of an engine.
    let finite = encodings
        .iter()
        .filter(|encoding| !has_infinity_flag(encoding));
    if let Some(engine) = vector_engine_for(finite.count()) {
        return engine.uncompress(encodings, out);
    }
    for (out, encoding) in out.iter_mut().zip(encodings) {
        *out = G1::uncompress(encoding).map(G1Affine);
    }
}

/// Replaces each of at most [`LANES`] points that lies outside the subgroup by an error.
fn check_each(points: &mut [Uncompressed]) {
    let is_finite = |point: &&Uncompressed| point.is_ok_and(|point| !is_infinity(&point));
    if let Some(engine) = vector_engine_for(points.iter().filter(is_finite).count()) {
        let mut affine = [INFINITY; LANES];
        for (affine, point) in affine.iter_mut().zip(&*points) {
            *affine = point.unwrap_or(INFINITY);
        }
        return reject_others(points, engine.in_subgroup(&affine[..points.len()]));
    }
    for point in points {
        if point.is_ok_and(|point| !is_infinity(&point) && !G1::is_affine_in_subgroup(&point)) {
            *point = Err(PointError::Subgroup);
        }
    }
}

/// Returns the vector engine that runs, if it decodes that many finite points faster than scalar
/// arithmetic.
fn vector_engine_for(finite_points: usize) -> Option<&'static dyn VectorEngine> {
    vector_engine().filter(|engine| finite_points >= engine.fewest_points())
}

/// Returns whether the infinity flag, the second highest bit, is set.
pub(crate) fn has_infinity_flag(encoding: &[u8; 48]) -> bool {
    encoding[0] & 0x40 != 0
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Fr;
    use crate::curve::base_field::MODULUS;
    use crate::curve::jacobian::SCALAR_SUBGROUP_CHECKS;
    use crate::engine::Engine;
    use crate::msm::subgroup::tests::{COFACTOR, torsion};
    use crate::selection::testing::on_every_engine;
    use kzg_traits::{Fr as _, Group};

    /// Encodings of points of every small order, alone and added to a point of the subgroup; of points
    /// with small x coordinates, of which half are on the curve, nearly all outside the subgroup, and
    /// one has order three; of points of the subgroup, including infinity; and malformed encodings.
    pub(crate) fn encodings() -> Vec<[u8; 48]> {
        let mut encodings = Vec::new();
        let mut seed = 0;
        for (order, _) in COFACTOR {
            let small = torsion(order, &mut seed);
            encodings.push(small.to_bytes());
            encodings.push((small + G1::generator()).to_bytes());
            encodings.push((G1::generator() - small).to_bytes());
        }
        for x in 0..40 {
            for flags in [0x80, 0xa0] {
                let mut encoding = [0; 48];
                (encoding[0], encoding[47]) = (flags, x);
                encodings.push(encoding);
            }
        }
        for k in 0..30 {
            let point = G1::generator().mul(&Fr::from_u64(k * k));
            encodings.push(point.to_bytes());
            encodings.push((-point).to_bytes());
        }
        for first in [0x00, 0x40, 0xc1, 0xe0, 0x9f, 0xbf, 0xff] {
            let mut encoding = [0xff; 48];
            encoding[0] = first;
            encodings.push(encoding);
        }
        let mut at_modulus = [0; 48];
        let words = at_modulus.as_chunks_mut().0.iter_mut();
        for (bytes, word) in words.zip(MODULUS.iter().rev()) {
            *bytes = word.to_be_bytes();
        }
        at_modulus[0] |= 0x80;
        encodings.push(at_modulus);
        // The order is mixed, but the same in every run.
        let count = encodings.len();
        assert_ne!(count % 37, 0, "a step without common factors");
        (0..2 * count).map(|i| encodings[i * 37 % count]).collect()
    }

    #[test]
    fn every_engine_gives_the_results_of_single_points() {
        let encodings = encodings();
        let expected: Vec<_> = encodings.iter().map(G1::from_bytes).collect();
        for error in [
            PointError::Encoding,
            PointError::Coordinate,
            PointError::Curve,
            PointError::Subgroup,
        ] {
            assert!(expected.contains(&Err(error)), "{error}");
        }
        on_every_engine(|engine| {
            let few = (0..20).chain([FEWEST_TOGETHER - 1, FEWEST_TOGETHER]);
            let many = [FEWEST_TOGETHER_IN_LANES - 1, FEWEST_TOGETHER_IN_LANES];
            for size in few.chain(many).chain([encodings.len()]) {
                for decode in [g1_many, g1_batched] {
                    let mut out = vec![Ok(G1::identity()); size];
                    decode(&encodings[..size], &mut out, &Exec::serial());
                    assert_eq!(out, expected[..size], "{engine}, {size} points");
                }
            }
        });
    }

    /// Points outside the subgroup cost a vector engine no more than points of the subgroup.
    #[test]
    fn vector_engines_give_each_verdict_without_a_scalar_check() {
        let mut seed = 0;
        let small = COFACTOR.map(|(order, _)| torsion(order, &mut seed));
        // The order of this point has every prime factor of the cofactor.
        let rest = small.iter().fold(G1::identity(), |sum, part| sum + *part);
        let multiple = |k: usize| G1::generator().mul(&Fr::from_u64(k as u64));
        let [three, eleven, ..] = small;
        let lists: [Vec<G1>; 6] = [
            (0..64).map(|k| multiple(k) + rest).collect(),
            (0..64).map(|k| multiple(k) + three).collect(),
            vec![three; 64],
            vec![eleven; 64],
            (0..64)
                .map(|k| if k % 2 == 0 { eleven } else { -eleven })
                .collect(),
            (1..65).map(multiple).collect(),
        ];
        let lists = lists.map(|points| points.iter().map(G1::to_bytes).collect::<Vec<_>>());
        let expected = lists
            .each_ref()
            .map(|list| list.iter().map(G1::from_bytes).collect());
        let mut verdicts = expected.iter().flatten();
        assert!(
            verdicts.all(|verdict: &Result<G1, _>| matches!(
                verdict,
                Ok(_) | Err(PointError::Subgroup)
            ))
        );
        on_every_engine(|engine| {
            for (list, expected) in lists.iter().zip(&expected) {
                let expected: &Vec<_> = expected;
                let checks = SCALAR_SUBGROUP_CHECKS.get();
                for size in [1, 2, 5, 8] {
                    for (encodings, expected) in list.chunks(size).zip(expected.chunks(size)) {
                        if engine == Engine::Avx2 && encodings.len() < 2 {
                            continue;
                        }
                        let mut out = vec![Ok(G1::identity()); encodings.len()];
                        g1_many(encodings, &mut out, &Exec::serial());
                        assert_eq!(out, expected, "{engine}");
                    }
                }
                let repeated = list.repeat(FEWEST_TOGETHER_IN_LANES.div_ceil(list.len()));
                let mut out = vec![Ok(G1::identity()); repeated.len()];
                g1_batched(&repeated, &mut out, &Exec::serial());
                assert!(
                    out.chunks(list.len()).all(|out| out == expected),
                    "{engine}"
                );
                if engine != Engine::Scalar {
                    assert_eq!(SCALAR_SUBGROUP_CHECKS.get(), checks, "{engine}");
                }
            }
        });
    }

    #[test]
    fn every_engine_decodes_few_points_at_once() {
        let encodings = encodings();
        let expected: Vec<_> = encodings.iter().map(G1::from_bytes).collect();
        on_every_engine(|engine| {
            for few in 1..4 {
                for (encodings, expected) in encodings.windows(few).zip(expected.windows(few)) {
                    let mut out = vec![Ok(G1::identity()); few];
                    g1_many(encodings, &mut out, &Exec::serial());
                    assert_eq!(out, expected, "{engine}");
                }
            }
        });
    }
}
