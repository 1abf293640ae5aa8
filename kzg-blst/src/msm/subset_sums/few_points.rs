//! Sums over one to three points that are new each time.

use kzg_traits::Exec;

use super::ROWS;
use super::rows::Rows;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::endomorphism::{HALF_BITS, minus_mu, sign_patterns};
use crate::curve::jacobian::G1;
use crate::field::Fr;
use crate::msm::horner::Horner;
use crate::msm::subset_table::{MAX_POINTS, SubsetTable, TableBuilder};

/// The most points of [`sum_few`]: a group of six points and images has 32 sums.
pub(in crate::msm) const FEW_POINTS: usize = 3;

/// Computes sums over a few points each, at most [`FEW_POINTS`], that are new each time: `out[i]` is the sum
/// over the points from `i·n` on, with `n = points.len() / out.len()`.
///
/// One group of a table holds the points of a sum and their images under the endomorphism, so that each bit
/// takes one lookup and no addition.
pub(in crate::msm) fn sum_few(points: &[G1Affine], scalars: &[Fr], out: &mut [G1], exec: &Exec) {
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
        // One sum takes no scratch memory for its bits.
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
