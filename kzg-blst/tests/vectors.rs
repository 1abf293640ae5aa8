//! The official test vectors of the consensus specifications for this backend.

fn main() -> std::process::ExitCode {
    kzg_testing::harness::vectors::<kzg_blst::Blst>()
}
