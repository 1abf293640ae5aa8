//! The same calls on c-kzg and on this crate: one source, compiled twice.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(
    clippy::duplicate_mod,
    reason = "compiled once for each of the two libraries"
)]

#[path = "generic/inputs.rs"]
mod inputs;

#[path = "generic/original.rs"]
mod original;
#[path = "generic/ours.rs"]
mod ours;

/// Compares the results call by call, so that a failure names the call.
fn assert_same(original: Vec<String>, ours: Vec<String>) {
    assert!(!original.is_empty());
    for (theirs, ours) in original.iter().zip(&ours) {
        assert!(theirs == ours, "c-kzg: {theirs}\n ours: {ours}");
    }
    assert_eq!(original.len(), ours.len());
}

#[test]
fn types_convert_and_refuse_as_in_the_original() {
    assert_same(original::calls::types(), ours::calls::types());
}

#[test]
fn operations_give_the_results_and_errors_of_the_original() {
    let original = original::calls::operations(original_c_kzg::ethereum_kzg_settings(0));
    assert_same(
        original,
        ours::calls::operations(c_kzg::ethereum_kzg_settings(0)),
    );
}

#[test]
fn setups_are_loaded_and_refused_as_in_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trusted_setup.txt");
    let text = c_kzg::kzg_traits::TrustedSetup::mainnet().to_text();
    std::fs::write(&file, &text).unwrap();
    let setup = inputs::Setup::from_text(&text);
    let original = original::calls::loading(&setup, &file);
    assert_same(original, ours::calls::loading(&setup, &file));
}
