//! The configuration of the program `kzg`: any file, and any values of its environment variables.
//!
//! The program is run, because its crate has no library: `KZG_PROGRAM` names it. Without that variable the
//! target does nothing and says so. Coverage does not guide it; tokens of the format do.

use std::io::Write as _;
use std::process::{Command, Output};
use std::sync::Once;
use std::{env, fs};

use arbitrary::{Result, Unstructured};

use crate::damage;

const KEYS: &[&str] = &[
    "backend",
    "audit_log",
    "verify_backend",
    "cross_check",
    "threads",
    "precompute",
    "trusted_setup",
    "subgroup_check",
    "proofs",
    "emit",
    "chunk_blobs",
    "memory_limit",
    "unknown",
];

const VALUES: &[&str] = &[
    "'auto'",
    "'blst'",
    "3",
    "0",
    "-1",
    "18446744073709551616",
    "1.5",
    "nan",
    "true",
    "[]",
    "['blobs', 'cells']",
    "[1]",
    "{}",
    "1979-05-27",
    "'64MiB'",
    "'1e99GiB'",
    "'sample:2'",
    "'always'",
    "''",
    "\"\\u0000\"",
    "'''",
];

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let Some(program) = env::var_os("KZG_PROGRAM") else {
        static SAID: Once = Once::new();
        SAID.call_once(|| eprintln!("configuration: skipped, KZG_PROGRAM names no program"));
        return Ok(());
    };
    let mut text = Vec::new();
    for _ in 0..u.int_in_range(0..=5_u8)? {
        let (key, value) = (u.choose(KEYS)?, u.choose(VALUES)?);
        text.extend(format!("{key} = {value}\n").into_bytes());
    }
    damage::edit(
        u,
        &mut text,
        3,
        &[b"[", b"]", b"=", b"\"", b"\xff", b"\n", b"#", b"threads = "],
    )?;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kzg.toml");
    fs::write(&path, &text).expect("a file");
    let mut command = Command::new(program);
    command
        .args(["config", "show", "--json", "--config"])
        .arg(&path)
        .env_clear();
    for _ in 0..u.int_in_range(0..=2_u8)? {
        let name = format!("KZG_{}", u.choose(KEYS)?.to_uppercase());
        command.env(name, u.choose(VALUES)?);
    }
    check(&command.output().expect("the program starts"), &text);
    Ok(())
}

/// The program prints one document, or says what is wrong: wrong usage, never a panic or a signal.
fn check(output: &Output, text: &[u8]) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let shown = String::from_utf8_lossy(text);
    match output.status.code() {
        Some(0) => {
            let document: serde_json::Value =
                serde_json::from_slice(&output.stdout).expect("one JSON document");
            assert!(document["settings"].is_array(), "{document}");
        }
        Some(2) => {
            assert!(!errors.is_empty(), "{shown}: no reason");
            // The document of an error.
            let document: serde_json::Value =
                serde_json::from_slice(&output.stdout).expect("one JSON document");
            assert!(document.is_object(), "{document}");
        }
        code => {
            let _ = std::io::stderr().write_all(&output.stderr);
            panic!("exit code {code:?} for {shown}");
        }
    }
    assert!(!errors.contains("panicked"), "{shown}: {errors}");
}
