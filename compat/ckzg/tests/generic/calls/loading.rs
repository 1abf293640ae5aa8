//! Loading, and the signatures of loading and of some operations.

use std::path::Path;
use std::sync::Arc;

use super::api::{
    Blob, Bytes32, Cell, Error, KzgCommitment, KzgProof, KzgSettings, ethereum_kzg_settings,
    ethereum_kzg_settings_arc,
};
use super::{Log, hash};
use crate::inputs;

/// Loading: from bytes, text and a file, and settings as values.
pub(crate) fn loading(setup: &inputs::Setup, file: &Path) -> Vec<String> {
    let mut log = Log::default();
    let blob = Blob::from_bytes(&inputs::blobs()[0]).unwrap();
    let loaded = |settings: KzgSettings| {
        settings
            .blob_to_kzg_commitment(&blob)
            .unwrap()
            .as_hex_string()
    };
    let load = |setup: &inputs::Setup, precompute| {
        let (monomial, lagrange, g2) = (&setup.g1_monomial, &setup.g1_lagrange, &setup.g2_monomial);
        KzgSettings::load_trusted_setup(monomial, lagrange, g2, precompute)
    };
    log.add("bytes", load(setup, 0), loaded);
    log.add("precompute 16", load(setup, 16), loaded);
    for (name, broken) in setup.broken() {
        log.add(name, load(&broken, 0), loaded);
    }

    log.add(
        "file",
        KzgSettings::load_trusted_setup_file(file, 0),
        loaded,
    );
    let none = file.with_file_name("none");
    log.add(
        "no file",
        KzgSettings::load_trusted_setup_file(&none, 0),
        loaded,
    );
    let path = std::ffi::CString::new(none.to_str().unwrap()).unwrap();
    log.add(
        "no file by its C string",
        KzgSettings::load_trusted_setup_file_inner(&path, 0),
        loaded,
    );
    let folder = file.parent().unwrap();
    log.add(
        "a folder",
        KzgSettings::load_trusted_setup_file(folder, 0),
        loaded,
    );

    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    log.add(
        "text",
        KzgSettings::parse_kzg_trusted_setup(&text, 0),
        loaded,
    );
    let mut parse = |name: &str, text: &str| {
        log.add(name, KzgSettings::parse_kzg_trusted_setup(text, 0), loaded);
    };
    parse("empty text", "");
    parse("no count", &text.replacen("4096", "many", 1));
    parse("another count", &text.replacen("4096", "4095", 1));
    parse("another count of G2", &text.replacen("65", "64", 1));
    parse("a missing line", &lines[..lines.len() - 1].join("\n"));
    parse("one more line", &(text.clone() + "\n" + lines[2]));
    parse(
        "no hexadecimal",
        &text.replacen(lines[2], &lines[2].replacen('a', "g", 1), 1),
    );

    let first: &'static KzgSettings = ethereum_kzg_settings(0);
    let again: Arc<KzgSettings> = ethereum_kzg_settings_arc(0);
    assert!(std::ptr::eq(first, &*again));
    assert!(Arc::ptr_eq(&again, &ethereum_kzg_settings_arc(0)));
    let other = load(setup, 0).unwrap();
    log.debug(
        "identity",
        (
            *first == *again,
            *first == other,
            hash(first) == hash(&*again),
        ),
    );
    log.debug("printed", format!("{first:?}").starts_with("K"));
    log.debug(
        "panics above 15",
        [15, 16, u64::MAX].map(|precompute| {
            // 15 would build the original's largest tables.
            precompute != 15
                && std::panic::catch_unwind(|| ethereum_kzg_settings(precompute)).is_err()
        }),
    );
    log.0
}

// The signatures of both libraries, as function pointers: another signature does not compile.
#[allow(clippy::type_complexity)]
const _: () = {
    let _: fn(&[u8], &[u8], &[u8], u64) -> Result<KzgSettings, Error> =
        KzgSettings::load_trusted_setup;
    let _: fn(&Path, u64) -> Result<KzgSettings, Error> = KzgSettings::load_trusted_setup_file;
    let _: fn(&std::ffi::CStr, u64) -> Result<KzgSettings, Error> =
        KzgSettings::load_trusted_setup_file_inner;
    let _: fn(&str, u64) -> Result<KzgSettings, Error> = KzgSettings::parse_kzg_trusted_setup;
    let _: fn(&KzgSettings, &Blob) -> Result<KzgCommitment, Error> =
        KzgSettings::blob_to_kzg_commitment;
    let _: fn(&KzgSettings, &Blob, &Bytes32) -> Result<(KzgProof, Bytes32), Error> =
        KzgSettings::compute_kzg_proof;
    let _: fn(&KzgSettings, &Blob) -> Result<Box<[Cell; 128]>, Error> = KzgSettings::compute_cells;
    let _: fn(
        &KzgSettings,
        &[u64],
        &[Cell],
    ) -> Result<(Box<[Cell; 128]>, Box<[KzgProof; 128]>), Error> =
        KzgSettings::recover_cells_and_kzg_proofs;
    let _: fn(u64) -> &'static KzgSettings = ethereum_kzg_settings;
    let _: fn(u64) -> Arc<KzgSettings> = ethereum_kzg_settings_arc;
};
