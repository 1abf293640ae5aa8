//! Scalars in signed digits, and points in buckets by their digits.

use crate::curve::additions::Operand;

/// A digit of a scalar and its sign.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digit(u32);

impl Digit {
    fn new(magnitude: u32, negate: bool) -> Self {
        Self(magnitude << 1 | u32::from(negate))
    }

    /// The place of the bucket that collects the points with this digit or its negative, among
    /// those of a window, and whether a point goes there negated; `None` for zero, which has no
    /// bucket.
    pub(super) fn bucket(self) -> Option<(usize, bool)> {
        let bucket = (self.0 >> 1).checked_sub(1)?;
        Some((bucket as usize, self.0 & 1 == 1))
    }
}

/// Writes signed digits of so many bits, least significant first: none is larger than
/// `2^(bits - 1)`.
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

/// Points in buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Those of bucket `g` at `bounds[g]..bounds[g + 1]`.
    pub(super) operands: Vec<Operand>,
    pub(super) bounds: Vec<u32>,
    cursors: Vec<u32>,
}

impl Buckets {
    /// Sorts the points by the bucket that comes with each; asked for them twice.
    ///
    /// # Panics
    ///
    /// If there are `2^32` or more.
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
