//! Decoding of many points.

use kzg_traits::{Exec, Group, PointError};

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
    decode_chunks(encodings, out, exec, |encodings, points| {
        if !decode_few(encodings, points) {
            uncompress(encodings, points);
            check_each(points);
        }
    });
}

/// Decodes points and checks that they are on the curve, not that they lie in the subgroup.
pub(crate) fn g1_on_curve_many(
    encodings: &[[u8; 48]],
    out: &mut [Result<G1, PointError>],
    exec: &Exec,
) {
    decode_chunks(encodings, out, exec, uncompress);
}

/// Decodes points by `decode`, which takes as many of them as a thread takes at a time.
fn decode_chunks(
    encodings: &[[u8; 48]],
    out: &mut [Result<G1, PointError>],
    exec: &Exec,
    decode: impl Fn(&[[u8; 48]], &mut [Uncompressed]) + Send + Sync,
) {
    assert_eq!(encodings.len(), out.len(), "one result for each encoding");
    let at_once = at_once();
    exec.for_each_chunk_mut(out, at_once, |index, out| {
        let mut points = [const { Ok(INFINITY) }; LANES];
        let points = &mut points[..out.len()];
        decode(&encodings[index * at_once..][..out.len()], points);
        write(points, out);
    });
}

/// Computes [`Backend::g1_check_subgroup`](kzg_traits::Backend::g1_check_subgroup).
pub(crate) fn check_subgroup(points: &[G1], verdicts: &mut [Result<(), PointError>], exec: &Exec) {
    assert_eq!(points.len(), verdicts.len(), "one verdict for each point");
    let at_once = at_once();
    exec.for_each_chunk_mut(verdicts, at_once, |index, verdicts| {
        let mut affine = [const { Ok(INFINITY) }; LANES];
        let affine = &mut affine[..verdicts.len()];
        for (affine, point) in affine.iter_mut().zip(&points[index * at_once..]) {
            // blst would invert the z coordinate of infinity.
            *affine = Ok(if point.is_identity() {
                INFINITY
            } else {
                point.to_affine()
            });
        }
        check_each(affine);
        for (verdict, affine) in verdicts.iter_mut().zip(affine) {
            if let Err(reason) = affine {
                *verdict = Err(*reason);
            }
        }
    });
}

/// Decodes points, and checks for all of them together whether they lie in the subgroup. Only if that
/// check fails, each point is checked by itself.
pub(crate) fn g1_batched(encodings: &[[u8; 48]], out: &mut [Result<G1, PointError>], exec: &Exec) {
    if encodings.len() < fewest_together() {
        g1_many(encodings, out, exec);
        return;
    }
    decode_batched(encodings, uncompress, out, exec);
}

/// As [`g1_batched`], for points that are encoded by both coordinates.
pub(crate) fn g1_affine_batched(
    encodings: &[[u8; 96]],
    out: &mut [Result<G1, PointError>],
    exec: &Exec,
) {
    let decode = |encodings: &[[u8; 96]], out: &mut [Uncompressed]| {
        for (out, encoding) in out.iter_mut().zip(encodings) {
            *out = G1::deserialize(encoding).map(G1Affine);
        }
    };
    decode_batched(encodings, decode, out, exec);
}

/// Returns the fewest points for which one subgroup check of all points takes less time than single
/// checks.
fn fewest_together() -> usize {
    match vector_engine() {
        Some(_) => FEWEST_TOGETHER_IN_LANES,
        None => FEWEST_TOGETHER,
    }
}

/// Decodes points by `decode`, which takes at most [`LANES`] of them and checks that they are on the
/// curve. Then checks the subgroup: of all points together where that takes less time, and of each if
/// that check fails.
fn decode_batched<const BYTES: usize>(
    encodings: &[[u8; BYTES]],
    decode: impl Fn(&[[u8; BYTES]], &mut [Uncompressed]) + Sync,
    out: &mut [Result<G1, PointError>],
    exec: &Exec,
) {
    assert_eq!(encodings.len(), out.len(), "one result for each encoding");
    let mut points = exec.scratch_vec();
    points.resize(encodings.len(), Ok(INFINITY));
    exec.for_each_chunk_mut(&mut points, LANES, |index, points| {
        decode(&encodings[index * LANES..][..points.len()], points);
    });
    let all_inside = encodings.len() >= fewest_together() && {
        let mut affine = exec.scratch_vec();
        affine.extend(points.iter().map(|point| point.unwrap_or(INFINITY)));
        all_in_subgroup(&affine, &sha256(encodings.as_flattened()), exec)
    };
    if !all_inside {
        exec.for_each_chunk_mut(&mut points, LANES, |_, points| check_each(points));
    }
    write(&points, out);
}

/// Returns the number of points that a thread takes at a time: without lanes, one.
fn at_once() -> usize {
    if vector_engine().is_some() { LANES } else { 1 }
}

fn write(points: &[Uncompressed], out: &mut [Result<G1, PointError>]) {
    for (out, point) in out.iter_mut().zip(points) {
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
pub(crate) mod tests;
