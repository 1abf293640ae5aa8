//! Two compressed points: the square roots and the subgroup checks at the same time.
//!
//! With few points, a lane for each point leaves most lanes idle. Here two lanes compute the square
//! roots, and three lanes for each point compute the products of the curve's formulas that do not
//! depend on each other.
//!
//! The subgroup check does not need the square root. Let `g = x³ + 4`, which is `y²` if `x` belongs to a
//! point. Then `(g·x, g²)` lies on the curve `Y² = X³ + 4g³`, and `(x, y) -> (g·x, g·y·y)` is the
//! isomorphism of the curves by `y`. Doubling, addition and the endomorphism have the same formulas on
//! both curves, because none of them contains the constant of the curve. If `g` is no square, then `x`
//! belongs to no point, and the result of the check does not matter.
//!
//! The formulas and their bounds are those of [`jacobian`](super::jacobian): coordinates are normal, `X`
//! and `Y` below 1.1 and `Z` below 1.3, in units of `p`.

use kzg_traits::PointError;

use super::decoding::{write_points, x_and_square};
use super::field::{LaneMask, Lanes};
use super::opening::ChainTerms;
use super::points::mask;
use crate::curve::affine::G1Affine;
use crate::curve::base_field::ONE;
use crate::curve::endomorphism::BETA;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};
use crate::engine::compressed::{Coordinates, SQUARE_ROOT};
use crate::engine::exponent::{ODD_POWERS, Operation, operations};

/// The most points that are decoded together.
pub(crate) const MOST_POINTS: usize = 2;
/// The lanes of the square roots.
const ROOTS: LaneMask = 0b0000_0011;
/// The second and the third lane of each point.
const SECOND: LaneMask = 0b0100_1000;
const THIRD: LaneMask = 0b1001_0000;
/// The lanes of the second point, which is the proof of an opening.
pub(super) const PROOF_LANES: [i64; 3] = [5, 6, 7];

/// Decodes one or two points, infinity to all zeros. Returns a bit for each finite point of the curve that
/// lies in the subgroup. The reason why the verdict is exact is that of
/// [`in_subgroup`](super::decoding::in_subgroup): the formulas have the same `Z₃`.
///
/// # Panics
///
/// If there are more than two encodings, or not as many results.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn uncompress_and_check(
    encodings: &[[u8; 48]],
    out: &mut [Result<G1Affine, PointError>],
) -> LaneMask {
    uncompress_and_visit(encodings, out, None)
}

/// Does [`uncompress_and_check`], and gives the multiples of the second point on the chain of the subgroup
/// check to `terms`, as points of the isomorphic curve.
///
/// # Panics
///
/// As [`uncompress_and_check`].
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn uncompress_and_visit(
    encodings: &[[u8; 48]],
    out: &mut [Result<G1Affine, PointError>],
    terms: Option<&mut ChainTerms<'_>>,
) -> LaneMask {
    assert!(encodings.len() <= MOST_POINTS, "few points");
    let coordinates = Coordinates::read(encodings, out);
    let (x, square) = x_and_square(&coordinates);
    let one = Lanes::read(|_| &ONE);
    let scaled_x = square.multiply(&x).canonical();
    let base = scaled_x
        .permute_two(&square.square().canonical(), [0, 1, 0, 8, 0, 1, 9, 1])
        .replace_where(THIRD, &one);

    let odd_powers = square.odd_powers();
    let (first, operations) = operations(&SQUARE_ROOT);
    let mut levels = Levels {
        power: odd_powers[first],
        odd_powers: &odd_powers,
        operations,
        terms,
    };
    levels.visit(&base);
    let once = levels.times_parameter(&Addend {
        point: base,
        z_powers: one,
    });
    let z_powers = levels.z_powers(&once);
    let twice = levels.times_parameter(&Addend {
        point: once,
        z_powers,
    });

    // The point must be (β·X, -Y), up to the powers of its z coordinate.
    let z_powers = levels.z_powers(&twice);
    let image = base.multiply(&Lanes::read(
        |lane| if lane % 3 == 2 { &BETA } else { &ONE },
    ));
    let scaled = levels.product(&image, &arrange(&z_powers, &z_powers, [1, 2, 2]));
    let difference = twice.reduced_difference(&scaled).canonical().zeros();
    let sum = twice.plus(&scaled).reduced_wide().canonical().zeros();
    let infinite = twice.canonical().zeros();
    levels.finish_roots();
    write_points(&coordinates, &x, &square, &levels.power, out);
    mask(|point| {
        let lane = |i: usize| 2 + 3 * point + i;
        point < encodings.len()
            && difference >> lane(0) & 1 == 1
            && sum >> lane(1) & 1 == 1
            && infinite >> lane(2) & 1 == 0
    })
}

/// A point that is added, of any z coordinate.
struct Addend {
    point: Lanes,
    /// `Z²` in the second lane of each point, `Z³` in the third.
    z_powers: Lanes,
}

/// Products one after the other. Each one also does a step of the square roots.
struct Levels<'a, 't, I> {
    /// The power that the square roots have reached, in the lanes of [`ROOTS`].
    power: Lanes,
    odd_powers: &'a [Lanes; ODD_POWERS],
    operations: I,
    /// The terms that the multiples of the second point belong to, if they are wanted.
    terms: Option<&'a mut ChainTerms<'t>>,
}

impl<I: Iterator<Item = Operation>> Levels<'_, '_, I> {
    /// `left·right`, except in the lanes of the square roots. The result is normal there too, and below
    /// 1.2.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline(never)]
    fn product(&mut self, left: &Lanes, right: &Lanes) -> Lanes {
        let operation = self.operations.next();
        let factor = match operation {
            Some(Operation::Multiply(index)) => &self.odd_powers[index],
            _ => &self.power,
        };
        let product = Lanes::multiply_blended([left, right], ROOTS, [&self.power, factor]);
        if operation.is_some() {
            self.power = product;
        }
        product
    }

    /// Does the steps of the square roots that are left.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn finish_roots(&mut self) {
        for operation in self.operations.by_ref() {
            self.power = match operation {
                Operation::Multiply(index) => self.power.multiply(&self.odd_powers[index]),
                Operation::Square => self.power.square(),
            };
        }
    }

    /// The multiples of an addend by the absolute value of the curve's parameter, by incomplete
    /// additions.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn times_parameter(&mut self, addend: &Addend) -> Lanes {
        let mut multiple = addend.point;
        for doublings in DOUBLINGS {
            for done in 1..=doublings {
                multiple = self.double(&multiple);
                if done == doublings {
                    multiple = self.add(&multiple, addend);
                }
                self.visit(&multiple);
            }
        }
        for _ in 0..LAST_DOUBLINGS {
            multiple = self.double(&multiple);
            self.visit(&multiple);
        }
        multiple
    }

    /// Gives a multiple on the chain to the terms.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn visit(&mut self, multiple: &Lanes) {
        if let Some(terms) = &mut self.terms {
            terms.visit(multiple);
        }
    }

    /// `Z²` in the second lane of each point, `Z³` in the third.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn z_powers(&mut self, point: &Lanes) -> Lanes {
        let z = arrange(point, point, [2, 2, 2]);
        let square = self.product(&z, &z);
        let cube = self.product(&z, &square);
        square.replace_where(THIRD, &cube)
    }

    /// `2·point`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn double(&mut self, point: &Lanes) -> Lanes {
        // X², Y², 2Y·Z
        let left = arrange(point, point, [0, 1, 1]).doubled_where(THIRD);
        let first = self.product(&left, point); // 1.13, 1.13, 1.3
        let thrice = first.plus(&first).plus(&first).normalize(); // 3.4, 3.4, 3.9
        // (3X²)², X·Y², (Y²)²
        let right = arrange(&thrice, &first, [0, 4, 4]);
        let left = arrange(&right, point, [0, 3, 1]);
        let second = self.product(&left, &right); // 2.17, 1.13, 1.13
        let four = second.plus(&second);
        let four = four.plus(&four);
        let eight = four.plus(&four); // 9.04 in the second and third lane
        let x = second.reduced_difference(&arrange(&eight, &eight, [1, 1, 1]));
        // 3X²·(4X·Y² - x) in the second lane
        let left = four.subtract_wide(&arrange(&x, &x, [0, 0, 0])); // 8.5
        let left = x.replace_where(SECOND, &left);
        let third = self.product(&left, &arrange(&thrice, &thrice, [0, 0, 0])); // 3.94
        let y = third.reduced_difference(&arrange(&eight, &eight, [2, 2, 2]));
        x.replace_where(SECOND, &y).replace_where(THIRD, &first)
    }

    /// The sum of two finite points that are neither equal nor opposite. Other points give `Z = 0`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn add(&mut self, point: &Lanes, addend: &Addend) -> Lanes {
        // Z₁², U₁ = X₁·Z₂², S₁ = Y₁·Z₂³
        let left = arrange(point, point, [2, 0, 1]);
        let right = arrange(point, &addend.z_powers, [2, 4, 5]);
        let first = self.product(&left, &right); // 1.2
        // U₂ = X₂·Z₁², Z₁³, Z₁·Z₂
        let left = arrange(point, &addend.point, [3, 2, 2]);
        let right = arrange(&first, &addend.point, [0, 0, 5]);
        let second = self.product(&left, &right); // 1.2
        let h = second.reduced_difference(&arrange(&first, &first, [1, 1, 1]));
        let h = arrange(&h, &h, [0, 0, 0]);
        // S₂ = Y₂·Z₁³, H², Z₁·Z₂·H
        let left = arrange(&h, &addend.point, [4, 0, 0]).replace_where(THIRD, &second);
        let right = arrange(&h, &second, [4, 0, 0]);
        let third = self.product(&left, &right); // 1.15
        let r = third.reduced_difference(&arrange(&first, &first, [2, 2, 2]));
        // R², H³, V = U₁·H²
        let left = arrange(&r, &first, [0, 0, 4]).replace_where(SECOND, &h);
        let squares = arrange(&r, &third, [0, 4, 4]);
        let fourth = self.product(&left, &squares); // 1.15
        let v = arrange(&fourth, &fourth, [2, 2, 2]);
        let cube = arrange(&fourth, &fourth, [1, 1, 1]);
        let x = fourth.reduced_difference(&cube.plus(&v).plus(&v));
        // R·(V - X), S₁·H³
        let left = v.subtract_wide(&arrange(&x, &x, [0, 0, 0])); // 5.2
        let left = arrange(&left, &first, [0, 5, 5]);
        let right = arrange(&r, &fourth, [0, 4, 4]);
        let fifth = self.product(&left, &right); // 1.6, 1.15
        let y = fifth.reduced_difference(&arrange(&fifth, &fifth, [1, 1, 1]));
        arrange(&x, &y, [0, 3, 0]).replace_where(THIRD, &third)
    }
}

/// The lanes `places` of each point: 0 to 2 for those of `first`, 3 to 5 for those of `second`. The lanes
/// of the square roots are those of `first`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn arrange(first: &Lanes, second: &Lanes, [a, b, c]: [i64; 3]) -> Lanes {
    // The second register begins at 8, so its lanes 2 to 4 are at 10 to 12.
    const fn lane(place: i64) -> i64 {
        if place < 3 { place + 2 } else { place + 7 }
    }
    let [a, b, c] = [lane(a), lane(b), lane(c)];
    first.permute_two(second, [0, 1, a, b, c, a + 3, b + 3, c + 3])
}
