//! The conformance suite on this backend, over the library's low level.

fn main() -> std::process::ExitCode {
    kzg_testing::harness::conformance::<kzg_constantine::Constantine>()
}
