//! Compares every available backend with the other backends and with c-kzg. The backends of this
//! repository give the same bytes, verdicts and errors, with the same kinds and indices. c-kzg gives
//! the same bytes and verdicts, and an error wherever the backends give an error.
//!
//! The test program prints the compared libraries. `KZG_REQUIRE_BACKENDS` is a comma-separated list
//! of backends that must be among them.

use std::process::ExitCode;

use kzg_testing::Law;
use kzg_testing::harness::{REQUIRED_VARIABLE, laws, laws_ignored};

use implementations::IMPLEMENTATIONS;

mod calls;
mod eip4844;
mod eip7594;
mod implementations;
mod inputs;

fn main() -> ExitCode {
    let names: Vec<&str> = IMPLEMENTATIONS
        .ours
        .iter()
        .map(|settings| settings.backend())
        .collect();
    eprintln!("taking part: {}, c-kzg", names.join(", "));
    let required = std::env::var(REQUIRED_VARIABLE).unwrap_or_default();
    let missing: Vec<String> = required
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && !names.contains(name))
        .map(str::to_owned)
        .collect();
    if names.is_empty() && missing.is_empty() {
        return laws_ignored("no backend is compiled in and available".to_owned());
    }
    laws([
        Law::new("required_backends_take_part", move || {
            assert!(missing.is_empty(), "{REQUIRED_VARIABLE}: {missing:?}");
            assert!(!IMPLEMENTATIONS.ours.is_empty(), "no backend takes part");
        }),
        Law::new("commitments_and_proofs", eip4844::commitments_and_proofs),
        Law::new(
            "malformed_field_elements",
            eip4844::malformed_field_elements,
        ),
        Law::new("malformed_points", eip4844::malformed_points),
        Law::new("batches", eip4844::batches),
        Law::new("challenges", eip4844::challenges),
        Law::new("cells", eip7594::cells),
    ])
}
