//! Runs the target over its committed seeds and over pseudorandom inputs.
//!
//! The program of the other targets refuses names that no target has.

#[path = "../../tests/runner/mod.rs"]
mod runner;

use std::path::Path;

const NAME: &str = "c_interface";

fn main() {
    let wanted = runner::wanted();
    if wanted.is_empty() || wanted.iter().any(|name| name == NAME) {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
        runner::run(NAME, kzg_fuzz_c_interface::run, 60, &seeds);
    }
}
