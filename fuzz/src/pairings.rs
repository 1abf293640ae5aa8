//! Products of pairings with known results: `Σ a·b` of the logarithms is zero or not.

use arbitrary::{Result, Unstructured};
use kzg_blst::{Blst, Fr, G1, G2};
use kzg_traits::{Backend as _, Exec, Fr as _, Group as _};

use crate::implementations::on_every_engine;
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let count = u.int_in_range(0..=6_usize)?;
    let mut logarithms = Vec::with_capacity(count);
    for _ in 0..count {
        logarithms.push((inputs::canonical(u)?, inputs::canonical(u)?));
    }
    // The last pair makes the sum zero in half of the cases, or misses it by one.
    let sum = logarithms
        .iter()
        .fold(Fr::ZERO, |sum, (a, b)| sum + *a * *b);
    match u.int_in_range(0..=3_u8)? {
        0 | 1 => logarithms.push((-sum, Fr::ONE)),
        2 => logarithms.push((Fr::ONE, Fr::ONE - sum)),
        _ => {}
    }
    let sum = logarithms
        .iter()
        .fold(Fr::ZERO, |sum, (a, b)| sum + *a * *b);
    let exec = Exec::serial();
    on_every_engine(|engine| {
        let prepared: Vec<_> = logarithms
            .iter()
            .map(|(_, b)| Blst::prepare_g2(&G2::generator().mul(b)))
            .collect();
        let pairs: Vec<_> = logarithms
            .iter()
            .zip(&prepared)
            .map(|((a, _), q)| (G1::generator().mul(a), q))
            .collect();
        let verdict = Blst::pairing_check(&pairs, &exec);
        assert_eq!(verdict, sum == Fr::ZERO, "{engine}: {logarithms:?}");
    });
    two_fixed_points(u)
}

/// Products of two pairings with fixed points of the second group, several at once, as verification
/// makes them.
fn two_fixed_points(u: &mut Unstructured<'_>) -> Result<()> {
    let s = inputs::canonical(u)?;
    let mut products = Vec::new();
    let mut expected = Vec::new();
    for _ in 0..u.int_in_range(0..=9_u8)? {
        let a = inputs::canonical(u)?;
        let b = if u.arbitrary()? {
            -(a * s)
        } else {
            inputs::canonical(u)?
        };
        products.push([G1::generator().mul(&a), G1::generator().mul(&b)]);
        expected.push(a * s + b == Fr::ZERO);
    }
    let exec = Exec::serial();
    on_every_engine(|engine| {
        let q = [
            Blst::prepare_g2(&G2::generator().mul(&s)),
            Blst::prepare_g2(&G2::generator()),
        ];
        let mut out = vec![false; products.len()];
        let result = Blst::try_pairing_check_each(&products, [&q[0], &q[1]], &mut out, &exec);
        assert_eq!(result, Ok(()), "blst does not fail");
        assert_eq!(out, expected, "{engine}");
    });
    Ok(())
}
