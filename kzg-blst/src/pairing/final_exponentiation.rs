//! The final exponentiation of pairings: blst's, or one with compressed squarings if the engine has
//! them.
//!
//! After the easy part, `f^((p⁶ - 1)(p² + 1))`, values lie in the cyclotomic subgroup. There four of the
//! six coefficients over `Fp2` determine the others. A squaring of those four takes 16 independent
//! products in `Fp`. The curve's parameter `x` has six set bits, so that a power by it is a product of
//! six repeated squares. They are decompressed together with one inversion. The IFMA engine decompresses four
//! of them and computes the rest without compression.
//!
//! Source: Karabina, "Squaring in cyclotomic subgroups", Mathematics of Computation 82, 2013. The
//! exponent of the hard part is multiplied by three, `(x - 1)²·(x + p)·(x² + p² - 1) + 3`. Three is prime to the
//! order of the results, so that the same products have the result one, and results have the same exponents:
//! Hayashida, Hayasaka, Teruya, "Efficient final exponentiation via cyclotomic structure for pairings over
//! families of elliptic curves", <https://eprint.iacr.org/2020/875>.

use blst::{blst_fp, blst_fp2, blst_fp12};

use crate::curve::additions::LANES;
use crate::engine::{CyclotomicPowers, PARAMETER_SQUARES, VectorEngine};
use crate::selection::vector_engine;

use super::extension::{
    add, conjugate, frobenius, invert, invert_all, is_zero, multiply, multiply_fp2, one,
    square_fp2, subtract, times_xi,
};

/// The set bits of `|x| = 0xd201000000010000`.
const PARAMETER_BITS: [usize; PARAMETER_SQUARES] = [16, 48, 57, 60, 62, 63];

/// Returns whether the final exponentiation of a product of Miller loops gives one.
pub(super) fn is_one(product: &blst_fp12) -> bool {
    if *product == one() {
        // This is the product of pairs with infinity. Compressed squares cannot represent it.
        return true;
    }
    match factors(product) {
        // The product is one if the cube is the inverse of the power, which is its conjugate.
        Some([power, cube]) => cube == conjugate(&power),
        None => exponentiate(product) == one(),
    }
}

/// Returns the final exponentiation of a product of Miller loops.
pub(super) fn value(product: &blst_fp12) -> blst_fp12 {
    if *product == one() {
        return one();
    }
    match factors(product) {
        Some([power, cube]) => multiply(&power, &cube),
        None => exponentiate(product),
    }
}

/// Computes [`value`] by blst.
fn exponentiate(product: &blst_fp12) -> blst_fp12 {
    let mut result = blst_fp12::default();
    // SAFETY: blst reads one field element and writes one.
    unsafe { blst::blst_final_exp(&mut result, product) };
    result
}

/// Returns two elements of the cyclotomic subgroup whose product is [`value`], by compressed squares:
/// `f^((x - 1)²·(x + p)·(x² + p² - 1))` and `f³`, where `f` is the product after the easy part. Returns `None` if the
/// engine has no such squares or one of them cannot be decompressed.
fn factors(product: &blst_fp12) -> Option<[blst_fp12; 2]> {
    let squares = vector_engine().and_then(VectorEngine::cyclotomic)?;
    let times = |a, b| squares.product(&[a, b]);
    let unitary = times(conjugate(product), invert(product));
    let f = times(frobenius(&unitary, 2), unitary);
    // x is negative, and the inverse of a unitary element is its conjugate.
    let raise = |f: &blst_fp12| Some(conjugate(&raise_to_parameter(squares, f)?));
    let a = times(raise(&f)?, conjugate(&f));
    let a = times(raise(&a)?, conjugate(&a));
    let a = times(raise(&a)?, frobenius(&a, 1));
    let b = times(frobenius(&a, 2), conjugate(&a));
    let a = times(raise(&raise(&a)?)?, b);
    Some([a, squares.product(&[f, f, f])])
}

/// Returns `f^|x|` in the cyclotomic subgroup; `None` if a value cannot be decompressed.
fn raise_to_parameter(squares: &dyn CyclotomicPowers, f: &blst_fp12) -> Option<blst_fp12> {
    if let Some(power) = squares.power_by_parameter(f) {
        return Some(power);
    }
    let powers = squares.repeated_squares(&Compressed::new(f).parts(), PARAMETER_BITS)?;
    let powers = decompress_all(&powers.map(Compressed::from_parts))?;
    Some(squares.product(&powers))
}

/// An element of the cyclotomic subgroup without its coefficients of `1` and `v·w`.
#[derive(Clone, Copy)]
struct Compressed {
    /// The coefficients of `v` and `v²`.
    v: blst_fp2,
    v2: blst_fp2,
    /// The coefficients of `w` and `v²·w`.
    w: blst_fp2,
    v2w: blst_fp2,
}

impl Compressed {
    fn new(f: &blst_fp12) -> Self {
        Self {
            v: f.fp6[0].fp2[1],
            v2: f.fp6[0].fp2[2],
            w: f.fp6[1].fp2[0],
            v2w: f.fp6[1].fp2[2],
        }
    }

    fn parts(self) -> [blst_fp; LANES] {
        let [[a, b], [c, d], [e, f], [g, h]] = [self.v, self.v2, self.w, self.v2w].map(|x| x.fp);
        [a, b, c, d, e, f, g, h]
    }

    fn from_parts([a, b, c, d, e, f, g, h]: [blst_fp; LANES]) -> Self {
        let [v, v2, w, v2w] = [[a, b], [c, d], [e, f], [g, h]].map(|fp| blst_fp2 { fp });
        Self { v, v2, w, v2w }
    }
}

/// Decompresses elements with one inversion; `None` if the coefficient of `w` is zero in one of them,
/// as it is in one.
fn decompress_all<const N: usize>(compressed: &[Compressed; N]) -> Option<[blst_fp12; N]> {
    let mut inverses = compressed.map(|c| {
        let twice = add(&c.w, &c.w);
        add(&twice, &twice)
    });
    if inverses.iter().any(is_zero) {
        return None;
    }
    invert_all(&mut inverses);
    let mut decompressed = [one(); N];
    for ((f, c), inverse) in decompressed.iter_mut().zip(compressed).zip(&inverses) {
        // vw = (ξ·v2w² + 3v² - 2v2) / 4w
        let v_squared = square_fp2(&c.v);
        let difference = subtract(&v_squared, &c.v2);
        let numerator = add(&add(&difference, &difference), &v_squared);
        let numerator = add(&numerator, &times_xi(&square_fp2(&c.v2w)));
        let vw = multiply_fp2(&numerator, inverse);
        // 1 = ξ·(2vw² + w·v2w - 3v·v2) + 1
        let product = multiply_fp2(&c.v, &c.v2);
        let difference = subtract(&square_fp2(&vw), &product);
        let sum = subtract(&add(&difference, &difference), &product);
        let sum = add(&sum, &multiply_fp2(&c.w, &c.v2w));
        let constant = add(&times_xi(&sum), &f.fp6[0].fp2[0]);
        f.fp6[0].fp2 = [constant, c.v, c.v2];
        f.fp6[1].fp2 = [c.w, vw, c.v2w];
    }
    Some(decompressed)
}

#[cfg(test)]
mod tests {
    use super::super::extension::square;
    use super::super::{PreparedG2, miller_loops};
    use super::*;
    use crate::selection::testing::on_every_engine;
    use crate::{Fr, G1, G2};
    use kzg_traits::{Fr as _, Group};

    /// Elements of the cyclotomic subgroup, of which the first is one.
    fn cyclotomic() -> Vec<blst_fp12> {
        let mut elements = vec![one()];
        for k in 1..20 {
            let p = G1::generator().mul(&Fr::from_u64(k));
            let q = PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k * k + 5)));
            let product = miller_loops(&[(p, &q)]);
            let unitary = multiply(&conjugate(&product), &invert(&product));
            elements.push(multiply(&frobenius(&unitary, 2), &unitary));
        }
        elements
    }

    #[test]
    fn decompression_restores_compressed_elements() {
        for f in &cyclotomic()[1..] {
            let [same] = decompress_all(&[Compressed::new(f)]).unwrap();
            assert!(same == *f);
        }
        assert!(decompress_all(&[Compressed::new(&one())]).is_none());
    }

    /// `f^|x|` without compression.
    fn raise_uncompressed(f: &blst_fp12) -> blst_fp12 {
        let highest = PARAMETER_BITS[PARAMETER_BITS.len() - 1];
        (0..highest).rev().fold(*f, |power, bit| {
            let squared = square(&power);
            if PARAMETER_BITS.contains(&bit) {
                multiply(&squared, f)
            } else {
                squared
            }
        })
    }

    #[test]
    fn powers_equal_those_without_compression() {
        on_every_engine(|engine| {
            let Some(squares) = vector_engine().and_then(VectorEngine::cyclotomic) else {
                return;
            };
            assert!(raise_to_parameter(squares, &one()).is_none());
            for f in &cyclotomic()[1..] {
                let power = raise_to_parameter(squares, f).unwrap();
                assert!(power == raise_uncompressed(f), "{engine}");
            }
        });
    }

    #[test]
    fn the_verdict_and_the_value_equal_those_of_blst() {
        let point = |k: u64| G1::generator().mul(&Fr::from_u64(k));
        let prepared = |k: u64| PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k)));
        let (two, three) = (prepared(2), prepared(3));
        for (a, b, expected) in [(3, 2, true), (6, 4, true), (3, 3, false), (1, 0, false)] {
            let product = miller_loops(&[(point(a), &two), (-point(b), &three)]);
            let result = exponentiate(&product);
            // SAFETY: blst reads one field element.
            assert_eq!(unsafe { blst::blst_fp12_is_one(&result) }, expected);
            on_every_engine(|engine| {
                assert_eq!(is_one(&product), expected, "{engine}");
                assert!(value(&product) == result, "{engine}");
            });
        }
        on_every_engine(|engine| {
            assert!(is_one(&miller_loops(&[])), "{engine}");
            assert!(value(&miller_loops(&[])) == one(), "{engine}");
        });
    }
}
