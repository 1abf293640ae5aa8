//! The official test vectors of the consensus specifications, over the library's low level.

fn main() -> std::process::ExitCode {
    kzg_testing::harness::vectors::<kzg_constantine::Constantine>()
}
