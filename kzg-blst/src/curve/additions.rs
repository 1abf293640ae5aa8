//! Additions of points that lie in lists: the operands, the position of the sum, and the kind of
//! each sum.

use super::affine::{G1Affine, INFINITY, is_infinity};

/// Number of points in a lane group: the points that a vector engine treats side by side.
pub(crate) const LANES: usize = 8;

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
    /// If a list of `points` points has an index that does not fit an operand.
    pub(crate) fn assert_reaches(points: usize) {
        assert!(points <= 1 << 31, "{points} points, of 2^31 at most");
    }

    /// The point with its sign applied.
    pub(crate) fn read(self, points: &[G1Affine]) -> G1Affine {
        let mut point = *self.point(points);
        if self.is_negated() {
            // SAFETY: blst reads one field element and writes one; they may be the same.
            unsafe { blst::blst_fp_cneg(&mut point.y, &point.y, true) };
        }
        point
    }

    /// The point without its sign.
    pub(crate) fn point(self, points: &[G1Affine]) -> &G1Affine {
        &points[(self.0 >> 1) as usize]
    }

    /// The same point with the other sign.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The highest bit is set if the point is to be negated.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn sign_bit(self) -> i64 {
        i64::from(self.0) << 63
    }

    pub(crate) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }
}

/// `out = left + right`: the operands are in one list of points, the sum's position in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addition {
    pub(crate) left: Operand,
    pub(crate) right: Operand,
    pub(crate) out: u32,
}

/// The formula for the sum of two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the line through two points with distinct x.
    Chord,
    /// By the tangent, because the points are equal.
    Tangent,
    /// Without a line: one of the points is infinity, or they are opposite.
    NoLine,
}

/// The lanes of a lane group whose sums are not computed by a chord, as bit masks.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ExceptionalLanes {
    /// Lanes with [`Kind::Tangent`].
    pub(crate) tangent: u8,
    /// Lanes with [`Kind::NoLine`].
    pub(crate) no_line: u8,
}

/// Additions that share an inversion.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "only vector engines read lane groups")
)]
pub(crate) struct Batch<'a> {
    pub(crate) source: &'a [G1Affine],
    pub(crate) additions: &'a [Addition],
    /// The additions of the following batch.
    next: &'a [Addition],
    groups: &'a [[Addition; LANES]],
    /// The additions after the last complete lane group, filled up with the last addition.
    last_group: Option<[Addition; LANES]>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(
        source: &'a [G1Affine],
        additions: &'a [Addition],
        next: &'a [Addition],
    ) -> Self {
        let (groups, rest) = additions.as_chunks();
        let last = rest.last();
        Self {
            source,
            additions,
            next,
            groups,
            last_group: last.map(|last| core::array::from_fn(|i| *rest.get(i).unwrap_or(last))),
        }
    }

    /// The kind of a sum.
    #[inline(always)]
    pub(crate) fn kind(&self, addition: &Addition) -> Kind {
        let (a, b) = (self.point(addition.left), self.point(addition.right));
        let (first_a, first_b) = (a.x.l[0], b.x.l[0]);
        // Distinct points nearly always differ in the first word, so the full comparison is rare.
        if first_a != first_b && first_a != 0 && first_b != 0 {
            return Kind::Chord;
        }
        self.kind_by_all_words(addition)
    }

    #[inline(never)]
    fn kind_by_all_words(&self, addition: &Addition) -> Kind {
        let (a, b) = (self.point(addition.left), self.point(addition.right));
        if is_infinity(a) || is_infinity(b) {
            return Kind::NoLine;
        }
        if a.x.l != b.x.l {
            return Kind::Chord;
        }
        // The y coordinates are equal or opposite. They are not zero: a point with y = 0 would
        // have order two, and the order of the curve is odd.
        let same_y = a.y.l == b.y.l;
        let same_sign = addition.left.is_negated() == addition.right.is_negated();
        if same_y == same_sign {
            Kind::Tangent
        } else {
            Kind::NoLine
        }
    }

    /// The sum of an addition of the kind [`Kind::NoLine`].
    pub(crate) fn sum_without_line(&self, addition: &Addition) -> G1Affine {
        let is_infinity = |operand: Operand| is_infinity(self.point(operand));
        match (is_infinity(addition.left), is_infinity(addition.right)) {
            (true, _) => addition.right.read(self.source),
            (_, true) => addition.left.read(self.source),
            // The points are opposite.
            (false, false) => INFINITY,
        }
    }

    #[inline(always)]
    pub(crate) fn point(&self, operand: Operand) -> &'a G1Affine {
        operand.point(self.source)
    }
}

/// The additions of a batch in lane groups.
#[cfg(target_arch = "x86_64")]
impl<'a> Batch<'a> {
    /// Number of lane groups, with an incomplete last one.
    pub(crate) fn groups(&self) -> usize {
        self.groups.len() + usize::from(self.last_group.is_some())
    }

    /// The additions of a lane group. An incomplete one repeats the last addition.
    ///
    /// # Panics
    ///
    /// If the batch has no such group.
    #[inline(always)]
    pub(crate) fn group(&self, index: usize) -> &[Addition; LANES] {
        let full = self.groups.get(index);
        full.unwrap_or_else(|| self.last_group.as_ref().expect("a lane group of the batch"))
    }

    #[inline(always)]
    pub(crate) fn points(&self, operands: &[Operand; LANES]) -> [&'a G1Affine; LANES] {
        operands.map(|operand| operand.point(self.source))
    }

    /// The lanes of a group whose sums are not computed by a chord.
    #[inline(never)]
    pub(crate) fn exceptional_lanes(&self, group: usize) -> ExceptionalLanes {
        let mut lanes = ExceptionalLanes::default();
        for (lane, addition) in self.group(group).iter().enumerate() {
            match self.kind_by_all_words(addition) {
                Kind::Chord => {}
                Kind::Tangent => lanes.tangent |= 1 << lane,
                Kind::NoLine => lanes.no_line |= 1 << lane,
            }
        }
        lanes
    }

    /// Writes the sums of the given lanes, all of the kind [`Kind::NoLine`].
    #[inline(never)]
    pub(crate) fn write_without_line(&self, group: usize, lanes: u8, out: &mut [G1Affine]) {
        for (lane, addition) in self.group(group).iter().enumerate() {
            if lanes >> lane & 1 == 1 {
                out[addition.out as usize] = self.sum_without_line(addition);
            }
        }
    }

    /// Prefetches the operands of a lane group, if the batch has it.
    #[inline]
    pub(crate) fn prefetch(&self, group: usize) {
        for addition in self.additions.iter().skip(group * LANES).take(LANES) {
            prefetch(addition.left.point(self.source));
            prefetch(addition.right.point(self.source));
        }
    }

    /// Prefetches the operands of a lane group of the following batch. Memory is idle for most of
    /// the time in which the current batch is computed.
    #[inline]
    pub(crate) fn prefetch_next(&self, group: usize) {
        for addition in self.next.iter().skip(group * LANES).take(LANES) {
            prefetch_to_second_level(addition.left.point(self.source));
            prefetch_to_second_level(addition.right.point(self.source));
        }
    }
}

/// Prefetches a point into the first-level cache.
pub(crate) fn prefetch(point: &G1Affine) {
    #[cfg(target_arch = "x86_64")]
    prefetch_with::<{ core::arch::x86_64::_MM_HINT_T0 }>(point);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = point;
}

/// Prefetches a point into the second-level cache: the first level has no room for a whole batch.
#[cfg(target_arch = "x86_64")]
fn prefetch_to_second_level(point: &G1Affine) {
    prefetch_with::<{ core::arch::x86_64::_MM_HINT_T1 }>(point);
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn prefetch_with<const HINT: i32>(point: &G1Affine) {
    let bytes = core::ptr::from_ref(point).cast::<i8>();
    // A point lies in two cache lines: those of its first and last bytes.
    for offset in [0, size_of::<G1Affine>() - 1] {
        // SAFETY: a prefetch neither reads nor writes; the address is within the point.
        unsafe { core::arch::x86_64::_mm_prefetch::<HINT>(bytes.add(offset)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
