//! Runs over the damaged manifest of an earlier run.

use super::resume::run_on;
use super::*;

/// Writes the files of a finished job to a new folder, with another manifest.
pub(super) fn copy_with_manifest(
    finished: &BTreeMap<PathBuf, Vec<u8>>,
    manifest: &[u8],
    out: &Path,
) {
    for (name, content) in finished {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::write(out.join(manifest::MANIFEST), manifest).unwrap();
}

/// The lines of a manifest, each with its line feed.
pub(super) fn lines_of(manifest: &[u8]) -> Vec<Vec<u8>> {
    let lines = manifest.split_inclusive(|&byte| byte == b'\n');
    lines.map(<[u8]>::to_vec).collect()
}

#[test]
fn only_what_damaged_lines_describe_is_computed_again() {
    // The lines: header, input 0, blobs 0 to 6, its end, input 1, its end, input 2, blob 7, its
    // end, end. Beside the damaged lines stands the number of blobs among them.
    let cases: [(&[usize], u64); 11] = [
        (&[1], 0),
        (&[2], 0),
        (&[3], 1),
        (&[5], 1),
        (&[3, 5, 9], 3),
        (&[8, 9, 10, 11], 2),
        (&[10], 0),
        (&[12, 13], 0),
        (&[14], 1),
        (&[16], 0),
        (&[1, 2, 4, 14, 16], 2),
    ];
    for options in every_kind() {
        let fixture = Fixture::new();
        let out = fixture.out("out");
        fixture.run(&out, &options).unwrap();
        let expected = contents(&out);
        let lines = lines_of(&expected[Path::new(manifest::MANIFEST)]);
        assert_eq!(lines.len(), 16);
        let resumed = options.clone().with_resume(true);
        for (damaged, blobs) in cases {
            let flipped: Vec<Vec<u8>> = (1..)
                .zip(&lines)
                .map(|(number, line)| {
                    let mut line = line.clone();
                    line[30] ^= u8::from(damaged.contains(&number));
                    line
                })
                .collect();
            let out = fixture.out("damaged");
            copy_with_manifest(&expected, &flipped.concat(), &out);
            let backend = Arc::new(fake());
            let pipeline = DataProcessingPipeline::new(backend.clone(), resumed.clone());
            let report = pipeline.run(fixture.inputs(), &out).unwrap();
            let taken_up = report.resumed.unwrap();
            assert_eq!(taken_up.kept_blobs, 8 - blobs, "lines {damaged:?}");
            assert_eq!(taken_up.mended, damaged.len() as u64, "{taken_up:?}");
            assert_eq!(contents(&out), expected, "lines {damaged:?}");
            if options.proofs == Proofs::Blob {
                assert_eq!(backend.committed() as u64, blobs, "lines {damaged:?}");
            }
            fs::remove_dir_all(out).unwrap();
        }
    }
}

#[test]
fn missing_and_joined_lines_cost_no_other_line() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let lines = lines_of(&expected[Path::new(manifest::MANIFEST)]);
    let without = |gone: usize| {
        let kept = (1..).zip(&lines).filter(|(number, _)| *number != gone);
        kept.flat_map(|(_, line)| line.clone()).collect::<Vec<u8>>()
    };
    let joined = |number: usize| {
        let mut lines = lines.clone();
        *lines[number - 1].last_mut().unwrap() = b' ';
        lines.concat()
    };
    for (changed, kept_blobs) in [
        (without(5), 7),
        (without(2), 8),
        (without(10), 8),
        (without(1), 8),
        (with_damage(&[&lines[..10], &lines[12..]].concat(), &[0]), 8),
        (joined(5), 8),
        (joined(10), 8),
    ] {
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &changed, &out);
        let report = fixture.run(&out, &options.clone().with_resume(true));
        assert_eq!(report.unwrap().resumed.unwrap().kept_blobs, kept_blobs);
        assert_eq!(contents(&out), expected);
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn killed_while_a_damaged_manifest_is_mended_nothing_is_lost() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    let all = lines_of(&expected[Path::new(manifest::MANIFEST)]);
    // A finished job, and one of which the first lines are there.
    for (damaged, count) in [(1, 16), (4, 16), (15, 16), (16, 16), (1, 5), (4, 11)] {
        let mut lines = all[..count].to_vec();
        lines[damaged - 1][30] ^= 1;
        for steps in 0.. {
            let root = tempfile::tempdir().unwrap();
            let out = root.path().join("out");
            copy_with_manifest(&expected, &lines.concat(), &out);
            let disk = Disk::killed_after(steps);
            let is_whole = run_on(&resumed, fixture.inputs(), &out, disk).is_ok();
            let left = lines_of(&fs::read(out.join(manifest::MANIFEST)).unwrap());
            let intact = all[..count].iter().filter(|line| lines.contains(line));
            for line in intact {
                assert!(left.contains(line), "killed after {steps} steps");
            }
            if count == all.len() {
                assert_eq!(restored_from(&out), 3, "killed after {steps} steps");
            }
            fixture.run(&out, &resumed).unwrap();
            assert_eq!(contents(&out), expected, "killed after {steps} steps");
            if is_whole {
                assert!(steps > 3, "{steps}");
                break;
            }
        }
    }
}

/// The lines of a manifest, some of them damaged. Lines are numbered from 0 here.
pub(super) fn with_damage(lines: &[Vec<u8>], damaged: &[usize]) -> Vec<u8> {
    let mut lines = lines.to_vec();
    for &number in damaged {
        lines[number][30] ^= 1;
    }
    lines.concat()
}

/// The number of inputs that are restored from a folder.
pub(super) fn restored_from(out: &Path) -> u64 {
    let back = tempfile::tempdir().unwrap();
    let restored = restore(out, &back.path().join("back"));
    restored.unwrap().files
}

/// Asserts that a folder has its artefacts, this manifest and no other file.
pub(super) fn assert_nothing_is_lost(
    out: &Path,
    finished: &BTreeMap<PathBuf, Vec<u8>>,
    manifest: &[u8],
) {
    let mut expected = finished.clone();
    expected.insert(manifest::MANIFEST.into(), manifest.to_vec());
    let mut found = contents(out);
    for files in [&mut expected, &mut found] {
        files.remove(Path::new(layout::REPORT));
    }
    assert!(found == expected, "{:?}", found.keys());
}

#[test]
fn a_run_that_fails_after_damage_loses_no_line() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    let lines = lines_of(&expected[Path::new(manifest::MANIFEST)]);
    // The lines of blobs 1 and 6, which are in different chunks, and others.
    for damaged in [&[3, 8][..], &[0, 3, 8], &[3, 8, 15]] {
        let manifest = with_damage(&lines, damaged);
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &manifest, &out);
        // The second blob that is computed again.
        let failing = fake().with_fault_at(1);
        let failing = DataProcessingPipeline::new(Arc::new(failing), resumed.clone());
        let error = failing.run(fixture.inputs(), &out).unwrap_err();
        assert!(matches!(error, KzgAdvancedError::Backend { .. }), "{error}");
        assert_nothing_is_lost(&out, &expected, &manifest);
        assert_eq!(restored_from(&out), 3);
        // The pages list the blobs of the first chunk, which this run has written.
        let page = fs::read_to_string(out.join(layout::REPORT_PAGE)).unwrap();
        let blobs = super::report_pages::rows(&page, "blobs");
        assert_eq!(blobs.len(), 6, "lines {damaged:?}: {blobs:?}");
        let report = fixture.run(&out, &resumed).unwrap();
        assert_eq!(report.resumed.unwrap().kept_blobs, 6);
        assert_eq!(contents(&out), expected);
        fs::remove_dir_all(out).unwrap();
    }
}

/// The manifest of an unfinished job is mended as soon as none of its lines is needed.
#[test]
fn a_run_that_fails_behind_the_lines_of_the_earlier_run_keeps_its_work() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    let lines = lines_of(&expected[Path::new(manifest::MANIFEST)]);
    let torn = [&with_damage(&lines[..5], &[3])[..], &lines[5][..90]].concat();
    let last = with_damage(&lines[..5], &[4]);
    for manifest in [with_damage(&lines[..5], &[3]), torn, last] {
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &manifest, &out);
        // Four of the blobs that are computed are in the first chunk, such as those of numbers 1 and 3 to 5.
        let failing = fake().with_fault_at(4);
        let failing = DataProcessingPipeline::new(Arc::new(failing), resumed.clone());
        assert!(failing.run(fixture.inputs(), &out).is_err());
        let left = fs::read(out.join(manifest::MANIFEST)).unwrap();
        assert!(left == lines[..8].concat());
        let taken_up = fixture.run(&out, &resumed).unwrap().resumed.unwrap();
        assert_eq!((taken_up.kept_blobs, taken_up.mended), (6, 0));
        assert_eq!(contents(&out), expected);
        fs::remove_dir_all(out).unwrap();
    }
}
