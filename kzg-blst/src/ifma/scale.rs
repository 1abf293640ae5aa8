//! Products of many field elements with one factor, eight side by side.

use super::scalar::ScalarLanes;
use crate::curve::additions::LANES;
use crate::field::Fr;

/// Computes [`Backend::scale`](kzg_traits::Backend::scale) and returns true; returns false, without a change, if the
/// number of values is no multiple of eight.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn scale(values: &mut [Fr], factor: &Fr) -> bool {
    let (groups, []) = values.as_chunks_mut::<LANES>() else {
        return false;
    };
    // A product of lanes is divided by 2^260, a Montgomery product by 2^256.
    let factor = ScalarLanes::splat(factor).times_16();
    for group in groups {
        let lanes = ScalarLanes::read(|lane| &group[lane]);
        // The values are below r and the factor is below 2.6r, so the product is below 1.1r.
        let products = ScalarLanes::sum_of_products([&lanes], [&factor]).elements();
        for (product, value) in products.into_iter().zip(group) {
            product.write(value);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use kzg_traits::Fr as _;

    use super::*;
    use crate::engine::Engine;
    use crate::ifma::scalar::largest_element;
    use crate::selection::testing::can_test;

    /// The elements are the largest by their words, one and zero.
    #[test]
    fn the_largest_values_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let elements = [largest_element(), Fr::ONE, Fr::ZERO];
        for factor in elements {
            for first in 0..elements.len() {
                let values: [Fr; 2 * LANES] =
                    core::array::from_fn(|i| elements[(first + i) % elements.len()]);
                let mut scaled = values;
                // SAFETY: `can_test` has checked the processor features.
                assert!(unsafe { scale(&mut scaled, &factor) });
                assert_eq!(scaled, values.map(|value| value * factor));
                // SAFETY: as above.
                assert!(!unsafe { scale(&mut scaled[1..], &factor) }, "15 values");
            }
        }
    }
}
