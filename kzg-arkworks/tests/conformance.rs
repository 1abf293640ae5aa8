//! The conformance suite on this backend.

fn main() -> std::process::ExitCode {
    kzg_testing::harness::conformance::<kzg_arkworks::Arkworks>()
}
