//! Bytes in every form of output, and output that cannot be written.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::processes::{Process, errors, parsed, printed, program, text};
use crate::tables::blob;

/// Bytes in a dictionary.
const DICTIONARY: &str = "arrow_cast(X'02', 'Dictionary(Int32, Binary)')";

#[test]
fn bytes_in_columns_of_nested_types_are_0x_and_digits() {
    let cases = [
        (
            "make_array(X'c0', arrow_cast(NULL, 'Binary'))",
            json!(["0xc0", null]),
        ),
        (
            "arrow_cast(make_array(X'03'), 'LargeList(Binary)')",
            json!(["0x03"]),
        ),
        (
            "arrow_cast(make_array(X'04', X'05'), 'FixedSizeList(2 x Binary)')",
            json!(["0x04", "0x05"]),
        ),
        (
            "named_struct('b', X'01', 'n', 5)",
            json!({"b": "0x01", "n": 5}),
        ),
        (
            "make_array(named_struct('a', make_array(X'07')))",
            json!([{"a": ["0x07"]}]),
        ),
        ("map([X'08'], [X'09'])", json!({"0x08": "0x09"})),
        ("map(['k'], [X'0a'])", json!({"k": "0x0a"})),
        (
            "arrow_cast(make_array(X'0b'), 'List(LargeBinary)')",
            json!(["0x0b"]),
        ),
        (
            "arrow_cast(make_array(X'0c'), 'List(BinaryView)')",
            json!(["0x0c"]),
        ),
        (
            "arrow_cast(make_array(X'0d0e'), 'List(FixedSizeBinary(2))')",
            json!(["0x0d0e"]),
        ),
        (DICTIONARY, json!("0x02")),
        (&format!("make_array({DICTIONARY})"), json!(["0x02"])),
        (
            "arrow_cast(make_array(X'10'), 'ListView(Binary)')",
            json!(["0x10"]),
        ),
        (
            "arrow_cast(make_array(X'11'), 'LargeListView(Binary)')",
            json!(["0x11"]),
        ),
        (
            "arrow_cast(X'12', 'RunEndEncoded(\"run_ends\": non-null Int32, \"values\": Binary)')",
            json!("0x12"),
        ),
        // Without bytes, nothing changes.
        (
            "make_array(named_struct('t', 'a', 'n', 1))",
            json!([{"t": "a", "n": 1}]),
        ),
    ];
    for (expression, expected) in cases {
        let sql = format!("SELECT {expression} AS v");
        let rows = parsed(&printed(&[&sql, "--json"]));
        assert_eq!(rows, json!([{"v": expected}]), "{expression}");
    }
}

#[test]
fn bytes_in_a_dictionary_are_0x_and_digits_in_comma_separated_values() {
    let sql = format!("SELECT {DICTIONARY} AS v");
    assert_eq!(printed(&[&sql, "--csv"]), "v\n0x02\n");
}

#[test]
fn a_table_shortens_bytes_in_columns_of_nested_types() {
    let (whole, longer) = ("ab".repeat(48), "ab".repeat(49));
    let short = format!("0x{}... (49 bytes)", "ab".repeat(8));
    for (expression, expected) in [
        (
            format!("make_array(X'{whole}', X'{longer}')"),
            format!("[0x{whole}, {short}]"),
        ),
        (
            format!("named_struct('b', X'{longer}')"),
            format!("{{b: {short}}}"),
        ),
        (
            format!("arrow_cast(X'{longer}', 'Dictionary(Int32, Binary)')"),
            format!("| {short} |"),
        ),
    ] {
        let table = printed(&[&format!("SELECT {expression} AS v")]);
        assert!(table.contains(&expected), "{expression}: {table}");
        assert!(!table.contains(&longer), "{expression}: {table}");
    }
}

#[test]
fn bytes_in_columns_of_nested_types_keep_their_rows_after_an_offset() {
    let fixed = "arrow_cast(make_array(X'{}'), 'FixedSizeList(1 x Binary)')";
    for (expression, expected) in [
        ("make_array(X'{}')", json!(["0x04"])),
        (fixed, json!(["0x04"])),
        ("named_struct('b', X'{}')", json!({"b": "0x04"})),
        ("map(['k'], [X'{}'])", json!({"k": "0x04"})),
    ] {
        let value = |digits| expression.replace("{}", digits);
        let (first, third, fourth) = (value("01"), value("03"), value("04"));
        let rows = format!("(1, {first}), (2, NULL), (3, {third}), (4, {fourth}), (5, NULL)");
        let sql = format!("SELECT * FROM (VALUES {rows}) AS t(i, v) LIMIT 2 OFFSET 3");
        let values = parsed(&printed(&[&sql, "--json"]));
        let expected = json!([{"i": 4, "v": expected}, {"i": 5, "v": null}]);
        assert_eq!(values, expected, "{expression}");
    }
}

/// A file that takes no byte, and a pipe that nobody reads.
fn unwritable() -> [File; 2] {
    let full = File::options().write(true).open("/dev/full");
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    [
        full.expect("a device of Linux"),
        OwnedFd::from(writer).into(),
    ]
}

/// An import of a blob and of a malformed file.
fn import(folder: &Path, out: &str, arguments: &[&str]) -> Command {
    let source = folder.join("source");
    fs::create_dir_all(&source).expect("a folder");
    fs::write(source.join("a.blob"), blob(60).as_slice()).expect("a file");
    fs::write(source.join("b.hex"), "0x00").expect("a file");
    let mut command = program(&["import", text(&source), "--out", text(&folder.join(out))]);
    command.args(arguments);
    command
}

#[test]
fn an_import_whose_report_cannot_be_written_is_a_fault_and_prints_what_it_found() {
    let folder = tempfile::tempdir().expect("a folder");
    for (form, arguments) in [("text", &[][..]), ("json", &["--json"])] {
        for (case, output) in unwritable().into_iter().enumerate() {
            let mut command = import(folder.path(), &format!("{form}{case}"), arguments);
            let output = command.stdout(output).output().expect("the program starts");
            let messages = errors(&output);
            assert_eq!(output.status.code(), Some(4), "{form} {case}: {messages}");
            let mut lines = messages.lines();
            let found = lines.next().unwrap_or_default();
            assert!(found.contains("b.hex: "), "{form} {case}: {messages}");
            let last = lines.next().unwrap_or_default();
            let expected = "error: standard output: ";
            assert!(last.starts_with(expected), "{form} {case}: {messages}");
            assert_eq!(lines.next(), None, "{form} {case}: {messages}");
        }
    }
}

#[test]
fn a_scheduler_that_cannot_print_its_address_is_a_fault() {
    for output in unwritable() {
        let mut command = program(&["scheduler", "--listen", "127.0.0.1:0"]);
        let mut process = Process::start(command.stdout(output).stderr(Stdio::null()));
        assert_eq!(process.wait(Duration::from_secs(60)), Some(4));
    }
}

#[test]
fn a_help_text_that_cannot_be_written_is_a_fault() {
    for option in ["--help", "--version"] {
        for output in unwritable() {
            let output = program(&[option]).stdout(output).output();
            let output = output.expect("the program starts");
            let message = errors(&output);
            assert_eq!(output.status.code(), Some(4), "{option}: {message}");
            assert!(message.starts_with("error: standard output: "), "{message}");
        }
        assert!(!printed(&[option]).is_empty(), "{option}");
    }
}

#[test]
fn messages_that_cannot_be_written_change_no_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    for (case, output) in unwritable().into_iter().enumerate() {
        let mut command = import(folder.path(), &format!("out{case}"), &[]);
        let status = command.stderr(output).output().expect("the program starts");
        assert_eq!(status.status.code(), Some(3), "import {case}");
    }
    for (case, output) in unwritable().into_iter().enumerate() {
        let mut command = program(&["SELEC 1"]);
        let status = command.stderr(output).status().expect("the program starts");
        assert_eq!(status.code(), Some(2), "statement {case}");
    }
    for (case, output) in unwritable().into_iter().enumerate() {
        let mut command = program(&["--nothing"]);
        let status = command.stderr(output).status().expect("the program starts");
        assert_eq!(status.code(), Some(2), "option {case}");
    }
    for (case, output) in unwritable().into_iter().enumerate() {
        let mut command = program(&["SELECT 1 AS a", "--csv"]);
        let output = command.env("RUST_LOG", "trace").stderr(output).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "logs {case}");
        assert_eq!(output.stdout, b"a\n1\n", "logs {case}");
    }
}
