//! Measures which engine is the fastest on an unknown processor: all do the same additions.

use std::time::{Duration, Instant};

use kzg_traits::{Exec, Group};

use super::available_vector;
use crate::curve::additions::{Addition, Batch, Operand};
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::batch_affine::ScalarAdder;
use crate::curve::jacobian::{G1, to_affine};
#[cfg(target_arch = "x86_64")]
use crate::engine::floating_point::in_usual_mode;
use crate::engine::{Engine, VectorEngine};

/// Number of additions in a round, so that the fixed costs of an engine have their usual share.
const ADDITIONS: usize = 256;
/// Number of rounds of each engine; the fastest counts. All rounds together take about a
/// millisecond, including the computation of the points.
const ROUNDS: usize = 5;

/// Returns the engine that takes the least time. A single engine is not measured.
pub(super) fn fastest_of(engines: &[Engine]) -> Engine {
    match engines {
        [] => Engine::Scalar,
        [only] => *only,
        _ => in_usual_mode(|| {
            let trial = Trial::new(ADDITIONS);
            let engines = engines.iter().copied();
            let fastest = engines.min_by_key(|engine| trial.time_of(*engine, ROUNDS));
            fastest.unwrap_or(Engine::Scalar)
        }),
    }
}

/// Runs `f`: no engine of this target calculates with floats.
#[cfg(not(target_arch = "x86_64"))]
fn in_usual_mode<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// The additions that every engine does.
struct Trial {
    points: Vec<G1Affine>,
    additions: Vec<Addition>,
}

impl Trial {
    fn new(count: usize) -> Self {
        let multiples = core::iter::successors(Some(G1::generator().double()), |point| {
            Some(*point + G1::generator())
        });
        let multiples: Vec<G1> = multiples.take(2 * count).collect();
        let mut points = vec![INFINITY; multiples.len()];
        to_affine(&multiples, &mut points, &Exec::serial());
        let additions = (0..count)
            .map(|i| Addition {
                left: Operand::new(2 * i, i % 3 == 0),
                right: Operand::new(2 * i + 1, i % 2 == 0),
                out: i as u32,
            })
            .collect();
        Self { points, additions }
    }

    /// The shortest time of the additions by an engine that is available.
    fn time_of(&self, engine: Engine, rounds: usize) -> Duration {
        let mut out = vec![INFINITY; self.additions.len()];
        let mut scalar = ScalarAdder::default();
        let mut vector = available_vector(engine).map(VectorEngine::new_adder);
        let batch = Batch::new(&self.points, &self.additions, &[]);
        let mut round = || {
            let start = Instant::now();
            match &mut vector {
                Some(vector) => vector.add(&batch, &mut out),
                None => scalar.add(&batch, &mut out),
            }
            start.elapsed()
        };
        (0..rounds).map(|_| round()).min().unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn available() -> Vec<Engine> {
        let engines = Engine::ALL.iter().copied();
        engines.filter(|engine| engine.is_available()).collect()
    }

    #[test]
    fn some_engine_is_the_fastest() {
        let available = available();
        assert!(available.contains(&fastest_of(&available)));
        assert_eq!(fastest_of(&[Engine::Ifma]), Engine::Ifma);
    }

    /// Run it with `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`.
    #[test]
    #[ignore = "prints the times in docs/engine.md, checks nothing"]
    fn print_the_times_of_additions() {
        let start = Instant::now();
        let fastest = fastest_of(&available());
        println!("{fastest} is the fastest, found in {:?}", start.elapsed());
        for count in [8, 16, 24, 32, 64, 128, 256, 512, 1024] {
            print!("{count:5} additions:");
            let trial = Trial::new(count);
            for engine in available() {
                let time = trial.time_of(engine, 300_000 / count);
                print!(" {engine} {:4.0} ns", time.as_nanos() as f64 / count as f64);
            }
            println!();
        }
    }
}
