//! Runs the target over its seeds and over pseudorandom inputs, the same in every run.

use std::fs;
use std::path::Path;

use kzg_testing::Seeded;

#[test]
fn seeds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/c_interface");
    for entry in fs::read_dir(folder).expect("seeds") {
        let seed = fs::read(entry.expect("a seed").path()).expect("a seed");
        kzg_fuzz_c_interface::run(&seed);
    }
}

#[test]
fn pseudorandom_inputs() {
    for number in 0..60 {
        let mut seeded = Seeded::new(number);
        let length = [4, 40, 200, 800][(number % 4) as usize];
        let input: Vec<u8> = (0..length).map(|_| seeded.next_u64() as u8).collect();
        kzg_fuzz_c_interface::run(&input);
    }
}
