//! Small discrete logarithms, for backends that have the values of pairings.

use core::iter::successors;

/// Returns some `k` below `bound` with `base^k = power` in a group, if there is one, by about `2·√bound` products.
///
/// Source: Shanks, "Class number, a theory of factorization, and genera", Proceedings of Symposia in Pure
/// Mathematics 20, 1971: baby steps and giant steps.
pub fn small_exponent<T: Copy + PartialEq>(
    base: T,
    power: T,
    bound: usize,
    product: impl Fn(&T, &T) -> T,
) -> Option<usize> {
    let step = bound.isqrt() + 1;
    // With k = i·step - j, `base^(i·step)` is `power·base^j`, where `j` is at least one and at most `step`.
    let next = |last: &T| Some(product(last, &base));
    let baby_steps: Vec<T> = successors(next(&power), next).take(step).collect();
    let stride = raise(base, step, &product);
    let giant_steps = successors(Some(stride), |last| Some(product(last, &stride)));
    let multiples = (1..=bound.div_ceil(step)).map(|i| i * step);
    multiples.zip(giant_steps).find_map(|(multiple, giant)| {
        // The last one gives the least exponent.
        let equal = baby_steps.iter().rposition(|baby| *baby == giant)?;
        Some(multiple - (equal + 1)).filter(|k| *k < bound)
    })
}

/// Returns `base^exponent` for an exponent that is not zero.
fn raise<T: Copy>(base: T, exponent: usize, product: &impl Fn(&T, &T) -> T) -> T {
    let bits_below_highest = (0..exponent.ilog2()).rev();
    bits_below_highest.fold(base, |power, bit| {
        let square = product(&power, &power);
        match exponent >> bit & 1 {
            1 => product(&square, &base),
            _ => square,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    /// A prime modulo which three generates all residues.
    const PRIME: u64 = 65_537;

    fn product(a: &u64, b: &u64) -> u64 {
        a * b % PRIME
    }

    #[test]
    fn exactly_the_exponents_below_the_bound_are_found() {
        for bound in [0, 1, 2, 3, 4, 5, 8, 9, 10, 127, 128, 129] {
            let mut power = 1;
            for k in 0..2 * bound + 3 {
                let found = small_exponent(3, power, bound, product);
                assert_eq!(found, (k < bound).then_some(k), "bound {bound}");
                power = product(&power, &3);
            }
        }
    }

    #[test]
    fn a_base_of_small_order_has_an_exponent_below_the_bound() {
        // The order of 4096 is eight, and that of one is one.
        for (base, power, least) in [(1, 1, 0), (4096, 1, 0), (4096, 4096, 1)] {
            for bound in least + 1..100 {
                let k = small_exponent(base, power, bound, product).unwrap();
                assert!(k < bound);
                assert_eq!((0..k).fold(1, |it, _| product(&it, &base)), power);
            }
        }
        assert_eq!(small_exponent(1, 4096, 100, product), None);
    }

    #[test]
    fn the_products_grow_with_the_root_of_the_bound() {
        let products = Cell::new(0);
        let counting = |a: &u64, b: &u64| {
            products.set(products.get() + 1);
            product(a, b)
        };
        assert_eq!(small_exponent(3, 2, 10_000, counting), None);
        assert!(products.get() <= 220, "{}", products.get());
    }
}
