//! Which engine is the fastest here, where it is not known: all do the same additions.

use std::time::{Duration, Instant};

use kzg_traits::Group;

use super::{Engine, VectorMemory};
use crate::group::G1;
use crate::msm::affine::{G1Affine, INFINITY};
use crate::msm::batch_affine::{Addition, Batch, Operand, ScalarAdder};

/// Additions of a round: enough for the engines' fixed costs to matter as they do in use.
const ADDITIONS: usize = 256;
/// Rounds of each engine, of which the fastest counts. All take about a millisecond.
const ROUNDS: usize = 5;

/// The engine that takes the least time.
pub(super) fn fastest_of(engines: impl Iterator<Item = Engine>) -> Engine {
    engines
        .min_by_key(|engine| time_of(*engine, ADDITIONS, ROUNDS))
        .unwrap_or(Engine::Scalar)
}

/// The shortest time of some additions by an engine that is available.
fn time_of(engine: Engine, count: usize, rounds: usize) -> Duration {
    let mut point = G1::generator();
    let points: Vec<G1Affine> = (0..2 * count)
        .map(|_| {
            point += G1::generator();
            point.to_affine()
        })
        .collect();
    let additions: Vec<Addition> = (0..count)
        .map(|i| Addition {
            left: Operand::new(2 * i, i % 3 == 0),
            right: Operand::new(2 * i + 1, i % 2 == 0),
            out: i as u32,
        })
        .collect();
    let mut out = vec![INFINITY; count];
    let (mut scalar, mut memory) = (ScalarAdder::default(), VectorMemory::default());
    let mut exceptional = Vec::new();
    let vector = engine.vector();
    let batch = Batch::new(&points, &additions, &[]);
    let mut round = || {
        let start = Instant::now();
        match vector {
            Some(vector) => vector.add(&mut memory, &batch, &mut out, &mut exceptional),
            None => scalar.add(&batch, &mut out, &mut exceptional),
        }
        start.elapsed()
    };
    (0..rounds).map(|_| round()).min().unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_engine_is_the_fastest() {
        let available = Engine::ALL.iter().copied().filter(|e| e.is_available());
        assert!(fastest_of(available).is_available());
    }

    /// `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`
    #[test]
    #[ignore = "prints times, for docs/engine.md"]
    fn print_the_times_of_additions() {
        for count in [8, 16, 24, 32, 64, 128, 256, 512, 1024] {
            print!("{count:5} additions:");
            for engine in Engine::ALL.iter().filter(|engine| engine.is_available()) {
                let time = time_of(*engine, count, 300_000 / count);
                print!(" {engine} {:4.0} ns", time.as_nanos() as f64 / count as f64);
            }
            println!();
        }
    }
}
