//! The parts of elements of `Fp12`, of lines and of points in the order in which the vector engines have
//! them in lanes.

use blst::{blst_fp, blst_fp12};

use crate::curve::line::MillerPair;

/// Number of pairs whose lines are evaluated by one multiplication in eight lanes: a line has four parts.
pub(crate) const PAIRS_IN_LANES: usize = 2;
/// The most groups of pairs.
pub(crate) const MOST_GROUPS: usize = 2;

/// Part `index` of an element `f₀ + f₁·w + .. + f₅·w⁵`: coefficient `f(index / 2)`, real or imaginary.
pub(crate) fn part(element: &blst_fp12, index: usize) -> &blst_fp {
    let coefficient = index / 2;
    &element.fp6[coefficient % 2].fp2[coefficient / 2].fp[index % 2]
}

/// [`part`], to be written.
pub(crate) fn part_mut(element: &mut blst_fp12, index: usize) -> &mut blst_fp {
    let coefficient = index / 2;
    &mut element.fp6[coefficient % 2].fp2[coefficient / 2].fp[index % 2]
}

/// The pair in a lane of a group. A single pair fills both halves.
pub(crate) fn in_lane<'a>(pairs: &'a [MillerPair<'a>], lane: usize) -> &'a MillerPair<'a> {
    &pairs[(lane / 4).min(pairs.len() - 1)]
}

/// The parts of `x` and of `y` of the line at an index.
pub(crate) fn coefficient<'a>(pair: &MillerPair<'a>, index: usize, part: usize) -> &'a blst_fp {
    let line = &pair.lines[index];
    &[&line.x, &line.y][part / 2].fp[part % 2]
}

/// The factor of a part.
pub(crate) fn coordinate<'a>(pair: &'a MillerPair<'_>, part: usize) -> &'a blst_fp {
    [&pair.point.inverse_y, &pair.point.x_over_y][part / 2]
}

/// Elements of `Fp12` for the tests of the engines, and their products by blst.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::curve::additions::LANES;
    use crate::curve::base_field::{MODULUS, ONE, square};
    use blst::{blst_fp2, blst_fp6};

    /// Elements with parts that are random, zero, one and the largest.
    pub(crate) fn elements() -> Vec<blst_fp12> {
        let mut largest = blst_fp { l: MODULUS };
        largest.l[0] -= 1;
        let mut seed = blst_fp {
            l: [3, 1, 4, 1, 5, 9],
        };
        let mut elements = Vec::new();
        for round in 0..200 {
            let mut element = blst_fp12::default();
            for index in 0..12 {
                let mut next = blst_fp::default();
                square(&mut next, &seed);
                // SAFETY: blst reads two field elements and writes one.
                unsafe { blst::blst_fp_add(&mut seed, &next, &ONE) };
                *part_mut(&mut element, index) = match (round, seed.l[0] >> 8 & 7) {
                    (0, _) => blst_fp::default(),
                    (1, _) => largest,
                    (2, _) if index == 0 => ONE,
                    (2, _) => blst_fp::default(),
                    (_, 0) if round % 3 == 0 => largest,
                    (_, 1) if round % 3 == 0 => blst_fp::default(),
                    _ => seed,
                };
            }
            elements.push(element);
        }
        elements
    }

    /// The product of `f` and `g`, the square of `f`, and the product of `f` and the line whose `x` and `y` are
    /// the coefficients `first` and `first + 1` of `g`.
    pub(crate) fn products_by_blst(f: &blst_fp12, g: &blst_fp12, first: usize) -> [blst_fp12; 3] {
        let mut products = [blst_fp12::default(); 3];
        let mut xy00z0 = blst_fp6::default();
        for coefficient in 0..2 {
            for index in 0..2 {
                xy00z0.fp2[coefficient].fp[index] = *part(g, 2 * (first + coefficient) + index);
            }
        }
        xy00z0.fp2[2].fp[0] = ONE;
        // SAFETY: blst reads one or two elements and writes one.
        unsafe {
            blst::blst_fp12_mul(&mut products[0], f, g);
            blst::blst_fp12_sqr(&mut products[1], f);
            blst::blst_fp12_mul_by_xy00z0(&mut products[2], f, &xy00z0);
        }
        products
    }

    /// Every choice of the largest coefficient and zero.
    pub(crate) fn largest_or_zero() -> impl Iterator<Item = [blst_fp; LANES]> {
        let mut largest = blst_fp { l: MODULUS };
        largest.l[0] -= 1;
        (0..1 << LANES).map(move |choice| {
            core::array::from_fn(|lane| {
                if choice >> lane & 1 == 1 {
                    largest
                } else {
                    blst_fp::default()
                }
            })
        })
    }

    /// The square of a compressed element of the cyclotomic subgroup, in blst's arithmetic, by the formulas in the
    /// documentation of the engines' modules `cyclotomic`.
    pub(crate) fn compressed_square_by_blst(f: &[blst_fp; LANES]) -> [blst_fp; LANES] {
        let [v, v2, w, v2w]: [blst_fp2; 4] = core::array::from_fn(|i| blst_fp2 {
            fp: [f[2 * i], f[2 * i + 1]],
        });
        type Operation = unsafe extern "C" fn(*mut blst_fp2, *const blst_fp2, *const blst_fp2);
        let apply = |operation: Operation, a: blst_fp2, b: blst_fp2| {
            let mut out = blst_fp2::default();
            // SAFETY: each operation reads two elements and writes one.
            unsafe { operation(&mut out, &a, &b) };
            out
        };
        let add = |a, b| apply(blst::blst_fp2_add, a, b);
        let subtract = |a, b| apply(blst::blst_fp2_sub, a, b);
        let multiply = |a, b| apply(blst::blst_fp2_mul, a, b);
        let thrice = |a| add(add(a, a), a);
        let times_xi = |a: blst_fp2| {
            let turned = blst_fp2 {
                fp: [subtract(blst_fp2::default(), a).fp[1], a.fp[0]],
            };
            add(a, turned)
        };
        let sum = |a, b| thrice(add(multiply(a, a), times_xi(multiply(b, b))));
        let twice = |a, b| {
            let product = multiply(a, b);
            thrice(add(product, product))
        };
        let squares = [
            subtract(sum(w, v2), add(v, v)),
            subtract(sum(v, v2w), add(v2, v2)),
            add(times_xi(twice(v, v2w)), add(w, w)),
            add(twice(w, v2), add(v2w, v2w)),
        ];
        core::array::from_fn(|lane| squares[lane / 2].fp[lane % 2])
    }

    /// Prints the least time of `f`.
    pub(crate) fn time(name: &str, f: &mut dyn FnMut()) {
        let mut best = std::time::Duration::MAX;
        for _ in 0..3000 {
            let start = std::time::Instant::now();
            for _ in 0..20 {
                f();
            }
            best = best.min(start.elapsed());
        }
        println!("{name}: {:.0} ns", best.as_nanos() as f64 / 20.0);
    }

    /// Prints the times of blst's products, and returns two elements.
    pub(crate) fn print_the_times_of_blst() -> [blst_fp12; 2] {
        let elements = elements();
        let (mut f, g) = (elements[4], elements[5]);
        let line = f.fp6[1];
        // SAFETY: blst reads one or two elements and writes one, which may be the same.
        unsafe {
            time("blst multiply", &mut || blst::blst_fp12_mul(&mut f, &f, &g));
            time("blst square", &mut || blst::blst_fp12_sqr(&mut f, &f));
            time("blst line", &mut || {
                blst::blst_fp12_mul_by_xy00z0(&mut f, &f, &line)
            });
            time("blst cyclotomic square", &mut || {
                blst::blst_fp12_cyclotomic_sqr(&mut f, &f)
            });
        }
        [f, g]
    }
}
