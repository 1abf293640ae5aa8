//! Every command leaves existing files unchanged unless `--force` is given.

use std::fs;

use crate::{expect_exit, folder_with, kzg, run, sparse, stderr};

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
}

#[test]
fn the_only_file_of_a_job_is_written_to_standard_output_and_several_are_refused() {
    let input = sparse(1);
    let dir = folder_with(&input);
    let dir = dir.path();
    fs::create_dir_all(dir.join("tree/sub")).unwrap();
    fs::write(dir.join("tree/sub/file"), &input).unwrap();
    run(dir, &["pipeline", "tree", "--out", "one"], 0);
    let restored = run(dir, &["decode", "one", "--out", "-"], 0);
    assert!(restored.stdout == input);
    // Several are refused before anything is restored, so no folder for temporary files is needed.
    run(dir, &["pipeline", "input", "tree", "--out", "two"], 0);
    let arguments = ["decode", "two", "--out", "-"];
    let mut decode = kzg(dir, &arguments);
    decode.env("TMPDIR", dir.join("missing"));
    let output = expect_exit(decode.output().unwrap(), &arguments, 2);
    assert!(stderr(&output).contains("the folder holds several"));
    assert!(output.stdout.is_empty());
}

#[test]
fn the_form_of_a_target_is_checked_before_anything_is_restored() {
    let input = sparse(1);
    let dir = folder_with(&input);
    let dir = dir.path();
    fs::write(dir.join("kept"), "mine").unwrap();
    run(dir, &["pipeline", "input", "--out", "one"], 0);
    run(dir, &["pipeline", "input", "kept", "--out", "two"], 0);
    let several = ["decode", "two", "--out", "kept", "--force"];
    let message = stderr(&run(dir, &several, 2));
    assert!(message.contains("kept is no folder"), "{message}");
    assert_eq!(fs::read(dir.join("kept")).unwrap(), b"mine");
    for target in ["copy/", "copy/.", "new/.."] {
        let message = stderr(&run(dir, &["decode", "one", "--out", target], 2));
        assert!(message.contains("only input was a file"), "{message}");
    }
    assert!(!dir.join("copy").exists() && !dir.join("new").exists());
    run(dir, &["decode", "two", "--out", "copy/"], 0);
}

#[test]
fn a_link_to_a_file_stays_and_the_file_is_replaced() {
    let input = sparse(1);
    let dir = folder_with(&input);
    let dir = dir.path();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    fs::create_dir(dir.join("sub")).unwrap();
    fs::write(dir.join("sub/kept"), "mine").unwrap();
    std::os::unix::fs::symlink("sub/kept", dir.join("link")).unwrap();
    run(dir, &["decode", "out", "--out", "link"], 2);
    run(dir, &["decode", "out", "--out", "link", "--force"], 0);
    assert!(fs::symlink_metadata(dir.join("link")).unwrap().is_symlink());
    assert!(fs::read(dir.join("sub/kept")).unwrap() == input);
    assert_eq!(fs::read_dir(dir.join("sub")).unwrap().count(), 1);
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
