//! Tests of the loader with small libraries that are compiled from C and are not Constantine. The
//! tests need a C compiler, but not Constantine.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use constantine_sys::{LIBRARY_VARIABLE, LoadError, LowLevel, Origin, load, load_from, loaded};

mod stand_in;

use stand_in::{compile, library};

/// One in Montgomery form, in the order of Constantine's limbs.
const ONE: &str = "0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5, 0x1824b159acc5056f";
const SET_ONE: &str = "ctt_bls12_381_fr_set_one";

/// The check of the self-test that a library fails.
fn failed_check(functions: &[(&str, &str)]) -> &'static str {
    let (_folder, path) = library(functions, &[]);
    let error = load_from(&path).expect_err("it is not Constantine");
    assert!(loaded().is_none(), "a refused library is not kept");
    match error {
        LoadError::SelfTest { origin, check } => {
            assert_eq!(
                origin,
                Origin::File(path.canonicalize().expect("it exists"))
            );
            check
        }
        other => panic!("expected a failed self-test: {other}"),
    }
}

fn tried(error: &LoadError) -> Vec<(&Path, &str)> {
    match error {
        LoadError::NotFound { tried } => tried
            .iter()
            .map(|attempt| (attempt.path.as_path(), attempt.reason.as_str()))
            .collect(),
        other => panic!("expected that nothing is found: {other}"),
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let missing = folder.path().join("nothing.so");
    let error = load_from(&missing).expect_err("there is nothing");
    let tried = tried(&error);
    assert_eq!(tried.len(), 1);
    assert_eq!(tried[0].0, missing);
    assert!(!tried[0].1.is_empty());
    assert!(error.to_string().contains("nothing.so"), "{error}");
    // For a folder, the error names the library's usual file name.
    let error = load_from(folder.path()).expect_err("there is nothing");
    assert!(error.to_string().contains("libconstantine"), "{error}");
}

#[test]
fn a_file_that_is_no_library_is_named_with_the_systems_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = folder.path().join("text.so");
    fs::write(&text, "not a library").expect("the file is written");
    let error = load_from(&text).expect_err("it is text");
    let tried = tried(&error);
    assert_eq!(tried[0].0, text.canonicalize().expect("it exists"));
    assert!(!tried[0].1.is_empty());
}

#[test]
fn all_missing_symbols_are_named() {
    let left_out = [LowLevel::SYMBOLS[3], "ctt_eth_evm_bls12381_pairingcheck"];
    let (_folder, path) = library(&[], &left_out);
    let error = load_from(&path).expect_err("two are missing");
    for symbol in left_out {
        assert!(error.to_string().contains(symbol), "{error}");
    }
    match error {
        LoadError::MissingSymbols { missing, .. } => assert_eq!(missing, left_out),
        other => panic!("expected missing symbols: {other}"),
    }
    let (_folder, path) = compile("int something_else(void) { return 0; }");
    match load_from(&path).expect_err("all are missing") {
        LoadError::MissingSymbols { missing, .. } => assert_eq!(missing, LowLevel::SYMBOLS),
        other => panic!("expected missing symbols: {other}"),
    }
    assert!(loaded().is_none());
}

#[test]
fn functions_that_do_nothing_fail_the_self_test() {
    assert_eq!(failed_check(&[]), "one in the scalar field");
}

#[test]
fn a_wrong_layout_fails_the_self_test() {
    let with_body = |body: &str| {
        let function = format!("void {SET_ONE}(uint64_t *r) {{ {body} }}");
        failed_check(&[(SET_ONE, &function)])
    };
    let bodies = [
        // Wider, narrower and shifted elements.
        format!("uint64_t one[8] = {{ {ONE} }}; memcpy(r, one, 64);"),
        format!("uint64_t one[4] = {{ {ONE} }}; memcpy(r, one, 24);"),
        format!("uint64_t one[4] = {{ {ONE} }}; memcpy(r - 1, one, 32);"),
        // The most significant limb first, and no Montgomery form.
        format!("uint64_t one[4] = {{ {ONE} }}; for (int i = 0; i < 4; i++) r[i] = one[3 - i];"),
        "memset(r, 0, 32); r[0] = 1;".to_owned(),
    ];
    for body in bodies {
        assert_eq!(with_body(&body), "one in the scalar field", "{body}");
    }
}

/// The library passes the first check of the self-test and fails the second.
#[test]
fn a_wrong_answer_fails_the_self_test_by_name() {
    let set_one = format!(
        "void {SET_ONE}(uint64_t *r) {{ uint64_t one[4] = {{ {ONE} }}; memcpy(r, one, 32); }}"
    );
    let deserialize = "ctt_bls12_381_deserialize_scalar";
    // Accepts every integer.
    let lenient = format!(
        "uint8_t {deserialize}(uint64_t *r, const uint8_t *b) {{
            for (int i = 0; i < 4; i++) {{
                r[3 - i] = 0;
                for (int j = 0; j < 8; j++) r[3 - i] = r[3 - i] << 8 | b[8 * i + j];
            }}
            return 0;
        }}"
    );
    let functions = [(SET_ONE, set_one.as_str()), (deserialize, lenient.as_str())];
    assert_eq!(failed_check(&functions), "decoding of scalars");
}

/// Runs [`report_the_result_of_loading`] in a new process, where this variable is set and no other
/// variable names the library.
fn load_with_variable(variable: &str, value: &Path) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "report_the_result_of_loading",
            "--ignored",
            "--nocapture",
        ])
        .env_remove(LIBRARY_VARIABLE)
        .env(variable, value)
        .output()
        .expect("this program runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "run by other tests, with the variable set"]
fn report_the_result_of_loading() {
    match load() {
        Ok(library) => println!("loaded {}", library.origin),
        Err(error) => println!("refused: {error}"),
    }
}

#[test]
fn the_variable_names_a_file_or_a_folder_and_nothing_else_is_tried() {
    let (folder, path) = library(&[], &["ctt_bls12_381_fr_prod"]);
    for value in [path.as_path(), folder.path()] {
        let output = load_with_variable(LIBRARY_VARIABLE, value);
        assert!(output.contains("refused: "), "{output}");
        assert!(output.contains("lacks ctt_bls12_381_fr_prod"), "{output}");
    }
    let missing = folder.path().join("missing.so");
    let output = load_with_variable(LIBRARY_VARIABLE, &missing);
    assert!(
        output.contains("refused: no libconstantine: tried "),
        "{output}"
    );
    let named = format!("CONSTANTINE_LIB={}", missing.display());
    assert!(output.contains(&named), "{output}");
    assert_eq!(
        output.matches("constantine").count(),
        1,
        "one place is tried: {output}"
    );
}

/// The origin is the file, so that [`load_from`] knows the file again.
#[test]
#[cfg(target_os = "linux")]
fn the_file_that_the_systems_search_finds_is_the_origin() {
    const SEARCH_PATH: &str = "LD_LIBRARY_PATH";
    let left_out = ["ctt_bls12_381_fr_prod"];
    for (left_out, fault) in [(&left_out[..], "lacks"), (&[], "fails the self-test")] {
        let (folder, path) = library(&[], left_out);
        let output = load_with_variable(SEARCH_PATH, folder.path());
        let file = path.canonicalize().expect("it exists");
        let refused = format!("refused: {} {fault}", file.display());
        assert!(output.contains(&refused), "{output}");
    }
    // Nothing is known about another library, of which no function was found.
    let (folder, _path) = compile("int something_else(void) { return 0; }");
    let output = load_with_variable(SEARCH_PATH, folder.path());
    assert!(
        output.contains("refused: libconstantine.so lacks"),
        "{output}"
    );
}
