//! Small libraries that are compiled from C, with the names of Constantine's functions.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use constantine_sys::LowLevel;
use tempfile::TempDir;

/// Compiles a library in a new temporary folder.
pub(crate) fn compile(source: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("library.c");
    fs::write(&file, source).expect("the source is written");
    let library = folder
        .path()
        .join(format!("libconstantine{}", std::env::consts::DLL_SUFFIX));
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let compiled = Command::new(compiler)
        .args(["-shared", "-fPIC", "-O0", "-w", "-o"])
        .args([&library, &file])
        .status()
        .expect("these tests need a C compiler");
    assert!(compiled.success(), "{source}");
    (folder, library)
}

/// Compiles a library with the given functions. The symbols in `left_out` are missing, and all
/// other functions do nothing.
pub(crate) fn library(functions: &[(&str, &str)], left_out: &[&str]) -> (TempDir, PathBuf) {
    let mut source = String::from("#include <stdint.h>\n#include <string.h>\n");
    for symbol in LowLevel::SYMBOLS {
        if let Some((_, body)) = functions.iter().find(|(name, _)| name == symbol) {
            writeln!(source, "{body}").expect("writing to a string cannot fail");
        } else if !left_out.contains(symbol) {
            writeln!(source, "int {symbol}(void) {{ return 0; }}").expect("as above");
        }
    }
    compile(&source)
}
