//! The final exponentiation of pairings, with most squarings in compressed form.
//!
//! After the easy part, `f^((p⁶ - 1)(p² + 1))`, values lie in the cyclotomic subgroup, where four
//! of the six coefficients over `Fp2` tell the rest. Squaring those four takes 12 multiplications
//! in `Fp` instead of 18. Powers of the curve's parameter `x`, of which six bits are set, are
//! products of six repeated squares, which are decompressed together, with one inversion.
//!
//! Source: Karabina, "Squaring in cyclotomic subgroups", Mathematics of Computation 82, 2013. The
//! hard part is raised to three times its exponent, `(x - 1)²·(x + p)·(x² + p² - 1) + 3`, which is
//! one exactly where the hard part is: Hayashida, Hayasaka, Teruya, "Efficient final
//! exponentiation via cyclotomic structure for pairings over families of elliptic curves",
//! <https://eprint.iacr.org/2020/875>.

use blst::{blst_fp, blst_fp2, blst_fp12};

use crate::engine::{LANES, PARAMETER_SQUARES, vector_engine};

use super::extension::{
    add, conjugate, frobenius, invert, invert_all, is_zero, multiply, multiply_fp2, one, square,
    square_fp2, subtract, times_xi,
};

/// The bits that are set in `|x| = 0xd201000000010000`.
const PARAMETER_BITS: [usize; PARAMETER_SQUARES] = [16, 48, 57, 60, 62, 63];

/// Whether the pairing that a product of Miller loops belongs to is one.
pub(super) fn is_one(product: &blst_fp12) -> bool {
    let unitary = multiply(&conjugate(product), &invert(product));
    let f = multiply(&frobenius(&unitary, 2), &unitary);
    // x is negative, and inverses are conjugates here.
    let raise = |f: &blst_fp12| conjugate(&raise_to_parameter(f));
    let a = multiply(&raise(&f), &conjugate(&f));
    let a = multiply(&raise(&a), &conjugate(&a));
    let a = multiply(&raise(&a), &frobenius(&a, 1));
    let b = multiply(&frobenius(&a, 2), &conjugate(&a));
    let a = multiply(&raise(&raise(&a)), &b);
    multiply(&a, &multiply(&square(&f), &f)) == one()
}

/// `f^|x|` in the cyclotomic subgroup.
fn raise_to_parameter(f: &blst_fp12) -> blst_fp12 {
    match decompress_all(&Compressed::new(f).repeated_squares()) {
        Some([first, rest @ ..]) => rest.iter().fold(first, |product, f| multiply(&product, f)),
        None => raise_uncompressed(f),
    }
}

/// The same without compression, for values that cannot be decompressed.
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

/// An element of the cyclotomic subgroup without its coefficients of `1` and `v·w`.
#[derive(Clone, Copy)]
struct Compressed {
    /// The coefficients of `v` and `v²`.
    v: blst_fp2,
    v2: blst_fp2,
    /// Those of `w` and `v²·w`.
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

    /// The squares whose product is the power by the curve's parameter.
    fn repeated_squares(self) -> [Self; PARAMETER_SQUARES] {
        let in_lanes = vector_engine()
            .and_then(|engine| engine.cyclotomic_squares(&self.parts(), PARAMETER_BITS));
        if let Some(squares) = in_lanes {
            return squares.map(Self::from_parts);
        }
        let mut squares = [self; PARAMETER_SQUARES];
        let mut current = self;
        let mut done = 0;
        for (square, bit) in squares.iter_mut().zip(PARAMETER_BITS) {
            while done < bit {
                current = current.square();
                done += 1;
            }
            *square = current;
        }
        squares
    }

    fn parts(self) -> [blst_fp; LANES] {
        let [[a, b], [c, d], [e, f], [g, h]] = [self.v, self.v2, self.w, self.v2w].map(|x| x.fp);
        [a, b, c, d, e, f, g, h]
    }

    fn from_parts([a, b, c, d, e, f, g, h]: [blst_fp; LANES]) -> Self {
        let [v, v2, w, v2w] = [[a, b], [c, d], [e, f], [g, h]].map(|fp| blst_fp2 { fp });
        Self { v, v2, w, v2w }
    }

    /// With `ξ = v³`: `w' = 6ξ·v·v2w + 2w`, `v2' = 3(v² + ξ·v2w²) - 2v2`,
    /// `v' = 3(w² + ξ·v2²) - 2v`, `v2w' = 6w·v2 + 2v2w`.
    fn square(&self) -> Self {
        let (v_squared, v2_squared) = (square_fp2(&self.v), square_fp2(&self.v2));
        let (w_squared, v2w_squared) = (square_fp2(&self.w), square_fp2(&self.v2w));
        let twice_product = |a: &blst_fp2, b: &blst_fp2, squares: &blst_fp2| {
            subtract(&square_fp2(&add(a, b)), squares)
        };
        let v_v2w = twice_product(&self.v, &self.v2w, &add(&v_squared, &v2w_squared));
        let w_v2 = twice_product(&self.w, &self.v2, &add(&w_squared, &v2_squared));
        let thrice_plus_twice = |a: &blst_fp2, b: &blst_fp2| {
            let sum = add(a, b);
            add(&add(&sum, &sum), a)
        };
        let thrice_minus_twice = |a: &blst_fp2, b: &blst_fp2| {
            let difference = subtract(a, b);
            add(&add(&difference, &difference), a)
        };
        Self {
            w: thrice_plus_twice(&times_xi(&v_v2w), &self.w),
            v2: thrice_minus_twice(&add(&v_squared, &times_xi(&v2w_squared)), &self.v2),
            v: thrice_minus_twice(&add(&w_squared, &times_xi(&v2_squared)), &self.v),
            v2w: thrice_plus_twice(&w_v2, &self.v2w),
        }
    }
}

/// `None` if the coefficient of `w` is zero in one of them: of one, for example.
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
    use super::super::{PreparedG2, miller_loops};
    use super::*;
    use crate::engine::on_every_engine;
    use crate::{Fr, G1, G2};
    use kzg_traits::{Fr as _, Group};

    /// Elements of the cyclotomic subgroup, one among them.
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
    fn compressed_squares_decompress_to_squares() {
        for f in &cyclotomic()[1..] {
            let [same, squared] =
                decompress_all(&[Compressed::new(f), Compressed::new(f).square()]).unwrap();
            assert!(same == *f && squared == square(f));
        }
        assert!(decompress_all(&[Compressed::new(&one())]).is_none());
    }

    #[test]
    fn powers_are_those_without_compression() {
        for f in cyclotomic() {
            let expected = raise_uncompressed(&f);
            on_every_engine(|engine| {
                assert!(raise_to_parameter(&f) == expected, "{engine}");
            });
        }
    }

    #[test]
    fn the_verdict_is_that_of_blst() {
        let point = |k: u64| G1::generator().mul(&Fr::from_u64(k));
        let prepared = |k: u64| PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k)));
        let (two, three) = (prepared(2), prepared(3));
        for (a, b, expected) in [(3, 2, true), (6, 4, true), (3, 3, false), (1, 0, false)] {
            let product = miller_loops(&[(point(a), &two), (-point(b), &three)]);
            let mut result = blst_fp12::default();
            // SAFETY: blst reads one field element and writes one.
            unsafe { blst::blst_final_exp(&mut result, &product) };
            // SAFETY: blst reads one field element.
            assert_eq!(unsafe { blst::blst_fp12_is_one(&result) }, expected);
            assert_eq!(is_one(&product), expected);
        }
        assert!(is_one(&miller_loops(&[])));
    }
}
