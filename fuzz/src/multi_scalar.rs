//! Multi-scalar multiplications of points with known relations, on every engine and by arkworks,
//! against a sum of scalars: all points are multiples of the generator.

use arbitrary::{Result, Unstructured};
use kzg_arkworks::Arkworks;
use kzg_blst::{Blst, Fr, G1};
use kzg_traits::{Backend, Exec, Fr as _, Group as _, MatrixProduct, Precompute};

use crate::implementations::on_every_engine;
use crate::inputs;

type ArkFr = <Arkworks as Backend>::Fr;
type ArkG1 = <Arkworks as Backend>::G1;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let count = match u.int_in_range(0..=5_u8)? {
        0 => u.int_in_range(0..=3_usize)?,
        1 => u.int_in_range(60..=70)?,
        2 => u.int_in_range(100..=200)?,
        _ => u.int_in_range(0..=40)?,
    };
    let budget = *u.choose(&[0, 1 << 16, 1 << 20])?;
    let rows = u.int_in_range(1..=4_usize)?;
    let repeated = scalar(u)?;
    let mut points = Vec::with_capacity(count);
    let mut logarithms = Vec::with_capacity(count);
    for _ in 0..count {
        let (k, point) = inputs::small_multiple(u).unwrap_or((1, G1::generator()));
        let magnitude = Fr::from_u64(k.unsigned_abs());
        points.push(point);
        logarithms.push(if k < 0 { -magnitude } else { magnitude });
    }
    let mut lists = Vec::with_capacity(rows);
    for _ in 0..rows {
        let same = u.ratio(1, 4)?;
        let next = |_| {
            if same {
                repeated
            } else {
                scalar(u).unwrap_or(repeated)
            }
        };
        lists.push((0..count).map(next).collect::<Vec<Fr>>());
    }
    let expected: Vec<[u8; 48]> = lists
        .iter()
        .map(|scalars| {
            let terms = scalars.iter().zip(&logarithms);
            let sum = terms.fold(Fr::ZERO, |sum, (a, b)| sum + *a * *b);
            G1::generator().mul(&sum).to_bytes()
        })
        .collect();
    let encoded = |sums: &[G1]| sums.iter().map(|sum| sum.to_bytes()).collect::<Vec<_>>();
    let exec = Exec::serial();
    on_every_engine(|engine| {
        for (scalars, expected) in lists.iter().zip(&expected) {
            assert_eq!(
                Blst::msm(&points, scalars, &exec).to_bytes(),
                *expected,
                "{engine}: msm"
            );
        }
        if count > 0 {
            let bases = Blst::prepare(&points, Precompute::within(budget), &exec);
            let jobs: Vec<_> = lists.iter().map(|list| (&bases, list.as_slice())).collect();
            let mut sums = vec![G1::generator(); rows];
            Blst::msm_fixed_many(&jobs, &mut sums, &exec);
            assert_eq!(
                encoded(&sums),
                expected,
                "{engine}: fixed points, {budget} bytes"
            );
            assert_eq!(
                Blst::msm_fixed(&bases, &lists[0], &exec).to_bytes(),
                expected[0]
            );
        }
        // The trait allows 64 points in a product of matrices.
        if (1..=64).contains(&count) {
            let matrix = lists.concat();
            let mut out = vec![G1::generator(); rows];
            let mut product = [MatrixProduct {
                matrix: &matrix,
                points: &points,
                out: &mut out,
            }];
            Blst::multiply_matrices(&mut product, &exec);
            assert_eq!(encoded(&out), expected, "{engine}: matrix");
        }
        let mut multiplied = points.clone();
        G1::mul_all(&mut multiplied, &repeated);
        for (point, logarithm) in multiplied.iter().zip(&logarithms) {
            assert_eq!(
                *point,
                G1::generator().mul(&(*logarithm * repeated)),
                "{engine}: mul_all"
            );
        }
    });
    let theirs: Vec<ArkG1> = points
        .iter()
        .map(|point| ArkG1::from_bytes(&point.to_bytes()).expect("a point of ours"))
        .collect();
    let scalars: Vec<ArkFr> = lists[0]
        .iter()
        .map(|scalar| ArkFr::from_bytes(&scalar.to_bytes()).expect("canonical"))
        .collect();
    assert_eq!(
        Arkworks::msm(&theirs, &scalars, &exec).to_bytes(),
        expected[0],
        "arkworks"
    );
    Ok(())
}

/// A scalar; also roots of unity of order four, by which the engines multiply faster, and scalars whose
/// digits to the usual window sizes carry.
fn scalar(u: &mut Unstructured<'_>) -> Result<Fr> {
    const CURVE_PARAMETER: u64 = 0xd201_0000_0001_0000;
    let x = Fr::from_u64(CURVE_PARAMETER);
    Ok(match u.int_in_range(0..=5_u8)? {
        0 => x * x * x,
        1 => -(x * x * x),
        2 => x * x - Fr::ONE,
        3 => {
            let byte: u8 = u.arbitrary()?;
            Fr::from_bytes_reduced(&[byte; 32])
        }
        _ => inputs::canonical(u)?,
    })
}
