//! Merges that are killed, and files in the places of artefacts.

use super::shards::{COUNT, files_in, inputs, options, shard, whole};
use super::*;
use crate::manifest::MANIFEST;
use crate::merge::merge_on;

/// The folder of finished shards over small inputs, and the files of a job without shards.
fn finished_shards(root: &Path) -> (PathBuf, BTreeMap<String, Vec<u8>>) {
    let folder = root.join("tree");
    fs::create_dir_all(&folder).expect("a folder");
    for number in 0..4_u8 {
        fs::write(folder.join(number.to_string()), [number; 10]).expect("a file");
    }
    let out = root.join("out");
    let runs = (0..COUNT).map(|index| (shard(index), &out));
    let unsharded = root.join("unsharded");
    for (options, out) in runs.chain([(options(), &unsharded)]) {
        let inputs = vec![Input::folder(&folder)];
        pipeline(&options).run(inputs, out).expect("a finished run");
    }
    (out, files_in(&unsharded))
}

#[test]
fn a_merge_that_is_killed_at_any_step_is_completed() {
    for steps in 0.. {
        let root = tempfile::tempdir().unwrap();
        let (out, expected) = finished_shards(root.path());
        let killed = merge_on(&out, &Disk::killed_after(steps));
        if killed.is_ok() {
            // Four blobs with two artefacts each, and the manifest.
            assert!(steps > 8, "{steps} steps");
            assert!(files_in(&out) == expected);
            break;
        }
        assert!(!out.join(MANIFEST).exists());
        merge(&out).unwrap();
        assert!(files_in(&out) == expected, "killed after {steps} steps");
    }
}

/// The disk panics if the manifest gets its name before the names of folders are durable.
#[test]
fn folders_that_a_killed_merge_has_created_are_durable_before_the_manifest() {
    let root = tempfile::tempdir().unwrap();
    let (out, expected) = finished_shards(root.path());
    let disk = Disk::default();
    let folder = out.join("cells");
    fs::create_dir(&folder).unwrap();
    disk.created(&folder);
    merge_on(&out, &disk).unwrap();
    assert!(files_in(&out) == expected);
}

#[test]
fn a_file_in_the_place_of_a_lost_artefact_has_its_length() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let expected = files_in(&whole(root));
    let out = root.join("out");
    for index in 0..COUNT {
        pipeline(&shard(index)).run(inputs(root), &out).unwrap();
    }
    for name in ["blobs/00000003.blob", "cells/00000003.cells"] {
        let shard = |index| out.join(Shard::new(index, COUNT).unwrap().folder());
        let mut of_shard = (0..COUNT).map(|index| shard(index).join(name));
        let of_shard = of_shard.find(|path| path.exists()).unwrap();
        fs::remove_file(&of_shard).unwrap();
        let missing = merge(&out).unwrap_err().to_string();
        assert!(
            missing.contains(&format!("{name} is missing: run shard")),
            "{missing}"
        );
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let whole = &expected[name];
        for content in [&whole[1..], b"notes", b"", &[&whole[..], b"."].concat()] {
            fs::write(&path, content).unwrap();
            let before = contents(&out);
            let error = merge(&out).unwrap_err();
            assert!(
                matches!(error, KzgAdvancedError::Configuration { .. }),
                "{error}"
            );
            let reason = format!("{name} is there already and does not have the length");
            assert!(error.to_string().contains(&reason), "{error}");
            assert!(contents(&out) == before, "{name}");
        }
        fs::write(&path, whole).unwrap();
    }
    merge(&out).unwrap();
    assert!(files_in(&out) == expected);
}

#[test]
fn the_manifest_of_another_shard_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let (out, _) = finished_shards(root.path());
    let manifest = |index| {
        let folder = Shard::new(index, COUNT).unwrap().folder();
        out.join(folder).join(MANIFEST)
    };
    fs::copy(manifest(1), manifest(2)).unwrap();
    let message = merge(&out).unwrap_err().to_string();
    let expected = "the manifest in shard-2-of-3 is of another job";
    assert!(message.ends_with(expected), "{message}");
}
