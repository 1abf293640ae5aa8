//! Weighted sums of rows of field elements, eight columns side by side.

use kzg_traits::Fr as _;

use super::scalar::ScalarLanes;
use crate::curve::additions::LANES;
use crate::field::Fr;

/// Computes [`Backend::weighted_sum`](kzg_traits::Backend::weighted_sum) and returns true; returns false,
/// without a change, if the length of the rows is no multiple of eight.
///
/// # Panics
///
/// If the length of a row differs from that of `out`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn add_rows<'a>(
    weights: &[Fr],
    row: &dyn Fn(usize) -> &'a [Fr],
    out: &mut [Fr],
) -> bool {
    let (groups, []) = out.as_chunks_mut::<LANES>() else {
        return false;
    };
    let len = LANES * groups.len();
    // A product of lanes is divided by 2^260, a Montgomery product by 2^256. The words of 2^8 in
    // Montgomery form are 2^264, so that a product with them multiplies by 2^4.
    let correction = ScalarLanes::splat(&Fr::from_u64(1 << 8));
    for (index, group) in groups.iter_mut().enumerate() {
        let term = |k: usize| {
            let row = row(k);
            assert_eq!(row.len(), len, "rows of one length");
            let values = &row[index * LANES..][..LANES];
            let values = ScalarLanes::read(|lane| &values[lane]);
            (ScalarLanes::splat(&weights[k]), values)
        };
        // Every factor is below r. So the sum of two products is below 1.1r, and that with a reduced
        // total is below 3r.
        let mut total = ScalarLanes::splat(&Fr::ZERO);
        for first in (0..weights.len()).step_by(2) {
            let (a, x) = term(first);
            let products = if first + 1 < weights.len() {
                let (b, y) = term(first + 1);
                ScalarLanes::sum_of_products([&a, &b], [&x, &y])
            } else {
                ScalarLanes::sum_of_products([&a], [&x])
            };
            total = total.add(&products).reduce();
        }
        let elements = ScalarLanes::sum_of_products([&total], [&correction]).elements();
        for (element, out) in elements.into_iter().zip(group) {
            element.write(out);
        }
    }
    true
}
