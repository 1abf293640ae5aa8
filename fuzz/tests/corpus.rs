//! Runs every target over its committed seeds and over pseudorandom inputs, the same in every run.
//!
//! `cargo test --test corpus -- NAME..` runs some targets only. `KZG_FUZZ_INPUTS=N` multiplies the number
//! of pseudorandom inputs. The targets run one after the other on one thread, because the engine is
//! selected for the whole process.

use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use kzg_fuzz::Target;
use kzg_testing::Seeded;

fn main() {
    let wanted: Vec<String> = env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    let factor = env::var("KZG_FUZZ_INPUTS").map_or(1, |factor| factor.parse().expect("a number"));
    let chosen =
        |target: &&Target| wanted.is_empty() || wanted.iter().any(|name| name == target.name);
    let targets: Vec<&Target> = kzg_fuzz::targets().filter(chosen).collect();
    assert!(!targets.is_empty(), "no target has the name {wanted:?}");
    for target in targets {
        let start = Instant::now();
        let seeds = run_seeds(target);
        let inputs = factor * target.inputs;
        for number in 0..inputs {
            let input = pseudorandom(number);
            set_current(target.name, &format!("pseudorandom input {number}"));
            (target.run)(&input);
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{:18} {seeds:4} seeds, {inputs:5} pseudorandom inputs, {seconds:.1} s",
            target.name
        );
    }
}

fn run_seeds(target: &Target) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target.name);
    let entries = fs::read_dir(&folder)
        .map(|entries| entries.collect())
        .unwrap_or_else(|_| Vec::new());
    let mut paths: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.expect("a seed").path())
        .collect();
    paths.sort();
    for path in &paths {
        set_current(target.name, &path.display().to_string());
        (target.run)(&fs::read(path).expect("a seed"));
    }
    paths.len()
}

/// A panic names the input.
fn set_current(target: &str, input: &str) {
    let (target, input) = (target.to_owned(), input.to_owned());
    let default = |info: &std::panic::PanicHookInfo<'_>| eprintln!("{info}");
    std::panic::set_hook(Box::new(move |info| {
        default(info);
        eprintln!("target {target}, {input}");
    }));
}

/// Bytes of one of several lengths, pseudorandom or with long runs of the same byte.
fn pseudorandom(number: u64) -> Vec<u8> {
    let mut seeded = Seeded::new(number);
    let length = [20, 100, 400, 3000, 9000][(number % 5) as usize];
    let mut input: Vec<u8> = (0..length).map(|_| seeded.next_u64() as u8).collect();
    if number % 7 == 6 {
        let at = seeded.next_u64() as usize % length;
        input[at..].fill(seeded.next_u64() as u8);
    }
    input
}
