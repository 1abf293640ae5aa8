//! Batch affine additions on the engine that runs.

use crate::curve::additions::{Addition, Batch, Operand};
use crate::curve::affine::G1Affine;
use crate::curve::batch_affine::ScalarAdder;
use crate::engine::{Engine, VectorAdder, VectorEngine};
use crate::selection::vector_engine;

/// The most additions that share an inversion: enough to make the share of each small, few enough for
/// the working memory to fit the second-level cache.
const BATCH: usize = 1024;

/// Batch affine additions, and their working memory.
#[derive(Debug, Default)]
pub(crate) struct BatchAdder {
    scalar: ScalarAdder,
    /// The vector engine that ran last, and its adder.
    vector: Option<(Engine, Box<dyn VectorAdder>)>,
}

impl BatchAdder {
    /// Does all additions, of any points in `source`, and writes the sums to `out`.
    ///
    /// # Panics
    ///
    /// If an operand or a sum lies outside its list, or `source` has more than `2^31` points.
    pub(crate) fn add(
        &mut self,
        source: &[G1Affine],
        additions: &[Addition],
        out: &mut [G1Affine],
    ) {
        Operand::assert_reaches(source.len());
        let batches = additions.len().div_ceil(BATCH).max(1);
        let mut batches = additions
            .chunks(additions.len().div_ceil(batches).max(1))
            .peekable();
        while let Some(additions) = batches.next() {
            let next = batches.peek().copied().unwrap_or_default();
            let batch = Batch::new(source, additions, next);
            match vector_engine().filter(|engine| additions.len() >= engine.fewest_additions()) {
                Some(engine) => self.vector_adder(engine).add(&batch, out),
                None => self.scalar.add(&batch, out),
            }
        }
    }

    /// Returns the adder of an engine: that of the last batch if the engine is the same.
    fn vector_adder(&mut self, engine: &dyn VectorEngine) -> &mut dyn VectorAdder {
        let kept = self.vector.take().filter(|(of, _)| *of == engine.engine());
        let made = || (engine.engine(), engine.new_adder());
        let (_, adder) = self.vector.insert(kept.unwrap_or_else(made));
        &mut **adder
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::affine::{INFINITY, is_infinity};
    use crate::curve::jacobian::G1;
    use crate::selection::testing::on_every_engine;
    use kzg_traits::{Fr as _, Group};

    #[test]
    fn every_kind_of_pair_in_batches_of_every_size() {
        let multiples: Vec<G1> = (0..40)
            .map(|k| G1::generator().mul(&crate::Fr::from_u64(k)))
            .collect();
        let source: Vec<G1Affine> = multiples.iter().map(|p| p.to_affine()).collect();
        assert!(is_infinity(&source[0]));
        // Index k and its sign stand for ±k·G, so that sums of integers are the oracle. The pairs
        // include infinity, equal points and opposite points.
        let signed = |k: usize, negate: bool| if negate { -multiples[k] } else { multiples[k] };
        let mut additions = Vec::new();
        let mut expected = Vec::new();
        for a in 0..40 {
            for b in 0..40 {
                let (negate_a, negate_b) =
                    ((a + b) % 3 == 0, (a * b) % 2 == 1 || a == b && a % 2 == 0);
                additions.push(Addition {
                    left: Operand::new(a, negate_a),
                    right: Operand::new(b, negate_b),
                    out: additions.len() as u32,
                });
                expected.push(signed(a, negate_a) + signed(b, negate_b));
            }
        }
        // The sizes include all boundaries of the engines.
        let sizes = (0..=70).chain([127, 128, 129, BATCH - 1, BATCH, BATCH + 1, additions.len()]);
        on_every_engine(|engine| {
            let mut adder = BatchAdder::default();
            for size in sizes.clone() {
                let mut out = vec![INFINITY; size];
                adder.add(&source, &additions[..size], &mut out);
                for (sum, expected) in out.iter().zip(&expected) {
                    assert_eq!(*sum, expected.to_affine(), "{engine}, {size} additions");
                }
            }
        });
    }

    /// Adds pairs of multiples of the generator, and compares with the sums of the integers.
    fn check(pairs: &[(i64, i64)]) {
        let largest = 40;
        let multiple = |k: i64| {
            let point = G1::generator().mul(&crate::Fr::from_u64(k.unsigned_abs()));
            (if k < 0 { -point } else { point }).to_affine()
        };
        let source: Vec<G1Affine> = (0..=largest).map(multiple).collect();
        let operand = |k: i64| Operand::new(k.unsigned_abs() as usize, k < 0);
        let additions: Vec<Addition> = (0..)
            .zip(pairs)
            .map(|(out, &(a, b))| Addition {
                left: operand(a),
                right: operand(b),
                out,
            })
            .collect();
        let expected: Vec<G1Affine> = pairs.iter().map(|&(a, b)| multiple(a + b)).collect();
        on_every_engine(|engine| {
            let mut adder = BatchAdder::default();
            let mut out = vec![G1Affine::default(); pairs.len()];
            adder.add(&source, &additions, &mut out);
            for (index, (sum, expected)) in out.iter().zip(&expected).enumerate() {
                assert_eq!(sum, expected, "{engine}, {:?}", pairs[index]);
            }
        });
    }

    #[test]
    fn batches_of_one_kind_of_pair() {
        for size in [1, 7, 8, 9, 31, 32, 33, 64, 100, BATCH + 3] {
            for pair in [
                (5, 5),
                (-5, -5),
                (5, -5),
                (-5, 5),
                (0, 0),
                (0, 5),
                (-5, 0),
                (3, 4),
                (1, -2),
            ] {
                check(&vec![pair; size]);
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..Default::default()
        })]

        /// Pairs of few different points: half of them have no chord.
        #[test]
        fn batches_of_mixed_pairs(
            pairs in proptest::collection::vec((-2..=2_i64, -2..=2_i64), 1..150),
            others in proptest::collection::vec((-20..=20_i64, -20..=20_i64), 0..150),
        ) {
            check(&pairs);
            check(&[pairs, others].concat());
        }
    }
}
