//! Shards of a job, and joining them.

use super::*;
use crate::manifest::MANIFEST;
use crate::run::to_folder;

pub(super) const COUNT: u32 = 3;

/// A folder with a file that is given and a folder that is given, whose files have 0 to 3 blobs.
pub(super) fn inputs_in(root: &Path) -> PathBuf {
    let folder = root.join("tree");
    fs::create_dir_all(folder.join("below")).unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    for number in 0..20_usize {
        let name = format!("{}{number}", if number % 2 == 0 { "" } else { "below/" });
        let length = [0, 1, 130_000, 126_945, 300_000][number % 5];
        fs::write(folder.join(name), vec![number as u8; length]).unwrap();
    }
    fs::write(root.join("alone"), vec![9; 140_000]).unwrap();
    folder
}

pub(super) fn inputs(root: &Path) -> Vec<Input> {
    vec![
        Input::folder(root.join("tree")),
        Input::file(root.join("alone")),
    ]
}

pub(super) fn options() -> PipelineOptions {
    PipelineOptions::default()
        .with_proofs(Proofs::Both)
        .with_emit([Artefact::Blobs, Artefact::Cells])
}

pub(super) fn shard(index: u32) -> PipelineOptions {
    options().with_shard(Some(Shard::new(index, COUNT).unwrap()))
}

/// The files below a folder but reports, by their names.
pub(super) fn files_in(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for kind in ["", "blobs", "cells"] {
        for entry in fs::read_dir(dir.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(dir)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if path.is_file() && !name.starts_with("report") {
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

pub(super) fn whole(root: &Path) -> PathBuf {
    inputs_in(root);
    let out = root.join("whole");
    pipeline(&options()).run(inputs(root), &out).unwrap();
    out
}

#[test]
fn merged_shards_are_the_folder_of_a_whole_job() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let expected = files_in(&whole(root));
    let out = root.join("out");
    // The last shard first, and the middle one killed on the way.
    let mut reports = BTreeMap::new();
    let last = pipeline(&shard(2)).run(inputs(root), &out).unwrap();
    assert!(last.verification.passed());
    reports.insert(2, last);
    let middle = pipeline(&shard(1));
    let killed = to_folder::run(&middle.job, inputs(root), &out, Disk::killed_after(40));
    assert!(killed.error.is_some());
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("missing shards: 0/3"), "{message}");
    reports.insert(0, pipeline(&shard(0)).run(inputs(root), &out).unwrap());
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("shard 1/3 is not finished"), "{message}");
    assert!(!out.join(MANIFEST).exists());
    let resumed = pipeline(&shard(1)).run(inputs(root), &out).unwrap();
    assert!(resumed.resumed.as_ref().unwrap().kept_blobs > 0);
    reports.insert(1, resumed);
    // Each blob was done by one shard.
    let blobs: u64 = reports.values().map(|report| report.blobs).sum();
    let count = expected
        .keys()
        .filter(|name| name.starts_with("blobs/"))
        .count();
    assert_eq!(blobs, count as u64);
    for report in reports.values() {
        assert!(report.inputs > 0 && report.inputs < 20, "{}", report.inputs);
    }
    let union: BTreeMap<String, Vec<u8>> = (0..COUNT)
        .flat_map(|index| files_in(&out.join(Shard::new(index, COUNT).unwrap().folder())))
        .filter(|(name, _)| name != MANIFEST)
        .collect();
    let artefacts: BTreeMap<String, Vec<u8>> = expected
        .clone()
        .into_iter()
        .filter(|(name, _)| name != MANIFEST && name != layout::JOB_LOCK)
        .collect();
    assert!(union == artefacts);
    // A shard is verified and restored alone.
    let one = out.join("shard-1-of-3");
    assert!(verify(&one).passed());
    let part = root.join("part");
    let restored = restore(&one, &part).unwrap();
    assert_eq!(restored.files, reports[&1].inputs);
    assert!(
        describe_shards(&out)
            .unwrap()
            .contains("`kzg merge` joins them")
    );

    let lock = crate::folder::lock::lock_job(&out).unwrap();
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("another process works"), "{message}");
    drop(lock);
    let report = merge(&out).unwrap();
    assert_eq!(
        (report.shards, report.inputs, report.blobs),
        (COUNT, 21, blobs)
    );
    assert!(files_in(&out) == expected);
    assert!(verify(&out).passed());
    let resumed = pipeline(&options().with_resume(true))
        .run(inputs(root), &out)
        .unwrap();
    assert_eq!(resumed.resumed.unwrap().kept_blobs, blobs);
    assert!(files_in(&out) == expected);
    let back = root.join("back");
    // Each file is compared with its hash.
    assert_eq!(restore(&out, &back).unwrap().files, 21);
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("nothing to merge"), "{message}");
    let again = pipeline(&shard(0)).run(inputs(root), &out).unwrap_err();
    assert!(again.to_string().contains("merged already"), "{again}");
}

#[test]
fn a_shard_in_the_folder_of_a_job_without_shards_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let out = whole(root);
    let expected = files_in(&out);
    let refused = pipeline(&shard(0)).run(inputs(root), &out).unwrap_err();
    let message = refused.to_string();
    // The folder does not show which of the two it is.
    assert!(message.contains("or the job had no shards"), "{message}");
    assert!(files_in(&out) == expected);
}

/// The path that decides is the one below the argument, however the argument is written.
#[cfg(unix)]
#[test]
fn the_shard_of_a_file_does_not_depend_on_how_its_folder_is_named() {
    use std::os::unix::ffi::OsStrExt;

    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let folder = root.join("tree");
    fs::create_dir(&folder).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"not\xffUnicode");
    let names = [name, "a".as_ref(), "b".as_ref()];
    for name in names {
        fs::write(folder.join(name), "bytes").unwrap();
    }
    std::os::unix::fs::symlink(&folder, root.join("link")).unwrap();
    // Two arguments with the same paths below them.
    let other = root.join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a"), "other bytes").unwrap();
    for (number, tree) in ["tree", "./tree", "other/../tree", "link", "tree/../tree/."]
        .iter()
        .enumerate()
    {
        for (index, shard) in (0..COUNT).map(|index| (index, shard(index))) {
            let out = root.join(format!("out-{number}"));
            let inputs = vec![Input::folder(root.join(tree)), Input::folder(&other)];
            let report = pipeline(&shard).run(inputs, &out).unwrap();
            let has = |name: &[u8]| Shard::new(index, COUNT).unwrap().has(name);
            let both = 2 * u64::from(has(b"a")) + u64::from(has(b"b"));
            assert_eq!(
                report.inputs,
                both + u64::from(has(name.as_bytes())),
                "{tree}"
            );
        }
        assert_eq!(
            merge(&root.join(format!("out-{number}"))).unwrap().inputs,
            4
        );
    }
}

#[test]
fn shards_that_do_not_belong_together_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    inputs_in(root);
    let out = root.join("out");
    assert!(merge(&out).is_err());
    for index in 0..2 {
        pipeline(&shard(index)).run(inputs(root), &out).unwrap();
    }
    // A file has grown before the last shard has counted it.
    let grown = (0..20).map(|number| {
        format!(
            "tree/{}{number}",
            if number % 2 == 0 { "" } else { "below/" }
        )
    });
    for name in grown {
        let path = root.join(name);
        let mut content = fs::read(&path).unwrap();
        content.extend(vec![1; 200_000]);
        fs::write(path, content).unwrap();
    }
    pipeline(&shard(2)).run(inputs(root), &out).unwrap();
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("does not fit to the others"), "{message}");
    assert!(!out.join(MANIFEST).exists() && !out.join("blobs").exists());

    // Inputs that cannot be counted by their lengths, and options that would need other shards.
    let stream = Input::reader("stream", &b"bytes"[..]);
    let refused = |options: PipelineOptions, input: Input| {
        let dir = root.join("refused");
        let error = pipeline(&options).run(vec![input], &dir).unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::Configuration { .. }),
            "{error}"
        );
        error.to_string()
    };
    let message = refused(shard(0), stream);
    assert!(
        message.contains("stream: the blobs of a shard"),
        "{message}"
    );
    let file = || Input::file(root.join("alone"));
    let raw = shard(0).with_encoding(Encoding::Raw);
    refused(raw, file().holding_blobs(None));
    refused(shard(0).with_emit([Artefact::Bundles]), file());
    refused(shard(0).with_keep_going(true), file());
}

#[test]
fn two_runs_of_the_same_shard_at_once_lose_nothing() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let expected = files_in(&whole(root));
    let out = root.join("out");
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| pipeline(&shard(1)).run(inputs(root), &out)))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    // Either they met, and one was refused, or the second one found everything done.
    assert!(outcomes.iter().any(Result::is_ok));
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(
            error
                .to_string()
                .contains("another process works on shard 1/3"),
            "{error}"
        );
    }
    for index in [0, 2] {
        pipeline(&shard(index)).run(inputs(root), &out).unwrap();
    }
    merge(&out).unwrap();
    assert!(files_in(&out) == expected);
}
