//! Two compressed points: the square roots and the subgroup checks at the same time.
//!
//! With few points, a lane for each point leaves most lanes idle. Here each point has the four lanes of a
//! vector: the first computes the square root, the other three the products of the curve's formulas that do
//! not depend on each other. Between the products they have `X`, `Y` and `Z`.
//!
//! The subgroup check does not need the square root: it is done on an isomorphic curve, as by the IFMA
//! engine, whose [`decoding_two`](crate::ifma) has the reason. Comments give the units of limbs. Values, in
//! units of `p`: after each step `X` is at most 0.51, `Y` 1.43 and `Z` 0.71, as the step asserts in debug builds.
//! Those of the first point are 0.57, 1.43 and 0.85, and its double and sums keep the bounds too. The
//! slope of a doubling is at most `3·(0.51²/9.84 + 0.5) = 1.58`, `4XY² - X₃` is at most 2.7, `Y₃` at most
//! `1.58·2.7/9.84 + 1 = 1.43`, and `Z₃` at most `2·1.43·0.71/9.84 + 0.5 = 0.71`. The coordinates of an
//! addition are smaller: those of differences and products that are reduced.

use kzg_traits::PointError;

use super::decoding::{write_points, x_and_square};
use super::elements::lanes::places;
use super::elements::{Fp8, LANES};
use super::opening::Multiples;
use crate::curve::affine::G1Affine;
use crate::curve::base_field::is_zero;
use crate::curve::endomorphism::BETA;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};
use crate::engine::compressed::{Coordinates, SQUARE_ROOT};
use crate::engine::exponent::{ODD_POWERS, Operation, operations};

/// The number of points that are decoded together.
pub(super) const POINTS: usize = 2;
/// The lane of the square root of each point.
const ROOT: i32 = 0b0001;
/// The lanes of the coordinates of each point.
const X: i32 = 0b0010;
const Y: i32 = 0b0100;
const Z: i32 = 0b1000;

/// Decodes two points, infinity to all zeros. Returns a bit for each finite point of the curve that lies in
/// the subgroup. The reason why the verdict is exact is that of `in_subgroup` of the IFMA engine: the
/// formulas have the same `Z₃`.
///
/// The multiples of the second point on the chain of the subgroup check, as points of the isomorphic curve,
/// are given to `multiples`.
#[target_feature(enable = "avx2,fma")]
pub(super) fn uncompress_and_visit(
    encodings: &[[u8; 48]; POINTS],
    out: &mut [Result<G1Affine, PointError>],
    multiples: Option<&mut Multiples>,
) -> u8 {
    let coordinates = Coordinates::read(encodings, out);
    let (x, square) = x_and_square(&core::array::from_fn(|lane| coordinates.x[lane / LANES]));
    let one = Fp8::one();
    let scaled_x = square.multiply(&x); // 1
    let odd_powers = square.odd_powers();
    let (first, operations) = operations(&SQUARE_ROOT);
    let base = odd_powers[first]
        .blend::<X>(&scaled_x)
        .blend::<Y>(&square.square())
        .blend::<Z>(&one);
    let mut levels = Levels {
        odd_powers: &odd_powers,
        operations,
        multiples,
    };
    levels.visit(&base);
    let mut once = levels.times_parameter(&Addend {
        point: base,
        z_powers: one,
    });
    let z_powers = levels.z_powers(&mut once);
    let mut twice = levels.times_parameter(&Addend {
        point: once,
        z_powers,
    });

    // The point must be (β·X, -Y), up to the powers of its z coordinate.
    let z_powers = levels.z_powers(&mut twice);
    let beta = one.blend::<X>(&Fp8::element(&BETA));
    let image = base.multiply(&beta).blend::<ROOT>(&twice);
    let right = z_powers.permute::<{ places([0, 2, 3, 3]) }>();
    let scaled = levels.product(&image, &right.blend::<ROOT>(&twice));
    let root = levels.finish_roots(scaled);
    write_points(&coordinates, LANES, &x, &square, &root, out);
    let difference = twice.subtract(&scaled).array();
    let sum = twice.add(&scaled).array();
    let z = twice.array();
    (0..POINTS).fold(0, |inside, point| {
        let lane = |i: usize| LANES * point + i;
        let equal = is_zero(&difference[lane(1)]) && is_zero(&sum[lane(2)]);
        inside | u8::from(equal && !is_zero(&z[lane(3)])) << point
    })
}

/// A point that is added, of any z coordinate.
struct Addend {
    point: Fp8,
    /// `Z²` in the lane of `Y`, `Z³` in the lane of `Z`.
    z_powers: Fp8,
}

/// Products one after the other. Each one also does a step of the square roots: the power that the square
/// roots have reached is in their lanes of every product, and so in those of the factors of the next one.
struct Levels<'a, I> {
    odd_powers: &'a [Fp8; ODD_POWERS],
    operations: I,
    /// The place of the multiples of the second point, if they are wanted.
    multiples: Option<&'a mut Multiples>,
}

impl<I: Iterator<Item = Operation>> Levels<'_, I> {
    /// `left·right`. Both have the latest power in the lanes of the square roots.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn product(&mut self, left: &Fp8, right: &Fp8) -> Fp8 {
        self.product_plus(left, right, &Fp8::zero())
    }

    /// `left·right + addend`, where the addend is zero in the lanes of the square roots.
    #[target_feature(enable = "avx2,fma")]
    fn product_plus(&mut self, left: &Fp8, right: &Fp8, addend: &Fp8) -> Fp8 {
        let with_odd_power;
        let right = match self.operations.next().expect("more steps than levels") {
            Operation::Square => right,
            Operation::Multiply(index) => {
                with_odd_power = right.blend::<ROOT>(&self.odd_powers[index]);
                &with_odd_power
            }
        };
        let mut product = Fp8::zero();
        product.set_product_plus(left, right, addend);
        product
    }

    /// The power after the steps of the square roots that are left.
    #[target_feature(enable = "avx2,fma")]
    fn finish_roots(self, mut power: Fp8) -> Fp8 {
        for operation in self.operations {
            power = match operation {
                Operation::Multiply(index) => power.multiply(&self.odd_powers[index]),
                Operation::Square => power.square(),
            };
        }
        power
    }

    /// The multiples of an addend by the absolute value of the curve's parameter, by incomplete
    /// additions.
    #[target_feature(enable = "avx2,fma")]
    fn times_parameter(&mut self, addend: &Addend) -> Fp8 {
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

    /// Stores a multiple on the chain.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn visit(&mut self, multiple: &Fp8) {
        if let Some(multiples) = &mut self.multiples {
            multiples.push(&multiple.0[1]);
        }
    }

    /// `Z²` in the lane of `Y`, `Z³` in the lane of `Z`. The lanes of the square roots of `point` get the latest
    /// power.
    #[target_feature(enable = "avx2,fma")]
    fn z_powers(&mut self, point: &mut Fp8) -> Fp8 {
        let z = point.permute::<{ places([0, 3, 3, 3]) }>();
        let square = self.product(&z, &z);
        let cube = self.product(&z.blend::<ROOT>(&square), &square);
        *point = point.blend::<ROOT>(&cube);
        square.blend::<Z>(&cube)
    }

    /// `2·point`.
    #[target_feature(enable = "avx2,fma")]
    #[inline(never)]
    fn double(&mut self, point: &Fp8) -> Fp8 {
        // X², Y², 2Y·Z
        let left = point.permute::<{ places([0, 1, 2, 2]) }>();
        let left = left.blend::<Z>(&left.add(&left)); // 2
        let first = self.product(&left, point); // 1
        let slope = first.times(3.0).carry(); // 1
        // (3X²)², X·Y², (Y²)²
        let right = first
            .permute::<{ places([0, 2, 2, 2]) }>()
            .blend::<X>(&slope);
        let left = right.blend::<Y>(&point.permute::<{ places([0, 1, 1, 1]) }>());
        let second = self.product(&left, &right); // 1
        let xyy = second.permute::<{ places([0, 2, 2, 2]) }>();
        let x = second.subtract(&xyy.times(8.0)).reduce().carry(); // 1
        // 3X²·(4X·Y² - x) - 8Y⁴ in the lane of Y
        let left = xyy
            .times(4.0)
            .subtract(&x.permute::<{ places([0, 1, 1, 1]) }>())
            .carry() // 1
            .blend::<ROOT>(&second);
        let fourth_power = second.permute::<{ places([0, 3, 3, 3]) }>();
        let addend = fourth_power.times(-8.0).reduce();
        let addend = addend.blend::<ROOT>(&Fp8::zero());
        let right = slope
            .permute::<{ places([0, 1, 1, 1]) }>()
            .blend::<ROOT>(&second);
        let third = self.product_plus(&left, &right, &addend);
        let double = third.blend::<X>(&x).blend::<Z>(&first);
        debug_assert!(is_within_bounds(&double));
        double
    }

    /// The sum of two finite points that are neither equal nor opposite. Other points give `Z = 0`.
    #[target_feature(enable = "avx2,fma")]
    fn add(&mut self, point: &Fp8, addend: &Addend) -> Fp8 {
        let Addend { point: b, z_powers } = addend;
        // Z₁², U₁ = X₁·Z₂², S₁ = Y₁·Z₂³
        let left = point.permute::<{ places([0, 3, 1, 2]) }>();
        let first = self.product(&left, &left.blend::<{ Y | Z }>(z_powers)); // 1
        // U₂ = X₂·Z₁², Z₁³, Z₁·Z₂
        let left = point
            .permute::<{ places([0, 3, 3, 3]) }>()
            .blend::<X>(b)
            .blend::<ROOT>(&first);
        let right = first.permute::<{ places([0, 1, 1, 1]) }>().blend::<Z>(b);
        let second = self.product(&left, &right); // 1
        let h = second
            .subtract(&first.permute::<{ places([0, 2, 2, 2]) }>())
            .permute::<{ places([0, 1, 1, 1]) }>()
            .carry(); // 1
        // S₂ = Y₂·Z₁³, H², Z₁·Z₂·H
        let left = second
            .blend::<X>(&b.permute::<{ places([0, 2, 2, 2]) }>())
            .blend::<Y>(&h);
        let right = second
            .permute::<{ places([0, 2, 2, 2]) }>()
            .blend::<{ Y | Z }>(&h);
        let third = self.product(&left, &right); // 1
        let r = third
            .subtract(&first.permute::<{ places([0, 3, 3, 3]) }>())
            .permute::<{ places([0, 1, 1, 1]) }>()
            .carry(); // 1
        // R², H³, V = U₁·H²
        let left = first
            .permute::<{ places([0, 2, 2, 2]) }>()
            .blend::<ROOT>(&third)
            .blend::<X>(&r)
            .blend::<Y>(&h);
        let right = third.permute::<{ places([0, 2, 2, 2]) }>().blend::<X>(&r);
        let fourth = self.product(&left, &right); // 1
        let cube = fourth.permute::<{ places([0, 2, 2, 2]) }>();
        let v = fourth.permute::<{ places([0, 3, 3, 3]) }>();
        let x = fourth.subtract(&cube).subtract(&v).subtract(&v); // 4
        let x = x.reduce().carry(); // 1
        // S₁·H³, R·(V - X)
        let to_x = v.subtract(&x.permute::<{ places([0, 1, 1, 1]) }>()); // 2
        let left = to_x
            .blend::<X>(&first.permute::<{ places([0, 3, 3, 3]) }>())
            .blend::<ROOT>(&fourth);
        let fifth = self.product(&left, &cube.blend::<{ Y | Z }>(&r)); // 1
        let y = fifth.subtract(&fifth.permute::<{ places([0, 1, 1, 1]) }>()); // 2
        let sum = fifth
            .blend::<X>(&x)
            .blend::<Y>(&y.reduce().carry())
            .blend::<Z>(&third);
        debug_assert!(is_within_bounds(&sum));
        sum
    }
}

/// Whether the coordinates keep the bounds above. Debug assertions use it.
#[target_feature(enable = "avx2,fma")]
fn is_within_bounds(point: &Fp8) -> bool {
    let zero = Fp8::zero();
    zero.blend::<X>(point).multiples_of_p() <= 0.51
        && zero.blend::<Y>(point).multiples_of_p() <= 1.44
        && zero.blend::<Z>(point).multiples_of_p() <= 0.72
}
