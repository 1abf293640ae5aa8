//! Additions of pairs of points that share an inversion, on every engine: equal, opposite and infinite
//! points among others, in batches of any size.

use arbitrary::{Result, Unstructured};
use kzg_blst::internals::{Pair, add_pairs};
use kzg_blst::{Fr, G1};
use kzg_traits::{Fr as _, Group as _};

use crate::implementations::on_every_engine;
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let mut multiples = Vec::new();
    let mut points = Vec::new();
    for _ in 0..u.int_in_range(1..=12_u8)? {
        let (k, point) = inputs::small_multiple(u)?;
        multiples.push(k);
        points.push(point);
    }
    // Few pairs, a size at the borders of lane groups, or more than one batch of 1024.
    let count = match u.int_in_range(0..=9_u8)? {
        0 => 1024 + u.int_in_range(0..=40_usize)?,
        1..=3 => 8 * u.int_in_range(0..=10_usize)? + u.int_in_range(0..=1_usize)?,
        _ => u.int_in_range(0..=100)?,
    };
    let mut pairs = Vec::with_capacity(count);
    for _ in 0..count {
        let mut operand =
            || -> Result<(usize, bool)> { Ok((u.choose_index(points.len())?, u.arbitrary()?)) };
        // When the input ends, the pairs repeat.
        let pair = operand().and_then(|left| {
            Ok(Pair {
                left,
                right: operand()?,
            })
        });
        pairs.push(pair.unwrap_or(Pair {
            left: (0, false),
            right: (points.len() - 1, true),
        }));
    }
    let signed = |(index, negate): (usize, bool)| {
        if negate {
            -multiples[index]
        } else {
            multiples[index]
        }
    };
    let expected: Vec<[u8; 48]> = pairs
        .iter()
        .map(|pair| multiple(signed(pair.left) + signed(pair.right)))
        .collect();
    on_every_engine(|engine| {
        let sums = add_pairs(&points, &pairs);
        assert_eq!(sums.len(), expected.len(), "{engine}: one sum of each pair");
        for (index, (sum, expected)) in sums.iter().zip(&expected).enumerate() {
            assert_eq!(
                sum.to_bytes(),
                *expected,
                "{engine}: {:?} of {multiples:?}",
                pairs[index]
            );
        }
    });
    Ok(())
}

/// The encoding of `k·G` for `k` up to 40 in absolute value.
fn multiple(k: i64) -> [u8; 48] {
    use std::sync::LazyLock;
    static MULTIPLES: LazyLock<Vec<G1>> = LazyLock::new(|| {
        (0..=40)
            .map(|k| G1::generator().mul(&Fr::from_u64(k)))
            .collect()
    });
    let point = MULTIPLES[k.unsigned_abs() as usize];
    (if k < 0 { -point } else { point }).to_bytes()
}
