//! `kzg sql` starts kzg-sql.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Puts an executable file into a folder. Another process writes the file: a descriptor that this
/// process has open for writing may be inherited by the programs that other tests start, and until
/// they have closed it the system refuses to run the file.
fn install(source: &Path, target: PathBuf) -> PathBuf {
    let status = Command::new("install")
        .args(["-m", "755"])
        .args([source, &target])
        .status()
        .expect("install starts");
    assert!(status.success(), "install {}", target.display());
    target
}

/// A copy of `kzg` in a folder, so that no kzg-sql is beside it.
fn copy(folder: &Path) -> PathBuf {
    install(Path::new(env!("CARGO_BIN_EXE_kzg")), folder.join("kzg"))
}

#[test]
fn kzg_sql_hands_over_its_arguments_and_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let kzg = copy(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let script = elsewhere.path().join("script");
    fs::write(&script, "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 3\n").unwrap();
    install(&script, elsewhere.path().join("kzg-sql"));
    let arguments = ["sql", "SELECT 1, '--x'", "--json", "--help", "-"];
    let output = Command::new(&kzg)
        .args(arguments)
        .env("PATH", elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "<SELECT 1, '--x'><--json><--help><->"
    );
}

#[test]
fn without_kzg_sql_the_message_has_the_command_that_builds_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(copy(folder.path()))
        .args(["sql", "SELECT 1"])
        .env("PATH", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("cargo install --path kzg-sql --locked"),
        "{message}"
    );
}
