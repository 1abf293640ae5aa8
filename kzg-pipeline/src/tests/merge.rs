//! Merges that are killed or refused: files in the places of artefacts, and damaged manifests.

use super::shards::{COUNT, files_in, inputs, inputs_in, options, shard, whole};
use super::*;
use crate::manifest::{MANIFEST, Record};
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

/// The folder of all shards of a job over [`inputs`].
fn all_shards(root: &Path) -> PathBuf {
    let out = root.join("out");
    for index in 0..COUNT {
        pipeline(&shard(index))
            .run(inputs(root), &out)
            .expect("a finished run");
    }
    out
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
    let out = all_shards(root);
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

#[test]
fn a_merge_that_was_killed_is_completed() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let expected = files_in(&whole(root));
    let out = all_shards(root);
    // Some of the files were moved.
    fs::create_dir_all(out.join("blobs")).unwrap();
    let first = fs::read_dir(out.join("shard-0-of-3/blobs")).unwrap();
    let first = first.map(|entry| entry.unwrap().path()).min().unwrap();
    fs::rename(&first, out.join("blobs").join(first.file_name().unwrap())).unwrap();
    // No process may work on a shard meanwhile.
    let lock = crate::folder::lock::lock_shard(&out, Shard::new(1, COUNT).unwrap()).unwrap();
    let message = merge(&out).unwrap_err().to_string();
    assert!(
        message.contains("another process works on shard 1/3"),
        "{message}"
    );
    drop(lock);
    let left = out.join("shard-1-of-3").join(MANIFEST);
    let manifest = fs::read(&left).unwrap();
    // A merge that is killed leaves the manifest that it was writing.
    for name in ["manifest.jsonl.tmp", "manifest.jsonl.tmp-1"] {
        fs::write(out.join(name), &manifest[..40]).unwrap();
    }
    let report = merge(&out).unwrap();
    assert!(files_in(&out) == expected);
    // Killed when all but one of the shards were cleaned up.
    fs::write(&left, &manifest).unwrap();
    fs::write(out.join("manifest.jsonl.tmp"), &manifest[..40]).unwrap();
    assert_eq!(merge(&out).unwrap(), report);
    assert!(files_in(&out) == expected && !left.exists());
    // The manifest of another job stays, and so do the shards.
    fs::write(&left, &manifest).unwrap();
    let artefact = out.join("shard-1-of-3/blobs/00000000.blob");
    fs::create_dir_all(artefact.parent().unwrap()).unwrap();
    fs::write(&artefact, "a blob").unwrap();
    let message = merge(&out).unwrap_err().to_string();
    assert!(message.contains("not part of it"), "{message}");
    assert!(files_in(&out) == expected && left.exists());
}

/// A line that is damaged is a fault of the data, and the message names the file.
#[test]
fn damaged_lines_of_shards_and_of_a_merged_job_are_named_with_their_file() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    inputs_in(root);
    let out = root.join("out");
    pipeline(&shard(0)).run(inputs(root), &out).unwrap();
    let described = describe_shards(&out).unwrap();
    assert!(
        described.contains("1/3, 2/3") && !described.contains("--shard 1/3, "),
        "{described}"
    );
    for index in 1..COUNT {
        pipeline(&shard(index)).run(inputs(root), &out).unwrap();
    }
    let left = out.join("shard-1-of-3").join(MANIFEST);
    let manifest = fs::read(&left).unwrap();
    let mut damaged = manifest.clone();
    damaged[200] ^= 1;
    let refused = |path: &Path, hint: &str| {
        let error = merge(&out).unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::DataValidation { .. }),
            "{error}"
        );
        let message = error.to_string();
        assert!(message.contains(&path.display().to_string()), "{message}");
        assert!(
            message.contains("line ") && message.contains(hint),
            "{message}"
        );
    };
    fs::write(&left, &damaged).unwrap();
    refused(&left, "run the shard again");
    fs::write(&left, &manifest).unwrap();
    merge(&out).unwrap();
    // Killed before the last shard was cleaned up, and the manifest of the whole job is damaged.
    fs::write(&left, &manifest).unwrap();
    let whole = out.join(MANIFEST);
    let mut text = fs::read(&whole).unwrap();
    text[200] ^= 1;
    fs::write(&whole, text).unwrap();
    refused(&whole, "");
}

/// A merge replaces no file. A merge that was killed and a shard that was run again leave the same file in
/// both folders.
#[test]
fn an_artefact_in_the_place_of_another_one_is_not_replaced() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let expected = files_in(&whole(root));
    let out = all_shards(root);
    for name in ["blobs/00000003.blob", "cells/00000003.cells"] {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut other = expected[name].clone();
        *other.last_mut().unwrap() ^= 1;
        for content in [&other[..], b"notes", b""] {
            fs::write(&path, content).unwrap();
            let before = contents(&out);
            let error = merge(&out).unwrap_err();
            assert!(matches!(error, KzgAdvancedError::Configuration { .. }));
            assert!(error.to_string().contains(name), "{error}");
            assert!(contents(&out) == before, "{name}");
        }
        fs::write(&path, &expected[name]).unwrap();
    }
    merge(&out).unwrap();
    assert!(files_in(&out) == expected);
}

/// The lengths in each manifest fit in 64 bits, but not those in all of them.
#[test]
fn lengths_that_are_too_large_together_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    inputs_in(root);
    let out = root.join("out");
    for index in 0..COUNT {
        pipeline(&shard(index)).run(inputs(root), &out).unwrap();
        let folder = out.join(Shard::new(index, COUNT).unwrap().folder());
        let mut reader = ManifestReader::open(&folder).unwrap();
        let (mut text, mut bytes) = (String::new(), u64::MAX / 2);
        while let Some(line) = reader.next_line().unwrap() {
            let mut record = line.record;
            match &mut record {
                // The first input has all bytes.
                Record::InputEnd(end) => end.bytes = std::mem::take(&mut bytes),
                Record::End(end) => end.bytes = u64::MAX / 2,
                _ => {}
            }
            text += &record.to_line();
        }
        fs::write(folder.join(MANIFEST), text).unwrap();
    }
    let error = merge(&out).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the sum of the lengths exceeds 64 bits"),
        "{error}"
    );
    assert!(!out.join(MANIFEST).exists());
}

/// A link in the place of a lost artefact must not replace the artefact that a killed merge has moved.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_replaces_no_artefact() {
    let root = tempfile::tempdir().unwrap();
    let (out, _) = finished_shards(root.path());
    let (from, name) = (0..COUNT)
        .map(|index| out.join(shard(index).shard.unwrap().folder()))
        .map(|folder| (folder.join("blobs/00000000.blob"), "blobs/00000000.blob"))
        .find(|(from, _)| from.exists())
        .unwrap();
    fs::create_dir(out.join("blobs")).unwrap();
    fs::rename(&from, out.join(name)).unwrap();
    let moved = fs::read(out.join(name)).unwrap();
    std::os::unix::fs::symlink("nowhere", &from).unwrap();
    let refused = merge(&out).unwrap_err();
    assert!(refused.to_string().contains("leads nowhere"), "{refused}");
    assert!(fs::read(out.join(name)).unwrap() == moved);
}
