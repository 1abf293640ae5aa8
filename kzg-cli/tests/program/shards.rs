//! `kzg pipeline --shard` and `kzg merge`, in processes of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::{json, kzg, run, stderr};

const JOB: [&str; 6] = ["pipeline", "tree", "--out", "out", "--proofs", "blob"];

/// A folder with thirty files of two blobs each.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(dir.path().join("tree/below")).expect("created");
    for number in 0..30_u8 {
        let name = format!(
            "tree/{}{number}",
            if number % 3 == 0 { "below/" } else { "" }
        );
        let content = crate::sparse(1 + usize::from(number % 2));
        let content = [content, vec![number; 9]].concat();
        fs::write(dir.path().join(name), content).expect("written");
    }
    dir
}

/// The manifest and the blobs of a folder.
fn artefacts(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let blobs = fs::read_dir(dir.join("blobs")).expect("a folder of blobs");
    let blobs = blobs.map(|entry| entry.expect("an entry").path());
    let files = blobs.chain([dir.join("manifest.jsonl")]);
    files
        .map(|path| {
            let name = path.strip_prefix(dir).expect("below").display().to_string();
            (name, fs::read(path).expect("read"))
        })
        .collect()
}

#[test]
fn three_processes_one_of_them_killed_do_what_one_does() {
    let dir = tree();
    let dir = dir.path();
    run(
        dir,
        &["pipeline", "tree", "--out", "whole", "--proofs", "blob"],
        0,
    );
    let expected = artefacts(&dir.join("whole"));
    let shard = |index: usize| [&JOB[..], &["--shard", ["0/3", "1/3", "2/3"][index]]].concat();
    let mut children: Vec<_> = (0..3)
        .map(|index| kzg(dir, &shard(index)).spawn().expect("started"))
        .collect();
    // Killed as soon as it has written a blob, if it still runs.
    let written = dir.join("out/shard-1-of-3/blobs");
    let has_blob = || fs::read_dir(&written).is_ok_and(|mut entries| entries.next().is_some());
    while !has_blob() && children[1].try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    children[1].kill().expect("a child");
    let statuses: Vec<_> = children
        .iter_mut()
        .map(|child| child.wait().expect("a child").success())
        .collect();
    assert!(statuses[0] && statuses[2]);
    if !statuses[1] {
        let message = stderr(&run(dir, &["merge", "out"], 2));
        assert!(message.contains("1/3"), "{message}");
    }
    // Messages about shards that are not merged.
    for command in [&["verify", "out"][..], &["decode", "out", "--out", "back"]] {
        let message = stderr(&run(dir, command, 3));
        assert!(message.contains("`kzg merge`"), "{message}");
    }
    let message = stderr(&run(dir, &[&JOB[..], &["--resume"]].concat(), 2));
    assert!(message.contains("`kzg merge`"), "{message}");

    let report = json(&run(dir, &[&shard(1)[..], &["--json"]].concat(), 0));
    let done = report["resumed"]["kept_blobs"].as_u64().expect("a number");
    assert!(done <= report["blobs"].as_u64().expect("a number"));
    let merged = json(&run(dir, &["merge", "out", "--json"], 0));
    assert_eq!(
        (&merged["shards"], &merged["inputs"]),
        (&3.into(), &30.into())
    );
    assert!(artefacts(&dir.join("out")) == expected);
    run(dir, &["verify", "out"], 0);
    run(dir, &["decode", "out", "--out", "back"], 0);
    for number in ["1", "below/3"] {
        let back = fs::read(dir.join("back/tree").join(number)).expect("restored");
        assert!(back == fs::read(dir.join("tree").join(number)).expect("read"));
    }
    run(dir, &[&JOB[..], &["--resume"]].concat(), 0);
    let message = stderr(&run(dir, &shard(0), 2));
    assert!(message.contains("merged already"), "{message}");
}

#[test]
fn two_processes_with_the_same_shard_lose_nothing() {
    let dir = tree();
    let dir = dir.path();
    let job = [&JOB[..], &["--shard", "0/1"]].concat();
    let children = [0, 1].map(|_| kzg(dir, &job).spawn().expect("started"));
    let codes = children.map(|mut child| child.wait().expect("a child").code());
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(
        codes.iter().all(|code| matches!(code, Some(0 | 2))),
        "{codes:?}"
    );
    run(dir, &["merge", "out"], 0);
    run(dir, &["verify", "out"], 0);
    run(
        dir,
        &["pipeline", "tree", "--out", "whole", "--proofs", "blob"],
        0,
    );
    assert!(artefacts(&dir.join("out")) == artefacts(&dir.join("whole")));
}

#[test]
fn a_shard_without_inputs_is_finished_and_holds_nothing() {
    let dir = crate::folder_with(&crate::sparse(1));
    let dir = dir.path();
    let job = ["pipeline", "input", "--out", "out", "--shard"];
    let mut empty = Vec::new();
    for (shard, folder) in [("0/2", "out/shard-0-of-2"), ("1/2", "out/shard-1-of-2")] {
        for _ in 0..2 {
            let output = run(dir, &[&job[..], &[shard]].concat(), 0);
            let message = stderr(&output);
            assert!(!message.contains("damaged items"), "{message}");
            assert!(crate::line(&output).contains("kzg merge"));
        }
        let report = json(&run(dir, &[&job[..], &[shard, "--json"]].concat(), 0));
        assert_eq!(report["outcome"], "complete");
        if report["inputs"] == 0 {
            empty.push(folder);
        }
    }
    let [empty] = empty[..] else {
        panic!("{empty:?} have no input");
    };
    // Every command says that there is nothing in it.
    for command in [
        &["verify", empty][..],
        &["decode", empty, "--out", "back"],
        &["decode", empty, "--out", "-"],
    ] {
        let message = stderr(&run(dir, command, 3));
        assert!(message.contains("there is no input"), "{message}");
    }
    assert!(!dir.join("back").exists());
    let report = format!("{empty}/report.json");
    for target in [empty, &report] {
        let found = json(&run(dir, &["inspect", target, "--json"], 0));
        assert_eq!(found.get("valid"), None, "{found}");
    }
    run(dir, &["merge", "out"], 0);
    run(dir, &["verify", "out"], 0);
}

#[test]
fn shards_that_make_no_sense_are_refused() {
    let dir = tree();
    let dir = dir.path();
    for shard in ["3/3", "0/0", "1/0", "+1/2", "0/70000", "x", "1"] {
        let message = stderr(&run(dir, &[&JOB[..], &["--shard", shard]].concat(), 2));
        assert!(message.contains("I/N"), "{message}");
    }
    let auto = ["--shard", "0/2", "--input-format", "auto"];
    let message = stderr(&run(dir, &[&JOB[..], &auto].concat(), 2));
    assert!(message.contains("counted by the lengths"), "{message}");
    run(dir, &["merge", "tree"], 2);
    run(dir, &["merge", "missing"], 3);
}
