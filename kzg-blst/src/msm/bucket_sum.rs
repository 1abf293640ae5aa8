//! `Σ g·bucket[g]` over buckets of points. All buckets are summed pairwise, level by level, by batch
//! affine additions.
//!
//! The weighted sum follows by halving: with `B'[h] = B[2h] + B[2h+1]`,
//! `Σ g·B[g] = 2·Σ h·B'[h] + Σ B[odd]`.

use kzg_traits::Group;

use super::batch_adder::BatchAdder;
use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::{G1Affine, INFINITY, make_room};
use crate::curve::jacobian::G1;

/// The sum over a range of buckets, and its working memory.
#[derive(Debug, Default)]
pub(super) struct RangeSum {
    adder: BatchAdder,
    additions: Vec<Addition>,
    /// Points without a partner, and their positions in the next level.
    single: Vec<(Operand, u32)>,
    /// The groups of points before and after a level.
    groups: Groups,
    next: Groups,
    /// The sums of the buckets before and after a halving.
    buckets: Vec<G1Affine>,
    halved: Vec<G1Affine>,
    odd: Vec<G1Affine>,
    windows: usize,
}

/// Points group by group: group `g` is at `bounds[g]..bounds[g + 1]`. Points beyond the last group are
/// left over from earlier levels.
#[derive(Debug, Default)]
struct Groups {
    points: Vec<G1Affine>,
    bounds: Vec<u32>,
}

impl RangeSum {
    /// Returns `Σ g·bucket[g]` and `Σ bucket[g]` over the buckets that `bounds` delimits in `operands`.
    pub(super) fn sum(
        &mut self,
        table: &[G1Affine],
        operands: &[Operand],
        bounds: &[u32],
    ) -> (G1, G1) {
        self.sum_windows(table, operands, bounds, 1);
        let bits = self.groups.bounds.len() - 1;
        let weighted = (0..bits).rev().fold(G1::identity(), |sum, bit| {
            let mut sum = sum.double();
            sum.add_affine(&self.bit(bit, 0));
            sum
        });
        (weighted, G1::from_affine(&self.total(0)))
    }

    /// Sums the buckets of several windows. Each window has the same number of buckets, a power of two.
    /// The results are [`total`](Self::total), `Σ bucket[g]`, and [`bit`](Self::bit), with
    /// `Σ g·bucket[g] = Σ 2^i·bit[i]`.
    pub(super) fn sum_windows(
        &mut self,
        table: &[G1Affine],
        operands: &[Operand],
        bounds: &[u32],
        windows: usize,
    ) {
        self.windows = windows;
        // The first level has the most points, so it gets the larger buffer.
        if self.next.points.capacity() < self.groups.points.capacity() {
            core::mem::swap(&mut self.groups.points, &mut self.next.points);
        }
        self.level(Some((table, operands)), bounds);
        self.reduce();
        // Every bucket has at most one point now.
        self.buckets.clear();
        self.buckets
            .extend(self.groups.bounds.windows(2).map(|bound| {
                if bound[0] == bound[1] {
                    INFINITY
                } else {
                    self.groups.points[bound[0] as usize]
                }
            }));

        self.odd.clear();
        self.groups.bounds.clear();
        self.groups.bounds.push(0);
        while self.buckets.len() > windows {
            let half = self.buckets.len() / 2;
            self.odd.extend(self.buckets.iter().skip(1).step_by(2));
            let odd = self.odd.len() - half;
            let ends = (1..=windows).map(|window| (odd + window * (half / windows)) as u32);
            self.groups.bounds.extend(ends);
            self.additions.clear();
            self.additions.extend((0..half).map(|h| Addition {
                left: Operand::new(2 * h, false),
                right: Operand::new(2 * h + 1, false),
                out: h as u32,
            }));
            self.halved.resize(half, INFINITY);
            self.adder
                .add(&self.buckets, &self.additions, &mut self.halved);
            core::mem::swap(&mut self.buckets, &mut self.halved);
        }
        make_room(&mut self.groups.points, self.odd.len());
        self.groups.points[..self.odd.len()].copy_from_slice(&self.odd);
        self.reduce();
    }

    /// Returns `Σ bucket[g]` over the buckets of a window.
    pub(super) fn total(&self, window: usize) -> G1Affine {
        self.buckets[window]
    }

    /// Returns the sum of the buckets of a window whose number has the given bit set.
    pub(super) fn bit(&self, bit: usize, window: usize) -> G1Affine {
        let group = bit * self.windows + window;
        let (start, end) = (self.groups.bounds[group], self.groups.bounds[group + 1]);
        if start == end {
            INFINITY
        } else {
            self.groups.points[start as usize]
        }
    }

    /// Sums every group to at most one point.
    fn reduce(&mut self) {
        while self
            .groups
            .bounds
            .windows(2)
            .any(|bound| bound[1] - bound[0] > 1)
        {
            let bounds = core::mem::take(&mut self.groups.bounds);
            self.level(None, &bounds);
            // `level` has left new bounds in `groups`. The old list is the memory of the next level.
            self.next.bounds = bounds;
        }
    }

    /// Adds the points of each group in pairs, into `groups`. The points are those of the table that
    /// the operands name, or else those in `groups`.
    fn level(&mut self, from: Option<(&[G1Affine], &[Operand])>, bounds: &[u32]) {
        let operand = |at: u32| match from {
            Some((_, operands)) => operands[at as usize],
            None => Operand::new(at as usize, false),
        };
        self.additions.clear();
        self.single.clear();
        // The capacity is the largest possible number, because the actual number varies.
        let points = bounds[bounds.len() - 1] - bounds[0];
        self.additions.reserve(points as usize / 2);
        self.single.reserve(bounds.len() - 1);
        self.next.bounds.clear();
        self.next.bounds.push(0);
        let mut out = 0;
        for bound in bounds.windows(2) {
            let mut at = bound[0];
            while at + 1 < bound[1] {
                let (left, right) = (operand(at), operand(at + 1));
                self.additions.push(Addition { left, right, out });
                at += 2;
                out += 1;
            }
            if at < bound[1] {
                self.single.push((operand(at), out));
                out += 1;
            }
            self.next.bounds.push(out);
        }
        let source = from.map_or(self.groups.points.as_slice(), |(table, _)| table);
        let sums = &mut self.next.points;
        make_room(sums, out as usize);
        self.adder.add(source, &self.additions, sums);
        for &(operand, out) in &self.single {
            sums[out as usize] = operand.read(source);
        }
        core::mem::swap(&mut self.groups, &mut self.next);
    }
}
