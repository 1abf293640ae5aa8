//! Sums over at most 64 points by tables of signed subset sums, many sums in lockstep.
//!
//! With every scalar `Σ ±2^t + μ·Σ ±2^t`, a sum is `Σ_t 2^t·(S_t + μ·S'_t)`, where `S_t` and
//! `S'_t` add the points with the signs of bit `t` of their first and second halves: one lookup for
//! each group of the table. All these sums are independent, so that batch affine additions compute
//! them. Only [`Horner`]'s rule over the bits is sequential.

use kzg_traits::{Exec, Group, MatrixProduct};

use super::batch_adder::BatchAdder;
use super::horner::Horner;
use super::subset_table::{MAX_POINTS, SubsetTable, TableBuilder};
use crate::Blst;
use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::{G1Affine, INFINITY, make_room};
use crate::curve::endomorphism::{HALF_BITS, minus_mu, sign_patterns};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;

/// The most sums in lockstep. The bits of each take 12 KB.
const ROWS: usize = 128;
/// The most points of [`sum_few`]: a group of six points and images has 32 sums.
pub(super) const FEW_POINTS: usize = 3;
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

/// Returns `Σ_j scalars[j]·points[j]` over at most [`MAX_POINTS`] points that are new each time.
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

/// Computes sums over a few points each, at most [`FEW_POINTS`], that are new each time: `out[i]` is the sum
/// over the points from `i·n` on, with `n = points.len() / out.len()`.
///
/// One group of a table holds the points of a sum and their images under the endomorphism, so that each bit
/// takes one lookup and no addition.
pub(super) fn sum_few(points: &[G1Affine], scalars: &[Fr], out: &mut [G1], exec: &Exec) {
    let n = kzg_traits::backend::msm_many_terms(points.len(), scalars.len(), out.len());
    assert!((1..=FEW_POINTS).contains(&n), "a few points");
    let per_table = MAX_POINTS / (2 * n);
    let chunk = exec.chunk_len(out.len(), 1).min(ROWS);
    exec.for_each_chunk_mut(out, chunk, |index, out| {
        let terms = index * chunk * n..(index * chunk + out.len()) * n;
        let points = points[terms.clone()].chunks(per_table * n);
        let scalars = scalars[terms].chunks(per_table * n);
        let mut few = exec.scratch::<Box<FewPoints>>();
        let FewPoints { table, build, both } = &mut **few;
        // One sum, as a single verification has it, takes no memory for its bits.
        let (mut bits_of_one, mut rows) = ([INFINITY; HALF_BITS], None);
        let sums = match out.len() {
            1 => bits_of_one.as_mut_slice(),
            count => {
                let rows = rows.insert(exec.scratch::<Rows>());
                rows.sums.resize(count * HALF_BITS, INFINITY);
                rows.sums.as_mut_slice()
            }
        };
        let mut slots = sums.chunks_exact_mut(HALF_BITS);
        for (points, scalars) in points.zip(scalars) {
            both.clear();
            for points in points.chunks_exact(n) {
                both.extend_from_slice(points);
                both.extend(points.iter().map(minus_mu));
            }
            table.rebuild(both, points.len() / n, build);
            for (group, scalars) in scalars.chunks_exact(n).enumerate() {
                let mut patterns = [[0; 2]; FEW_POINTS];
                for (pattern, scalar) in patterns.iter_mut().zip(scalars) {
                    let [first, second] = sign_patterns(*scalar);
                    // The images are those under `-μ`, so their signs are the opposite ones.
                    *pattern = [first, !second];
                }
                let slots = slots.next().expect("bits for each sum");
                for (t, slot) in slots.iter_mut().enumerate() {
                    let patterns = patterns[..n].iter().enumerate();
                    let signs = patterns.fold(0, |signs, (j, [point, image])| {
                        let bit = |pattern: &u128| (pattern >> t) as u64 & 1;
                        signs | bit(point) << j | bit(image) << (n + j)
                    });
                    let lookup = table.lookup(group, signs << (group * 2 * n));
                    *slot = lookup.read(table.sums());
                }
            }
        }
        match &mut rows {
            Some(rows) => rows.finish(out),
            None => Horner::default().sum(&bits_of_one, HALF_BITS, out),
        }
    });
}

/// Working memory of [`sum_few`]. In a box, the list of free values in the scratch memory is small.
#[derive(Debug, Default)]
struct FewPoints {
    table: SubsetTable,
    build: TableBuilder,
    /// The points of the sums and their images.
    both: Vec<G1Affine>,
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

/// The sums of each row bit by bit, and the working memory.
#[derive(Debug, Default)]
struct Rows {
    /// `S_t + μ·S'_t` of row `i` is at `i·128 + t`.
    sums: Vec<G1Affine>,
    /// The signs of all points, bit by bit: those of the first halves, then those of the second.
    signs: Vec<u64>,
    adder: BatchAdder,
    additions: Vec<Addition>,
    /// Sums of groups before and after a level.
    before: Vec<G1Affine>,
    after: Vec<G1Affine>,
    horner: Horner,
}

impl Rows {
    /// Appends rows of scalars, one for each point of the table.
    fn add<'a>(&mut self, table: &SubsetTable, scalars: impl ExactSizeIterator<Item = &'a [Fr]>) {
        let rows = scalars.len();
        self.set_signs(scalars, table.points());
        // A block holds one sum for each word of signs.
        let block = self.signs.len();
        self.add_pairs(table.groups(), block, Some(table));
        let mut blocks = table.groups().div_ceil(2);
        while blocks > 1 {
            self.add_pairs(blocks, block, None);
            blocks = blocks.div_ceil(2);
        }
        let second = block / 2;
        for sum in &mut self.before[second..block] {
            *sum = minus_mu(sum);
        }
        let start = self.sums.len() as u32;
        self.sums
            .resize(self.sums.len() + rows * HALF_BITS, INFINITY);
        self.additions.clear();
        self.additions.extend((0..second).map(|at| Addition {
            left: Operand::new(at, false),
            right: Operand::new(second + at, true),
            out: start + at as u32,
        }));
        self.adder
            .add(&self.before, &self.additions, &mut self.sums);
    }

    /// Computes the sum of each row over its bits.
    fn finish(&mut self, out: &mut [G1]) {
        self.horner.sum(&self.sums, HALF_BITS, out);
    }

    /// Adds blocks in pairs: the groups of the table, looked up by the signs, or the blocks of `before`.
    fn add_pairs(&mut self, blocks: usize, block: usize, table: Option<&SubsetTable>) {
        let operand = |index: usize, at: usize, signs: &[u64]| match table {
            Some(table) => table.lookup(index, signs[at]),
            None => Operand::new(index * block + at, false),
        };
        self.additions.clear();
        for pair in 0..blocks / 2 {
            self.additions.extend((0..block).map(|at| Addition {
                left: operand(2 * pair, at, &self.signs),
                right: operand(2 * pair + 1, at, &self.signs),
                out: (pair * block + at) as u32,
            }));
        }
        make_room(&mut self.after, blocks.div_ceil(2) * block);
        let source = table.map_or(self.before.as_slice(), SubsetTable::sums);
        self.adder.add(source, &self.additions, &mut self.after);
        if blocks % 2 == 1 {
            let last = &mut self.after[blocks / 2 * block..][..block];
            for (at, sum) in last.iter_mut().enumerate() {
                *sum = operand(blocks - 1, at, &self.signs).read(source);
            }
        }
        core::mem::swap(&mut self.before, &mut self.after);
    }

    /// Sorts the signs of the halves of scalars by bits: word `128·i + t` of a half has the signs of
    /// bit `t` of row `i`.
    fn set_signs<'a>(&mut self, scalars: impl ExactSizeIterator<Item = &'a [Fr]>, points: usize) {
        let half = scalars.len() * HALF_BITS;
        self.signs.clear();
        self.signs.resize(2 * half, 0);
        for (row, scalars) in scalars.enumerate() {
            assert_eq!(scalars.len(), points, "one scalar for each point");
            let mut words = [[0_u64; MAX_POINTS]; 4];
            for (point, scalar) in scalars.iter().enumerate() {
                let [first, second] = sign_patterns(*scalar);
                words[0][point] = first as u64;
                words[1][point] = (first >> 64) as u64;
                words[2][point] = second as u64;
                words[3][point] = (second >> 64) as u64;
            }
            for (index, words) in words.iter_mut().enumerate() {
                transpose(words);
                let start = index / 2 * half + row * HALF_BITS + index % 2 * 64;
                self.signs[start..][..64].copy_from_slice(words);
            }
        }
    }
}

/// Transposes a square matrix of bits: bit `j` of word `i` becomes bit `i` of word `j`.
///
/// Source: Warren, "Hacker's Delight", 7-3.
fn transpose(words: &mut [u64; 64]) {
    let mut size = 32;
    let mut mask = u64::MAX >> 32;
    while size > 0 {
        for i in (0..64).filter(|i| i & size == 0) {
            // The high part of the first word and the low part of the second are swapped.
            let swap = (words[i] >> size ^ words[i + size]) & mask;
            words[i] ^= swap << size;
            words[i + size] ^= swap;
        }
        size /= 2;
        mask ^= mask << size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::testing::{execs_on, on_every_engine};
    use kzg_traits::{Backend, Fr as _};

    /// Points that include infinity, equal points and opposite points, so that sums of subsets have no
    /// chord.
    fn points(n: usize) -> Vec<G1> {
        (0..n as u64)
            .map(|k| match k % 6 {
                2 => G1::identity(),
                3 => -G1::generator().mul(&Fr::from_u64(k - 2)),
                4 => G1::generator().mul(&Fr::from_u64(k - 3)),
                _ => G1::generator().mul(&Fr::from_u64(k)),
            })
            .collect()
    }

    /// Rows of scalars: zeros, ones, the largest, alternating signs, and pseudorandom scalars.
    fn rows(n: usize) -> Vec<Vec<Fr>> {
        let minus_one = -Fr::ONE;
        let half = Fr::from_u64(2).inverse().unwrap();
        let mut seed = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        let mut rows = vec![
            vec![Fr::ZERO; n],
            vec![Fr::ONE; n],
            vec![minus_one; n],
            vec![half; n],
            (0..n)
                .map(|k| if k % 2 == 0 { Fr::ONE } else { minus_one })
                .collect(),
            (0..n).map(|k| Fr::from_u64(1 << (k % 64))).collect(),
        ];
        for _ in 0..9 {
            rows.push(
                (0..n)
                    .map(|_| {
                        seed = seed.square() + Fr::ONE;
                        seed
                    })
                    .collect(),
            );
        }
        rows
    }

    fn naive(points: &[G1], scalars: &[Fr]) -> G1 {
        points
            .iter()
            .zip(scalars)
            .fold(G1::identity(), |sum, (point, scalar)| {
                sum + point.mul(scalar)
            })
    }

    /// The numbers of rows are above and below the fewest for lockstep in Horner's rule.
    #[test]
    fn sums_equal_the_naive_ones_for_every_number_of_groups() {
        for (n, groups) in [
            (1, 1),
            (2, 1),
            (2, 2),
            (7, 3),
            (13, 1),
            (20, 4),
            (64, 8),
            (64, 9),
        ] {
            let (points, rows) = (points(n), rows(n));
            let mut affine = vec![INFINITY; n];
            to_affine(&points, &mut affine, &Exec::serial());
            let table = SubsetTable::new(&affine, groups, &mut TableBuilder::default());
            let jobs: Vec<_> = rows.iter().map(|row| (&table, row.as_slice())).collect();
            let expected: Vec<G1> = rows.iter().map(|row| naive(&points, row)).collect();
            on_every_engine(|engine| {
                for exec in execs_on(engine, 3) {
                    for count in [0, 1, 5, rows.len()] {
                        let mut out = vec![G1::generator(); count];
                        sum_many(|index| jobs[index], &mut out, &exec);
                        assert_eq!(out, expected[..count], "{engine}");
                    }
                }
            });
        }
    }

    #[test]
    fn more_rows_than_are_summed_together() {
        let points = points(2);
        let mut affine = vec![INFINITY; points.len()];
        to_affine(&points, &mut affine, &Exec::serial());
        let table = SubsetTable::new(&affine, 1, &mut TableBuilder::default());
        let rows: Vec<[Fr; 2]> = (0..=2 * ROWS as u64)
            .map(|k| [Fr::from_u64(k), -Fr::from_u64(k * k)])
            .collect();
        let expected: Vec<G1> = rows.iter().map(|row| naive(&points, row)).collect();
        on_every_engine(|engine| {
            for exec in execs_on(engine, 2) {
                for count in [ROWS - 1, ROWS, ROWS + 1, 2 * ROWS, 2 * ROWS + 1] {
                    let mut out = vec![G1::generator(); count];
                    sum_many(|index| (&table, &rows[index]), &mut out, &exec);
                    assert_eq!(out, expected[..count], "{engine}, {count} rows");
                    let (points, scalars) = (points.repeat(count), rows[..count].concat());
                    let mut out = vec![G1::generator(); count];
                    Blst::msm_many(&points, &scalars, &mut out, &exec);
                    assert_eq!(out, expected[..count], "{engine}, {count} sums");
                }
            }
        });
    }

    /// The numbers of sums are those about the boundaries of a table and of a chunk.
    #[test]
    fn sums_over_a_few_points_each_equal_the_naive_ones() {
        for n in 1..=FEW_POINTS {
            let most = ROWS + 1;
            let points: Vec<G1> = points(12).into_iter().cycle().take(most * n).collect();
            let scalars: Vec<Fr> = rows(n)
                .concat()
                .into_iter()
                .cycle()
                .skip(n / 2)
                .take(most * n)
                .collect();
            let terms = points.chunks_exact(n).zip(scalars.chunks_exact(n));
            let expected: Vec<G1> = terms
                .map(|(points, scalars)| naive(points, scalars))
                .collect();
            let mut affine = vec![INFINITY; points.len()];
            to_affine(&points, &mut affine, &Exec::serial());
            let per_table = MAX_POINTS / (2 * n);
            on_every_engine(|engine| {
                for exec in execs_on(engine, 3) {
                    for count in (1..=9).chain([per_table, per_table + 1, ROWS, most]) {
                        let mut out = vec![G1::generator(); count];
                        sum_few(&affine[..count * n], &scalars[..count * n], &mut out, &exec);
                        assert_eq!(
                            out,
                            expected[..count],
                            "{engine}, {count} sums of {n} terms"
                        );
                    }
                }
            });
        }
    }

    #[test]
    fn products_of_matrices_equal_those_of_single_rows() {
        let sizes = [1, 8, 9, 16];
        let points: Vec<_> = sizes.iter().map(|&n| points(n)).collect();
        let rows: Vec<_> = sizes.iter().map(|&n| rows(n)).collect();
        let matrices: Vec<_> = rows.iter().map(|rows| rows.concat()).collect();
        let expected: Vec<Vec<G1>> = points
            .iter()
            .zip(&rows)
            .map(|(points, rows)| rows.iter().map(|row| naive(points, row)).collect())
            .collect();
        on_every_engine(|engine| {
            for exec in execs_on(engine, 3) {
                let mut products: Vec<_> = rows
                    .iter()
                    .map(|rows| vec![G1::generator(); rows.len()])
                    .collect();
                let mut jobs: Vec<_> = products
                    .iter_mut()
                    .enumerate()
                    .map(|(index, out)| MatrixProduct {
                        matrix: &matrices[index],
                        points: &points[index],
                        out,
                    })
                    .collect();
                Blst::multiply_matrices(&mut jobs, &exec);
                assert_eq!(products, expected, "{engine}");
            }
        });
    }

    #[test]
    fn tables_fit_the_budget() {
        let groups = |bytes| SubsetTable::fitting_groups(64, kzg_traits::Precompute::within(bytes));
        assert_eq!(groups(13_000_000 / 128), Some(8));
        assert_eq!(groups(100_000_000 / 128), Some(6));
        assert_eq!(groups(64 * 96 - 1), None);
        assert_eq!(
            SubsetTable::fitting_groups(65, kzg_traits::Precompute::LARGE),
            None
        );
    }

    #[test]
    fn a_transposed_bit_moves_across_the_diagonal() {
        for (i, j) in [(0, 63), (5, 5), (17, 40), (63, 1)] {
            let mut words = [0; 64];
            words[i] = 1 << j;
            transpose(&mut words);
            let mut expected = [0; 64];
            expected[j] = 1 << i;
            assert_eq!(words, expected);
        }
    }
}
