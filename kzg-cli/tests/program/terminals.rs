//! Tables and messages on narrow terminals and in pipes.

use std::process::Command;

use crate::{folder_with, kzg, line, run, stderr};

#[test]
fn tables_in_a_pipe_are_narrower_than_100_columns() {
    let dir = folder_with(b"");
    let arguments = ["backends"];
    let output = kzg(dir.path(), &arguments)
        .env("CONSTANTINE_LIB", "a/long/path/to/a/library/".repeat(5))
        .output()
        .expect("the program starts");
    for line in line(&output).lines() {
        assert!(line.chars().count() < 100, "{line}");
    }
}

#[test]
fn tables_fit_a_terminal_of_40_columns() {
    let dir = folder_with(b"");
    let kzg = env!("CARGO_BIN_EXE_kzg");
    let terminal = |command: &str| {
        let command = format!("stty cols 40 rows 30; {kzg} {command}");
        Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .current_dir(dir.path())
            .output()
    };
    if terminal("--version").is_err() {
        kzg_testing::skipped("there is no program `script` here");
        return;
    }
    std::fs::write(dir.path().join("file"), "x").unwrap();
    for (command, least, cells) in [
        ("config show", 0, ["setting", "verify_backend"]),
        ("pipeline file --out out", 6, ["stage", "convert"]),
    ] {
        let text = line(&terminal(command).unwrap());
        let rows = text.lines().filter(|line| line.contains(['│', '┌']));
        let rows: Vec<&str> = rows.collect();
        assert!(rows.len() >= least, "{text}");
        // The rows of a table that is too wide are blocks of lines, with whole words.
        let mut lines = text.lines();
        let of_block = lines.find(|line| line.split_whitespace().eq(cells));
        for row in rows.into_iter().chain([of_block.expect(&text)]) {
            assert!(row.trim_end().chars().count() <= 40, "{row}");
        }
    }
}

#[test]
#[cfg_attr(not(feature = "constantine"), ignore = "needs the feature constantine")]
fn functions_that_a_library_lacks_are_counted() {
    let dir = folder_with(&[0; 131_072]);
    // The C mathematics library loads, but has none of Constantine's functions.
    let c_library = [
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/lib64/libm.so.6",
        "/usr/lib/libm.so.6",
    ];
    let Some(library) = c_library
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
    else {
        kzg_testing::skipped("the C library is not found");
        return;
    };
    let message = |verbose: &[&str]| {
        let commit = ["commit", "input", "--backend", "constantine"];
        let arguments = [&commit[..], verbose].concat();
        let output = kzg(dir.path(), &arguments)
            .env("CONSTANTINE_LIB", library)
            .output()
            .expect("the program starts");
        stderr(&crate::expect_exit(output, &arguments, 4))
    };
    let short = message(&[]);
    assert_eq!(short.lines().count(), 1, "{short}");
    assert!(
        short.contains(" functions") && short.contains("--verbose"),
        "{short}"
    );
    assert!(message(&["--verbose"]).contains("ctt_"));
}

#[test]
fn the_help_says_what_writes_an_audit_log() {
    let dir = folder_with(b"");
    let help = line(&run(dir.path(), &["audit", "--help"], 0));
    assert!(help.contains("AuditLogger"), "{help}");
    assert!(help.contains("kzg serve --audit-log FILE"), "{help}");
}
