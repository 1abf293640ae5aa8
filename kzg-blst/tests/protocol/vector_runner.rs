//! The runner of test vectors reports wrong results, wrong errors, malformed files and missing
//! vectors.

use std::fs;
use std::path::Path;

use kzg_testing::scripted::{Action, Scripted};
use kzg_testing::vectors::Vectors;
use kzg_traits::{Error, Operation};

/// A case of `verify_kzg_proof` for the zero polynomial, with the given first byte of the proof and the
/// given output. The right first byte is that of infinity, `c0`.
fn case(first: &str, output: &str) -> String {
    let zeros = |bytes: usize| "00".repeat(bytes);
    let (scalar, point) = (zeros(32), zeros(47));
    format!(
        "input:\n  commitment: '0xc0{point}'\n  z: '0x{scalar}'\n  y: '0x{scalar}'\n  \
         proof: '0x{first}{point}'\n{output}\n"
    )
}

const HANDLER: &str = "verify_kzg_proof";

fn write(root: &Path, handler: &str, name: &str, text: &str) {
    let directory = root.join("tests/kzg").join(handler).join(name);
    fs::create_dir_all(&directory).expect("a new directory");
    fs::write(directory.join("data.yaml"), text).expect("a new file");
}

/// Cases that pass, by name.
fn right() -> [(&'static str, String); 4] {
    [
        ("right", case("c0", "output: true")),
        ("not_compressed", case("40", "output: null")),
        ("too_short", case("", "output: null")),
        ("too_long", case("c000", "output: null")),
    ]
}

/// Cases that fail: the stated result is wrong, or the file is malformed.
fn wrong() -> [(&'static str, String); 6] {
    [
        ("verdict", case("c0", "output: false")),
        ("accepted", case("c0", "output: null")),
        ("refused", case("40", "output: true")),
        ("nothing_stated", case("c0", "")),
        ("more_stated", case("c0", "output: true\nextra: 1")),
        ("no_yaml", "input: [".to_owned()),
    ]
}

#[test]
fn failures_are_counted_by_handler_and_named() {
    let root = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in right().into_iter().chain(wrong()) {
        write(root.path(), HANDLER, name, &text);
    }
    write(root.path(), "verify_kzg_proof_of_tomorrow", "case", "");
    let settings = crate::mainnet();
    for path in [root.path().to_owned(), root.path().join("tests/kzg")] {
        let vectors = Vectors::load(path).expect("vectors");
        let unsupported: Vec<_> = vectors.unsupported().collect();
        assert_eq!(unsupported, [("verify_kzg_proof_of_tomorrow", 1)]);
        let reports = vectors.run_all(&*settings);
        let [report] = reports.as_slice() else {
            panic!("one handler, not {reports:?}");
        };
        assert_eq!((report.passed, report.failed), (4, 6), "{report:?}");
        let mut failed: Vec<_> = report.failures.iter().map(|(name, _)| &**name).collect();
        let mut expected = wrong().map(|(name, _)| name);
        failed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(failed, expected);
        assert_eq!(
            serde_json::to_string(report).expect("plain data"),
            r#"{"handler":"verify_kzg_proof","passed":4,"failed":6}"#
        );
        let complaint = vectors.is_complete().expect_err("far from it").to_string();
        assert!(complaint.contains("verify_kzg_proof: 10 cases, expected 122"));
        assert!(complaint.contains("compute_cells: 0 cases, expected 11"));
    }
}

#[test]
fn errors_of_another_kind_and_panics_are_failures() {
    let root = tempfile::tempdir().expect("a temporary directory");
    write(root.path(), HANDLER, "refused", &case("40", "output: null"));
    let vectors = Vectors::load(root.path()).expect("vectors");
    let busy = Error::Busy {
        reason: "scripted".to_owned(),
    };
    for (action, passes) in [
        (Action::Pass, true),
        (Action::fault(), false),
        (Action::Fail(busy), false),
        (Action::Panic, false),
    ] {
        let scripted =
            Scripted::new(crate::mainnet()).on(Operation::VerifyKzgProof, 0, action.clone());
        let outcome = vectors.cases()[0].run(&scripted);
        assert_eq!(outcome.is_ok(), passes, "{action:?}: {outcome:?}");
    }
}

#[test]
fn an_archive_gives_the_same_results_as_its_directory() {
    let root = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in right().into_iter().chain(wrong()) {
        write(root.path(), HANDLER, name, &text);
    }
    write(root.path(), "unknown", "case", "");
    let mut archive = tar::Builder::new(Vec::new());
    archive
        .append_dir_all("tests", root.path().join("tests"))
        .expect("an archive in memory");
    let bytes = archive.into_inner().expect("an archive in memory");
    let file = root.path().join("vectors.tar.zst");
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let compressed = ruzstd::encoding::compress_to_vec(bytes.as_slice(), level);
    fs::write(&file, compressed).expect("a new file");

    let (from_archive, from_directory) = (
        Vectors::load(&file).expect("vectors"),
        Vectors::load(root.path()).expect("vectors"),
    );
    let unsupported: Vec<_> = from_archive.unsupported().collect();
    assert_eq!(unsupported, [("unknown", 1)]);
    let settings = crate::mainnet();
    let reports = from_archive.run_all(&*settings);
    assert_eq!(reports, from_directory.run_all(&*settings));
    assert_eq!((reports[0].passed, reports[0].failed), (4, 6));
}

#[test]
fn a_path_without_vectors_is_an_error() {
    let root = tempfile::tempdir().expect("a temporary directory");
    assert!(Vectors::load(root.path()).is_err(), "an empty directory");
    let file = root.path().join("vectors.tar.zst");
    assert!(Vectors::load(&file).is_err(), "no such file");
    fs::write(&file, "not an archive").expect("a new file");
    let error = Vectors::load(&file).expect_err("not an archive");
    assert!(error.to_string().contains("vectors.tar.zst"), "{error}");
}
