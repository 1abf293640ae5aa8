//! The lane arithmetic of the vector engines on limbs at the bounds of their contracts, against arkworks.
//!
//! Every result is compared with the value of the operands, and its limbs with the bounds that the
//! engine's documentation gives.

use arbitrary::{Result, Unstructured};
use ark_bls12_381::{Fq, Fr};
use ark_ff::Field as _;
use kzg_blst::internals::{Elements, Limbs, avx2, ifma, ifma_scalar, powers};

use crate::implementations::on_every_engine;
use crate::limbs::{
    P, R, balanced, each_lane, loose, normal, power_of_two, times, value, whole, words,
};

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    floats(u)?;
    integers(u)?;
    scalars(u)?;
    engine_powers(u)
}

/// The AVX2 kernels: `a·b/R + c` with limbs of `a` up to `A·2^47` and of `b` up to `B·2^47`, where
/// `A·B` is at most 3.25, and limbs of `c` up to `16·2^47`.
fn floats(u: &mut Unstructured<'_>) -> Result<()> {
    const HALF: i64 = 1 << 47;
    let (of_a, of_b) = *u.choose(&[(13, 4), (4, 13), (7, 7), (8, 6), (4, 4), (26, 2)])?;
    let a = each_lane(u, |u| balanced(u, of_a * HALF / 4))?;
    let b = each_lane(u, |u| balanced(u, of_b * HALF / 4))?;
    let s = each_lane(u, |u| balanced(u, 9 * HALF / 5))?;
    let c = each_lane(u, |u| balanced(u, 16 * HALF))?;
    for (result, factors) in [
        (avx2::multiply_add(&a, &b, &c), [&a, &b]),
        (avx2::square_add(&s, &c), [&s, &s]),
    ] {
        let Some(result) = result else { return Ok(()) };
        for lane in 0..8 {
            let product = value::<Fq>(&factors[0][lane], 48) * value::<Fq>(&factors[1][lane], 48);
            let expected = product + value::<Fq>(&c[lane], 48) * power_of_two::<Fq>(384);
            let actual = value::<Fq>(&result[lane], 48) * power_of_two::<Fq>(384);
            assert_eq!(actual, expected, "avx2: {factors:?} + {c:?}, lane {lane}");
            assert!(result[lane][..7].iter().all(|limb| limb.abs() <= HALF));
        }
    }
    two_products(u, &c)
}

/// The AVX2 kernel `(a·b + d·e)/R + c`, where `A·B + D·E` is at most 3.25.
fn two_products(u: &mut Unstructured<'_>, c: &Limbs) -> Result<()> {
    const HALF: i64 = 1 << 47;
    let bounds = *u.choose(&[
        [4, 4, 4, 9],
        [5, 5, 5, 5],
        [4, 12, 4, 0],
        [0, 4, 7, 7],
        [6, 4, 4, 6],
    ])?;
    let mut limbs = |quarters: i64| each_lane(u, |u| balanced(u, quarters * HALF / 4));
    let [a, b, d, e] = [
        limbs(bounds[0])?,
        limbs(bounds[1])?,
        limbs(bounds[2])?,
        limbs(bounds[3])?,
    ];
    let Some(result) = avx2::multiply_two_add([&a, &b, &d, &e], c) else {
        return Ok(());
    };
    let of = |limbs: &Limbs, lane: usize| value::<Fq>(&limbs[lane], 48);
    for lane in 0..8 {
        let products = of(&a, lane) * of(&b, lane) + of(&d, lane) * of(&e, lane);
        let expected = products + of(c, lane) * power_of_two::<Fq>(384);
        let actual = of(&result, lane) * power_of_two::<Fq>(384);
        assert_eq!(
            actual, expected,
            "avx2: {a:?} * {b:?} + {d:?} * {e:?} + {c:?}, lane {lane}"
        );
        assert!(result[lane][..7].iter().all(|limb| limb.abs() <= HALF));
    }
    Ok(())
}

/// The IFMA products: loose `a` below `6p` and normal `b` below `3p` give a normal product below `3p`.
fn integers(u: &mut Unstructured<'_>) -> Result<()> {
    let [a, c] = [
        each_lane(u, |u| loose(u, 6))?,
        each_lane(u, |u| loose(u, 6))?,
    ];
    let [b, d] = [
        each_lane(u, |u| normal(u, 3))?,
        each_lane(u, |u| normal(u, 3))?,
    ];
    let fq = |limbs: &[i64; 8]| value::<Fq>(limbs, 48);
    let Some(product) = ifma::multiply(&a, &b) else {
        return Ok(());
    };
    let square = ifma::square(&b).expect("as before");
    let sum = ifma::sum_of_products([&a, &b, &c, &d]).expect("as before");
    let small = each_lane(u, |u| normal(u, 4))?;
    // Up to 11p, and limbs of up to eight times 2^48.
    let large = if u.arbitrary()? {
        each_lane(u, |u| normal(u, 11))?
    } else {
        each_lane(u, |u| normal(u, 1))?.map(|limbs| limbs.map(|limb| 8 * limb))
    };
    let difference = ifma::reduced_difference(&small, &large).expect("as before");
    let canonical = ifma::canonical(&small).expect("as before");
    let shift = power_of_two::<Fq>(384);
    for lane in 0..8 {
        let of = |limbs: &Limbs| fq(&limbs[lane]);
        assert_eq!(
            of(&product) * shift,
            of(&a) * of(&b),
            "{a:x?} * {b:x?}, lane {lane}"
        );
        assert_eq!(
            of(&square) * shift,
            of(&b) * of(&b),
            "{b:x?} squared, lane {lane}"
        );
        assert_eq!(
            of(&sum) * shift,
            of(&a) * of(&b) + of(&c) * of(&d),
            "lane {lane}"
        );
        assert_eq!(of(&difference), of(&small) - of(&large), "lane {lane}");
        assert_eq!(of(&canonical), of(&small), "lane {lane}");
        for limbs in [&product, &square, &sum, &difference, &canonical] {
            assert!(limbs[lane].iter().all(|limb| (0..1 << 48).contains(limb)));
        }
        assert!(
            product[lane].iter().rev().lt(times(&P, 3, 48).iter().rev()),
            "below 3p"
        );
        assert!(canonical[lane].iter().rev().lt(P.iter().rev()), "canonical");
        let tenfold = times(&difference[lane], 10, 48);
        assert!(
            tenfold.iter().rev().lt(times(&P, 11, 48).iter().rev()),
            "below 1.1p"
        );
    }
    Ok(())
}

/// The IFMA scalar field: factors below `A·r` and `B·r` with `A·B` of at most 39.
fn scalars(u: &mut Unstructured<'_>) -> Result<()> {
    let (of_a, of_b) = *u.choose(&[(1, 1), (13, 3), (12, 3), (16, 1), (2, 16), (8, 8)])?;
    let [a, c] = [whole(u, of_a)?, whole(u, of_a)?];
    let [b, d] = [whole(u, of_b)?, whole(u, of_b)?];
    let fr = |limbs: &[i64; 5]| value::<Fr>(limbs, 52);
    let Some(product) = ifma_scalar::product(&a, &b) else {
        return Ok(());
    };
    let shift = power_of_two::<Fr>(260);
    assert_eq!(fr(&product) * shift, fr(&a) * fr(&b), "{a:x?} * {b:x?}");
    let two = ifma_scalar::sum_of_products([&a, &b, &c, &d]).expect("as before");
    assert_eq!(fr(&two) * shift, fr(&a) * fr(&b) + fr(&c) * fr(&d));
    let sum = ifma_scalar::sum(&a, &b).expect("as before");
    assert_eq!(fr(&sum), fr(&a) + fr(&b));
    let difference = ifma_scalar::difference(&a, &b, of_b).expect("as before");
    assert_eq!(fr(&difference), fr(&a) - fr(&b));
    let reduced = ifma_scalar::reduced(&a).expect("as before");
    assert_eq!(fr(&reduced), fr(&a));
    assert!(
        times(&reduced, 10, 52)
            .iter()
            .rev()
            .lt(times(&R, 26, 52).iter().rev()),
        "below 2.6r"
    );
    Ok(())
}

/// Powers of eight elements by the engine that runs.
fn engine_powers(u: &mut Unstructured<'_>) -> Result<()> {
    let mut exponent: [u64; 6] = u.arbitrary()?;
    exponent[0] |= 1;
    let mut elements: Elements = [[0; 6]; 8];
    for element in &mut elements {
        *element = words(&normal(u, 1)?);
    }
    on_every_engine(|engine| {
        let Some(powers) = powers(&elements, &exponent) else {
            return;
        };
        for (element, power) in elements.iter().zip(powers) {
            let montgomery =
                |words: &[u64; 6]| ark_ff::Fp::<_, 6>::new_unchecked(ark_ff::BigInt(*words));
            let (element, power): (Fq, Fq) = (montgomery(element), montgomery(&power));
            assert_eq!(element.pow(exponent), power, "{engine}");
        }
    });
    Ok(())
}
