//! Affine additions in batches that share one inversion: about half the cost of Jacobian ones.
//!
//! `(x₁, y₁) + (x₂, y₂)` needs `1/(x₂ - x₁)`. A batch multiplies all differences together,
//! inverts the product once, and walks back (Montgomery's trick): five multiplications and a
//! squaring an addition, besides its share of the inversion.
//!
//! Sums that the formula has no answer for are done apart, exactly: those with infinity are
//! noticed as they come by, those of equal or inverse points by the product that they make zero.

use blst::{blst_fp, blst_p1};

use super::affine::{G1Affine, INFINITY, is_infinity};
use super::base_field::{
    CHAINS, ONE, chain_of, invert_chains, is_zero, multiply, multiply_assign, negate_if, square,
    subtract,
};
use crate::engine::{LANES, VectorMemory, vector_engine};

/// Additions that share an inversion: enough to make its share small, few enough for the
/// working memory to stay in the second-level cache.
const BATCH: usize = 1024;
/// How many additions ahead points are fetched: the time of as many multiplications covers that
/// of the third-level cache.
const FETCH_AHEAD: usize = 8;

/// A point of a list, or its negative: the index doubled, plus one to negate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand(u32);

impl Operand {
    /// For lists that [`assert_reaches`](Self::assert_reaches) accepts.
    pub(crate) fn new(index: usize, negate: bool) -> Self {
        debug_assert!(index < 1 << 31, "an index of 31 bits");
        Self((index as u32) << 1 | u32::from(negate))
    }

    /// # Panics
    ///
    /// If a list of so many points has some that no operand can name.
    fn assert_reaches(points: usize) {
        assert!(points <= 1 << 31, "{points} points, of 2^31 at most");
    }

    pub(crate) fn read(self, points: &[G1Affine]) -> G1Affine {
        let mut point = *self.point(points);
        if self.is_negated() {
            // SAFETY: blst reads one field element and writes one; they may be the same.
            unsafe { blst::blst_fp_cneg(&mut point.y, &point.y, true) };
        }
        point
    }

    pub(crate) fn point(self, points: &[G1Affine]) -> &G1Affine {
        &points[(self.0 >> 1) as usize]
    }

    #[cfg(target_arch = "x86_64")]
    pub(crate) fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The highest bit set to negate.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn sign_bit(self) -> i64 {
        i64::from(self.0) << 63
    }

    pub(crate) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }
}

/// `out = left + right`, the operands in one list of points and the sum's position in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addition {
    pub(crate) left: Operand,
    pub(crate) right: Operand,
    pub(crate) out: u32,
}

/// Additions that share an inversion.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    source: &'a [G1Affine],
    pub(crate) additions: &'a [Addition],
    /// Those of the batch that comes after this one.
    next: &'a [Addition],
    octets: &'a [[Addition; LANES]],
    /// What is left, filled up with the last addition.
    last_octet: Option<[Addition; LANES]>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(
        source: &'a [G1Affine],
        additions: &'a [Addition],
        next: &'a [Addition],
    ) -> Self {
        let (octets, rest) = additions.as_chunks();
        let last = rest.last();
        Self {
            source,
            additions,
            next,
            octets,
            last_octet: last.map(|last| core::array::from_fn(|i| *rest.get(i).unwrap_or(last))),
        }
    }

    /// How many octets there are, with the last one that is filled up.
    pub(crate) fn octets(&self) -> usize {
        self.octets.len() + usize::from(self.last_octet.is_some())
    }

    /// Eight additions; beyond the last one comes that again.
    ///
    /// # Panics
    ///
    /// If there are not as many octets.
    #[inline(always)]
    pub(crate) fn octet(&self, index: usize) -> &[Addition; LANES] {
        let full = self.octets.get(index);
        full.unwrap_or_else(|| self.last_octet.as_ref().expect("an octet of the batch"))
    }

    #[inline(always)]
    pub(crate) fn point(&self, operand: Operand) -> &'a G1Affine {
        operand.point(self.source)
    }

    #[inline(always)]
    pub(crate) fn points(&self, operands: &[Operand; LANES]) -> [&'a G1Affine; LANES] {
        operands.map(|operand| operand.point(self.source))
    }

    /// Tells the processor that the points of an octet are about to be read, if there is one.
    #[inline]
    pub(crate) fn fetch(&self, octet: usize) {
        for addition in self.additions.iter().skip(octet * LANES).take(LANES) {
            fetch(addition.left.point(self.source));
            fetch(addition.right.point(self.source));
        }
    }

    /// Tells it so of an octet of the next batch. While this one is computed, most of the time,
    /// memory has nothing else to do.
    #[inline]
    pub(crate) fn fetch_next(&self, octet: usize) {
        for addition in self.next.iter().skip(octet * LANES).take(LANES) {
            fetch_for_later(addition.left.point(self.source));
            fetch_for_later(addition.right.point(self.source));
        }
    }
}

/// Additions on the engine that runs, and their working memory.
#[derive(Debug, Default)]
pub(crate) struct BatchAdder {
    scalar: ScalarAdder,
    vector: VectorMemory,
    exceptional: Vec<usize>,
}

impl BatchAdder {
    /// Does all additions, from `source` to `out`.
    ///
    /// # Panics
    ///
    /// If an operand or a sum lies outside its list, or there are more than `2^31` points.
    pub(crate) fn add(
        &mut self,
        source: &[G1Affine],
        additions: &[Addition],
        out: &mut [G1Affine],
    ) {
        Operand::assert_reaches(source.len());
        let batches = additions.len().div_ceil(BATCH).max(1);
        let mut batches = additions
            .chunks(additions.len().div_ceil(batches).max(1))
            .peekable();
        while let Some(additions) = batches.next() {
            let next = batches.peek().copied().unwrap_or_default();
            self.add_batch(&Batch::new(source, additions, next), out);
        }
    }

    fn add_batch(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]) {
        let Batch {
            source, additions, ..
        } = *batch;
        self.exceptional.clear();
        let exceptional = &mut self.exceptional;
        match vector_engine().filter(|engine| additions.len() >= engine.fewest_additions()) {
            Some(engine) => engine.add(&mut self.vector, batch, out, exceptional),
            None => self.scalar.add(batch, out, exceptional),
        }
        for &i in &self.exceptional {
            let Addition {
                left,
                right,
                out: at,
            } = additions[i];
            out[at as usize] = add_one(&left.read(source), &right.read(source));
        }
    }
}

/// Additions by blst's scalar arithmetic, and their working memory.
#[derive(Debug, Default)]
pub(crate) struct ScalarAdder {
    differences: Vec<blst_fp>,
    /// The product of the differences before each one in its chain.
    products: Vec<blst_fp>,
}

impl ScalarAdder {
    /// Does the additions for which the chord has an answer. The positions of the others are
    /// added to `exceptional`; what is written for them has no meaning.
    ///
    /// # Panics
    ///
    /// If an operand or a sum lies outside its list.
    pub(crate) fn add(
        &mut self,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        let Batch {
            source, additions, ..
        } = *batch;
        let count = additions.len();
        grow(&mut self.differences, count);
        grow(&mut self.products, count + CHAINS);
        // As many items as there are additions, so that no access below needs a check.
        let differences = &mut self.differences[..count];
        let products = &mut self.products[..count + CHAINS];

        products[..CHAINS].fill(ONE);
        for (i, addition) in additions.iter().enumerate() {
            if let Some(later) = additions.get(i + FETCH_AHEAD) {
                fetch(later.left.point(source));
                fetch(later.right.point(source));
            }
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            differences[i] = subtract(&b.x, &a.x);
            if is_infinity(a) || is_infinity(b) {
                differences[i] = ONE;
                exceptional.push(i);
            }
            let (before, after) = products.split_at_mut(i + CHAINS);
            multiply(&mut after[0], &before[i], &differences[i]);
        }
        let mut inverses = match invert_chains(&products[count..]) {
            Some(inverses) => inverses,
            None => {
                for (i, difference) in differences.iter_mut().enumerate() {
                    if is_zero(difference) {
                        *difference = ONE;
                        exceptional.push(i);
                    }
                    let (before, after) = products.split_at_mut(i + CHAINS);
                    multiply(&mut after[0], &before[i], difference);
                }
                invert_chains(&products[count..]).expect("no difference is zero now")
            }
        };
        for (i, addition) in additions.iter().enumerate().rev() {
            if let Some(later) = i.checked_sub(FETCH_AHEAD).map(|j| &additions[j]) {
                fetch(later.left.point(source));
                fetch(later.right.point(source));
            }
            let inverse = &mut inverses[chain_of(i, count)];
            let mut share = blst_fp::default();
            multiply(&mut share, inverse, &products[i]);
            multiply_assign(inverse, &differences[i]);
            let (a, b) = (addition.left.point(source), addition.right.point(source));
            let signs = (addition.left.is_negated(), addition.right.is_negated());
            add_with_inverse(a, b, signs, &share, &mut out[addition.out as usize]);
        }
    }
}

/// The chord through two points with different x coordinates, either of them negated, given
/// `1/(b.x - a.x)`.
///
/// A sum whose first point is negated is the negative of `a ∓ b`, so only the second one's y
/// coordinate and that of the sum ever change their sign.
fn add_with_inverse(
    a: &G1Affine,
    b: &G1Affine,
    (negate_a, negate_b): (bool, bool),
    inverse: &blst_fp,
    out: &mut G1Affine,
) {
    let mut slope = subtract(&negate_if(negate_a != negate_b, &b.y), &a.y);
    multiply_assign(&mut slope, inverse);
    square(&mut out.x, &slope);
    out.x = subtract(&subtract(&out.x, &a.x), &b.x);
    out.y = subtract(&a.x, &out.x);
    multiply_assign(&mut out.y, &slope);
    out.y = if negate_a {
        subtract(&a.y, &out.y)
    } else {
        subtract(&out.y, &a.y)
    };
}

/// One addition by itself, of any two points.
pub(super) fn add_one(a: &G1Affine, b: &G1Affine) -> G1Affine {
    if is_infinity(a) {
        return *b;
    }
    if is_infinity(b) {
        return *a;
    }
    let mut sum = blst_p1::default();
    let mut affine = INFINITY;
    // SAFETY: blst reads valid points and writes one in each call; this addition knows equal
    // and inverse points.
    unsafe {
        blst::blst_p1_from_affine(&mut sum, &a.0);
        blst::blst_p1_add_or_double_affine(&mut sum, &sum, &b.0);
        blst::blst_p1_to_affine(&mut affine.0, &sum);
    }
    affine
}

/// Makes room for `len` items, whose content is of no matter.
fn grow(values: &mut Vec<blst_fp>, len: usize) {
    if values.len() < len {
        values.resize(len, ONE);
    }
}

/// Tells the processor that the point is about to be read.
fn fetch(point: &G1Affine) {
    #[cfg(target_arch = "x86_64")]
    fetch_with::<{ core::arch::x86_64::_MM_HINT_T0 }>(point);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = point;
}

/// Tells the processor that the point will be read after some others: into the second-level
/// cache, as the first has no room for all of them.
fn fetch_for_later(point: &G1Affine) {
    #[cfg(target_arch = "x86_64")]
    fetch_with::<{ core::arch::x86_64::_MM_HINT_T1 }>(point);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = point;
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn fetch_with<const HINT: i32>(point: &G1Affine) {
    let bytes = core::ptr::from_ref(point).cast::<i8>();
    // Two cache lines: those of the first and last bytes.
    for offset in [0, size_of::<G1Affine>() - 1] {
        // SAFETY: a hint, which reads and writes nothing, for an address within the point.
        unsafe { core::arch::x86_64::_mm_prefetch::<HINT>(bytes.add(offset)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::on_every_engine;
    use crate::group::G1;
    use kzg_traits::{Fr as _, Group};

    #[test]
    fn operands_name_all_points_of_the_longest_list() {
        Operand::assert_reaches(1 << 31);
        let last = Operand::new((1 << 31) - 1, true);
        assert_eq!((last.0 >> 1, last.is_negated()), ((1 << 31) - 1, true));
    }

    #[test]
    #[should_panic = "2147483649 points"]
    fn a_longer_list_is_refused() {
        Operand::assert_reaches((1 << 31) + 1);
    }

    #[test]
    fn every_kind_of_pair_in_batches_of_every_size() {
        let multiples: Vec<G1> = (0..40)
            .map(|k| G1::generator().mul(&crate::Fr::from_u64(k)))
            .collect();
        let source: Vec<G1Affine> = multiples.iter().map(|p| p.to_affine()).collect();
        assert!(is_infinity(&source[0]));
        // Index k and its sign stand for ±k·G, so sums of integers are the oracle. All pairs,
        // so infinity, equal and inverse points are among them.
        let signed = |k: usize, negate: bool| if negate { -multiples[k] } else { multiples[k] };
        let mut additions = Vec::new();
        let mut expected = Vec::new();
        for a in 0..40 {
            for b in 0..40 {
                let (negate_a, negate_b) =
                    ((a + b) % 3 == 0, (a * b) % 2 == 1 || a == b && a % 2 == 0);
                additions.push(Addition {
                    left: Operand::new(a, negate_a),
                    right: Operand::new(b, negate_b),
                    out: additions.len() as u32,
                });
                expected.push(signed(a, negate_a) + signed(b, negate_b));
            }
        }
        // One to 70, and about every boundary of the engines.
        let sizes = (0..=70).chain([127, 128, 129, BATCH - 1, BATCH, BATCH + 1, additions.len()]);
        on_every_engine(|engine| {
            let mut adder = BatchAdder::default();
            for size in sizes.clone() {
                let mut out = vec![INFINITY; size];
                adder.add(&source, &additions[..size], &mut out);
                for (sum, expected) in out.iter().zip(&expected) {
                    assert_eq!(*sum, expected.to_affine(), "{engine}, {size} additions");
                }
            }
        });
    }
}
