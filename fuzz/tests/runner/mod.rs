//! Runs targets over their committed seeds and over pseudorandom inputs, the same in every run.
//!
//! `KZG_FUZZ_INPUTS=N` multiplies the number of pseudorandom inputs. The targets run one after the other
//! on one thread, because the engine is selected for the whole process.

use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use kzg_testing::Seeded;

/// The names on the command line; none stands for all targets.
pub fn wanted() -> Vec<String> {
    env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect()
}

/// Runs a target over the seeds in `seeds/NAME` and over some pseudorandom inputs.
pub fn run(name: &str, target: fn(&[u8]), inputs: u64, seeds: &Path) {
    let factor = env::var("KZG_FUZZ_INPUTS").map_or(1, |factor| factor.parse().expect("a number"));
    let start = Instant::now();
    let seeds = run_seeds(name, target, &seeds.join(name));
    let inputs = factor * inputs;
    for number in 0..inputs {
        let input = pseudorandom(number);
        set_current(name, &format!("pseudorandom input {number}"));
        target(&input);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{name:18} {seeds:4} seeds, {inputs:5} pseudorandom inputs, {seconds:.1} s");
}

fn run_seeds(name: &str, target: fn(&[u8]), folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder with seeds");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{name} has no seeds");
    for path in &paths {
        set_current(name, &path.display().to_string());
        target(&fs::read(path).expect("a seed"));
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
