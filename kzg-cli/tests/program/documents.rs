//! Runs the shell blocks of the documents in `docs/`, in order, in a folder for each document, and
//! compares their output with the `text` block that follows immediately, if there is one.
//!
//! In such a block `…` stands for any text within a line, or, alone on a line, for any lines. A
//! block that is not run says why in its info string: `sh (not run: reason)`. Rust blocks are
//! compiled and run as documentation tests of the crates in `LIBRARIES`, JavaScript and Python blocks
//! by the tests in `PACKAGES`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that include documents as documentation tests.
const LIBRARIES: [&str; 2] = ["kzg-advanced/src/lib.rs", "kzg-pipeline/src/lib.rs"];

/// The tests that run the JavaScript and the Python of documents.
const PACKAGES: [&str; 3] = [
    "bindings/node/test",
    "bindings/wasm/test",
    "bindings/python/tests/test_documents.py",
];

/// The character that stands for any text.
const ANYTHING: char = '…';

struct Block {
    /// The number of the block's first line in the document.
    line: usize,
    /// The number of the block's last line in the document.
    end: usize,
    info: String,
    text: String,
}

#[test]
fn commands_print_what_the_documents_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let libraries = LIBRARIES.map(|path| fs::read_to_string(root.join(path)).expect("a library"));
    let packages = PACKAGES.map(|path| fs::read_to_string(root.join(path)).expect("a test"));
    let mut run = 0;
    for document in documents(&root.join("docs")) {
        let name = document.file_name().expect("a file").to_string_lossy();
        let blocks = blocks(&fs::read_to_string(&document).expect("a document"));
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (position, block) in blocks.iter().enumerate() {
            let place = format!("{name}, line {}", block.line);
            match block.info.as_str() {
                "sh" => {
                    run += 1;
                    let printed = run_block(dir.path(), block, &place);
                    if let Some(shown) = blocks.get(position + 1)
                        && shown.info == "text"
                        && shown.line == block.end + 2
                    {
                        assert!(
                            matches(&printed, &shown.text),
                            "{place}: the commands print\n{printed}\nbut the document shows\n{}",
                            shown.text
                        );
                    }
                }
                "rust" | "rust,no_run" => assert!(
                    libraries.iter().any(|library| {
                        library.contains(&format!("include_str!(\"../../docs/{name}\")"))
                    }),
                    "{place}: no documentation test has this block"
                ),
                "json" => {
                    serde_json::from_str::<serde_json::Value>(&block.text).expect(&place);
                }
                "js" | "python" => assert!(
                    packages.iter().any(|package| package.contains(&*name)),
                    "{place}: no test of a package has this block"
                ),
                "text" | "toml" => {}
                info => {
                    let reason = info
                        .split_once(" (not run: ")
                        .and_then(|(_, rest)| rest.strip_suffix(')'));
                    let reason = reason.filter(|reason| !reason.is_empty());
                    let reason = reason.unwrap_or_else(|| panic!("{place}: what is {info:?}?"));
                    println!("{place} is not run: {reason}");
                }
            }
        }
    }
    assert!(run > 8, "only {run} blocks were found");
}

/// Every document, in order.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of documents")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.sort();
    found
}

/// The fenced blocks of a document.
fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(block)) => {
                block.end = number + 1;
                blocks.extend(open.take());
            }
            (Some(info), None) => {
                open = Some(Block {
                    line: number + 1,
                    end: number + 1,
                    info: info.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block that does not end");
    blocks
}

/// Runs a block in a shell and stops at the first command that fails. Returns everything that the
/// block prints.
fn run_block(dir: &Path, block: &Block, place: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kzg"));
    let mut path = program
        .parent()
        .expect("in a folder")
        .as_os_str()
        .to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-euc", &format!("exec 2>&1\n{}", block.text)])
        .current_dir(dir)
        .env("PATH", path)
        // The user's calibration and configuration have no effect.
        .env("HOME", dir)
        .env_remove("XDG_CACHE_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .expect("a shell");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(
        output.status.success(),
        "{place}: {}\n{printed}",
        output.status
    );
    printed
}

/// Whether a text matches a pattern.
fn matches(text: &str, pattern: &str) -> bool {
    fn lines_match(text: &[&str], pattern: &[&str]) -> bool {
        let Some((first, rest)) = pattern.split_first() else {
            return text.is_empty();
        };
        if first.trim().chars().eq([ANYTHING]) {
            return (0..=text.len()).any(|skipped| lines_match(&text[skipped..], rest));
        }
        text.split_first()
            .is_some_and(|(line, others)| line_matches(line, first) && lines_match(others, rest))
    }
    let text: Vec<&str> = text.lines().collect();
    let pattern: Vec<&str> = pattern.lines().collect();
    lines_match(&text, &pattern)
}

fn line_matches(line: &str, pattern: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let begin = parts.next().expect("one part at least");
    let Some(mut rest) = line.strip_prefix(begin) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((end, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[test]
fn patterns_match_what_they_say_and_nothing_else() {
    for (text, pattern, expected) in [
        ("a\nb\n", "a\nb\n", true),
        ("a\nb\n", "a\n", false),
        ("a\nb\nc\n", "a\n…\n", true),
        ("a\nb\nc\n", "…\nc\n", true),
        ("a\nb\nc\n", "…\nb\n", false),
        ("took 12 s\n", "took … s\n", true),
        ("took 12 s\n", "took … m\n", false),
        ("ab\n", "ab…b\n", false),
        ("", "", true),
    ] {
        assert_eq!(matches(text, pattern), expected, "{text:?} {pattern:?}");
    }
}
