//! The absolute value of the curve's parameter, `x = 0xd201000000010000`, for chains of doublings.

/// Number of doublings before each addition of a multiplication by `x`: the distances between the set
/// bits of `x`.
pub(crate) const DOUBLINGS: [usize; 5] = [1, 2, 3, 9, 32];
/// Number of doublings after the last addition.
pub(crate) const LAST_DOUBLINGS: usize = 16;
