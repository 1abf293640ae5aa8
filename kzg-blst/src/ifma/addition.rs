//! Affine additions that share one inversion, eight side by side; see
//! [`batch_affine`](crate::msm::batch_affine) for the method.

use blst::{blst_fp, blst_p1_affine};

use super::field::{LaneMask, Lanes};
use super::points::LANES;
use crate::msm::affine::is_infinity;
use crate::msm::base_field::{ONE, invert_in_place};
use crate::msm::batch_affine::{Addition, Operand, fetch};

/// How many groups of eight additions ahead points are fetched.
const FETCH_AHEAD: usize = 2;

/// Working memory.
#[derive(Default)]
pub(crate) struct AdditionLanes {
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
    /// Does the additions for which the formula has an answer. The positions of the others are
    /// added to `exceptional`; what is written for them has no meaning.
    ///
    /// # Panics
    ///
    /// If there are no additions, or an operand or a sum lies outside its list.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(crate) fn add(
        &mut self,
        source: &[blst_p1_affine],
        additions: &[Addition],
        out: &mut [blst_p1_affine],
        exceptional: &mut Vec<usize>,
    ) {
        let product = self.multiply_differences(source, additions, exceptional);
        let mut inverses = [ONE; LANES];
        for (inverse, element) in inverses.iter_mut().zip(product.elements()) {
            element.write(inverse);
        }
        invert_in_place(&mut inverses, &mut self.products);
        let mut inverse = Lanes::read(inverses.each_ref());
        for (index, group) in self.groups.iter().enumerate().rev() {
            if let Some(later) = index.checked_sub(FETCH_AHEAD) {
                fetch_group(source, &lanes_of(additions, later));
            }
            let share = group.before.multiply(&inverse);
            inverse = group.differences.multiply(&inverse);
            let jobs = lanes_of(additions, index);
            let (x, y) = sums(source, &jobs, &share);
            let coordinates = x.elements().into_iter().zip(y.elements());
            for (job, (x, y)) in jobs.iter().zip(coordinates) {
                let sum = &mut out[job.out as usize];
                x.write(&mut sum.x);
                y.write(&mut sum.y);
            }
        }
    }

    /// Fills `groups`, and returns the product of all differences, lane by lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn multiply_differences(
        &mut self,
        source: &[blst_p1_affine],
        additions: &[Addition],
        exceptional: &mut Vec<usize>,
    ) -> Lanes {
        let one = Lanes::read([&ONE; LANES]);
        let mut product = one;
        self.groups.clear();
        for index in 0..additions.len().div_ceil(LANES) {
            let later = LANES * (index + FETCH_AHEAD);
            if later < additions.len() {
                fetch_group(source, &lanes_of(additions, index + FETCH_AHEAD));
            }
            let jobs = lanes_of(additions, index);
            let (a, b) = (jobs.map(|job| job.left), jobs.map(|job| job.right));
            let (a, b) = (points(source, a), points(source, b));
            let differences = Lanes::read(b.map(|b| &b.x)).subtract(&Lanes::read(a.map(|a| &a.x)));
            let infinite = mask(|lane| is_infinity(a[lane]) || is_infinity(b[lane]));
            note(infinite, index, additions.len(), exceptional);
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
            note(zeros, index, additions.len(), exceptional);
            group.differences = group.differences.replace_where(zeros, &one);
            group.before = product;
            product = group.differences.multiply(&product);
        }
        product.canonical()
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
fn sums(source: &[blst_p1_affine], jobs: &[Addition; LANES], inverse: &Lanes) -> (Lanes, Lanes) {
    let (left, right) = (jobs.map(|job| job.left), jobs.map(|job| job.right));
    let (a, b) = (points(source, left), points(source, right));
    let (ax, bx) = (Lanes::read(a.map(|a| &a.x)), Lanes::read(b.map(|b| &b.x)));
    let ay = Lanes::read(a.map(|a| &a.y)).negate_where(mask(|lane| left[lane].is_negated()));
    let by = Lanes::read(b.map(|b| &b.y)).negate_where(mask(|lane| right[lane].is_negated()));
    let slope = by.subtract_loose(&ay).multiply(inverse);
    let x = slope.square().canonical_difference(&ax.plus(&bx));
    let y = ax.subtract(&x).multiply(&slope).canonical_difference(&ay);
    (x, y)
}

/// The additions of a group; the last one again and again where there are fewer than eight left.
#[inline]
fn lanes_of(additions: &[Addition], group: usize) -> [Addition; LANES] {
    core::array::from_fn(|lane| additions[(LANES * group + lane).min(additions.len() - 1)])
}

#[inline]
fn points(source: &[blst_p1_affine], operands: [Operand; LANES]) -> [&blst_p1_affine; LANES] {
    operands.map(|operand| operand.point(source))
}

fn fetch_group(source: &[blst_p1_affine], jobs: &[Addition; LANES]) {
    for job in jobs {
        fetch(job.left.point(source));
        fetch(job.right.point(source));
    }
}

/// The lanes for which something holds.
#[inline]
fn mask(holds: impl Fn(usize) -> bool) -> LaneMask {
    (0..LANES).fold(0, |mask, lane| mask | LaneMask::from(holds(lane)) << lane)
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
