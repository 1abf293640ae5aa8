use super::*;
use crate::engine::Engine;
use crate::engine::pairing::testing::{elements, print_the_times_of_blst, products_by_blst, time};
use crate::selection::testing::can_test;
use blst::blst_fp;

/// The line whose `x` and `y` are the coefficients `first` and `first + 1`.
#[target_feature(enable = "avx2,fma")]
fn line(g: &blst_fp12, first: usize) -> LineFactors {
    let parts: [blst_fp; WIDTH] = core::array::from_fn(|lane| *part(g, 2 * first + lane % 4));
    // The product with one has the limbs that values of lines have.
    let [line, _] = LineFactors::both(&Fp8::from_array(&parts).multiply(&Fp8::one()));
    line
}

#[test]
fn products_equal_those_of_blst() {
    if !can_test(Engine::Avx2) {
        return;
    }
    let elements = elements();
    for (i, f) in elements.iter().enumerate() {
        let g = &elements[(i * 7 + 3) % elements.len()];
        // SAFETY: `can_test` has checked the processor features.
        let (product, square, by_line) = unsafe {
            let (f_lanes, g_lanes) = (Fp12::read(f), Fp12::read(g));
            let (mut product, mut square, mut by_line) = (f_lanes, f_lanes, f_lanes);
            product.multiply(&g_lanes);
            square.square();
            by_line.multiply_by_line(&line(g, i % 3));
            (product.write(), square.write(), by_line.write())
        };
        let expected = products_by_blst(f, g, i % 3);
        assert!(product == expected[0], "product {i}");
        assert!(square == expected[1], "square {i}");
        assert!(by_line == expected[2], "line {i}");
    }
}

/// Products of products, whose values are at the bounds.
#[test]
fn products_of_lines_keep_the_bounds() {
    if !can_test(Engine::Avx2) {
        return;
    }
    let elements = elements();
    for (i, f) in elements.iter().enumerate() {
        let mut expected = *f;
        // SAFETY: `can_test` has checked the processor features.
        let mut product = unsafe { Fp12::read(f) };
        for k in 0..6 {
            let g = &elements[(i * 5 + k) % elements.len()];
            // SAFETY: as above.
            unsafe { product.multiply_by_line(&line(g, k % 3)) };
            expected = products_by_blst(&expected, g, k % 3)[2];
        }
        // SAFETY: as above.
        let (by_line, square) = unsafe {
            let by_line = product.write();
            product.square();
            (by_line, product.write())
        };
        assert!(by_line == expected, "lines {i}");
        assert!(square == products_by_blst(&expected, f, 0)[1], "square {i}");
    }
}

/// Run it with `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`.
#[test]
#[ignore = "prints the times in docs/engine.md, checks nothing"]
fn print_the_times_of_products() {
    if !can_test(Engine::Avx2) {
        return;
    }
    let [f, g] = print_the_times_of_blst();
    // SAFETY: `can_test` has checked the processor features.
    unsafe {
        let line = line(&g, 1);
        let mut x = Fp8([Fp12::read(&f).0[0].0; 2]);
        let y = x;
        time("multiplication in lanes", &mut || x = x.multiply(&y));
        time("square in lanes", &mut || x = x.square());
        let factor = Pair(y.0[0]).factor();
        let mut pairs = x.0.map(Pair);
        time("four products in Fp2", &mut || {
            let [first, second] = pairs;
            multiply_pairs(&mut pairs, [&first, &second], [&factor; 2]);
        });
        let (mut f, g) = (Fp12::read(&f), Fp12::read(&g));
        time("lanes multiply", &mut || f.multiply(&g));
        time("lanes square", &mut || f.square());
        time("lanes line", &mut || f.multiply_by_line(&line));
        time("lines of two points", &mut || {
            core::hint::black_box(LineFactors::both(&x));
        });
        assert!(f.write() != blst_fp12::default());
        assert!(x.zeros() != 255);
    }
}
