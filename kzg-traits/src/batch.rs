//! What the batch verifications of blobs and of cells have in common.

use core::ops::Range;

use crate::algebra::Fr;

/// `r^0, r^1, ..`, the first `n` of them.
///
/// Source: `compute_powers` of the consensus specifications.
pub(crate) fn powers<F: Fr>(r: F, n: usize) -> impl Iterator<Item = F> {
    core::iter::successors(Some(F::ONE), move |power| Some(*power * r)).take(n)
}

/// Names the positions in a range at which a claim is false, given a check of any range of them
/// together, by halving the ranges that fail. One check where all are right, about `2·log₂(n)`
/// for each that is not.
pub(crate) fn find_false(
    range: Range<usize>,
    check: &mut impl FnMut(Range<usize>) -> bool,
    name: &mut impl FnMut(usize),
) {
    if range.is_empty() || check(range.clone()) {
        return;
    }
    if range.len() == 1 {
        name(range.start);
        return;
    }
    let middle = range.start + range.len() / 2;
    find_false(range.start..middle, check, name);
    find_false(middle..range.end, check, name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_false_ones_are_named() {
        for n in [0, 1, 2, 3, 8, 13] {
            for mask in 0..1_u32 << n {
                let is_false = |i: usize| mask >> i & 1 == 1;
                let (mut named, mut checks) = (Vec::new(), 0);
                find_false(
                    0..n,
                    &mut |range| {
                        checks += 1;
                        !range.clone().any(is_false)
                    },
                    &mut |i| named.push(i),
                );
                assert_eq!(named, (0..n).filter(|&i| is_false(i)).collect::<Vec<_>>());
                assert!(mask != 0 || checks <= 1);
            }
        }
    }
}
