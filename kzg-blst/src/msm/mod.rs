//! Multi-scalar multiplication in G1.

use blst::blst_p1_affine;
use kzg_traits::{Exec, Precompute};

use crate::field::Fr;
use crate::group::G1;

mod affine;
mod base_field;
mod batch_affine;
mod bucket_sum;
mod endomorphism;
mod fixed_base;
pub(crate) mod variable_base;

use fixed_base::FixedBaseTable;

/// Fixed points of G1, prepared for multi-scalar multiplication: with a table of multiples
/// where the budget allows one, otherwise the points alone.
#[derive(Clone)]
pub struct Bases(Prepared);

#[derive(Clone)]
enum Prepared {
    Table(FixedBaseTable),
    Points(Vec<blst_p1_affine>),
}

impl Bases {
    pub(crate) fn new(points: &[G1], precompute: Precompute, exec: &Exec) -> Self {
        Self(match FixedBaseTable::new(points, precompute, exec) {
            Some(table) => Prepared::Table(table),
            None => {
                let mut affine_points = vec![affine::INFINITY; points.len()];
                affine::to_affine(points, &mut affine_points, exec);
                Prepared::Points(affine_points)
            }
        })
    }

    pub(crate) fn memory(&self) -> usize {
        match &self.0 {
            Prepared::Table(table) => table.memory(),
            Prepared::Points(points) => size_of_val(points.as_slice()),
        }
    }

    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        match &self.0 {
            Prepared::Table(table) => table.msm(scalars, exec),
            Prepared::Points(points) => variable_base::msm_affine(points, scalars, exec),
        }
    }
}

impl core::fmt::Debug for Bases {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.0 {
            Prepared::Table(table) => table.fmt(f),
            Prepared::Points(points) => f
                .debug_struct("Bases")
                .field("points", &points.len())
                .finish(),
        }
    }
}
