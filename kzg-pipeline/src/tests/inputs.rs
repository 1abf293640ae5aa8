//! Datasets of every kind: folders, missing inputs, and items in memory.

use std::sync::Mutex;

use kzg_testing::fake::Fake;
use kzg_traits::ErrorKind;

use super::*;

fn fake_pipeline(options: PipelineOptions) -> DataProcessingPipeline {
    DataProcessingPipeline::new(Arc::new(Fake::new("fake")), options)
}

#[test]
fn a_thousand_small_files_become_blobs_and_come_back() {
    const FOLDERS: usize = 40;
    const FILES: usize = 25;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("tree");
    for folder in 0..FOLDERS {
        let folder_path = root.join(format!("{:02}/{:02}", folder / 10, folder));
        fs::create_dir_all(&folder_path).unwrap();
        for file in 0..FILES {
            let path = folder_path.join(format!("{file}.txt"));
            fs::write(path, format!("{folder} {file}")).unwrap();
        }
    }
    let out = dir.path().join("out");
    let options = PipelineOptions::default().for_threads(2);
    let report = fake_pipeline(options)
        .run(vec![Input::folder(&root)], &out)
        .unwrap();
    assert_eq!((report.inputs, report.succeeded), (1000, 1000));
    let back = dir.path().join("back");
    let restored = decode(
        &Fake::new("fake"),
        &out,
        &back,
        &NoProgress,
        &CancellationToken::default(),
    )
    .unwrap();
    assert_eq!(restored.files, 1000);
    assert!(contents(&back.join("tree")) == contents(&root));
}

#[test]
fn the_output_folder_is_not_its_own_input() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    let report = fake_pipeline(PipelineOptions::default())
        .run(vec![Input::folder(dir.path())], &dir.path().join("out"))
        .unwrap();
    assert_eq!((report.inputs, report.skipped), (1, 1));
    assert_eq!(report.skipped_items[0].reason, "the output folder");
}

#[test]
fn a_missing_input_stops_the_job_or_is_left_out() {
    let fixture = Fixture::new();
    let inputs = || {
        let mut inputs = fixture.inputs();
        inputs.insert(1, Input::file(fixture.out("missing")));
        inputs.push(Input::folder(fixture.out("no folder")));
        inputs.push(Input::folder(fixture.out("bare")));
        inputs
    };
    fs::create_dir_all(fixture.out("bare")).unwrap();
    let out = fixture.out("out");
    let stopped = pipeline(&PipelineOptions::default()).run(inputs(), &out);
    assert!(matches!(stopped, Err(KzgAdvancedError::Io { .. })));
    assert!(!out.exists());
    let keep_going = PipelineOptions::default().with_keep_going(true);
    let report = pipeline(&keep_going).run(inputs(), &out).unwrap();
    assert_eq!((report.inputs, report.failed, report.succeeded), (3, 3, 8));
    assert_eq!(report.outcome, JobOutcome::Complete);
    assert!(report.failures[0].item.ends_with("missing"));
    assert!(
        report.failures[0].reason.starts_with("No such file"),
        "{report}"
    );
    assert_eq!(report.failures[1].stage, Stage::Convert);
    assert_eq!(report.failures[2].reason, "there are no files in it");
    assert_eq!(decoded(&fixture, &out), fixture.contents);
}

#[test]
fn a_dataset_in_memory_gives_what_a_folder_would() {
    let fixture = Fixture::new();
    let options = every_kind().remove(4);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let mut reader = ManifestReader::open(&out).unwrap();
    let mut expected = Vec::new();
    while let Some(line) = reader.next_line().unwrap() {
        if let manifest::Record::Blob(record) = line.record {
            expected.push(record);
        }
    }
    let received = Mutex::new(Vec::new());
    let report = pipeline(&options)
        .process_dataset_into(&fixture.contents, |blob| {
            assert_eq!(blob.cells.len(), 128);
            assert_eq!(blob.cells[0].0[..], blob.blob.0[..2048]);
            received.lock().unwrap().push(blob.record.clone());
        })
        .unwrap();
    assert_eq!(received.into_inner().unwrap(), expected);
    assert_eq!((report.inputs, report.blobs, report.succeeded), (3, 8, 8));
    assert_eq!((report.emit.len(), report.bytes_written), (0, 0));
    let stages: Vec<Stage> = report.stages.iter().map(|stage| stage.stage).collect();
    assert_eq!(
        stages,
        [Stage::Convert, Stage::Commit, Stage::Prove, Stage::Verify]
    );
    let again = pipeline(&options)
        .process_dataset(&fixture.contents)
        .unwrap();
    assert_eq!(again.verification, report.verification);
}

#[test]
fn blobs_that_do_not_verify_are_named_and_not_handed_over() {
    let wrong = fake().with_wrong_proofs();
    let failed = DataProcessingPipeline::new(Arc::new(wrong), PipelineOptions::default())
        .process_dataset_into(&[vec![1; 10], vec![2; 10]], |_| {
            panic!("it does not verify")
        })
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Integrity);
    assert!(failed.to_string().contains("none of 2 blobs"), "{failed}");
    let report = failed.report.unwrap();
    assert_eq!((report.failed, report.succeeded), (2, 0));
    assert_eq!(report.failures[1].item, "blob 1 of item 1");
    let error: KzgAdvancedError =
        DataProcessingPipeline::new(Arc::new(Fake::new("fake")), PipelineOptions::default())
            .process_dataset(&[])
            .unwrap_err()
            .into();
    assert!(matches!(error, KzgAdvancedError::Configuration { .. }));
}

/// The lengths of sparse files add up to more than 64 bits hold.
#[cfg(target_os = "linux")]
#[test]
fn the_sum_of_lengths_does_not_overflow() {
    // Few file systems hold files of this length.
    let Ok(dir) = tempfile::tempdir_in("/dev/shm") else {
        return kzg_testing::skipped("there is no file system in memory");
    };
    let tree = dir.path().join("tree");
    fs::create_dir(&tree).unwrap();
    let paths: Vec<PathBuf> = (0..5).map(|number| tree.join(number.to_string())).collect();
    for path in &paths {
        if fs::File::create(path).unwrap().set_len(1 << 62).is_err() {
            return kzg_testing::skipped("the file system has no files of 2^62 bytes");
        }
    }
    let folder = Input::folder(&tree);
    assert_eq!(folder.len_hint().unwrap(), Some(u64::MAX));
    let cancelled = CancellationToken::default();
    cancelled.cancel();
    let files = paths.iter().map(Input::file).collect();
    let stopped = pipeline(&PipelineOptions::default())
        .with_cancellation(cancelled)
        .run(files, &dir.path().join("out"));
    assert!(matches!(stopped, Err(KzgAdvancedError::Cancelled)));
}
