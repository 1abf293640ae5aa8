//! Runs the functions of `ifma/pairings` over the elements of `forms`: each operation takes elements with
//! parts below 1.13 to elements with parts below 1.13, and no assertion about a bound fails on the way.
//! Products and squares are compared with the plain formulas, term by term.

#![allow(dead_code, unused_imports, non_camel_case_types)]

mod forms;
pub(crate) use forms as recorder;
mod ratio;

mod blst {
    #[derive(Clone, Copy, Debug, Default)]
    pub struct blst_fp {
        pub l: [u64; 6],
    }
    #[derive(Clone, Copy, Debug, Default)]
    pub struct blst_fp2 {
        pub fp: [blst_fp; 2],
    }
    #[derive(Clone, Copy, Debug, Default)]
    pub struct blst_fp6 {
        pub fp2: [blst_fp2; 3],
    }
    #[derive(Clone, Copy, Debug, Default)]
    pub struct blst_fp12 {
        pub fp6: [blst_fp6; 2],
    }
    pub fn blst_fp12_frobenius_map(_: &mut blst_fp12, _: &blst_fp12, _: usize) {}
}

mod curve {
    pub mod additions {
        pub const LANES: usize = 8;
    }
    pub mod base_field {
        use crate::blst::blst_fp;
        pub const ONE: blst_fp = blst_fp { l: [0; 6] };
        pub fn invert_all(_: &mut [blst_fp; 8]) {}
    }
    pub mod line {
        use crate::blst::{blst_fp, blst_fp2};
        /// The number of lines of the short parameter.
        pub const LINES: usize = 5;
        pub const SQUARE_BEFORE: [bool; LINES] = [false, true, false, true, true];
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Line {
            pub x: blst_fp2,
            pub y: blst_fp2,
        }
        #[derive(Clone, Copy, Debug, Default)]
        pub struct LinePoint {
            pub inverse_y: blst_fp,
            pub x_over_y: blst_fp,
        }
    }
    /// A short parameter: the operations have the same bounds in every step.
    pub mod parameter {
        pub const DOUBLINGS: [usize; 1] = [2];
        pub const LAST_DOUBLINGS: usize = 2;
    }
}

mod ifma {
    pub(crate) mod field {
        pub(crate) use crate::forms::{COLUMNS, LaneMask, Lanes, Wide};
    }
    pub(crate) mod pairings;
}

use curve::line::{LINES, Line, LinePoint};
use forms::{Form, Lanes};
use ifma::pairings::fp2::Fp2;
use ifma::pairings::fp6::Fp6;
use ifma::pairings::fp12::Fp12;

/// The bound of normal parts, in units of `p`.
const NORMAL: f64 = 1.13;

fn fp2() -> Fp2 {
    let [re, im] = [(); 2].map(|()| Lanes::input(NORMAL));
    Fp2 { re, im }
}

fn fp12() -> Fp12 {
    let [a, b] = [(); 2].map(|()| Fp6([(); 3].map(|()| fp2())));
    Fp12 { a, b }
}

/// The coefficients of `1`, `w` .. `w^5`, two parts each.
fn coefficients(f: &Fp12) -> [[Form; 2]; 6] {
    core::array::from_fn(|i| {
        let fp6 = if i % 2 == 0 { &f.a } else { &f.b };
        let Fp2 { re, im } = &fp6.0[i / 2];
        [re.meaning(), im.meaning()]
    })
}

/// The product of polynomials in `w` modulo `w^6 = 1 + u`, by the plain formula.
fn plain_product(x: &[[Form; 2]; 6], y: &[[Form; 2]; 6]) -> [[Form; 2]; 6] {
    let mut product: [[Form; 2]; 6] = Default::default();
    for (i, [x_re, x_im]) in x.iter().enumerate() {
        for (j, [y_re, y_im]) in y.iter().enumerate() {
            let re = x_re.times(y_re).plus_multiple(&x_im.times(y_im), -1);
            let im = x_re.times(y_im).plus_multiple(&x_im.times(y_re), 1);
            let (re, im) = if i + j < 6 {
                (re, im)
            } else {
                (re.plus_multiple(&im, -1), im.plus_multiple(&re, 1))
            };
            let [sum_re, sum_im] = &mut product[(i + j) % 6];
            *sum_re = sum_re.plus_multiple(&re, 1);
            *sum_im = sum_im.plus_multiple(&im, 1);
        }
    }
    product
}

/// The square of an element of the cyclotomic subgroup. With `s = w³`, the element is `A + B·w + C·w²` over
/// `Fp4`, and the square has the parts `3A² - 2Ā`, `3s·C² + 2B̄` and `3B² - 2C̄`.
fn cyclotomic_square(f: &[[Form; 2]; 6]) -> [[Form; 2]; 6] {
    let square = |i: usize| {
        let mut part: [[Form; 2]; 6] = Default::default();
        (part[0], part[3]) = (f[i].clone(), f[i + 3].clone());
        plain_product(&part, &part)
    };
    let [a, b, c] = [square(0), square(1), square(2)];
    // The conjugate has the opposite coefficient of s, and s·(x + y·s) = ξ·y + x·s.
    let [re, im] = &c[3];
    let xi_times = [re.plus_multiple(im, -1), im.plus_multiple(re, 1)];
    let sum = |square: &[Form; 2], i: usize, factor: i64| {
        [0, 1].map(|part| {
            let thrice = Form::default().plus_multiple(&square[part], 3);
            thrice.plus_multiple(&f[i][part], factor)
        })
    };
    [
        sum(&a[0], 0, -2),
        sum(&xi_times, 1, 2),
        sum(&b[0], 2, -2),
        sum(&a[3], 3, 2),
        sum(&c[0], 4, -2),
        sum(&b[3], 5, 2),
    ]
}

fn require_normal(f: &Fp12) {
    for Fp2 { re, im } in f.a.0.iter().chain(&f.b.0) {
        re.require(48, 0.0, NORMAL);
        im.require(48, 0.0, NORMAL);
    }
}

/// Runs an operation that stores its result in its argument.
fn run(operation: impl Fn(&mut Fp12)) -> [[[Form; 2]; 6]; 2] {
    let mut f = fp12();
    let before = coefficients(&f);
    operation(&mut f);
    require_normal(&f);
    [before, coefficients(&f)]
}

fn main() {
    let [f, square] = run(Fp12::square);
    assert!(square == plain_product(&f, &f), "the square");

    let other = fp12();
    let [f, product] = run(|f| f.multiply(&other));
    let expected = plain_product(&f, &coefficients(&other));
    assert!(product == expected, "the product");

    let line = [fp2(), fp2()];
    let [f, product] = run(|f| f.multiply_by_line(&line));
    let mut expected: [[Form; 2]; 6] = Default::default();
    for (at, Fp2 { re, im }) in [0, 2].into_iter().zip(&line) {
        expected[at] = [re.meaning(), im.meaning()];
    }
    expected[3][0] = Form::one();
    let expected = plain_product(&f, &expected);
    assert!(product == expected, "the product with a line");

    let [f, square] = run(Fp12::square_cyclotomic);
    assert!(square == cyclotomic_square(&f), "the cyclotomic square");

    run(|f| *f = f.inverse());
    run(|f| *f = f.conjugate());
    run(|f| *f = f.frobenius(1));
    run(|f| *f = f.frobenius(2));
    require_normal(&Fp12::one());
    fp12().ones();

    let lines = [Line::default(); LINES];
    let points = [[LinePoint::default(); 8]; 2];
    ifma::pairings::are_one([&lines, &lines], &points);
}
