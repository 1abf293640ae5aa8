//! Names of files after a job and its restoration.

use super::*;

/// Runs a job over a folder and restores it.
fn round_trip(root: &Path) -> (tempfile::TempDir, DecodeReport) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    pipeline(&PipelineOptions::default())
        .run(vec![Input::folder(root)], &out)
        .unwrap();
    assert!(verify(&out).passed());
    let report = restore(&out, &dir.path().join("back")).unwrap();
    assert!(report.verification.passed(), "{report:?}");
    (dir, report)
}

#[cfg(target_os = "linux")]
#[test]
fn every_name_that_the_system_can_hold_comes_back() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("tree");
    fs::create_dir(&root).unwrap();
    let long = "n".repeat(255);
    let names: [&[u8]; 10] = [
        b"10:00:00.log",
        b"a\"quote",
        b"a_quote",
        b"README",
        b"readme",
        b"back\\slash",
        b"caf\xe9",
        b"line\nfeed",
        b" ",
        long.as_bytes(),
    ];
    for name in names {
        let path = root.join(OsStr::from_bytes(name));
        fs::write(path, [b"content of ", name].concat()).unwrap();
    }
    let (back, report) = round_trip(&root);
    assert_eq!(report.renamed, []);
    assert!(contents(&back.path().join("back/tree")) == contents(&root));
}

#[test]
fn a_folder_of_one_file_comes_back_as_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("one");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), "content").unwrap();
    let (back, report) = round_trip(&root);
    assert_eq!(report.files, 1);
    let restored = back.path().join("back/one/file");
    assert_eq!(fs::read_to_string(restored).unwrap(), "content");
}

#[test]
fn names_that_cannot_be_held_are_mapped_and_the_mapping_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let inputs = ["x", "x", "../up", "nul\0byte"].map(|name| {
        let content = std::io::Cursor::new(name.as_bytes().to_vec());
        Input::reader(name, content)
    });
    pipeline(&PipelineOptions::default())
        .run(inputs.into(), &out)
        .unwrap();
    let back = dir.path().join("back");
    let report = restore(&out, &back).unwrap();
    assert_eq!((report.files, report.renamed.len()), (4, 3));
    let mut restored: Vec<(String, String)> = Vec::new();
    for renamed in &report.renamed {
        let content = fs::read_to_string(back.join(&renamed.restored)).unwrap();
        assert_eq!(Some(&content), renamed.path.as_ref());
        restored.push((content, renamed.restored.clone()));
    }
    assert_eq!(fs::read_to_string(back.join("x")).unwrap(), "x");
    assert!(
        restored.contains(&("../up".to_owned(), "up".to_owned())),
        "{restored:?}"
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["renamed"][0]["input"], 1);
}

#[cfg(unix)]
#[test]
fn modes_are_restored_and_entries_that_are_not_kept_are_listed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("tree");
    fs::create_dir_all(root.join("bare")).unwrap();
    fs::write(root.join("script"), "#!/bin/sh").unwrap();
    fs::set_permissions(root.join("script"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("script", root.join("link")).unwrap();
    let (back, _) = round_trip(&root);
    let restored = fs::metadata(back.path().join("back/tree/script")).unwrap();
    assert_eq!(restored.permissions().mode() & 0o777, 0o750);
    let mut reader = ManifestReader::open(&back.path().join("out")).unwrap();
    let mut last = None;
    while let Some(line) = reader.next_line().unwrap() {
        last = Some(line.record);
    }
    let Some(manifest::Record::End(end)) = last else {
        panic!("{last:?}")
    };
    assert_eq!(end.not_kept, 2);
    let items = end.not_kept_items.into_iter();
    let items: Vec<(String, String)> = items.map(|item| (item.path, item.reason)).collect();
    let expected = [
        ("tree/bare", "an empty folder"),
        ("tree/link", "a symbolic link"),
    ];
    assert_eq!(
        items,
        expected.map(|(path, reason)| (path.to_owned(), reason.to_owned()))
    );
}
