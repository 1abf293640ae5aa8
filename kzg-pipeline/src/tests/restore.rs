//! Restores the bytes of the inputs from the remaining artefacts.

use kzg_traits::Cell;

use super::*;
use crate::restore::decode_on;

/// Cancels a job once a file is there.
#[derive(Debug)]
struct CancelAfter {
    file: PathBuf,
    cancel: CancellationToken,
}

impl Progress for CancelAfter {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {
        if self.file.exists() {
            self.cancel.cancel();
        }
    }
}

#[test]
fn files_that_are_restored_before_an_error_are_durable() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir_all(folder.join("below")).unwrap();
    for name in ["below/first", "second"] {
        fs::write(folder.join(name), name).unwrap();
    }
    let out = root.path().join("out");
    pipeline(&PipelineOptions::default())
        .run(vec![Input::folder(&folder)], &out)
        .unwrap();
    let back = root.path().join("back");
    let cancel = CancellationToken::default();
    let progress = CancelAfter {
        file: back.join("tree/below/first"),
        cancel: cancel.clone(),
    };
    let disk = Disk::default();
    let error = decode_on(&fake(), &out, &back, &progress, &cancel, &disk).unwrap_err();
    assert!(matches!(error, KzgAdvancedError::Cancelled), "{error}");
    assert_eq!(fs::read(&progress.file).unwrap(), b"below/first");
    assert!(!back.join("tree/second").exists());
    assert!(disk.is_durable());
}

#[test]
fn an_input_whose_blob_is_lost_does_not_keep_the_others_back() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    fixture.run(&out, &PipelineOptions::default()).unwrap();
    fs::remove_file(out.join("blobs/00000002.blob")).unwrap();
    let back = fixture.out("back");
    let report = restore(&out, &back).unwrap();
    assert_eq!(report.files, 2);
    let items: Vec<&str> = report
        .verification
        .failures
        .iter()
        .map(|failure| failure.item.as_str())
        .collect();
    assert_eq!(items[0], "blob 2 (blobs/00000002.blob)");
    assert!(items[1].starts_with("input 0 "), "{items:?}");
    assert_eq!(contents(&back).len(), 2);
}

#[test]
fn a_single_input_becomes_a_file() {
    let fixture = Fixture::new();
    for (index, content) in fixture.contents.iter().enumerate() {
        let out = fixture.out(&format!("out{index}"));
        let input = Input::reader("../../not here", std::io::Cursor::new(content.clone()));
        pipeline(&PipelineOptions::default())
            .run(vec![input], &out)
            .unwrap();
        let back = fixture.out(&format!("back{index}"));
        restore(&out, &back).unwrap();
        assert_eq!(fs::read(&back).unwrap(), *content);
        assert_eq!(contents(&out).len(), 2 + content.len().div_ceil(CAPACITY));
    }
}

/// Overwrites cells of the first blob.
fn spoil(out: &Path, cells: impl IntoIterator<Item = usize>, byte: u8) {
    let path = out.join("cells/00000000.cells");
    let mut content = fs::read(&path).unwrap();
    for cell in cells {
        content[cell * Cell::LENGTH..][..Cell::LENGTH].fill(byte);
    }
    fs::write(path, content).unwrap();
}

#[test]
fn lost_and_false_cells_do_not_keep_a_blob_from_being_decoded() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Cells)
        .with_emit([Artefact::Cells]);
    fixture.run(&out, &options).unwrap();
    // In this backend, cells k and k + 64 hold the same bytes.
    spoil(&out, 0..40, 0xff);
    spoil(&out, 104..128, 7);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    let found = verify(&out);
    assert_eq!(found.failed, 2, "{found:?}");
    assert_eq!(found.failures[1].item, "blob 0 (cells/00000000.cells)");
    let reason = &found.failures[1].reason;
    assert!(reason.starts_with("cell 0: lost; and 63 more"), "{found:?}");

    // The first blob has one cell too few. All other inputs are still decoded.
    spoil(&out, [41], 0xff);
    let back = fixture.out("back");
    let report = restore(&out, &back);
    let report = report.unwrap();
    assert_eq!(report.files, 2);
    assert_eq!(
        report.verification.failures[0].item,
        "blob 0 (cells/00000000.cells)"
    );
    assert_eq!(
        report.verification.failures[0].reason,
        "63 good cells, 64 are needed; 41 are lost, 24 fail their proof"
    );
}

#[test]
fn a_damaged_artefact_is_passed_over_where_another_holds_the_blob() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Both)
        .with_emit(Artefact::ALL);
    fixture.run(&out, &options).unwrap();
    let path = out.join("blobs/00000000.blob");
    let mut blob = fs::read(&path).unwrap();
    blob[5000] ^= 1;
    fs::write(&path, blob).unwrap();
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::remove_file(&path).unwrap();
    spoil(&out, 0..65, 0xff);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::write(out.join("bundles/00000000.json"), "{}").unwrap();
    let back = fixture.out("back");
    let report = restore(&out, &back);
    assert_eq!(report.unwrap().files, 2);
}

#[test]
fn no_file_of_a_users_is_touched_and_none_is_left_after_an_error() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let input = Input::reader("input", std::io::Cursor::new(vec![7; 3 * CAPACITY]));
    pipeline(&PipelineOptions::default())
        .run(vec![input], &out)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The output folder may be missing.
    let back = folder.path().join("new/back");
    restore(&out, &back).unwrap();
    fs::remove_file(&back).unwrap();
    fs::write(folder.path().join("new/back.decoding"), "a user's").unwrap();
    let cancelled = CancellationToken::default();
    cancelled.cancel();
    let stopped = decode(&fake(), &out, &back, &NoProgress, &cancelled);
    assert!(matches!(stopped, Err(KzgAdvancedError::Cancelled)));
    assert_eq!(contents(folder.path()).len(), 1);
    restore(&out, &back).unwrap();
    let left = contents(folder.path());
    assert_eq!(left[Path::new("new/back.decoding")], b"a user's");
    assert_eq!(left[Path::new("new/back")], vec![7; 3 * CAPACITY]);
    assert_eq!(left.len(), 2);
}

#[test]
fn very_many_empty_inputs_are_resumed_and_come_back() {
    let root = tempfile::tempdir().unwrap();
    let inputs = || {
        let empty = |_| Input::reader("e", std::io::empty());
        let one = |_| Input::reader("one", std::io::Cursor::new(vec![1]));
        let empties = || (0..2500).map(empty);
        empties()
            .chain((0..7).map(one))
            .chain(empties())
            .chain((0..1).map(one))
            .collect()
    };
    let options = PipelineOptions::default().with_emit([Artefact::Blobs, Artefact::Bundles]);
    let out = root.path().join("out");
    pipeline(&options).run(inputs(), &out).unwrap();
    let expected = contents(&out);
    assert!(verify(&out).passed());
    let manifest = out.join(manifest::MANIFEST);
    let text = fs::read(&manifest).unwrap();
    fs::write(&manifest, &text[..text.len() * 2 / 3]).unwrap();
    let report = pipeline(&options.with_resume(true)).run(inputs(), &out);
    assert_eq!(report.unwrap().resumed.unwrap().mended, 0);
    assert!(contents(&out) == expected);
}
