//! The program, embedded: files as tables, forms of output, exit codes, COPY.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use kzg_traits::Blob;
use serde_json::{Value, json};

use crate::processes::{errors, failed, parsed, printed, program, skipped, text};
use crate::tables::{
    blob, development_setup, kzg, malformed_blob, proved, write_blobs, write_proved,
};

#[test]
fn names_of_files_with_patterns_are_tables_and_rows_are_printed_in_three_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let kzg = kzg();
    // A per cent sign and a space are part of the name.
    let inner = folder.path().join("a %20b");
    fs::create_dir(&inner).expect("a new folder");
    write_blobs(&inner.join("1.parquet"), 0, &[blob(1), malformed_blob(3)]);
    write_blobs(&inner.join("2.parquet"), 2, &[blob(2)]);
    fs::write(inner.join("notes.txt"), "no table").expect("a new file");
    let commitment = |seed| {
        let commitment = kzg
            .blob_to_kzg_commitment(&blob(seed))
            .expect("a canonical blob");
        format!("0x{}", hex::encode(commitment.0))
    };
    let sql = format!(
        "SELECT id, kzg_commitment(blob) AS c, kzg_error(blob) AS e FROM '{}/*.parquet' ORDER BY id",
        inner.display()
    );
    let reason = "kzg_commitment, argument blob: blob 0: field element 3: not canonical, at or \
                  above the group order";
    assert_eq!(
        parsed(&printed(&[&sql, "--json"])),
        json!([
            {"id": 0, "c": commitment(1), "e": null},
            {"id": 1, "c": null, "e": reason},
            {"id": 2, "c": commitment(2), "e": null},
        ])
    );
    let csv = printed(&[&sql, "--csv"]);
    let expected = format!(
        "id,c,e\n0,{},\n1,,\"{reason}\"\n2,{},\n",
        commitment(1),
        commitment(2)
    );
    assert_eq!(csv, expected);
    let table = printed(&[&sql]);
    assert!(table.contains(&commitment(2)), "{table}");
    let whole = printed(&[&format!("SELECT blob FROM '{}/2.parquet'", inner.display())]);
    assert!(whole.contains("... (131072 bytes)"), "{whole}");
    let one = printed(&[
        &format!("SELECT count(*) AS n FROM '{}/?.parquet'", inner.display()),
        "--json",
    ]);
    assert_eq!(parsed(&one), json!([{"n": 3}]));
    let none = printed(&[&format!("{sql} LIMIT 0"), "--json"]);
    assert_eq!(parsed(&none), json!([]));
    assert_eq!(printed(&[&format!("{sql} LIMIT 0"), "--csv"]), "id,c,e\n");
}

#[test]
fn a_relative_name_and_a_file_url_are_the_same_table() {
    let folder = tempfile::tempdir().expect("a folder");
    write_blobs(&folder.path().join("b.parquet"), 0, &[blob(1)]);
    let url = url::Url::from_file_path(folder.path().join("*.parquet")).expect("absolute");
    for name in ["*.parquet", "b.parquet", "./", url.as_str()] {
        let sql = format!("SELECT count(*) AS n FROM '{name}'");
        let output = program(&[&sql, "--json"])
            .current_dir(folder.path())
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{name}: {}", errors(&output));
        let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(rows, json!([{"n": 1}]), "{name}");
    }
}

#[test]
fn exit_codes_distinguish_usage_input_and_faults() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.parquet");
    fs::write(&broken, "PAR1 but nothing else").expect("a new file");
    let table = folder.path().join("t.parquet");
    write_blobs(&table, 0, &[blob(1)]);
    for (sql, expected) in [
        ("SELEC 1", 2),
        ("SELECT kzg_commitment(1, 2)", 2),
        ("SELECT * FROM nothing", 2),
        (&format!("SELECT nothing FROM '{}'", table.display()), 2),
        (
            &format!(
                "SELECT kzg_error('kzg_nothing', blob) FROM '{}'",
                table.display()
            ),
            2,
        ),
        ("SELECT * FROM '[.parquet'", 2),
        ("SELECT * FROM 'foo://host/nowhere.parquet'", 2),
        ("SELECT * FROM 'foo://host/*.parquet'", 2),
        ("COPY (SELECT 1 AS n) TO 'foo://host/a.parquet'", 2),
        ("SELECT * FROM 'file:///%FF.parquet'", 2),
        ("SELECT * FROM 'file:///nowhere.parquet#1'", 2),
        ("SELECT * FROM 'file:///nowhere#1/*.parquet'", 2),
        ("SELECT * FROM 'nowhere/*.parquet'", 3),
        ("SELECT * FROM 'nowhere.parquet'", 3),
        (&format!("SELECT * FROM '{}'", broken.display()), 3),
        (
            &format!(
                "SELECT kzg_write_cells(blob, '{0}/x') FROM '{0}'",
                table.display()
            ),
            4,
        ),
    ] {
        let (exit, message) = failed(&[sql]);
        assert_eq!(exit, Some(expected), "{sql}: {message}");
        assert!(message.starts_with("error: "), "{sql}: {message}");
    }
    for arguments in [
        &["SELECT 1", "--cluster", "127.0.0.1"][..],
        &["SELECT 1", "--cluster", "::1:50050"],
        &["SELECT make_array(1)", "--csv"],
        &["SELECT named_struct('a', X'00')", "--csv"],
        &["scheduler", "--listen", "0.0.0.0:0"],
        &["scheduler", "--listen", "[::]:0"],
        &["executor", "--listen", "::"],
        &[],
    ] {
        let (exit, message) = failed(arguments);
        assert_eq!(exit, Some(2), "{arguments:?}: {message}");
    }
    let setup = development_setup(folder.path());
    let points = fs::read_to_string(&setup).expect("the setup");
    let mut lines: Vec<&str> = points.lines().collect();
    // Two points of the Lagrange form: each point is valid, the setup is not.
    lines.swap(2, 3);
    let swapped = folder.path().join("swapped.txt");
    fs::write(&swapped, lines.join("\n")).expect("a new file");
    for setup in [&broken, &swapped] {
        let (exit, message) = failed(&["SELECT 1", "--trusted-setup", text(setup)]);
        assert_eq!(exit, Some(3), "{message}");
    }
}

#[test]
fn a_file_without_permission_is_bad_input_and_a_target_without_it_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the owner");
    };
    allow(folder.path(), 0o755);
    let readable = folder.path().join("readable.parquet");
    write_blobs(&readable, 0, &[blob(1)]);
    let hidden = folder.path().join("hidden.parquet");
    write_blobs(&hidden, 0, &[blob(1)]);
    allow(&hidden, 0);
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("a new folder");
    allow(&closed, 0);
    // Root reads every file.
    let run = |sql: &str| {
        let mut command = program(&[sql]);
        if fs::File::open(&hidden).is_ok() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output()
    };
    if !run("SELECT 1").is_ok_and(|output| output.status.success()) {
        skipped("the program cannot run as another user");
        return;
    }
    let copy = |name: &str| {
        let folder = folder.path().display();
        format!("COPY (SELECT * FROM '{folder}/{name}') TO '{folder}/closed/copy.parquet'")
    };
    let folder = folder.path().display();
    for (sql, expected) in [
        (format!("SELECT * FROM '{folder}/readable.parquet'"), 0),
        (format!("SELECT * FROM '{folder}/hidden.parquet'"), 3),
        (format!("SELECT * FROM '{folder}/closed/*.parquet'"), 3),
        (format!("SELECT * FROM '{folder}/*.parquet'"), 3),
        (copy("hidden.parquet"), 3),
        (copy("readable.parquet"), 4),
    ] {
        let output = run(&sql).expect("the program starts");
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{sql}: {}",
            errors(&output)
        );
    }
    // The folder is removed at the end.
    allow(&closed, 0o755);
}

/// The user and the group that own no files.
const NOBODY: u32 = 65_534;

#[test]
fn a_statement_comes_from_standard_input() {
    let mut child = program(&["-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(b"SELECT kzg_error(X'00') IS NULL AS a")
        .expect("an open pipe");
    drop(input);
    let output = child.wait_with_output().expect("a child");
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rows, json!([{"a": false}]));
}

#[test]
fn a_copy_has_small_row_groups_without_dictionaries_and_verifies_when_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("blobs.parquet");
    let blobs: Vec<Box<Blob>> = (0..40).map(blob).collect();
    write_blobs(&source, 0, &blobs);
    let copied = folder.path().join("proved.parquet");
    let copy = format!(
        "COPY (SELECT id, blob, c AS commitment, kzg_blob_proof(blob, c) AS proof FROM (SELECT id, \
         blob, kzg_commitment(blob) AS c FROM '{}')) TO '{}' STORED AS PARQUET",
        source.display(),
        copied.display()
    );
    assert_eq!(parsed(&printed(&[&copy, "--json"])), json!([{"count": 40}]));
    let reader = SerializedFileReader::new(fs::File::open(&copied).expect("the copy"));
    let reader = reader.expect("a Parquet file");
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.iter().map(|group| group.num_rows()).sum::<i64>(), 40);
    for group in groups {
        assert!(group.num_rows() <= 32, "{} rows", group.num_rows());
        let columns = group.columns().iter();
        assert!(
            columns
                .into_iter()
                .all(|column| column.dictionary_page_offset().is_none())
        );
    }
    let verify = format!(
        "SELECT count(*) AS n, bool_and(kzg_verify_blob(blob, commitment, proof)) AS ok FROM '{}'",
        copied.display()
    );
    assert_eq!(
        parsed(&printed(&[&verify, "--json"])),
        json!([{"n": 40, "ok": true}])
    );
}

#[test]
fn a_copy_of_wide_text_and_of_nested_blobs_has_several_row_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("blobs.parquet");
    let blobs: Vec<Box<Blob>> = (0..40).map(blob).collect();
    write_blobs(&source, 0, &blobs);
    for (statement, column, most) in [
        ("COPY", "encode(blob, 'hex')", 16),
        ("COPY", "named_struct('blob', blob)", 32),
        ("COPY", "make_array(blob)", 32),
        ("EXPLAIN ANALYZE COPY", "blob", 32),
    ] {
        let copied = folder.path().join("copied.parquet");
        let copy = format!(
            "{statement} (SELECT {column} AS h FROM '{}') TO '{}' STORED AS PARQUET",
            source.display(),
            copied.display()
        );
        printed(&[&copy]);
        let rows = rows_of_groups(&copied);
        assert_eq!(rows.iter().sum::<i64>(), 40, "{column}: {rows:?}");
        assert!(rows.len() >= 2, "{column}: {rows:?}");
        assert!(rows.iter().all(|&rows| rows <= most), "{column}: {rows:?}");
        fs::remove_file(copied).expect("the copy");
    }
}

#[test]
fn a_copy_to_a_url_with_a_fragment_is_refused_and_writes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display();
    for target in [
        format!("file://{path}/a.parquet#1"),
        format!("file://{path}/a.parquet?1"),
        format!("{path}/a[1].parquet"),
    ] {
        for before in ["", "EXPLAIN ", "EXPLAIN ANALYZE "] {
            let copy = format!("{before}COPY (SELECT 1 AS n) TO '{target}' STORED AS PARQUET");
            let (exit, message) = failed(&[&copy]);
            assert_eq!(exit, Some(2), "{copy}: {message}");
        }
    }
    let mut files = fs::read_dir(folder.path()).expect("a folder");
    assert!(files.next().is_none());
    // In a path, the character is a part of the name.
    let path = folder.path().join("a#1.parquet");
    let copy = format!("COPY (SELECT 1 AS n) TO '{}'", path.display());
    printed(&[&copy]);
    assert_eq!(rows_of_groups(&path), [1]);
}

/// The rows of each row group of a Parquet file.
fn rows_of_groups(path: &Path) -> Vec<i64> {
    let reader = SerializedFileReader::new(fs::File::open(path).expect("a file"));
    let reader = reader.expect("a Parquet file");
    let groups = reader.metadata().row_groups().iter();
    groups.map(|group| group.num_rows()).collect()
}

#[test]
fn a_narrow_copy_keeps_row_groups_of_the_engine() {
    let folder = tempfile::tempdir().expect("a folder");
    let copied = folder.path().join("numbers.parquet");
    let copy = format!(
        "COPY (SELECT value FROM range(0, 5000)) TO '{}' STORED AS PARQUET",
        copied.display()
    );
    printed(&[&copy]);
    assert_eq!(rows_of_groups(&copied), [5000]);
}

#[test]
fn the_result_does_not_depend_on_the_number_of_partitions() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in 0..3 {
        let blobs: Vec<_> = (0..3).map(|row| blob(3 * file + row)).collect();
        let path = folder.path().join(format!("{file}.parquet"));
        write_blobs(&path, 3 * file as i64, &blobs);
    }
    let sql = format!(
        "SELECT id, kzg_commitment(blob) AS c FROM '{}/*.parquet' ORDER BY id",
        folder.path().display()
    );
    let one = printed(&[&sql, "--csv", "--partitions", "1"]);
    assert_eq!(one.lines().count(), 10);
    assert_eq!(printed(&[&sql, "--csv", "--partitions", "7"]), one);
}

#[test]
fn another_trusted_setup_gives_other_commitments() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = development_setup(folder.path());
    let table = folder.path().join("t.parquet");
    write_blobs(&table, 0, &[blob(1)]);
    let sql = format!(
        "SELECT kzg_commitment(blob) AS c FROM '{}'",
        table.display()
    );
    let mainnet = printed(&[&sql, "--json"]);
    assert_ne!(
        printed(&[&sql, "--json", "--trusted-setup", text(&setup)]),
        mainnet
    );
}

#[test]
fn one_false_proof_among_256_rows_of_files_is_the_one_that_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let kzg = kzg();
    let some: Vec<_> = (50..54).map(|seed| proved(&kzg, seed)).collect();
    for file in 0..2 {
        let mut rows: Vec<_> = (0..128).map(|row| some[row % some.len()].clone()).collect();
        if file == 1 {
            rows[72].proof = some[1].proof;
        }
        write_proved(
            &folder.path().join(format!("{file}.parquet")),
            128 * file,
            &rows,
        );
    }
    let sql = format!(
        "SELECT id FROM '{}/*.parquet' WHERE NOT kzg_verify_blob(blob, commitment, proof)",
        folder.path().display()
    );
    assert_eq!(parsed(&printed(&[&sql, "--json"])), json!([{"id": 200}]));
}
