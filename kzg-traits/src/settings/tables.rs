//! The contents of loaded settings: the verifier's data, and the prover's lazy tables.

use std::sync::Arc;

use crate::algebra::Group;
use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL};
use crate::domain::Domain;
use crate::exec::Exec;
use crate::fk20::Fk20;
use crate::folding::Folding;
use crate::lazy::Lazy;
use crate::precompute::Precompute;
use crate::settings::Settings;
use crate::setup::SetupPoints;

/// The table budget for the 64 fixed points of cell verification: for kzg-blst, the table of signed sums
/// in seven groups, which takes 196,608 bytes. One in six groups would take 491,520 bytes.
const CELL_BASES: Precompute = Precompute::within(400_000);

/// The data that every operation needs, independent of the options.
#[derive(Debug)]
pub(super) struct Core<B: Backend> {
    points: SetupPoints<B>,
    pub(super) domain: Domain<B::Fr>,
    /// The tables for the evaluation of blobs.
    pub(super) folding: Folding<B::Fr>,
    g2_generator: B::PreparedG2,
    g2_tau: B::PreparedG2,
    g2_tau_64: B::PreparedG2,
    /// The first 64 powers of the secret in G1, prepared.
    cell_bases: Lazy<B::Bases>,
}

/// The prover's tables for one memory budget.
#[derive(Debug)]
pub(super) struct Tables<B: Backend> {
    /// The Lagrange points in bit-reversed order.
    lagrange: Lazy<B::Bases>,
    fk20: Lazy<Fk20<B>>,
}

impl<B: Backend> Core<B> {
    pub(super) fn new(points: SetupPoints<B>, domain: Domain<B::Fr>) -> Self {
        Self {
            g2_generator: B::prepare_g2(&B::G2::generator()),
            g2_tau: B::prepare_g2(&points.g2_monomial(1)),
            g2_tau_64: B::prepare_g2(&points.g2_monomial(FIELD_ELEMENTS_PER_CELL)),
            cell_bases: Lazy::new(),
            points,
            folding: Folding::new(&domain, FIELD_ELEMENTS_PER_BLOB),
            domain,
        }
    }
}

impl<B: Backend> Tables<B> {
    pub(super) fn new() -> Self {
        Self {
            lagrange: Lazy::new(),
            fk20: Lazy::new(),
        }
    }

    pub(super) fn memory(&self) -> usize {
        let lagrange = self.lagrange.peek();
        let fk20 = self.fk20.peek();
        lagrange
            .iter()
            .map(|bases| B::bases_memory(bases))
            .sum::<usize>()
            + fk20.iter().map(|fk20| fk20.memory()).sum::<usize>()
    }

    pub(super) fn release(&self) {
        self.lagrange.release();
        self.fk20.release();
    }
}

/// While a table is built under its lock, all work stays on the calling thread: see [`Lazy`].
impl<B: Backend> Settings<B> {
    /// `[1]₂` and `[τ]₂`, the points of the pairing equation of an opening.
    pub(crate) fn opening_g2(&self) -> [&B::PreparedG2; 2] {
        [&self.core.g2_generator, &self.core.g2_tau]
    }

    /// `[1]₂` and `[τ^64]₂`, the points of the pairing equation of a cell.
    pub(crate) fn cell_g2(&self) -> [&B::PreparedG2; 2] {
        [&self.core.g2_generator, &self.core.g2_tau_64]
    }

    /// The first 64 powers of the secret in G1, prepared.
    pub(crate) fn cell_bases(&self) -> Arc<B::Bases> {
        let core = &self.core;
        core.cell_bases
            .get_or_build(|| self.prepare_cell_bases(CELL_BASES))
    }

    /// Prepares the 64 fixed points of cell verification within another budget, on this thread. The
    /// working memory is freed, not kept for later calls, which need less.
    pub(crate) fn prepare_cell_bases(&self, budget: Precompute) -> B::Bases {
        let exec = Exec::serial();
        let points = self
            .core
            .points
            .g1_monomial(0..FIELD_ELEMENTS_PER_CELL, &exec);
        B::prepare(&points, budget, &exec)
    }

    pub(crate) fn lagrange_bases(&self) -> Arc<B::Bases> {
        self.tables
            .lagrange
            .get_or_build(|| self.build_lagrange_bases(&self.exec.on_this_thread()))
    }

    pub(crate) fn fk20(&self) -> Arc<Fk20<B>> {
        self.tables
            .fk20
            .get_or_build(|| self.build_fk20(&self.exec.on_this_thread()))
    }

    /// Builds the missing tables on all threads of the settings.
    pub(super) fn build_tables(&self) {
        if !self.exec.is_parallel() {
            self.lagrange_bases();
            self.fk20();
            return;
        }
        if self.tables.lagrange.peek().is_none() {
            self.tables
                .lagrange
                .publish(self.build_lagrange_bases(&self.exec));
        }
        if self.tables.fk20.peek().is_none() {
            self.tables.fk20.publish(self.build_fk20(&self.exec));
        }
    }

    fn build_lagrange_bases(&self, exec: &Exec) -> B::Bases {
        let points = self.core.points.g1_lagrange(exec);
        B::prepare(&points, self.options.precompute, exec)
    }

    fn build_fk20(&self, exec: &Exec) -> Fk20<B> {
        let points = self.core.points.fk20_columns(&self.core.domain, exec);
        Fk20::new(&self.core.domain, &points, self.options.precompute, exec)
    }
}
