//! Computes `Σ scalars[i]·points[i]` over points that are fixed at setup, with a table of their
//! multiples.
//!
//! A scalar is cut into signed digits of `w` bits. Pippenger's method has one window for each digit: it
//! sums the points of the window into buckets, and then the buckets, weighted by their digits. The table
//! holds `2^(w·p·t)·P` for every point `P` and `t = 0, 1, ..`, so that `p` windows are enough: window
//! `i` serves the digits `i, p + i, 2p + i, ..` with one set of buckets. Fewer windows make larger sets
//! of buckets worthwhile, and so fewer and wider digits.
//!
//! Source: Brickell, Gordon, McCurley, Wilson, "Fast exponentiation with precomputation", EUROCRYPT
//! 1992. Their method has one window; several windows take less memory.

use core::fmt;

use ark_bls12_381::{G1Affine, G1Projective};
use ark_ff::PrimeField;
use kzg_traits::{Exec, Precompute};

use crate::buckets::Buckets;
use crate::field::Fr;
use crate::group::G1;
use crate::jacobian::{double, normalize, sum_of_bits};

/// Number of bits that the digits cover: one more than a scalar has, so that the top digit absorbs
/// the last carry.
const BITS: usize = 256;
/// Largest number of bits of a digit: its absolute value fits an `i16`.
const MAX_DIGIT_BITS: usize = 15;
/// Number of points whose multiples are made affine with one inversion.
const POINTS_PER_INVERSION: usize = 64;

/// The digits of the scalars, and the multiples of each point in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    digit_bits: usize,
    windows: usize,
}

impl Shape {
    /// The fastest shape for `points` points whose table fits the budget; `None` if the budget has
    /// no room for a second multiple of each point.
    fn new(points: usize, precompute: Precompute) -> Option<Self> {
        (2..=MAX_DIGIT_BITS)
            .flat_map(|digit_bits| {
                (1..=BITS / digit_bits).map(move |windows| Self {
                    digit_bits,
                    windows,
                })
            })
            .filter(|shape| {
                let memory = points * shape.multiples() * size_of::<G1Affine>();
                shape.multiples() > 1 && memory <= precompute.bytes()
            })
            .min_by_key(|shape| shape.cost(points))
    }

    /// Number of digits of a scalar.
    fn digits(self) -> usize {
        BITS.div_ceil(self.digit_bits)
    }

    /// Number of table entries for each point, including the point itself.
    fn multiples(self) -> usize {
        self.digits().div_ceil(self.windows)
    }

    /// Number of buckets of a window. Digits have absolute values up to `2^(w-1)`.
    fn buckets(self) -> usize {
        1 << (self.digit_bits - 1)
    }

    /// The estimated number of additions. Points that come to a bucket with a point take one each, and a bucket
    /// takes two where buckets are halved. A doubling and an addition to a Jacobian point for each bit take as long
    /// as three additions.
    fn cost(self, points: usize) -> usize {
        points * self.digits() + self.windows * (self.buckets() + 3 * self.digit_bits)
    }
}

/// The multiples of fixed points.
pub(crate) struct WindowTable {
    shape: Shape,
    /// Entry `t` of point `j` is at `shape.multiples()·j + t`.
    multiples: Vec<G1Affine>,
}

impl WindowTable {
    /// Builds the fastest table for these points that fits the budget; `None` if no table fits.
    pub(crate) fn new(points: &[G1], precompute: Precompute, exec: &Exec) -> Option<Self> {
        Shape::new(points.len(), precompute).map(|shape| Self::with_shape(points, shape, exec))
    }

    fn with_shape(points: &[G1], shape: Shape, exec: &Exec) -> Self {
        let mut multiples = vec![G1Affine::identity(); points.len() * shape.multiples()];
        let chunk_len = POINTS_PER_INVERSION * shape.multiples();
        exec.for_each_chunk_mut(&mut multiples, chunk_len, |index, chunk| {
            let points = &points[index * POINTS_PER_INVERSION..];
            let mut row = Vec::with_capacity(chunk.len());
            for point in points.iter().take(POINTS_PER_INVERSION) {
                let mut multiple = point.0;
                row.push(multiple);
                for _ in 1..shape.multiples() {
                    for _ in 0..shape.digit_bits * shape.windows {
                        double(&mut multiple);
                    }
                    row.push(multiple);
                }
            }
            chunk.copy_from_slice(&normalize(&row));
        });
        Self { shape, multiples }
    }

    /// The number of points.
    pub(crate) fn len(&self) -> usize {
        self.multiples.len() / self.shape.multiples()
    }

    /// The memory that the table takes, in bytes.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(self.multiples.as_slice())
    }

    /// The sum of `scalars[i]` times point `start + i`.
    pub(crate) fn msm(&self, start: usize, scalars: &[Fr], exec: &Exec) -> G1Projective {
        let shape = self.shape;
        let mut digits = exec.scratch_vec::<i16>();
        for scalar in scalars {
            push_digits(shape, scalar, &mut digits);
        }
        let multiples = &self.multiples[start * shape.multiples()..];
        let mut buckets = Buckets::new(multiples, shape.windows, shape.digit_bits, exec);
        for (row, digits) in digits.chunks(shape.digits()).enumerate() {
            for (place, &digit) in digits.iter().enumerate() {
                let multiple = row * shape.multiples() + place / shape.windows;
                buckets.add(place % shape.windows, digit.into(), multiple);
            }
        }
        sum_of_bits(&buckets.bit_sums())
    }
}

impl fmt::Debug for WindowTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowTable")
            .field("points", &self.len())
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

/// Cuts a scalar into digits between `-2^(w-1)` and `2^(w-1)`, the lowest first.
fn push_digits(shape: Shape, scalar: &Fr, digits: &mut Vec<i16>) {
    let width = shape.digit_bits;
    let limbs = scalar.0.into_bigint().0;
    let mut carry = 0;
    for start in (0..BITS).step_by(width) {
        let (limb, bit) = (start / 64, start % 64);
        let mut bits = limbs[limb] >> bit;
        if bit + width > 64 && limb + 1 < limbs.len() {
            bits |= limbs[limb + 1] << (64 - bit);
        }
        let value = (bits & ((1 << width) - 1)) as i32 + carry;
        carry = i32::from(value > 1 << (width - 1));
        digits.push((value - (carry << width)) as i16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kzg_traits::{Fr as _, Group};

    /// Every combination of a digit width and a number of windows.
    fn shapes() -> impl Iterator<Item = Shape> {
        (2..=MAX_DIGIT_BITS).flat_map(|digit_bits| {
            (1..=BITS / digit_bits).map(move |windows| Shape {
                digit_bits,
                windows,
            })
        })
    }

    #[test]
    fn digits_are_small_and_add_up_to_the_scalar() {
        let mut scalars = samples::scalars(10);
        scalars.extend([Fr::ZERO, Fr::ONE, -Fr::ONE]);
        scalars.extend((1..255).map(|bits| Fr::from_u64(2).pow(bits) - Fr::ONE));
        for shape in shapes().filter(|shape| shape.windows == 1) {
            let radix = Fr::from_u64(1 << shape.digit_bits);
            let mut digits = Vec::new();
            for scalar in &scalars {
                digits.clear();
                push_digits(shape, scalar, &mut digits);
                assert_eq!(digits.len(), shape.digits());
                let mut value = Fr::ZERO;
                for digit in digits.iter().rev() {
                    let magnitude = digit.unsigned_abs();
                    assert!(usize::from(magnitude) <= shape.buckets());
                    let magnitude = Fr::from_u64(magnitude.into());
                    value = value * radix + if *digit < 0 { -magnitude } else { magnitude };
                }
                assert_eq!(value, *scalar, "{shape:?}");
            }
        }
    }

    #[test]
    fn budgets_are_kept_and_used() {
        let mut last = usize::MAX;
        for kibibytes in [0, 11, 12, 20, 50, 100, 200, 1000, 100_000] {
            let budget = Precompute::within(kibibytes * 1024);
            let table = WindowTable::new(&samples::points(64), budget, &Exec::serial());
            match &table {
                None => assert!(kibibytes < 12, "two multiples take 12 KiB"),
                Some(table) => {
                    assert!(table.memory() <= budget.bytes());
                    let cost = table.shape.cost(64);
                    assert!(cost <= last, "more memory is never slower");
                    last = cost;
                }
            }
        }
        assert_eq!(Shape::new(4096, Precompute::NONE), None);
        let fastest = Shape::new(4096, Precompute::SMALL).unwrap();
        assert_eq!(fastest.windows, 1);
    }

    #[test]
    fn every_shape_gives_the_naive_sum() {
        let mut points = samples::points(5);
        points.extend([points[0], -points[1], G1::identity(), points[2]]);
        let mut scalars = samples::scalars(6);
        scalars.extend([-Fr::ONE, Fr::ONE, Fr::ZERO]);
        let terms = points.iter().zip(&scalars);
        let expected = terms.fold(G1::identity(), |sum, (point, k)| sum + point.mul(k));
        for shape in shapes().filter(|shape| shape.windows < 4 || shape.digit_bits == 8) {
            let exec = Exec::serial();
            let table = WindowTable::with_shape(&points, shape, &exec);
            assert_eq!(G1(table.msm(0, &scalars, &exec)), expected, "{shape:?}");
            let rest = table.msm(4, &scalars[4..], &exec) + table.msm(0, &scalars[..4], &exec);
            assert_eq!(G1(rest), expected, "{shape:?}");
        }
    }
}
