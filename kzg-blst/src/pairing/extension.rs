//! Extensions of the base field for pairings: blst's functions on values.

use blst::{blst_fp, blst_fp2, blst_fp12};

use crate::curve::base_field;

macro_rules! binary {
    ($($(#[$attribute:meta])* $name:ident = $function:ident on $element:ident;)*) => {$(
        $(#[$attribute])*
        #[inline]
        pub(super) fn $name(a: &$element, b: &$element) -> $element {
            let mut result = $element::default();
            // SAFETY: blst reads two elements and writes one.
            unsafe { blst::$function(&mut result, a, b) };
            result
        }
    )*};
}

macro_rules! unary {
    ($($(#[$attribute:meta])* $name:ident = $function:ident on $element:ident;)*) => {$(
        $(#[$attribute])*
        #[inline]
        pub(super) fn $name(a: &$element) -> $element {
            let mut result = $element::default();
            // SAFETY: blst reads one element and writes one.
            unsafe { blst::$function(&mut result, a) };
            result
        }
    )*};
}

binary! {
    add = blst_fp2_add on blst_fp2;
    subtract = blst_fp2_sub on blst_fp2;
    multiply_fp2 = blst_fp2_mul on blst_fp2;
    multiply = blst_fp12_mul on blst_fp12;
}

unary! {
    square_fp2 = blst_fp2_sqr on blst_fp2;
    invert = blst_fp12_inverse on blst_fp12;
    /// The square of an element of the cyclotomic subgroup.
    #[cfg(test)]
    square = blst_fp12_cyclotomic_sqr on blst_fp12;
}

pub(super) fn one() -> blst_fp12 {
    // SAFETY: blst returns a pointer to a constant of its own.
    unsafe { *blst::blst_fp12_one() }
}

pub(super) fn conjugate(a: &blst_fp12) -> blst_fp12 {
    let mut conjugate = *a;
    // SAFETY: blst reads and writes one element.
    unsafe { blst::blst_fp12_conjugate(&mut conjugate) };
    conjugate
}

/// `a^(p^times)`, for `times` from one to three.
pub(super) fn frobenius(a: &blst_fp12, times: usize) -> blst_fp12 {
    let mut image = blst_fp12::default();
    // SAFETY: blst reads one element and writes one.
    unsafe { blst::blst_fp12_frobenius_map(&mut image, a, times) };
    image
}

pub(super) fn is_zero(a: &blst_fp2) -> bool {
    a.fp.iter().all(base_field::is_zero)
}

/// The product with `ξ = 1 + u`.
#[inline]
pub(super) fn times_xi(a: &blst_fp2) -> blst_fp2 {
    let [re, im] = &a.fp;
    let mut sum = blst_fp::default();
    // SAFETY: blst reads two field elements and writes one.
    unsafe { blst::blst_fp_add(&mut sum, re, im) };
    blst_fp2 {
        fp: [base_field::subtract(re, im), sum],
    }
}

/// Inverts elements, none of them zero, by one inversion: with `a = b + c·u` and `u² = -1`,
/// `1/a = (b - c·u)/(b² + c²)`.
pub(super) fn invert_all<const N: usize>(elements: &mut [blst_fp2; N]) {
    let mut norms = elements.each_ref().map(|a| {
        let (mut norm, mut square) = (blst_fp::default(), blst_fp::default());
        base_field::square(&mut norm, &a.fp[0]);
        base_field::square(&mut square, &a.fp[1]);
        // SAFETY: blst reads two field elements and writes one; they may be the same.
        unsafe { blst::blst_fp_add(&mut norm, &norm, &square) };
        norm
    });
    base_field::invert_all(&mut norms);
    for (a, share) in elements.iter_mut().zip(&norms) {
        let [re, im] = &mut a.fp;
        base_field::multiply_assign(re, share);
        base_field::multiply_assign(im, share);
        *im = base_field::subtract(&blst_fp::default(), im);
    }
}
