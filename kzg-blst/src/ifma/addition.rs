//! Affine additions that share one inversion, eight side by side; see
//! [`batch_affine`](crate::curve::batch_affine) for the method.

use blst::blst_fp;

use super::Ifma;
use super::field::{LaneMask, Lanes};
use super::points::{LANES, mask};
use crate::curve::additions::{Addition, Batch};
use crate::curve::affine::{G1Affine, is_infinity};
use crate::curve::base_field::{ONE, invert_in_place};
use crate::engine::VectorAdder;

/// How many octets ahead points are fetched.
const FETCH_AHEAD: usize = 2;

/// Working memory.
#[derive(Default)]
pub(super) struct AdditionLanes {
    groups: Vec<Group>,
    products: Vec<blst_fp>,
}

/// Eight additions: what is inverted for them.
#[derive(Clone, Copy)]
struct Group {
    /// The differences of the x coordinates.
    differences: Lanes,
    /// The products of the differences of all groups before, lane by lane.
    before: Lanes,
}

impl AdditionLanes {
    /// The engine is the proof that the processor has its features.
    pub(super) fn new(_engine: &Ifma) -> Self {
        Self::default()
    }

    /// Does the additions for which the formula has an answer. The positions of the others are
    /// added to `exceptional`; what is written for them has no meaning.
    ///
    /// # Panics
    ///
    /// If there are no additions, or an operand or a sum lies outside its list.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn add_in_lanes(
        &mut self,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        let product = self.multiply_differences(batch, exceptional);
        let mut inverses = [ONE; LANES];
        for (inverse, element) in inverses.iter_mut().zip(product.elements()) {
            element.write(inverse);
        }
        invert_in_place(&mut inverses, &mut self.products);
        let mut inverse = Lanes::read(|lane| &inverses[lane]);
        for (index, group) in self.groups.iter().enumerate().rev() {
            batch.fetch_next(self.groups.len() - 1 - index);
            let share = group.before.multiply(&inverse);
            inverse = group.differences.multiply(&inverse);
            let additions = batch.octet(index);
            let (x, y) = sums(batch, additions, &share);
            let coordinates = x.elements().into_iter().zip(y.elements());
            for (addition, (x, y)) in additions.iter().zip(coordinates) {
                let sum = &mut out[addition.out as usize];
                x.write(&mut sum.x);
                y.write(&mut sum.y);
            }
        }
    }

    /// Fills `groups`, and returns the product of all differences, lane by lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn multiply_differences(&mut self, batch: &Batch<'_>, exceptional: &mut Vec<usize>) -> Lanes {
        let count = batch.additions.len();
        let one = Lanes::read(|_| &ONE);
        let mut product = one;
        self.groups.clear();
        for index in 0..batch.octets() {
            batch.fetch(index + FETCH_AHEAD);
            let additions = batch.octet(index);
            let a = |lane: usize| batch.point(additions[lane].left);
            let b = |lane: usize| batch.point(additions[lane].right);
            let differences =
                Lanes::read(|lane| &b(lane).x).subtract(&Lanes::read(|lane| &a(lane).x));
            let infinite = mask(|lane| is_infinity(a(lane)) || is_infinity(b(lane)));
            note(infinite, index, count, exceptional);
            let differences = differences.replace_where(infinite, &one);
            self.groups.push(Group {
                differences,
                before: product,
            });
            product = differences.multiply(&product);
        }
        if product.canonical().zeros() == 0 {
            return product.canonical();
        }
        let mut product = one;
        for (index, group) in self.groups.iter_mut().enumerate() {
            let zeros = group.differences.canonical().zeros();
            note(zeros, index, count, exceptional);
            group.differences = group.differences.replace_where(zeros, &one);
            group.before = product;
            product = group.differences.multiply(&product);
        }
        product.canonical()
    }
}

impl VectorAdder for AdditionLanes {
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine], exceptional: &mut Vec<usize>) {
        // SAFETY: `new` takes the proof that the processor has the features.
        unsafe { self.add_in_lanes(batch, out, exceptional) }
    }
}

impl core::fmt::Debug for AdditionLanes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AdditionLanes").finish_non_exhaustive()
    }
}

/// The chords' third points, from the inverses of the differences of the x coordinates.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn sums(batch: &Batch<'_>, additions: &[Addition; LANES], inverse: &Lanes) -> (Lanes, Lanes) {
    let a = |lane: usize| batch.point(additions[lane].left);
    let b = |lane: usize| batch.point(additions[lane].right);
    let ax = Lanes::read(|lane| &a(lane).x);
    let bx = Lanes::read(|lane| &b(lane).x);
    let ay = Lanes::read(|lane| &a(lane).y);
    let ay = ay.negate_where(mask(|lane| additions[lane].left.is_negated()));
    let by = Lanes::read(|lane| &b(lane).y);
    let by = by.negate_where(mask(|lane| additions[lane].right.is_negated()));
    let slope = by.subtract_wide(&ay).multiply(inverse);
    let x = slope.square().canonical_difference(&ax.plus(&bx));
    let y = ax.subtract(&x).multiply(&slope).canonical_difference(&ay);
    (x, y)
}

/// Notes the positions of the additions in some lanes of a group.
#[inline]
fn note(lanes: LaneMask, group: usize, additions: usize, positions: &mut Vec<usize>) {
    if lanes != 0 {
        let in_lanes = (0..LANES).filter(|lane| lanes >> lane & 1 == 1);
        positions.extend(
            in_lanes
                .map(|lane| LANES * group + lane)
                .filter(|position| *position < additions),
        );
    }
}
