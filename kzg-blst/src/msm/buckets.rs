//! Scalars in signed digits, and points sorted into buckets by their digits.

use crate::curve::additions::Operand;

/// A digit of a scalar and its sign.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digit(u32);

impl Digit {
    fn new(magnitude: u32, negate: bool) -> Self {
        Self(magnitude << 1 | u32::from(negate))
    }

    /// Returns the number of the bucket in its window that collects the points with this digit or its
    /// negative, and whether the point is negated; `None` for zero, which has no bucket.
    pub(super) fn bucket(self) -> Option<(usize, bool)> {
        let bucket = (self.0 >> 1).checked_sub(1)?;
        Some((bucket as usize, self.0 & 1 == 1))
    }
}

/// Writes signed digits of `bits` bits, least significant first. No digit is larger than
/// `2^(bits - 1)` in absolute value.
pub(super) fn write_digits<'a>(
    half: i128,
    bits: usize,
    slots: impl Iterator<Item = &'a mut Digit>,
) {
    let largest = 1 << (bits - 1);
    let mut rest = half.unsigned_abs();
    let mut carry = 0;
    for slot in slots {
        let mut digit = (rest as u32 & ((1 << bits) - 1)) + carry;
        rest >>= bits;
        let mut negate = half < 0;
        carry = 0;
        if digit > largest {
            digit = (1 << bits) - digit;
            negate = !negate;
            carry = 1;
        }
        *slot = Digit::new(digit, negate);
    }
    debug_assert_eq!(
        (rest, carry),
        (0, 0),
        "the last window has room for the sign"
    );
}

/// Points sorted into buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// The points of bucket `g` are at `bounds[g]..bounds[g + 1]`.
    pub(super) operands: Vec<Operand>,
    pub(super) bounds: Vec<u32>,
    cursors: Vec<u32>,
}

impl Buckets {
    /// Sorts points by their buckets. `points` returns pairs of a bucket and a point; it is called
    /// twice.
    ///
    /// # Panics
    ///
    /// If there are `2^32` or more points.
    pub(super) fn sort<I: Iterator<Item = (usize, Operand)>>(
        &mut self,
        buckets: usize,
        points: impl Fn() -> I,
    ) {
        self.bounds.clear();
        self.bounds.resize(buckets + 1, 0);
        let mut count: usize = 0;
        points().for_each(|(bucket, _)| {
            self.bounds[bucket + 1] = self.bounds[bucket + 1].wrapping_add(1);
            count += 1;
        });
        assert!(u32::try_from(count).is_ok(), "{count} points in buckets");
        for bucket in 0..buckets {
            self.bounds[bucket + 1] += self.bounds[bucket];
        }
        self.operands.clear();
        self.operands
            .resize(self.bounds[buckets] as usize, Operand::new(0, false));
        self.cursors.clear();
        self.cursors.extend_from_slice(&self.bounds);
        points().for_each(|(bucket, operand)| {
            self.operands[self.cursors[bucket] as usize] = operand;
            self.cursors[bucket] += 1;
        });
    }
}
