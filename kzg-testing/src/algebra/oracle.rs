//! A backend without its fast paths, and points whose logarithms are known.

use core::marker::PhantomData;

use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::backend::Backend;
use kzg_traits::exec::Exec;
use kzg_traits::precompute::Precompute;

/// The backend `B` with only its required items, so that the provided ones are the defaults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain<B>(PhantomData<B>);

impl<B: Backend> Backend for Plain<B> {
    const NAME: &'static str = B::NAME;
    type Fr = B::Fr;
    type G1 = B::G1;
    type G2 = B::G2;
    type Bases = B::Bases;
    type PreparedG2 = B::PreparedG2;

    fn prepare(points: &[B::G1], precompute: Precompute, exec: &Exec) -> B::Bases {
        B::prepare(points, precompute, exec)
    }

    fn bases_memory(bases: &B::Bases) -> usize {
        B::bases_memory(bases)
    }

    fn msm_fixed(bases: &B::Bases, scalars: &[B::Fr], exec: &Exec) -> B::G1 {
        B::msm_fixed(bases, scalars, exec)
    }

    fn msm(points: &[B::G1], scalars: &[B::Fr], exec: &Exec) -> B::G1 {
        B::msm(points, scalars, exec)
    }

    fn prepare_g2(point: &B::G2) -> B::PreparedG2 {
        B::prepare_g2(point)
    }

    fn pairing_check(pairs: &[(B::G1, &B::PreparedG2)], exec: &Exec) -> bool {
        B::pairing_check(pairs, exec)
    }
}

/// Known multiples of the generator. A sum of their multiples is one multiple of the generator, so
/// that one multiplication gives the expected sum.
#[derive(Clone, Debug)]
pub(super) struct KnownPoints<B: Backend> {
    pub(super) points: Vec<B::G1>,
    logarithms: Vec<B::Fr>,
}

impl<B: Backend> KnownPoints<B> {
    /// `n` points without a pattern.
    pub(super) fn distinct(n: usize) -> Self {
        Self::seeded(n, n as u64)
    }

    /// Other points for each seed.
    pub(super) fn seeded(n: usize, seed: u64) -> Self {
        let mut seeded = Seeded::new(seed);
        let (start, step) = (seeded.fr::<B::Fr>(), seeded.fr::<B::Fr>());
        let point_step = B::G1::generator().mul(&step);
        let mut next = (B::G1::generator().mul(&start), start);
        let (points, logarithms) = (0..n)
            .map(|_| {
                let this = next;
                next = (this.0 + point_step, this.1 + step);
                this
            })
            .unzip();
        Self { points, logarithms }
    }

    /// One point, `n` times.
    fn equal(n: usize) -> Self {
        let one = Self::distinct(1);
        Self {
            points: vec![one.points[0]; n],
            logarithms: vec![one.logarithms[0]; n],
        }
    }

    /// One point and its negative in turn.
    fn inverse_pairs(n: usize) -> Self {
        let mut known = Self::equal(n);
        for odd in known.points.iter_mut().skip(1).step_by(2) {
            *odd = -*odd;
        }
        for odd in known.logarithms.iter_mut().skip(1).step_by(2) {
            *odd = -*odd;
        }
        known
    }

    /// Every third point is the identity.
    fn with_identities(n: usize) -> Self {
        let mut known = Self::distinct(n);
        for third in (0..n).step_by(3) {
            known.points[third] = B::G1::identity();
            known.logarithms[third] = B::Fr::ZERO;
        }
        known
    }

    /// Three points and their negatives, so that sums of two, four and more of them are equal or
    /// opposite.
    fn recurring(n: usize) -> Self {
        let mut known = Self::distinct(n);
        for place in 3..n {
            known.points[place] = known.points[place % 3];
            known.logarithms[place] = known.logarithms[place % 3];
            if place / 4 % 2 == 1 {
                known.points[place] = -known.points[place];
                known.logarithms[place] = -known.logarithms[place];
            }
        }
        known
    }

    /// The generator's multiples by 1, 2 and so on: sums of some are others.
    fn small_multiples(n: usize) -> Self {
        let generator = B::G1::generator();
        let points = core::iter::successors(Some(generator), |point| Some(*point + generator));
        Self {
            points: points.take(n).collect(),
            logarithms: (1..=n as u64).map(B::Fr::from_u64).collect(),
        }
    }

    /// Every arrangement, with its name.
    pub(super) fn arrangements(n: usize) -> [(&'static str, Self); 6] {
        [
            ("distinct points", Self::distinct(n)),
            ("equal points", Self::equal(n)),
            ("inverse points", Self::inverse_pairs(n)),
            ("points with identities", Self::with_identities(n)),
            ("recurring points", Self::recurring(n)),
            ("small multiples", Self::small_multiples(n)),
        ]
    }

    /// The expected result of a multi-scalar multiplication.
    pub(super) fn sum(&self, scalars: &[B::Fr]) -> B::G1 {
        let mut logarithm = B::Fr::ZERO;
        for (scalar, point) in scalars.iter().zip(&self.logarithms) {
            logarithm += *scalar * *point;
        }
        B::G1::generator().mul(&logarithm)
    }
}

/// Lists of `n` scalars with edge cases of windows, digits and buckets, with their names.
pub(super) fn scalar_lists<F: Fr>(n: usize) -> Vec<(&'static str, Vec<F>)> {
    let mut seeded = Seeded::new(6);
    let mut random = || seeded.fr::<F>();
    let two = F::from_u64(2);
    let half = two.inverse().expect("not zero");
    let one_random = random();
    // G1 has an endomorphism that multiplies by `λ = x² - 1`, where `x` is the curve's parameter
    // and `λ² + λ + 1 = r`: halves of scalars at the ends of their range.
    let lambda = F::from_u64(0xd201_0000_0001_0000).square() - F::ONE;
    let halves = [F::ZERO, F::ONE, lambda - F::ONE, lambda, lambda + F::ONE];
    let halves = |i: usize| halves[i % 5] + halves[i / 5 % 5] * lambda;
    vec![
        ("random", (0..n).map(|_| random()).collect()),
        ("zero", vec![F::ZERO; n]),
        ("one", vec![F::ONE; n]),
        ("r - 1", vec![-F::ONE; n]),
        // All in one bucket of every window.
        ("equal", vec![one_random; n]),
        ("(r + 1)/2", vec![half; n]),
        ("small", (0..n as u64).map(F::from_u64).collect()),
        // One bit each, at every place: the edges of windows of any width.
        (
            "powers of two",
            (0..n as u64).map(|i| two.pow(i % 254)).collect(),
        ),
        // All ones: carries through every window of signed digits.
        (
            "powers of two less one",
            (0..n as u64).map(|i| two.pow(i % 255) - F::ONE).collect(),
        ),
        ("edges of halves", (0..n).map(halves).collect()),
        (
            "sparse",
            (0..n)
                .map(|i| if i % 5 == 2 { random() } else { F::ZERO })
                .collect(),
        ),
    ]
}
