//! `kzg sql` starts kzg-sql.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of `kzg` in a folder, so that no kzg-sql is beside it.
fn copy(folder: &Path) -> PathBuf {
    let copy = folder.join("kzg");
    fs::copy(env!("CARGO_BIN_EXE_kzg"), &copy).unwrap();
    copy
}

#[test]
fn kzg_sql_hands_over_its_arguments_and_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let kzg = copy(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let program = elsewhere.path().join("kzg-sql");
    fs::write(&program, "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 3\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
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
