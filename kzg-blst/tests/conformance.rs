//! The conformance suite for this backend.

fn main() -> std::process::ExitCode {
    kzg_testing::harness::conformance::<kzg_blst::Blst>()
}
