//! Additions of points that lie in lists: what is added, and where the sum goes.

use super::affine::G1Affine;

/// Points in a lane group: those that a vector engine treats side by side.
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
    /// If a list of so many points has some that no operand can name.
    pub(crate) fn assert_reaches(points: usize) {
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
    pub(crate) source: &'a [G1Affine],
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

/// Tells the processor that the point is about to be read.
pub(crate) fn fetch(point: &G1Affine) {
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
