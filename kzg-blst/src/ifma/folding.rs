//! Evaluation of polynomials by folding, eight pairs side by side.
//!
//! [`kzg_traits::folding`] describes the method.

use kzg_traits::folding::{Folding, Level};
use kzg_traits::{Exec, Fr as _};

use super::scalar::ScalarLanes;
use crate::curve::additions::LANES;
use crate::field::Fr;

/// The fewest values for which all lanes are used.
pub(super) const FEWEST_VALUES: usize = 2 * LANES;

/// Returns the value at `z` of the polynomial with the given values, at least [`FEWEST_VALUES`].
///
/// # Panics
///
/// If the tables are for another number of values, or there are too few values.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn evaluate(folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Fr {
    assert_eq!(values.len(), folding.values(), "n values");
    let mut levels = folding.levels(z);
    let first = LevelLanes::new(levels.next().expect("two values"));
    let mut groups = exec.scratch_vec();
    let (pairs, _) = values.as_chunks::<2>().0.as_chunks::<LANES>();
    for (index, pairs) in pairs.iter().enumerate() {
        groups.push(first.fold(index, &ScalarLanes::read_pairs(pairs)));
    }
    // Every product is too small by a factor of 2^4.
    let mut factor = 1 << 4;
    while groups.len() > 1 {
        let level = LevelLanes::new(levels.next().expect("more than eight values"));
        let half = groups.len() / 2;
        for index in 0..half {
            let pairs = [groups[2 * index], groups[2 * index + 1]];
            groups[index] = level.fold(index, &ScalarLanes::split_pairs(&pairs));
        }
        groups.truncate(half);
        factor <<= 4;
    }
    let factor = Fr::from_u64(factor);
    let mut left = groups[0].words().map(|words| factor.times_integer(&words));
    for level in levels {
        for i in 0..level.roots.len() {
            left[i] = level.fold(i, [left[2 * i], left[2 * i + 1]]);
        }
    }
    folding.unscale(left[0])
}

/// A level with at least eight folds.
struct LevelLanes<'a> {
    level: Level<'a, Fr>,
    z: ScalarLanes,
    corrected_z: ScalarLanes,
}

impl<'a> LevelLanes<'a> {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn new(level: Level<'a, Fr>) -> Self {
        Self {
            z: ScalarLanes::splat(&level.z),
            corrected_z: ScalarLanes::splat(&level.corrected_z),
            level,
        }
    }

    /// Returns the eight folds of a group, divided by 2^4.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn fold(&self, group: usize, pairs: &[ScalarLanes; 2]) -> ScalarLanes {
        let roots = &self.level.roots[group * LANES..][..LANES];
        let corrected_roots = &self.level.corrected_roots[group * LANES..][..LANES];
        let first = ScalarLanes::read(|lane| &roots[lane]).add(&self.z);
        let second =
            ScalarLanes::read(|lane| &corrected_roots[lane]).subtract(&self.corrected_z, 1);
        ScalarLanes::sum_of_products([&pairs[0], &pairs[1]], [&first, &second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::ifma::scalar::largest_element;
    use crate::selection::testing::can_test;
    use kzg_traits::domain::Domain;

    /// Values and points with the words of the largest element, and of zero.
    #[test]
    fn the_largest_values_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let largest = largest_element();
        let domain = Domain::<Fr>::new();
        for n in [FEWEST_VALUES, 64, 4096] {
            let folding = Folding::new(&domain, n);
            for z in [largest, Fr::ZERO, Fr::ONE, Fr::from_u64(3)] {
                for period in [1, 2, 16, n] {
                    let values: Vec<Fr> = (0..n)
                        .map(|i| if i % period == 0 { largest } else { Fr::ZERO })
                        .collect();
                    // SAFETY: `can_test` has checked the processor features.
                    let value = unsafe { evaluate(&folding, &values, z, &Exec::serial()) };
                    let expected = folding.evaluate(&values, z, &mut Vec::new());
                    assert_eq!(value, expected, "{n} values, {period}, {z:?}");
                }
            }
        }
    }
}
