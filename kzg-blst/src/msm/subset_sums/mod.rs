//! Sums over at most 64 points by tables of signed subset sums, many sums in lockstep.
//!
//! With every scalar `Σ ±2^t + μ·Σ ±2^t`, a sum is `Σ_t 2^t·(S_t + μ·S'_t)`, where `S_t` and
//! `S'_t` add the points with the signs of bit `t` of their first and second halves: one lookup for
//! each group of the table. All these sums are independent, so that batch affine additions compute
//! them. Only [`Horner`](super::horner::Horner)'s rule over the bits is sequential.

mod few_points;
mod rows;
#[cfg(test)]
mod tests;

use kzg_traits::{Exec, Group, MatrixProduct};

use super::subset_table::{SubsetTable, TableBuilder};
use crate::Blst;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;
use rows::Rows;

pub(super) use few_points::{FEW_POINTS, sum_few};

/// The most sums in lockstep. The bits of each take 12 KB.
const ROWS: usize = 128;
/// Number of points in a group of a table that is used once.
const MATRIX_GROUP: usize = 8;

/// Computes `out[i] = Σ_j scalars[j]·points[j]` for job `i` over the points of its table.
pub(super) fn sum_many<'a>(
    job: impl Fn(usize) -> (&'a SubsetTable, &'a [Fr]) + Send + Sync,
    out: &mut [G1],
    exec: &Exec,
) {
    let chunk = exec.chunk_len(out.len(), 1).min(ROWS);
    exec.for_each_chunk_mut(out, chunk, |index, out| {
        let mut rows = exec.scratch::<Rows>();
        rows.sums.clear();
        for (table, scalars) in (index * chunk..).take(out.len()).map(&job) {
            rows.add(table, core::iter::once(scalars));
        }
        rows.finish(out);
    });
}

/// Returns `Σ_j scalars[j]·points[j]` over at most 64 points that are new each time.
pub(super) fn sum(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    let mut sum = [G1::identity()];
    if !points.is_empty() {
        let mut rows = exec.scratch::<Rows>();
        let mut build = exec.scratch::<TableBuilder>();
        let mut table = exec.scratch::<SubsetTable>();
        let groups = points.len().div_ceil(MATRIX_GROUP);
        table.rebuild(points, groups, &mut build);
        rows.sums.clear();
        rows.add(&table, core::iter::once(scalars));
        rows.finish(&mut sum);
    }
    sum[0]
}

/// Computes products of matrices with points that are new each time, by tables that are used once.
pub(super) fn multiply_matrices(jobs: &mut [MatrixProduct<'_, Blst>], exec: &Exec) {
    // A job has at least one row, and its bits take memory until the end of the chunk.
    let chunk = exec.chunk_len(jobs.len(), 1).min(ROWS);
    exec.for_each_chunk_mut(jobs, chunk, |_, jobs| {
        let mut rows = exec.scratch::<Rows>();
        let mut build = exec.scratch::<TableBuilder>();
        let mut table = exec.scratch::<SubsetTable>();
        let mut points = exec.scratch_vec();
        let mut totals = exec.scratch_vec();
        rows.sums.clear();
        for job in &mut *jobs {
            let scalars = job.points.len() * job.out.len();
            assert_eq!(job.matrix.len(), scalars, "a row of scalars for each sum");
            if job.points.is_empty() {
                // A table needs at least one point.
                job.out.fill(G1::identity());
                continue;
            }
            points.resize(job.points.len(), INFINITY);
            to_affine(job.points, &mut points, exec);
            table.rebuild(&points, points.len().div_ceil(MATRIX_GROUP), &mut build);
            rows.add(&table, job.matrix.chunks_exact(points.len()));
        }
        let tabled = |job: &MatrixProduct<'_, Blst>| !job.points.is_empty();
        let count = jobs.iter().filter(|job| tabled(job));
        totals.resize(count.map(|job| job.out.len()).sum(), G1::identity());
        rows.finish(&mut totals);
        let mut totals = totals.iter();
        let jobs = jobs.iter_mut().filter(|job| tabled(job));
        for (slot, total) in jobs.flat_map(|job| &mut *job.out).zip(&mut totals) {
            *slot = *total;
        }
    });
}
