//! The sizes of a multi-scalar multiplication over fixed points.

/// Largest number of items of one thread of the kernel `accumulate`.
pub(crate) const SEGMENT: usize = 64;
/// The number of partial sums of a bucket that one thread of the kernel `merge_segments` adds.
pub(crate) const GROUP: usize = 16;
/// The bytes of a point in the kernels' coordinates, of an affine point, and of a field element.
pub(crate) const XYZZ: usize = 4 * FP;
pub(crate) const AFFINE: usize = 2 * FP;
pub(crate) const FP: usize = 48;
/// The bytes of a scalar.
pub(crate) const SCALAR: usize = 32;

/// The sizes of the sums that are computed for each blob. There is one sum for each column, and each
/// column has its own fixed points. The scalars are written in signed digits of `window_bits` bits,
/// one digit for each window. A table has a multiple of each point for each window, so that the
/// windows of a sum share one set of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The number of sums for each blob.
    pub(crate) columns: usize,
    /// The number of points of a column.
    pub(crate) points: usize,
    /// The bits of a digit.
    pub(crate) window_bits: usize,
    /// The number of threads that share the buckets of a sum; a power of two.
    pub(crate) chunks: usize,
}

/// The sum of a commitment, over 4096 points. A blob takes at most 81,920 additions to 4096 buckets.
/// The weighted sum of the buckets takes about 10,300 additions.
pub(crate) const COMMITMENT: Shape = Shape {
    columns: 1,
    points: 4096,
    window_bits: 13,
    chunks: 128,
};

/// The columns of FK20: 128 sums over 64 points. A blob takes at most 262,144 additions to 16,384
/// buckets. The weighted sums of the buckets take about 42,000 additions.
pub(crate) const CELLS: Shape = Shape {
    columns: 128,
    points: 64,
    window_bits: 8,
    chunks: 8,
};

impl Shape {
    /// The number of digits of a scalar. Together they have more than 255 bits, so that nothing is
    /// carried out of the last one.
    pub(crate) fn windows(&self) -> usize {
        256_usize.div_ceil(self.window_bits)
    }

    /// The number of buckets of a sum: one for each absolute value of a digit but zero.
    pub(crate) fn buckets(&self) -> usize {
        1 << (self.window_bits - 1)
    }

    /// Largest number of items of a sum.
    pub(crate) fn items(&self) -> usize {
        self.windows() * self.points
    }

    /// Largest number of segments of a sum: each bucket has at most one that is not full.
    pub(crate) fn slots(&self) -> usize {
        self.buckets() + self.items() / SEGMENT
    }

    /// Largest number of segments of a bucket: those of a sum whose items are all in one bucket.
    pub(crate) fn segments(&self) -> usize {
        self.items().div_ceil(SEGMENT)
    }

    /// The number of scalars of a blob, and of fixed points.
    pub(crate) fn scalars(&self) -> usize {
        self.columns * self.points
    }

    /// The bytes of memory of the device that a blob takes.
    pub(crate) fn bytes_per_blob(&self) -> usize {
        let words = 3 * (self.buckets() + 1) + self.items();
        let points = self.slots() + 2 * self.chunks;
        self.scalars() * SCALAR + self.columns * (4 * words + points * XYZZ + AFFINE)
    }

    /// The bytes of the table, and of what is needed beside the table to build it.
    pub(crate) fn table_bytes(&self) -> (usize, usize) {
        let entries = self.windows() * self.scalars();
        (
            entries * AFFINE,
            entries * (XYZZ + FP) + self.scalars() * AFFINE,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_hold_a_scalar_and_the_indices_fit() {
        for shape in [COMMITMENT, CELLS] {
            assert!(shape.windows() * shape.window_bits >= 256);
            assert!(shape.buckets().is_multiple_of(128) && shape.buckets() >= shape.chunks);
            // A table entry and a sign are one word.
            assert!(2 * shape.windows() * shape.scalars() < 1 << 32);
        }
        // The highest digit of a scalar below r, 8 bits from bit 248 on, with a carry.
        let highest = 0x73 + 1;
        assert!(highest <= CELLS.buckets());
        assert_eq!(
            (COMMITMENT.items(), CELLS.columns * CELLS.items()),
            (81_920, 262_144)
        );
    }
}
