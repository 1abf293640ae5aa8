//! Runs every target over its committed seeds and over pseudorandom inputs.
//!
//! `cargo test --test corpus -- NAME..` runs some targets only. With `--workspace` the program of
//! `c-interface` runs too, and gets the same names.

mod runner;

use std::path::Path;

/// The targets of other packages of the workspace, which have programs of their own.
const OF_OTHER_PACKAGES: [&str; 1] = ["c_interface"];

fn main() {
    let wanted = runner::wanted();
    let is_here = |name: &str| kzg_fuzz::targets().any(|target| target.name == name);
    for name in wanted.iter().map(String::as_str) {
        assert!(
            is_here(name) || OF_OTHER_PACKAGES.contains(&name),
            "no target has the name {name}"
        );
    }
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for target in kzg_fuzz::targets() {
        if wanted.is_empty() || wanted.iter().any(|name| name == target.name) {
            runner::run(target.name, target.run, target.inputs, &seeds);
        }
    }
}
