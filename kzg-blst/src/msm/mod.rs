//! Multi-scalar multiplication in G1.

use kzg_traits::{Exec, Group, MatrixProduct, Precompute};

use crate::Blst;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;

pub(crate) mod batch_adder;
mod bucket_sum;
mod buckets;
mod fixed_base;
pub(crate) mod generator;
pub(crate) mod horner;
mod interleaved;
pub(crate) mod same_scalar;
pub(crate) mod subgroup;
mod subset_sums;
mod subset_table;
#[cfg(test)]
mod tests;
pub(crate) mod variable_base;

use fixed_base::FixedBaseTable;
use subset_table::SubsetTable;

/// The fewest sums over a few points for which lockstep takes less time than one sum after the other.
const FEWEST_IN_LOCKSTEP: usize = 4;

/// Fixed points of G1, prepared for multi-scalar multiplication.
///
/// They hold the fastest table that fits the memory budget: a table of multiples for many points, or
/// of signed subset sums for at most 64. If no table fits, they hold the points alone.
#[derive(Clone)]
pub struct Bases(Prepared);

#[derive(Clone)]
enum Prepared {
    Multiples(FixedBaseTable),
    Subsets(SubsetTable),
    Points(Vec<G1Affine>),
}

impl Bases {
    pub(crate) fn new(points: &[G1], precompute: Precompute, exec: &Exec) -> Self {
        let affine_points = || {
            let mut affine = vec![INFINITY; points.len()];
            to_affine(points, &mut affine, exec);
            affine
        };
        let window = FixedBaseTable::fitting_window(points.len(), precompute);
        let groups = SubsetTable::fitting_groups(points.len(), precompute);
        let subsets_are_faster = |window| {
            groups.is_some_and(|groups| {
                SubsetTable::additions(groups) < FixedBaseTable::additions(points.len(), window)
            })
        };
        Self(match (window, groups) {
            (Some(window), _) if !subsets_are_faster(window) => {
                Prepared::Multiples(FixedBaseTable::new(points, window, exec))
            }
            (_, Some(groups)) => {
                let mut build = exec.scratch();
                Prepared::Subsets(SubsetTable::new(&affine_points(), groups, &mut build))
            }
            (_, None) => Prepared::Points(affine_points()),
        })
    }

    pub(crate) fn memory(&self) -> usize {
        match &self.0 {
            Prepared::Multiples(table) => table.memory(),
            Prepared::Subsets(table) => table.memory(),
            Prepared::Points(points) => size_of_val(points.as_slice()),
        }
    }

    fn subsets(&self) -> Option<&SubsetTable> {
        match &self.0 {
            Prepared::Subsets(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        match &self.0 {
            Prepared::Multiples(table) => table.msm(scalars, exec),
            Prepared::Subsets(table) => {
                let mut sum = [G1::identity()];
                subset_sums::sum_many(|_| (table, scalars), &mut sum, exec);
                sum[0]
            }
            Prepared::Points(points) => variable_base::msm_affine(points, scalars, exec),
        }
    }
}

impl core::fmt::Debug for Bases {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.0 {
            Prepared::Multiples(table) => table.fmt(f),
            Prepared::Subsets(table) => table.fmt(f),
            Prepared::Points(points) => f
                .debug_struct("Bases")
                .field("points", &points.len())
                .finish(),
        }
    }
}

/// Computes several sums over prepared points: in lockstep if all bases have tables of subset sums,
/// otherwise one by one.
pub(crate) fn fixed_many(jobs: &[(&Bases, &[Fr])], out: &mut [G1], exec: &Exec) {
    assert_eq!(jobs.len(), out.len(), "one sum for each job");
    if jobs.iter().any(|(bases, _)| bases.subsets().is_none()) {
        return kzg_traits::backend::msm_fixed_each::<Blst>(jobs, out, exec);
    }
    let subsets = |index: usize| {
        let (bases, scalars) = jobs[index];
        (
            bases
                .subsets()
                .expect("all bases have a table of subset sums"),
            scalars,
        )
    };
    subset_sums::sum_many(subsets, out, exec);
}

/// Computes sums over a few points each; see [`Backend::msm_many`](kzg_traits::Backend::msm_many). Many sums
/// are computed in lockstep.
pub(crate) fn many(points: &[G1], scalars: &[Fr], out: &mut [G1], exec: &Exec) {
    let n = kzg_traits::backend::msm_many_terms(points.len(), scalars.len(), out.len());
    if n == 0 {
        return out.fill(G1::identity());
    }
    if out.len() < FEWEST_IN_LOCKSTEP || n > subset_table::MAX_POINTS {
        let sums = points.chunks_exact(n).zip(scalars.chunks_exact(n));
        for (sum, (points, scalars)) in out.iter_mut().zip(sums) {
            *sum = variable_base::msm(points, scalars, exec);
        }
        return;
    }
    if n <= subset_sums::FEW_POINTS {
        let mut affine = exec.scratch_vec();
        affine.resize(points.len(), INFINITY);
        to_affine(points, &mut affine, exec);
        return subset_sums::sum_few(&affine, scalars, out, exec);
    }
    let sums = points.chunks_exact(n).zip(scalars.chunks_exact(n));
    let mut jobs: Vec<MatrixProduct<'_, Blst>> = out
        .iter_mut()
        .zip(sums)
        .map(|(sum, (points, matrix))| MatrixProduct {
            matrix,
            points,
            out: core::slice::from_mut(sum),
        })
        .collect();
    subset_sums::multiply_matrices(&mut jobs, exec);
}

/// Computes products of matrices with points; see
/// [`Backend::multiply_matrices`](kzg_traits::Backend::multiply_matrices).
pub(crate) fn multiply_matrices(jobs: &mut [MatrixProduct<'_, Blst>], exec: &Exec) {
    subset_sums::multiply_matrices(jobs, exec);
}
