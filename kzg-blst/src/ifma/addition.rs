//! Affine additions that share one inversion, eight side by side.
//!
//! [`batch_affine`](crate::curve::batch_affine) describes the method.

use blst::blst_fp;

use super::engine::Ifma;
use super::field::{LaneMask, Lanes};
use super::points::mask;
use crate::curve::additions::{Addition, Batch, ExceptionalLanes, LANES};
use crate::curve::affine::G1Affine;
use crate::curve::base_field::{ONE, invert_in_place};
use crate::engine::VectorAdder;

/// Number of lane groups between the prefetch of a point and its use.
const PREFETCH_DISTANCE: usize = 2;

/// Additions in lanes, and their working memory.
#[derive(Default)]
pub(super) struct AdditionLanes {
    groups: Vec<Group>,
    /// The lanes of each group that have no chord.
    exceptional: Vec<ExceptionalLanes>,
    products: Vec<blst_fp>,
}

/// The values that are inverted for a lane group.
#[derive(Clone, Copy)]
struct Group {
    /// The denominators of the slopes, up to `4p`.
    denominators: Lanes,
    /// The products of the denominators of all groups before, lane by lane.
    before: Lanes,
}

impl AdditionLanes {
    /// Creates an adder. The engine is the proof that the processor has its features.
    pub(super) fn new(_engine: &Ifma) -> Self {
        Self::default()
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn add_in_lanes(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        let product = self.multiply_denominators(batch);
        let mut inverses = [ONE; LANES];
        for (inverse, element) in inverses.iter_mut().zip(product.elements()) {
            element.write(inverse);
        }
        invert_in_place(&mut inverses, &mut self.products);
        let mut inverse = Lanes::read(|lane| &inverses[lane]);
        let groups = self.groups.iter().zip(&self.exceptional);
        for (index, (group, exceptional)) in groups.enumerate().rev() {
            batch.prefetch_next(batch.groups() - 1 - index);
            let share = group.before.multiply(&inverse);
            inverse = group.denominators.multiply(&inverse);
            let additions = batch.group(index);
            let (x, y) = sums(batch, additions, &share, exceptional.tangent);
            let coordinates = x.elements().into_iter().zip(y.elements());
            for (addition, (x, y)) in additions.iter().zip(coordinates) {
                let sum = &mut out[addition.out as usize];
                x.write(&mut sum.x);
                y.write(&mut sum.y);
            }
            if exceptional.no_line != 0 {
                batch.write_without_line(index, exceptional.no_line, out);
            }
        }
    }

    /// Fills `groups` and `exceptional`, and returns the product of all denominators, lane by
    /// lane, in canonical form.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn multiply_denominators(&mut self, batch: &Batch<'_>) -> Lanes {
        let mut product = Lanes::read(|_| &ONE);
        // Groups are written in place: a push would copy a kilobyte.
        let zero = Lanes::zero();
        let group = Group {
            denominators: zero,
            before: zero,
        };
        let more = batch.groups().saturating_sub(self.groups.len());
        self.groups.reserve_exact(more);
        self.groups.resize(batch.groups(), group);
        self.exceptional.clear();
        for (index, group) in self.groups.iter_mut().enumerate() {
            batch.prefetch(index + PREFETCH_DISTANCE);
            let additions = batch.group(index);
            let ax = Lanes::read(|lane| &batch.point(additions[lane].left).x);
            let bx = Lanes::read(|lane| &batch.point(additions[lane].right).x);
            let mut denominators = bx.subtract(&ax); // below 3
            let mut exceptional = ExceptionalLanes::default();
            // Infinity has x = 0. Distinct points nearly always differ in the lowest limb.
            if ax.lowest_limb_zeros() | bx.lowest_limb_zeros() | ax.equal_lowest_limbs(&bx) != 0 {
                exceptional = batch.exceptional_lanes(index);
                denominators =
                    exceptional_denominators(batch, additions, exceptional, &denominators);
            }
            self.exceptional.push(exceptional);
            group.denominators = denominators;
            group.before = product;
            // Below 1.7: with a product below 1.7, `4·1.7/9.8 + 1`.
            product = denominators.multiply(&product);
        }
        product.canonical()
    }
}

impl VectorAdder for AdditionLanes {
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        // SAFETY: `new` takes the proof that the processor has the features.
        unsafe { self.add_in_lanes(batch, out) }
    }
}

impl core::fmt::Debug for AdditionLanes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AdditionLanes").finish_non_exhaustive()
    }
}

/// The given denominators of chords, but `2y` of the left point for tangents, and one where there
/// is no line. The limbs are below 2^50, the values below `4p`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn exceptional_denominators(
    batch: &Batch<'_>,
    additions: &[Addition; LANES],
    exceptional: ExceptionalLanes,
    chords: &Lanes,
) -> Lanes {
    let y = signed_left_y(batch, additions); // up to 2, limbs below 2^49
    chords
        .replace_where(exceptional.tangent, &y.plus(&y))
        .replace_where(exceptional.no_line, &Lanes::read(|_| &ONE))
}

/// The sums in canonical form, from the inverses of the denominators. The lanes of `tangent` have
/// tangents, the others chords.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn sums(
    batch: &Batch<'_>,
    additions: &[Addition; LANES],
    inverse: &Lanes,
    tangent: LaneMask,
) -> (Lanes, Lanes) {
    let a = |lane: usize| batch.point(additions[lane].left);
    let b = |lane: usize| batch.point(additions[lane].right);
    let ax = Lanes::read(|lane| &a(lane).x);
    let bx = Lanes::read(|lane| &b(lane).x);
    let ay = signed_left_y(batch, additions);
    let by = Lanes::read(|lane| &b(lane).y);
    let by = by.negate_where(mask(|lane| additions[lane].right.is_negated()));
    let mut numerator = by.subtract_wide(&ay); // below 6
    if tangent != 0 {
        numerator = numerator.replace_where(tangent, &three_times_square(&ax)); // below 3.4
    }
    let slope = numerator.multiply(inverse);
    let x = slope.square().canonical_difference(&ax.plus(&bx));
    let y = ax.subtract(&x).multiply(&slope).canonical_difference(&ay);
    (x, y)
}

/// The y coordinates of the left points with their signs: up to `2p`, with limbs below 2^49.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn signed_left_y(batch: &Batch<'_>, additions: &[Addition; LANES]) -> Lanes {
    let y = Lanes::read(|lane| &batch.point(additions[lane].left).y);
    y.negate_where(mask(|lane| additions[lane].left.is_negated()))
}

/// `3·x²` of canonical elements: below `3.4p`, as a square is below `(1/9.8 + 1)·p`, with limbs
/// below 2^50.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn three_times_square(x: &Lanes) -> Lanes {
    let square = x.square();
    square.plus(&square).plus(&square)
}
