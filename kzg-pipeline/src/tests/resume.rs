//! Runs that were killed, cancelled or failed, and are resumed.

use super::*;

pub(super) fn run_on(
    options: &PipelineOptions,
    inputs: Vec<Input>,
    out: &Path,
    disk: Disk,
) -> Result<ProcessingReport> {
    run::to_folder::run(&pipeline(options).job, inputs, out, disk).into_result()
}

#[test]
fn killed_at_every_step_and_resumed_the_output_is_the_same() {
    let fixture = Fixture::new();
    for options in every_kind() {
        let undisturbed = tempfile::tempdir().unwrap();
        let undisturbed = undisturbed.path().join("out");
        fixture.run(&undisturbed, &options).unwrap();
        let expected = contents(&undisturbed);
        let resumed = options.clone().with_resume(true);
        let mut steps = 0;
        loop {
            let root = tempfile::tempdir().unwrap();
            let out = root.path().join("out");
            let killed = run_on(&options, fixture.inputs(), &out, Disk::killed_after(steps));
            if killed.is_ok() {
                break;
            }
            assert!(
                matches!(killed, Err(KzgAdvancedError::Io { .. })),
                "{killed:?}"
            );
            // The resumed run is killed too, at a different step each time.
            let _ = run_on(
                &resumed,
                fixture.inputs(),
                &out,
                Disk::killed_after(steps % 7 + 1),
            );
            let report = fixture.run(&out, &resumed).unwrap();
            assert!(report.verification.passed());
            let taken_up = report.resumed.unwrap();
            assert_eq!(taken_up.mended, 0, "{steps} steps: {taken_up:?}");
            assert_eq!(contents(&out), expected, "killed after {steps} steps");
            steps += 1;
        }
        assert!(steps > 15, "{steps}");
    }
}

#[test]
fn a_resumed_run_does_nothing_twice() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    let failing = fake().with_fault_at(6);
    let pipeline = DataProcessingPipeline::new(Arc::new(failing), options.clone());
    let error = pipeline.run(fixture.inputs(), &out).unwrap_err();
    assert!(
        matches!(&error, KzgAdvancedError::Backend { call, .. } if call.index == Some(6)),
        "{error}"
    );
    let counting = Arc::new(fake());
    let pipeline = DataProcessingPipeline::new(counting.clone(), options.with_resume(true));
    let report = pipeline.run(fixture.inputs(), &out).unwrap();
    assert_eq!(report.resumed.unwrap().kept_blobs, 6);
    assert_eq!(counting.committed(), 2);
}

#[test]
fn other_inputs_or_options_are_not_resumed() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
    let resumed = options.clone().with_resume(true);
    let refused = |outcome: Result<ProcessingReport>, what: &str| {
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::Configuration { .. }),
            "{what}: {error}"
        );
        assert_eq!(contents(&out), expected, "{what}");
    };
    refused(fixture.run(&out, &options), "not resumed");
    refused(
        fixture.run(&out, &resumed.clone().with_proofs(Proofs::None)),
        "other proofs",
    );
    refused(
        fixture.run(&out, &resumed.clone().with_emit([Artefact::Bundles])),
        "other artefacts",
    );
    let rerun = |inputs: Vec<Input>| pipeline(&resumed).run(inputs, &out);
    refused(rerun(fixture.inputs().split_off(1)), "one input less");
    let mut more = fixture.inputs();
    more.push(Input::file(&fixture.inputs[1]));
    refused(rerun(more), "one input more");
    let mut reordered = fixture.inputs();
    reordered.reverse();
    refused(rerun(reordered), "another order");
    for changed in [
        [&fixture.contents[0][..], b"more"].concat(),
        fixture.contents[0][..CAPACITY].to_vec(),
        vec![1; fixture.contents[0].len()],
    ] {
        fs::write(&fixture.inputs[0], changed).unwrap();
        refused(rerun(fixture.inputs()), "another content");
    }
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let fixture = Fixture::new();
    let resumed = PipelineOptions::default().with_resume(true);
    let foreign = fixture.out("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear").unwrap();
    assert!(fixture.run(&foreign, &resumed).is_err());
    fs::remove_file(foreign.join("letter.txt")).unwrap();
    fs::write(foreign.join(manifest::MANIFEST), "{\"type\":\"other\"}\n").unwrap();
    let before = contents(&foreign);
    assert!(fixture.run(&foreign, &resumed).is_err());
    assert_eq!(contents(&foreign), before);
    // A killed process leaves the beginning of a header, and of no other line.
    for text in [
        "{\"type\":\"other\"}",
        "{\"type\":\"header\",\"format\":3",
        "x",
    ] {
        fs::write(foreign.join(manifest::MANIFEST), text).unwrap();
        let error = fixture.run(&foreign, &resumed).unwrap_err();
        let is_refusal = matches!(error, KzgAdvancedError::Configuration { .. });
        assert!(is_refusal, "{error}");
        let left = fs::read_to_string(foreign.join(manifest::MANIFEST)).unwrap();
        assert_eq!(left, text);
    }
    let finished = Finished::new();
    let header = &finished.expected[Path::new(manifest::MANIFEST)][..40];
    // After a power failure, a file may end in zeros.
    let zeros = [0; 4096];
    let partly = [header, &[0; 30]].concat();
    for text in [&b""[..], header, &zeros, &partly[..]] {
        fs::write(foreign.join(manifest::MANIFEST), text).unwrap();
        let resumed = finished.options.clone().with_resume(true);
        finished.fixture.run(&foreign, &resumed).unwrap();
        assert_eq!(contents(&foreign), finished.expected);
        fs::remove_dir_all(&foreign).unwrap();
        fs::create_dir(&foreign).unwrap();
    }
}

/// Each artefact comes after the header, so the folder of a killed run is always taken up again.
#[test]
fn killed_behind_a_header_of_zeros_and_resumed_the_output_is_the_same() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    for steps in 0.. {
        let out = fixture.out("zeros");
        fs::create_dir(&out).unwrap();
        fs::write(out.join(manifest::MANIFEST), [0; 4096]).unwrap();
        let disk = Disk::killed_after(steps);
        let is_whole = run_on(&resumed, fixture.inputs(), &out, disk).is_ok();
        fixture.run(&out, &resumed).unwrap();
        assert_eq!(contents(&out), expected, "killed after {steps} steps");
        fs::remove_dir_all(&out).unwrap();
        if is_whole {
            assert!(steps > 15, "{steps}");
            break;
        }
    }
}

/// A run writes its header before its first artefact, so the artefacts are those of another job.
#[test]
fn artefacts_without_the_header_of_a_job_are_left_alone() {
    let other = Finished::new();
    let fixture = Fixture::new();
    fs::write(&fixture.inputs[0], "another input").unwrap();
    let header = &other.expected[Path::new(manifest::MANIFEST)][..40];
    let manifests = [None, Some(&b""[..]), Some(header), Some(&[0; 100][..])];
    let artefacts = [
        "blobs/00000000.blob",
        "cells/00000000.cells",
        "bundles/00000000.json",
    ];
    for (name, manifest) in artefacts
        .iter()
        .flat_map(|name| manifests.map(|text| (name, text)))
    {
        let out = fixture.out("foreign");
        let options = other.options.clone().with_resume(true);
        let shard = Shard::new(1, 2).unwrap();
        let of_shard = PipelineOptions::default().with_shard(Some(shard));
        for (options, dir) in [(options, out.clone()), (of_shard, out.join(shard.folder()))] {
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "a blob of another job").unwrap();
            if let Some(text) = manifest {
                fs::write(dir.join(manifest::MANIFEST), text).unwrap();
            }
            let before = contents(&out);
            let error = pipeline(&options).run(fixture.inputs(), &out).unwrap_err();
            let is_refusal = matches!(error, KzgAdvancedError::Configuration { .. });
            assert!(is_refusal && error.to_string().contains(name), "{error}");
            let mut after = contents(&out);
            after.remove(Path::new("shard-1-of-2.lock"));
            assert!(after == before, "{name}: {:?}", after.keys());
            fs::remove_dir_all(&out).unwrap();
        }
    }
}

#[test]
fn a_cancelled_run_can_be_resumed() {
    #[derive(Debug)]
    struct CancelAfter(CancellationToken);
    impl Progress for CancelAfter {
        fn begin(&self, _: Phase, _: Option<u64>) {}
        fn advance(&self, phase: Phase, _: u64, _: u64) {
            if phase == Phase::Prove {
                self.0.cancel();
            }
        }
    }
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    let token = CancellationToken::default();
    let stopped = pipeline(&options)
        .with_cancellation(token.clone())
        .with_progress(Arc::new(CancelAfter(token)))
        .run(fixture.inputs(), &out);
    assert!(matches!(stopped, Err(KzgAdvancedError::Cancelled)));
    assert!(!verify(&out).passed(), "not complete");
    let report = fixture.run(&out, &options.with_resume(true)).unwrap();
    assert!(report.verification.passed());
    assert_eq!(report.resumed.unwrap().kept_blobs, 6);
}

#[test]
fn temporary_files_of_a_killed_run_are_removed_and_no_others() {
    let Finished {
        fixture,
        options,
        out,
        mut expected,
    } = Finished::new();
    let ours = [
        "manifest.jsonl.tmp",
        "report.json.tmp-3",
        "report.html.tmp",
        "report/inputs-00002.html.tmp",
        "report/blobs-12345.html.tmp-12",
        "blobs/00000001.blob.tmp",
        "blobs/123456789.blob.tmp-1",
        "bundles/00000000.json.tmp",
    ];
    let others = [
        "notes.tmp",
        "notes.tmp-7",
        "report.json.bak.tmp",
        "manifest.jsonl.tmp-x",
        "report/notes.tmp",
        "blobs/notes.tmp",
        "blobs/1.blob.tmp",
        "blobs/00000001.json.tmp",
        "bundles/00000001.blob.tmp",
    ];
    fs::create_dir(out.join("report")).unwrap();
    for name in ours.iter().chain(&others) {
        fs::write(out.join(name), "content").unwrap();
    }
    for name in others {
        expected.insert(name.into(), "content".into());
    }
    // A folder is not a temporary file, whatever its name.
    for name in ["x.tmp", "report.html.tmp-1", "blobs/00000002.blob.tmp-4"] {
        fs::create_dir(out.join(name)).unwrap();
    }
    fixture.run(&out, &options.with_resume(true)).unwrap();
    assert_eq!(contents(&out), expected);
    assert!(out.join("x.tmp").is_dir());
}

/// An entry that is left out has no lines. The end line lists it, and is written again.
#[cfg(unix)]
#[test]
fn an_entry_more_that_is_left_out_is_no_damage() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "content").unwrap();
    let options = PipelineOptions::default();
    let run = |options: &PipelineOptions, out: &str| {
        let inputs = vec![Input::folder(&folder)];
        let report = pipeline(options).run(inputs, &root.path().join(out));
        report.unwrap()
    };
    run(&options, "out");
    std::os::unix::fs::symlink("file", folder.join("link")).unwrap();
    let report = run(&options.clone().with_resume(true), "out");
    let resumed = report.resumed.unwrap();
    assert_eq!((resumed.kept_blobs, resumed.mended), (1, 0), "{resumed:?}");
    run(&options, "anew");
    let manifest = |out: &str| fs::read(root.path().join(out).join(manifest::MANIFEST)).unwrap();
    assert!(manifest("out") == manifest("anew"));
    assert!(verify(&root.path().join("out")).passed());
}
