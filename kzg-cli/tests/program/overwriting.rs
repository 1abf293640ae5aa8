//! Every command leaves existing files unchanged unless `--force` is given.

use std::fs;

use crate::{folder_with, run, sparse, stderr};

#[test]
fn files_that_exist_stay_unless_forced() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    fs::write(dir.join("blob"), [0; 131_072]).unwrap();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    run(dir, &["cells", "blob", "--out", "cells"], 0);
    let kept = dir.join("kept");
    let mut cases = vec![
        vec!["decode", "out", "--out", "kept"],
        vec!["cells", "blob", "--out", "kept"],
        vec!["recover", "cells", "--out", "kept"],
    ];
    if cfg!(feature = "metrics") {
        cases.push(vec!["commit", "blob", "--metrics", "kept"]);
    }
    for arguments in cases {
        fs::write(&kept, "mine").unwrap();
        let output = run(dir, &arguments, 2);
        assert!(stderr(&output).contains("kept exists; --force overwrites it"));
        assert_eq!(fs::read(&kept).unwrap(), b"mine", "{arguments:?}");
        run(dir, &[&arguments[..], &["--force"]].concat(), 0);
        assert_ne!(fs::read(&kept).unwrap(), b"mine", "{arguments:?}");
    }
}

#[test]
fn a_folder_to_write_to_is_not_another_file() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    fs::write(dir.join("kept"), "mine").unwrap();
    for arguments in [
        &["pipeline", "input", "--out", "kept"][..],
        &["pipeline", "input", "--out", "kept", "--resume"],
        &["pipeline", "input", "--out", "kept", "--force"],
        &["bench", "--quick", "--out", "kept"],
    ] {
        let output = run(dir, arguments, 2);
        assert!(stderr(&output).contains("kept exists and is no folder"));
    }
    assert_eq!(fs::read(dir.join("kept")).unwrap(), b"mine");
}

#[test]
fn a_dash_is_standard_output_or_refused() {
    let input = sparse(1);
    let dir = folder_with(&input);
    let dir = dir.path();
    fs::write(dir.join("blob"), [0; 131_072]).unwrap();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    let restored = run(dir, &["decode", "out", "--out", "-"], 0);
    assert!(restored.stdout == input);
    for arguments in [
        &["decode", "out", "--out", "-", "--json"][..],
        &["pipeline", "input", "--out", "-"],
        &["cells", "blob", "--out", "-"],
        &["bench", "--out", "-"],
        &["bench", "--write-config", "-"],
    ] {
        run(dir, arguments, 2);
    }
    assert!(!dir.join("-").exists());
    run(dir, &["pipeline", "input", "blob", "--out", "two"], 0);
    run(dir, &["decode", "two", "--out", "-"], 2);
}

#[test]
fn a_device_is_not_replaced_by_a_file() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    std::os::unix::fs::symlink("/dev/null", dir.join("null")).unwrap();
    run(dir, &["decode", "out", "--out", "null", "--force"], 2);
    fs::write(dir.join("blob"), [0; 131_072]).unwrap();
    run(dir, &["cells", "blob", "--out", "null"], 0);
    assert!(fs::symlink_metadata(dir.join("null")).unwrap().is_symlink());
}
