//! Multi-scalar multiplication over new points, and over fixed points by a table with a part of the points on
//! each thread.

use core::fmt;
use core::ops::Range;

use ark_bls12_381::{G1Affine, G1Projective};
use ark_ff::AdditiveGroup;
use kzg_traits::{Exec, Precompute};

use crate::field::Fr;
use crate::group::G1;
use crate::jacobian::normalize;
use crate::variable_base;
use crate::window_table::WindowTable;

/// Number of points of a table per thread below which another thread costs more than it saves, because
/// each part of the points has its own buckets.
const MIN_POINTS_PER_THREAD: usize = 32;

/// Points fixed at setup: a table of their multiples, or only the affine points if the budget is
/// small.
#[derive(Debug)]
pub struct Bases {
    form: Form,
}

enum Form {
    Points(Vec<G1Affine>),
    Table(WindowTable),
}

impl Bases {
    pub(crate) fn new(points: &[G1], precompute: Precompute, exec: &Exec) -> Self {
        let form = match WindowTable::new(points, precompute, exec) {
            Some(table) => Form::Table(table),
            None => Form::Points(to_affine(points)),
        };
        Self { form }
    }

    /// The memory that the points or their multiples take, in bytes.
    pub(crate) fn memory(&self) -> usize {
        match &self.form {
            Form::Points(points) => size_of_val(points.as_slice()),
            Form::Table(table) => table.memory(),
        }
    }

    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        match &self.form {
            Form::Points(points) => variable_base::msm(points, scalars, exec),
            Form::Table(table) => {
                assert_eq!(table.len(), scalars.len(), "one scalar for each point");
                sum_of_parts(scalars.len(), exec, |part| {
                    table.msm(part.start, &scalars[part], exec)
                })
            }
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Points(points) => write!(f, "{} points", points.len()),
            Self::Table(table) => table.fmt(f),
        }
    }
}

/// Computes `Σ scalars[i]·points[i]`.
pub(crate) fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
    // Conversion to affine points takes one inversion for all points and makes additions cheaper.
    variable_base::msm(&to_affine(points), scalars, exec)
}

/// The sum of `f` over parts of `0..len`, one for each thread.
fn sum_of_parts(
    len: usize,
    exec: &Exec,
    f: impl Fn(Range<usize>) -> G1Projective + Send + Sync,
) -> G1 {
    let part_len = exec.chunk_len(len, 1).max(MIN_POINTS_PER_THREAD);
    let mut sums = vec![G1Projective::ZERO; len.div_ceil(part_len)];
    exec.for_each_mut(&mut sums, |index, sum| {
        let start = index * part_len;
        *sum = f(start..len.min(start + part_len));
    });
    G1(sums.into_iter().sum())
}

fn to_affine(points: &[G1]) -> Vec<G1Affine> {
    let points: Vec<_> = points.iter().map(|point| point.0).collect();
    normalize(&points)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::samples;
    use kzg_traits::{Fr as _, Group, Threads};

    fn naive(points: &[G1], scalars: &[Fr]) -> G1 {
        let terms = points.iter().zip(scalars);
        terms.fold(G1::identity(), |sum, (point, k)| sum + point.mul(k))
    }

    fn execs() -> Vec<Exec> {
        let pool = |threads| {
            let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
            Exec::new(Threads::Pool(Arc::new(builder.build().unwrap())))
        };
        vec![Exec::serial(), pool(2), pool(3), pool(7)]
    }

    /// Budgets for the points alone, for a few multiples of each and for the fastest table.
    fn budgets(points: usize) -> [Precompute; 3] {
        let some = 5 * points * size_of::<G1Affine>();
        [
            Precompute::NONE,
            Precompute::within(some),
            Precompute::SMALL,
        ]
    }

    fn check(points: &[G1], scalars: &[Fr]) {
        let (n, expected) = (points.len(), naive(points, scalars));
        let bases = budgets(n).map(|budget| Bases::new(points, budget, &Exec::serial()));
        for exec in execs() {
            let threads = exec.threads();
            let sum = msm(points, scalars, &exec);
            assert_eq!(sum, expected, "{n} points, {threads} threads");
            assert_eq!(sum.to_bytes(), expected.to_bytes());
            for bases in &bases {
                let sum = bases.msm(scalars, &exec);
                assert_eq!(sum, expected, "{n} points, {bases:?}, {threads} threads");
            }
        }
    }

    #[test]
    fn sums_of_every_length_agree_with_the_naive_sum() {
        for n in [0, 1, 2, 3, 4, 5, 20, 31, 32, 33, 63, 64, 65, 100, 257] {
            check(&samples::points(n), &samples::scalars(n + 1)[1..]);
        }
    }

    /// Zero, one, and the integers around powers of two, of either sign.
    fn edge_scalars() -> Vec<Fr> {
        let two = Fr::from_u64(2);
        let mut scalars = vec![Fr::ZERO, Fr::ONE, -Fr::ONE];
        for bits in [1, 8, 16, 32, 64, 127, 128, 254] {
            for near in [
                two.pow(bits) - Fr::ONE,
                two.pow(bits),
                two.pow(bits) + Fr::ONE,
            ] {
                scalars.extend([near, -near]);
            }
        }
        scalars
    }

    #[test]
    fn edge_scalars_agree_with_the_naive_sum() {
        let scalars = edge_scalars();
        let points = samples::points(scalars.len());
        check(&points, &scalars);
        for (point, scalar) in points.iter().zip(&scalars) {
            check(&[*point], &[*scalar]);
        }
        check(&points, &vec![Fr::ZERO; points.len()]);
        check(&points, &vec![-Fr::ONE; points.len()]);
    }

    #[test]
    fn identity_equal_and_inverse_points_agree_with_the_naive_sum() {
        let scalars = samples::scalars(80);
        let one = samples::points(2)[1];
        check(&[G1::identity(); 80], &scalars);
        check(&[one; 80], &scalars);
        check(&[one; 80], &[scalars[3]; 80]);
        let mut mixed = samples::points(80);
        for (index, point) in mixed.iter_mut().enumerate() {
            match index % 5 {
                0 => *point = one,
                1 => *point = -one,
                2 => *point = G1::identity(),
                _ => {}
            }
        }
        check(&mixed, &scalars);
        check(&mixed, &[scalars[3]; 80]);
        let cancelling: Vec<_> = (0..80)
            .map(|i| if i % 2 == 0 { one } else { -one })
            .collect();
        check(&cancelling, &[scalars[3]; 80]);
    }

    #[test]
    #[should_panic(expected = "one scalar for each point")]
    fn a_missing_scalar_is_noticed() {
        msm(&samples::points(3), &samples::scalars(2), &Exec::serial());
    }

    #[test]
    #[should_panic(expected = "one scalar for each point")]
    fn a_missing_scalar_is_noticed_by_the_table() {
        let exec = Exec::serial();
        let bases = Bases::new(&samples::points(3), Precompute::SMALL, &exec);
        bases.msm(&samples::scalars(2), &exec);
    }

    #[test]
    fn the_memory_of_the_bases_is_that_of_their_form() {
        let points = samples::points(100);
        let [least, some, most] =
            budgets(100).map(|budget| Bases::new(&points, budget, &Exec::serial()).memory());
        assert_eq!(least, 100 * size_of::<G1Affine>());
        assert!(least < some && some <= 5 * least);
        assert!(some < most && most <= Precompute::SMALL.bytes());
    }

    #[test]
    fn tables_are_the_same_on_any_number_of_threads() {
        let points = samples::points(200);
        let scalars = samples::scalars(200);
        let expected = naive(&points, &scalars);
        for exec in execs() {
            let bases = Bases::new(&points, Precompute::SMALL, &exec);
            assert_eq!(bases.msm(&scalars, &exec), expected);
        }
    }
}
